//! What the webhook door is thrown at: refused clearly, or journalled and parked where people see
//! it; never a 500, and nothing stored that should not be.

use kernel::Secret;
use reqwest::{Body, StatusCode};
use serde_json::{Value, json};

use crate::story::{Story, account_of, is_an_error};

/// Posts a body with the right signature, and with these headers; again while the door has no time,
/// as the platform would.
async fn signed(
    story: &Story,
    body: impl Into<Vec<u8>>,
    headers: &[(&str, &str)],
) -> (StatusCode, Value) {
    let body = body.into();
    let secret = Secret::new(&story.platforms().instagram_app.secret);
    let signature = meta::signature::sign(&secret, &body);
    loop {
        let answer = post(story, body.clone(), Some(&signature), headers).await;
        if answer.0 != StatusCode::SERVICE_UNAVAILABLE {
            return answer;
        }
    }
}

async fn post(
    story: &Story,
    body: impl Into<Body>,
    signature: Option<&str>,
    headers: &[(&str, &str)],
) -> (StatusCode, Value) {
    let address = format!("{}/webhooks/instagram", story.url);
    let mut request = story.http.post(address).body(body);
    if let Some(signature) = signature {
        request = request.header("X-Hub-Signature-256", signature);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, answer.json().await.unwrap_or_default())
}

/// The rows that a refused or broken body must not make.
async fn stored(story: &Story) -> i64 {
    story
        .count(
            "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM contacts)
                  + (SELECT count(*) FROM conversations) + (SELECT count(*) FROM agent_runs)",
        )
        .await
}

async fn journalled(story: &Story) -> i64 {
    story.count("SELECT count(*) FROM webhook_events").await
}

fn message(account: &str, mid: &str, text: &str) -> Value {
    let now = chrono::DateTime::UNIX_EPOCH.timestamp_millis();
    json!({"object": "instagram", "entry": [{"id": account, "time": now, "messaging": [{
        "sender": {"id": "700500"}, "recipient": {"id": account}, "timestamp": now,
        "message": {"mid": mid, "text": text}}]}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_by_the_platform_is_refused_and_not_even_journalled() {
    let story = Story::begin().await;
    let body = message(account_of("instagram"), "mid.forged", "Hello?").to_string();
    let other = meta::signature::sign(&Secret::new("another secret"), body.as_bytes());
    let cut = &other[..other.len() - 2];
    let cases = [
        (None, StatusCode::UNAUTHORIZED, "SIGNATURE_MISSING"),
        (
            Some(other.as_str()),
            StatusCode::FORBIDDEN,
            "SIGNATURE_WRONG",
        ),
        (Some(cut), StatusCode::FORBIDDEN, "SIGNATURE_WRONG"),
        (Some("sha256=zz"), StatusCode::FORBIDDEN, "SIGNATURE_WRONG"),
        (Some("sha1=00"), StatusCode::FORBIDDEN, "SIGNATURE_WRONG"),
        (Some(""), StatusCode::FORBIDDEN, "SIGNATURE_WRONG"),
    ];
    for (signature, status, code) in cases {
        let answer = post(&story, body.clone(), signature, &[]).await;
        is_an_error(&answer, status, code);
    }
    assert_eq!(journalled(&story).await, 0);
    assert_eq!(stored(&story).await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_refused_and_one_at_the_limit_is_not() {
    let story = Story::begin().await;
    for size in [3 * 1024 * 1024 + 1, 12 * 1024 * 1024] {
        let answer = signed(&story, vec![b' '; size], &[]).await;
        is_an_error(&answer, StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE");
    }
    assert_eq!(journalled(&story).await, 0);
    let mut fits = message(account_of("instagram"), "mid.padded", "Hi")
        .to_string()
        .into_bytes();
    fits.resize(3 * 1024 * 1024, b' ');
    assert_eq!(signed(&story, fits, &[]).await.0, StatusCode::OK);
    story.settle().await;
    assert_eq!(
        story
            .count("SELECT count(*) FROM messages WHERE external_id = 'mid.padded'")
            .await,
        1
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_can_not_be_read_is_taken_and_parked_with_its_reason() {
    let story = Story::begin().await;
    let whole = message(account_of("instagram"), "mid.cut", "Hello?").to_string();
    let bodies: Vec<Vec<u8>> = vec![
        whole.as_bytes()[..whole.len() / 2].to_vec(),
        b"[".repeat(100_000),
        b"{\"a\":".repeat(50_000),
        Vec::new(),
        b"\xff\xfe\xfd".to_vec(),
        b"null".to_vec(),
        b"\"text\"".to_vec(),
        b"\0\0\0".to_vec(),
    ];
    let count = i64::try_from(bodies.len()).unwrap();
    for body in bodies {
        let begins = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
        assert_eq!(
            signed(&story, body, &[]).await.0,
            StatusCode::OK,
            "{begins}"
        );
    }
    story.settle().await;
    let parked = "SELECT count(DISTINCT body) FROM webhook_events
                  WHERE state = 'parked' AND error <> ''";
    assert_eq!(story.count(parked).await, count);
    assert_eq!(stored(&story).await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_but_readable_bodies_are_taken_in_as_far_as_they_make_sense() {
    let story = Story::begin().await;
    let account = account_of("instagram");
    // An account that nobody connected, an unknown kind of object, no entries.
    let foreign = message("17841499999999999", "mid.foreign", "Hi");
    let other = json!({"object": "page", "entry": [{"id": account, "messaging": "no list"}]});
    let none = json!({"object": "instagram", "entry": []});
    for body in [&foreign, &other, &none] {
        let answer = signed(&story, body.to_string(), &[("Content-Type", "text/plain")]).await;
        assert_eq!(answer.0, StatusCode::OK, "{body}");
    }
    story.settle().await;
    assert_eq!(stored(&story).await, 0);
    let unrouted = story
        .count("SELECT sum(unrouted) FROM (SELECT DISTINCT body, unrouted FROM webhook_events) one")
        .await;
    assert_eq!(unrouted, 1);
    // NUL, control characters and half a surrogate pair in the words; 100 kB of them.
    let odd = message(account, "mid.odd", "Do you\0 deliver\u{7} to Belgium?").to_string();
    let half = odd
        .replace("Do you", "Do you \\ud83d")
        .replace("mid.odd", "mid.half");
    let long = message(account, "mid.long", &"Do you deliver? ".repeat(6_400)).to_string();
    for body in [odd, half, long] {
        assert_eq!(signed(&story, body, &[]).await.0, StatusCode::OK);
        story.settle().await;
    }
    let texts: Vec<String> = sqlx::query_scalar(
        "SELECT text FROM messages WHERE direction = 'inbound' ORDER BY created_at, id",
    )
    .fetch_all(&story.tables)
    .await
    .unwrap();
    assert_eq!(texts.len(), 3, "nothing is lost");
    assert_eq!(texts[0], "Do you\u{fffd} deliver\u{7} to Belgium?");
    assert!(texts[1].contains("to Belgium?"), "{:?}", texts[1]);
    assert!(texts[2].len() > 90_000, "{}", texts[2].len());
    let decided = story.count("SELECT count(*) FROM ai_decisions").await;
    assert_eq!(decided, 3, "each has its decision");
    // An id with a NUL can't be kept as it is; it must not stop anything else.
    let odd_id = message(account, "mid.\0nul", "Hello").to_string();
    assert_eq!(signed(&story, odd_id, &[]).await.0, StatusCode::OK);
    story.settle().await;
    let undone = "SELECT count(*) FROM webhook_events WHERE state NOT IN ('done', 'parked')";
    assert_eq!(story.count(undone).await, 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_answers_the_right_token_only() {
    let story = Story::begin().await;
    let ask = async |query: &str| {
        let address = format!("{}/webhooks/instagram?{query}", story.url);
        let answer = story.http.get(address).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let right = "hub.mode=subscribe&hub.verify_token=handshake&hub.challenge=4711";
    assert_eq!(ask(right).await, (StatusCode::OK, "4711".to_owned()));
    let wrong = [
        "hub.mode=subscribe&hub.verify_token=handshak&hub.challenge=4711",
        "hub.mode=subscribe&hub.challenge=4711",
        "hub.mode=unsubscribe&hub.verify_token=handshake&hub.challenge=4711",
        "",
    ];
    for query in wrong {
        let (status, body) = ask(query).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        is_an_error(&(status, body), StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    story.end().await;
}
