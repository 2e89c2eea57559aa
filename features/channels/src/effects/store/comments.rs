//! Effects of comments.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::{AccountId, EffectId};

/// The oldest reply to a comment that may have reached the platform, says this and existed before
/// `at`. One that was taken for not sent after the platform was asked counts too: then the platform
/// was late. Only what is open is looked through, which is little.
pub(in crate::effects) async fn attempted_reply(
    tx: &mut TenantTx,
    account: AccountId,
    comment: &str,
    text: &str,
    at: DateTime<Utc>,
) -> DbResult<Option<EffectId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT id AS "id: EffectId" FROM effects
           WHERE state IN ('pending', 'in_flight', 'unknown')
             AND account_id = $1 AND kind = 'reply_comment'
             AND ((state IN ('in_flight', 'unknown') AND attempted_at IS NOT NULL)
                  OR (state IN ('pending', 'in_flight') AND checks > 0))
             AND request->>'comment' = $2
             AND regexp_replace(btrim(request->>'text', E' \t\r\n'), '\s+', ' ', 'g')
               = regexp_replace(btrim($3, E' \t\r\n'), '\s+', ' ', 'g')
             AND created_at <= $4
           ORDER BY seq LIMIT 1 FOR UPDATE"#,
        account.uuid(),
        comment,
        text,
        at,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Removes what was to be done about these subjects of comments that are being erased, words included.
pub async fn forget_comments(tx: &mut TenantTx, subjects: &[String]) -> DbResult<()> {
    sqlx::query!(
        "DELETE FROM effects
         WHERE kind IN ('reply_comment', 'hide_comment') AND subject = ANY($1)",
        subjects,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
