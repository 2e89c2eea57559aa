use reqwest::Method;
use serde_json::{Value, json};

use crate::setup::Story;

const OPENAI: &str = "/openai/v1/chat/completions";
const OPENROUTER: &str = "/openrouter/api/v1/chat/completions";

async fn script(story: &Story, rules: Value) {
    let (status, answer) = story
        .call(Method::PUT, "/_sandbox/llm/script", None, Some(rules))
        .await;
    assert_eq!(status, 200, "{answer}");
}

async fn ask(story: &Story, path: &str, text: &str) -> (u16, Value) {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": text}]});
    story
        .call(Method::POST, path, Some("key"), Some(body))
        .await
}

#[tokio::test]
async fn rules_answer_in_order_and_run_out() {
    let story = Story::start().await;
    script(
        &story,
        json!([
            {"match": "HOURS", "times": 1, "respond": {"tool_calls": [
                {"name": "search", "arguments": {"query": "hours"}},
                {"name": "broken", "arguments": "{not json"}]}},
            {"match": "money", "error": {"status": 402}},
            {"respond": {"content": "Otherwise.", "usage": {"prompt_tokens": 7}}},
        ]),
    )
    .await;
    let (_, first) = ask(&story, OPENAI, "Your hours?").await;
    let choice = &first["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["message"]["content"], Value::Null);
    let calls = &choice["message"]["tool_calls"];
    assert_eq!(calls[0]["function"]["arguments"], r#"{"query":"hours"}"#);
    assert_eq!(calls[1]["function"]["arguments"], "{not json");
    let (_, second) = ask(&story, OPENAI, "Your hours?").await;
    assert_eq!(second["choices"][0]["message"]["content"], "Otherwise.");
    assert_eq!(second["usage"]["prompt_tokens"], 7);
    let (status, error) = ask(&story, OPENROUTER, "no money").await;
    assert_eq!((status, &error["error"]["code"]), (402, &json!(402)));
    let calls = story.get("/_sandbox/llm/calls").await;
    let rules: Vec<_> = calls["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["rule"])
        .collect();
    assert_eq!(rules, [&json!(0), &json!(2), &json!(1)]);
}

#[tokio::test]
async fn a_key_and_messages_are_required_in_each_vendors_manner() {
    let story = Story::start().await;
    let (status, error) = story
        .call(Method::POST, OPENAI, None, Some(json!({})))
        .await;
    assert_eq!(
        (status, &error["error"]["code"]),
        (401, &json!("invalid_api_key"))
    );
    let (status, error) = story
        .call(Method::POST, OPENROUTER, Some("k"), Some(json!({})))
        .await;
    assert_eq!((status, &error["error"]["code"]), (400, &json!(400)));
}

#[tokio::test]
async fn streams_come_in_pieces_that_add_up() {
    let story = Story::start().await;
    script(
        &story,
        json!([{"respond": {"tool_calls": [
        {"name": "answer", "arguments": {"text": "Ouvert de 10 h à 18 h."}}]}}]),
    )
    .await;
    let body = json!({"model": "m", "stream": true, "stream_options": {"include_usage": true},
                      "messages": [{"role": "user", "content": "?"}]});
    let url = format!("{}{OPENROUTER}", story.sim.url());
    let answer = story
        .http
        .post(url)
        .bearer_auth("k")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/event-stream")
    );
    let text = answer.text().await.unwrap();
    assert!(text.starts_with(": OPENROUTER PROCESSING"));
    assert!(text.ends_with("data: [DONE]\n\n"));
    let chunks: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: {"))
        .map(|rest| serde_json::from_str(&format!("{{{rest}")).unwrap())
        .collect();
    let arguments: String = chunks
        .iter()
        .filter_map(|chunk| {
            chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"].as_str()
        })
        .collect();
    assert_eq!(
        serde_json::from_str::<Value>(&arguments).unwrap(),
        json!({"text": "Ouvert de 10 h à 18 h."})
    );
    assert!(chunks.last().unwrap()["usage"]["cost"].is_number());
}

#[tokio::test]
async fn broken_transports_break_as_ordered() {
    let story = Story::start().await;
    script(&story, json!({"rules": [
        {"match": "cut", "broken": "cut_stream", "respond": {"content": "A long enough answer."}},
        {"match": "error", "broken": "error_in_stream", "respond": {"content": "Half of it."}},
        {"match": "html", "broken": "not_json"},
        {"match": "reset", "broken": "reset"},
    ]}))
    .await;
    let url = format!("{}{OPENAI}", story.sim.url());
    let stream = async |text: &str| {
        let body = json!({"model": "m", "stream": true,
                          "messages": [{"role": "user", "content": text}]});
        story
            .http
            .post(&url)
            .bearer_auth("k")
            .json(&body)
            .send()
            .await
    };
    let cut = stream("cut").await.unwrap().text().await.unwrap();
    assert!(!cut.contains("[DONE]") && !cut.contains("finish_reason\":\"stop"));
    let failed = stream("error").await.unwrap().text().await.unwrap();
    assert!(failed.contains("\"error\":{\"code\":502"));
    assert!(
        stream("html")
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .starts_with("<html>")
    );
    assert!(stream("reset").await.is_err());
}
