//! What is shown in a thread without being asked of anybody: the history that a phone app hands
//! over, and the platform's own notes. The first new message is decided about, and nothing else.

use serde_json::{Value, json};

use crate::story::{Story, account_of};

const CUSTOMER: &str = "33600000800";

fn body(story: &Story, field: &str, key: &str, content: Value) -> Vec<u8> {
    let waba = &story.platforms().whatsapp_numbers[0].waba_id;
    let mut value = json!({"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": account_of("whatsapp")}});
    value[key] = content;
    json!({"object": "whatsapp_business_account", "entry": [{"id": waba, "changes": [
        {"field": field, "value": value}]}]})
    .to_string()
    .into_bytes()
}

fn said(id: &str, from: &str, text: &str) -> Value {
    json!({"id": id, "from": from, "timestamp": "1700000000", "type": "text", "text": {"body": text}})
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_messages_and_notes_are_shown_and_never_answered() {
    let story = Story::begin().await;
    let thread = json!([
        said("wamid.h1", CUSTOMER, "I want to talk to a human please"),
        said("wamid.h2", "15550001111", "We talked on the phone."),
        said("wamid.h3", CUSTOMER, "My lawyer will write to you!"),
    ]);
    let history =
        json!([{"metadata": {"phase": 1}, "threads": [{"id": CUSTOMER, "messages": thread}]}]);
    assert_eq!(
        story
            .webhook("whatsapp", &body(&story, "history", "history", history))
            .await,
        200
    );
    let note = json!([{"id": "wamid.note", "from": CUSTOMER, "timestamp": "1700000100", "type": "system",
        "system": {"type": "customer_identity_changed", "body": "I want a human, said the note"}}]);
    assert_eq!(
        story
            .webhook("whatsapp", &body(&story, "messages", "messages", note))
            .await,
        200
    );
    story.settle().await;
    assert_eq!(story.count("SELECT count(*) FROM messages").await, 4);
    assert_eq!(story.count("SELECT count(*) FROM agent_runs").await, 0);
    story
        .customer("whatsapp", CUSTOMER, "Do you deliver to Belgium?")
        .await;
    story.settle().await;
    assert_eq!(story.count("SELECT count(*) FROM conversations").await, 1);
    let decisions = story.decisions().await;
    assert_eq!(decisions.len(), 1, "{decisions:#?}");
    assert_eq!(decisions[0]["message_text"], "Do you deliver to Belgium?");
    assert_eq!(decisions[0]["outcome"], "answered", "{decisions:#?}");
    assert_eq!(story.words_to(CUSTOMER).len(), 1);
    story.end().await;
}
