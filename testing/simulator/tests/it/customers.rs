use std::time::Duration;

use serde_json::json;
use simulator::Pace;

use crate::setup::{Story, options};

#[tokio::test]
async fn scripted_customers_write_on_both_platforms_and_stop_when_told() {
    let mut busy = options();
    busy.customers = Some(Pace {
        between: Duration::from_millis(5),
        conversations: Some(12),
    });
    let story = Story::with(busy).await;
    let seen = story.app.wait(12).await;
    let on = |object: &str| {
        seen.iter()
            .any(|delivery| delivery.json()["object"] == object)
    };
    assert!(on("instagram") && on("whatsapp_business_account"));
    story.sim.stop().await;
}

#[tokio::test]
async fn the_page_shows_accounts_threads_calls_and_faults() {
    let story = Story::start().await;
    story.ig_writes("1254", "Is <b>this</b> escaped?").await;
    story.ig_text("1254", "Yes, it is.").await;
    story
        .control(
            "faults",
            json!({"operation": "send_message", "kind": "server_error"}),
        )
        .await;
    let page = story.get("/_sandbox/").await;
    let page = page.as_str().unwrap();
    assert!(
        page.contains("Is &#60;b&#62;this") && page.contains("Yes, it is."),
        "{page}"
    );
    assert!(page.contains("@atelier.lumen") && page.contains("server_error · 1 left"));
    for file in ["page.css", "page.js"] {
        let text = story.get(&format!("/_sandbox/{file}")).await;
        assert!(!text.as_str().unwrap().is_empty());
    }
}
