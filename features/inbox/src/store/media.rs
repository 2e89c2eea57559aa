//! Files of messages.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{MediaId, MessageId, UserId};

/// A file that is kept, or known to be gone.
pub(crate) struct Kept {
    pub(crate) id: MediaId,
    pub(crate) media_type: String,
    pub(crate) sha256: String,
    pub(crate) gone: bool,
}

/// A file to be kept.
pub(crate) struct NewMedia<'a> {
    pub(crate) id: MediaId,
    pub(crate) media_type: &'a str,
    pub(crate) size: i64,
    pub(crate) sha256: &'a str,
    pub(crate) by: Option<UserId>,
    /// Without a message it is removed then.
    pub(crate) keep_until: DateTime<Utc>,
    pub(crate) now: DateTime<Utc>,
}

/// The file at a place of a message.
pub(crate) async fn at(
    tx: &mut TenantTx,
    message: MessageId,
    place: i32,
) -> DbResult<Option<Kept>> {
    let found = sqlx::query_as!(
        Kept,
        r#"SELECT id AS "id: _", media_type, sha256, gone FROM message_media
           WHERE message_id = $1 AND place = $2"#,
        message.uuid(),
        place
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

/// A picture that a person uploaded and no message has: what it is, and its size.
pub(crate) async fn uploaded(tx: &mut TenantTx, id: MediaId) -> DbResult<Option<(String, i64)>> {
    let found = sqlx::query!(
        "SELECT media_type, size FROM message_media
         WHERE id = $1 AND message_id IS NULL AND uploaded_by IS NOT NULL FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(|row| (row.media_type, row.size)))
}

/// Notes a file before its content is written, so that none is ever without a row.
pub(crate) async fn reserve(tx: &mut TenantTx, new: &NewMedia<'_>) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO message_media (workspace_id, id, media_type, size, sha256, uploaded_by,
           keep_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        workspace,
        new.id.uuid(),
        new.media_type,
        new.size,
        new.sha256,
        new.by.map(UserId::uuid),
        new.keep_until,
        new.now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives a file that has no message to one, unless the message was taken back meanwhile or has one
/// there already; says whether it did.
pub(crate) async fn attach(
    tx: &mut TenantTx,
    id: MediaId,
    message: MessageId,
    place: i32,
) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE message_media f SET message_id = m.id, place = $3, keep_until = NULL
         FROM messages m
         WHERE f.id = $1 AND f.message_id IS NULL AND m.workspace_id = f.workspace_id
           AND m.id = $2 AND m.deleted_at IS NULL
           AND NOT EXISTS (SELECT FROM message_media o WHERE o.workspace_id = m.workspace_id
             AND o.message_id = m.id AND o.place = $3)",
        id.uuid(),
        message.uuid(),
        place
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes that the platform no longer has a file.
pub(crate) async fn note_gone(
    tx: &mut TenantTx,
    message: MessageId,
    place: i32,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO message_media (workspace_id, id, message_id, place, gone, created_at)
         SELECT $1, $2, id, $4, true, $5 FROM messages WHERE id = $3 AND deleted_at IS NULL
         ON CONFLICT (workspace_id, message_id, place) DO NOTHING",
        workspace,
        MediaId::new().uuid(),
        message.uuid(),
        place,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The message was taken back: its files are removed.
pub(crate) async fn release(
    tx: &mut TenantTx,
    message: MessageId,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE message_media SET message_id = NULL, keep_until = $2 WHERE message_id = $1",
        message.uuid(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets a file that no message has be for a while.
pub(crate) async fn put_off(tx: &mut TenantTx, id: MediaId, until: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "UPDATE message_media SET keep_until = $2 WHERE id = $1 AND message_id IS NULL",
        id.uuid(),
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets a file that no message has.
pub(crate) async fn forget(tx: &mut TenantTx, id: MediaId) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM message_media WHERE id = $1 AND message_id IS NULL",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
