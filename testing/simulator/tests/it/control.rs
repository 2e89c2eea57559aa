use reqwest::Method;
use serde_json::json;

use crate::setup::{ACCOUNT, Story, options};

#[tokio::test]
async fn calls_are_read_on_from_where_one_stopped() {
    let story = Story::start().await;
    story.ig_writes("1", "Hello").await;
    for n in 1..=5 {
        story.ig_text("1", &format!("{n}")).await;
    }
    let page = story.get("/_sandbox/calls?after=1&limit=2").await;
    let numbers: Vec<u64> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["seq"].as_u64().unwrap())
        .collect();
    assert_eq!((numbers, &page["last_seq"]), (vec![2, 3], &json!(5)));
    let call = &page["items"][0];
    assert_eq!(call["platform"], "instagram");
    assert_eq!(call["operation"], "send_message");
    assert_eq!(call["account_id"], ACCOUNT);
    assert_eq!(call["body"]["message"]["text"], "2");
    assert_eq!(
        (&call["status"], &call["performed"]),
        (&json!(200), &json!(true))
    );
}

#[tokio::test]
async fn accounts_are_added_at_run_time_and_tokens_cut_off() {
    let story = Story::start().await;
    let new = story
        .control(
            "instagram/accounts",
            json!({"username": "second.shop", "subscribed": true}),
        )
        .await;
    let token = new["access_token"].as_str().unwrap();
    let me = "/graph.instagram.com/v26.0/me?fields=username";
    assert_eq!(
        story.call(Method::GET, me, Some(token), None).await.1["username"],
        "second.shop"
    );
    let number = story
        .control("whatsapp/accounts", json!({"name": "Second"}))
        .await;
    let path = format!(
        "/graph.facebook.com/{}",
        number["phone_number_id"].as_str().unwrap()
    );
    let (status, _) = story
        .call(Method::GET, &path, number["access_token"].as_str(), None)
        .await;
    assert_eq!(status, 200);
    let accounts = story.get("/_sandbox/accounts").await;
    assert_eq!(accounts["instagram"].as_array().unwrap().len(), 2);
    story
        .control("tokens/revoke", json!({"account_id": new["account_id"]}))
        .await;
    let (_, error) = story.call(Method::GET, me, Some(token), None).await;
    assert_eq!(error["error"]["error_subcode"], 460);
}

#[tokio::test]
async fn conversations_show_what_the_customer_saw_in_order() {
    let story = Story::start().await;
    let path = format!("instagram/{ACCOUNT}/messages");
    let first = json!({"from": "anna", "name": "Anna", "text": "Hi",
                       "attachments": [{"type": "image"}]});
    story.control(&path, first).await;
    story.ig_text("anna", "Hello Anna").await;
    let all = story
        .get(&format!("/_sandbox/conversations/instagram/{ACCOUNT}"))
        .await;
    let messages = all["items"][0]["messages"].as_array().unwrap();
    let said: Vec<_> = messages
        .iter()
        .map(|m| (m["from"].clone(), m["text"].clone()))
        .collect();
    assert_eq!(
        said,
        [
            (json!("customer"), json!("Hi")),
            (json!("business"), json!("Hello Anna"))
        ]
    );
    let picture = messages[0]["attachments"][0]["payload"]["url"]
        .as_str()
        .unwrap();
    let picture = story.http.get(picture).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
}

#[tokio::test]
async fn bad_orders_get_a_clear_answer() {
    let story = Story::start().await;
    for (path, body, expected) in [
        (
            "instagram/0/messages",
            json!({"from": "1", "text": "x"}),
            404,
        ),
        ("myspace/0/messages", json!({"from": "1", "text": "x"}), 400),
        (
            &format!("instagram/{ACCOUNT}/messages"),
            json!({"from": "1"}),
            400,
        ),
        (
            &format!("instagram/{ACCOUNT}/messages"),
            json!({"text": "x"}),
            400,
        ),
        (
            &format!("instagram/{ACCOUNT}/unsend"),
            json!({"message_id": "m"}),
            404,
        ),
        (
            "whatsapp/0/comments",
            json!({"from": "1", "text": "x"}),
            400,
        ),
    ] {
        let path = format!("/_sandbox/{path}");
        let (status, answer) = story.call(Method::POST, &path, None, Some(body)).await;
        assert_eq!(status, expected, "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_reset_returns_to_the_start() {
    let story = Story::start().await;
    story.ig_writes("1", "Hello").await;
    story.ig_text("1", "Hi").await;
    story.control("reset", json!({})).await;
    let state = story.get("/_sandbox/state").await;
    assert_eq!(
        (&state["customers"], &state["last_seq"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(story.ig_get("me").await.0, 200);
}

#[tokio::test]
async fn a_new_start_remembers_people_tokens_and_calls() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = options();
    kept.state_file = Some(folder.path().join("simulator.json"));
    let story = Story::with(kept.clone()).await;
    story.ig_writes("1", "Hello").await;
    let mid = story.ig_text("1", "Hi").await.1["message_id"].clone();
    let new = story
        .control("instagram/accounts", json!({"username": "second"}))
        .await;
    story.sim.stop().await;
    let story = Story::with(kept).await;
    assert_eq!(story.ig_text("1", "Still here").await.0, 200);
    assert_eq!(story.sim.calls(0).last().unwrap().seq, 2);
    let (status, _) = story.ig_get(mid.as_str().unwrap()).await;
    assert_eq!(status, 200);
    let token = new["access_token"].as_str();
    assert_eq!(
        story
            .call(Method::GET, "/graph.instagram.com/me", token, None)
            .await
            .0,
        200
    );
    story.sim.stop().await;
}
