//! What people are told in the product itself.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::person::{Person, register};
use crate::story::Story;

async fn unread(story: &Story) -> Value {
    story.get("/api/notifications/unread").await["unread"].clone()
}

async fn all(story: &Story) -> Vec<Value> {
    let list = story.get("/api/notifications").await;
    list["items"].as_array().unwrap().clone()
}

/// Somebody with this role in the shop's workspace.
async fn colleague<'a>(story: &'a Story, email: &str, role: &str) -> Person<'a> {
    let invite = json!({ "email": email, "role": role });
    story.post("/api/invitations", &invite).await;
    let link = story.mailed_link(email).await;
    let token = json!({ "token": link.rsplit("token=").next().unwrap() });
    let person = register(story, email).await;
    let (status, joined) = person.post("/api/invitations/accept", &token).await;
    assert_eq!(status, StatusCode::OK, "{joined}");
    let switch = format!("/api/workspaces/{}/switch", story.workspace());
    assert_eq!(
        person.post(&switch, &json!({})).await.0,
        StatusCode::NO_CONTENT
    );
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_customers_is_told_that_one_needs_a_person_until_somebody_answered() {
    let story = Story::begin().await;
    let agent = colleague(&story, "lea@studio.test", "agent").await;
    let viewer = colleague(&story, "max@studio.test", "viewer").await;
    story
        .customer("whatsapp", "33600000201", "I want to talk to a human")
        .await;
    story.settle().await;
    let conversation = story.conversation_with("33600000201").await;
    let (_, told) = agent.get("/api/notifications").await;
    let one = &told["items"][0];
    assert_eq!(one["news"]["kind"], "escalation", "{told}");
    assert_eq!(one["news"]["conversation_id"], conversation["id"]);
    assert_eq!(one["news"]["category"], "request");
    let id = conversation["id"].as_str().unwrap();
    assert_eq!(one["link"], format!("/inbox/{id}"));
    assert_eq!(one["read_at"], Value::Null);
    let (_, none) = viewer.get("/api/notifications").await;
    assert_eq!(none["items"], json!([]), "a viewer answers nobody");

    // Each has their own: what one has seen is still news to the other.
    let path = format!("/api/notifications/{}/read", one["id"].as_str().unwrap());
    let foreign = story.ask(Method::POST, &path, None).await;
    assert_eq!(foreign.0, StatusCode::NOT_FOUND);
    assert_eq!(
        agent.post(&path, &json!({})).await.0,
        StatusCode::NO_CONTENT
    );
    let (_, left) = agent.get("/api/notifications/unread").await;
    assert_eq!(left["unread"], 0);
    let (_, left) = agent.get("/api/notifications?unread=true").await;
    assert_eq!(left["items"], json!([]));
    assert_eq!(unread(&story).await, 1);

    // Once somebody answered, nobody has to look any more.
    story.human_reply(&conversation, "Camille here!").await;
    assert_eq!(unread(&story).await, 0);
    assert_eq!(all(&story).await.len(), 1, "what was told stays to be read");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_paged_and_all_are_seen_at_once() {
    let story = Story::begin().await;
    for customer in ["33600000211", "33600000212", "33600000213"] {
        story
            .customer("whatsapp", customer, "I want to talk to a human")
            .await;
        story.settle().await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/notifications?limit=2".to_owned());
    loop {
        let page = story.get(&path).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(
            items
                .iter()
                .map(|one| one["news"]["conversation_id"].clone()),
        );
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/notifications?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let mut wanted = Vec::new();
    for customer in ["33600000213", "33600000212", "33600000211"] {
        wanted.push(story.conversation_with(customer).await["id"].clone());
    }
    assert_eq!(seen, wanted, "each once, the newest first");
    let read = story.post("/api/notifications/read", &json!({})).await;
    assert_eq!(read["read"], 3);
    assert_eq!(unread(&story).await, 0);
    story.end().await;
}

/// The owner consents anew on the platform's page.
async fn connect_again(story: &Story) {
    let begun = story.post("/api/instagram/connect", &json!({})).await;
    let consent = begun["authorize_url"].as_str().unwrap();
    let account = &story.platforms().instagram_accounts[0].account_id;
    let nowhere = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let allow = format!("{consent}&account={account}&decision=allow");
    let answer = nowhere.get(allow).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    let path = back.strip_prefix(&story.url).unwrap();
    let (status, answer) = story.ask(Method::GET, path, None).await;
    assert!(status.is_success(), "{path}: {status} {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_are_told_once_that_a_channel_is_lost_until_it_is_connected_again() {
    let story = Story::begin().await;
    let agent = colleague(&story, "lea@studio.test", "agent").await;
    let fault = json!({ "operation": "send_message", "kind": "expired_token", "times": 1 });
    story.sandbox("faults", &fault).await;
    story
        .customer("instagram", "700221", "Do you deliver to Belgium?")
        .await;
    story
        .until("the admins are told", async || unread(&story).await == 1)
        .await;
    let told = &all(&story).await[0];
    assert_eq!(told["news"]["kind"], "channel_lost", "{told}");
    assert_eq!(told["link"], "/channels");
    let (_, none) = agent.get("/api/notifications").await;
    assert_eq!(none["items"], json!([]), "an agent can't connect it");
    let waits = "SELECT count(*) FROM effects
                 WHERE state = 'pending' AND due_at > now() + interval '5 seconds'";
    story
        .until("the answer waits", async || story.count(waits).await == 1)
        .await;

    connect_again(&story).await;
    assert_eq!(story.count(waits).await, 0, "it goes at once");
    story.settle().await;
    assert_eq!(story.replies_to("700221").len(), 1);
    assert_eq!(unread(&story).await, 0);
    assert_eq!(all(&story).await.len(), 1);
    story.end().await;
}
