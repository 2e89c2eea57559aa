//! Hiding a comment from everybody but its author, and showing it again.

use channels::effects::{self, EffectKind, HideComment, NewEffect, Request, subject_of};
use chrono::{DateTime, Utc};
use db::TenantTx;
use kernel::CommentId;

use crate::comment;
use crate::receive::lane;
use crate::reply::ReplyError;
use crate::{answer, store};

/// Asks the platform to hide a comment, or to show it. The same wish again changes nothing.
pub async fn hide(
    tx: &mut TenantTx,
    id: CommentId,
    hide: bool,
    now: DateTime<Utc>,
) -> Result<(), ReplyError> {
    let found = answer::held(tx, id).await?;
    if found.gone_at.is_some() {
        return Err(ReplyError::Unanswerable("comment_gone"));
    }
    if found.hiding.unwrap_or(found.hidden) == hide {
        return Ok(());
    }
    let turn = store::hiding::next_hide(tx, id, hide).await?;
    let effect = NewEffect {
        kind: EffectKind::HideComment,
        subject: subject_of(id, turn),
        account: found.account_id,
        lane: lane(&found.thread),
        conversation: None,
        message: None,
        epoch: None,
        request: Request::HideComment(HideComment {
            comment: found.external_id,
            hide,
        }),
    };
    effects::create(tx, &effect, now).await?;
    comment::tell(tx);
    Ok(())
}
