//! Somebody who signs in and has no workspace.

use reqwest::Method;
use serde_json::json;

use super::begin;
use super::window::{PHONE, Window};
use crate::story::Story;

const LEA: &str = "lea@studio.test";
const PASSWORD: &str = "a long enough password";

/// Joins the shop by the link in the mail.
async fn joins(story: &Story, window: &Window) {
    invite(story).await;
    let link = story.mailed_link(LEA).await;
    let token = link.rsplit("token=").next().unwrap();
    window.go(&format!("/sign-up?invitation={token}")).await;
    window.fill("name", "Léa Martin").await;
    window.fill("email", LEA).await;
    window.fill("password", PASSWORD).await;
    window.click("form[action='/sign-up'] button").await;
    window.is_at("/inbox").await;
}

async fn invite(story: &Story) {
    let body = json!({ "email": LEA, "role": "agent" });
    story.post("/api/invitations", &body).await;
}

/// The owner takes the seat away.
async fn is_removed(story: &Story) {
    let members = story.get("/api/members").await;
    let members = members["items"].as_array().unwrap();
    let seat = members.iter().find(|one| one["email"] == LEA).unwrap();
    let path = format!("/api/members/{}", seat["id"].as_str().unwrap());
    let (status, answer) = story.ask(Method::DELETE, &path, None).await;
    assert!(status.is_success(), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_their_seat_comes_back_by_an_invitation_or_makes_a_workspace() {
    let story = begin().await;
    let window = Window::open(&story).await;
    joins(&story, &window).await;
    is_removed(&story).await;
    // Whatever they ask for, they are led to where they can go on.
    window.go("/knowledge").await;
    window.is_at("/workspaces").await;
    window.says("You are not in a workspace").await;
    assert!(!window.shows(".tabbar, .sidebar").await);

    invite(&story).await;
    window.go("/inbox").await;
    window.is_at("/workspaces").await;
    window.says("You are invited").await;
    window.resize(PHONE).await;
    window.click("form[action$='/accept'] button").await;
    window.is_at("/inbox").await;
    is_removed(&story).await;

    window.go("/workspaces").await;
    window.fill("workspace", "x".repeat(81).as_str()).await;
    window.click("form[action='/workspaces'] button").await;
    window.find("[aria-invalid='true'][name='workspace']").await;
    window.fill("workspace", "Atelier Léa").await;
    window.click("form[action='/workspaces'] button").await;
    window.is_at("/welcome").await;
    window.says("Welcome to Atelier Léa").await;
    window.close().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_one_changes_between_workspaces_and_signs_out() {
    let story = begin().await;
    let window = Window::without_scripts(&story).await;
    joins(&story, &window).await;
    is_removed(&story).await;
    window.go("/").await;
    window.is_at("/workspaces").await;
    for name in ["Atelier Léa", "Studio Léa"] {
        window.go("/workspaces").await;
        window.fill("workspace", name).await;
        window.click("form[action='/workspaces'] button").await;
        window.is_at("/welcome").await;
        window.says(&format!("Welcome to {name}")).await;
    }
    window.go("/workspaces").await;
    window
        .click("form[action='/workspaces/switch'] button")
        .await;
    window.is_at("/inbox").await;
    window.go("/welcome").await;
    window.says("Welcome to Atelier Léa").await;
    window.go("/workspaces").await;
    window.click("form[action='/sign-out'] button").await;
    window.is_at("/sign-in").await;
    window.close().await;
    story.end().await;
}
