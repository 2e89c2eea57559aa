//! The bell and what it leads to.

use serde_json::json;

use super::begin;
use super::window::{PHONE, Window};
use crate::story::Story;

const BELL: &str = "#bell .bell-count";

async fn needs_a_person(story: &Story, customer: &str) {
    story
        .customer("whatsapp", customer, "I want to talk to a human")
        .await;
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bell_counts_by_itself_and_leads_to_the_customer() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.go("/knowledge").await;
    assert!(!window.shows(BELL).await, "nothing has happened yet");
    // The connection that brings the signals stands once the sidebar was fetched anew.
    window
        .until("live signals", async || {
            window
                .learn("return performance.getEntriesByType('resource').some((one) => one.name.includes('/nav'))")
                .await
                == true
        })
        .await;
    needs_a_person(&story, "33600000701").await;
    window.find(BELL).await;
    // What was seen elsewhere is no news here either.
    story.post("/api/notifications/read", &json!({})).await;
    window
        .until("a silent bell", async || !window.shows(BELL).await)
        .await;
    assert_eq!(window.path().await, "/knowledge");
    needs_a_person(&story, "33600000703").await;
    needs_a_person(&story, "33600000702").await;
    window
        .until("a count of two", async || {
            window
                .find(BELL)
                .await
                .text()
                .await
                .unwrap()
                .starts_with('2')
        })
        .await;
    window.click("#bell").await;
    window.is_at("/notifications").await;
    window.find(".notice[data-unread]").await;
    window.click(".notice[data-unread] form button").await;
    window
        .until("one is read", async || {
            window
                .learn("return document.querySelectorAll('.notice[data-unread]').length")
                .await
                == 1
        })
        .await;
    window.click(".notice[data-unread] .list-link").await;
    window.says("I want to talk to a human").await;
    assert!(window.path().await.starts_with("/inbox/"));
    window
        .until("a silent bell", async || !window.shows(BELL).await)
        .await;
    // Who goes there by themselves has seen it, too.
    window.go("/inbox").await;
    needs_a_person(&story, "33600000704").await;
    window.find(BELL).await;
    let id = story.conversation_if_any("33600000704").await.unwrap();
    window.click(&format!("#row-{id} a")).await;
    window.says("I want to talk to a human").await;
    window
        .until("a silent bell", async || !window.shows(BELL).await)
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_and_on_a_phone_all_is_there_as_well() {
    let story = begin().await;
    needs_a_person(&story, "33600000711").await;
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.go("/agent").await;
    window.find(BELL).await;
    window.resize(PHONE).await;
    window.find(".tabbar button .tab-count").await;
    window.click(".tabbar button").await;
    window.click("#bell-item").await;
    window.is_at("/notifications").await;
    window.find(".notice[data-unread]").await;
    window
        .click("form[action='/notifications/read'] button")
        .await;
    window
        .until("all is read", async || {
            !window.shows(".notice[data-unread]").await && window.shows(".notice").await
        })
        .await;
    assert!(!window.shows(".tabbar button .tab-count").await);
    window.close().await;
    story.end().await;
}
