//! On a phone the same pages are plain navigation.

use super::begin;
use super::window::{PHONE, Window};

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_one_goes_from_the_list_to_the_thread_and_back() {
    let story = begin().await;
    story
        .customer("instagram", "700601", "Do you repair ceramics?")
        .await;
    story.settle().await;
    let window = Window::open(&story).await;
    window.resize(PHONE).await;
    window.sign_in().await;
    window.find(".conversation a").await;
    assert!(
        !window.shows("composer-box").await,
        "the thread is beside the list"
    );
    window.click(".conversation a").await;
    window.find("composer-box textarea").await;
    assert!(
        !window.shows("#conversations").await,
        "the list is beside the thread"
    );
    window.says("Do you repair ceramics?").await;
    window.click(".to-context").await;
    window.says("Why this answer").await;
    assert!(!window.shows("composer-box").await);
    window.click(".pane-back-to-thread").await;
    window.find("composer-box textarea").await;
    window.click(".pane-back").await;
    window.find("#conversations").await;
    for page in [
        "/inbox",
        "/comments",
        "/knowledge",
        "/agent",
        "/agent/playground?version_b=present",
        "/decisions",
        "/channels",
        "/settings",
        "/account",
        "/notifications",
        "/welcome",
        "/workspaces",
        "/privacy",
    ] {
        window.go(page).await;
        let wider = window
            .learn("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert!(
            wider.as_i64().unwrap() <= 0,
            "{page} is {wider} px too wide for a phone"
        );
    }
    window.close().await;
    story.end().await;
}
