//! What an answer rests on is in the page of its thread, before any script runs.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_its_sources_and_confidence_and_why_it_was_given() {
    let story = Story::begin().await;
    story
        .customer("instagram", "700551", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    let decision = story.decision_about("Do you deliver to Belgium?").await;
    let confidence = format!("{:.2}", decision["confidence"].as_f64().unwrap());
    let id = story.conversation_if_any("700551").await.unwrap();
    let path = format!("/inbox/{id}");
    let english = story.page_in(&path, "en").await;
    let (_, answer) = english.split_once("data-from=\"ai\"").unwrap();
    let (_, meta) = answer.split_once("message-meta").unwrap();
    let (meta, _) = meta.split_once("</div>").unwrap();
    for part in [
        "<span>AI</span>",
        "1 source",
        &format!(">{confidence}</span>"),
    ] {
        assert!(meta.contains(part), "{part} is not in {meta}");
    }
    let (_, panel) = english.split_once("id=\"why\"").unwrap();
    let (_, lines) = panel.split_once("class=\"timeline\"").unwrap();
    assert!(lines.contains("Do you deliver to Belgium?"), "{lines}");
    let french = story.page_in(&path, "fr").await;
    let confidence = confidence.replace('.', ",");
    assert!(
        french.contains(&format!(">{confidence}</span>")),
        "{french}"
    );

    let conversation = story.conversation_with("700551").await;
    story.human_reply(&conversation, "And gladly so.").await;
    let own = story.page_in(&path, "en").await;
    assert!(own.contains("<span>You</span>"), "{own}");
    assert!(!own.contains("<span>Customer</span>"), "its side says so");
    story.end().await;
}
