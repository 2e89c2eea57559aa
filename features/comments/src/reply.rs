//! An answer to a comment, in public.

use chrono::{DateTime, Utc};
use db::DbError;
use kernel::{CommentId, CommentReplyId, EffectId, UserId};
use serde::{Deserialize, Serialize};

pub use agent::comment::LONGEST_REPLY;

/// Who answered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = CommentReplyAuthor)]
pub enum Author {
    /// The agent.
    Ai,
    /// A person.
    Human,
}

impl Author {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ai => "ai",
            Self::Human => "human",
        }
    }
}

/// How far a reply is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = CommentReplyState)]
pub enum ReplyState {
    /// It waits to be sent.
    Queued,
    /// It stands under the comment.
    Sent,
    /// It was not sent and will not be.
    Failed,
    /// Nobody knows.
    Unknown,
    /// It was withdrawn before it was sent.
    Cancelled,
}

impl ReplyState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An answer of the business to a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = CommentReply)]
pub struct Reply {
    /// Its id.
    pub id: CommentReplyId,
    /// The comment.
    pub comment_id: CommentId,
    /// Who answered.
    pub author: Author,
    /// The member who wrote or approved it.
    pub user_id: Option<UserId>,
    /// What it says.
    pub text: String,
    /// How far it is.
    pub state: ReplyState,
    /// What happened, for people; why it was withdrawn, as a stable key.
    pub error: Option<String>,
    /// The write to the platform.
    pub effect_id: EffectId,
    /// The platform's id.
    pub external_id: Option<String>,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

/// Why a comment was not answered.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// No such comment in this workspace.
    #[error("There is no such comment.")]
    NotFound,
    /// Nothing was written.
    #[error("Write an answer.")]
    Empty,
    /// More than the platform may take.
    #[error("At most 300 characters.")]
    TooLong,
    /// The platform takes no reply to it: a stable key says why.
    #[error("The platform takes no reply to this comment.")]
    Unanswerable(&'static str),
    /// There is no draft, or something happened since it was written.
    #[error("The draft is no longer current.")]
    Stale,
    /// The database.
    #[error("the reply could not be kept")]
    Database(#[from] DbError),
}
