//! Contacts and their identities.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{ContactId, ConversationId, Platform};

use crate::contact::{Identity, Realm};

/// What is known of a name.
pub(crate) struct Known {
    /// Whose it is.
    pub(crate) contact: Option<ContactId>,
    /// Whether it belongs to a person who was erased.
    pub(crate) erased: bool,
}

/// What is known of each of these names, in their order. An erased person who spoke after that
/// counts as new. The hash of an erased person's name is
/// SHA-256 of `platform:scope:kind:value`.
pub(crate) async fn known(
    tx: &mut TenantTx,
    realm: &Realm,
    identities: &[Identity],
    spoke_at: Option<DateTime<Utc>>,
) -> DbResult<Vec<Known>> {
    let kind = |one: &Identity| one.kind.as_str().to_owned();
    let kinds: Vec<String> = identities.iter().map(kind).collect();
    let values: Vec<String> = identities.iter().map(|one| one.value.clone()).collect();
    let found = sqlx::query_as!(
        Known,
        r#"SELECT i.contact_id AS "contact: ContactId", EXISTS (
             SELECT FROM erased_contacts WHERE identity_hash =
               sha256(convert_to($1 || ':' || $2 || ':' || t.kind || ':' || t.value, 'UTF8'))
               AND ($5::timestamptz IS NULL OR erased_at >= $5)
           ) AS "erased!"
           FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS t (kind, value, place)
           LEFT JOIN contact_identities i
             ON i.platform = $1 AND i.scope = $2 AND i.kind = t.kind AND i.value = t.value
           ORDER BY t.place"#,
        realm.platform.as_str(),
        realm.scope,
        &kinds,
        &values,
        spoke_at,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}

/// More matching contacts than this are not listed one by one.
const FEW: usize = 1500;

/// Who is called like something.
pub(crate) enum Like {
    /// All who are.
    These(Vec<uuid::Uuid>),
    /// More than [`FEW`].
    Many,
}

/// The contacts whose name, user name or number is like this pattern.
pub(crate) async fn like(tx: &mut TenantTx, pattern: &str) -> DbResult<Like> {
    let most = i32::try_from(FEW + 1).unwrap_or(i32::MAX);
    let found = sqlx::query_scalar!(r#"SELECT find_contacts($1, $2) AS "id!""#, pattern, most)
        .fetch_all(tx.conn())
        .await?;
    Ok(if found.len() > FEW {
        Like::Many
    } else {
        Like::These(found)
    })
}

/// The contact that has one of these names; the first name that is known decides.
pub(crate) async fn find(
    tx: &mut TenantTx,
    realm: &Realm,
    identities: &[Identity],
) -> DbResult<Option<ContactId>> {
    for identity in identities {
        let found = sqlx::query_scalar!(
            r#"SELECT contact_id AS "id: ContactId" FROM contact_identities
               WHERE platform = $1 AND scope = $2 AND kind = $3 AND value = $4"#,
            realm.platform.as_str(),
            realm.scope,
            identity.kind.as_str(),
            identity.value
        )
        .fetch_optional(tx.conn())
        .await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

pub(crate) async fn insert(
    tx: &mut TenantTx,
    id: ContactId,
    platform: Platform,
    seen_at: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO contacts (workspace_id, id, platform, first_seen_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $4)",
        workspace,
        id.uuid(),
        platform.as_str(),
        seen_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut TenantTx, id: ContactId) -> DbResult<()> {
    sqlx::query!("DELETE FROM contacts WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Gives a contact a name that nobody has yet; says whether it was free.
pub(crate) async fn link(
    tx: &mut TenantTx,
    realm: &Realm,
    identity: &Identity,
    contact: ContactId,
    at: DateTime<Utc>,
) -> DbResult<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "INSERT INTO contact_identities
           (workspace_id, platform, scope, kind, value, contact_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        workspace,
        realm.platform.as_str(),
        realm.scope,
        identity.kind.as_str(),
        identity.value,
        contact.uuid(),
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes over what the platform tells of the person; what it does not tell stays.
pub(crate) async fn refresh(
    tx: &mut TenantTx,
    id: ContactId,
    name: Option<&str>,
    username: Option<&str>,
    phone: Option<&str>,
    seen_at: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE contacts SET name = COALESCE($2, name), username = COALESCE($3, username),
           phone = COALESCE($4, phone), last_seen_at = GREATEST(last_seen_at, $5)
         WHERE id = $1",
        id.uuid(),
        name,
        username,
        phone,
        seen_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes the person's wish about marketing.
pub(crate) async fn set_marketing(tx: &mut TenantTx, id: ContactId, stopped: bool) -> DbResult<()> {
    sqlx::query!(
        "UPDATE contacts SET marketing_stopped = $2 WHERE id = $1",
        id.uuid(),
        stopped
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The kind and value to write to a contact by: the number or the Instagram id, else the
/// business-scoped id, else the group.
pub(crate) async fn address(
    tx: &mut TenantTx,
    id: ContactId,
) -> DbResult<Option<(String, String)>> {
    let row = sqlx::query!(
        "SELECT kind, value FROM contact_identities WHERE contact_id = $1
         ORDER BY array_position(ARRAY['igsid', 'wa_id', 'user_id', 'group'], kind), created_at DESC, value
         LIMIT 1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.kind, row.value)))
}

/// What the platform told of a person, and that it was asked. Answers the person's conversations.
pub(crate) async fn note_profile(
    tx: &mut TenantTx,
    contact: ContactId,
    name: Option<&str>,
    username: Option<&str>,
    picture: Option<&str>,
    now: DateTime<Utc>,
) -> DbResult<Vec<ConversationId>> {
    sqlx::query!(
        "UPDATE contacts SET name = COALESCE($2, name), username = COALESCE($3, username),
                picture_url = COALESCE($4, picture_url), profile_checked_at = $5
         WHERE id = $1",
        contact.uuid(),
        name,
        username,
        picture,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: ConversationId" FROM conversations WHERE contact_id = $1"#,
        contact.uuid()
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The conversations of a contact, held until the transaction ends.
pub(crate) async fn hold_threads(
    tx: &mut TenantTx,
    id: ContactId,
) -> DbResult<Vec<ConversationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: ConversationId" FROM conversations WHERE contact_id = $1
           ORDER BY id FOR UPDATE"#,
        id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Keeps a hash of each name of a contact who is being erased.
pub(crate) async fn bury(tx: &mut TenantTx, id: ContactId, now: DateTime<Utc>) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO erased_contacts (workspace_id, identity_hash, erased_at)
         SELECT $1,
                sha256(convert_to(platform || ':' || scope || ':' || kind || ':' || value, 'UTF8')),
                $3
         FROM contact_identities WHERE contact_id = $2
         ON CONFLICT (workspace_id, identity_hash) DO UPDATE SET erased_at = excluded.erased_at",
        workspace,
        id.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the hash of a name that belongs to no contact, as [`bury`] does of a contact's.
pub(crate) async fn bury_name(
    tx: &mut TenantTx,
    realm: &Realm,
    name: &Identity,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO erased_contacts (workspace_id, identity_hash, erased_at)
         VALUES ($1, sha256(convert_to($2 || ':' || $3 || ':' || $4 || ':' || $5, 'UTF8')), $6)
         ON CONFLICT (workspace_id, identity_hash) DO UPDATE SET erased_at = excluded.erased_at",
        workspace,
        realm.platform.as_str(),
        realm.scope,
        name.kind.as_str(),
        name.value,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the platforms call a contact.
pub(crate) async fn names(tx: &mut TenantTx, id: ContactId) -> DbResult<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT value FROM contact_identities WHERE contact_id = $1 ORDER BY value",
        id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Removes a contact and all that hangs on it. False when there is no such contact.
pub(crate) async fn erase(tx: &mut TenantTx, id: ContactId) -> DbResult<bool> {
    let done = sqlx::query!("DELETE FROM contacts WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}
