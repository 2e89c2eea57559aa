//! What a workspace's knowledge is at the moment.

use db::{DbError, DbResult, TenantTx};
use uuid::Uuid;

use crate::embed::Embedder;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// A new one with each change; none as long as nothing was ever known.
    pub stamp: Option<Uuid>,
    /// The embedder that was chosen here.
    pub embedder: Option<Embedder>,
    /// The model whose vectors are searched.
    pub model: Option<String>,
    /// The embedder that makes them.
    pub served: Option<Embedder>,
}

fn embedder(value: Option<serde_json::Value>) -> DbResult<Option<Embedder>> {
    let read = |value| serde_json::from_value(value);
    let wrong = |_| DbError::Corrupt("an embedder".to_owned());
    value.map(read).transpose().map_err(wrong)
}

fn json(embedder: &Embedder) -> DbResult<serde_json::Value> {
    serde_json::to_value(embedder).map_err(|_| DbError::Corrupt("an embedder".to_owned()))
}

/// The state as this transaction sees it.
pub async fn load(tx: &mut TenantTx) -> DbResult<State> {
    let row = sqlx::query!("SELECT stamp, embedder, model, served FROM knowledge_state")
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else {
        return Ok(State::default());
    };
    Ok(State {
        stamp: Some(row.stamp),
        embedder: embedder(row.embedder)?,
        model: row.model,
        served: embedder(row.served)?,
    })
}

/// How many passages there are, and how many of them have vectors of this model.
pub async fn progress(tx: &mut TenantTx, model: Option<&str>) -> DbResult<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM knowledge_chunks) AS "passages!",
                  (SELECT count(DISTINCT chunk_id) FROM knowledge_vectors
                   WHERE model = $1) AS "embedded!""#,
        model,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.passages, row.embedded))
}

/// Keeps which embedder was chosen.
pub async fn choose(tx: &mut TenantTx, embedder: Option<&Embedder>) -> DbResult<()> {
    let embedder = embedder.map(json).transpose()?;
    sqlx::query!(
        "INSERT INTO knowledge_state (workspace_id, stamp, embedder)
         VALUES ($1, gen_random_uuid(), $2)
         ON CONFLICT (workspace_id) DO UPDATE SET embedder = excluded.embedder",
        tx.workspace().uuid(),
        embedder,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Something changed: whoever searches reads anew.
pub async fn touch(tx: &mut TenantTx) -> DbResult<()> {
    sqlx::query!(
        "INSERT INTO knowledge_state (workspace_id, stamp) VALUES ($1, gen_random_uuid())
         ON CONFLICT (workspace_id) DO UPDATE SET stamp = excluded.stamp",
        tx.workspace().uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// From now on the vectors of this model are searched; with none, words alone.
pub async fn serve(tx: &mut TenantTx, by: Option<(&str, &Embedder)>) -> DbResult<()> {
    let served = by.map(|(_, embedder)| json(embedder)).transpose()?;
    sqlx::query!(
        "INSERT INTO knowledge_state (workspace_id, stamp, model, served)
         VALUES ($1, gen_random_uuid(), $2, $3)
         ON CONFLICT (workspace_id) DO UPDATE
            SET stamp = excluded.stamp, model = excluded.model, served = excluded.served",
        tx.workspace().uuid(),
        by.map(|(model, _)| model),
        served,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
