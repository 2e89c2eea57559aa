//! Names of people whom a platform only numbers: Instagram tells them when asked.

use channels::Channels;
use db::{AccountRef, DbResult};
use kernel::ContactId;

use crate::{Inbox, conversation, store};

/// How many people are asked about at a time.
const AT_ONCE: i64 = 10;

/// Asks for the profiles that were never asked for, once each; the number of people asked about.
pub async fn fetch(inbox: &Inbox, channels: &Channels) -> DbResult<usize> {
    let mut system = inbox.db.system().await?;
    let waiting = system.contacts_without_profile(AT_ONCE).await?;
    system.commit().await?;
    for (account, contact, person) in &waiting {
        one(inbox, channels, account, *contact, person).await?;
    }
    Ok(waiting.len())
}

async fn one(
    inbox: &Inbox,
    channels: &Channels,
    account: &AccountRef,
    contact: ContactId,
    person: &str,
) -> DbResult<()> {
    let profile = channels.contact_profile(account, person).await?;
    let profile = profile.unwrap_or_default();
    let mut tx = inbox.db.tenant(&account.scope).await?;
    let now = inbox.clock.now();
    let name = profile.name.as_deref();
    let username = profile.username.as_deref();
    let picture = profile.picture_url.as_deref();
    let threads =
        store::contacts::note_profile(&mut tx, contact, name, username, picture, now).await?;
    for thread in threads {
        conversation::tell(&mut tx, thread);
    }
    tx.commit().await
}
