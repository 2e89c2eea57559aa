//! What the database says in the end, read past the product.

use std::time::Duration;

use rig::Rig;
use sqlx::{Connection as _, PgConnection, Row as _};

/// How long everything may need to come to rest.
const PATIENCE: Duration = Duration::from_mins(4);

/// What the tables hold.
#[derive(Debug)]
pub struct Truth {
    /// Messages of customers.
    pub inbound: i64,
    /// Decisions, and messages of customers that have one.
    pub decisions: i64,
    /// See `decisions`.
    pub decided: i64,
    /// Rows of the journal that are parked.
    pub parked: i64,
    /// Effects, those that were confirmed, and those that rest for a person.
    pub effects: i64,
    /// See `effects`.
    pub confirmed: i64,
    /// See `effects`.
    pub resting: i64,
    /// Conversations whose newest message of the customer was not answered.
    pub unanswered: i64,
    /// Replies that a decision names, and that exist.
    pub replies: i64,
}

/// Waits until nothing is under way anywhere.
pub async fn rest(rig: &Rig) {
    let mut connection = PgConnection::connect(&rig.database_url).await.unwrap();
    let quiet = async {
        let mut rounds = 0;
        while rounds < 3 {
            let delivered = rig.simulator.settle(PATIENCE).await;
            let open: i64 = sqlx::query_scalar(OPEN)
                .fetch_one(&mut connection)
                .await
                .unwrap();
            rounds = if delivered && open == 0 {
                rounds + 1
            } else {
                0
            };
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let came = tokio::time::timeout(PATIENCE, quiet).await;
    if came.is_err() {
        let mut other = PgConnection::connect(&rig.database_url).await.unwrap();
        let stuck = sqlx::query(STUCK).fetch_all(&mut other).await.unwrap();
        let stuck: Vec<String> = stuck.iter().map(|row| row.get(0)).collect();
        panic!("it does not come to rest:\n{}", stuck.join("\n"));
    }
}

const OPEN: &str = "SELECT
    (SELECT count(*) FROM webhook_events WHERE state IN ('pending', 'running'))
    + (SELECT count(*) FROM agent_runs WHERE state IN ('pending', 'running'))
    + (SELECT count(*) FROM effects WHERE state IN ('pending', 'in_flight', 'unknown') AND NOT resting)";

const STUCK: &str = "SELECT concat_ws(' ', 'journal', id, state, attempts, due_at, lease_owner) FROM webhook_events WHERE state IN ('pending', 'running')
    UNION ALL SELECT concat_ws(' ', 'run', id, state, attempts, due_at, lease_owner) FROM agent_runs WHERE state IN ('pending', 'running')
    UNION ALL SELECT concat_ws(' ', 'effect', id, state, attempts, checks, due_at, lease_owner, error_class) FROM effects
        WHERE state IN ('pending', 'in_flight', 'unknown') AND NOT resting";

/// Everything that is known of a customer, for people.
pub async fn history(rig: &Rig, customer: &str) -> String {
    let mut connection = PgConnection::connect(&rig.database_url).await.unwrap();
    let rows = sqlx::query(HISTORY)
        .bind(customer)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    lines.join("\n")
}

const HISTORY: &str = "WITH c AS (SELECT c.* FROM conversations c JOIN contact_identities i USING (workspace_id, contact_id) WHERE i.value = $1)
    SELECT concat_ws(' ', 'conversation', c.epoch, c.epoch_cause, c.owner, c.badge) FROM c
    UNION ALL SELECT concat_ws(' ', 'message', m.created_at, m.direction, m.id, m.state, left(m.text, 40)) FROM messages m JOIN c ON m.conversation_id = c.id
    UNION ALL SELECT concat_ws(' ', 'decision', d.created_at, d.message_id, d.outcome, d.reason, d.reply_message_id) FROM ai_decisions d JOIN c ON d.conversation_id = c.id
    UNION ALL SELECT concat_ws(' ', 'run', r.created_at, r.epoch, r.state, r.outcome, r.reason, r.attempts, 'due', r.due_at, r.finished_at) FROM agent_runs r JOIN c ON r.conversation_id = c.id
    UNION ALL SELECT concat_ws(' ', 'effect', e.created_at, e.epoch, e.state, e.attempts, e.checks, 'due', e.due_at, e.error_class, e.error, e.finished_at) FROM effects e JOIN c ON e.conversation_id = c.id";

/// Reads it.
pub async fn read(rig: &Rig) -> Truth {
    let mut connection = PgConnection::connect(&rig.database_url).await.unwrap();
    let row = sqlx::query(
        "SELECT
            (SELECT count(*) FROM messages WHERE direction = 'inbound'),
            (SELECT count(*) FROM ai_decisions),
            (SELECT count(DISTINCT message_id) FROM ai_decisions),
            (SELECT count(*) FROM webhook_events WHERE state = 'parked'),
            (SELECT count(*) FROM effects),
            (SELECT count(*) FROM effects WHERE state = 'confirmed'),
            (SELECT count(*) FROM effects WHERE resting),
            (SELECT count(*) FROM conversations c WHERE NOT EXISTS (
                SELECT FROM ai_decisions d JOIN messages r ON r.id = d.reply_message_id
                WHERE d.outcome = 'answered' AND d.message_id = (
                    SELECT id FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'inbound'
                    ORDER BY m.sent_at DESC, m.id DESC LIMIT 1))),
            (SELECT count(DISTINCT m.id) FROM ai_decisions d JOIN messages m ON m.id = d.reply_message_id
             WHERE d.outcome = 'answered' AND m.state IN ('sent', 'delivered', 'read'))",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    Truth {
        inbound: row.get(0),
        decisions: row.get(1),
        decided: row.get(2),
        parked: row.get(3),
        effects: row.get(4),
        confirmed: row.get(5),
        resting: row.get(6),
        unanswered: row.get(7),
        replies: row.get(8),
    }
}
