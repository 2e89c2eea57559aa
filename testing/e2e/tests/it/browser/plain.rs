//! Without JavaScript: reading, replying and settings work all the same.

use super::begin;
use super::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_one_reads_replies_and_changes_settings() {
    let story = begin().await;
    story
        .customer("whatsapp", "33600000801", "I want to talk to a human")
        .await;
    story.settle().await;
    let before = story.replies_to("33600000801").len();
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.says("I want to talk to a human").await;
    window.fill("text", "Camille here, how can I help?").await;
    window.click("form[action$='/reply'] button").await;
    story
        .until("the platform has the reply", async || {
            story.replies_to("33600000801").len() == before + 1
        })
        .await;
    window.says("Camille here, how can I help?").await;
    window.go("/agent").await;
    window.click("input[name='mode'][value='suggest']").await;
    window
        .click(
            "form[action='/agent'] button[type='submit'], form[action='/agent'] button:not([type])",
        )
        .await;
    story
        .until("the mode is kept", async || {
            story.get("/api/ai-settings").await["mode"] == "suggest"
        })
        .await;
    window.close().await;
    story.end().await;
}
