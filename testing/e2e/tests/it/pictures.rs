//! Pictures that people send.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::{Platform, Story, account_of, is_an_error};

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\nwhat the shop photographed";
const PERSON: &str = "33600000421";

async fn begin() -> (Story, Value, Value) {
    let story = Story::begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    let mut conversations = Vec::new();
    for platform in ["instagram", "whatsapp"] {
        story
            .customer(platform, PERSON, "Do you have a picture of it?")
            .await;
        story.settle().await;
        let all = story
            .get(&format!("/api/conversations?platform={platform}"))
            .await;
        conversations.push(all["items"][0].clone());
    }
    let whatsapp = conversations.pop().unwrap();
    (story, conversations.pop().unwrap(), whatsapp)
}

fn form(bytes: &[u8], name: &str, text: &str) -> Form {
    let file = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    Form::new()
        .text("text", text.to_owned())
        .part("image", file)
}

/// Sends the composer's form; status and page.
async fn compose(story: &Story, conversation: &Value, form: Form) -> (StatusCode, String) {
    let id = conversation["id"].as_str().unwrap();
    let request = story.http.post(format!("{}/inbox/{id}/reply", story.url));
    let request = request.bearer_auth(story.token()).multipart(form);
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn upload(story: &Story, bytes: &[u8]) -> (StatusCode, Value) {
    let file = Part::bytes(bytes.to_vec()).file_name("a.png");
    let request = story.http.post(format!("{}/api/media", story.url));
    let request = request.bearer_auth(story.token());
    let answer = request.multipart(Form::new().part("image", file)).send();
    let answer = answer.await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

/// What the customer sees: kind, words and, of pictures, the file behind the platform's link.
async fn received(story: &Story, platform: Platform) -> Vec<(String, String, Vec<u8>)> {
    let path = format!("conversations/{platform}/{}", account_of(platform));
    let address = format!("{}/_sandbox/{path}", story.simulator.url());
    let all: Value = story
        .http
        .get(address)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mut seen = Vec::new();
    let messages = all["items"][0]["messages"].as_array().unwrap().clone();
    for message in messages
        .iter()
        .filter(|message| message["from"] == "business")
    {
        let link = message["attachments"][0]["payload"]["url"].as_str();
        let mut file = Vec::new();
        if let Some(link) = link.filter(|link| link.starts_with("http")) {
            let answer = story.http.get(link).send().await.unwrap();
            file = answer.bytes().await.unwrap().to_vec();
        }
        let words = message["text"].as_str().unwrap_or_default().to_owned();
        seen.push((message["kind"].as_str().unwrap().to_owned(), words, file));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn instagram_fetches_the_picture_from_us_and_the_words_follow() {
    let (story, instagram, _) = begin().await;
    let (status, page) = compose(&story, &instagram, form(PNG, "a.png", "Here it is")).await;
    assert!(status.is_success(), "{status} {page}");
    story.settle().await;
    let seen = received(&story, "instagram").await;
    assert_eq!(seen[0], ("image".to_owned(), String::new(), PNG.to_vec()));
    assert_eq!(seen[1].1, "Here it is");
    // The link was for Instagram alone: changed it leads nowhere.
    let calls = story.replies_to(PERSON);
    let link = calls[0].body.pointer("/message/attachment/payload/url");
    let link = link.unwrap().as_str().unwrap();
    assert!(link.starts_with(&format!("{}/files/", story.url)), "{link}");
    let fetch = async |link: &str| story.http.get(link).send().await.unwrap().status();
    assert_eq!(fetch(link).await, StatusCode::OK);
    let (front, name) = link.rsplit_once('/').unwrap();
    let mut parts: Vec<String> = name.split('-').map(str::to_owned).collect();
    let until = parts[3].trim_end_matches(".png").parse::<i64>().unwrap();
    parts[3] = format!("{}.png", until + 60);
    let longer = format!("{front}/{}", parts.join("-"));
    assert_eq!(fetch(&longer).await, StatusCode::NOT_FOUND);
    let unsigned = format!("{front}/00-{}", name.split_once('-').unwrap().1);
    assert_eq!(fetch(&unsigned).await, StatusCode::NOT_FOUND);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatsapp_is_handed_the_picture_with_the_words_under_it() {
    let (story, _, whatsapp) = begin().await;
    let (status, _) = compose(&story, &whatsapp, form(PNG, "a.png", "Here it is")).await;
    assert!(status.is_success());
    story.settle().await;
    let calls = story.replies_to(PERSON);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].body["image"]["caption"], "Here it is");
    assert!(
        calls[0].body["image"]["id"].is_string(),
        "{}",
        calls[0].body
    );
    // The team sees what it sent.
    let id = whatsapp["id"].as_str().unwrap();
    let messages = story
        .get(&format!("/api/conversations/{id}/messages"))
        .await;
    let message = &messages["items"][0];
    assert_eq!(
        (&message["kind"], &message["text"]),
        (&json!("image"), &json!("Here it is"))
    );
    let path = format!("{}/media/{}", story.url, message["id"].as_str().unwrap());
    let file = story
        .http
        .get(path)
        .bearer_auth(story.token())
        .send()
        .await
        .unwrap();
    assert_eq!(file.bytes().await.unwrap(), PNG);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_sent_is_said_and_the_words_stay() {
    let (story, instagram, whatsapp) = begin().await;
    let mut huge = PNG.to_vec();
    huge.resize(9 << 20, 0);
    let mut big = PNG.to_vec();
    big.resize(6 << 20, 0);
    for (conversation, bytes, said) in [
        (
            &instagram,
            b"<svg onload='x'/>".to_vec(),
            "Only PNG and JPEG pictures can be sent",
        ),
        (&whatsapp, big, "A picture may have at most 5 MB here"),
        (&instagram, huge, "A picture may have at most 8 MB here"),
    ] {
        let words = "I typed this for half an hour";
        let (status, page) = compose(&story, conversation, form(&bytes, "a.png", words)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(page.contains(said), "{said}: {page}");
        assert!(page.contains(words), "{said}: the words are gone");
    }
    story.settle().await;
    assert!(story.replies_to(PERSON).is_empty());
    let (status, _) = compose(&story, &instagram, form(b"", "", " ")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_upload_a_picture_and_send_it_once() {
    let (story, instagram, whatsapp) = begin().await;
    let refused = upload(&story, b"no picture").await;
    is_an_error(
        &refused,
        StatusCode::UNPROCESSABLE_ENTITY,
        "VALIDATION_FAILED",
    );
    let (status, uploaded) = upload(&story, PNG).await;
    assert_eq!(status, StatusCode::CREATED, "{uploaded}");
    assert_eq!(uploaded["media_type"], "image/png");
    let reply = json!({ "media_id": uploaded["id"], "text": "" });
    let path = |conversation: &Value| {
        format!(
            "/api/conversations/{}/messages",
            conversation["id"].as_str().unwrap()
        )
    };
    story.post(&path(&instagram), &reply).await;
    let again = story
        .ask(Method::POST, &path(&whatsapp), Some(&reply))
        .await;
    assert_eq!(again.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.1);
    story.settle().await;
    assert_eq!(story.replies_to(PERSON).len(), 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_whose_answer_was_lost_is_not_sent_twice() {
    let (story, instagram, _) = begin().await;
    let fault = json!({ "operation": "send_message", "kind": "timeout_after", "times": 1 });
    story.sandbox("faults", &fault).await;
    compose(&story, &instagram, form(PNG, "a.png", "")).await;
    story.settle().await;
    assert_eq!(received(&story, "instagram").await.len(), 1);
    let id = instagram["id"].as_str().unwrap();
    let messages = story
        .get(&format!("/api/conversations/{id}/messages"))
        .await;
    assert_eq!(messages["items"][0]["state"], "sent", "{messages:#}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_upload_with_a_key_is_done_once_and_a_form_without_borders_is_refused() {
    let story = Story::begin().await;
    let head = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n";
    let photograph = [PNG, &vec![7; 3 << 20]].concat();
    let body = [head.as_bytes(), &photograph, b"\r\n--b--\r\n"].concat();
    let send = async |kind: &str| {
        let request = story.http.post(format!("{}/api/media", story.url));
        let request = request.bearer_auth(story.token()).body(body.clone());
        let request = request.header("Idempotency-Key", kind.replace(' ', ""));
        let answer = request.header("Content-Type", kind).send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let first = send("multipart/form-data; boundary=b").await;
    assert_eq!(first.0, StatusCode::CREATED, "{}", first.1);
    let again = send("multipart/form-data; boundary=b").await;
    assert_eq!(again.1["id"], first.1["id"]);
    let borderless = send("multipart/form-data").await;
    is_an_error(&borderless, StatusCode::BAD_REQUEST, "BAD_REQUEST");
    let other = send("image/png").await;
    is_an_error(
        &other,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_fetched_from_the_web_only_and_unseen_words_are_none() {
    let (story, instagram, _) = begin().await;
    let path = format!(
        "/api/conversations/{}/messages",
        instagram["id"].as_str().unwrap()
    );
    for (reply, field) in [
        (
            json!({ "text": "", "image_url": "file:///etc/passwd" }),
            "image_url",
        ),
        (
            json!({ "text": "", "image_url": "javascript:alert(1)" }),
            "image_url",
        ),
        (json!({ "text": "\u{200b}\u{2060} \u{feff}" }), "text"),
    ] {
        let refused = story.ask(Method::POST, &path, Some(&reply)).await;
        is_an_error(
            &refused,
            StatusCode::UNPROCESSABLE_ENTITY,
            "VALIDATION_FAILED",
        );
        assert!(
            refused.1["detail"]["fields"][field].is_string(),
            "{}",
            refused.1
        );
    }
    story.settle().await;
    assert!(story.replies_to(PERSON).is_empty());
    story.end().await;
}
