//! Search by meaning: with the model on this machine, and with providers.

use serde_json::{Value, json};

use crate::evaluations::{begin, ended, results, set_of};
use crate::story::{Setup, Story};
use crate::trials::{TRIALS, tried, until};

async fn with_embedder(name: &'static str) -> Story {
    let settings = vec![
        ("SOCIALSYNC_EMBEDDER", name.to_owned()),
        ("OPENAI_API_KEY", "sk-simulated".to_owned()),
        ("OPENAI_BASE_URL", "{simulator}/openai/v1".to_owned()),
        ("GOOGLE_API_KEY", "simulated".to_owned()),
        ("GEMINI_BASE_URL", "{simulator}/gemini/v1beta".to_owned()),
    ];
    Story::begin_with(Setup {
        settings,
        ..Setup::default()
    })
    .await
}

async fn serves(story: &Story, model: &str) -> Value {
    story
        .until("the vectors are searched", async || {
            story.get("/api/knowledge/embedder").await["serving"] == model
        })
        .await;
    story.get("/api/knowledge/embedder").await
}

/// Waits until every passage is searched by its meaning.
pub async fn all_embedded(story: &Story) {
    story
        .until("every passage has its vectors", async || {
            let standing = story.get("/api/knowledge/embedder").await;
            standing["serving"].is_string() && standing["embedded"] == standing["passages"]
        })
        .await;
}

async fn hits(story: &Story, question: &str) -> Vec<Value> {
    let path = format!("/api/knowledge/search?q={question}&limit=5");
    story.get(&path).await["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_in_one_language_finds_the_passage_in_another() {
    let story = with_embedder("local").await;
    let entry = json!({
        "questions": ["Is there somewhere to leave a bicycle?"],
        "answer": "Yes, there is a bike rack behind the house.",
        "language": "en",
    });
    story.post("/api/knowledge/faq", &entry).await;
    let standing = serves(&story, "multilingual-e5-small-q4").await;
    all_embedded(&story).await;
    assert_eq!(standing["embedder"]["kind"], "local");
    // The agent finds it, too, where words alone find nothing.
    let question = "Où puis-je garer mon vélo ?";
    story.customer("instagram", "700950", question).await;
    story.settle().await;
    let decision = story.decision_about("garer mon vélo").await;
    let id = decision["id"].as_str().unwrap();
    let told = story.get(&format!("/api/decisions/{id}")).await.to_string();
    assert!(told.contains("bike rack"), "{told}");
    let found = hits(&story, "O%C3%B9+puis-je+garer+mon+v%C3%A9lo+%3F").await;
    let first = &found[0];
    assert_eq!(first["content"], entry["answer"], "{found:#?}");
    assert_eq!(first["vector_rank"], 1);
    assert_eq!(first["lexical_rank"], Value::Null, "no word is the same");
    assert!(first["fused"].as_f64().unwrap() > 0.3, "{first}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_on_trial_is_found_by_its_meaning_where_its_words_are_of_another_language() {
    let story = with_embedder("local").await;
    serves(&story, "multilingual-e5-small-q4").await;
    all_embedded(&story).await;
    let words = "# Where can I park my bicycle?\n\nYou can park your bike in the courtyard.";
    let trial = tried(&story, TRIALS, "bicycles.md", words).await;
    until(&story, "ready").await;
    let question = json!({ "question": "Où puis-je garer mon vélo ?" });
    let set = set_of(&story, &[question]).await;
    let id = begin(&story, json!({ "set_id": set, "document": trial["id"] })).await;
    assert_eq!(ended(&story, &id).await["state"], "done");
    let result = results(&story, &id, "").await[0].clone();
    assert!(!result["baseline"].to_string().contains("courtyard"));
    let best = &result["candidate"]["passages"][0];
    assert!(best.to_string().contains("courtyard"), "{result:#}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_embedder_takes_over_when_all_passages_are_embedded_and_none_is_an_end_too() {
    let story = with_embedder("openai").await;
    serves(&story, "text-embedding-3-small@1536").await;
    let gemini = json!({ "embedder": { "kind": "gemini", "model": "gemini-embedding-001" } });
    story.put("/api/knowledge/embedder", &gemini).await;
    let standing = serves(&story, "gemini-embedding-001@768").await;
    assert_eq!(standing["embedded"], standing["passages"]);
    let others = "SELECT count(*) FROM knowledge_vectors WHERE dimensions <> 768";
    assert_eq!(story.count(others).await, 0);
    let found = hits(&story, "Do+you+deliver+to+Belgium").await;
    assert!(found[0]["cosine"].is_number(), "{found:#?}");
    story
        .put(
            "/api/knowledge/embedder",
            &json!({ "embedder": { "kind": "none" } }),
        )
        .await;
    story
        .until("words alone are searched", async || {
            story.get("/api/knowledge/embedder").await["serving"].is_null()
        })
        .await;
    let found = hits(&story, "Do+you+deliver+to+Belgium").await;
    assert!(found[0]["cosine"].is_null() && found[0]["lexical_rank"] == 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails_leaves_the_search_to_the_words() {
    let story = with_embedder("openai").await;
    serves(&story, "text-embedding-3-small@1536").await;
    let fault = json!({ "operation": "embeddings", "kind": "server_error", "probability": 1.0 });
    story.sandbox("faults", &fault).await;
    let found = hits(&story, "Do+you+deliver+to+Belgium").await;
    assert!(
        found[0]["cosine"].is_null() && found[0]["lexical_rank"] == 1,
        "{found:#?}"
    );
    story.end().await;
}
