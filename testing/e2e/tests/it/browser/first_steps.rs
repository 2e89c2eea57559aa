//! What a new workspace is led through.

use serde_json::json;

use super::begin;
use super::window::{PHONE, Window};

const LINK: &str = "#first-steps-item a";

/// How many steps the page shows as done.
async fn done(window: &Window) -> serde_json::Value {
    window
        .learn("return document.querySelectorAll('#first-steps [data-state=done]').length")
        .await
}

async fn shows_done(window: &Window, steps: u64) {
    window
        .until(&format!("{steps} steps done"), async || {
            done(window).await == steps
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_is_led_to_the_first_steps_and_sees_them_ticked() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.go("/sign-up").await;
    window.fill("name", "Noor Haddad").await;
    window.fill("workspace", "Studio Noor").await;
    window.fill("email", "noor@studio.test").await;
    window.fill("password", "a long enough password").await;
    window.click("form[action='/sign-up'] button").await;
    window.is_at("/welcome").await;
    window.says("Welcome to Studio Noor").await;
    shows_done(&window, 0).await;

    window.go("/knowledge/faq/new").await;
    window.fill("questions", "Do you rent out the kiln?").await;
    window.fill("answer", "Yes, for 40 euros a day.").await;
    window.click("form[action^='/knowledge/faq'] button").await;
    window.says("rent out the kiln").await;
    // The way back stands in the sidebar for as long as something is left.
    window.click(LINK).await;
    window.is_at("/welcome").await;
    shows_done(&window, 1).await;

    window.click("form[action='/welcome/dismiss'] button").await;
    window.find("form[action='/welcome/resume'] button").await;
    assert!(!window.shows(LINK).await, "it was put away");
    window.go("/knowledge").await;
    assert!(!window.shows(LINK).await, "it was put away everywhere");
    window.go("/welcome").await;
    window.click("form[action='/welcome/resume'] button").await;
    window.find(LINK).await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_step_ticks_itself_while_one_watches_and_the_list_leaves_the_menu() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.resize(PHONE).await;
    window.sign_in().await;
    // The demo's shop lacks a colleague, and nobody was answered yet.
    window.click(".tabbar button").await;
    window.click("#first-steps-menu a").await;
    window.is_at("/welcome").await;
    shows_done(&window, 3).await;
    story
        .post(
            "/api/invitations",
            &json!({ "email": "lea@studio.test", "role": "agent" }),
        )
        .await;
    story
        .customer("instagram", "700801", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    assert_eq!(story.replies_to("700801").len(), 1);
    shows_done(&window, 5).await;
    window.says("Everything is set").await;
    window.go("/knowledge").await;
    window.click(".tabbar button").await;
    window.find("#bell-item").await;
    assert!(!window.shows("#first-steps-menu a").await);
    let steps = story.get("/api/first-steps").await;
    assert_eq!(steps["dismissed"], true, "it is put away by itself");
    let all = steps["steps"].as_array().unwrap();
    assert!(all.iter().all(|step| step["done"] == true), "{steps}");
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_list_is_put_away_and_fetched_back() {
    let story = begin().await;
    let window = Window::without_scripts(&story).await;
    window.sign_in().await;
    window.click(LINK).await;
    window.is_at("/welcome").await;
    window.click("form[action='/welcome/dismiss'] button").await;
    window.click("form[action='/welcome/resume'] button").await;
    window.find("form[action='/welcome/dismiss'] button").await;
    window.find(LINK).await;
    window.close().await;
    story.end().await;
}
