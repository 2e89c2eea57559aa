//! What was done is said once by the page that follows, and who may not change something sees it
//! without being able to type.

use reqwest::{Client, StatusCode, header, redirect};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_said_once_by_the_page_that_follows() {
    let story = Story::begin().await;
    let http = Client::builder().redirect(redirect::Policy::none());
    let http = http.build().unwrap();
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM social_accounts LIMIT 1")
        .fetch_one(&story.tables)
        .await
        .unwrap();
    let id = kernel::AccountId::from_uuid(id);
    let request = http.post(format!("{}/channels/{id}/automation", story.url));
    let request = request.bearer_auth(story.token()).form(&[("on", "false")]);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let request = http.get(format!("{}/channels", story.url));
    let request = request.bearer_auth(story.token());
    let page = request.header("Cookie", cookie).send().await.unwrap();
    let taken = page.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(taken.starts_with("told=; ") && taken.contains("Max-Age=0"));
    let words = "The AI is silent on this channel.";
    assert!(page.text().await.unwrap().contains(words));
    assert!(!story.page("/channels").await.contains(words));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_change_the_settings_reads_them() {
    let story = Story::begin().await;
    let locked = "<fieldset class=\"form\" disabled>";
    assert!(!story.page("/agent").await.contains(locked));
    let entries = story.get("/api/knowledge/faq").await;
    let entry = entries["items"][0]["id"].as_str().unwrap().to_owned();
    let entry = format!("/knowledge/faq/{entry}");
    assert!(!story.page(&entry).await.contains(locked));
    sqlx::query("UPDATE memberships SET role = 'viewer'")
        .execute(&story.tables)
        .await
        .unwrap();
    let settings = story.page("/agent").await;
    assert!(settings.contains(locked), "{settings}");
    assert!(settings.contains("Only admins of the workspace"));
    assert!(story.page(&entry).await.contains(locked));
    story.end().await;
}
