//! A customer asks to be forgotten.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::story::Story;

async fn erase(story: &Story, conversation: &Value) {
    let contact = conversation["contact_id"].as_str().unwrap();
    let path = format!("/api/contacts/{contact}");
    let (status, answer) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    let (again, _) = story.ask(Method::DELETE, &path, None).await;
    assert_eq!(again, StatusCode::NOT_FOUND);
}

/// Every text in the tables of the workspace that holds these words, as `table: row`.
async fn traces(story: &Story, words: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT c.table_name::text FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id'
           AND t.table_type = 'BASE TABLE'",
    )
    .fetch_all(&story.tables)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let sql = format!("SELECT t::text FROM {table} t WHERE t::text LIKE '%' || $1 || '%'");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(words)
            .fetch_all(&story.tables)
            .await
            .unwrap();
        found.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_an_erased_customer_and_late_news_bring_nobody_back() {
    let story = Story::begin().await;
    let (erased, other) = ("33600000301", "33600000302");
    for customer in [erased, other] {
        story
            .customer("whatsapp", customer, "Do you deliver to Belgium? Zanzibar")
            .await;
        story.settle().await;
    }
    story
        .customer("whatsapp", erased, "I want to talk to a human")
        .await;
    story.settle().await;
    let conversation = story.conversation_with(erased).await;
    story.human_reply(&conversation, "Camille here!").await;
    story.settle().await;
    let id = conversation["id"].as_str().unwrap().to_owned();
    assert!(!traces(&story, erased).await.is_empty());
    let told = "SELECT count(*) FROM notifications";
    assert_eq!(story.count(told).await, 1);

    erase(&story, &conversation).await;
    assert_eq!(traces(&story, erased).await, [""; 0]);
    let conversation_id = id.trim_start_matches("cnv_").to_owned();
    assert_eq!(traces(&story, &conversation_id).await, [""; 0]);
    assert_eq!(
        story.count(told).await,
        0,
        "nobody is told of them any more"
    );
    let (gone, _) = story
        .ask(Method::GET, &format!("/api/conversations/{id}"), None)
        .await;
    assert_eq!(gone, StatusCode::NOT_FOUND);
    // Somebody else with the same question stays.
    assert!(story.conversation_if_any(other).await.is_some());

    // The platform says it all once more: the journal is replayed, word for word.
    sqlx::query("UPDATE webhook_events SET state = 'pending', due_at = now(), attempts = 0")
        .execute(&story.tables)
        .await
        .unwrap();
    story.settle().await;
    assert!(story.conversation_if_any(erased).await.is_none());
    assert_eq!(traces(&story, erased).await, [""; 0]);

    // Who writes anew is somebody new. The platform tells whole seconds: this is a later one.
    let erased_at = "SELECT max(extract(epoch FROM erased_at))::bigint FROM erased_contacts";
    let erased_at = story.count(erased_at).await;
    story
        .until("a later second", async || {
            kernel::Clock::System.now().timestamp() > erased_at
        })
        .await;
    let answers = story.words_to(erased).len();
    story
        .customer("whatsapp", erased, "Hello again, do you have gift cards?")
        .await;
    story.settle().await;
    let anew = story.conversation_with(erased).await;
    assert_ne!(anew["id"], Value::String(id));
    assert_eq!(story.words_to(erased).len(), answers + 1);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_agent_is_writing_to_an_erased_customer_is_not_sent() {
    let story = Story::begin().await;
    let held = story.hold_sends();
    story
        .customer("instagram", "700311", "Do you deliver to Belgium?")
        .await;
    held.arrived().await;
    let conversation = story.conversation_with("700311").await;
    erase(&story, &conversation).await;
    held.release();
    story.settle().await;
    assert!(story.replies_to("700311").is_empty());
    assert!(story.conversation_if_any("700311").await.is_none());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_still_thinks_about_an_erased_customer_says_nothing() {
    let story = Story::begin().await;
    story.with_a_model("auto").await;
    story
        .model_answers(json!([{ "hold": true, "times": 1 }]))
        .await;
    story
        .customer("instagram", "700312", "Do you deliver to Belgium?")
        .await;
    story.model_was_asked(1).await;
    let conversation = story.conversation_with("700312").await;
    erase(&story, &conversation).await;
    story.release_the_model().await;
    story.settle().await;
    assert!(story.replies_to("700312").is_empty());
    assert!(story.decisions().await.is_empty());
    story.end().await;
}
