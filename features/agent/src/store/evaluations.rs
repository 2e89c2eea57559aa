//! Comparisons of two versions of the agent.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EvaluationId, EvaluationSetId, FaqId, Limit, UserId};
use sqlx::types::Json;

use super::settings::settings;
use crate::evaluation::comparison::{Comparison, Ended, Sides, State};
use crate::evaluation::set::SetKind;
use crate::evaluation::tried::{Tried, TriedDocument};
use crate::settings::Settings;

/// What is written of a comparison.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub(crate) id: EvaluationId,
    pub(crate) set: EvaluationSetId,
    pub(crate) sides: &'a Sides,
    pub(crate) entry: Option<&'a Tried>,
    pub(crate) document: Option<&'a TriedDocument>,
    pub(crate) baseline_version: i32,
    pub(crate) candidate_version: Option<i32>,
    pub(crate) baseline_evaluation: Option<EvaluationId>,
    pub(crate) cases: i32,
    pub(crate) note: &'a str,
    pub(crate) judge: Option<&'a str>,
    pub(crate) now: DateTime<Utc>,
}

fn document(settings: &Settings) -> DbResult<serde_json::Value> {
    let document = settings.document();
    let document = document.map_err(|error| DbError::Corrupt(format!("settings: {error}")))?;
    Ok(document.into())
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &New<'_>) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let user = tx.scope().actor().user().map(UserId::uuid);
    let entry = new.entry.map(serde_json::to_value).transpose();
    let entry = entry.map_err(|error| DbError::Corrupt(format!("a tried entry: {error}")))?;
    let tried = new.document.map(serde_json::to_value).transpose();
    let tried = tried.map_err(|error| DbError::Corrupt(format!("a tried document: {error}")))?;
    sqlx::query!(
        "INSERT INTO evaluations (workspace_id, id, set_id, baseline, candidate, baseline_version,
            candidate_version, baseline_evaluation, cases, note, judge, created_by, created_at,
            entry, document)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        workspace,
        new.id.uuid(),
        new.set.uuid(),
        document(&new.sides.baseline)?,
        document(&new.sides.candidate)?,
        new.baseline_version,
        new.candidate_version,
        new.baseline_evaluation.map(EvaluationId::uuid),
        new.cases,
        new.note,
        new.judge,
        user,
        new.now,
        entry,
        tried,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Comparisons by a condition, as lists show them.
macro_rules! comparisons {
    ($condition:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Comparison,
            r#"SELECT e.id AS "id: EvaluationId", e.set_id AS "set_id: EvaluationSetId",
                  s.name AS set_name, s.kind AS "set_kind: SetKind", e.baseline_version,
                  e.candidate_version, e.baseline_evaluation AS "baseline_evaluation: EvaluationId",
                  e.entry AS "entry: Json<Tried>", e.document AS "document: Json<TriedDocument>",
                  e.released_entry AS "released_entry: FaqId", e.state AS "state: State", nullif(e.ended, '') AS "ended: Ended", e.cases, e.done,
                  e.note, e.judge, e.released_version, e.created_by AS "created_by: UserId",
                  e.created_at, e.finished_at
               FROM evaluations e
               JOIN evaluation_sets s ON s.workspace_id = e.workspace_id AND s.id = e.set_id "#
                + $condition
            $(, $argument)*
        )
    };
}

/// Comparisons, the newest first.
pub(crate) async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, EvaluationId)>,
    limit: Limit,
) -> DbResult<Vec<Comparison>> {
    let (after_at, after_id) = after.unzip();
    Ok(comparisons!(
        "WHERE $1::timestamptz IS NULL OR (e.created_at, e.id) < ($1, $2)
         ORDER BY e.created_at DESC, e.id DESC LIMIT $3",
        after_at,
        after_id.map(EvaluationId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// One comparison.
pub(crate) async fn find(tx: &mut TenantTx, id: EvaluationId) -> DbResult<Option<Comparison>> {
    Ok(comparisons!("WHERE e.id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// One comparison, which nobody else changes until the end of the transaction.
pub(crate) async fn hold(tx: &mut TenantTx, id: EvaluationId) -> DbResult<Option<Comparison>> {
    Ok(comparisons!("WHERE e.id = $1 FOR UPDATE OF e", id.uuid())
        .fetch_optional(tx.conn())
        .await?)
}

/// The settings of both sides.
pub(crate) async fn sides(tx: &mut TenantTx, id: EvaluationId) -> DbResult<Option<Sides>> {
    let row = sqlx::query!(
        "SELECT baseline, candidate FROM evaluations WHERE id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Sides {
        baseline: settings(row.baseline)?,
        candidate: settings(row.candidate)?,
    }))
}

/// How many are under way.
pub(crate) async fn running(tx: &mut TenantTx) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM evaluations WHERE state = 'running'"#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Whether a version was released on the strength of this set.
pub(crate) async fn any_released(tx: &mut TenantTx, set: EvaluationSetId) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM evaluations
              WHERE set_id = $1 AND released_version IS NOT NULL) AS "found!""#,
        set.uuid()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Counts a question that was played, while it is under way.
pub(crate) async fn count_done(tx: &mut TenantTx, id: EvaluationId) -> DbResult<bool> {
    let done = sqlx::query!(
        "UPDATE evaluations SET done = done + 1 WHERE id = $1 AND state = 'running'",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends one that is under way. Without a reason it was played to its end.
pub(crate) async fn end(
    tx: &mut TenantTx,
    id: EvaluationId,
    ended: Option<Ended>,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let state = ended.map_or(State::Done, |_| State::Stopped);
    let done = sqlx::query!(
        "UPDATE evaluations SET state = $2, ended = $3, finished_at = $4
         WHERE id = $1 AND state = 'running'",
        id.uuid(),
        state.as_str(),
        ended.map_or("", Ended::as_str),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes the entry that was kept on its strength; none once it was taken back.
pub(crate) async fn set_released_entry(
    tx: &mut TenantTx,
    id: EvaluationId,
    entry: Option<FaqId>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE evaluations SET released_entry = $2 WHERE id = $1",
        id.uuid(),
        entry.map(FaqId::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes the version that was released on its strength.
pub(crate) async fn set_released(
    tx: &mut TenantTx,
    id: EvaluationId,
    version: i32,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE evaluations SET released_version = $2 WHERE id = $1",
        id.uuid(),
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut TenantTx, id: EvaluationId) -> DbResult<()> {
    sqlx::query!("DELETE FROM evaluations WHERE id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}
