//! Looking at decisions in the browser: narrowing the list, marking one, deciding again.

use serde_json::json;

use super::begin;
use super::window::Window;
use crate::model_mode::QUESTION;

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_found_marked_and_made_again() {
    let story = begin().await;
    for (customer, text) in [
        ("700511", QUESTION),
        ("700512", "Who won the cycling race in 1987?"),
    ] {
        story.customer("instagram", customer, text).await;
        story.settle().await;
    }
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.go("/decisions").await;
    window.click("details.filters > summary").await;
    window.fill("text", "cycling").await;
    window.click("form[action='/decisions'] button").await;
    window
        .until("one row", async || {
            let rows = window.learn("return document.querySelectorAll('.list > li').length");
            rows.await == 1
        })
        .await;
    assert!(!window.text().await.contains(QUESTION));
    window.click(".list-row").await;
    window.says("Who won the cycling race").await;
    // Nothing looks chosen before something is.
    let rims = "return [...document.querySelectorAll('[name=mark]')]
        .map((one) => getComputedStyle(one).borderColor === 'rgba(0, 0, 0, 0)')";
    assert_eq!(window.learn(rims).await, json!([false, false, false]));
    window.click("input[name='mark'][value='wrong']").await;
    assert_eq!(window.learn(rims).await, json!([false, true, false]));
    window
        .fill("better", "We only know about ceramics, sorry.")
        .await;
    window.click("#mark button").await;
    window.says("Saved.").await;
    window
        .until("the mark is kept", async || {
            let decision = story.decision_about("cycling").await;
            decision["mark"]["better"] == "We only know about ceramics, sorry."
        })
        .await;
    story
        .post(
            "/api/knowledge/faq",
            &json!({
                "questions": ["Who won the cycling race in 1987?"],
                "answer": "We only know about ceramics, sorry.",
            }),
        )
        .await;
    window.click("form[action$='/replay'] button").await;
    window
        .says("Today the agent would do something else. Nothing was sent.")
        .await;
    window.says("word for word, without a model").await;
    window.go("/decisions?mark=wrong").await;
    window.says("Who won the cycling race").await;
    window.go("/decisions?mark=right").await;
    window.says("No decision is like that").await;
    window.close().await;
    story.end().await;
}
