use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::json;
use sha2::Sha256;

use crate::setup::{ACCOUNT, NUMBER, Story, options};

fn hmac(secret: &str, bytes: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(bytes);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn the_signature_covers_the_escaped_bytes() {
    let story = Story::start().await;
    story.ig_writes("1254", "Ça va ? 🙂").await;
    story.wa_writes("32470000001", "Olé").await;
    for delivery in story.app.wait(2).await {
        let instagram = delivery.json()["object"] == "instagram";
        let secret = if instagram {
            "instagram-app-secret"
        } else {
            "whatsapp-app-secret"
        };
        assert_eq!(delivery.signature, Some(hmac(secret, &delivery.bytes)));
        assert!(delivery.bytes.is_ascii());
        let escape: &[u8] = if instagram {
            br"\u00c7a va ? \ud83d\ude42"
        } else {
            br"Ol\u00e9"
        };
        assert!(
            delivery
                .bytes
                .windows(escape.len())
                .any(|part| part == escape)
        );
    }
}

#[tokio::test]
async fn an_update_comes_again_until_it_is_answered_with_200() {
    let story = Story::start().await;
    story.app.refuse(3);
    let mid = story.ig_writes("1254", "Hello").await;
    assert_eq!(story.app.wait(1).await[0].item()["message"]["mid"], mid);
    assert!(story.sim.settle(std::time::Duration::from_secs(5)).await);
    let figures = story.sim.webhooks();
    assert_eq!(
        (figures.delivered, figures.failed_attempts, figures.pending),
        (1, 3, 0)
    );
}

#[tokio::test]
async fn after_thirty_six_hours_the_platform_gives_up() {
    let story = Story::start().await;
    story.app.refuse(u32::MAX);
    story.ig_writes("1254", "Hello").await;
    story
        .control("clock", json!({"advance_seconds": 36 * 3600 + 1}))
        .await;
    assert!(story.sim.settle(std::time::Duration::from_secs(5)).await);
    assert_eq!(story.sim.webhooks().dropped, 1);
}

#[tokio::test]
async fn updates_of_one_thread_keep_their_order() {
    let story = Story::start().await;
    for n in 0..50 {
        story.ig_writes("1254", &n.to_string()).await;
    }
    let texts: Vec<String> = story
        .app
        .wait(50)
        .await
        .iter()
        .map(|delivery| {
            delivery.item()["message"]["text"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(texts, (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn waiting_updates_share_a_post_when_batches_are_on() {
    let mut batched = options();
    batched.webhook_batch = 1000;
    let story = Story::with(batched).await;
    story.app.refuse(1);
    for n in 0..40 {
        story.ig_writes("1254", &n.to_string()).await;
    }
    assert!(story.sim.settle(std::time::Duration::from_secs(10)).await);
    let entries: usize = story
        .app
        .all()
        .iter()
        .map(|delivery| delivery.json()["entry"].as_array().unwrap().len())
        .sum();
    assert_eq!((entries, story.sim.webhooks().delivered), (40, 40));
}

#[tokio::test]
async fn a_target_is_taken_only_after_the_handshake() {
    let story = Story::start().await;
    let path = "/_sandbox/webhooks/instagram/target";
    let target = |token: &str| json!({"url": story.app.url, "verify_token": token});
    let (status, _) = story
        .call(Method::PUT, path, None, Some(target("wrong")))
        .await;
    assert_eq!(status, 422);
    let (status, _) = story
        .call(Method::PUT, path, None, Some(target("open-sesame")))
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        story.get(path).await["target"]["verify_token"],
        "open-sesame"
    );
}

#[tokio::test]
async fn raw_bodies_leave_as_they_are_with_the_signature_asked_for() {
    let story = Story::start().await;
    let body = "{\"object\": \"instagram\",   \"entry\": [";
    for (query, signature) in [
        ("", Some(hmac("instagram-app-secret", body.as_bytes()))),
        ("?signature=missing", None),
        (
            "?signature=wrong",
            Some(hmac("another secret", body.as_bytes())),
        ),
    ] {
        let url = format!("{}/_sandbox/webhooks/instagram{query}", story.sim.url());
        let answer = story.http.post(url).body(body).send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(answer["status"], 200);
        let last = story.app.all().pop().unwrap();
        assert_eq!(
            (last.bytes.as_ref(), last.signature),
            (body.as_bytes(), signature)
        );
    }
    story.app.refuse(1);
    let answer = story.control("webhooks/whatsapp", json!({})).await;
    assert_eq!(answer["status"], 500);
}

#[tokio::test]
async fn every_act_of_a_customer_has_its_webhook() {
    let story = Story::start().await;
    let mid = story.ig_writes("1254", "Hello").await;
    let base = format!("instagram/{ACCOUNT}");
    let edit = json!({"message_id": mid, "text": "Hello!"});
    story.control(&format!("{base}/edit"), edit).await;
    let heart = json!({"from": "1254", "message_id": mid, "emoji": "❤"});
    story.control(&format!("{base}/reactions"), heart).await;
    let back = json!({"from": "1254", "message_id": mid, "remove": true});
    story.control(&format!("{base}/reactions"), back).await;
    let echo = story
        .control(
            &format!("{base}/echo"),
            json!({"to": "1254", "text": "A person."}),
        )
        .await;
    let seen = json!({"message_id": echo["message_id"], "status": "seen"});
    story.control(&format!("{base}/receipts"), seen).await;
    story
        .control(&format!("{base}/unsend"), json!({"message_id": mid}))
        .await;
    let items: Vec<_> = story
        .app
        .wait(7)
        .await
        .iter()
        .map(crate::receiver::Delivery::item)
        .collect();
    assert_eq!(
        items[1]["message_edit"],
        json!({"mid": mid, "text": "Hello!", "num_edit": 1})
    );
    assert_eq!(items[2]["reaction"]["reaction"], "love");
    assert_eq!(
        items[3]["reaction"],
        json!({"mid": mid, "action": "unreact"})
    );
    assert_eq!(items[4]["message"]["is_echo"], true);
    assert!(items[4]["message"].get("app_id").is_none());
    assert_eq!(items[5]["read"]["mid"], echo["message_id"]);
    assert_eq!(items[6]["message"], json!({"mid": mid, "is_deleted": true}));
}

#[tokio::test]
async fn whatsapp_edits_revocations_and_reactions_are_messages_of_their_own() {
    let story = Story::start().await;
    let anna = "32470000001";
    let id = story.wa_writes(anna, "Hello").await;
    let base = format!("whatsapp/{NUMBER}");
    story
        .control(
            &format!("{base}/edit"),
            json!({"message_id": id, "text": "Hi"}),
        )
        .await;
    let reaction = json!({"from": anna, "message_id": id, "emoji": "👍"});
    story.control(&format!("{base}/reactions"), reaction).await;
    story
        .control(&format!("{base}/unsend"), json!({"message_id": id}))
        .await;
    let kinds: Vec<_> = story
        .app
        .wait(4)
        .await
        .iter()
        .map(|delivery| delivery.item()["messages"][0]["type"].clone())
        .collect();
    assert_eq!(kinds, ["text", "edit", "reaction", "revoke"]);
}

#[tokio::test]
async fn the_deletion_callback_carries_a_signed_request() {
    let story = Story::start().await;
    let new = json!({"url": story.app.url, "user_id": "218471"});
    let answer = story.control("callbacks/instagram", new).await;
    assert_eq!(answer["status"], 200);
    let body = story.app.all()[0].bytes.clone();
    let (_, signed) = url::form_urlencoded::parse(&body).next().unwrap();
    assert_eq!(signed.split('.').count(), 2);
}
