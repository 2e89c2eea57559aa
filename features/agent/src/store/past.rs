//! What was decided before, to be asked again.

use db::{DbResult, TenantTx};
use kernel::{ConversationId, MessageId};

use crate::evaluation::past::Anchor;

/// How many of the newest messages are looked through.
const LOOKED_THROUGH: i64 = 2000;

/// The messages that were decided about together with this one, itself included, in their order.
pub(crate) async fn decided_together(
    tx: &mut TenantTx,
    message: MessageId,
) -> DbResult<Vec<MessageId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT m.id AS "id: MessageId"
           FROM ai_decisions own
           JOIN ai_decisions d ON d.workspace_id = own.workspace_id
            AND (d.message_id = own.message_id OR d.run_id = own.run_id)
           JOIN messages m ON m.workspace_id = d.workspace_id AND m.id = d.message_id
           WHERE own.message_id = $1
           ORDER BY m.sent_at, m.id"#,
        message.uuid()
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The customers' newest messages that something was decided or answered after, each the last before
/// the business or nobody spoke; the newest first.
pub(crate) async fn anchors(tx: &mut TenantTx, most: u16) -> DbResult<Vec<Anchor>> {
    Ok(sqlx::query_as!(
        Anchor,
        r#"SELECT m.id AS "message: MessageId", m.conversation_id AS "conversation: ConversationId",
                  m.sent_at, answer.text AS "answer?", d.explanation->>'language' AS "language?",
                  k.better AS "better?", coalesce(k.should_abstain, false) AS "should_abstain!"
           FROM (SELECT * FROM messages WHERE direction = 'inbound' AND deleted_at IS NULL
                 ORDER BY sent_at DESC, id DESC LIMIT $1) m
           LEFT JOIN LATERAL (SELECT n.sent_at, n.id FROM messages n
              WHERE n.workspace_id = m.workspace_id AND n.conversation_id = m.conversation_id
                AND n.direction = 'inbound' AND (n.sent_at, n.id) > (m.sent_at, m.id)
              ORDER BY n.sent_at, n.id LIMIT 1) later ON true
           LEFT JOIN LATERAL (SELECT string_agg(o.text, E'\n' ORDER BY o.sent_at, o.id) AS text
              FROM messages o
              WHERE o.workspace_id = m.workspace_id AND o.conversation_id = m.conversation_id
                AND o.direction = 'outbound' AND o.text <> '' AND o.deleted_at IS NULL
                AND (o.author IN ('human', 'native')
                     OR o.author = 'ai' AND o.author_user_id IS NOT NULL)
                AND o.state NOT IN ('failed', 'cancelled')
                AND (o.sent_at, o.id) > (m.sent_at, m.id)
                AND (later.id IS NULL OR (o.sent_at, o.id) < (later.sent_at, later.id))) answer ON true
           LEFT JOIN ai_decisions d ON d.workspace_id = m.workspace_id AND d.message_id = m.id
           LEFT JOIN decision_marks k
             ON k.workspace_id = m.workspace_id AND k.id = m.id AND k.mark = 'wrong'
           WHERE (d.id IS NOT NULL OR answer.text IS NOT NULL)
             AND (later.id IS NULL OR EXISTS (SELECT FROM messages b
                WHERE b.workspace_id = m.workspace_id AND b.conversation_id = m.conversation_id
                  AND b.direction = 'outbound' AND b.author <> 'notice'
                  AND (b.sent_at, b.id) > (m.sent_at, m.id)
                  AND (b.sent_at, b.id) < (later.sent_at, later.id)))
           ORDER BY m.sent_at DESC, m.id DESC LIMIT $2"#,
        LOOKED_THROUGH,
        i64::from(most),
    )
    .fetch_all(tx.conn())
    .await?)
}
