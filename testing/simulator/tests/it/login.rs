use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::setup::{ACCOUNT, NUMBER, Story, WABA};

const BACK: &str = "https://app.example/callback/";

/// Walks through the consent page; the address the browser is sent back to.
async fn decide(story: &Story, page: &str, account: &str, decision: &str) -> url::Url {
    let browser = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let answer = browser
        .get(format!("{}{page}", story.sim.url()))
        .query(&[
            ("redirect_uri", BACK),
            ("state", "s 1"),
            ("response_type", "code"),
        ])
        .query(&[("account", account), ("decision", decision)])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 302);
    answer.headers()["location"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

fn query(url: &url::Url, name: &str) -> String {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .into_owned()
}

async fn instagram_code(story: &Story) -> String {
    let page = "/www.instagram.com/oauth/authorize?client_id=1300000000000001&scope=\
                instagram_business_basic,instagram_business_manage_messages";
    let back = decide(story, page, ACCOUNT, "allow").await;
    assert_eq!(back.fragment(), Some("_"));
    assert_eq!(query(&back, "state"), "s 1");
    query(&back, "code")
}

async fn exchange(story: &Story, code: &str, redirect_uri: &str) -> (u16, Value) {
    let answer = story
        .http
        .post(format!(
            "{}/api.instagram.com/oauth/access_token",
            story.sim.url()
        ))
        .form(&[
            ("client_id", "1300000000000001"),
            ("client_secret", "instagram-app-secret"),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri),
            ("code", code),
        ])
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_code_works_once_and_only_for_the_exact_address() {
    let story = Story::start().await;
    let code = instagram_code(&story).await;
    assert_eq!(
        exchange(&story, &code, "https://app.example/callback")
            .await
            .0,
        400
    );
    let (status, flat) = exchange(&story, &code, BACK).await;
    assert_eq!(status, 200);
    assert!(flat["permissions"].is_array());
    let (status, again) = exchange(&story, &code, BACK).await;
    assert_eq!(status, 400);
    assert_eq!(
        again["error_message"],
        "Matching code was not found or was already used"
    );
    let code = instagram_code(&story).await;
    let wrapped = exchange(&story, &code, BACK).await.1;
    assert!(wrapped["data"][0]["permissions"].is_string());
    let code = instagram_code(&story).await;
    story
        .control("clock", json!({"advance_seconds": 3601}))
        .await;
    assert_eq!(exchange(&story, &code, BACK).await.0, 400);
}

#[tokio::test]
async fn a_long_token_is_refreshed_after_a_day_and_dies_after_sixty() {
    let story = Story::start().await;
    let code = instagram_code(&story).await;
    let short = exchange(&story, &code, BACK).await.1["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!(
        "/graph.instagram.com/access_token?grant_type=ig_exchange_token\
         &client_secret=instagram-app-secret&access_token={short}"
    );
    let (_, long) = story.call(Method::GET, &path, None, None).await;
    assert_eq!(long["expires_in"], 60 * 24 * 3600);
    let long = long["access_token"].as_str().unwrap();
    let refresh = format!(
        "/graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token={long}"
    );
    assert_eq!(story.call(Method::GET, &refresh, None, None).await.0, 400);
    story
        .control("clock", json!({"advance_seconds": 24 * 3600}))
        .await;
    assert_eq!(story.call(Method::GET, &refresh, None, None).await.0, 200);
    story
        .control("clock", json!({"advance_seconds": 60 * 24 * 3600}))
        .await;
    let (_, error) = story
        .call(Method::GET, "/graph.instagram.com/me", Some(long), None)
        .await;
    assert_eq!(
        (&error["error"]["code"], &error["error"]["error_subcode"]),
        (&json!(190), &json!(463))
    );
}

#[tokio::test]
async fn a_missing_permission_is_refused_and_a_denial_returns_an_error() {
    let story = Story::start().await;
    let page = "/www.instagram.com/oauth/authorize?client_id=1300000000000001&scope=\
                instagram_business_basic";
    let back = decide(&story, page, ACCOUNT, "allow").await;
    let token = exchange(&story, &query(&back, "code"), BACK).await.1;
    let token = token["access_token"].as_str().unwrap();
    let path = "/graph.instagram.com/me/conversations?platform=instagram";
    let (status, error) = story.call(Method::GET, path, Some(token), None).await;
    assert_eq!((status, &error["error"]["code"]), (403, &json!(10)));
    let back = decide(&story, page, ACCOUNT, "deny").await;
    assert_eq!(query(&back, "error"), "access_denied");
    let page = story
        .get("/www.instagram.com/oauth/authorize?client_id=1")
        .await;
    assert!(page.as_str().unwrap().contains("client_id is unknown"));
}

#[tokio::test]
async fn the_consent_page_offers_the_accounts() {
    let story = Story::start().await;
    let page = story
        .get("/www.facebook.com/v25.0/dialog/oauth?client_id=1400000000000001&redirect_uri=http://x/")
        .await;
    let page = page.as_str().unwrap();
    assert!(page.contains(WABA) && page.contains("Allow") && page.contains("Deny"));
}

#[tokio::test]
async fn facebook_login_leads_to_the_business_account_and_its_numbers() {
    let story = Story::start().await;
    let page = "/www.facebook.com/v25.0/dialog/oauth?client_id=1400000000000001";
    let back = decide(&story, page, WABA, "allow").await;
    let code = query(&back, "code");
    let path = format!(
        "/graph.facebook.com/v25.0/oauth/access_token?client_id=1400000000000001\
         &client_secret=whatsapp-app-secret&redirect_uri={BACK}&code={code}"
    );
    let (status, token) = story.call(Method::GET, &path, None, None).await;
    assert_eq!(status, 200);
    assert_eq!(story.call(Method::GET, &path, None, None).await.0, 400);
    let token = token["access_token"].as_str().unwrap();
    let debug = format!(
        "/graph.facebook.com/v25.0/debug_token?input_token={token}\
         &access_token=1400000000000001%7Cwhatsapp-app-secret"
    );
    let (_, debug) = story.call(Method::GET, &debug, None, None).await;
    let granular = debug["data"]["granular_scopes"].as_array().unwrap();
    assert!(
        granular.contains(&json!({"scope": "whatsapp_business_management", "target_ids": [WABA]}))
    );
    let numbers = format!("/graph.facebook.com/v25.0/{WABA}/phone_numbers");
    let (_, numbers) = story.call(Method::GET, &numbers, Some(token), None).await;
    assert_eq!(numbers["data"][0]["id"], NUMBER);
}
