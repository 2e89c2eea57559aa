//! Erasing a customer: what is kept of them goes for good, and late news of the platform does not
//! bring them back. What they write anew is a new acquaintance.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{ContactId, Platform};

use crate::contact::{Identity, IdentityKind, Realm};
use crate::events::{ContactErased, ConversationErased};
use crate::{conversation, store};

/// Why nobody was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// No such contact in this workspace.
    #[error("there is no such contact")]
    NotFound,
    /// The database.
    #[error("the contact could not be erased")]
    Database(#[from] DbError),
}

/// Erases a contact with all conversations, messages, and what was decided about them. What waits
/// to be sent is not sent; what is being sent at this moment may still arrive.
pub async fn erase(tx: &mut TenantTx, id: ContactId, now: DateTime<Utc>) -> Result<(), EraseError> {
    let conversations = store::contacts::hold_threads(tx, id).await?;
    store::contacts::bury(tx, id, now).await?;
    for conversation in &conversations {
        channels::effects::forget(tx, *conversation).await?;
        let conversation = *conversation;
        tx.emit(&ConversationErased { conversation }).await?;
        conversation::tell(tx, conversation);
    }
    let names = store::contacts::names(tx, id).await?;
    tx.emit(&ContactErased { names }).await?;
    if !store::contacts::erase(tx, id).await? {
        return Err(EraseError::NotFound);
    }
    tx.signal("inbox-changed");
    Ok(())
}

/// Whether somebody whom an Instagram account knows by this id was erased, and has not been there since
/// this instant.
pub async fn was_erased(
    tx: &mut TenantTx,
    account: &str,
    id: &str,
    at: DateTime<Utc>,
) -> DbResult<bool> {
    let (realm, name) = on_instagram(account, id);
    let known = store::contacts::known(tx, &realm, &[name], Some(at)).await?;
    Ok(known.iter().any(|one| one.erased))
}

fn on_instagram(account: &str, id: &str) -> (Realm, Identity) {
    let realm = Realm {
        platform: Platform::Instagram,
        scope: account.to_owned(),
    };
    let name = Identity {
        kind: IdentityKind::Igsid,
        value: id.to_owned(),
    };
    (realm, name)
}

/// Erases whoever an Instagram account knows by this id, also when they never wrote a message.
pub async fn erase_instagram(
    tx: &mut TenantTx,
    account: &str,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), EraseError> {
    let (realm, name) = on_instagram(account, id);
    let names = std::slice::from_ref(&name);
    if let Some(contact) = store::contacts::find(tx, &realm, names).await? {
        return erase(tx, contact, now).await;
    }
    store::contacts::bury_name(tx, &realm, &name, now).await?;
    let names = vec![name.value];
    Ok(tx.emit(&ContactErased { names }).await?)
}
