//! What the API is thrown at: each gets its clear answer in the one form of errors, and never a
//! 500.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::bad_tokens::me;
use crate::story::{Story, is_an_error};

/// A request with a body as it is.
async fn raw(
    story: &Story,
    path: &str,
    kind: Option<&str>,
    body: impl Into<reqwest::Body>,
) -> (StatusCode, Value) {
    let address = format!("{}{path}", story.url);
    let mut request = story
        .http
        .put(address)
        .bearer_auth(story.token())
        .body(body);
    if let Some(kind) = kind {
        request = request.header("Content-Type", kind);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

/// A content type, a body, and the answer it gets.
type Case = (Option<&'static str>, Vec<u8>, (StatusCode, &'static str));

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_make_no_sense_are_told_apart() {
    let story = Story::begin().await;
    let path = "/api/ai-settings";
    let json_kind = Some("application/json");
    let settings = |settings: Value| json!({ "settings": settings }).to_string().into_bytes();
    let (bad, unfit) = (StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY);
    let unsupported = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE");
    let cases: Vec<Case> = vec![
        (
            json_kind,
            b"{\"settings\": {".to_vec(),
            (bad, "MALFORMED_JSON"),
        ),
        (json_kind, b"\xff\xfe".to_vec(), (bad, "MALFORMED_JSON")),
        (json_kind, Vec::new(), (bad, "MALFORMED_JSON")),
        (
            json_kind,
            b"[".repeat(100_000),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            [b"{\"tone\":".as_slice(), &b"[".repeat(100_000)].concat(),
            (bad, "MALFORMED_JSON"),
        ),
        (Some("text/plain"), settings(json!({})), unsupported),
        (None, settings(json!({})), unsupported),
        (
            json_kind,
            settings(json!({"mode": "wild"})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"mood": "wild"})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"confidence": "high"})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"confidence": 7})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"confidence": 1e30})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"max_output_tokens": 1e18})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"channel_modes": {"acc_1": "auto"}})),
            (unfit, "VALIDATION_FAILED"),
        ),
        (
            json_kind,
            settings(json!({"instructions": "a\0b"})),
            (unfit, "UNSTORABLE_TEXT"),
        ),
        (
            json_kind,
            settings(json!({"escalation_notice": {"en": "a\0b"}})),
            (unfit, "UNSTORABLE_TEXT"),
        ),
        (
            json_kind,
            vec![b' '; 9 * 1024 * 1024],
            (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE"),
        ),
    ];
    let before = story.get(path).await;
    for (kind, body, (status, code)) in cases {
        let begins = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = raw(&story, path, kind, body).await;
        assert_eq!(answer.0, status, "{begins} {}", answer.1);
        is_an_error(&answer, status, code);
    }
    let wild = raw(&story, path, json_kind, settings(json!({"mode": "wild"})))
        .await
        .1;
    assert!(
        wild["detail"]["fields"]["settings.mode"].is_string(),
        "{wild}"
    );
    assert_eq!(story.get(path).await, before, "nothing was saved");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_cursors_queries_and_addresses_that_do_not_exist() {
    let story = Story::begin().await;
    let unknown = kernel::ConversationId::new();
    let (missing, unfit) = (StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY);
    let cases = [
        (
            format!("/api/conversations/{unknown}"),
            missing,
            "NOT_FOUND",
        ),
        (
            format!("/api/conversations/{unknown}/messages"),
            missing,
            "NOT_FOUND",
        ),
        ("/api/conversations/7".to_owned(), missing, "NOT_FOUND"),
        ("/api/conversations/%00".to_owned(), missing, "NOT_FOUND"),
        ("/api/conversations/%ff".to_owned(), missing, "NOT_FOUND"),
        (format!("/api/decisions/{unknown}"), missing, "NOT_FOUND"),
        ("/api/nothing".to_owned(), missing, "NOT_FOUND"),
        (
            "/api/conversations?cursor=nonsense".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?cursor=bnVsbA".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?cursor=%00".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?limit=many".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?limit=-1".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?limit=99999999999999999999".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?status=wild".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?platform=fax".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/conversations?q=%00".to_owned(),
            unfit,
            "UNSTORABLE_TEXT",
        ),
        (
            "/api/decisions?outcome=wild".to_owned(),
            unfit,
            "VALIDATION_FAILED",
        ),
        (
            "/api/decisions?reason=%00".to_owned(),
            unfit,
            "UNSTORABLE_TEXT",
        ),
    ];
    for (path, status, code) in cases {
        let answer = story.ask(Method::GET, &path, None).await;
        assert_eq!(answer.0, status, "{path} {}", answer.1);
        is_an_error(&answer, status, code);
    }
    // More than a page holds is as good as the most that it holds.
    let most = "/api/conversations?limit=99999999";
    let most = story.ask(Method::GET, most, None).await;
    assert_eq!(most.0, StatusCode::OK, "{}", most.1);
    let method = story.ask(Method::DELETE, "/api/ai-settings", None).await;
    is_an_error(
        &method,
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
    );
    // The figures that the story's end looks at do count answers by their status.
    assert!(story.metrics().await.contains("status=\"422\""));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_person_that_are_odd_or_endless() {
    let story = Story::begin().await;
    story
        .customer("instagram", "700600", "I want to talk to a human please")
        .await;
    story.settle().await;
    let conversation = story.conversation_with("700600").await;
    let path = format!(
        "/api/conversations/{}/messages",
        conversation["id"].as_str().unwrap()
    );
    let say = async |body: Value| story.ask(Method::POST, &path, Some(&body)).await;
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    for text in ["", "   ", "\0", &"word ".repeat(20_000)] {
        let answer = say(json!({ "text": text })).await;
        is_an_error(&answer, unfit, "VALIDATION_FAILED");
        assert!(
            answer.1["detail"]["fields"]["text"].is_string(),
            "{}",
            answer.1
        );
    }
    let answer = say(json!({ "text": 7 })).await;
    is_an_error(&answer, unfit, "VALIDATION_FAILED");
    let before = story.words_to("700600").len();
    let answer = say(json!({ "text": "Of\0 course\u{7}." })).await;
    assert!(answer.0.is_success(), "{}", answer.1);
    story.settle().await;
    assert_eq!(story.words_to("700600")[before..], ["Of course\u{7}."]);
    // Everywhere else where words are taken.
    for (path, body) in [
        (
            "/api/knowledge/faq",
            json!({"questions": ["a\0b"], "answer": "c\0d", "language": "en"}),
        ),
        ("/api/api-keys", json!({"name": "a\0b", "role": "viewer"})),
        ("/api/workspaces", json!({"name": "a\0b"})),
        (
            "/api/invitations",
            json!({"email": "a\0b@example.org", "role": "agent"}),
        ),
    ] {
        let (status, answer) = story.ask(Method::POST, path, Some(&body)).await;
        assert!(!status.is_server_error(), "{path}: {status} {answer}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_header_is_refused_before_anything_reads_it() {
    let story = Story::begin().await;
    let address = format!("{}/api/auth/me", story.url);
    let huge = "a".repeat(2 * 1024 * 1024);
    let answer = story.http.get(address).header("X-Huge", huge).send().await;
    // The server may close the connection while it is still being written to.
    if let Ok(answer) = answer {
        assert_eq!(answer.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    assert_eq!(me(&story, story.token()).await.0, StatusCode::OK);
    story.end().await;
}
