use llm::{
    ChatRequest, Content, Error, Finish, InvalidArguments, Message, Part, Tool, ToolCall,
    ToolChoice,
};
use serde_json::json;

use crate::setup::{Vendors, asking};

fn search() -> Tool {
    Tool {
        name: "search",
        description: "Finds.",
        parameters: json!({"type": "object", "properties": {"query": {"type": "string"}}}),
    }
}

#[tokio::test]
async fn an_answer_comes_with_what_it_used() {
    let vendors = Vendors::scripted(
        json!([{"respond": {"content": "From ten to six.", "usage": {
        "prompt_tokens": 90, "completion_tokens": 40,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 30}}}}]),
    )
    .await;
    let request = asking("When are you open?");
    let answer = vendors.chat(&vendors.openrouter(), &request).await.unwrap();
    assert_eq!(answer.text, "From ten to six.");
    assert_eq!(answer.finish, Finish::Stop);
    let usage = &answer.usage;
    assert_eq!((usage.prompt_tokens, usage.cached_tokens), (90, 64));
    assert_eq!((usage.completion_tokens, usage.reasoning_tokens), (40, 30));
    assert_eq!(usage.micro_usd(None), Some(120));
    let plain = vendors.chat(&vendors.openai(), &request).await;
    assert_eq!(plain.unwrap().usage.micro_usd(None), None);
}

#[tokio::test]
async fn arguments_that_are_not_json_are_kept_and_refused() {
    let vendors = Vendors::scripted(json!([{"respond": {"tool_calls": [
        {"name": "search", "arguments": "{\"query\": "},
        {"name": "search", "arguments": "[1]"},
        {"name": "search", "arguments": {"query": "hours"}}]}}]))
    .await;
    let request = ChatRequest {
        tools: vec![search()],
        tool_choice: ToolChoice::Required,
        ..asking("When?")
    };
    let answer = vendors.chat(&vendors.openai(), &request).await.unwrap();
    let parsed: Vec<_> = answer.tool_calls.iter().map(ToolCall::parsed).collect();
    assert_eq!(parsed[..2], [Err(InvalidArguments), Err(InvalidArguments)]);
    assert_eq!(parsed[2].as_ref().unwrap()["query"], "hours");
}

#[tokio::test]
async fn pictures_go_with_the_words_of_a_message() {
    let vendors = Vendors::start().await;
    let content = Content::Parts(vec![
        Part::text("Do you have this vase?"),
        Part::picture("image/png", &[1, 2, 3]),
    ]);
    let request = ChatRequest {
        messages: vec![Message::User { content }],
        ..asking("")
    };
    vendors
        .script(json!([{"match": "this vase", "respond": {"content": "Yes."}}]))
        .await;
    let answer = vendors.chat(&vendors.openrouter(), &request).await.unwrap();
    assert_eq!(answer.text, "Yes.");
    let sent = &vendors.requests("chat").await[0]["messages"][0]["content"][1];
    assert_eq!(sent["image_url"]["url"], "data:image/png;base64,AQID");
}

#[tokio::test]
async fn a_field_that_a_server_refuses_is_left_out_and_asked_without() {
    let refused =
        json!({"error": {"message": "…", "param": "temperature", "code": "unsupported_value"}});
    let vendors = Vendors::scripted(json!([
        {"error": {"status": 400, "body": refused}, "times": 1},
        {"respond": {"content": "Yes."}}]))
    .await;
    let request = ChatRequest {
        temperature: Some(0.3),
        ..asking("?")
    };
    vendors.chat(&vendors.openai(), &request).await.unwrap();
    let asked = vendors.requests("chat").await;
    assert!(asked[0].get("temperature").is_some() && asked[1].get("temperature").is_none());
}

#[tokio::test]
async fn the_next_model_is_asked_when_one_is_unknown_and_nobody_when_the_account_is_empty() {
    let unknown = json!({"error": {"message": "…", "code": "model_not_found"}});
    let vendors = Vendors::scripted(json!([
        {"model": "first", "error": {"status": 404, "body": unknown}},
        {"model": "second", "respond": {"content": "Here."}}]))
    .await;
    let request = ChatRequest {
        fallback_models: vec!["second".to_owned()],
        ..asking("?")
    };
    let answer = vendors.chat(&vendors.openai(), &request).await.unwrap();
    assert_eq!(answer.model, "second");
    vendors.script(json!([{"error": {"status": 402}}])).await;
    let before = vendors.requests("chat").await.len();
    let error = vendors.chat(&vendors.openrouter(), &request).await;
    assert_eq!(error.unwrap_err(), Error::OutOfCredit);
    assert_eq!(vendors.requests("chat").await.len(), before + 1);
}
