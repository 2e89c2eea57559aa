//! What a model claims is held against its sources before it is sent.

use serde_json::{Value, json};

use crate::model_mode::{answers, asks, in_model_mode, passage};

/// What becomes of an answer of the model that names the right source.
async fn answered(customer: &str, text: &str, settings: Value) -> (Value, Vec<String>) {
    let story = in_model_mode().await;
    story.put("/api/ai-settings", &settings).await;
    let source = passage(&story).await;
    story
        .model_answers(json!([answers(text, 0.95, &source)]))
        .await;
    let decision = asks(&story, customer).await;
    let words = story.words_to(customer);
    story.end().await;
    (decision, words)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_a_link_that_no_source_holds_waits_for_a_person() {
    let text = "Yes, we deliver to Belgium. Order at https://evil.example/shop";
    let (decision, words) = answered("700600", text, json!({})).await;
    assert!(words.is_empty(), "it was sent unseen: {words:?}");
    assert_eq!(decision["outcome"], "suggested");
    assert_eq!(decision["reason"], "foreign_link");
    let doubt = &decision["explanation"]["doubts"][0];
    assert_eq!(doubt["found"], "https://evil.example/shop");
    let allowed = json!({"allowed_links": ["evil.example"]});
    let (decision, words) = answered("700601", text, allowed).await;
    assert_eq!(words, [text], "{decision:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_a_number_that_no_source_holds_waits_for_a_person() {
    let text = "Yes, we deliver to Belgium for 123.45 €.";
    let (decision, words) = answered("700602", text, json!({})).await;
    assert!(words.is_empty(), "it was sent unseen: {words:?}");
    assert_eq!(decision["reason"], "not_grounded");
    let said = json!({"instructions": "Delivery to Belgium costs 123.45 €."});
    let (decision, words) = answered("700603", text, said).await;
    assert_eq!(words, [text], "{decision:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_repeats_the_instructions_waits_for_a_person() {
    let secret = json!({"instructions": "Our margin on lamps is forty percent and nobody may ever know it."});
    let text = "Yes, we deliver to Belgium. Our margin on lamps is forty percent and nobody may ever know it.";
    let (decision, words) = answered("700604", text, secret).await;
    assert!(words.is_empty(), "it was sent unseen: {words:?}");
    assert_eq!(decision["reason"], "instructions_leaked");
}
