//! The shop's Instagram account with comments under its post, and writes about them.

use channels::effects::{
    self, Effect, EffectKind, EffectState, HideComment, NewEffect, ReplyComment, Request,
    subject_of,
};
use chrono::{DateTime, Utc};
use db::{Db, Options, Scope};
use kernel::{AccountId, Clock, EffectId};
use simulator::{Call, Comment, FaultKind, NewComment, NewFault};

use crate::story::{Story, account_of};

pub fn now() -> DateTime<Utc> {
    Clock::System.now()
}

pub struct Desk {
    pub story: Story,
    pub account: AccountId,
    db: Db,
    scope: Scope,
}

impl Desk {
    pub async fn begin() -> Self {
        let story = Story::begin().await;
        // No news comes, so that nobody else answers here or learns what became of an answer.
        story.lose_webhooks();
        let db = Db::connect(&Options::new(story.database())).await.unwrap();
        db.set_reactions(socialsync::reactions::reactions());
        let mut system = db.system().await.unwrap();
        let scope = system.workspace_for_operator(story.workspace()).await;
        let scope = scope.unwrap().unwrap();
        drop(system);
        let account = sqlx::query_scalar("SELECT id FROM social_accounts WHERE external_id = $1")
            .bind(account_of("instagram"))
            .fetch_one(&story.tables)
            .await
            .unwrap();
        Self {
            story,
            account: AccountId::from_uuid(account),
            db,
            scope,
        }
    }

    pub async fn end(self) {
        self.db.close().await;
        self.story.end().await;
    }

    /// Somebody comments; the platform's id.
    pub fn comment(&self, text: &str) -> String {
        let comment = NewComment {
            from: "880".to_owned(),
            text: text.to_owned(),
            ..NewComment::default()
        };
        let account = account_of("instagram");
        self.story
            .simulator
            .somebody_comments(account, &comment)
            .unwrap()
    }

    pub fn vanishes(&self, comment: &str) {
        let account = account_of("instagram");
        let gone = self.story.simulator.comment_vanishes(account, comment);
        gone.unwrap();
    }

    async fn create(&self, kind: EffectKind, turn: i64, request: Request) -> EffectId {
        let comment = request.comment().unwrap().to_owned();
        let new = NewEffect {
            kind,
            subject: subject_of(&comment, turn),
            account: self.account,
            lane: comment,
            conversation: None,
            message: None,
            epoch: None,
            request,
        };
        let mut tx = self.db.tenant(&self.scope).await.unwrap();
        let id = effects::create(&mut tx, &new, now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn reply(&self, comment: &str, turn: i64, text: &str) -> EffectId {
        let request = Request::ReplyComment(ReplyComment {
            comment: comment.to_owned(),
            text: text.to_owned(),
        });
        self.create(EffectKind::ReplyComment, turn, request).await
    }

    pub async fn hide(&self, comment: &str, turn: i64, hide: bool) -> EffectId {
        let request = Request::HideComment(HideComment {
            comment: comment.to_owned(),
            hide,
        });
        self.create(EffectKind::HideComment, turn, request).await
    }

    pub async fn effect(&self, id: EffectId) -> Effect {
        let mut tx = self.db.tenant(&self.scope).await.unwrap();
        effects::load(&mut tx, id).await.unwrap().unwrap()
    }

    /// The effect, once it is in this state.
    pub async fn reaches(&self, id: EffectId, state: EffectState) -> Effect {
        self.story
            .until(state.as_str(), async || {
                self.effect(id).await.state == state
            })
            .await;
        self.effect(id).await
    }

    /// What the platform tells of a comment is compared with our replies.
    pub async fn matches(
        &self,
        id: &str,
        parent: Option<&str>,
        text: &str,
        at: DateTime<Utc>,
    ) -> Option<EffectId> {
        let mut tx = self.db.tenant(&self.scope).await.unwrap();
        let found = effects::match_comment_reply(&mut tx, self.account, id, parent, text, at);
        let found = found.await.unwrap();
        tx.commit().await.unwrap();
        found
    }

    /// The comment is erased here, with all that was to be done to it.
    pub async fn forget(&self, comment: &str) {
        let mut tx = self.db.tenant(&self.scope).await.unwrap();
        let subjects = [1, 2].map(|turn| effects::subject_of(comment, turn));
        effects::forget_comments(&mut tx, &subjects).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The next call of this operation fails so.
    pub fn fails(&self, operation: &str, kind: FaultKind) {
        let fault = NewFault {
            operation: operation.to_owned(),
            kind,
            times: Some(1),
            probability: None,
            account_id: None,
            delay_ms: None,
        };
        self.story.simulator.add_fault(fault).unwrap();
    }

    /// The calls of this operation about a comment, performed or not.
    pub fn calls(&self, operation: &str, comment: &str) -> Vec<Call> {
        let calls = self.story.simulator.calls(0).into_iter();
        calls
            .filter(|call| call.operation == operation && call.target == comment)
            .collect()
    }

    /// Waits until the platform was asked this often.
    pub async fn was_asked(&self, operation: &str, comment: &str, times: usize) {
        self.story
            .until("the platform is asked", async || {
                self.calls(operation, comment).len() >= times
            })
            .await;
    }

    /// Lets a comment vanish as soon as the platform was asked to reply to it, before it is asked again.
    pub async fn gone_once_answered(&self, comment: &str) {
        self.story
            .until("the platform is asked", async || {
                let asked = !self.calls("reply_comment", comment).is_empty();
                if asked {
                    self.vanishes(comment);
                }
                asked
            })
            .await;
    }

    /// The shop's replies under a comment, by id.
    pub fn replies(&self, comment: &str) -> Vec<Comment> {
        let account = account_of("instagram");
        let mut all = self.story.simulator.comments(account);
        all.retain(|one| one.parent_id.as_deref() == Some(comment) && one.from_id == account);
        all
    }

    pub fn is_hidden(&self, comment: &str) -> bool {
        let all = self.story.simulator.comments(account_of("instagram"));
        all.iter().any(|one| one.id == comment && one.hidden)
    }
}
