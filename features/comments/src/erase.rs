//! Erasing somebody who commented: what they wrote goes for good, with what was decided about it and
//! answered to it. Late news of the platform do not bring it back.

use ::accounts::notifications;
use channels::accounts;
use channels::effects::{self, subject_of};
use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use inbox::erase::EraseError;
use inbox::events::ContactErased;
use kernel::{AccountId, CommentId};

use crate::store::erasures::Theirs;
use crate::{comment, store};

/// Forgets the comments of a person who is being erased. What is being sent at this moment may still
/// arrive.
pub async fn forget(tx: &mut TenantTx, erased: &ContactErased) -> DbResult<()> {
    let theirs = store::erasures::of_authors(tx, &erased.names).await?;
    if theirs.is_empty() {
        return Ok(());
    }
    for account in accounts_of(&theirs) {
        let of_account = theirs.iter().filter(|it| it.account_id == account);
        let threads: Vec<String> = of_account.map(|it| it.thread.clone()).collect();
        store::comments::hold(tx, account, &threads).await?;
    }
    // Looked at again with all of it held: nothing is begun any more.
    let theirs = store::erasures::of_authors(tx, &erased.names).await?;
    let subjects: Vec<String> = theirs
        .iter()
        .flat_map(|it| (1..=it.reply_turns.max(it.hide_turns)).map(|turn| subject_of(it.id, turn)))
        .collect();
    effects::forget_comments(tx, &subjects).await?;
    store::erasures::erase(tx, &theirs).await?;
    for account in accounts_of(&theirs) {
        if !store::lists::need_person(tx, account).await? {
            notifications::forget(tx, &notifications::comments_of(account)).await?;
        }
    }
    comment::tell(tx);
    Ok(())
}

/// Each account once; comments come in the order of theirs.
fn accounts_of(theirs: &[Theirs]) -> Vec<AccountId> {
    let mut accounts: Vec<AccountId> = theirs.iter().map(|it| it.account_id).collect();
    accounts.dedup();
    accounts
}

/// Erases the author of a comment: their comments, and what they wrote in private.
pub async fn author(
    tx: &mut TenantTx,
    id: CommentId,
    now: DateTime<Utc>,
) -> Result<(), EraseError> {
    let found = comment::load(tx, id).await?.filter(|found| !found.own);
    let found = found.ok_or(EraseError::NotFound)?;
    let author = found.author_id.as_deref().ok_or(EraseError::NotFound)?;
    let account = accounts::account(tx, found.account_id).await?;
    let account = account.ok_or(EraseError::NotFound)?;
    inbox::erase::erase_instagram(tx, &account.external_id, author, now).await
}
