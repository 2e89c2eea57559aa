//! What comparisons found, question by question.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EvaluationCaseId, EvaluationId, Limit};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::cases::thread;
use crate::evaluation::referee::Judged;
use crate::evaluation::result::{CaseResult, Spot, Verdict};
use crate::evaluation::side::Side;
use crate::evaluation::summary::Row;

/// What is written of a result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct New<'a> {
    pub(crate) evaluation: EvaluationId,
    pub(crate) case: EvaluationCaseId,
    pub(crate) baseline: Option<&'a Side>,
    pub(crate) candidate: Option<&'a Side>,
    pub(crate) verdict: Verdict,
    pub(crate) judged: Option<&'a Judged>,
    pub(crate) now: DateTime<Utc>,
}

fn written<T: Serialize>(part: Option<&T>) -> DbResult<Option<Value>> {
    let value = part.map(serde_json::to_value).transpose();
    value.map_err(|error| DbError::Corrupt(error.to_string()))
}

fn read<T: DeserializeOwned>(kept: Option<Value>) -> DbResult<Option<T>> {
    let value = kept.map(serde_json::from_value).transpose();
    value.map_err(|error| DbError::Corrupt(format!("a result: {error}")))
}

/// Writes a result once. Nothing when there is one, and when the question is gone meanwhile.
pub(crate) async fn insert(tx: &mut TenantTx, new: &New<'_>) -> DbResult<bool> {
    let workspace = tx.workspace().uuid();
    let done = sqlx::query!(
        "INSERT INTO evaluation_results (workspace_id, evaluation_id, case_id, baseline, candidate,
            verdict, judged, finished_at)
         SELECT $1, $2, c.id, $4, $5, $6, $7, $8 FROM evaluation_cases c
         WHERE c.workspace_id = $1 AND c.id = $3 FOR KEY SHARE
         ON CONFLICT (workspace_id, evaluation_id, case_id) DO NOTHING",
        workspace,
        new.evaluation.uuid(),
        new.case.uuid(),
        written(new.baseline)?,
        written(new.candidate)?,
        new.verdict.as_str(),
        written(new.judged)?,
        new.now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What a comparison found for its candidate in one question.
pub(crate) async fn candidate(
    tx: &mut TenantTx,
    evaluation: EvaluationId,
    case: EvaluationCaseId,
) -> DbResult<Option<Side>> {
    let found = sqlx::query_scalar!(
        "SELECT candidate FROM evaluation_results WHERE evaluation_id = $1 AND case_id = $2",
        evaluation.uuid(),
        case.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    read(found.flatten())
}

/// Results: what to look at first in front.
pub(crate) async fn list(
    tx: &mut TenantTx,
    evaluation: EvaluationId,
    verdict: Option<Verdict>,
    after: Option<Spot>,
    limit: Limit,
) -> DbResult<Vec<CaseResult>> {
    let order: Vec<String> = Verdict::ALL
        .iter()
        .map(|verdict| verdict.as_str().to_owned())
        .collect();
    let (after_place, after_id) = after.unzip();
    let rows = sqlx::query!(
        r#"SELECT r.case_id AS "case_id: EvaluationCaseId", c.question, c.thread, c.expected,
                  c.should_abstain, r.baseline, r.candidate, r.verdict AS "verdict: Verdict",
                  r.judged, r.finished_at
           FROM evaluation_results r
           JOIN evaluation_cases c ON c.workspace_id = r.workspace_id AND c.id = r.case_id
           WHERE r.evaluation_id = $1 AND ($2::text IS NULL OR r.verdict = $2)
             AND ($4::int IS NULL OR (array_position($3, r.verdict) - 1, r.case_id) > ($4, $5))
           ORDER BY array_position($3, r.verdict), r.case_id LIMIT $6"#,
        evaluation.uuid(),
        verdict.map(Verdict::as_str),
        &order,
        after_place,
        after_id.map(EvaluationCaseId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?;
    let results = rows.into_iter().map(|row| {
        Ok(CaseResult {
            case_id: row.case_id,
            question: row.question,
            thread: thread(row.thread)?,
            expected: row.expected,
            should_abstain: row.should_abstain,
            baseline: read(row.baseline)?,
            candidate: read(row.candidate)?,
            verdict: row.verdict,
            judged: read(row.judged)?,
            finished_at: row.finished_at,
        })
    });
    results.collect()
}

/// What is summed of all results, without what is only read one by one.
pub(crate) async fn measured(tx: &mut TenantTx, evaluation: EvaluationId) -> DbResult<Vec<Row>> {
    let rows = sqlx::query!(
        r#"SELECT verdict AS "verdict: Verdict",
                  baseline - '{passages,tools,text}'::text[] AS baseline,
                  candidate - '{passages,tools,text}'::text[] AS candidate,
                  coalesce((judged->>'micro_usd')::bigint, 0) AS "judge_micro_usd!"
           FROM evaluation_results WHERE evaluation_id = $1"#,
        evaluation.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let measured = rows.into_iter().map(|row| {
        Ok(Row {
            verdict: row.verdict,
            baseline: read(row.baseline)?,
            candidate: read(row.candidate)?,
            judge_micro_usd: row.judge_micro_usd,
        })
    });
    measured.collect()
}
