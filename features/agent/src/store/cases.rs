//! The questions of sets.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EvaluationCaseId, EvaluationId, EvaluationSetId, Limit, MessageId};
use serde_json::Value;

use crate::evaluation::Case;
use crate::evaluation::case::NewCase;
use crate::evaluation::past::Known;
use crate::rehearse::Line;

/// Writes questions into a set. One that was made of the same message is changed.
pub(crate) async fn put(
    tx: &mut TenantTx,
    set: EvaluationSetId,
    cases: &[NewCase],
    now: DateTime<Utc>,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    for case in cases {
        let thread = serde_json::to_value(&case.thread)
            .map_err(|error| DbError::Corrupt(error.to_string()))?;
        sqlx::query!(
            "INSERT INTO evaluation_cases (workspace_id, id, set_id, question, thread, expected,
                    should_abstain, language, message_id, asked_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (workspace_id, set_id, message_id) WHERE message_id IS NOT NULL
             DO UPDATE SET question = excluded.question, thread = excluded.thread,
                    expected = excluded.expected, should_abstain = excluded.should_abstain,
                    language = excluded.language, asked_at = excluded.asked_at",
            workspace,
            EvaluationCaseId::new().uuid(),
            set.uuid(),
            case.question,
            thread,
            case.expected,
            case.should_abstain,
            case.language,
            case.message.map(MessageId::uuid),
            case.asked_at,
            now,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Removes what was made of a mark.
pub(crate) async fn forget_mark(tx: &mut TenantTx, message: MessageId) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM evaluation_cases c USING evaluation_sets s
         WHERE s.workspace_id = c.workspace_id AND s.id = c.set_id AND s.kind = 'marks'
           AND c.message_id = $1",
        message.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A question as it is kept.
#[derive(Debug)]
struct Row {
    id: EvaluationCaseId,
    set_id: EvaluationSetId,
    question: String,
    thread: Value,
    expected: String,
    should_abstain: bool,
    language: Option<String>,
    message_id: Option<MessageId>,
    asked_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Case {
    type Error = DbError;

    fn try_from(row: Row) -> DbResult<Self> {
        Ok(Self {
            id: row.id,
            set_id: row.set_id,
            question: row.question,
            thread: thread(row.thread)?,
            expected: row.expected,
            should_abstain: row.should_abstain,
            language: row.language,
            message_id: row.message_id,
            asked_at: row.asked_at,
        })
    }
}

/// Reads a thread that was kept.
pub(super) fn thread(kept: Value) -> DbResult<Vec<Line>> {
    serde_json::from_value(kept).map_err(|error| DbError::Corrupt(error.to_string()))
}

/// The questions of a set, in the order in which they were added.
pub(crate) async fn list(
    tx: &mut TenantTx,
    set: EvaluationSetId,
    after: Option<EvaluationCaseId>,
    limit: Limit,
) -> DbResult<Vec<Case>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: EvaluationCaseId", set_id AS "set_id: EvaluationSetId", question,
                  thread, expected, should_abstain, language,
                  message_id AS "message_id: MessageId", asked_at
           FROM evaluation_cases
           WHERE set_id = $1 AND ($2::uuid IS NULL OR id > $2)
           ORDER BY id LIMIT $3"#,
        set.uuid(),
        after.map(EvaluationCaseId::uuid),
        limit.probe(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Case::try_from).collect()
}

/// The questions of a set that messages were made into, as they are told from others.
pub(crate) async fn of_messages(tx: &mut TenantTx, set: EvaluationSetId) -> DbResult<Vec<Known>> {
    let rows = sqlx::query!(
        r#"SELECT message_id AS "message: MessageId", expected, should_abstain
           FROM evaluation_cases WHERE set_id = $1"#,
        set.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows
        .into_iter()
        .filter_map(|row| Some((row.message?, row.expected, row.should_abstain)));
    Ok(known.collect())
}

/// How many questions of a set there are to be compared over; of those that an earlier comparison
/// found something for, when one is named.
pub(crate) async fn count(
    tx: &mut TenantTx,
    set: EvaluationSetId,
    earlier: Option<EvaluationId>,
) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM evaluation_cases c
           WHERE c.set_id = $1 AND ($2::uuid IS NULL OR EXISTS (
              SELECT FROM evaluation_results r WHERE r.workspace_id = c.workspace_id
                AND r.evaluation_id = $2 AND r.case_id = c.id AND r.candidate IS NOT NULL))"#,
        set.uuid(),
        earlier.map(EvaluationId::uuid),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The next question of a comparison that nothing was found for yet: the newest of its set first, as
/// many as were counted when it began.
pub(crate) async fn next(tx: &mut TenantTx, evaluation: EvaluationId) -> DbResult<Option<Case>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT c.id AS "id: EvaluationCaseId", c.set_id AS "set_id: EvaluationSetId", c.question,
                  c.thread, c.expected, c.should_abstain, c.language,
                  c.message_id AS "message_id: MessageId", c.asked_at
           FROM evaluations e
           CROSS JOIN LATERAL (SELECT * FROM evaluation_cases c
              WHERE c.workspace_id = e.workspace_id AND c.set_id = e.set_id
                AND c.created_at <= e.created_at
                AND (e.baseline_evaluation IS NULL OR EXISTS (
                   SELECT FROM evaluation_results r WHERE r.workspace_id = c.workspace_id
                     AND r.evaluation_id = e.baseline_evaluation AND r.case_id = c.id
                     AND r.candidate IS NOT NULL))
              ORDER BY c.id DESC LIMIT e.cases) c
           WHERE e.id = $1 AND NOT EXISTS (
              SELECT FROM evaluation_results r WHERE r.workspace_id = e.workspace_id
                AND r.evaluation_id = e.id AND r.case_id = c.id)
           ORDER BY c.id LIMIT 1"#,
        evaluation.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Case::try_from).transpose()
}
