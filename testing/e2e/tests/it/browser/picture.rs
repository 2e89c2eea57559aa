//! A picture in the composer: chosen, pasted or dropped, shown, removed and sent.

use std::io::Write as _;

use serde_json::json;

use super::begin;
use super::window::Window;
use crate::pictures::PNG;

/// Puts a file before the composer the way `paste` and `drop` do.
const HAND_OVER: &str = "const [how, name, type] = arguments;
    const held = new DataTransfer();
    held.items.add(new File([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 1])], name, { type }));
    const field = document.querySelector('composer-box textarea');
    const event = how === 'paste'
        ? new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true })
        : new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true });
    field.dispatchEvent(event);";

async fn hand_over(window: &Window, how: &str, name: &str, kind: &str) {
    let arguments = vec![json!(how), json!(name), json!(kind)];
    window.driver.execute(HAND_OVER, arguments).await.unwrap();
}

async fn chosen(window: &Window) -> String {
    let script = "const shown = document.querySelector('[data-chosen]');
        return shown.hidden ? '' : shown.querySelector('[data-name]').textContent";
    let name = window.learn(script).await;
    name.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_chosen_shown_removed_pasted_and_sent_with_words() {
    let story = begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    story
        .customer("whatsapp", "33600000511", "What does it look like?")
        .await;
    story.settle().await;
    let mut picture = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    picture.write_all(PNG).unwrap();
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    let file = window.find("composer-box input[type='file']").await;
    file.send_keys(picture.path().display().to_string())
        .await
        .unwrap();
    assert!(!chosen(&window).await.is_empty(), "it is not shown");
    window.click("[data-remove]").await;
    assert_eq!(chosen(&window).await, "");
    let field = window.find("composer-box textarea").await;
    field.send_keys("Like this").await.unwrap();
    // Something else is refused in words, and what was typed stays.
    hand_over(&window, "drop", "letter.pdf", "application/pdf").await;
    window.says("Only PNG and JPEG pictures").await;
    assert_eq!(chosen(&window).await, "");
    hand_over(&window, "drop", "dropped.png", "image/png").await;
    assert_eq!(chosen(&window).await, "dropped.png");
    hand_over(&window, "paste", "pasted.png", "image/png").await;
    assert_eq!(chosen(&window).await, "pasted.png");
    window.click("[data-send]").await;
    story
        .until("the platform has the picture", async || {
            story.replies_to("33600000511").len() == 1
        })
        .await;
    let sent = &story.replies_to("33600000511")[0].body["image"];
    assert_eq!(sent["caption"], "Like this");
    window.find(".message[data-from='human'] media-file").await;
    window
        .until("an empty composer", async || {
            let typed = "return document.querySelector('composer-box textarea').value";
            chosen(&window).await.is_empty() && window.learn(typed).await == ""
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_server_keeps_words_and_picture() {
    let story = begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    story
        .customer("instagram", "700511", "What does it look like?")
        .await;
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    let field = window.find("composer-box textarea").await;
    field.send_keys("Like this").await.unwrap();
    hand_over(&window, "paste", "pasted.png", "image/png").await;
    sqlx::query("UPDATE conversations SET last_inbound_at = now() - interval '8 days'")
        .execute(&story.tables)
        .await
        .unwrap();
    window.click("[data-send]").await;
    window.says("The reply window has closed").await;
    let typed = "return document.querySelector('composer-box textarea').value";
    assert_eq!(window.learn(typed).await, "Like this");
    assert_eq!(chosen(&window).await, "pasted.png");
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_picture_is_sent_and_words_survive_a_refusal() {
    let story = begin().await;
    story
        .customer("whatsapp", "33600000512", "I want to talk to a human")
        .await;
    story.settle().await;
    let before = story.replies_to("33600000512").len();
    let mut picture = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    picture.write_all(PNG).unwrap();
    let mut letter = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    letter.write_all(b"no picture at all").unwrap();
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    for (file, said) in [(&letter, "Only PNG and JPEG"), (&picture, "Typed once")] {
        if said != "Typed once" {
            window.fill("text", "Typed once").await;
        }
        let field = window.find("composer-box input[type='file']").await;
        field
            .send_keys(file.path().display().to_string())
            .await
            .unwrap();
        window
            .click("form[action$='/reply'] button[data-send]")
            .await;
        window.says(said).await;
    }
    story
        .until("the platform has the picture", async || {
            story.replies_to("33600000512").len() == before + 1
        })
        .await;
    let calls = story.replies_to("33600000512");
    assert_eq!(calls[before].body["image"]["caption"], "Typed once");
    window.close().await;
    story.end().await;
}
