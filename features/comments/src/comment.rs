//! A comment under a post of the business.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, CommentId, PostId};
use serde::{Deserialize, Serialize};

use crate::store;

/// How far a comment is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = CommentState)]
pub enum State {
    /// Nobody has decided about it yet.
    Waiting,
    /// A draft waits for a person.
    Suggested,
    /// A person should look at it.
    NeedsPerson,
    /// It was answered, here or elsewhere.
    Answered,
    /// There is nothing to be done.
    Done,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Suggested,
        Self::NeedsPerson,
        Self::Answered,
        Self::Done,
    ];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Suggested => "suggested",
            Self::NeedsPerson => "needs_person",
            Self::Answered => "answered",
            Self::Done => "done",
        }
    }
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The account whose post it stands under.
    pub account_id: AccountId,
    /// The post; absent while the platform has not named it.
    pub post_id: Option<PostId>,
    /// The platform's id.
    pub external_id: String,
    /// The platform's id of the comment that it answers.
    pub parent_external_id: Option<String>,
    /// The platform's id of the comment directly under the post that it stands with; often its own.
    pub thread: String,
    /// The platform's id of the author.
    pub author_id: Option<String>,
    /// The author's user name; may be empty.
    pub author_username: String,
    /// What it says.
    pub text: String,
    /// Written under a live broadcast.
    pub live: bool,
    /// Written by the account itself, elsewhere than here.
    pub own: bool,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// Whether everybody but its author is kept from seeing it.
    pub hidden: bool,
    /// Since when it is known to be deleted.
    pub gone_at: Option<DateTime<Utc>>,
    /// How far it is.
    pub state: State,
    /// Raised by whatever makes a draft yesterday's.
    pub epoch: i64,
    /// What raised it last: `inbound`, `human_reply`, `native_reply`, `set_aside`.
    pub epoch_cause: String,
    /// The draft that waits for a person.
    pub draft: Option<String>,
    /// What is being asked of the platform: to hide it, or to show it.
    pub hiding: Option<bool>,
    /// Why it could not be hidden or shown, for people; why that was withdrawn, or `unknown`, as a stable
    /// key.
    pub hide_error: Option<String>,
}

impl Comment {
    /// Why the platform takes no reply to it, as a stable key.
    pub fn unanswerable(&self) -> Option<&'static str> {
        if self.gone_at.is_some() {
            Some("comment_gone")
        } else if self.live {
            Some("live_comment")
        } else if self.hidden {
            Some("comment_hidden")
        } else {
            None
        }
    }
}

/// The comment.
pub async fn load(tx: &mut TenantTx, id: CommentId) -> DbResult<Option<Comment>> {
    store::comments::load(tx, id).await
}

/// The comment, with what stands together with it held until the transaction ends.
pub(crate) async fn lock(tx: &mut TenantTx, id: CommentId) -> DbResult<Option<Comment>> {
    let Some(found) = load(tx, id).await? else {
        return Ok(None);
    };
    store::comments::hold(tx, found.account_id, &[found.thread]).await?;
    load(tx, id).await
}

/// Tells the screens of a workspace that something about comments changed.
pub(crate) fn tell(tx: &mut TenantTx) {
    tx.signal("comments-changed");
}
