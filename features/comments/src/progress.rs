//! How far a comment is. Whoever answers comments is told when some of an account need a person, until
//! none of them does.

use accounts::notifications::{self, News};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::AccountId;

use crate::comment::{Comment, State};
use crate::store;

/// Moves a comment on, with the draft that waits from now on.
pub(crate) async fn move_to(
    tx: &mut TenantTx,
    comment: &Comment,
    next: State,
    draft: Option<&str>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    store::comments::set_state(tx, comment.id, next, draft).await?;
    match (comment.state, next) {
        (before, after) if before == after => Ok(()),
        (_, State::NeedsPerson) => tell(tx, comment.account_id, now).await,
        (State::NeedsPerson, _) => settle(tx, comment.account_id, now).await,
        _ => Ok(()),
    }
}

async fn tell(tx: &mut TenantTx, account: AccountId, now: DateTime<Utc>) -> DbResult<()> {
    let Some(account) = channels::accounts::account(tx, account).await? else {
        return Ok(());
    };
    let news = News::Comments {
        account_id: account.id,
        platform: account.platform,
        name: account.label().to_owned(),
    };
    notifications::tell(tx, &news, now).await
}

/// The business answered elsewhere, at this instant: whatever stood in the thread until then has its
/// answer.
pub(crate) async fn natively_answered(
    tx: &mut TenantTx,
    account: AccountId,
    thread: &str,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    store::comments::natively_answered(tx, account, thread, at).await?;
    settle(tx, account, now).await
}

/// Nobody has to be told any more when no comment of the account needs a person.
async fn settle(tx: &mut TenantTx, account: AccountId, now: DateTime<Utc>) -> DbResult<()> {
    if store::lists::need_person(tx, account).await? {
        return Ok(());
    }
    notifications::settle(tx, &notifications::comments_of(account), now).await
}
