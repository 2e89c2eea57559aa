//! How often a sign-in may fail, and what else opens an account.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::person::{PASSWORD, register};
use crate::story::{Setup, Story, is_an_error};

/// A product that does not mind how often an address asks.
async fn begin() -> Story {
    let often = (
        "SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE",
        "100000".to_owned(),
    );
    let setup = Setup {
        settings: vec![often],
        ..Setup::default()
    };
    Story::begin_with(setup).await
}

async fn sign_in(story: &Story, email: &str, password: &str) -> (StatusCode, serde_json::Value) {
    let body = json!({ "email": email, "password": password });
    story
        .ask(Method::POST, "/api/auth/login", Some(&body))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_failures_an_account_rests_and_others_do_not() {
    let story = begin().await;
    register(&story, "noor@studio.test").await;
    register(&story, "lea@studio.test").await;
    // A success forgives what was mistyped before it.
    for _ in 0..9 {
        assert_eq!(sign_in(&story, "noor@studio.test", "mistyped").await.0, 401);
    }
    assert_eq!(sign_in(&story, "noor@studio.test", PASSWORD).await.0, 200);
    for _ in 0..10 {
        let refused = sign_in(&story, "noor@studio.test", "a wrong guess").await;
        is_an_error(&refused, StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    }
    // However the address is written, and even with the right password.
    for email in ["noor@studio.test", " NOOR@studio.test "] {
        let body = json!({ "email": email, "password": PASSWORD });
        let address = format!("{}/api/auth/login", story.url);
        let answer = story.http.post(address).json(&body).send().await.unwrap();
        let wait = answer
            .headers()
            .get("retry-after")
            .unwrap()
            .to_str()
            .unwrap();
        assert!(
            (1..=15 * 60).contains(&wait.parse::<u64>().unwrap()),
            "{wait}"
        );
        let refused = (answer.status(), answer.json().await.unwrap());
        is_an_error(&refused, StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
    }
    assert_eq!(sign_in(&story, "lea@studio.test", PASSWORD).await.0, 200);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_thirty_failures_an_address_rests() {
    let story = begin().await;
    register(&story, "noor@studio.test").await;
    for guess in 0..30 {
        let email = format!("guess-{guess}@studio.test");
        assert_eq!(sign_in(&story, &email, "a wrong guess").await.0, 401);
    }
    let refused = sign_in(&story, "noor@studio.test", PASSWORD).await;
    is_an_error(&refused, StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_password_is_not_guessed_in_a_browser_that_was_left_open() {
    let story = begin().await;
    let person = register(&story, "noor@studio.test").await;
    let change = async |current: &str| {
        let body = json!({ "current_password": current, "password": "the next password" });
        person.post("/api/auth/change-password", &body).await
    };
    for _ in 0..9 {
        let refused = change("a wrong guess").await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
    }
    // A success forgives what was mistyped before it.
    assert_eq!(change(PASSWORD).await.0, StatusCode::NO_CONTENT);
    for _ in 0..10 {
        assert_eq!(change("a wrong guess").await.0, 422);
    }
    let refused = change("the next password").await;
    is_an_error(&refused, StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_three_links_an_hour_and_who_asks_can_not_tell() {
    let story = begin().await;
    register(&story, "noor@studio.test").await;
    for email in ["noor@studio.test", "nobody@studio.test"] {
        let body = json!({ "email": email });
        for _ in 0..5 {
            let path = "/api/auth/forgot-password";
            let (status, answer) = story.ask(Method::POST, path, Some(&body)).await;
            assert_eq!((status, answer), (StatusCode::ACCEPTED, json!(null)));
        }
    }
    story.settle().await;
    let mails = std::fs::read_dir(story.folder().join("mail")).unwrap();
    let mails: Vec<_> = mails
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect();
    assert_eq!(mails.len(), 3, "{mails:?}");
    story.end().await;
}
