//! The shadow mode: drafts for real messages, nothing sent, and what people answered beside them.

use serde_json::{Value, json};

use crate::model_mode::QUESTION;
use crate::story::Story;

async fn drafts(story: &Story) -> Vec<Value> {
    let list = story.get("/api/shadow-drafts").await;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_shadow_nothing_is_sent_and_a_draft_stands_beside_what_people_answer() {
    let story = Story::begin().await;
    let shadow = json!({"mode": "shadow"});
    story.put("/api/ai-settings", &shadow).await;
    story.customer("instagram", "700800", QUESTION).await;
    story.settle().await;
    assert!(story.words_to("700800").is_empty(), "something was sent");
    let decision = story.decision_about("Belgium").await;
    assert_eq!(decision["outcome"], "shadowed");
    let all = drafts(&story).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["would"], "send");
    assert_eq!(all[0]["question"], QUESTION);
    let text = all[0]["text"].as_str().unwrap();
    assert!(text.starts_with("Yes, we deliver to Belgium"), "{text}");
    assert!(all[0]["answer"].is_null());
    let waiting = story.count("SELECT count(*) FROM suggestions").await;
    assert_eq!(waiting, 0, "a draft in shadow is offered to nobody");

    let conversation = story.conversation_with("700800").await;
    story
        .human_reply(&conversation, "Yes, we deliver to Belgium.")
        .await;
    story.settle().await;
    let answered = &drafts(&story).await[0];
    assert_eq!(answered["answer"], "Yes, we deliver to Belgium.");
    let alike = answered["likeness"].as_f64().unwrap();
    assert!(alike > 0.3 && alike <= 1.0, "{alike}");

    // The conversation is a person's now: drafts go on all the same.
    story
        .customer("instagram", "700800", "How long does delivery take?")
        .await;
    story.settle().await;
    assert_eq!(drafts(&story).await.len(), 2);
    story
        .native_reply("instagram", "700800", "Two to four working days.")
        .await;
    story.settle().await;
    let newest = &drafts(&story).await[0];
    assert_eq!(newest["answer"], "Two to four working days.");
    let summary = story.get("/api/shadow-drafts/summary").await;
    assert_eq!(summary["drafts"], 2);
    assert_eq!(summary["answered"], 2);
    // By what they rest on.
    let topics = story.get("/api/shadow-drafts/topics").await;
    let topics = topics["items"].as_array().unwrap();
    assert_eq!(topics.len(), 2, "{topics:#?}");
    for topic in topics {
        assert!(topic["title"].is_string() && topic["reason"].is_null());
        let counts = (&topic["drafts"], &topic["sent"], &topic["answered"]);
        assert_eq!(counts, (&json!(1), &json!(1), &json!(1)));
        let told = topic["kept"].as_i64().unwrap() + topic["edited"].as_i64().unwrap();
        assert_eq!(told, 1, "{topic:#}");
    }
    let page = story.page("/agent/evaluations").await;
    assert!(
        page.contains(topics[0]["title"].as_str().unwrap()),
        "{page}"
    );
    let page = story.page("/agent/shadow").await;
    assert!(page.contains("Two to four working days."), "{page}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_shadow_a_customer_who_wants_a_person_gets_no_notice_and_stays_where_it_was() {
    let story = Story::begin().await;
    let shadow = json!({"mode": "shadow"});
    story.put("/api/ai-settings", &shadow).await;
    story
        .customer("instagram", "700801", "I want to talk to a human")
        .await;
    story.settle().await;
    assert!(story.words_to("700801").is_empty());
    let conversation = story.conversation_with("700801").await;
    assert_eq!(conversation["owner"], "ai");
    let all = drafts(&story).await;
    assert_eq!(all[0]["would"], "escalate");
    assert_eq!(all[0]["reason"], "customer_asked_for_human");
    let open = story.get("/api/escalations?state=open").await;
    assert!(open["items"].as_array().unwrap().is_empty());
    story.end().await;
}
