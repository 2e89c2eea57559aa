//! Who is asked before a write leaves, and who holds what it belongs to: by its kind, the feature
//! that the write is of.

use channels::effects::{Effect, EffectKind, Verdict};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use futures::future::BoxFuture;

/// The last look at a write, in the transaction that begins the attempt.
pub fn may_send<'a>(
    tx: &'a mut TenantTx,
    effect: &'a Effect,
    now: DateTime<Utc>,
) -> BoxFuture<'a, DbResult<Verdict>> {
    match effect.kind {
        EffectKind::SendMessage => Box::pin(inbox::guard::may_send(tx, effect, now)),
        EffectKind::ReplyComment | EffectKind::HideComment => {
            Box::pin(comments::guard::may_send(tx, effect, now))
        }
    }
}

/// Holds what a write belongs to until the transaction ends.
pub fn hold<'a>(tx: &'a mut TenantTx, effect: &'a Effect) -> BoxFuture<'a, DbResult<()>> {
    match effect.kind {
        EffectKind::SendMessage => Box::pin(inbox::guard::hold(tx, effect)),
        EffectKind::ReplyComment | EffectKind::HideComment => {
            Box::pin(comments::guard::hold(tx, effect))
        }
    }
}
