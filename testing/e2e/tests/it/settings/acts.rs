//! Settings that exist act: each of these stories fails when its setting is ignored.

use serde_json::{Value, json};

use crate::story::Story;

async fn set(story: &Story, settings: Value) -> Value {
    story.put("/api/ai-settings", &settings).await
}

async fn outcome(story: &Story, customer: &str, text: &str) -> (String, String) {
    story.customer("instagram", customer, text).await;
    story.settle().await;
    let decision = &story.decisions().await[0];
    assert_eq!(decision["message_text"], text);
    let word = |field: &str| decision[field].as_str().unwrap().to_owned();
    (word("outcome"), word("reason"))
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_prove_no_language_are_answered_in_the_language_of_the_business() {
    let story = Story::begin().await;
    sqlx::query("UPDATE workspaces SET locale = 'es'")
        .execute(&story.tables)
        .await
        .unwrap();
    set(&story, json!({"flagged_keywords": ["huge"]})).await;
    outcome(&story, "700550", "huge time").await;
    let words = story.words_to("700550");
    assert!(words[0].starts_with("Gracias"), "{words:?}");
    story.end().await;
}
