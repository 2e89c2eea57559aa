use llm::{EmbeddingKind, EmbeddingTask, Embeddings, Error};
use serde_json::{Value, json};

use crate::setup::Vendors;

const TEXTS: [&str; 3] = [
    "Yes, we deliver to Belgium within three days.",
    "We are open from ten to six.",
    "Vases are made by hand from clay.",
];

fn likeness(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(x, y)| x * y).sum()
}

fn have_length_one(embeddings: &Embeddings) -> bool {
    let mut lengths = embeddings.vectors.iter().map(|v| likeness(v, v));
    lengths.all(|length| (length - 1.0).abs() < 1e-5)
}

#[tokio::test]
async fn every_kind_of_server_gives_vectors_of_length_one_in_the_order_of_the_texts() {
    let vendors = Vendors::start().await;
    for (endpoint, counts_tokens) in [
        (vendors.gemini(), false),
        (
            vendors.vectors(EmbeddingKind::Gemini, "gemini-embedding-2", 768),
            true,
        ),
        (
            vendors.vectors(EmbeddingKind::Gemini, "models/gemini-embedding-001", 3072),
            false,
        ),
        (
            vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-3-small", 768),
            true,
        ),
        (
            vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-3-large", 3072),
            true,
        ),
    ] {
        let embed =
            async |task, texts: &[&str]| vendors.embed(&endpoint, task, texts).await.unwrap();
        let documents = embed(EmbeddingTask::Document, &TEXTS).await;
        let query = embed(EmbeddingTask::Query, &["Do you deliver to Belgium?"]).await;
        assert!(have_length_one(&documents) && have_length_one(&query));
        assert_eq!(documents.vectors[0].len(), endpoint.dimensions);
        let near: Vec<f32> = documents
            .vectors
            .iter()
            .map(|vector| likeness(vector, &query.vectors[0]))
            .collect();
        assert!(
            near[0] > near[1] + 0.2 && near[0] > near[2] + 0.2,
            "{near:?}"
        );
        assert_eq!(documents.usage.prompt_tokens > 0, counts_tokens);
    }
}

#[tokio::test]
async fn a_model_that_can_is_told_whether_a_text_asks_or_may_answer() {
    let vendors = Vendors::start().await;
    let second = vendors.vectors(EmbeddingKind::Gemini, "gemini-embedding-2", 768);
    for endpoint in [vendors.gemini(), second] {
        for task in [EmbeddingTask::Query, EmbeddingTask::Document] {
            vendors.embed(&endpoint, task, &["hello"]).await.unwrap();
        }
    }
    let asked = vendors.requests("embeddings").await;
    let told = |at: usize| {
        let one = &asked[at]["requests"][0];
        (
            one["taskType"].clone(),
            one["content"]["parts"][0]["text"].clone(),
        )
    };
    assert_eq!(told(0), (json!("RETRIEVAL_QUERY"), json!("hello")));
    assert_eq!(told(1), (json!("RETRIEVAL_DOCUMENT"), json!("hello")));
    assert_eq!(
        told(2),
        (Value::Null, json!("task: search result | query: hello"))
    );
    assert_eq!(told(3), (Value::Null, json!("title: none | text: hello")));
}

#[tokio::test]
async fn many_texts_go_in_batches_and_come_back_in_order() {
    let vendors = Vendors::start().await;
    let texts: Vec<String> = (0..230).map(|n| format!("text number {n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let openai = vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-3-small", 256);
    for endpoint in [
        vendors.vectors(EmbeddingKind::Gemini, "gemini-embedding-2", 256),
        openai,
    ] {
        let embed = async |texts: &[&str]| {
            let task = EmbeddingTask::Document;
            vendors.embed(&endpoint, task, texts).await.unwrap()
        };
        let all = embed(&texts).await;
        assert_eq!(all.vectors.len(), 230);
        for at in [0, 99, 100, 229] {
            let alone = embed(&texts[at..=at]).await;
            assert!(
                likeness(&alone.vectors[0], &all.vectors[at]) > 0.9999,
                "{at}"
            );
        }
        assert!(all.usage.prompt_tokens >= 230 * 2, "{:?}", all.usage);
    }
    let counts: Vec<usize> = vendors
        .requests("embeddings")
        .await
        .iter()
        .filter_map(|body| body.get("requests").or(body.get("input"))?.as_array())
        .map(Vec::len)
        .collect();
    assert_eq!(counts, [100, 100, 30, 1, 1, 1, 1, 230, 1, 1, 1, 1]);
}

#[tokio::test]
async fn no_text_is_no_call() {
    let vendors = Vendors::start().await;
    let none = vendors
        .embed(&vendors.gemini(), EmbeddingTask::Query, &[])
        .await;
    assert!(none.unwrap().vectors.is_empty());
    assert!(vendors.requests("embeddings").await.is_empty());
}

#[tokio::test]
async fn a_missing_vector_and_a_wrong_dimension_are_errors() {
    let vendors = Vendors::start().await;
    let openai = vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-3-small", 3);
    let gemini = vendors.vectors(EmbeddingKind::Gemini, "gemini-embedding-001", 3);
    for endpoint in [openai, gemini] {
        for (vectors, expected) in [
            (json!([[1, 0, 0]]), Error::WrongCount { wanted: 2, got: 1 }),
            (
                json!([[1, 0, 0], [1, 0]]),
                Error::WrongDimension { wanted: 3, got: 2 },
            ),
            (
                json!([[1, 0, 0], [0, 0, 0]]),
                Error::Malformed("a vector without a direction"),
            ),
        ] {
            let rule = json!([{"operation": "embeddings", "respond": {"vectors": vectors}}]);
            vendors.script(rule).await;
            let embedded = vendors
                .embed(&endpoint, EmbeddingTask::Document, &["a", "b"])
                .await;
            assert_eq!(embedded.unwrap_err(), expected);
        }
    }
}

#[tokio::test]
async fn a_server_that_knows_neither_packed_numbers_nor_dimensions_is_asked_without() {
    let vague = json!({"status": 422, "body": {"detail": "extra field"}});
    let vendors = Vendors::scripted(json!([
        {"operation": "embeddings", "error": vague, "times": 2}]))
    .await;
    let plain = vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-3-small", 1536);
    let embedded = vendors
        .embed(&plain, EmbeddingTask::Query, &["hello"])
        .await;
    assert_eq!(embedded.unwrap().vectors[0].len(), 1536);
    let sent = vendors.requests("embeddings").await;
    assert_eq!(sent[0]["encoding_format"], "base64");
    assert!(sent[1].get("encoding_format").is_none() && sent[1]["dimensions"] == 1536);
    assert!(sent[2].get("dimensions").is_none());
}

#[tokio::test]
async fn a_model_whose_dimension_is_fixed_fits_or_is_refused_and_nothing_is_mixed() {
    let vendors = Vendors::start().await;
    let old =
        |dimensions| vendors.vectors(EmbeddingKind::OpenAi, "text-embedding-ada-002", dimensions);
    let embedded = vendors
        .embed(&old(1536), EmbeddingTask::Query, &["hello"])
        .await;
    assert_eq!(embedded.unwrap().vectors[0].len(), 1536);
    let embedded = vendors
        .embed(&old(768), EmbeddingTask::Query, &["hello"])
        .await;
    let expected = Error::WrongDimension {
        wanted: 768,
        got: 1536,
    };
    assert_eq!(embedded.unwrap_err(), expected);
}

#[tokio::test]
async fn a_model_that_was_shut_down_is_not_found() {
    let vendors = Vendors::start().await;
    let gone = vendors.vectors(EmbeddingKind::Gemini, "text-embedding-004", 768);
    let embedded = vendors.embed(&gone, EmbeddingTask::Query, &["hello"]).await;
    assert_eq!(embedded.unwrap_err(), Error::ModelNotFound);
    let elsewhere = vendors.vectors(EmbeddingKind::Gemini, "../../x?y#z", 768);
    let embedded = vendors
        .embed(&elsewhere, EmbeddingTask::Query, &["hello"])
        .await;
    assert_eq!(embedded.unwrap_err(), Error::ModelNotFound);
}
