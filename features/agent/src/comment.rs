//! Judging a comment under a post: the agent's own steps over its words, in public.

use db::{DbResult, Scope};
use kernel::AccountId;

use crate::rehearse::{Rehearsal, Trace};
use crate::{Agent, overspent};

/// The longest public reply, in characters. Instagram documents none; this is what is often named.
pub const LONGEST_REPLY: usize = 300;

/// What a comment stands under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Under {
    /// The account whose post it is.
    pub account: AccountId,
    /// Whether the account is connected and its automation switch is on.
    pub account_on: bool,
    /// The author's user name; may be empty.
    pub author: String,
    /// What kind of post it is, as the platform names it; may be empty.
    pub kind: String,
    /// The words of the post, as far as they are known.
    pub caption: String,
    /// The comment that this one answers; empty when it stands directly under the post.
    pub answers: String,
}

impl Agent {
    /// What is to be done about a comment, with these settings. Nothing is sent and nothing is kept
    /// but what the models cost; no transaction is open while a model is asked.
    pub async fn judge_comment(&self, scope: &Scope, comment: Rehearsal) -> DbResult<Trace> {
        let played = self.play(scope, comment, "comment", None).await?;
        if played.work.spent.is_some() {
            let mut tx = self.db.tenant(scope).await?;
            overspent::tell_once(&mut tx, &played.work, self.stationery()).await?;
            tx.commit().await?;
        }
        Ok(played.trace())
    }
}
