//! A question, and what would be right.

use chrono::{DateTime, Utc};
use kernel::{EvaluationCaseId, EvaluationSetId, MessageId};
use serde::Serialize;

use crate::rehearse::Line;

/// A question of a set.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Case {
    /// Its id.
    pub id: EvaluationCaseId,
    /// Its set.
    pub set_id: EvaluationSetId,
    /// What the customer asks.
    pub question: String,
    /// What was said before, the oldest first.
    pub thread: Vec<Line>,
    /// The answer that would be right; empty: nobody knows.
    pub expected: String,
    /// Whether nothing should be answered, and a person be asked.
    pub should_abstain: bool,
    /// The language's tag, where it is known.
    pub language: Option<String>,
    /// The message that it is made from.
    pub message_id: Option<MessageId>,
    /// When it was asked.
    pub asked_at: Option<DateTime<Utc>>,
}

impl Case {
    /// Whether it is known what would be right.
    pub fn is_known(&self) -> bool {
        self.should_abstain || !self.expected.is_empty()
    }
}

/// A question before it stands in a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NewCase {
    pub(crate) question: String,
    pub(crate) thread: Vec<Line>,
    pub(crate) expected: String,
    pub(crate) should_abstain: bool,
    pub(crate) language: Option<String>,
    pub(crate) message: Option<MessageId>,
    pub(crate) asked_at: Option<DateTime<Utc>>,
}
