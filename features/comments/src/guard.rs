//! The last look before a reply is sent.

use channels::effects::{Effect, EffectKind, Verdict};
use chrono::{DateTime, TimeDelta, Utc};
use db::{DbResult, TenantTx};
use kernel::CommentId;

use crate::comment::{self, Comment};
use crate::store;

/// A reply of the agent that could not be published for so long is left to people: prices, hours and
/// moods have changed.
const FRESH: TimeDelta = TimeDelta::hours(24);

/// Whether the comment still allows this effect. What stands together with it is held until the
/// transaction ends, so that nothing can come between this look and the note that it is sent.
pub async fn may_send(tx: &mut TenantTx, effect: &Effect, now: DateTime<Utc>) -> DbResult<Verdict> {
    let Ok(id) = effect.about().parse::<CommentId>() else {
        return Ok(Verdict::Send);
    };
    let Some(held) = comment::lock(tx, id).await? else {
        return Ok(Verdict::Cancel {
            reason: "comment_gone",
        });
    };
    Ok(verdict(
        &held,
        effect.kind,
        effect.epoch,
        now - effect.created_at,
    ))
}

fn verdict(held: &Comment, kind: EffectKind, epoch: Option<i64>, age: TimeDelta) -> Verdict {
    let overtaken = epoch
        .filter(|epoch| *epoch != held.epoch)
        .map(|_| moved_by(&held.epoch_cause));
    let late = || (epoch.is_some() && age > FRESH).then_some("too_late");
    let reason = match kind {
        EffectKind::ReplyComment => overtaken.or_else(|| held.unanswerable()).or_else(late),
        _ => held.gone_at.map(|_| "comment_gone"),
    };
    reason.map_or(Verdict::Send, |reason| Verdict::Cancel { reason })
}

/// Why a draft is stale.
pub(crate) fn moved_by(cause: &str) -> &'static str {
    match cause {
        "human_reply" => "human_reply",
        "native_reply" => "native_reply",
        "set_aside" => "resolved",
        _ => "superseded",
    }
}

/// Holds what an effect belongs to until the transaction ends.
pub async fn hold(tx: &mut TenantTx, effect: &Effect) -> DbResult<()> {
    let Some(comment) = effect.request.comment() else {
        return Ok(());
    };
    let thread = store::comments::thread_of(tx, effect.account, comment).await?;
    let thread = thread.unwrap_or_else(|| comment.to_owned());
    store::comments::hold(tx, effect.account, &[thread]).await
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, CommentId};

    use super::*;
    use crate::comment::State;

    fn comment() -> Comment {
        Comment {
            id: CommentId::new(),
            account_id: AccountId::new(),
            post_id: None,
            external_id: "5".to_owned(),
            parent_external_id: None,
            thread: "5".to_owned(),
            author_id: None,
            author_username: String::new(),
            text: String::new(),
            live: false,
            own: false,
            written_at: DateTime::UNIX_EPOCH,
            hidden: false,
            gone_at: None,
            state: State::Answered,
            epoch: 1,
            epoch_cause: "inbound".to_owned(),
            draft: None,
            hiding: None,
            hide_error: None,
        }
    }

    #[test]
    fn what_the_agent_could_not_say_for_a_day_is_left_to_people() {
        let cancelled = |epoch, hours| {
            let age = TimeDelta::hours(hours);
            match verdict(&comment(), EffectKind::ReplyComment, epoch, age) {
                Verdict::Cancel { reason } => Some(reason),
                Verdict::Send | Verdict::Later { .. } => None,
            }
        };
        assert_eq!(cancelled(Some(1), 23), None);
        assert_eq!(cancelled(Some(1), 25), Some("too_late"));
        assert_eq!(cancelled(None, 25), None, "a person's words stay true");
        assert_eq!(cancelled(Some(0), 25), Some("superseded"));
    }
}
