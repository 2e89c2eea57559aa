//! Notifications of members.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{Limit, NotificationId, UserId};
use sqlx::types::Json;

use crate::notifications::{News, Notification, Place};

/// More than this are not counted.
const MOST_COUNTED: i64 = 100;

/// Adds one for every member with one of these roles, in place of an unread one about the subject.
pub(crate) async fn add(
    tx: &mut TenantTx,
    roles: &[String],
    news: &News,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    // A member who leaves meanwhile waits, or is gone already.
    let users = sqlx::query_scalar!(
        "SELECT user_id FROM memberships WHERE role = ANY($1) ORDER BY id FOR KEY SHARE",
        roles,
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "DELETE FROM notifications
         WHERE user_id = ANY($1) AND subject = $2 AND read_at IS NULL",
        &users,
        news.subject(),
    )
    .execute(tx.conn())
    .await?;
    let ids: Vec<_> = users.iter().map(|_| NotificationId::new().uuid()).collect();
    sqlx::query!(
        "INSERT INTO notifications (workspace_id, id, user_id, kind, subject, details, created_at)
         SELECT $1, n.id, n.person, $4, $5, $6, $7
         FROM unnest($2::uuid[], $3::uuid[]) AS n (id, person)",
        workspace,
        &ids,
        &users,
        news.kind(),
        news.subject(),
        Json(news) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Marks as read, for everybody, what is about a subject; how many were unread.
pub(crate) async fn settle(tx: &mut TenantTx, subject: &str, now: DateTime<Utc>) -> DbResult<u64> {
    let done = sqlx::query!(
        "UPDATE notifications SET read_at = $2 WHERE subject = $1 AND read_at IS NULL",
        subject,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn list(
    tx: &mut TenantTx,
    user: UserId,
    only_unread: bool,
    after: Option<Place>,
    limit: Limit,
) -> DbResult<Vec<Notification>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query!(
        r#"SELECT id AS "id: NotificationId", details AS "news: Json<News>", created_at, read_at
           FROM notifications
           WHERE user_id = $1 AND (NOT $2 OR read_at IS NULL)
             AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4))
           ORDER BY created_at DESC, id DESC LIMIT $5"#,
        user.uuid(),
        only_unread,
        at,
        id.map(NotificationId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| Notification {
        id: row.id,
        link: row.news.link(),
        news: row.news.0,
        created_at: row.created_at,
        read_at: row.read_at,
    });
    Ok(rows.collect())
}

pub(crate) async fn unread(tx: &mut TenantTx, user: UserId) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM (
               SELECT FROM notifications WHERE user_id = $1 AND read_at IS NULL LIMIT $2
           ) AS first"#,
        user.uuid(),
        MOST_COUNTED,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Marks one as read; what it says, and whether it was unread.
pub(crate) async fn see(
    tx: &mut TenantTx,
    user: UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> DbResult<Option<(News, bool)>> {
    let seen = sqlx::query_scalar!(
        r#"UPDATE notifications SET read_at = $3 WHERE id = $2 AND user_id = $1 AND read_at IS NULL
           RETURNING details AS "news: Json<News>""#,
        user.uuid(),
        id.uuid(),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(Json(news)) = seen {
        return Ok(Some((news, true)));
    }
    let known = sqlx::query_scalar!(
        r#"SELECT details AS "news: Json<News>" FROM notifications WHERE id = $2 AND user_id = $1"#,
        user.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(known.map(|Json(news)| (news, false)))
}

pub(crate) async fn see_all(tx: &mut TenantTx, user: UserId, now: DateTime<Utc>) -> DbResult<u64> {
    let done = sqlx::query!(
        "UPDATE notifications SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL",
        user.uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Removes what is about a subject; how many there were.
pub(crate) async fn forget(tx: &mut TenantTx, subject: &str) -> DbResult<u64> {
    let done = sqlx::query!("DELETE FROM notifications WHERE subject = $1", subject)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

/// Marks as read what is about a subject, for one member; how many were unread.
pub(crate) async fn see_about(
    tx: &mut TenantTx,
    user: UserId,
    subject: &str,
    now: DateTime<Utc>,
) -> DbResult<u64> {
    let done = sqlx::query!(
        "UPDATE notifications SET read_at = $3
         WHERE user_id = $1 AND subject = $2 AND read_at IS NULL",
        user.uuid(),
        subject,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
