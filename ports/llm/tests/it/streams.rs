use std::time::{Duration, Instant};

use llm::{ChatRequest, Error, Patience, Piece};
use serde_json::json;

use crate::setup::{LONG, Vendors, asking, patience};

#[tokio::test]
async fn the_pieces_add_up_to_the_answer_that_comes_without_pieces() {
    let text = "Nous livrons en Belgique en trois jours, et les frais sont offerts dès 50 €.";
    let vendors = Vendors::scripted(json!([{"respond": {"content": text}}])).await;
    let request = asking("Livrez-vous ?");
    for endpoint in [vendors.openai(), vendors.openrouter()] {
        let (heard, answer) = vendors.listen(&endpoint, &request, patience()).await;
        let whole = vendors.chat(&endpoint, &request).await;
        assert_eq!(answer, whole);
        assert!(heard.len() > 3, "{heard:?}");
        assert_eq!(heard.concat(), text);
    }
}

#[tokio::test]
async fn an_answer_is_heard_by_another_task() {
    let vendors = Vendors::scripted(json!([{"respond": {"content": "Yes, we do."}}])).await;
    let (client, endpoint) = (vendors.client.clone(), vendors.openai());
    let (tell, hear) = std::sync::mpsc::channel();
    let asked = tokio::spawn(async move {
        let tell = move |text: &str| tell.send(text.to_owned()).unwrap();
        let request = asking("?");
        client
            .chat_stream(&endpoint, &request, patience(), tell)
            .await
    });
    assert_eq!(asked.await.unwrap().unwrap().text, "Yes, we do.");
    assert_eq!(hear.iter().collect::<String>(), "Yes, we do.");
}

#[tokio::test]
async fn tool_calls_are_put_together_and_nothing_is_said_meanwhile() {
    let vendors = Vendors::scripted(json!([{"respond": {"tool_calls": [
        {"name": "search", "arguments": {"query": "delivery to Belgium and France"}},
        {"name": "search", "arguments": "{\"query\": "}]}}]))
    .await;
    let (heard, answer) = vendors
        .listen(&vendors.openai(), &asking("?"), patience())
        .await;
    let calls = answer.unwrap().tool_calls;
    assert!(heard.is_empty());
    assert_eq!(
        calls[0].parsed().unwrap(),
        json!({"query": "delivery to Belgium and France"})
    );
    assert!(calls[0].id.starts_with("call_") && calls[0].id != calls[1].id);
    assert!(calls[1].parsed().is_err());
}

#[tokio::test]
async fn who_wants_them_hears_the_parts_of_the_tool_calls() {
    let vendors = Vendors::scripted(json!([{"respond": {"tool_calls": [
        {"name": "answer", "arguments": {"text": "Oui, en trois jours.", "sources": []}},
        {"name": "search", "arguments": {"query": "Belgique"}}]}}]))
    .await;
    let mut heard: Vec<(usize, String, String)> = Vec::new();
    let tell = |piece: Piece<'_>| {
        if let Piece::Arguments { call, tool, part } = piece {
            heard.push((call, tool.to_owned(), part.to_owned()));
        }
    };
    let answer = vendors
        .client
        .chat_pieces(&vendors.openai(), &asking("?"), patience(), tell)
        .await;
    let calls = answer.unwrap().tool_calls;
    for (at, call) in calls.iter().enumerate() {
        let own = heard.iter().filter(|(number, ..)| *number == at);
        let parts: Vec<&str> = own.clone().map(|(.., part)| part.as_str()).collect();
        assert_eq!(parts.concat(), call.arguments);
        assert!(own.clone().all(|(_, tool, _)| *tool == call.name));
    }
    assert!(heard.len() > 3, "{heard:?}");
}

#[tokio::test]
async fn half_an_answer_is_an_error_and_no_other_model_speaks_into_it() {
    let text = "A long enough answer to be cut in the middle.";
    for broken in ["cut_stream", "error_in_stream"] {
        let vendors = Vendors::scripted(json!([
            {"model": "first", "broken": broken, "respond": {"content": text}}]))
        .await;
        let request = ChatRequest {
            fallback_models: vec!["second".to_owned()],
            ..asking("?")
        };
        let (heard, answer) = vendors
            .listen(&vendors.openrouter(), &request, patience())
            .await;
        assert_eq!(answer.unwrap_err().class(), "transient", "{broken}");
        assert!(text.starts_with(&heard.concat()) && !heard.is_empty());
        assert_eq!(vendors.requests("chat").await.len(), 1);
    }
}

#[tokio::test]
async fn before_the_first_word_another_model_may_answer() {
    let vendors = Vendors::scripted(json!([
        {"model": "first", "error": {"status": 503}},
        {"model": "second", "respond": {"content": "Here."}}]))
    .await;
    let request = ChatRequest {
        fallback_models: vec!["second".to_owned()],
        ..asking("?")
    };
    let (heard, answer) = vendors
        .listen(&vendors.openai(), &request, patience())
        .await;
    assert_eq!(answer.unwrap().model, "second");
    assert_eq!(heard.concat(), "Here.");
}

#[tokio::test]
async fn a_stream_that_stands_still_ends_though_its_connection_is_kept_open() {
    let vendors = Vendors::scripted(json!([
        {"broken": "stall", "respond": {"content": "A long enough answer to stand still in."}}]))
    .await;
    let impatient = Patience {
        overall: LONG,
        idle: Duration::from_secs(2),
    };
    let began = Instant::now();
    let (heard, answer) = vendors
        .listen(&vendors.openrouter(), &asking("?"), impatient)
        .await;
    assert_eq!(answer.unwrap_err(), Error::Timeout);
    assert!(!heard.is_empty());
    assert!(began.elapsed() < LONG / 2);
}

#[tokio::test]
async fn one_byte_a_second_ends_by_whichever_patience_ends_first() {
    let vendors = Vendors::scripted(json!([
        {"broken": "drip", "respond": {"content": "Slowly."}}]))
    .await;
    let short = Duration::from_millis(1500);
    for (overall, idle) in [(short, LONG), (LONG, short)] {
        let began = Instant::now();
        let impatient = Patience { overall, idle };
        let (heard, answer) = vendors
            .listen(&vendors.openai(), &asking("?"), impatient)
            .await;
        assert_eq!(answer.unwrap_err(), Error::Timeout);
        assert!(heard.is_empty() && began.elapsed() < LONG / 2);
    }
    let began = Instant::now();
    let whole = vendors
        .client
        .chat(&vendors.openai(), &asking("?"), short)
        .await;
    assert_eq!(whole.unwrap_err(), Error::Timeout);
    assert!(began.elapsed() < LONG / 2);
}

#[tokio::test]
async fn a_server_that_answers_in_one_piece_whatever_is_asked_is_heard_too() {
    let body = json!({"model": "m", "choices": [{"finish_reason": "stop", "message": {"content": "All at once."}}]});
    let vendors = Vendors::scripted(json!([{"replay": {"body": body}}])).await;
    let (heard, answer) = vendors
        .listen(&vendors.openai(), &asking("?"), patience())
        .await;
    assert_eq!(answer.unwrap().text, "All at once.");
    assert_eq!(heard, ["All at once."]);
}

#[tokio::test]
async fn a_server_without_usage_in_streams_is_asked_without_it() {
    let refused = json!({"error": {"message": "…", "param": "stream_options"}});
    let vendors = Vendors::scripted(json!([
        {"error": {"status": 400, "body": refused}, "times": 1},
        {"respond": {"content": "Yes."}}]))
    .await;
    let (_, answer) = vendors
        .listen(&vendors.openai(), &asking("?"), patience())
        .await;
    assert_eq!(answer.unwrap().usage.prompt_tokens, 0);
    let asked = vendors.requests("chat").await;
    assert_eq!(asked[0]["stream_options"]["include_usage"], true);
    assert!(asked[1].get("stream_options").is_none() && asked[1]["stream"] == true);
}
