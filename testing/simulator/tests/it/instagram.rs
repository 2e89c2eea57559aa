use chrono::DateTime;
use reqwest::Method;
use serde_json::json;
use simulator::Clock;

use crate::setup::{ACCOUNT, IG_TOKEN, Story, WA_TOKEN, options};

#[tokio::test]
async fn a_send_is_answered_and_comes_back_as_an_echo_of_the_app() {
    let story = Story::start().await;
    story.ig_writes("1254", "Is it in stock?").await;
    let (status, answer) = story.ig_text("1254", "Yes, two are left.").await;
    assert_eq!(status, 200);
    assert_eq!(answer["recipient_id"], "1254");
    let echo = story.app.wait(2).await[1].item();
    assert_eq!(echo["sender"]["id"], ACCOUNT);
    assert_eq!(echo["recipient"]["id"], "1254");
    assert_eq!(echo["message"]["mid"], answer["message_id"]);
    assert_eq!(echo["message"]["is_echo"], true);
    assert!(echo["message"]["app_id"].is_number());
}

#[tokio::test]
async fn the_reply_window_closes_after_a_day_and_for_people_after_a_week() {
    let story = Story::start().await;
    story.ig_writes("1254", "Hello").await;
    let tagged = json!({"recipient": {"id": "1254"}, "messaging_type": "MESSAGE_TAG",
                        "tag": "HUMAN_AGENT", "message": {"text": "Back again."}});
    story
        .control("clock", json!({"advance_seconds": 24 * 3600 + 1}))
        .await;
    let (status, error) = story.ig_text("1254", "Too late").await;
    assert_eq!((status, &error["error"]["code"]), (403, &json!(10)));
    assert_eq!(error["error"]["error_subcode"], 2_534_022);
    assert_eq!(error["error"]["type"], "IGApiException");
    assert_eq!(story.ig_send(tagged.clone()).await.0, 200);
    story
        .control("clock", json!({"advance_seconds": 6 * 24 * 3600}))
        .await;
    assert_eq!(story.ig_send(tagged).await.0, 403);
    story.ig_writes("1254", "Still there?").await;
    assert_eq!(story.ig_text("1254", "Yes.").await.0, 200);
}

#[tokio::test]
async fn long_texts_unknown_people_and_foreign_accounts_are_refused() {
    let story = Story::start().await;
    story.ig_writes("1254", "Hello").await;
    let (status, error) = story.ig_text("1254", &"é".repeat(501)).await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!(100)));
    assert_eq!(story.ig_text("1254", &"é".repeat(500)).await.0, 200);
    let (status, error) = story.ig_text("999", "Hi").await;
    assert_eq!(
        (status, &error["error"]["error_subcode"]),
        (400, &json!(2_534_014))
    );
    let body = json!({"recipient": {"id": "1254"}, "message": {"text": "x"}});
    let path = "/graph.instagram.com/17840000000000000/messages";
    let (_, error) = story
        .call(Method::POST, path, Some(IG_TOKEN), Some(body))
        .await;
    assert_eq!(
        (&error["error"]["code"], &error["error"]["error_subcode"]),
        (&json!(100), &json!(33))
    );
    let performed: Vec<bool> = story
        .sim
        .calls(0)
        .iter()
        .map(|call| call.performed)
        .collect();
    assert_eq!(performed, [false, true, false, false]);
}

#[tokio::test]
async fn a_token_on_the_wrong_host_is_190() {
    let story = Story::start().await;
    for (path, token) in [
        ("/graph.instagram.com/v25.0/me?fields=user_id", WA_TOKEN),
        ("/graph.facebook.com/v25.0/me", IG_TOKEN),
        ("/graph.instagram.com/me", "nonsense"),
    ] {
        let (_, error) = story.call(Method::GET, path, Some(token), None).await;
        assert_eq!(error["error"]["code"], 190, "{path}");
    }
    let (_, error) = story
        .call(Method::GET, "/graph.instagram.com/me", None, None)
        .await;
    assert_eq!(error["error"]["code"], 190);
}

#[tokio::test]
async fn the_profile_names_both_ids_and_contacts_only_after_they_wrote() {
    let story = Story::start().await;
    let (_, me) = story.ig_get("me?fields=id,user_id,username,name").await;
    assert_eq!(me["user_id"], ACCOUNT);
    assert_ne!(me["id"], ACCOUNT);
    let comment = json!({"from": "77", "text": "Price?", "username": "anna"});
    let id = story
        .control(&format!("instagram/{ACCOUNT}/comments"), comment)
        .await;
    let (_, error) = story.ig_get("77?fields=name").await;
    assert_eq!(error["error"]["code"], 230);
    let (status, answer) = story
        .ig_send(json!({"recipient": {"comment_id": id["comment_id"]},
                        "message": {"text": "We wrote you here."}}))
        .await;
    assert_eq!((status, &answer["recipient_id"]), (200, &json!("77")));
    let again = json!({"recipient": {"comment_id": id["comment_id"]}, "message": {"text": "2"}});
    assert_eq!(story.ig_send(again).await.1["error"]["code"], 10_900);
    assert_eq!(story.ig_text("77", "No window yet").await.0, 403);
    story.ig_writes("77", "Thanks!").await;
    let (_, contact) = story.ig_get("77?fields=name,username").await;
    assert_eq!(contact["username"], "anna");
}

#[tokio::test]
async fn conversations_show_the_twenty_newest_messages_two_calls_a_second() {
    // Time passes only where the story says so.
    let noon = DateTime::from_timestamp(1_785_000_000, 0).unwrap();
    let mut options = options();
    options.clock = Clock::from_source(move || noon);
    let story = Story::with(options).await;
    let first = story.ig_writes("1254", "message 0").await;
    for n in 1..=24 {
        story.ig_writes("1254", &format!("message {n}")).await;
    }
    story.control("clock", json!({"advance_seconds": 1})).await;
    story.ig_writes("1255", "another").await;
    let (_, list) = story
        .ig_get("me/conversations?platform=instagram&user_id=1254&fields=id,participants")
        .await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let thread = list["data"][0]["id"].as_str().unwrap();
    let (_, read) = story
        .ig_get(&format!("{thread}?fields=messages{{id,from,message}}"))
        .await;
    let messages = read["messages"]["data"].as_array().unwrap();
    assert_eq!(messages.len(), 20);
    assert_eq!(messages[0]["message"], "message 24");
    assert_eq!(messages[0]["from"]["id"], "1254");
    let (status, error) = story.ig_get("me/conversations?platform=instagram").await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!(613)));
    story.control("clock", json!({"advance_seconds": 2})).await;
    let (_, page) = story
        .ig_get("me/conversations?platform=instagram&limit=1")
        .await;
    let next = page["paging"]["next"].as_str().unwrap();
    let rest = story
        .http
        .get(next)
        .bearer_auth(IG_TOKEN)
        .send()
        .await
        .unwrap();
    let rest: serde_json::Value = rest.json().await.unwrap();
    assert_eq!(rest["data"][0]["id"], thread);
    assert!(rest["paging"].get("next").is_none());
    let (_, error) = story.ig_get(&first).await;
    assert_eq!(error["error"]["error_subcode"], 33);
}

#[tokio::test]
async fn sender_actions_stand_alone_and_are_recorded_apart() {
    let story = Story::start().await;
    let mid = story.ig_writes("1254", "Hello").await;
    let action = |name: &str| json!({"recipient": {"id": "1254"}, "sender_action": name});
    assert_eq!(story.ig_send(action("typing_on")).await.0, 200);
    assert_eq!(story.ig_send(action("dance")).await.0, 400);
    let mut both = action("mark_seen");
    both["message"] = json!({"text": "x"});
    assert_eq!(story.ig_send(both).await.0, 400);
    let mut react = action("react");
    react["payload"] = json!({"message_id": mid, "reaction": "love"});
    assert_eq!(story.ig_send(react).await.0, 200);
    let calls = story.sim.calls(0);
    assert!(
        calls
            .iter()
            .all(|call| call.operation == "sender_action" && call.target == "1254")
    );
}

#[tokio::test]
async fn a_comment_reply_returns_as_our_own_comment() {
    let story = Story::start().await;
    let comment = json!({"from": "77", "text": "Price?", "username": "anna"});
    let id = story
        .control(&format!("instagram/{ACCOUNT}/comments"), comment)
        .await;
    let id = id["comment_id"].as_str().unwrap();
    let path = format!("/graph.instagram.com/v25.0/{id}/replies?message=45%20euros");
    let (status, _) = story.call(Method::POST, &path, Some(IG_TOKEN), None).await;
    assert_eq!(status, 200);
    let seen = story.app.wait(2).await;
    assert_eq!(seen[0].item()["from"]["username"], "anna");
    assert_eq!(seen[1].item()["from"]["id"], ACCOUNT);
    assert_eq!(seen[1].item()["parent_id"], id);
    let hide = format!("/graph.instagram.com/{id}?hide=true");
    assert_eq!(
        story
            .call(Method::POST, &hide, Some(IG_TOKEN), None)
            .await
            .0,
        200
    );
    assert_eq!(
        story
            .call(Method::POST, &path, Some(IG_TOKEN), None)
            .await
            .0,
        400
    );
    let gone = format!("/graph.instagram.com/{id}");
    assert_eq!(
        story
            .call(Method::DELETE, &gone, Some(IG_TOKEN), None)
            .await
            .0,
        200
    );
    let operations: Vec<String> = story
        .sim
        .calls(0)
        .into_iter()
        .map(|call| call.operation)
        .collect();
    assert_eq!(
        operations,
        [
            "reply_comment",
            "hide_comment",
            "reply_comment",
            "delete_comment"
        ]
    );
}

#[tokio::test]
async fn usage_headers_climb_and_end_in_a_throttle() {
    let story = Story::start().await;
    story.ig_writes("1254", "Hello").await;
    let order = json!({"account_id": ACCOUNT, "call_count": 96, "regain_minutes": 7});
    story.control("usage", order).await;
    let answer = story
        .http
        .get(format!("{}/graph.instagram.com/me", story.sim.url()))
        .bearer_auth(IG_TOKEN)
        .send()
        .await
        .unwrap();
    let header = answer.headers()["x-business-use-case-usage"]
        .to_str()
        .unwrap()
        .to_owned();
    let usage: serde_json::Value = serde_json::from_str(&header).unwrap();
    assert_eq!(usage[ACCOUNT][0]["call_count"], 96);
    assert_eq!(usage[ACCOUNT][0]["estimated_time_to_regain_access"], 7);
    story
        .control("usage", json!({"account_id": ACCOUNT, "call_count": 100}))
        .await;
    let (status, error) = story.ig_text("1254", "x").await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!(80_002)));
}
