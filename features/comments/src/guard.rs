//! The last look before a reply is sent.

use channels::effects::{Effect, EffectKind, Verdict};
use db::{DbResult, TenantTx};
use kernel::CommentId;

use crate::comment::{self, Comment};
use crate::store;

/// Whether the comment still allows this effect. What stands together with it is held until the
/// transaction ends, so that nothing can come between this look and the note that it is sent.
pub async fn may_send(tx: &mut TenantTx, effect: &Effect) -> DbResult<Verdict> {
    let Ok(id) = effect.about().parse::<CommentId>() else {
        return Ok(Verdict::Send);
    };
    let Some(held) = comment::lock(tx, id).await? else {
        return Ok(Verdict::Cancel {
            reason: "comment_gone",
        });
    };
    Ok(verdict(&held, effect.kind, effect.epoch))
}

fn verdict(held: &Comment, kind: EffectKind, epoch: Option<i64>) -> Verdict {
    let overtaken = epoch
        .filter(|epoch| *epoch != held.epoch)
        .map(|_| moved_by(&held.epoch_cause));
    let reason = match kind {
        EffectKind::ReplyComment => overtaken.or_else(|| held.unanswerable()),
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
