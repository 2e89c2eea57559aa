//! A thread in which much happens at once.

use serde_json::json;

use super::begin;
use super::window::Window;
use crate::story::Story;

/// A conversation that is open in a window, with the agent in this mode.
async fn opened(mode: &str, platform: &'static str, from: &str, text: &str) -> (Story, Window) {
    let story = begin().await;
    story
        .put("/api/ai-settings", &json!({ "settings": { "mode": mode } }))
        .await;
    story.customer(platform, from, text).await;
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.find("composer-box textarea").await;
    (story, window)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impatient_person_sends_each_answer_once() {
    let (story, window) = opened("off", "instagram", "700511", "Is it still there?").await;
    let empty = async || {
        let script = "return document.querySelector('composer-box textarea').value === ''";
        window.learn(script).await == true
    };
    window.fill("text", "Yes, it is.").await;
    let button = window.find("[data-send]").await;
    let twice = window.driver.action_chain().double_click_element(&button);
    twice.perform().await.unwrap();
    window.says("Yes, it is.").await;
    window.until("an empty composer", empty).await;
    window.fill("text", "See you tomorrow.").await;
    let twice = "const form = document.querySelector('form.composer');
        form.requestSubmit(); form.requestSubmit(); return true";
    window.learn(twice).await;
    window.says("See you tomorrow.").await;
    window.until("an empty composer", empty).await;
    story.settle().await;
    assert_eq!(
        story.words_to("700511"),
        ["Yes, it is.", "See you tomorrow."]
    );
    assert!(
        !window.shows(".composer-error .callout").await,
        "the second click complains"
    );
    window.close().await;
    story.end().await;
}
