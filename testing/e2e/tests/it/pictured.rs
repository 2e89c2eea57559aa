//! Pictures of customers reach a model that can see them, and no other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::model_mode::{answers, passage};
use crate::story::{Story, account_of};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\na cracked cup";

async fn with_pictures(pictures: &str, model: &str, text: &str) -> Story {
    let story = Story::begin().await;
    story.with_a_model("auto").await;
    let base_url = format!("{}/openrouter/api/v1", story.simulator.url());
    let settings =
        json!({ "settings": { "pictures": pictures, "model": model, "base_url": base_url } });
    story.put("/api/ai-settings", &settings).await;
    let source = passage(&story).await;
    let rules = [answers("Yes, we deliver to Belgium.", 0.95, &source)];
    story.model_answers(json!(rules)).await;
    let url = format!("data:image/png;base64,{}", STANDARD.encode(PICTURE));
    let message = json!({
        "from": "33600000960",
        "text": text,
        "attachments": [{ "type": "image", "url": url }],
    });
    let path = format!("whatsapp/{}/messages", account_of("whatsapp"));
    story.sandbox(&path, &message).await;
    story.settle().await;
    story
}

/// The pictures that the model was shown.
async fn shown(story: &Story) -> Vec<Value> {
    let calls = story.model_calls().await;
    let parts = calls.iter().flat_map(|call| {
        let messages = call["request"]["messages"].as_array().unwrap().iter();
        messages.flat_map(|message| message["content"].as_array().cloned().unwrap_or_default())
    });
    parts.filter(|part| part["type"] == "image_url").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_sees_is_shown_the_picture_itself() {
    // The first because the provider's list says so, the second because the shop does.
    for (pictures, model) in [("auto", "simulated/seeing"), ("on", "simulated/helpful")] {
        let story = with_pictures(pictures, model, "Do you deliver this to Belgium?").await;
        let wanted = format!("data:image/png;base64,{}", STANDARD.encode(PICTURE));
        let shown = shown(&story).await;
        let calls = story.model_calls().await;
        assert_eq!(
            shown[0]["image_url"]["url"], wanted,
            "{pictures}: {calls:#?}"
        );
        let words = story.words_to("33600000960");
        assert_eq!(words, ["Yes, we deliver to Belgium."], "{pictures}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_sees_nothing_is_shown_nothing_and_a_person_is_asked() {
    for (pictures, model) in [("auto", "simulated/helpful"), ("off", "simulated/seeing")] {
        let story = with_pictures(pictures, model, "").await;
        assert!(shown(&story).await.is_empty(), "{pictures}");
        let decision = story.decisions().await[0].clone();
        assert_eq!(decision["outcome"], "escalated", "{pictures}: {decision:#}");
        story.end().await;
    }
}
