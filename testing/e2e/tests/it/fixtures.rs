//! Every recorded webhook, posted and signed at the door of a running product: what the journal
//! keeps means exactly the expected events, and each of them is stored where people see it.

mod updates;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use sqlx::Row as _;

use crate::story::{Platform, Story};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// The recorded webhooks: name, platform, body and expected events.
fn recorded() -> Vec<(String, Platform, Vec<u8>, Vec<Value>)> {
    let expected = std::fs::read(folder().join("expected.json")).unwrap();
    let expected: BTreeMap<String, Vec<Value>> = serde_json::from_slice(&expected).unwrap();
    assert!(expected.len() > 40);
    let load = |(name, events): (String, Vec<Value>)| {
        let platform = if name.starts_with("instagram/") {
            "instagram"
        } else {
            "whatsapp"
        };
        let body = std::fs::read(folder().join(&name)).unwrap();
        (name, platform, body, events)
    };
    expected.into_iter().map(load).collect()
}

/// A part of an event, as text.
fn text<'a>(event: &'a Value, key: &str) -> &'a str {
    event[key].as_str().unwrap_or_default()
}

/// The account that an event belongs to, and its parent.
fn account(event: &Value) -> (String, Option<&str>) {
    let waba = event["waba_id"].as_str();
    let id = event["account_id"]
        .as_str()
        .or(event["phone_number_id"].as_str());
    let id = id.map_or_else(|| format!("a number of {}", waba.unwrap()), str::to_owned);
    (id, waba)
}

/// A silent shop to which every account of the recordings is connected.
async fn begin() -> Story {
    let story = Story::begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    for (_, platform, _, events) in recorded() {
        for event in &events {
            let (id, parent) = account(event);
            sqlx::query(
                "INSERT INTO social_accounts (workspace_id, id, platform, external_id, parent_id, connected_at)
                 SELECT workspace_id, gen_random_uuid(), $1, $2, $3, now() FROM workspaces
                 ON CONFLICT DO NOTHING",
            )
            .bind(platform)
            .bind(id)
            .bind(parent)
            .execute(&story.tables)
            .await
            .unwrap();
        }
    }
    story
}

async fn forget_everything(story: &Story) {
    story.settle().await;
    story.forget_the_inbox().await;
}

async fn deliver(story: &Story, platform: &str, body: &[u8]) {
    assert_eq!(story.webhook(platform, body).await, 200);
    story.taken_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_webhook_is_journalled_understood_and_stored() {
    let story = begin().await;
    for (name, platform, body, events) in recorded() {
        deliver(&story, platform, &body).await;
        let row = sqlx::query("SELECT body, state, events, unrouted, error FROM webhook_events")
            .fetch_one(&story.tables)
            .await
            .unwrap();
        let error: Option<String> = row.get("error");
        assert_eq!(row.get::<String, _>("state"), "done", "{name}: {error:?}");
        let taken: (i32, i32) = (row.get("events"), row.get("unrouted"));
        assert_eq!(taken, (i32::try_from(events.len()).unwrap(), 0), "{name}");
        let kept: Vec<u8> = row.get("body");
        assert_eq!(
            kept, body,
            "{name}: the journal keeps the bytes as they came"
        );
        let read = meta::read::read(platform.parse().unwrap(), &kept).unwrap();
        assert_eq!(meta::explain(&read), json!(events), "{name}");
        let mut seen: Vec<&str> = Vec::new();
        for event in &events {
            let id = text(event, "message_id");
            let first = !seen.contains(&id);
            if first {
                is_stored(&story, &name, event).await;
            }
            seen.push(id);
        }
        // The same body again changes nothing.
        let before = everything(&story).await;
        deliver(&story, platform, &body).await;
        assert_eq!(everything(&story).await, before, "{name}: taken in twice");
        forget_everything(&story).await;
    }
    story.end().await;
}

/// What people see: messages with their states, and contacts.
async fn everything(story: &Story) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT format('%s %s %s %s %s %s %s %s', external_id, direction, kind, text, state, reactions, deleted_at, details)
         FROM messages
         UNION ALL SELECT format('%s %s %s %s', name, username, phone, marketing_stopped) FROM contacts
         UNION ALL SELECT format('%s %s %s', unread_count, epoch, owner) FROM conversations
         ORDER BY 1",
    )
    .fetch_all(&story.tables)
    .await
    .unwrap()
}

/// An event that is a message of its own stands in a thread.
async fn is_stored(story: &Story, name: &str, event: &Value) {
    let kind = match text(event, "event") {
        "message" => event["type"].as_str(),
        "message_unsupported" => Some("unsupported"),
        "system" => Some("system"),
        _ => return,
    };
    let row = sqlx::query(
        "SELECT m.direction, m.author, m.kind, m.text, m.details, m.reply_to, c.name,
                array_agg(i.value) AS names
         FROM messages m
         JOIN conversations v ON v.id = m.conversation_id
         JOIN contacts c ON c.id = v.contact_id
         JOIN contact_identities i ON i.contact_id = c.id
         WHERE m.external_id = $1 GROUP BY m.id, m.workspace_id, c.name, m.direction, m.author,
                m.kind, m.text, m.details, m.reply_to",
    )
    .bind(text(event, "message_id"))
    .fetch_optional(&story.tables)
    .await
    .unwrap();
    let row = row.unwrap_or_else(|| panic!("{name}: no message for {event:#}"));
    let outbound = event["direction"] == "outbound";
    let who = if outbound { "native" } else { "customer" };
    assert_eq!(row.get::<String, _>("author"), who, "{name}");
    let direction = if outbound { "outbound" } else { "inbound" };
    assert_eq!(row.get::<String, _>("direction"), direction, "{name}");
    if let Some(kind) = kind {
        assert_eq!(row.get::<String, _>("kind"), kind, "{name}");
    }
    assert!(
        row.get::<String, _>("text").contains(text(event, "text")),
        "{name}"
    );
    assert_eq!(
        row.get::<Option<String>, _>("reply_to").as_deref(),
        event["reply_to_id"].as_str(),
        "{name}"
    );
    let names: Vec<String> = row.get("names");
    let person = match (event["group_id"].as_str(), outbound) {
        (Some(group), _) => group,
        (None, true) => text(event, "recipient"),
        (None, false) => text(event, "sender"),
    };
    assert!(
        names.iter().any(|known| known == person),
        "{name}: {names:?}"
    );
    if event["group_id"].is_null() {
        let called: String = row.get("name");
        assert!(
            called.contains(text(event, "sender_name")),
            "{name}: {called}"
        );
    }
    let details = row.get::<Value, _>("details").to_string();
    for key in [
        "media_id",
        "filename",
        "payload",
        "referral_source_id",
        "url",
    ] {
        let told = text(event, key);
        let told = serde_json::to_string(told).unwrap();
        assert!(
            details.contains(told.trim_matches('"')),
            "{name}: {key} in {details}"
        );
    }
    for attachment in event["attachments"].as_array().into_iter().flatten() {
        assert!(
            details.contains(text(attachment, "url")),
            "{name}: {details}"
        );
    }
}
