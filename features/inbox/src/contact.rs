//! A customer, and the names platforms have for one.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ContactId, Platform};
use meta::read::Person;

use crate::store;

/// A kind of name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// WhatsApp business-scoped user id: the surest, so it comes first.
    UserId,
    /// Instagram-scoped id.
    Igsid,
    /// WhatsApp number.
    WaId,
    /// WhatsApp group.
    Group,
}

impl IdentityKind {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserId => "user_id",
            Self::Igsid => "igsid",
            Self::WaId => "wa_id",
            Self::Group => "group",
        }
    }
}

/// What a platform calls a contact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The kind of name.
    pub kind: IdentityKind,
    /// The name.
    pub value: String,
}

/// The names of a person, the surest first; a group stands for itself.
pub(crate) fn identities(
    platform: Platform,
    person: &Person,
    group: Option<&str>,
) -> Vec<Identity> {
    let one = |kind, value: &str| Identity {
        kind,
        value: value.to_owned(),
    };
    if let Some(group) = group {
        return vec![one(IdentityKind::Group, group)];
    }
    let kind = match platform {
        Platform::Instagram => IdentityKind::Igsid,
        Platform::Whatsapp => IdentityKind::WaId,
    };
    let user = person
        .user_id
        .iter()
        .map(|id| one(IdentityKind::UserId, id));
    let id = person.id.iter().map(|id| one(kind, id));
    user.chain(id)
        .filter(|identity| !identity.value.is_empty())
        .collect()
}

/// Where names hold: the Instagram account or the WhatsApp business account that sees them.
#[derive(Clone, Debug)]
pub(crate) struct Realm {
    pub(crate) platform: Platform,
    pub(crate) scope: String,
}

/// The contact with one of these names; made when there is none. `None`: the person was erased, and
/// has not written anything since.
pub(crate) async fn ensure(
    tx: &mut TenantTx,
    realm: &Realm,
    identities: &[Identity],
    person: &Person,
    seen_at: DateTime<Utc>,
    spoke_at: Option<DateTime<Utc>>,
) -> DbResult<Option<ContactId>> {
    let Some(first) = identities.first() else {
        return Ok(None);
    };
    let known = store::contacts::known(tx, realm, identities, spoke_at).await?;
    if known.iter().any(|one| one.erased) {
        return Ok(None);
    }
    let contact = match known.iter().find_map(|one| one.contact) {
        Some(contact) => contact,
        None => make(tx, realm, first, seen_at).await?,
    };
    for (identity, known) in identities.iter().zip(&known) {
        if known.contact.is_none() {
            store::contacts::link(tx, realm, identity, contact, seen_at).await?;
        }
    }
    let group = first.kind == IdentityKind::Group;
    let phone = person
        .id
        .as_deref()
        .filter(|_| realm.platform == Platform::Whatsapp && !group);
    let phone = phone.map(|digits| format!("+{}", digits.trim_start_matches('+')));
    let (name, username) = if group {
        (None, None)
    } else {
        (person.name.as_deref(), person.username.as_deref())
    };
    store::contacts::refresh(tx, contact, name, username, phone.as_deref(), seen_at).await?;
    Ok(Some(contact))
}

async fn make(
    tx: &mut TenantTx,
    realm: &Realm,
    first: &Identity,
    seen_at: DateTime<Utc>,
) -> DbResult<ContactId> {
    let contact = ContactId::new();
    store::contacts::insert(tx, contact, realm.platform, seen_at).await?;
    if store::contacts::link(tx, realm, first, contact, seen_at).await? {
        return Ok(contact);
    }
    // Somebody else made the contact between our look and now.
    store::contacts::delete(tx, contact).await?;
    let known = store::contacts::find(tx, realm, std::slice::from_ref(first)).await?;
    known.ok_or_else(|| db::DbError::Corrupt("an identity without a contact".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_business_scoped_id_is_the_surest_name() {
        let person = Person {
            id: Some("33612345678".to_owned()),
            user_id: Some("FR.1".to_owned()),
            ..Person::default()
        };
        let kinds: Vec<_> = identities(Platform::Whatsapp, &person, None)
            .into_iter()
            .map(|identity| identity.kind)
            .collect();
        assert_eq!(kinds, [IdentityKind::UserId, IdentityKind::WaId]);
    }

    #[test]
    fn a_group_is_known_by_its_own_id() {
        let person = Person {
            id: Some("1".to_owned()),
            ..Person::default()
        };
        let names = identities(Platform::Whatsapp, &person, Some("G9"));
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].kind, IdentityKind::Group);
    }
}
