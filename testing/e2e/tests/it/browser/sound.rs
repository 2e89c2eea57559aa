//! Sound in a thread.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::begin;
use super::window::Window;
use crate::story::{Story, account_of};

/// Half a second of silence, as a WAV file of 8000 samples a second and one byte each.
fn silence() -> Vec<u8> {
    let samples = vec![128_u8; 4000];
    let mut file = b"RIFF".to_vec();
    file.extend((36 + 4000_u32).to_le_bytes());
    file.extend(b"WAVEfmt ");
    for number in [16_u32, 0x0001_0001, 8000, 8000, 0x0008_0001] {
        file.extend(number.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(4000_u32.to_le_bytes());
    file.extend(samples);
    file
}

async fn says_aloud(story: &Story, mime: &str, bytes: &[u8]) {
    let url = format!("data:{mime};base64,{}", STANDARD.encode(bytes));
    let file = json!({ "type": "audio", "url": url, "voice": true });
    let path = format!("whatsapp/{}/messages", account_of("whatsapp"));
    let message = json!({ "from": "33600000541", "attachments": [file] });
    story.sandbox(&path, &message).await;
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_message_is_played_and_one_that_no_browser_plays_can_be_downloaded() {
    let story = begin().await;
    story
        .put(
            "/api/ai-settings",
            &json!({ "settings": { "mode": "off" } }),
        )
        .await;
    says_aloud(&story, "audio/wav", &silence()).await;
    says_aloud(&story, "audio/amr", b"#!AMR\nnothing that a browser plays").await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.find("audio").await;
    window
        .learn("document.querySelectorAll('audio').forEach((one) => one.load() ?? one.play().catch(() => {})); return true")
        .await;
    window
        .until("half a second of sound", async || {
            let script = "return document.querySelector('audio').duration";
            window.learn(script).await == json!(0.5)
        })
        .await;
    window
        .until("the way to the other one", async || {
            let script = "const [played, other] = document.querySelectorAll('media-file');
                const link = (one) => one.querySelector('a[download]').checkVisibility();
                return !link(played) && link(other)";
            window.learn(script).await == true
        })
        .await;
    window.close().await;
    story.end().await;
}
