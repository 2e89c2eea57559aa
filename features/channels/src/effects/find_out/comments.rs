//! Whether a comment was answered, hidden or shown.

use chrono::{DateTime, Utc};
use db::{DbResult, Scope};
use meta::client::{Listing, PastComment};
use meta::{Access, CallError, Problem};

use super::super::{Effect, HideComment, ReplyComment, store};
use super::{CLOCK_SLACK_SECONDS, Found, in_time};
use crate::Channels;
use crate::accounts::Account;

/// How many pages of replies are read, of 50 each.
const PAGES: usize = 4;

impl Channels {
    /// The replies to the comment hold ours, or it was not written.
    pub(super) async fn ask_replies(
        &self,
        scope: &Scope,
        effect: &Effect,
        wanted: &ReplyComment,
        account: &Account,
        access: &Access,
    ) -> Result<Found, CallError> {
        let comment = match self.meta.instagram_comment(access, &wanted.comment).await {
            Ok(comment) => comment,
            Err(error) if is_gone(&error) => return Ok(Found::Gone),
            Err(error) => return Err(error),
        };
        // A reply to a reply stands under the top comment.
        let top = comment.parent_id.as_deref().unwrap_or(&wanted.comment);
        let replies = self
            .meta
            .instagram_comment_replies(access, top, PAGES)
            .await?;
        let mut ours: Vec<&PastComment> = replies
            .items
            .iter()
            .filter(|reply| is_it(effect, wanted, account, reply))
            .collect();
        // Of two equal ones the first belongs to the first effect.
        ours.sort_by_key(|reply| reply.created_at);
        for reply in ours {
            match self.is_another_reply(scope, effect, reply).await {
                Ok(false) => return Ok(Found::Yes(Some(reply.id.clone()))),
                Ok(true) => {}
                Err(error) => {
                    tracing::warn!(id = %effect.id, %error, "a found reply could not be compared");
                    let due = self.clock.now() + chrono::Duration::seconds(2);
                    return Ok(Found::NotYet(due));
                }
            }
        }
        if covers(effect, &replies) {
            Ok(Found::NotSeen { looks: 2 })
        } else {
            Err(CallError::Incomplete("the older replies"))
        }
    }

    /// Whether the reply is known to us as another effect's.
    async fn is_another_reply(
        &self,
        scope: &Scope,
        effect: &Effect,
        reply: &PastComment,
    ) -> DbResult<bool> {
        let mut tx = self.db.tenant(scope).await?;
        let known = store::by_provider_id(&mut tx, effect.account, &reply.id).await?;
        Ok(known.is_some_and(|id| id != effect.id))
    }

    /// The comment itself says whether it is hidden.
    pub(super) async fn ask_hidden(
        &self,
        wanted: &HideComment,
        access: &Access,
    ) -> Result<Found, CallError> {
        match self.meta.instagram_comment(access, &wanted.comment).await {
            Ok(comment) => match comment.hidden {
                Some(hidden) if hidden == wanted.hide => Ok(Found::Yes(None)),
                Some(_) => Ok(Found::NotSeen { looks: 1 }),
                None => Err(CallError::Incomplete("whether it is hidden")),
            },
            Err(error) if is_gone(&error) => Ok(Found::Gone),
            Err(error) => Err(error),
        }
    }
}

fn is_gone(error: &CallError) -> bool {
    error
        .platform()
        .is_some_and(|error| error.problem == Problem::ObjectGone)
}

/// Whether a reply under the comment is what the effect wrote. The platform may name its author by
/// id, by user name, or not at all.
fn is_it(effect: &Effect, wanted: &ReplyComment, account: &Account, reply: &PastComment) -> bool {
    let by_id = reply
        .from
        .as_ref()
        .map(|from| from.id == account.external_id);
    let by_name = reply
        .username
        .as_deref()
        .map(|name| name.eq_ignore_ascii_case(&account.username));
    let from_us = match (by_id, by_name) {
        (None, None) => true,
        (by_id, by_name) => by_id == Some(true) || by_name == Some(true),
    };
    let text = reply.text.as_deref().unwrap_or_default();
    from_us && says(text, &wanted.text) && in_time(effect, reply.created_at)
}

/// Whether both say the same: the platform may set other spaces and line ends.
fn says(found: &str, wanted: &str) -> bool {
    found.split_whitespace().eq(wanted.split_whitespace())
}

/// Whether the list goes back to before the attempt: it is whole, or stands newest first and ends
/// with something older.
fn covers(effect: &Effect, replies: &Listing<PastComment>) -> bool {
    if replies.complete {
        return true;
    }
    let times: Option<Vec<DateTime<Utc>>> =
        replies.items.iter().map(|reply| reply.created_at).collect();
    let slack = chrono::Duration::seconds(CLOCK_SLACK_SECONDS);
    match (times, effect.attempted_at) {
        (Some(times), Some(attempted)) => {
            times.is_sorted_by(|one, next| one >= next)
                && times.last().is_some_and(|last| *last < attempted - slack)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Platform;
    use meta::client::Participant;

    use super::super::tests::{attempted, seconds};
    use super::*;
    use crate::accounts::AccountState;

    fn shop() -> Account {
        Account {
            id: kernel::AccountId::new(),
            platform: Platform::Instagram,
            external_id: "1784".to_owned(),
            username: "atelier".to_owned(),
            state: AccountState::Connected,
            parent_id: None,
            name: "Atelier".to_owned(),
            picture_url: None,
            state_reason: None,
            token_expires_at: None,
            automation: true,
            usage_percent: 0,
            paused_until: None,
            last_webhook_at: None,
            connected_at: seconds(0),
            sealed: None,
        }
    }

    fn reply(from: Option<&str>, username: Option<&str>, at: i64) -> PastComment {
        PastComment {
            id: "9".to_owned(),
            text: Some(" 45 euros ".to_owned()),
            created_at: Some(seconds(at)),
            from: from.map(|id| Participant {
                id: id.to_owned(),
                username: None,
            }),
            username: username.map(str::to_owned),
            ..PastComment::default()
        }
    }

    #[test]
    fn only_our_own_words_since_the_attempt_are_our_reply() {
        let effect = attempted(seconds(1000), 0, 1);
        let wanted = ReplyComment {
            comment: "5".to_owned(),
            text: "45 euros".to_owned(),
        };
        let ours = |found: &PastComment| is_it(&effect, &wanted, &shop(), found);
        assert!(ours(&reply(Some("1784"), None, 1000)));
        assert!(ours(&reply(None, Some("Atelier"), 980)));
        assert!(ours(&reply(
            Some("another id of ours"),
            Some("atelier"),
            1000
        )));
        assert!(ours(&reply(None, None, 1000)));
        let spaced = PastComment {
            text: Some("45\r\neuros".to_owned()),
            ..reply(Some("1784"), None, 1000)
        };
        assert!(ours(&spaced));
        assert!(!ours(&reply(Some("77"), Some("anna"), 1000)));
        assert!(!ours(&reply(Some("1784"), None, 960)));
        let other = PastComment {
            text: Some("46 euros".to_owned()),
            ..reply(Some("1784"), None, 1000)
        };
        assert!(!ours(&other));
    }

    #[test]
    fn a_list_that_was_not_read_to_its_end_proves_something_only_newest_first() {
        let effect = attempted(seconds(1000), 0, 1);
        let list = |times: &[i64], complete| Listing {
            items: times
                .iter()
                .map(|at| reply(Some("77"), None, *at))
                .collect(),
            complete,
        };
        assert!(covers(&effect, &list(&[], true)));
        assert!(covers(&effect, &list(&[2000, 1500, 900], false)));
        assert!(!covers(&effect, &list(&[2000, 1500, 1200], false)));
        assert!(!covers(&effect, &list(&[900, 1500, 2000], false)));
        assert!(!covers(&effect, &list(&[2000, 1500, 990], false)));
    }
}
