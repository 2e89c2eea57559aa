//! Posts.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, PostId};

use crate::post::Post;

/// The post with this media id; made when there is none.
pub(crate) async fn ensure(
    tx: &mut TenantTx,
    account: AccountId,
    external_id: &str,
    kind: &str,
    now: DateTime<Utc>,
) -> DbResult<PostId> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO posts (workspace_id, id, account_id, external_id, kind, first_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, account_id, external_id) DO NOTHING",
        workspace,
        PostId::new().uuid(),
        account.uuid(),
        external_id,
        kind,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: PostId" FROM posts WHERE account_id = $1 AND external_id = $2"#,
        account.uuid(),
        external_id,
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn load_all(tx: &mut TenantTx, ids: &[PostId]) -> DbResult<Vec<Post>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.uuid()).collect();
    Ok(sqlx::query_as!(
        Post,
        r#"SELECT id AS "id: _", account_id AS "account_id: _", external_id, kind, caption,
                  permalink, read_at
           FROM posts WHERE id = ANY($1)"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What the platform says of a post.
pub(crate) struct Read<'a> {
    pub(crate) kind: Option<&'a str>,
    pub(crate) caption: Option<&'a str>,
    pub(crate) permalink: Option<&'a str>,
}

/// Keeps what the platform said when it was asked for a post; what it does not say stays.
pub(crate) async fn note_read(
    tx: &mut TenantTx,
    id: PostId,
    read: &Read<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE posts SET kind = coalesce(nullif(kind, ''), $2, ''), caption = coalesce($3, caption),
                          permalink = coalesce($4, permalink), read_at = $5
         WHERE id = $1",
        id.uuid(),
        read.kind,
        read.caption,
        read.permalink,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
