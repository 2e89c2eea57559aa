//! Why one comment was answered, or not.

use agent::decision::Outcome;
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{CommentId, DecisionId};
use serde::Serialize;
use serde_json::Value;

use crate::store;

/// A decision about one comment.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = CommentDecision)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// The comment.
    pub comment_id: CommentId,
    /// What became of the comment.
    pub outcome: Outcome,
    /// Why, as a stable key.
    pub reason: String,
    /// Rules tried, passages with scores, tool calls, tokens, cost and versions.
    #[schema(value_type = Object)]
    pub explanation: Value,
    /// What was answered, offered, or considered.
    pub text: Option<String>,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f32>,
    /// The model that answered; absent when none was asked.
    pub model: Option<String>,
    /// The settings that were in force.
    pub settings_version: i32,
    /// What it cost, in millionths of a US dollar; absent when nobody knows.
    pub micro_usd: Option<i64>,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl Decision {
    /// One that needed no look by the agent.
    pub(crate) fn without_a_look(
        comment: CommentId,
        (outcome, reason): (Outcome, &str),
        settings_version: i32,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: DecisionId::new(),
            comment_id: comment,
            outcome,
            reason: reason.to_owned(),
            explanation: serde_json::json!({ "settings_version": settings_version }),
            text: None,
            confidence: None,
            model: None,
            settings_version,
            micro_usd: Some(0),
            created_at: now,
        }
    }
}

/// The decision about a comment; none while nobody has decided.
pub async fn of(tx: &mut TenantTx, comment: CommentId) -> DbResult<Option<Decision>> {
    store::decisions::of(tx, comment).await
}
