//! What the settings say about comments acts, each on its own.

use serde_json::{Value, json};

use crate::model_mode::{QUESTION, comment_that_is_thought_about, in_model_mode};
use crate::story::{Story, account_of};

async fn set(story: &Story, settings: Value) {
    story.put("/api/ai-settings", &settings).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_shadow_a_comment_is_decided_about_and_nothing_else_happens() {
    let story = Story::begin().await;
    set(&story, json!({"mode": "shadow"})).await;
    let comment = story.comment("880", QUESTION);
    story.settle().await;
    assert_eq!(story.decision_on(&comment).await.0, "shadowed");
    assert!(story.answers_under(&comment).is_empty());
    let considered = "SELECT count(*) FROM comment_decisions WHERE text LIKE 'Yes, we deliver%'";
    assert_eq!(story.count(considered).await, 1);
    let offered = "SELECT count(*) FROM comments WHERE draft IS NOT NULL";
    assert_eq!(story.count(offered).await, 0);
    assert_eq!(story.comment_state(&comment).await, "needs_person");
    let written = "SELECT count(*) FROM effects";
    assert_eq!(story.count(written).await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switches_of_comments_and_of_chats_are_two() {
    let story = Story::begin().await;
    set(&story, json!({"ai_enabled_for_comments": false})).await;
    let silent = story.comment("880", QUESTION);
    story.customer("instagram", "700880", QUESTION).await;
    story.settle().await;
    let told = story.decision_on(&silent).await;
    assert_eq!(told, ("silent".to_owned(), "comments_off".to_owned()));
    assert!(story.answers_under(&silent).is_empty());
    assert_eq!(story.comment_state(&silent).await, "needs_person");
    assert_eq!(story.words_to("700880").len(), 1, "chats go on");

    let both = json!({"ai_enabled_for_comments": true, "ai_enabled_for_chats": false});
    set(&story, both).await;
    let answered = story.comment("881", QUESTION);
    story.customer("instagram", "700881", QUESTION).await;
    story.settle().await;
    assert_eq!(story.answers_under(&answered).len(), 1, "comments go on");
    assert!(story.words_to("700881").is_empty());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mode_of_an_account_and_the_main_switch_hold_for_comments_too() {
    let story = Story::begin().await;
    let accounts = story.get("/api/channels").await;
    let external = account_of("instagram");
    let accounts = accounts["items"].as_array().unwrap();
    let own = accounts.iter().find(|one| one["external_id"] == external);
    let id = own.unwrap()["id"].as_str().unwrap();
    for (number, (settings, outcome, reason)) in [
        (
            json!({"channel_modes": {id: "suggest"}}),
            "suggested",
            "passage_found",
        ),
        (json!({"channel_modes": {id: "off"}}), "silent", "mode_off"),
        (json!({"ai_control_enabled": false}), "silent", "ai_off"),
    ]
    .into_iter()
    .enumerate()
    {
        set(&story, settings).await;
        let comment = story.comment(&format!("89{number}"), QUESTION);
        story.settle().await;
        let told = story.decision_on(&comment).await;
        assert_eq!(told, (outcome.to_owned(), reason.to_owned()));
        assert!(story.answers_under(&comment).is_empty());
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_is_turned_while_the_model_thinks_acts_on_its_answer() {
    let story = in_model_mode().await;
    let comment = comment_that_is_thought_about(&story).await;
    set(&story, json!({"ai_enabled_for_comments": false})).await;
    story.release_the_model().await;
    story.settle().await;
    let told = story.decision_on(&comment).await;
    assert_eq!(told, ("silent".to_owned(), "comments_off".to_owned()));
    assert!(story.answers_under(&comment).is_empty());
    story.end().await;
}
