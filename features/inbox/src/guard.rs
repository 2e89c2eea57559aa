//! The last look before an answer is sent.

use channels::effects::{Effect, Verdict};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use meta::WindowState;

use crate::conversation::{self, Conversation};
use crate::store;

/// Whether the conversation still allows this effect. The conversation is held until the
/// transaction ends, so that nothing can come between this look and the note that it is sent.
pub async fn may_send(tx: &mut TenantTx, effect: &Effect, now: DateTime<Utc>) -> DbResult<Verdict> {
    let Some(id) = effect.conversation else {
        return Ok(Verdict::Send);
    };
    let Some(held) = conversation::lock(tx, id).await? else {
        return Ok(Verdict::Cancel {
            reason: "conversation_gone",
        });
    };
    // A notice that a person will write is moot once a person wrote.
    if let (None, Some(message)) = (effect.epoch, effect.message)
        && store::messages::is_moot_notice(tx, message).await?
    {
        return Ok(Verdict::Cancel {
            reason: "human_reply",
        });
    }
    let message = effect.request.message();
    let marked = message.is_some_and(|message| message.human_agent.is_some());
    Ok(verdict(&held, effect.epoch, marked, now))
}

/// Holds the conversation of an effect until the transaction ends.
pub async fn hold(tx: &mut TenantTx, effect: &Effect) -> DbResult<()> {
    match effect.conversation {
        Some(id) => store::conversations::lock(tx, &[id]).await.map(drop),
        None => Ok(()),
    }
}

fn verdict(
    held: &Conversation,
    epoch: Option<i64>,
    human_agent: bool,
    now: DateTime<Utc>,
) -> Verdict {
    let cancel = |reason| Verdict::Cancel { reason };
    if epoch.is_some_and(|epoch| epoch != held.epoch) {
        return cancel(moved_by(&held.epoch_cause));
    }
    if held.standby {
        return cancel("standby");
    }
    match held.window(now) {
        WindowState::Open { .. } => Verdict::Send,
        WindowState::HumanAgentOnly { .. } if human_agent => Verdict::Send,
        WindowState::HumanAgentOnly { .. } | WindowState::Closed => cancel("window_closed"),
    }
}

/// Why an answer is stale: who moved the conversation on last.
fn moved_by(cause: &str) -> &'static str {
    match cause {
        "human_reply" => "human_reply",
        "native_reply" => "native_reply",
        "owner" => "owner_changed",
        "resolved" => "resolved",
        _ => "superseded",
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use kernel::{AccountId, ContactId, ConversationId};

    use super::*;
    use crate::conversation::{Badge, Owner, Status};
    use crate::message::Direction;

    fn conversation(now: DateTime<Utc>) -> Conversation {
        Conversation {
            id: ConversationId::new(),
            account_id: AccountId::new(),
            platform: "instagram".to_owned(),
            contact_id: ContactId::new(),
            name: String::new(),
            username: String::new(),
            phone: String::new(),
            language: None,
            first_seen_at: now,
            status: Status::Open,
            owner: Owner::Ai,
            owner_reason: None,
            assignee_id: None,
            ai_enabled: true,
            epoch: 7,
            epoch_cause: "inbound".to_owned(),
            standby: false,
            unread_count: 0,
            badge: Badge::Waiting,
            last_inbound_at: Some(now),
            last_message_at: now,
            last_preview: String::new(),
            last_kind: String::new(),
            last_direction: Direction::Inbound,
            resolved_at: None,
        }
    }

    #[test]
    fn an_answer_for_an_older_epoch_is_never_sent_and_a_persons_is() {
        let now = DateTime::UNIX_EPOCH;
        let held = conversation(now);
        assert_eq!(verdict(&held, Some(7), false, now), Verdict::Send);
        assert_eq!(verdict(&held, None, false, now), Verdict::Send);
        let stale = Verdict::Cancel {
            reason: "superseded",
        };
        assert_eq!(verdict(&held, Some(6), false, now), stale);
        let answered = Conversation {
            epoch_cause: "native_reply".to_owned(),
            ..conversation(now)
        };
        let by_person = Verdict::Cancel {
            reason: "native_reply",
        };
        assert_eq!(verdict(&answered, Some(6), false, now), by_person);
    }

    #[test]
    fn after_a_day_only_a_marked_answer_goes_out() {
        let now = DateTime::UNIX_EPOCH;
        let later = now + TimeDelta::hours(25);
        let held = conversation(now);
        let closed = Verdict::Cancel {
            reason: "window_closed",
        };
        assert_eq!(verdict(&held, None, false, later), closed);
        assert_eq!(verdict(&held, None, true, later), Verdict::Send);
    }

    #[test]
    fn nothing_is_sent_into_a_thread_of_another_application() {
        let now = DateTime::UNIX_EPOCH;
        let held = Conversation {
            standby: true,
            ..conversation(now)
        };
        let standby = Verdict::Cancel { reason: "standby" };
        assert_eq!(verdict(&held, None, false, now), standby);
    }
}
