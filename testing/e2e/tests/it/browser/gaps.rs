//! Closing a gap of the knowledge in the browser, with and without scripts.

use super::access::picture;
use super::begin;
use super::window::{PHONE, WIDE, Window};
use crate::knowledge_gaps::{ENGRAVING, REPLY, asks, look};
use crate::story::Story;

const DOGS: &str = "Are dogs allowed in the shop?";

/// Two gaps; a person answered one of the questions.
pub async fn with_gaps(story: &Story) -> String {
    for one in ENGRAVING {
        asks(story, one).await;
    }
    asks(story, ("instagram", "701403", "Lucía Romero", DOGS)).await;
    let conversation = story.conversation_with("701400").await;
    story.human_reply(&conversation, REPLY).await;
    story.settle().await;
    look(story).await;
    let list = story.get("/api/knowledge-gaps?state=open").await;
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_looked_at_tried_answered_and_another_one_dismissed() {
    let story = begin().await;
    with_gaps(&story).await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.go("/knowledge").await;
    window.click("a[href='/knowledge/gaps']").await;
    window.says("Asked 2 times by 2 customers").await;
    picture(&window, "gaps-wide-light").await;
    window.click(".list-row").await;
    window.says("what a person told a customer").await;
    window
        .says("Taken out, since it belongs to one customer: a name.")
        .await;
    window.click("button[formaction*='/preview']").await;
    window.says("It would answer").await;
    window.says("Past questions asked again:").await;
    let answers = "return [...document.querySelectorAll('#preview .list-row')].length";
    assert_eq!(window.learn(answers).await, 2);
    picture(&window, "gap-preview-wide-light").await;
    window.prefer("dark").await;
    window.resize(PHONE).await;
    picture(&window, "gap-preview-phone-dark").await;
    window.resize(WIDE).await;
    window.prefer("light").await;
    // What is empty is refused, and what was typed stays.
    window.fill("questions", " ").await;
    window.click("button[formaction*='/preview']").await;
    window
        .until("the mistake is said", async || {
            let said = "return document.querySelector('#preview [role=alert]')?.textContent ?? ''";
            let said = window.learn(said).await;
            said.as_str().is_some_and(|text| !text.is_empty())
        })
        .await;
    window
        .fill("questions", "Do you offer engraving of a name?")
        .await;
    window.click("#draft button:not([formaction])").await;
    window
        .says("The answer is saved. The gap is answered.")
        .await;
    story
        .until("the answer is kept", async || {
            let sql = "SELECT count(*) FROM faq_qa WHERE answer LIKE '%twelve letters%'";
            story.count(sql).await == 1
        })
        .await;
    window.go("/knowledge/gaps?state=answered").await;
    window.says("engraving").await;

    window.go("/knowledge/gaps").await;
    window.says(DOGS).await;
    let dogs = format!("//*[contains(text(), '{DOGS}')]");
    let script = format!(
        "document.evaluate(\"{dogs}\", document, null, 9).singleNodeValue.closest('a').click()"
    );
    window.learn(&script).await;
    window.says("Nobody has answered this so far").await;
    window.click("form[action$='/dismiss'] button").await;
    window.says("Dismissed.").await;
    window
        .until("it is gone", async || {
            !window
                .learn("return document.querySelector('#gaps').textContent")
                .await
                .as_str()
                .unwrap()
                .contains("dogs")
        })
        .await;
    window.click("undo-toast form button").await;
    window
        .until("it is back", async || {
            window
                .learn("return document.querySelector('#gaps').textContent")
                .await
                .as_str()
                .unwrap()
                .contains("dogs")
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_gap_is_tried_and_answered() {
    let story = begin().await;
    let gap = with_gaps(&story).await;
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.go(&format!("/knowledge/gaps/{gap}")).await;
    window.click("button[formaction*='/preview']").await;
    window.says("Past questions asked again:").await;
    window.click("#draft button:not([formaction])").await;
    window
        .says("The answer is saved. The gap is answered.")
        .await;
    window.close().await;
    story.end().await;
}
