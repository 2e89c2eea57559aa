//! The ledger of runs and their steps.

use chrono::{DateTime, Utc};
use db::{Claim, DbError, DbResult, TenantTx};
use kernel::{ConversationId, MessageId, RunId};

use crate::settings::Mode;
use crate::step::Step;

/// A run that this process holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) id: RunId,
    pub(crate) attempts: i32,
    pub(crate) latest_at: DateTime<Utc>,
    pub(crate) leased_at: DateTime<Utc>,
}

/// Opens the conversation's pending run, or moves it to the newer message. It falls due at once:
/// whether the customer may still be writing is looked at when it is claimed.
pub(crate) async fn open(
    tx: &mut TenantTx,
    conversation: ConversationId,
    message: MessageId,
    epoch: i64,
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    sqlx::query!(
        "INSERT INTO agent_runs
            (workspace_id, id, conversation_id, epoch, due_at, latest_at, created_at)
         SELECT $1, $2, $3, $5, m.created_at, m.created_at + interval '20 s', m.created_at
         FROM messages m WHERE m.id = $4
         ON CONFLICT (workspace_id, conversation_id) WHERE state = 'pending'
         DO UPDATE SET epoch = excluded.epoch",
        workspace,
        RunId::new().uuid(),
        conversation.uuid(),
        message.uuid(),
        epoch,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which conversation a run is for.
pub(crate) async fn conversation_of(
    tx: &mut TenantTx,
    id: RunId,
) -> DbResult<Option<ConversationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT conversation_id AS "id: ConversationId" FROM agent_runs WHERE id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Holds the run until the end of the transaction, if the claim still counts.
pub(crate) async fn hold(tx: &mut TenantTx, claim: &Claim) -> DbResult<Option<Held>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: RunId", attempts,
                  latest_at, coalesce(leased_at, created_at) AS "leased_at!"
           FROM agent_runs
           WHERE id = $1 AND state = 'running' AND lease_owner = $2 AND lease_token = $3
           FOR UPDATE"#,
        claim.id,
        claim.lease.owner.uuid(),
        claim.lease.token,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Held {
        id: r.id,
        attempts: r.attempts,
        latest_at: r.latest_at,
        leased_at: r.leased_at,
    }))
}

/// Whether a newer run waits for the same conversation.
pub(crate) async fn newer_waits(tx: &mut TenantTx, conversation: ConversationId) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM agent_runs WHERE conversation_id = $1 AND state = 'pending') AS "waits!""#,
        conversation.uuid()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Gives a held run back, to be claimed again at this time. A run that only waited for more of
/// the customer's words has not been attempted.
pub(crate) async fn put_back(
    tx: &mut TenantTx,
    run: RunId,
    due_at: DateTime<Utc>,
    attempted: bool,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE agent_runs SET state = 'pending', lease_owner = NULL, due_at = $2,
                attempts = CASE WHEN $3 THEN attempts ELSE greatest(attempts - 1, 0) END
         WHERE id = $1",
        run.uuid(),
        due_at,
        attempted,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the run works with from now on.
pub(crate) async fn begin(
    tx: &mut TenantTx,
    run: RunId,
    epoch: i64,
    mode: Mode,
    version: i32,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE agent_runs SET epoch = $2, mode = $3, settings_version = $4 WHERE id = $1",
        run.uuid(),
        epoch,
        mode.as_str(),
        version,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds what a call to a model used.
pub(crate) async fn add_usage(
    tx: &mut TenantTx,
    run: RunId,
    model: &str,
    usage: &llm::Usage,
    micro_usd: Option<i64>,
) -> DbResult<()> {
    let micro = micro_usd.unwrap_or_default();
    let counted = format!("{}.{:06}", micro / 1_000_000, micro % 1_000_000);
    sqlx::query!(
        "UPDATE agent_runs SET model = $2, prompt_tokens = prompt_tokens + $3,
                completion_tokens = completion_tokens + $4,
                cost_usd = cost_usd + $5::text::numeric
         WHERE id = $1",
        run.uuid(),
        model,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.cost_usd.as_deref().unwrap_or(&counted),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How a run ended.
#[derive(Clone, Debug)]
pub(crate) struct End<'a> {
    pub(crate) state: &'a str,
    pub(crate) outcome: Option<&'a str>,
    pub(crate) reason: &'a str,
    pub(crate) language: Option<&'a str>,
    pub(crate) confidence: Option<f32>,
    pub(crate) answer: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
}

/// Ends a held run.
pub(crate) async fn finish(
    tx: &mut TenantTx,
    run: RunId,
    end: &End<'_>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!(
        "UPDATE agent_runs SET state = $2, outcome = $3, reason = $4, language = $5,
                confidence = $6, answer = $7, error = $8, finished_at = $9, lease_owner = NULL
         WHERE id = $1",
        run.uuid(),
        end.state,
        end.outcome,
        end.reason,
        end.language,
        end.confidence,
        end.answer,
        end.error,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The steps so far, in their order.
pub(crate) async fn steps(tx: &mut TenantTx, run: RunId) -> DbResult<Vec<Step>> {
    let rows = sqlx::query_scalar!(
        "SELECT details FROM agent_steps WHERE run_id = $1 ORDER BY ordinal",
        run.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|details| {
            serde_json::from_value(details)
                .map_err(|error| DbError::Corrupt(format!("a step: {error}")))
        })
        .collect()
}

/// Keeps a step.
pub(crate) async fn keep_step(
    tx: &mut TenantTx,
    run: RunId,
    ordinal: usize,
    step: &Step,
    (started_at, finished_at): (DateTime<Utc>, DateTime<Utc>),
) -> DbResult<()> {
    let workspace = tx.workspace().uuid();
    let details =
        serde_json::to_value(step).map_err(|error| DbError::Corrupt(format!("a step: {error}")))?;
    sqlx::query!(
        "INSERT INTO agent_steps (workspace_id, run_id, ordinal, kind, details, started_at, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        run.uuid(),
        i32::try_from(ordinal).unwrap_or(i32::MAX),
        step.kind(),
        details,
        started_at,
        finished_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets the steps, so that a run that is given back looks at everything anew.
pub(crate) async fn forget_steps(tx: &mut TenantTx, run: RunId) -> DbResult<()> {
    sqlx::query!("DELETE FROM agent_steps WHERE run_id = $1", run.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A message of the customer that nobody has decided about.
#[derive(Clone, Debug)]
pub(crate) struct Undecided {
    pub(crate) id: MessageId,
    pub(crate) text: String,
    pub(crate) kind: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// The customer's messages without a decision, oldest first: also those whose answer was withdrawn
/// because the customer wrote again. What was imported, and notes, never raised the epoch.
pub(crate) async fn undecided(
    tx: &mut TenantTx,
    conversation: ConversationId,
) -> DbResult<Vec<Undecided>> {
    Ok(sqlx::query_as!(
        Undecided,
        r#"SELECT m.id AS "id: MessageId", m.text, m.kind, m.created_at
           FROM messages m
           WHERE m.conversation_id = $1 AND m.direction = 'inbound' AND m.author = 'customer'
             AND m.epoch > 0
             AND NOT EXISTS (SELECT FROM ai_decisions d
                WHERE d.workspace_id = m.workspace_id AND d.message_id = m.id
                  AND d.reason <> 'superseded')
           ORDER BY m.sent_at, m.id"#,
        conversation.uuid()
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The language in which the agent spoke or would have spoken in this conversation last.
pub(crate) async fn spoken(
    tx: &mut TenantTx,
    conversation: ConversationId,
) -> DbResult<Option<String>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT language AS "language!" FROM agent_runs
           WHERE conversation_id = $1 AND language IS NOT NULL
           ORDER BY created_at DESC, id DESC LIMIT 1"#,
        conversation.uuid()
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Whether the account is connected and its automation switch is on.
pub(crate) async fn account_on(tx: &mut TenantTx, conversation: ConversationId) -> DbResult<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT a.automation AND a.state <> 'disconnected' AS "on!"
           FROM conversations c
           JOIN social_accounts a ON a.workspace_id = c.workspace_id AND a.id = c.account_id
           WHERE c.id = $1"#,
        conversation.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .unwrap_or(false))
}
