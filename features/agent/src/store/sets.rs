//! Sets of questions.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::EvaluationSetId;

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
