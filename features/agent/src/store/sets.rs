//! Sets of questions.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{EvaluationSetId, Limit, UserId};

use crate::evaluation::set::{Set, SetKind};

/// The set of marks; made under this id when there is none.
pub(crate) async fn marks(
    tx: &mut TenantTx,
    id: EvaluationSetId,
    name: &str,
    now: DateTime<Utc>,
) -> DbResult<EvaluationSetId> {
    let workspace = tx.workspace().uuid();
    Ok(sqlx::query_scalar!(
        r#"INSERT INTO evaluation_sets (workspace_id, id, name, kind, created_at)
           VALUES ($1, $2, $3, 'marks', $4)
           ON CONFLICT (workspace_id) WHERE kind = 'marks' DO UPDATE SET name = excluded.name
           RETURNING id AS "id: EvaluationSetId""#,
        workspace,
        id.uuid(),
        name,
        now,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Writes a set.
pub(crate) async fn insert(
    tx: &mut TenantTx,
    id: EvaluationSetId,
    kind: SetKind,
    name: &str,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let user = tx.scope().actor().user().map(UserId::uuid);
    sqlx::query!(
        "INSERT INTO evaluation_sets (workspace_id, id, name, kind, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        workspace,
        id.uuid(),
        name,
        kind.as_str(),
        user,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many sets there are.
pub(crate) async fn count(tx: &mut TenantTx) -> DbResult<i64> {
    Ok(
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM evaluation_sets"#)
            .fetch_one(tx.conn())
            .await?,
    )
}

/// The newest set out of past conversations.
pub(crate) async fn newest_past(tx: &mut TenantTx) -> DbResult<Option<EvaluationSetId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: EvaluationSetId" FROM evaluation_sets WHERE kind = 'past'
           ORDER BY created_at DESC, id DESC LIMIT 1"#
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Sets by a condition, with how many questions they have.
macro_rules! sets {
    ($condition:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Set,
            r#"SELECT s.id AS "id: EvaluationSetId", s.name, s.kind AS "kind: SetKind",
                  c.cases AS "cases!", c.known AS "known!",
                  s.created_by AS "created_by: UserId", s.created_at
           FROM evaluation_sets s
           CROSS JOIN LATERAL (SELECT count(*) AS cases,
                  count(*) FILTER (WHERE c.should_abstain OR c.expected <> '') AS known
              FROM evaluation_cases c
              WHERE c.workspace_id = s.workspace_id AND c.set_id = s.id) c
           "#
                + $condition
            $(, $argument)*
        )
    };
}

/// Sets, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, EvaluationSetId)>,
    limit: Limit,
) -> DbResult<Vec<Set>> {
    let (after_at, after_id) = after.unzip();
    Ok(sets!(
        "WHERE $1::timestamptz IS NULL OR (s.created_at, s.id) < ($1, $2)
         ORDER BY s.created_at DESC, s.id DESC LIMIT $3",
        after_at,
        after_id.map(EvaluationSetId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// One set.
pub(crate) async fn find(tx: &mut TenantTx, id: EvaluationSetId) -> DbResult<Option<Set>> {
    Ok(sets!("WHERE s.id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// Removes a set with its questions and the comparisons over them.
pub(crate) async fn delete(tx: &mut TenantTx, id: EvaluationSetId) -> DbResult<()> {
    sqlx::query!("DELETE FROM evaluation_sets WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}
