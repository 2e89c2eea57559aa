//! Mails are written down with what makes them necessary, and leave whatever happens in between.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::story::{EMAIL, Mood, PostOffice, Setup, Story};

const WAITING: &str = "SELECT count(*) FROM jobs WHERE kind = 'send_mail'";

async fn with_post(mood: Mood) -> (Story, PostOffice) {
    let post = PostOffice::open(mood).await;
    let story = Story::begin_with(Setup {
        settings: vec![("SMTP_URL", post.url.clone())],
        ..Setup::default()
    })
    .await;
    (story, post)
}

async fn forget_password(story: &Story) {
    let body = json!({ "email": EMAIL });
    let path = "/api/auth/forgot-password";
    let (status, answer) = story.ask(Method::POST, path, Some(&body)).await;
    assert!(status.is_success(), "{status} {answer}");
}

async fn all_left(story: &Story) {
    story
        .until("every mail has left", async || {
            story.count(WAITING).await == 0
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_leaves_once_although_the_product_died_before_it_was_sent() {
    let (mut story, post) = with_post(Mood::Silent).await;
    forget_password(&story).await;
    post.called(1).await;
    // It stands in the queue, and shows nobody the link.
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT jobs::text FROM jobs WHERE kind = 'send_mail'")
            .fetch_all(&story.tables)
            .await
            .unwrap();
    assert_eq!(rows.len(), 1);
    for secret in ["token=", EMAIL, "reset-"] {
        assert!(
            !rows[0].contains(secret),
            "{secret} lies in clear: {rows:?}"
        );
    }
    post.be(Mood::Open);
    story.dies_and_comes_back().await;
    all_left(&story).await;
    let mails = post.mails();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].contains(EMAIL), "{mails:#?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_have_left_when_the_product_died_comes_again_under_the_same_id() {
    let (mut story, post) = with_post(Mood::Mute).await;
    let invite = json!({ "email": "lea@studio.test", "role": "agent" });
    story.post("/api/invitations", &invite).await;
    story
        .until("the server has it", async || post.mails().len() == 1)
        .await;
    post.be(Mood::Open);
    story.dies_and_comes_back().await;
    all_left(&story).await;
    let ids = post.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "receivers can't tell the copy");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_asked_again() {
    let (story, post) = with_post(Mood::Busy).await;
    let invite = json!({ "email": "lea@studio.test", "role": "agent" });
    story.post("/api/invitations", &invite).await;
    story
        .until("it waits for its next attempt", async || {
            story
                .count("SELECT count(*) FROM jobs WHERE kind = 'send_mail' AND state = 'pending' AND error LIKE '%451%'")
                .await
                == 1
        })
        .await;
    post.be(Mood::Open);
    all_left(&story).await;
    assert_eq!(post.mails().len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_leaves_when_what_makes_it_necessary_came_to_nothing() {
    let (story, post) = with_post(Mood::Open).await;
    let invite = json!({ "email": EMAIL, "role": "agent" });
    let path = "/api/invitations";
    let (status, _) = story.ask(Method::POST, path, Some(&invite)).await;
    assert_eq!(status, StatusCode::CONFLICT, "they are a member already");
    let body = json!({ "email": "nobody@nowhere.test" });
    let path = "/api/auth/forgot-password";
    story.ask(Method::POST, path, Some(&body)).await;
    assert_eq!(story.count(WAITING).await, 0);
    assert!(post.mails().is_empty());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_should_know_of_an_escalation_gets_one_mail_also_when_the_product_dies() {
    let (mut story, post) = with_post(Mood::Silent).await;
    story
        .customer("instagram", "700500", "I want to talk to a human")
        .await;
    post.called(1).await;
    post.be(Mood::Open);
    story.dies_and_comes_back().await;
    story.settle().await;
    let mails = post.mails();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].contains("/inbox/cnv_"), "{mails:#?}");
    story.end().await;
}
