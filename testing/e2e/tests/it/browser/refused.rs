//! What is refused: where the focus goes, and what is said.

use serde_json::json;

use super::begin;
use super::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_refused_puts_the_cursor_into_the_field_that_is_wrong() {
    let story = begin().await;
    for window in [
        Window::open(&story).await,
        Window::without_scripts(&story).await,
    ] {
        window.go("/sign-up").await;
        window.fill("name", "Noor Haddad").await;
        window.fill("workspace", "Studio Noor").await;
        window.fill("email", "noor@studio.test").await;
        window.fill("password", "short").await;
        window.click("form[action='/sign-up'] button").await;
        window.find("#password-error").await;
        window
            .until("the cursor in the field", async || {
                let focused = window.driver.active_element().await.unwrap();
                focused.attr("name").await.unwrap().as_deref() == Some("password")
            })
            .await;
        window.close().await;
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_signed_out_is_told_once_with_the_way_back_in() {
    let story = begin().await;
    story
        .put(
            "/api/ai-settings",
            &json!({ "settings": { "mode": "off" } }),
        )
        .await;
    story.customer("instagram", "700531", "Hello?").await;
    story.settle().await;
    let window = Window::open(&story).await;
    window.sign_in().await;
    window.click(".conversation a").await;
    window.fill("text", "Hello! Yes, we").await;
    sqlx::query("DELETE FROM sessions")
        .execute(&story.tables)
        .await
        .unwrap();
    window.click("button[value='resolve']").await;
    window.find("[data-signed-out]").await;
    window.click("button[value='take-over']").await;
    window
        .find("[data-signed-out] a[href^='/sign-in?next=%2Finbox']")
        .await;
    let seen = "return [document.querySelectorAll('[data-signed-out]').length,
        document.querySelector('composer-box textarea').value]";
    assert_eq!(window.learn(seen).await, json!([1, "Hello! Yes, we"]));
    window.close().await;
    story.end().await;
}
