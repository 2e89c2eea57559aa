//! Typed ids: UUID version 7, shown to the outside with a prefix (`cnv_0198…`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_…")]
pub struct InvalidId {
    /// The prefix that ids of this kind carry.
    pub prefix: &'static str,
}

/// Makes a new version 7 id (ordered by creation time).
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that makes ids"
)]
fn fresh() -> Uuid {
    Uuid::now_v7()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, utoipa::ToSchema)]
        #[sqlx(transparent)]
        #[schema(value_type = String)]
        pub struct $name(Uuid);

        impl $name {
            /// What ids of this kind begin with when they are shown.
            pub const PREFIX: &'static str = $prefix;

            /// A new id.
            #[expect(clippy::new_without_default, reason = "an id is not a default value")]
            pub fn new() -> Self {
                Self(fresh())
            }

            /// The id with this UUID, as the database holds it.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bare UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let bare = text.strip_prefix(concat!($prefix, "_")).unwrap_or(text);
                Uuid::try_parse(bare).map(Self).map_err(|_| InvalidId { prefix: $prefix })
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A person who can sign in.
    UserId = "usr";
    /// A tenant: one business, or one client of an agency.
    WorkspaceId = "wsp";
    /// A person's seat in a workspace.
    MembershipId = "mbr";
    /// An invitation to join a workspace.
    InvitationId = "inv";
    /// One sign-in of one browser or client; the family of its refresh tokens.
    SessionId = "ses";
    /// A key for programs.
    ApiKeyId = "key";
    /// A connected Instagram account or WhatsApp number.
    AccountId = "acc";
    /// A customer as one connected account knows them.
    ContactId = "ctc";
    /// The thread with one contact on one account.
    ConversationId = "cnv";
    /// One message of a conversation.
    MessageId = "msg";
    /// A file of a message, kept by us.
    MediaId = "med";
    /// A post of the business that comments stand under.
    PostId = "pst";
    /// A comment under a post.
    CommentId = "cmt";
    /// An answer of the business to a comment.
    CommentReplyId = "rpl";
    /// One write to the outside world.
    EffectId = "eff";
    /// One webhook body in the journal.
    WebhookEventId = "evt";
    /// One pass of the agent over a conversation.
    RunId = "run";
    /// Why one inbound message was answered, or not.
    DecisionId = "dec";
    /// A conversation turned over to people.
    EscalationId = "esc";
    /// The agent's settings as they were saved once.
    SettingsVersionId = "ver";
    /// A comparison of two versions of the agent.
    EvaluationId = "evl";
    /// Questions to compare versions of the agent with.
    EvaluationSetId = "set";
    /// One question of such a set.
    EvaluationCaseId = "cas";
    /// Something that customers ask and nobody has written down.
    GapId = "gap";
    /// One call to a model, in the ledger of what it cost.
    UsageId = "use";
    /// A notification to a member.
    NotificationId = "ntf";
    /// An uploaded document.
    FileId = "fil";
    /// A document that is tried before it is put to use.
    TrialId = "trl";
    /// A web page or site that is read into documents.
    SourceId = "src";
    /// A passage of a document or an FAQ entry.
    ChunkId = "chk";
    /// A question with its phrasings and its answer.
    FaqId = "faq";
    /// One piece of work beside requests.
    JobId = "job";
    /// One running process of the product.
    ProcessId = "prc";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_shows() {
        let id = ConversationId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().starts_with("cnv_"));
    }

    #[test]
    fn a_bare_uuid_is_accepted_and_another_kind_is_not() {
        let id = ConversationId::new();
        assert_eq!(id.uuid().to_string().parse(), Ok(id));
        assert!(UserId::new().to_string().parse::<ConversationId>().is_err());
    }
}
