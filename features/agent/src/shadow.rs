//! Drafts of the shadow mode, beside what people then answered.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use futures::future::BoxFuture;
use inbox::events::{HumanReplied, NativeReplied};
use kernel::{ConversationId, Limit, MessageId, Page, RunId};
use serde::Serialize;

pub use crate::judge::Would;
use crate::{like, store};

/// A draft, and what a person answered.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Draft {
    /// The run that wrote it.
    pub id: RunId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The customer's message.
    pub message_id: MessageId,
    /// What the customer wrote.
    pub question: String,
    /// The customer's name.
    pub contact_name: String,
    /// What would have been done.
    pub would: Would,
    /// Why, as a stable key.
    pub reason: String,
    /// What would have been said; empty when a person would have been asked.
    pub text: String,
    /// The passages that it rests on.
    #[schema(value_type = Object)]
    pub sources: serde_json::Value,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f32>,
    /// The version of the settings.
    pub settings_version: i32,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What a person then answered.
    pub answer: Option<String>,
    /// When that was.
    pub answered_at: Option<DateTime<Utc>>,
    /// How alike both are, 0 to 1.
    pub likeness: Option<f32>,
}

/// How the drafts compare as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Summary {
    /// How many there are.
    pub drafts: i64,
    /// How many would have been sent.
    pub sent: i64,
    /// How many would have waited for a person.
    pub suggested: i64,
    /// How often a person would have been asked.
    pub escalated: i64,
    /// How many a person has answered.
    pub answered: i64,
    /// How alike drafts and answers are on average, 0 to 1.
    pub likeness: Option<f64>,
}

/// From this likeness on a person answered what the draft said.
pub(crate) const KEPT: f32 = 0.95;
/// The most topics that are listed.
const TOPICS: i64 = 50;

/// How the drafts about one topic compare.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = ShadowTopic)]
pub struct Topic {
    /// The title of the passage that the drafts rest on.
    pub title: Option<String>,
    /// Why there was no draft, as a stable key, when none rests on anything.
    pub reason: Option<String>,
    /// How many drafts there are.
    pub drafts: i64,
    /// How many would have been sent.
    pub sent: i64,
    /// How many a person has answered.
    pub answered: i64,
    /// How many were answered with what the draft said.
    pub kept: i64,
    /// How many were answered with something else.
    pub edited: i64,
    /// How alike drafts and answers are on average, 0 to 1.
    pub likeness: Option<f64>,
}

/// The drafts by topic, those with the most drafts first; at most 50.
pub async fn topics(tx: &mut TenantTx) -> DbResult<Vec<Topic>> {
    store::shadow::topics(tx, TOPICS).await
}

/// The drafts, the newest first.
pub async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, RunId)>,
    limit: Limit,
) -> DbResult<Page<Draft>> {
    let rows = store::shadow::list(tx, after, limit).await?;
    Ok(Page::from_probe(rows, limit, |draft| {
        (draft.created_at, draft.id)
    }))
}

/// All drafts together.
pub async fn summary(tx: &mut TenantTx) -> DbResult<Summary> {
    store::shadow::summary(tx).await
}

/// Puts the first answer of a person beside every draft of a conversation that has none.
pub(crate) async fn compare(tx: &mut TenantTx, conversation: ConversationId) -> DbResult<()> {
    for pair in store::shadow::unanswered(tx, conversation).await? {
        let likeness = (!pair.text.is_empty()).then(|| like::likeness(&pair.text, &pair.answer));
        store::shadow::answer(tx, &pair, likeness).await?;
    }
    Ok(())
}

/// Reaction: a member answered.
pub fn compare_reply<'a>(
    tx: &'a mut TenantTx,
    event: &'a HumanReplied,
) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(compare(tx, event.conversation))
}

/// Reaction: somebody answered in the platform's own app.
pub fn compare_native<'a>(
    tx: &'a mut TenantTx,
    event: &'a NativeReplied,
) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(compare(tx, event.conversation))
}
