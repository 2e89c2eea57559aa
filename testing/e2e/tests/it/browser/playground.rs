//! Trying the agent in the browser, with and without scripts.

use serde_json::json;

use super::begin;
use super::window::{PHONE, Window};
use crate::model_mode::QUESTION;

const SAY: &str = "form[action^='/agent/playground'] button:not([type])";

/// How many of these stand on the page.
async fn count(window: &Window, selector: &str) -> u64 {
    let script = format!("return document.querySelectorAll(\"{selector}\").length");
    window.learn(&script).await.as_u64().unwrap()
}

async fn say(window: &Window, words: &str) {
    window.fill("message", words).await;
    window.click(SAY).await;
}

async fn choose(window: &Window, name: &str, value: &str) {
    window
        .click(&format!("select[name='{name}'] option[value='{value}']"))
        .await;
}

/// Two turns, the second with two models side by side.
async fn talk(window: &Window) {
    window.go("/agent/playground").await;
    window.says("Nobody has said anything yet").await;
    say(window, QUESTION).await;
    window.says("tokens read").await;
    window.says("Yes, we deliver to Belgium").await;
    window.click(".turn details summary").await;
    window.says("used").await;
    choose(window, "version_b", "present").await;
    window.fill("model_b", "simulated/second").await;
    say(window, "How long does delivery take?").await;
    window.says("simulated/second").await;
    window
        .until("two turns, the second with two sides", async || {
            count(window, ".turn").await == 2 && count(window, ".turn:last-child .side").await == 2
        })
        .await;
    window
        .click(".turn:last-child .side:last-child details:last-of-type summary")
        .await;
    window.says("search_knowledge").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_talks_to_the_agent_and_compares_two_models() {
    let story = begin().await;
    story.with_a_model("suggest").await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    talk(&window).await;
    let shown = story.model_calls().await.last().unwrap()["request"]["messages"].to_string();
    assert!(shown.contains(QUESTION), "the first turn is forgotten");
    assert_eq!(story.count("SELECT count(*) FROM messages").await, 0);
    window.resize(PHONE).await;
    let wider = window
        .learn("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        .await;
    assert!(wider.as_i64().unwrap() <= 0, "{wider} px too wide");
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_form_answers_with_the_whole_talk() {
    let story = begin().await;
    story.with_a_model("suggest").await;
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    talk(&window).await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_are_there_before_the_answer_is_whole() {
    let story = begin().await;
    story.with_a_model("suggest").await;
    let text = "Yes, to Belgium and to every neighbour of it, within four days. ".repeat(4);
    let arguments = json!({"text": text, "language": "en", "confidence": 0.9, "sources": []});
    let answer = json!({"tool_calls": [{"name": "answer", "arguments": arguments}]});
    story
        .model_answers(json!([{ "respond": answer, "broken": "stall" }]))
        .await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.go("/agent/playground").await;
    say(&window, QUESTION).await;
    window
        .until("the first words", async || {
            let words = "return document.querySelector('[data-words]')?.textContent ?? ''";
            let words = window.learn(words).await;
            let words = words.as_str().unwrap().to_owned();
            !words.is_empty() && text.starts_with(&words)
        })
        .await;
    assert!(!window.text().await.contains(text.trim()));
    window.go("/agent").await;
    window.close().await;
    story.end().await;
}
