//! The questions of sets.

use chrono::{DateTime, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{EvaluationCaseId, EvaluationSetId, MessageId};

use crate::evaluation::case::NewCase;

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
