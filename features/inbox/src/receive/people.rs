//! News of people: new numbers and ids, and wishes about marketing.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use meta::read::{Preference, SystemNote, UserIdChange, WebhookEvent};

use crate::contact::{self, Identity, IdentityKind, Realm};
use crate::store;

/// Where the names of an event hold.
pub(crate) fn scope(event: &WebhookEvent) -> String {
    event.account_id.clone().unwrap_or_default()
}

fn realm(event: &WebhookEvent) -> Realm {
    Realm {
        platform: event.platform,
        scope: scope(event),
    }
}

/// Whether the person of an event was erased, and has not written since.
pub async fn is_erased(
    tx: &mut TenantTx,
    event: &WebhookEvent,
    at: DateTime<Utc>,
) -> DbResult<bool> {
    let names = contact::identities(event.platform, &event.person, None);
    if names.is_empty() {
        return Ok(false);
    }
    let known = store::contacts::known(tx, &realm(event), &names, Some(at)).await?;
    Ok(known.iter().any(|one| one.erased))
}

/// A note that the customer has a new number or id: the contact gets it beside the old one.
pub(crate) async fn renamed(
    tx: &mut TenantTx,
    event: &WebhookEvent,
    note: &SystemNote,
    at: DateTime<Utc>,
) -> DbResult<()> {
    let old = contact::identities(event.platform, &event.person, None);
    let number = note.new_wa_id.iter().map(|id| (IdentityKind::WaId, id));
    let user = note.new_user_id.iter().map(|id| (IdentityKind::UserId, id));
    for (kind, value) in number.chain(user) {
        link(tx, event, &old, kind, value, at).await?;
    }
    Ok(())
}

/// A business-scoped user id was replaced.
pub(crate) async fn user_id(
    tx: &mut TenantTx,
    event: &WebhookEvent,
    change: &UserIdChange,
    at: DateTime<Utc>,
) -> DbResult<()> {
    let mut old = contact::identities(event.platform, &event.person, None);
    old.extend(change.previous.iter().map(|id| Identity {
        kind: IdentityKind::UserId,
        value: id.clone(),
    }));
    match &change.current {
        Some(new) => link(tx, event, &old, IdentityKind::UserId, new, at).await,
        None => Ok(()),
    }
}

async fn link(
    tx: &mut TenantTx,
    event: &WebhookEvent,
    old: &[Identity],
    kind: IdentityKind,
    value: &str,
    at: DateTime<Utc>,
) -> DbResult<()> {
    let realm = realm(event);
    let new = Identity {
        kind,
        value: value.to_owned(),
    };
    if let Some(contact) = store::contacts::find(tx, &realm, old).await? {
        store::contacts::link(tx, &realm, &new, contact, at).await?;
    }
    Ok(())
}

/// The customer's wish about marketing, honoured at once.
pub(crate) async fn preference(
    tx: &mut TenantTx,
    event: &WebhookEvent,
    preference: &Preference,
) -> DbResult<()> {
    let names = contact::identities(event.platform, &event.person, None);
    let stopped = match preference.value.as_deref() {
        Some("stop") => true,
        Some("resume" | "signup") => false,
        _ => return Ok(()),
    };
    if let Some(contact) = store::contacts::find(tx, &realm(event), &names).await? {
        store::contacts::set_marketing(tx, contact, stopped).await?;
    }
    Ok(())
}
