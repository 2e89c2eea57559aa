//! What the real vendors were recorded to say, each replayed over HTTP and read by the client.

use llm::{
    Answer, EmbeddingKind, EmbeddingTask, Embeddings, Error, Finish, Moderation, ModerationCategory,
};
use serde_json::json;

use crate::setup::{Vendors, asking, fixtures, patience, recording, replay};

async fn chat(recorded: &str) -> Answer {
    let vendors = Vendors::scripted(replay("chat", &recording(recorded))).await;
    vendors.chat(&vendors.openai(), &asking("?")).await.unwrap()
}

async fn stream(recorded: &str) -> (Vec<String>, Result<Answer, Error>) {
    let vendors = Vendors::scripted(replay("chat", &recording(recorded))).await;
    vendors
        .listen(&vendors.openrouter(), &asking("?"), patience())
        .await
}

async fn moderation(recorded: &serde_json::Value) -> Moderation {
    let vendors = Vendors::scripted(replay("moderation", recorded)).await;
    vendors.moderate(&["?"]).await.unwrap()
}

async fn vectors(recorded: &str, model: &str) -> Embeddings {
    let vendors = Vendors::scripted(replay("embeddings", &recording(recorded)["response"])).await;
    let endpoint = vendors.vectors(EmbeddingKind::Gemini, model, 3072);
    let text = ["Some text goes here"];
    let embedded = vendors
        .embed(&endpoint, EmbeddingTask::Document, &text)
        .await;
    embedded.unwrap()
}

#[tokio::test]
async fn the_published_tool_call_is_read() {
    let answer = chat("openai/chat_tool_call.json").await;
    assert_eq!(
        (answer.finish, answer.text.as_str()),
        (Finish::ToolCalls, "")
    );
    let call = &answer.tool_calls[0];
    let named = (call.id.as_str(), call.name.as_str());
    assert_eq!(named, ("call_abc123", "get_current_weather"));
    assert_eq!(call.parsed().unwrap()["location"], "Boston, MA");
    let usage = &answer.usage;
    assert_eq!((usage.prompt_tokens, usage.completion_tokens), (82, 17));
}

#[tokio::test]
async fn the_recorded_cost_is_kept_exactly_with_its_tokens() {
    let answer = chat("openai/openrouter_usage_cost.json").await;
    let usage = &answer.usage;
    assert_eq!(usage.cost_usd.as_deref(), Some("0.00435825"));
    assert_eq!(usage.micro_usd(None), Some(4359));
    assert_eq!(
        (usage.completion_tokens, usage.reasoning_tokens),
        (2177, 960)
    );
    assert_eq!(answer.finish, Finish::Stop);
}

#[tokio::test]
async fn a_moderation_beside_an_answer_does_not_hold_it_back_and_reads_as_any_other() {
    let recorded = "openai/chat_inline_moderation_flagged.json";
    let answer = chat(recorded).await;
    assert!(answer.text.starts_with("I'm really sorry") && !answer.refused);
    let inline = moderation(&recording(recorded)["moderation"]["input"]).await;
    assert!(inline.verdicts[0].flagged);
    assert!(inline.verdicts[0].score(&ModerationCategory::Violence) > 0.95);
    assert!(inline.verdicts[0].categories[&ModerationCategory::HarassmentThreatening].flagged);
}

#[tokio::test]
async fn the_old_models_verdicts_are_read_with_the_categories_they_have() {
    let clean = moderation(&recording("openai/moderation_clean_default_model.json")).await;
    assert_eq!(clean.model, "text-moderation-007");
    assert!(!clean.verdicts[0].flagged);
    let threat = moderation(&recording("openai/moderation_text_legacy_model.json")).await;
    let verdict = &threat.verdicts[0];
    assert!(verdict.flagged && verdict.score(&ModerationCategory::Violence) > 0.99);
    assert_eq!(verdict.categories.len(), 11);
    assert!(
        !verdict
            .categories
            .contains_key(&ModerationCategory::Illicit)
    );
}

#[tokio::test]
async fn the_recorded_stream_of_a_tool_call_is_put_together() {
    let (heard, answer) = stream("openai/stream_tool_call.json").await;
    let answer = answer.unwrap();
    assert!(heard.is_empty());
    assert_eq!(answer.finish, Finish::ToolCalls);
    let call = &answer.tool_calls[0];
    assert_eq!(call.id, "call_ZR5UUuTt3pf61kjwAJIYdVMj");
    assert_eq!(call.name, "get_capital");
    assert_eq!(call.parsed().unwrap(), json!({"country": "UK"}));
    assert_eq!(
        (answer.usage.prompt_tokens, answer.usage.completion_tokens),
        (53, 15)
    );
    assert_eq!(answer.model, "gpt-4o-mini-2024-07-18");
}

#[tokio::test]
async fn a_moderation_at_the_end_of_a_stream_changes_nothing() {
    let (heard, answer) = stream("openai/stream_inline_moderation.json").await;
    let answer = answer.unwrap();
    assert_eq!(heard, ["Paris", "."]);
    assert_eq!(
        (answer.text.as_str(), answer.finish),
        ("Paris.", Finish::Stop)
    );
    assert_eq!(answer.usage.prompt_tokens, 13);
}

#[tokio::test]
async fn an_error_in_the_middle_of_a_recorded_stream_is_an_error() {
    let (heard, answer) = stream("openai/openrouter_stream_error_midway.json").await;
    assert!(heard.is_empty());
    let refused = Error::Refused {
        status: 400,
        parameter: None,
    };
    assert_eq!(answer.unwrap_err(), refused);
}

#[tokio::test]
async fn the_recorded_vectors_are_read_and_have_length_one() {
    for (recorded, model, tokens) in [
        ("gemini/batch_001_default.json", "gemini-embedding-001", 0),
        ("gemini/batch_2_default.json", "gemini-embedding-2", 4),
    ] {
        let read = vectors(recorded, model).await;
        let values = &recording(recorded)["response"]["embeddings"][0]["values"];
        let first = values[0].as_f64().unwrap();
        assert!(
            (f64::from(read.vectors[0][0]) - first).abs() < 1e-6,
            "{model}"
        );
        let length: f32 = read.vectors[0].iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-5);
        assert_eq!(read.usage.prompt_tokens, tokens);
    }
}

/// Recordings that the client has no call for, or that a test beside the code reads.
const ELSEWHERE: [&str; 2] = ["count_tokens.json", "request_2_document_prefix.json"];

#[test]
fn no_recording_is_left_unread() {
    let source = include_str!("recorded.rs");
    for folder in ["openai", "gemini"] {
        for file in std::fs::read_dir(fixtures().join(folder)).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let read = source.contains(&format!("{folder}/{name}"));
            assert!(
                read || ELSEWHERE.contains(&name.as_str()),
                "{folder}/{name}"
            );
        }
    }
}
