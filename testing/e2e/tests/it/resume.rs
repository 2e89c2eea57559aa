//! A product that dies in the middle of a run goes on behind the last step that was kept, and pays
//! for nothing twice.

use serde_json::json;

use crate::story::Story;

const QUESTION: &str = "Do you deliver to Belgium?";

#[tokio::test(flavor = "multi_thread")]
async fn what_the_model_said_before_the_end_is_not_asked_again() {
    let mut story = Story::begin().await;
    story.with_a_model("auto").await;
    // The model searches; the product dies while it writes its answer.
    story
        .model_answers(json!([{ "after_tools": true, "hold": true, "times": 1 }]))
        .await;
    story.customer("instagram", "700400", QUESTION).await;
    story.model_was_asked(2).await;
    story.dies_and_comes_back().await;
    story.settle().await;
    let calls = story.model_calls().await;
    let searches = calls.iter().filter(|call| {
        let said = call["request"]["messages"].to_string();
        !said.contains("\"role\":\"tool\"")
    });
    assert_eq!(searches.count(), 1, "the search was paid for twice");
    assert_eq!(
        calls.len(),
        3,
        "the answer that nobody heard is asked for again"
    );
    assert_eq!(story.words_to("700400").len(), 1);
    assert_eq!(story.decision_about("Belgium").await["outcome"], "answered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_kept_before_the_end_is_used_and_not_paid_for_again() {
    let mut story = Story::begin().await;
    story.with_a_model("auto").await;
    story
        .model_answers(json!([{ "after_tools": true, "hold": true, "times": 1 }]))
        .await;
    story.customer("instagram", "700401", QUESTION).await;
    story.model_was_asked(2).await;
    // Somebody else holds the conversation, so the run gets no further than to keep the answer.
    let mut held = story.tables.begin().await.unwrap();
    sqlx::query("SELECT id FROM conversations FOR UPDATE")
        .fetch_all(&mut *held)
        .await
        .unwrap();
    story.release_the_model().await;
    story
        .until("the answer is kept", async || {
            story
                .count("SELECT count(*) FROM agent_steps WHERE kind = 'call_model'")
                .await
                == 2
        })
        .await;
    story.dies_and_comes_back().await;
    held.rollback().await.unwrap();
    story.settle().await;
    assert_eq!(
        story.model_calls().await.len(),
        2,
        "the answer was paid for twice"
    );
    assert_eq!(story.words_to("700401").len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_ended_while_the_customer_wrote_again_gives_way_to_the_newer_one() {
    let mut story = Story::begin().await;
    story.with_a_model("auto").await;
    story
        .model_answers(json!([{ "hold": true, "times": 1 }]))
        .await;
    story.customer("instagram", "700402", QUESTION).await;
    story.model_was_asked(1).await;
    story
        .customer("instagram", "700402", "How long does delivery take?")
        .await;
    story.taken_in().await;
    story.dies_and_comes_back().await;
    story.settle().await;
    assert_eq!(story.words_to("700402").len(), 1, "one answer to both");
    let (one, other) = (
        story.decision_about("Belgium").await,
        story.decision_about("How long").await,
    );
    assert_eq!(one["outcome"], "answered");
    assert_eq!(one["run_id"], other["run_id"]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_about_to_leave_leaves_once_after_the_end() {
    let mut story = Story::begin().await;
    let held = story.hold_sends();
    story.customer("instagram", "700403", QUESTION).await;
    held.arrived().await;
    story.dies_and_comes_back().await;
    held.release();
    story.settle().await;
    assert_eq!(story.words_to("700403").len(), 1);
    story.end().await;
}
