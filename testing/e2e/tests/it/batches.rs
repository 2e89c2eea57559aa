//! Many updates in one body, twice and in any order; and bodies that have to be sent through again.

use kernel::{Clock, WebhookEventId};
use serde_json::{Value, json};

use crate::story::{Story, account_of};

const CUSTOMERS: usize = 40;
const EACH: usize = 20;

/// A message of a customer.
fn written(customer: usize, number: usize) -> Value {
    let at = 1_790_000_000_000_i64 + i64::try_from(number * 1000 + customer).unwrap();
    json!({
        "sender": {"id": format!("80{customer:04}")},
        "recipient": {"id": account_of("instagram")},
        "timestamp": at,
        "message": {"mid": format!("mid.{customer}.{number}"), "text": format!("Message {number}")},
    })
}

/// A reaction of a customer to their own message.
fn reacted(customer: usize, number: usize) -> Value {
    let mut update = written(customer, number);
    update.as_object_mut().unwrap().remove("message");
    update["reaction"] = json!({"mid": format!("mid.{customer}.{number}"), "action": "react", "reaction": "love", "emoji": "❤"});
    update
}

/// 800 messages of 40 customers, 160 of them twice, and 40 reactions: 1000 updates.
fn updates() -> Vec<Value> {
    let messages = (0..EACH).flat_map(|n| (0..CUSTOMERS).map(move |c| written(c, n)));
    let again = (0..4).flat_map(|n| (0..CUSTOMERS).map(move |c| written(c, n)));
    let reactions = (0..CUSTOMERS).map(|c| reacted(c, 7));
    messages.chain(again).chain(reactions).collect()
}

fn body(updates: &[Value]) -> Vec<u8> {
    let entry = json!({"id": account_of("instagram"), "time": 1, "messaging": updates});
    json!({"object": "instagram", "entry": [entry]})
        .to_string()
        .into_bytes()
}

/// What people see of it.
async fn seen(story: &Story) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT format('%s %s %s %s', external_id, text, sent_at, reactions) FROM messages
         UNION ALL
         SELECT format('%s %s %s %s %s %s', i.value, c.unread_count, c.epoch, c.last_preview, c.last_message_at, c.owner)
         FROM conversations c JOIN contact_identities i USING (workspace_id, contact_id)
         ORDER BY 1",
    )
    .fetch_all(&story.tables)
    .await
    .unwrap()
}

async fn silent_shop() -> Story {
    let story = Story::begin().await;
    let off = json!({ "settings": { "mode": "off" } });
    story.put("/api/ai-settings", &off).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_updates_in_one_body_in_any_order_are_taken_in_once() {
    let story = silent_shop().await;
    let mut updates = updates();
    assert_eq!(updates.len(), 1000);
    assert_eq!(story.webhook("instagram", &body(&updates)).await, 200);
    story.settle().await;
    let first = seen(&story).await;
    assert_eq!(first.len(), CUSTOMERS * EACH + CUSTOMERS);
    let hearts = "SELECT count(*) FROM messages WHERE reactions <> '[]'";
    assert_eq!(story.count(hearts).await, 40);
    let decided = story.count("SELECT count(*) FROM ai_decisions").await;
    assert_eq!(decided, 800, "one decision for each message");
    // The same again, and backwards.
    assert_eq!(story.webhook("instagram", &body(&updates)).await, 200);
    updates.reverse();
    assert_eq!(story.webhook("instagram", &body(&updates)).await, 200);
    story.settle().await;
    assert_eq!(seen(&story).await, first, "duplicates changed something");
    // Backwards from the start, reactions before their messages, in bodies that race.
    story.forget_the_inbox().await;
    let parts: Vec<Vec<u8>> = updates.chunks(100).map(body).collect();
    let posts = parts.iter().map(|part| story.webhook("instagram", part));
    assert!(
        futures::future::join_all(posts)
            .await
            .iter()
            .all(|status| *status == 200)
    );
    story.settle().await;
    assert_eq!(seen(&story).await, first, "the order mattered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_never_go_backwards() {
    let story = Story::begin().await;
    story
        .customer("whatsapp", "33600000700", "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    let sent = "SELECT external_id FROM messages WHERE direction = 'outbound'";
    let id: String = sqlx::query_scalar(sent)
        .fetch_one(&story.tables)
        .await
        .unwrap();
    let receipt = |status: &str, at: &str| {
        let status =
            json!({"id": id, "status": status, "timestamp": at, "recipient_id": "33600000700"});
        let value = json!({"messaging_product": "whatsapp", "statuses": [status],
            "metadata": {"display_phone_number": "1", "phone_number_id": account_of("whatsapp")}});
        json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
            {"field": "messages", "value": value}]}]})
    };
    for (status, at) in [
        ("read", "1800000003"),
        ("delivered", "1800000002"),
        ("sent", "1800000001"),
        ("failed", "1800000004"),
    ] {
        let body = receipt(status, at).to_string().into_bytes();
        assert_eq!(story.webhook("whatsapp", &body).await, 200);
        story.settle().await;
        let state: String =
            sqlx::query_scalar("SELECT state FROM messages WHERE direction = 'outbound'")
                .fetch_one(&story.tables)
                .await
                .unwrap();
        assert_eq!(state, "read", "after {status}");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_could_not_be_taken_in_is_parked_and_goes_through_after_the_fix() {
    let story = silent_shop().await;
    // Something breaks on one message, as a bug would.
    sqlx::query("ALTER TABLE messages ADD CONSTRAINT broken CHECK (text <> 'Message 3') NOT VALID")
        .execute(&story.tables)
        .await
        .unwrap();
    assert_eq!(
        story.webhook("instagram", &body(&[written(1, 3)])).await,
        200
    );
    assert_eq!(
        story.webhook("instagram", &body(&[written(2, 4)])).await,
        200
    );
    story.settle().await;
    let kept = "SELECT count(*) FROM messages";
    assert_eq!(story.count(kept).await, 1, "others are not held up");
    let parked: Vec<(uuid::Uuid, String)> =
        sqlx::query_as("SELECT id, error FROM webhook_events WHERE state = 'parked'")
            .fetch_all(&story.tables)
            .await
            .unwrap();
    // One, or more where a door that had no time let it be sent again.
    assert!(!parked.is_empty());
    sqlx::query("ALTER TABLE messages DROP CONSTRAINT broken")
        .execute(&story.tables)
        .await
        .unwrap();
    let db = db::Db::connect(&db::Options::new(story.database()))
        .await
        .unwrap();
    let now = Clock::System.now();
    let viewer = db::Viewer {
        workspace: story.workspace(),
        operator: true,
    };
    let mut system = db.system().await.unwrap();
    for (id, error) in parked {
        assert!(error.contains("broken"), "{error}");
        let id = WebhookEventId::from_uuid(id);
        assert!(system.replay_journal(id, viewer, now).await.unwrap());
    }
    system.commit().await.unwrap();
    story.settle().await;
    assert_eq!(story.count(kept).await, 2);
    let parked = "SELECT count(*) FROM webhook_events WHERE state = 'parked'";
    assert_eq!(story.count(parked).await, 0);
    db.close().await;
    story.end().await;
}
