//! Tokens that open nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Secret, SecretKey};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{Setup, Story, credentials, is_an_error};

const KEY: &str = "a-secret-key-of-forty-characters-or-so-11";

/// Who am I, with this token.
pub async fn me(story: &Story, token: &str) -> (StatusCode, Value) {
    let address = format!("{}/api/auth/me", story.url);
    let request = story
        .http
        .get(address)
        .header("Authorization", format!("Bearer {token}"));
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_expired_forged_or_not_signed_opens_nothing() {
    let setup = Setup {
        settings: vec![("SOCIALSYNC_SECRET_KEY", KEY.to_owned())],
        ..Setup::default()
    };
    let story = Story::begin_with(setup).await;
    let good = story.token().to_owned();
    assert_eq!(me(&story, &good).await.0, StatusCode::OK);
    let parts: Vec<&str> = good.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let changed = |key: &str, value: Value| {
        let mut claims = claims.clone();
        claims[key] = value;
        claims
    };
    let sign = |claims: &Value, secret: &str, algorithm| {
        let key = SecretKey::from_texts([&Secret::new(secret)]).unwrap();
        let key = jsonwebtoken::EncodingKey::from_secret(&key.derive("access-token"));
        jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), claims, &key).unwrap()
    };
    let unsigned = |header: Value, claims: &Value| {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", encode(&header), encode(claims))
    };
    let right = jsonwebtoken::Algorithm::HS256;
    assert_eq!(
        me(&story, &sign(&claims, KEY, right)).await.0,
        StatusCode::OK,
        "the test signs well"
    );
    let later = changed("exp", json!(4_000_000_000_i64));
    let tampered = {
        let payload = URL_SAFE_NO_PAD.encode(later.to_string());
        format!("{}.{payload}.{}", parts[0], parts[2])
    };
    let bad = [
        (
            "expired",
            sign(&changed("exp", json!(1_000_000)), KEY, right),
        ),
        ("other key", sign(&claims, &KEY.replace('a', "b"), right)),
        (
            "other algorithm",
            sign(&claims, KEY, jsonwebtoken::Algorithm::HS512),
        ),
        (
            "other issuer",
            sign(&changed("iss", json!("else")), KEY, right),
        ),
        ("tampered", tampered),
        (
            "alg none",
            unsigned(json!({"alg": "none", "typ": "JWT"}), &later),
        ),
        ("alg None", unsigned(json!({"alg": "None"}), &later)),
        ("no algorithm", unsigned(json!({}), &later)),
        ("not a token", "a.b.c".to_owned()),
        ("nothing", String::new()),
        (
            "unknown session",
            sign(&changed("sid", json!(kernel::SessionId::new())), KEY, right),
        ),
    ];
    for (what, token) in bad {
        let answer = me(&story, &token).await;
        assert_eq!(answer.0, StatusCode::UNAUTHORIZED, "{what}");
        is_an_error(&answer, StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_was_used_long_ago_ends_its_session() {
    let story = Story::begin().await;
    let first = story.post("/api/auth/login", &credentials()).await;
    let mut token = first["refresh_token"].clone();
    for _ in 0..2 {
        let next = story
            .post("/api/auth/refresh", &json!({ "refresh_token": token }))
            .await;
        token = next["refresh_token"].clone();
    }
    let refresh = async |token: &Value| {
        let body = json!({ "refresh_token": token });
        story
            .ask(Method::POST, "/api/auth/refresh", Some(&body))
            .await
    };
    let reused = refresh(&first["refresh_token"]).await;
    is_an_error(&reused, StatusCode::UNAUTHORIZED, "REFRESH_TOKEN_REUSED");
    let after = refresh(&token).await;
    is_an_error(&after, StatusCode::UNAUTHORIZED, "REFRESH_TOKEN_INVALID");
    let access = first["access_token"].as_str().unwrap();
    assert_eq!(me(&story, access).await.0, StatusCode::UNAUTHORIZED);
    let unknown = refresh(&json!("nonsense")).await;
    is_an_error(&unknown, StatusCode::UNAUTHORIZED, "REFRESH_TOKEN_INVALID");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_sealed_with_another_key_waits_for_the_key_and_asks_nobody_to_connect() {
    let story = Story::begin().await;
    let name_key = async |name: &'static str| {
        sqlx::query(name).execute(&story.tables).await.unwrap();
    };
    name_key("UPDATE social_accounts SET token_key_id = 'x' || token_key_id").await;
    story
        .customer("instagram", "700410", "Do you deliver to Belgium?")
        .await;
    let waits = "SELECT count(*) FROM effects WHERE state = 'pending' AND error IS NOT NULL";
    story
        .until("the answer waits", async || story.count(waits).await == 1)
        .await;
    let lost = "SELECT count(*) FROM social_accounts WHERE state <> 'connected'";
    assert_eq!(story.count(lost).await, 0);
    assert_eq!(story.get("/api/notifications").await["items"], json!([]));
    // With the right key it leaves by itself.
    name_key("UPDATE social_accounts SET token_key_id = substr(token_key_id, 2)").await;
    name_key("UPDATE effects SET due_at = now()").await;
    story.settle().await;
    assert_eq!(story.replies_to("700410").len(), 1);
    story.end().await;
}
