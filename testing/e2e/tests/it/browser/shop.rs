//! What the business knows and how the agent behaves, in the browser.

use std::io::Write as _;

use super::begin;
use super::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_and_a_document_are_added_and_found() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.go("/knowledge/faq/new").await;
    window
        .fill(
            "questions",
            "Do you rent out the kiln?\nCan I use your kiln?",
        )
        .await;
    window
        .fill("answer", "Yes, you can rent the kiln for 40 euros a day.")
        .await;
    window.click("form[action^='/knowledge/faq'] button").await;
    window.says("rent out the kiln").await;
    let mut document = tempfile::Builder::new().suffix(".md").tempfile().unwrap();
    write!(
        document,
        "# Parking\n\nThere is free parking behind the workshop, entrance in Rue des Potiers.\n"
    )
    .unwrap();
    window.go("/knowledge/documents").await;
    window
        .find("input[type='file']")
        .await
        .send_keys(document.path().display().to_string())
        .await
        .unwrap();
    window
        .click("form[action='/knowledge/documents'] button")
        .await;
    // The page shows it by itself, once a worker has read it.
    window.says("entrance in Rue des Potiers").await;
    window
        .until("the document is found", async || {
            let found = story
                .get("/api/knowledge/search?q=parking%20behind%20the%20workshop")
                .await;
            found.to_string().contains("Rue des Potiers")
        })
        .await;
    window.go("/knowledge/search?q=Can+I+use+the+kiln").await;
    window.says("Yes, you can rent the kiln").await;
    window.go("/knowledge").await;
    window.says("rent out the kiln").await;
    // The answer goes again, after a word about what that means.
    let entry = "[...document.querySelectorAll(\"a[href*='/knowledge/faq/']\")]
        .find((one) => one.textContent.includes('rent out the kiln')).click(); return null";
    window.learn(entry).await;
    window.click("[commandfor='delete-entry']").await;
    window.says("stops being used at once").await;
    window.click("#delete-entry form[action] button").await;
    window.is_at("/knowledge").await;
    assert!(!window.text().await.contains("rent out the kiln"));
    window.close().await;
    story.end().await;
}
