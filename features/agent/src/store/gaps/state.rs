//! When gaps were looked for.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use uuid::Uuid;

use crate::gaps::Refreshed;

pub(crate) async fn load(tx: &mut TenantTx) -> DbResult<Refreshed> {
    let row = sqlx::query!(
        r#"SELECT s.wanted_at AS "wanted_at?", s.refreshed_at AS "refreshed_at?",
                  coalesce(s.by_meaning, false) AS "by_meaning!",
                  s.stamp IS DISTINCT FROM k.stamp AS "outdated!"
           FROM (SELECT current_workspace() AS id) w
           LEFT JOIN gap_state s ON s.workspace_id = w.id
           LEFT JOIN knowledge_state k ON k.workspace_id = w.id"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Refreshed {
        running: row.wanted_at.is_some(),
        refreshed_at: row.refreshed_at,
        by_meaning: row.by_meaning,
        knowledge_changed: row.outdated && row.refreshed_at.is_some(),
    })
}

/// Somebody waits.
pub(crate) async fn want(tx: &mut TenantTx, now: DateTime<Utc>) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO gap_state (workspace_id, wanted_at) VALUES ($1, $2)
         ON CONFLICT (workspace_id) DO UPDATE SET wanted_at = excluded.wanted_at",
        tx.workspace().uuid(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// They were looked for; `began` is when, `stamp` the state of the knowledge then.
pub(crate) async fn done(
    tx: &mut TenantTx,
    began: DateTime<Utc>,
    stamp: Option<Uuid>,
    by_meaning: bool,
) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO gap_state (workspace_id, refreshed_at, stamp, by_meaning)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id) DO UPDATE SET refreshed_at = excluded.refreshed_at,
                stamp = excluded.stamp, by_meaning = excluded.by_meaning,
                wanted_at = CASE WHEN gap_state.wanted_at > excluded.refreshed_at
                                 THEN gap_state.wanted_at END",
        tx.workspace().uuid(),
        began,
        stamp,
        by_meaning,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nobody waits any more: it was tried in vain.
pub(crate) async fn give_up(tx: &mut TenantTx) -> DbResult<()> {
    sqlx::query!("UPDATE gap_state SET wanted_at = NULL")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The names of the workspace's people.
pub(crate) async fn people(tx: &mut TenantTx) -> DbResult<Vec<String>> {
    Ok(
        sqlx::query_scalar!("SELECT u.name FROM memberships m JOIN users u ON u.id = m.user_id")
            .fetch_all(tx.conn())
            .await?,
    )
}
