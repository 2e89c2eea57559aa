//! Comments under the shop's posts, and what became of them.

use simulator::{Comment, NewComment};

use super::{Story, account_of};

impl Story {
    /// Somebody comments under the shop's post; the platform's id.
    pub fn comment(&self, from: &str, text: &str) -> String {
        self.comment_like(NewComment {
            from: from.to_owned(),
            text: text.to_owned(),
            ..NewComment::default()
        })
    }

    /// The same with all particulars.
    pub fn comment_like(&self, comment: NewComment) -> String {
        let account = account_of("instagram");
        self.simulator.somebody_comments(account, &comment).unwrap()
    }

    /// Somebody answers a comment in public: a customer, or the shop in the platform's own app.
    pub fn comment_below(&self, parent: &str, from: &str, text: &str) -> String {
        self.comment_like(NewComment {
            from: from.to_owned(),
            text: text.to_owned(),
            parent_id: Some(parent.to_owned()),
            ..NewComment::default()
        })
    }

    /// What the shop answers under a comment, by whatever hand.
    pub fn answers_under(&self, comment: &str) -> Vec<String> {
        let account = account_of("instagram");
        let ours = |it: &Comment| it.parent_id.as_deref() == Some(comment) && it.from_id == account;
        let all = self.simulator.comments(account).into_iter();
        all.filter(ours).map(|it| it.text).collect()
    }

    /// The outcomes and reasons of all decisions about a comment.
    pub async fn decided_about(&self, comment: &str) -> Vec<(String, String)> {
        sqlx::query_as(
            "SELECT d.outcome, d.reason FROM comment_decisions d
             JOIN comments c ON (c.workspace_id, c.id) = (d.workspace_id, d.comment_id)
             WHERE c.external_id = $1",
        )
        .bind(comment)
        .fetch_all(&self.tables)
        .await
        .unwrap()
    }

    /// The outcome and the reason of the one decision about a comment.
    pub async fn decision_on(&self, comment: &str) -> (String, String) {
        let mut all = self.decided_about(comment).await;
        assert_eq!(all.len(), 1, "{comment}: {all:?}");
        all.pop().unwrap()
    }

    /// How far a comment is, as its row says.
    pub async fn comment_state(&self, comment: &str) -> String {
        sqlx::query_scalar("SELECT state FROM comments WHERE external_id = $1")
            .bind(comment)
            .fetch_one(&self.tables)
            .await
            .unwrap()
    }
}
