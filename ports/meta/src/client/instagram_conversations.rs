//! Reading Instagram threads: the safety net behind webhooks, and the judge of unknown sends.
//!
//! At most 2 calls per second and account; only the 20 newest messages of a thread can be read.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Access, CallError, Listing, MetaClient};
use crate::read::json::{at, first_id, id, is_set, list, path, text};
use crate::read::{Attachment, Stamp, StoryReply};

const MESSAGE_FIELDS: &str =
    "id,created_time,from,to,message,attachments,shares,story,is_unsupported";

/// A thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// Platform id.
    pub id: String,
    /// When something last happened in it.
    pub updated_at: Option<DateTime<Utc>>,
    /// Both sides.
    pub participants: Vec<Participant>,
}

/// One side of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participant {
    /// Instagram-scoped id, or the account's own id.
    pub id: String,
    /// User name.
    pub username: Option<String>,
}

/// A message as the platform keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastMessage {
    /// Platform id.
    pub id: String,
    /// When it was written.
    pub created_at: Option<DateTime<Utc>>,
    /// Who wrote.
    pub from: Option<Participant>,
    /// To whom.
    pub to: Vec<Participant>,
    /// What it says.
    pub text: Option<String>,
    /// What is attached. Shared posts can not be recovered here.
    pub attachments: Vec<Attachment>,
    /// The story it answers.
    pub reply_to_story: Option<StoryReply>,
    /// The platform does not show it.
    pub unsupported: bool,
}

impl MetaClient {
    /// The account's threads, newest first; with `person_id` only the one with this person.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_conversations(
        &self,
        access: &Access,
        person_id: Option<&str>,
        max_pages: usize,
    ) -> Result<Listing<Conversation>, CallError> {
        let mut url = self.instagram(&["me", "conversations"]);
        url.query_pairs_mut()
            .append_pair("platform", "instagram")
            .append_pair("fields", "id,updated_time,participants");
        if let Some(person_id) = person_id {
            url.query_pairs_mut().append_pair("user_id", person_id);
        }
        self.listing(
            "instagram_conversations",
            access,
            &url,
            max_pages,
            conversation,
        )
        .await
    }

    /// The newest messages of a thread (20 at most), newest first.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn instagram_messages(
        &self,
        access: &Access,
        conversation_id: &str,
    ) -> Result<Vec<PastMessage>, CallError> {
        let mut url = self.instagram(&[conversation_id]);
        url.query_pairs_mut()
            .append_pair("fields", &format!("messages{{{MESSAGE_FIELDS}}}"));
        let request = self.get(access, url);
        let body = self
            .call("instagram_messages", &access.account_id, request)
            .await?;
        Ok(list(at(&body, "messages"), "data")
            .iter()
            .filter_map(message)
            .collect())
    }

    /// One message.
    ///
    /// # Errors
    /// [`CallError`]; one that is older than the 20 newest answers like a deleted one.
    pub async fn instagram_message(
        &self,
        access: &Access,
        message_id: &str,
    ) -> Result<PastMessage, CallError> {
        let mut url = self.instagram(&[message_id]);
        url.query_pairs_mut().append_pair("fields", MESSAGE_FIELDS);
        let request = self.get(access, url);
        let body = self
            .call("instagram_message", &access.account_id, request)
            .await?;
        message(&body).ok_or(CallError::Incomplete("a message id"))
    }
}

fn conversation(item: &Value) -> Option<Conversation> {
    Some(Conversation {
        id: id(item, "id")?,
        updated_at: instant(item, "updated_time"),
        participants: people(at(item, "participants")),
    })
}

fn message(item: &Value) -> Option<PastMessage> {
    let story = path(item, &["story", "reply_to"]);
    Some(PastMessage {
        id: id(item, "id")?,
        created_at: instant(item, "created_time"),
        from: participant(at(item, "from")),
        to: people(at(item, "to")),
        text: text(item, "message").filter(|text| !text.is_empty()),
        attachments: attachments(item),
        reply_to_story: story.is_object().then(|| StoryReply {
            id: id(story, "id"),
            url: text(story, "link"),
        }),
        unsupported: is_set(item, "is_unsupported"),
    })
}

fn attachments(item: &Value) -> Vec<Attachment> {
    let files = list(at(item, "attachments"), "data").iter().map(|file| {
        let (kind, url) = [("image", "image_data"), ("video", "video_data")]
            .into_iter()
            .find_map(|(kind, key)| Some((kind, text(at(file, key), "url")?)))
            .map_or_else(
                || ("file", text(file, "file_url")),
                |(kind, url)| (kind, Some(url)),
            );
        Attachment {
            kind: kind.to_owned(),
            url,
            media_id: id(file, "id"),
            filename: text(file, "name"),
            mime_type: text(file, "mime_type"),
            ..Attachment::default()
        }
    });
    let shares = list(at(item, "shares"), "data")
        .iter()
        .map(|share| Attachment {
            kind: "share".to_owned(),
            url: text(share, "link"),
            ..Attachment::default()
        });
    let mention = path(item, &["story", "mention"]);
    let mention = mention.is_object().then(|| Attachment {
        kind: "story_mention".to_owned(),
        url: text(mention, "link"),
        media_id: id(mention, "id"),
        ..Attachment::default()
    });
    files.chain(shares).chain(mention).collect()
}

fn people(holder: &Value) -> Vec<Participant> {
    list(holder, "data")
        .iter()
        .filter_map(participant)
        .collect()
}

fn participant(item: &Value) -> Option<Participant> {
    Some(Participant {
        id: first_id(item, &["id", "user_id"])?,
        username: text(item, "username"),
    })
}

fn instant(item: &Value, key: &str) -> Option<DateTime<Utc>> {
    Stamp::read(at(item, key)).map(|stamp| stamp.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_conversation_and_message_are_read() {
        let recorded =
            include_bytes!("../../../../testing/fixtures/instagram/rest_conversation.json");
        let found = conversation(&serde_json::from_slice(recorded).unwrap()).unwrap();
        assert_eq!(found.id, "<THREAD_ID>");
        assert_eq!(found.participants.len(), 2);

        let recorded =
            include_bytes!("../../../../testing/fixtures/instagram/rest_message_story_reply.json");
        let found = message(&serde_json::from_slice(recorded).unwrap()).unwrap();
        assert_eq!(found.text.as_deref(), Some("Nice shot !👍🏼"));
        assert_eq!(found.created_at.unwrap().timestamp(), 1_623_794_881);
        assert_eq!(
            found.reply_to_story.unwrap().id.as_deref(),
            Some("18074819347285670")
        );
        assert_eq!(
            found.from.unwrap().username.as_deref(),
            Some("some_username")
        );
    }

    #[test]
    fn attachments_of_all_shapes_are_found() {
        let item = serde_json::json!({"id":"m","is_unsupported":"true","attachments":{"data":[
            {"id":"1","image_data":{"url":"i"}},{"video_data":{"url":"v"}},{"file_url":"f","name":"a.pdf"}]},
            "shares":{"data":[{"link":"s"}]},"story":{"mention":{"id":"9","link":"l"}}});
        let found = message(&item).unwrap();
        let kinds: Vec<_> = found
            .attachments
            .iter()
            .map(|one| (one.kind.as_str(), one.url.as_deref().unwrap()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("image", "i"),
                ("video", "v"),
                ("file", "f"),
                ("share", "s"),
                ("story_mention", "l")
            ]
        );
        assert!(found.unsupported);
    }
}
