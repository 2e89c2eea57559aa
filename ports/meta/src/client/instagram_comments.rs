//! Comments under the account's posts: reading them, answering in public, hiding.
//!
//! The platform lists at most 50 a page, and takes replies only under top-level comments: a reply
//! to a reply is attached to the top one. Nothing tells of comments that were deleted.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::call::MAX_JSON;
use super::{Access, CallError, Listing, MetaClient, Participant, SendOutcome};
use crate::read::Stamp;
use crate::read::json::{at, first_id, flag, id, list, path, text};

const FIELDS: &str = "id,text,timestamp,username,from,hidden,parent_id,media,\
                      replies{id,text,timestamp,username,from,hidden}";

const REPLY_FIELDS: &str = "id,text,timestamp,username,from,hidden,parent_id,media";

/// A comment as the platform keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastComment {
    /// Platform id.
    pub id: String,
    /// What it says.
    pub text: Option<String>,
    /// When it was written.
    pub created_at: Option<DateTime<Utc>>,
    /// Who wrote it. Absent when the platform names nobody.
    pub from: Option<Participant>,
    /// The author's user name, also when the id is not told.
    pub username: Option<String>,
    /// Whether the account hid it; absent when the platform does not say.
    pub hidden: Option<bool>,
    /// The top-level comment it answers.
    pub parent_id: Option<String>,
    /// The post it stands under.
    pub media_id: Option<String>,
    /// What was answered to it, as far as it was told together with the comment.
    pub replies: Vec<Self>,
}

impl MetaClient {
    /// One comment, with its newest replies.
    ///
    /// # Errors
    /// [`CallError`]; one that was deleted answers as `object_gone`.
    pub async fn instagram_comment(
        &self,
        access: &Access,
        comment_id: &str,
    ) -> Result<PastComment, CallError> {
        let mut url = self.instagram(&[comment_id]);
        url.query_pairs_mut().append_pair("fields", FIELDS);
        let request = self.get(access, url);
        let body = self
            .call("instagram_comment", &access.account_id, request)
            .await?;
        comment(&body).ok_or(CallError::Incomplete("a comment id"))
    }

    /// The replies to a top-level comment.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_comment_replies(
        &self,
        access: &Access,
        comment_id: &str,
        max_pages: usize,
    ) -> Result<Listing<PastComment>, CallError> {
        let mut url = self.instagram(&[comment_id, "replies"]);
        url.query_pairs_mut().append_pair("fields", REPLY_FIELDS);
        self.listing(
            "instagram_comment_replies",
            access,
            &url,
            max_pages,
            comment,
        )
        .await
    }

    /// Answers a comment in public, once.
    pub async fn instagram_reply_to_comment(
        &self,
        access: &Access,
        comment_id: &str,
        text: &str,
    ) -> SendOutcome {
        let url = self.instagram(&[comment_id, "replies"]);
        let request = self.post(access, url).json(&json!({ "message": text }));
        let exchange = self
            .exchange(
                "instagram_reply_to_comment",
                &access.account_id,
                request,
                MAX_JSON,
            )
            .await;
        SendOutcome::of(exchange, |body| {
            Some(SendOutcome::Confirmed {
                provider_id: id(body, "id")?,
                wa_id: None,
                user_id: None,
            })
        })
    }

    /// Hides a comment from everybody but its author, or shows it again. Doing it twice does no
    /// harm.
    ///
    /// # Errors
    /// [`CallError`]; one that was deleted answers as `object_gone`.
    pub async fn instagram_hide_comment(
        &self,
        access: &Access,
        comment_id: &str,
        hide: bool,
    ) -> Result<(), CallError> {
        let mut url = self.instagram(&[comment_id]);
        url.query_pairs_mut()
            .append_pair("hide", if hide { "true" } else { "false" });
        let request = self.post(access, url);
        let body = self
            .call("instagram_hide_comment", &access.account_id, request)
            .await?;
        match flag(&body, "success") {
            Some(true) => Ok(()),
            _ => Err(CallError::Incomplete("a success")),
        }
    }
}

fn comment(item: &Value) -> Option<PastComment> {
    let from = at(item, "from");
    let username = text(item, "username").or_else(|| text(from, "username"));
    let from = id(from, "id").map(|id| Participant {
        id,
        username: username.clone(),
    });
    Some(PastComment {
        id: id(item, "id")?,
        text: text(item, "text"),
        created_at: Stamp::read(at(item, "timestamp")).map(|stamp| stamp.at),
        from,
        username,
        hidden: flag(item, "hidden"),
        parent_id: id(item, "parent_id"),
        media_id: first_id(path(item, &["media"]), &["id"]).or_else(|| id(item, "media")),
        replies: list(at(item, "replies"), "data")
            .iter()
            .filter_map(comment)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_read_with_its_replies_and_whatever_is_left_out() {
        let found = comment(&json!({
            "id": 17_865_799_348_089_039_i64, "text": "Price?", "hidden": "false",
            "timestamp": "2026-06-01T10:00:00+0000", "from": {"id": "77", "username": "anna"},
            "media": {"id": "123"},
            "replies": {"data": [{"id": "2", "text": "45 euros", "username": "atelier"}]},
        }))
        .unwrap();
        assert_eq!(found.id, "17865799348089039");
        assert_eq!(found.created_at.unwrap().timestamp(), 1_780_308_000);
        assert_eq!(found.from.unwrap().id, "77");
        assert_eq!(found.hidden, Some(false));
        assert_eq!(found.media_id.as_deref(), Some("123"));
        let [reply] = found.replies.as_slice() else {
            panic!("{:?}", found.replies)
        };
        assert_eq!(reply.username.as_deref(), Some("atelier"));
        assert_eq!((&reply.from, reply.hidden), (&None, None));
        assert_eq!(comment(&json!({"text": "no id"})), None);
    }
}
