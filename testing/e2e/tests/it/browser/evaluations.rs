//! Trying a change on past conversations in the browser, releasing it and returning.

use serde_json::json;

use super::access::picture;
use super::begin;
use super::window::{PHONE, WIDE, Window};
use crate::evaluations::CHEEKY;
use crate::model_mode::{QUESTION, passage};
use crate::story::Story;

/// Customers who asked, drafts in shadow, and a second model that answers in its own way.
async fn fill(story: &Story) {
    story
        .put("/api/ai-settings", &json!({ "mode": "shadow" }))
        .await;
    for (customer, text) in [
        ("701101", "How long does delivery take?"),
        ("701102", "Who won the cycling race in 1987?"),
    ] {
        story.customer("instagram", customer, text).await;
        story.settle().await;
    }
    let conversation = story.conversation_with("701101").await;
    story
        .human_reply(&conversation, "Two to four working days.")
        .await;
    story.settle().await;
    story.with_a_model("auto").await;
    story.customer("instagram", "701103", QUESTION).await;
    story.settle().await;
    let source = passage(story).await;
    let answer =
        json!({ "text": CHEEKY, "language": "en", "confidence": 0.95, "sources": [source] });
    story
        .model_answers(
            json!([{ "model": "simulated/second", "after_tools": true, "match": "Belgium",
            "respond": { "tool_calls": [{ "name": "answer", "arguments": answer }] } }]),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_tried_with_one_click_released_with_another_and_taken_back() {
    let story = begin().await;
    fill(&story).await;
    let window = Window::open(&story).await;
    window.resize(WIDE).await;
    window.sign_in().await;
    window.go("/agent").await;
    // Nothing was changed yet.
    window.click("button[name='try']").await;
    window
        .says("Nothing differs from the settings in force")
        .await;
    window.fill("model", "simulated/second").await;
    window.fill("tone", "cheeky").await;
    window.click("button[name='try']").await;
    window.says("The evaluation has begun.").await;
    window.find("form[action$='/release']").await;
    window.says(CHEEKY).await;
    let path = window.path().await;
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/first"
    );
    for (width, size) in [("wide", WIDE), ("phone", PHONE)] {
        window.resize(size).await;
        for scheme in ["light", "dark"] {
            window.prefer(scheme).await;
            window.go(&path).await;
            picture(&window, &format!("tried-{width}-{scheme}")).await;
            window
                .learn("document.getElementById('questions').scrollIntoView()")
                .await;
            picture(&window, &format!("questions-{width}-{scheme}")).await;
            window.go("/agent").await;
            window
                .learn("document.querySelector('button[name=try]').scrollIntoView()")
                .await;
            picture(&window, &format!("try-{width}-{scheme}")).await;
            window.go("/agent/evaluations").await;
            window.click("#new > summary").await;
            picture(&window, &format!("compared-{width}-{scheme}")).await;
        }
    }
    window.resize(WIDE).await;
    // Only those that differ.
    window.go(&path).await;
    window.click("a.chip[href*='verdict=worse']").await;
    window.says(CHEEKY).await;
    assert!(!window.text().await.contains("cycling race"));
    // What was typed is not lost.
    window.click("a[href^='/agent?evaluation=']").await;
    let tone = window.find("[name='tone']").await;
    assert_eq!(tone.value().await.unwrap().as_deref(), Some("cheeky"));
    window.go(&path).await;
    window.click("form[action$='/release'] button").await;
    window.says("These settings are in force.").await;
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/second"
    );
    window.click("form[action$='/return'] button").await;
    window.says("These settings are in force again.").await;
    assert_eq!(
        story.get("/api/ai-settings").await["model"],
        "simulated/first"
    );
    window.says("Another version is in force by now").await;
    // The version says what it was released on.
    window.go("/agent/versions").await;
    window.click(".list > li:nth-child(2) a").await;
    window
        .says("Released on the strength of an evaluation")
        .await;
    // Compared with the one in force out of the versions.
    window
        .click("a[href^='/agent/evaluations?candidate=']")
        .await;
    window
        .find("form[action='/agent/evaluations'] button")
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_seen_as_it_comes_and_an_evaluation_is_stopped() {
    let story = begin().await;
    fill(&story).await;
    let hold = json!([{ "hold": true, "match": "Belgium" }]);
    story.model_answers(hold).await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.go("/agent/evaluations").await;
    window.fill("note", "Is the second model better?").await;
    window.fill("model", "simulated/second").await;
    window
        .click("form[action='/agent/evaluations'] button")
        .await;
    window.says("The evaluation has begun.").await;
    window.says("Is the second model better?").await;
    window.find("form[action$='/stop']").await;
    window.click("form[action$='/stop'] button").await;
    window.says("Somebody stopped it.").await;
    story.model_answers(json!([])).await;
    story.release_the_model().await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_tried_out_of_its_editor_and_what_was_typed_is_kept_through_a_mistake() {
    let story = begin().await;
    fill(&story).await;
    let window = Window::open(&story).await;
    window.resize(WIDE).await;
    window.sign_in().await;
    window.go("/knowledge/faq/new").await;
    let attempt = "button[formaction='/agent/evaluations/entry']";
    let race = "Who won the cycling race in 1987?";
    window.fill("questions", race).await;
    window.fill("answer", " ").await;
    window.click(attempt).await;
    window.says("Write the answer.").await;
    let typed = window.find("[name='questions']").await;
    assert_eq!(typed.value().await.unwrap().as_deref(), Some(race));
    let answer = "Roche won the cycling race in 1987.";
    window.fill("answer", answer).await;
    window.click(attempt).await;
    window.says("The evaluation has begun.").await;
    window.find("form[action$='/release']").await;
    let path = window.path().await;
    picture(&window, "tried-entry").await;
    window.click("form[action$='/release'] button").await;
    window.says("The entry is kept and used for answers.").await;
    let entries = "SELECT count(*) FROM faq_qa WHERE answer LIKE 'Roche won%'";
    assert_eq!(story.count(entries).await, 1);
    window.go(&path).await;
    window.click("form[action$='/return'] button").await;
    window.find("form[action$='/release']").await;
    assert_eq!(story.count(entries).await, 0);
    window.close().await;
    story.end().await;
}
