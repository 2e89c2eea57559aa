//! People at the running product: registering, signing in and out, tokens, passwords, sessions.

mod attempts;
mod notices;
mod once;
mod pages;
mod person;
mod seats;

use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{EMAIL, Setup, Story, credentials, is_an_error};
pub use person::{PASSWORD, Person, register};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_registers_signs_in_and_signs_out() {
    let story = Story::begin().await;
    let person = register(&story, "Noor@Studio.Test").await;
    let (_, me) = person.get("/api/auth/me").await;
    assert_eq!(me["email"], "noor@studio.test");
    assert_eq!(me["role"], "owner");
    // Nothing of another shop is in the new workspace.
    let (_, conversations) = person.get("/api/conversations").await;
    assert_eq!(conversations["items"], json!([]));

    let again = json!({ "email": "noor@studio.test", "password": PASSWORD, "name": "Noor" });
    let taken = story
        .ask(Method::POST, "/api/auth/register", Some(&again))
        .await;
    is_an_error(&taken, StatusCode::CONFLICT, "EMAIL_TAKEN");
    let weak = json!({ "email": "x", "password": "short", "name": "" });
    let weak = story
        .ask(Method::POST, "/api/auth/register", Some(&weak))
        .await;
    is_an_error(&weak, StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    for field in ["email", "password", "name"] {
        assert!(
            weak.1["detail"]["fields"][field].is_string(),
            "{field}: {}",
            weak.1
        );
    }

    let wrong = json!({ "email": "noor@studio.test", "password": "another password" });
    let unknown = json!({ "email": "nobody@studio.test", "password": "another password" });
    let wrong = story
        .ask(Method::POST, "/api/auth/login", Some(&wrong))
        .await;
    let unknown = story
        .ask(Method::POST, "/api/auth/login", Some(&unknown))
        .await;
    is_an_error(&wrong, StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    let message = |answer: &Value| answer["detail"]["message"].clone();
    assert_eq!(
        message(&wrong.1),
        message(&unknown.1),
        "who has an account is not told"
    );

    assert_eq!(
        person.post("/api/auth/logout", &json!({})).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(person.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    let refreshed = person.refresh().await;
    is_an_error(
        &refreshed,
        StatusCode::UNAUTHORIZED,
        "REFRESH_TOKEN_INVALID",
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_refreshes_at_once_get_one_successor() {
    let story = Story::begin().await;
    let first = story.post("/api/auth/login", &credentials()).await;
    let refresh = async |token: &Value| {
        let body = json!({ "refresh_token": token });
        story
            .ask(Method::POST, "/api/auth/refresh", Some(&body))
            .await
    };
    let token = &first["refresh_token"];
    let answers = join_all((0..20).map(|_| refresh(token))).await;
    let successor = answers[0].1["refresh_token"].clone();
    assert!(successor.is_string() && successor != *token);
    for (status, answer) in &answers {
        assert_eq!(*status, StatusCode::OK, "{answer}");
        assert_eq!(answer["refresh_token"], successor);
    }
    // The successor works, and only then is the first too old.
    let (status, next) = refresh(&successor).await;
    assert_eq!(status, StatusCode::OK);
    let reused = refresh(token).await;
    is_an_error(&reused, StatusCode::UNAUTHORIZED, "REFRESH_TOKEN_REUSED");
    let ended = refresh(&next["refresh_token"]).await;
    is_an_error(&ended, StatusCode::UNAUTHORIZED, "REFRESH_TOKEN_INVALID");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_mail_and_every_session_ends() {
    let story = Story::begin_with(Setup {
        settings: vec![("SOCIALSYNC_OPERATORS", EMAIL.to_owned())],
        ..Setup::default()
    })
    .await;
    let person = register(&story, "noor@studio.test").await;
    let forgot = async |email: &str| {
        let body = json!({ "email": email });
        story
            .ask(Method::POST, "/api/auth/forgot-password", Some(&body))
            .await
    };
    assert_eq!(forgot("nobody@studio.test").await.0, StatusCode::ACCEPTED);
    assert_eq!(forgot("noor@studio.test").await.0, StatusCode::ACCEPTED);
    let link = story.mailed_link("noor@studio.test").await;
    // While no mail server is set, who operates the installation reads it here, and nobody else:
    // the links open accounts.
    let (status, _) = person.get("/dev/mail").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let mails = story.http.get(format!("{}/dev/mail", story.url));
    let mails = mails.bearer_auth(story.token()).send().await.unwrap();
    let mails = mails.text().await.unwrap();
    assert!(mails.contains("noor@studio.test") && !mails.contains("nobody@studio.test"));

    let token = link.rsplit("token=").next().unwrap();
    let reset = async |password: &str| {
        let body = json!({ "token": token, "password": password });
        story
            .ask(Method::POST, "/api/auth/reset-password", Some(&body))
            .await
    };
    let weak = reset("short").await;
    is_an_error(&weak, StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(reset("the next password").await.0, StatusCode::NO_CONTENT);
    let twice = reset("one more password").await;
    is_an_error(&twice, StatusCode::BAD_REQUEST, "RESET_TOKEN_INVALID");
    assert_eq!(person.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    let sign_in = async |password: &str| {
        let body = json!({ "email": "noor@studio.test", "password": password });
        story
            .ask(Method::POST, "/api/auth/login", Some(&body))
            .await
            .0
    };
    assert_eq!(sign_in(PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in("the next password").await, StatusCode::OK);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_where_they_are_signed_in_and_ends_one_of_it() {
    let story = Story::begin().await;
    let here = register(&story, "noor@studio.test").await;
    let there = Person::sign_in(&story, "noor@studio.test").await;
    let (_, sessions) = here.get("/api/auth/sessions").await;
    let sessions = sessions["items"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    // The newest sign-in was used last.
    let path = |session: &Value| format!("/api/auth/sessions/{}", session["id"].as_str().unwrap());
    let newest = sessions
        .iter()
        .max_by_key(|one| one["created_at"].as_str().map(str::to_owned));
    let newest = path(newest.unwrap());
    // A session of somebody else is not there.
    let stranger = register(&story, "stranger@studio.test").await;
    let foreign = stranger.delete(&newest).await;
    is_an_error(&foreign, StatusCode::NOT_FOUND, "NOT_FOUND");
    assert_eq!(there.get("/api/auth/me").await.0, StatusCode::OK);
    assert_eq!(here.delete(&newest).await.0, StatusCode::NO_CONTENT);
    assert_eq!(there.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(there.refresh().await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(here.get("/api/auth/me").await.0, StatusCode::OK);
    // A new password ends the others, and keeps the one that it was set with.
    let other = Person::sign_in(&story, "noor@studio.test").await;
    let change = json!({ "current_password": PASSWORD, "password": "the next password" });
    let changed = here.post("/api/auth/change-password", &change).await;
    assert_eq!(changed.0, StatusCode::NO_CONTENT, "{}", changed.1);
    assert_eq!(other.get("/api/auth/me").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(here.get("/api/auth/me").await.0, StatusCode::OK);
    story.end().await;
}
