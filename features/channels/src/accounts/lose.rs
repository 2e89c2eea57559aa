//! A platform stops accepting an account's token.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::AccountId;

use super::store;
use ::accounts::notifications::{self, News};

/// Nothing is sent until a person connects the account again; the admins are told once.
pub(crate) async fn lose(
    tx: &mut TenantTx,
    id: AccountId,
    reason: &str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    if !store::mark_reconnect(tx, id, reason).await? {
        return Ok(());
    }
    let Some(account) = store::account(tx, id).await? else {
        return Ok(());
    };
    let news = News::ChannelLost {
        account_id: id,
        platform: account.platform,
        name: account.label().to_owned(),
    };
    notifications::tell(tx, &news, now).await
}

/// The account works again, or is gone: there is nothing to tell any more.
pub(super) async fn found(tx: &mut TenantTx, id: AccountId, now: DateTime<Utc>) -> DbResult<()> {
    notifications::settle(tx, &id.to_string(), now).await
}
