//! Seats in a workspace: invitations, roles, and keys for programs.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::person::{Person, register};
use crate::story::{Story, is_an_error};

/// The shop's seat of somebody.
async fn seat_of(story: &Story, email: &str) -> Value {
    let members = story.get("/api/members").await;
    let members = members["items"].as_array().unwrap();
    let found = members.iter().find(|member| member["email"] == email);
    found
        .unwrap_or_else(|| panic!("{email} in {members:?}"))
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_gives_its_role_to_its_address_and_once() {
    let story = Story::begin().await;
    let invite = json!({ "email": "lea@studio.test", "role": "agent" });
    story.post("/api/invitations", &invite).await;
    let link = story.mailed_link("lea@studio.test").await;
    let token = json!({ "token": link.rsplit("token=").next().unwrap() });

    let stranger = register(&story, "stranger@studio.test").await;
    let refused = stranger.post("/api/invitations/accept", &token).await;
    is_an_error(&refused, StatusCode::FORBIDDEN, "OTHER_ADDRESS");
    let colleague = register(&story, "lea@studio.test").await;
    let (status, joined) = colleague.post("/api/invitations/accept", &token).await;
    assert_eq!(status, StatusCode::OK, "{joined}");
    assert_eq!(joined["workspace_id"], story.workspace().to_string());
    assert_eq!(seat_of(&story, "lea@studio.test").await["role"], "agent");
    let twice = colleague.post("/api/invitations/accept", &token).await;
    assert_eq!(twice.0, StatusCode::NOT_FOUND, "{}", twice.1);
    let open = story.get("/api/invitations").await;
    assert_eq!(open["items"], json!([]));
    let path = "/api/invitations";
    let again = story.ask(reqwest::Method::POST, path, Some(&invite)).await;
    is_an_error(&again, StatusCode::CONFLICT, "ALREADY_A_MEMBER");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_role_above_their_own_and_the_last_owner_stays() {
    let story = Story::begin().await;
    let invite = json!({ "email": "lea@studio.test", "role": "admin" });
    story.post("/api/invitations", &invite).await;
    let link = story.mailed_link("lea@studio.test").await;
    let token = json!({ "token": link.rsplit("token=").next().unwrap() });
    let admin = register(&story, "lea@studio.test").await;
    admin.post("/api/invitations/accept", &token).await;
    let switch = format!("/api/workspaces/{}/switch", story.workspace());
    assert_eq!(
        admin.post(&switch, &json!({})).await.0,
        StatusCode::NO_CONTENT
    );

    let own = seat_of(&story, "lea@studio.test").await;
    let owner = seat_of(&story, crate::story::EMAIL).await;
    let role = |seat: &Value| format!("/api/members/{}/role", seat["id"].as_str().unwrap());
    let place = |seat: &Value| format!("/api/members/{}", seat["id"].as_str().unwrap());
    let to = |role: &str| json!({ "role": role });
    for (seat, wanted) in [(&own, "owner"), (&owner, "viewer")] {
        let refused = admin.put(&role(seat), &to(wanted)).await;
        assert_eq!(refused.0, StatusCode::FORBIDDEN, "{}", refused.1);
    }
    let refused = admin.delete(&place(&owner)).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN, "{}", refused.1);
    let above = json!({ "email": "boss@studio.test", "role": "owner" });
    let refused = admin.post("/api/invitations", &above).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN, "{}", refused.1);
    let above = json!({ "name": "all", "role": "owner" });
    let refused = admin.post("/api/api-keys", &above).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN, "{}", refused.1);

    let (put, delete) = (reqwest::Method::PUT, reqwest::Method::DELETE);
    let last = story.ask(put, &role(&owner), Some(&to("viewer"))).await;
    is_an_error(&last, StatusCode::CONFLICT, "LAST_OWNER");
    let last = story.ask(delete, &place(&owner), None).await;
    is_an_error(&last, StatusCode::CONFLICT, "LAST_OWNER");

    // A role that is taken away is gone with the next request, whatever the token says.
    story.put(&role(&own), &to("viewer")).await;
    let rename = json!({ "name": "Mine now" });
    let refused = admin.put("/api/workspaces/current", &rename).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN, "{}", refused.1);
    assert_eq!(admin.delete(&place(&own)).await.0, StatusCode::NO_CONTENT);
    let left = admin.get("/api/members").await;
    let left: Vec<_> = left.1["items"].as_array().unwrap().clone();
    assert_eq!(left.len(), 1, "back in the own workspace: {left:?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_does_what_its_role_may_and_can_be_made_void() {
    let story = Story::begin().await;
    let wanted = json!({ "name": "reports", "role": "viewer" });
    let made = story.post("/api/api-keys", &wanted).await;
    let text = made["key"].as_str().unwrap();
    assert!(text.starts_with("ssk_"));
    let listed = story.get("/api/api-keys").await.to_string();
    assert!(listed.contains("reports") && !listed.contains(text));
    let program = Person::with_key(&story, text);
    assert_eq!(program.get("/api/conversations").await.0, StatusCode::OK);
    let refused = program
        .put(
            "/api/ai-settings",
            &json!({ "settings": { "mode": "off" } }),
        )
        .await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN, "{}", refused.1);
    // Keys make no keys, and are nobody.
    for path in ["/api/auth/me", "/api/auth/sessions"] {
        assert_eq!(program.get(path).await.0, StatusCode::FORBIDDEN);
    }
    let mut wrong = text.to_owned();
    wrong.pop();
    let wrong = Person::with_key(&story, &wrong)
        .get("/api/conversations")
        .await;
    is_an_error(&wrong, StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
    let path = format!("/api/api-keys/{}", made["id"].as_str().unwrap());
    let voided = story.ask(reqwest::Method::DELETE, &path, None).await;
    assert_eq!(voided.0, StatusCode::NO_CONTENT);
    assert_eq!(
        program.get("/api/conversations").await.0,
        StatusCode::UNAUTHORIZED
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_no_more_than_its_maker_may_and_ends_when_they_leave() {
    let story = Story::begin().await;
    let invite = json!({ "email": "lea@studio.test", "role": "admin" });
    story.post("/api/invitations", &invite).await;
    let link = story.mailed_link("lea@studio.test").await;
    let token = json!({ "token": link.rsplit("token=").next().unwrap() });
    let admin = register(&story, "lea@studio.test").await;
    admin.post("/api/invitations/accept", &token).await;
    let switch = format!("/api/workspaces/{}/switch", story.workspace());
    admin.post(&switch, &json!({})).await;
    let wanted = json!({ "name": "till", "role": "admin" });
    let (_, made) = admin.post("/api/api-keys", &wanted).await;
    let program = Person::with_key(&story, made["key"].as_str().unwrap());
    let off = json!({ "settings": { "mode": "off" } });
    assert_eq!(program.put("/api/ai-settings", &off).await.0, 200);

    let seat = seat_of(&story, "lea@studio.test").await;
    let place = format!("/api/members/{}", seat["id"].as_str().unwrap());
    let viewer = json!({ "role": "viewer" });
    story.put(&format!("{place}/role"), &viewer).await;
    let refused = program.put("/api/ai-settings", &off).await;
    is_an_error(&refused, StatusCode::FORBIDDEN, "FORBIDDEN");
    assert_eq!(program.get("/api/conversations").await.0, 200);
    let listed = story.get("/api/api-keys").await;
    assert_eq!(listed["items"][0]["role"], "viewer", "{listed}");

    let gone = story.ask(reqwest::Method::DELETE, &place, None).await;
    assert_eq!(gone.0, StatusCode::NO_CONTENT);
    assert_eq!(program.get("/api/conversations").await.0, 401);
    let listed = story.get("/api/api-keys").await;
    assert_eq!(listed["items"], json!([]));
    // Who comes back makes a new one.
    story.post("/api/invitations", &invite).await;
    let mut fresh = String::new();
    story
        .until("another invitation", async || {
            fresh = story.mailed_link("lea@studio.test").await;
            fresh != link
        })
        .await;
    let token = json!({ "token": fresh.rsplit("token=").next().unwrap() });
    assert_eq!(admin.post("/api/invitations/accept", &token).await.0, 200);
    assert_eq!(program.get("/api/conversations").await.0, 401);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_alone_shows_nobody_the_invitations_sent_to_it() {
    let story = Story::begin().await;
    let waits = "/api/invitations/waiting";
    // Anybody can register with an address that is not theirs.
    let person = register(&story, "lea@studio.test").await;
    let invite = json!({ "email": "lea@studio.test", "role": "agent" });
    let invited = story.post("/api/invitations", &invite).await;
    let accept = format!(
        "/api/invitations/{}/accept",
        invited["id"].as_str().unwrap()
    );
    assert_eq!(person.get(waits).await.1["items"], json!([]));
    let refused = person.post(&accept, &json!({})).await;
    assert_eq!(refused.0, StatusCode::NOT_FOUND, "{}", refused.1);

    // Whoever follows a link that was sent there reads its mail.
    let body = json!({ "email": "lea@studio.test" });
    person.post("/api/auth/forgot-password", &body).await;
    let mut link = String::new();
    story
        .until("the mail with the link", async || {
            link = story.mailed_link("lea@studio.test").await;
            link.contains("/reset")
        })
        .await;
    let token = link.rsplit("token=").next().unwrap();
    let reset = json!({ "token": token, "password": super::PASSWORD });
    let (status, answer) = person.post("/api/auth/reset-password", &reset).await;
    assert!(status.is_success(), "{answer}");
    let person = Person::sign_in(&story, "lea@studio.test").await;
    let (_, waiting) = person.get(waits).await;
    assert_eq!(
        waiting["items"][0]["workspace"], "Atelier Lumen",
        "{waiting}"
    );
    assert_eq!(waiting["items"][0]["role"], "agent");
    let (status, joined) = person.post(&accept, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{joined}");
    assert_eq!(joined["workspace_id"], story.workspace().to_string());
    assert_eq!(person.get(waits).await.1["items"], json!([]));
    let twice = person.post(&accept, &json!({})).await;
    assert_eq!(twice.0, StatusCode::NOT_FOUND, "{}", twice.1);
    story.end().await;
}
