//! Somebody new: signs up, connects both platforms, invites a colleague.

use serde_json::json;
use thirtyfour::By;

use super::begin;
use super::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_up_and_connects_both_platforms() {
    let story = begin().await;
    let window = Window::open(&story).await;
    window.go("/sign-up").await;
    window.fill("name", "Noor Haddad").await;
    window.fill("workspace", "Studio Noor").await;
    window.fill("email", "noor@studio.test").await;
    window.fill("password", "short").await;
    window.click("form[action='/sign-up'] button").await;
    // What is wrong stands at its field, and what was typed is still there.
    window.find("[aria-invalid='true'][name='password']").await;
    let name = window.find("[name='name']").await;
    assert_eq!(name.value().await.unwrap().as_deref(), Some("Noor Haddad"));
    window.fill("password", "a long enough password").await;
    window.click("form[action='/sign-up'] button").await;
    window
        .until("a page of the app", async || {
            window.shows("nav a[href='/channels']").await
        })
        .await;

    story.sandbox("instagram/accounts", &json!({ "account_id": "17841400000000077", "username": "studio.noor", "name": "Studio Noor" })).await;
    story.sandbox("whatsapp/accounts", &json!({ "phone_number_id": "106540000000077", "display_number": "3226290077", "name": "Studio Noor" })).await;
    for platform in ["instagram", "whatsapp"] {
        window.go("/channels").await;
        window
            .click(&format!("a[href='/channels/{platform}/connect']"))
            .await;
        // The platform asks for consent on its own page.
        window.says("Let this app act for your business?").await;
        let account = By::XPath("//label[contains(., 'Studio Noor')]");
        window
            .driver
            .find(account)
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        window.click("button[value='allow']").await;
        window.is_at("/channels").await;
        window.says("Studio Noor").await;
    }
    window
        .until("two channels", async || {
            window
                .learn("return document.querySelectorAll('#channels .list-row').length")
                .await
                == 2
        })
        .await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_joins_by_the_mail_that_was_sent() {
    let story = begin().await;
    let owner = Window::open(&story).await;
    owner.sign_in().await;
    owner.go("/settings").await;
    let invite = "form[action='/settings/invitations']";
    owner
        .find(&format!("{invite} [name='invite_email']"))
        .await
        .send_keys("lea@atelier.test")
        .await
        .unwrap();
    owner.click(&format!("{invite} button")).await;
    owner.says("lea@atelier.test").await;
    let link = story.mailed_link("lea@atelier.test").await;
    let colleague = Window::open(&story).await;
    colleague.driver.goto(&link).await.unwrap();
    colleague
        .until("the invitation", async || {
            colleague.text().await.contains("Atelier Lumen")
        })
        .await;
    colleague
        .go(&format!(
            "/sign-up?invitation={}",
            link.rsplit("token=").next().unwrap()
        ))
        .await;
    colleague.fill("name", "Léa Martin").await;
    colleague.fill("email", "lea@atelier.test").await;
    colleague.fill("password", "a long enough password").await;
    colleague.click("form[action='/sign-up'] button").await;
    colleague
        .until("the inbox", async || {
            colleague.shows("#conversations").await
        })
        .await;
    owner.go("/settings").await;
    owner.says("Léa Martin").await;
    colleague.close().await;
    owner.close().await;
    story.end().await;
}
