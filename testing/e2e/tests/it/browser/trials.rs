//! A document is tried before it is put to use, in the browser.

use std::io::Write as _;

use super::access::picture;
use super::begin;
use super::window::{WIDE, Window};

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_tried_on_past_conversations_and_put_to_use() {
    let story = begin().await;
    for (customer, text) in [
        ("700931", "How long does delivery take?"),
        ("700932", "Who won the cycling race in 1987?"),
    ] {
        story.customer("instagram", customer, text).await;
        story.settle().await;
    }
    let window = Window::open(&story).await;
    window.resize(WIDE).await;
    window.sign_in().await;
    let mut file = tempfile::Builder::new().suffix(".md").tempfile().unwrap();
    write!(
        file,
        "# The cycling race\n\nRoche won the cycling race in 1987.\n"
    )
    .unwrap();
    window.go("/knowledge/documents").await;
    window
        .find("input[type='file']")
        .await
        .send_keys(file.path().display().to_string())
        .await
        .unwrap();
    window.click("button[formaction='/knowledge/trials']").await;
    // The page shows it by itself, once a worker has read it.
    window.says("Roche won the cycling race").await;
    window.says("Read, not in use yet").await;
    picture(&window, "trial").await;
    let page = window.path().await;
    window.go("/knowledge/documents").await;
    window.says("Tried, not in use yet").await;
    picture(&window, "trials").await;
    window.go(&page).await;
    press(&window, "button[formaction='/agent/evaluations/document']").await;
    window.says("The evaluation has begun.").await;
    story
        .until("the evaluation is done", async || {
            let done = "SELECT count(*) FROM evaluations WHERE state = 'done'";
            story.count(done).await == 1
        })
        .await;
    window.says("Who won the cycling race").await;
    let run = window.path().await;
    picture(&window, "tried-document").await;
    press(&window, "a[href^='/knowledge/trials/']").await;
    window.is_at(&page).await;
    press(&window, "form[action$='/use'] button").await;
    window.says("Put to use. Answers come from it").await;
    window
        .until("the document is found", async || {
            let path = "/api/knowledge/search?q=who%20won%20the%20cycling%20race";
            story.get(path).await.to_string().contains("Roche")
        })
        .await;
    picture(&window, "put-to-use").await;
    window.go(&run).await;
    window.says("The document was put to use.").await;
    picture(&window, "tried-document-used").await;
    window.close().await;
    story.end().await;
}

/// Presses what a page that renews itself holds at this moment.
async fn press(window: &Window, selector: &str) {
    window.find(selector).await;
    let script = format!("document.querySelector(\"{selector}\").click(); return null");
    window.learn(&script).await;
}
