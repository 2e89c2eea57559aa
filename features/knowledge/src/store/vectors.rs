//! The vectors of passages.

use chrono::{DateTime, Utc};
use db::{DbResult, TenantTx};
use kernel::ChunkId;
use uuid::Uuid;

/// A vector and what it stands for.
pub struct Stored {
    pub chunk: ChunkId,
    pub vector: Vec<f32>,
}

/// A vector to keep.
pub struct New {
    pub chunk: ChunkId,
    /// Its number among those of the passage.
    pub part: i32,
    /// `passage` or `question`.
    pub task: &'static str,
    pub vector: Vec<f32>,
}

/// How many vectors of a model there are.
pub async fn count(tx: &mut TenantTx, model: &str) -> DbResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM knowledge_vectors WHERE model = $1"#,
        model,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The vectors of these passages, those of one passage one after the other.
pub async fn of(tx: &mut TenantTx, model: &str, chunks: &[Uuid]) -> DbResult<Vec<Stored>> {
    let rows = sqlx::query_as!(
        Stored,
        r#"SELECT chunk_id AS "chunk: ChunkId", embedding::float4[] AS "vector!"
           FROM knowledge_vectors WHERE model = $1 AND chunk_id = ANY($2)
           ORDER BY chunk_id, part"#,
        model,
        chunks,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A passage and how near it is.
pub struct Near {
    pub chunk: ChunkId,
    pub cosine: f32,
}

/// The passages nearest to a vector; several vectors of one passage may be among them.
///
/// The graph for the vector's length holds all workspaces, and is searched on until enough of this
/// one are found. Beside far larger ones that takes long and finds few, so the workspace is named
/// beside the policy: PostgreSQL then knows how much of the table is its own, and compares all of
/// it where that is cheaper.
pub async fn nearest(
    tx: &mut TenantTx,
    model: &str,
    vector: &[f32],
    limit: i64,
) -> DbResult<Vec<Near>> {
    sqlx::query!(
        "SELECT set_config(s.name, s.value, true)
         FROM (VALUES ('hnsw.iterative_scan', 'relaxed_order'), ('hnsw.ef_search', '200'),
                      ('hnsw.max_scan_tuples', '200000'),
                      ('hnsw.scan_mem_multiplier', '16'),
                      ('plan_cache_mode', 'force_custom_plan')) AS s(name, value)"
    )
    .fetch_all(tx.conn())
    .await?;
    let workspace = tx.workspace().uuid();
    let dimensions = i32::try_from(vector.len()).unwrap_or_default();
    // One text for each length: the graph is used for the very expression that it was made on.
    macro_rules! by_graph {
        ($sql:literal) => {
            sqlx::query_as!(Near, $sql, model, vector, limit, workspace)
                .fetch_all(tx.conn())
                .await?
        };
    }
    Ok(match dimensions {
        384 => by_graph!(
            r#"SELECT chunk_id AS "chunk: ChunkId",
                      (1 - (embedding::halfvec(384) <=> $2::float4[]::halfvec(384)))::float4 AS "cosine!"
               FROM knowledge_vectors WHERE dimensions = 384 AND model = $1 AND workspace_id = $4
               ORDER BY embedding::halfvec(384) <=> $2::float4[]::halfvec(384) LIMIT $3"#
        ),
        768 => by_graph!(
            r#"SELECT chunk_id AS "chunk: ChunkId",
                      (1 - (embedding::halfvec(768) <=> $2::float4[]::halfvec(768)))::float4 AS "cosine!"
               FROM knowledge_vectors WHERE dimensions = 768 AND model = $1 AND workspace_id = $4
               ORDER BY embedding::halfvec(768) <=> $2::float4[]::halfvec(768) LIMIT $3"#
        ),
        1536 => by_graph!(
            r#"SELECT chunk_id AS "chunk: ChunkId",
                      (1 - (embedding::halfvec(1536) <=> $2::float4[]::halfvec(1536)))::float4 AS "cosine!"
               FROM knowledge_vectors WHERE dimensions = 1536 AND model = $1 AND workspace_id = $4
               ORDER BY embedding::halfvec(1536) <=> $2::float4[]::halfvec(1536) LIMIT $3"#
        ),
        _ => by_graph!(
            r#"SELECT chunk_id AS "chunk: ChunkId",
                      (1 - (embedding <=> $2::float4[]::vector))::float4 AS "cosine!"
               FROM knowledge_vectors WHERE model = $1 AND workspace_id = $4
               ORDER BY embedding <=> $2::float4[]::vector LIMIT $3"#
        ),
    })
}

/// Questions of the FAQ as vectors of a model, with the language of their entry; some of many.
pub async fn questions(
    tx: &mut TenantTx,
    model: &str,
    limit: i64,
) -> DbResult<Vec<(String, Vec<f32>)>> {
    let rows = sqlx::query!(
        r#"SELECT c.language, v.embedding::float4[] AS "vector!"
           FROM knowledge_vectors v
           JOIN knowledge_chunks c ON c.workspace_id = v.workspace_id AND c.id = v.chunk_id
           WHERE v.model = $1 AND v.task = 'question'
           ORDER BY v.chunk_id DESC, v.part LIMIT $2"#,
        model,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.language, row.vector)).collect())
}

/// Passages that lack vectors of a model, those after this one, the oldest first.
pub async fn lacking(
    tx: &mut TenantTx,
    model: &str,
    after: Option<ChunkId>,
    limit: i64,
) -> DbResult<Vec<ChunkId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT c.id AS "id: ChunkId" FROM knowledge_chunks c
           WHERE c.id > $3
             AND NOT EXISTS (SELECT FROM knowledge_vectors v
                             WHERE v.workspace_id = c.workspace_id AND v.chunk_id = c.id
                               AND v.model = $1)
           ORDER BY c.id LIMIT $2"#,
        model,
        limit,
        after.map_or(Uuid::nil(), ChunkId::uuid),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Keeps vectors; those whose passage is gone meanwhile are let go. The commit waits for no disk:
/// what a crash takes away is lacking again, and is made again.
pub async fn keep(
    tx: &mut TenantTx,
    model: &str,
    vectors: &[New],
    now: DateTime<Utc>,
) -> DbResult<()> {
    sqlx::query!("SET LOCAL synchronous_commit = off")
        .execute(tx.conn())
        .await?;
    for new in vectors {
        let dimensions = i32::try_from(new.vector.len()).unwrap_or_default();
        sqlx::query!(
            "INSERT INTO knowledge_vectors
                 (workspace_id, chunk_id, model, part, task, dimensions, embedding, created_at)
             SELECT $1, c.id, $3, $4, $5, $6, $7::float4[]::vector, $8
             FROM knowledge_chunks c WHERE c.id = $2
             ON CONFLICT DO NOTHING",
            tx.workspace().uuid(),
            new.chunk.uuid(),
            model,
            new.part,
            new.task,
            dimensions,
            &new.vector,
            now,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Lets the vectors of all other models go.
pub async fn forget_others(tx: &mut TenantTx, model: &str) -> DbResult<()> {
    sqlx::query!("DELETE FROM knowledge_vectors WHERE model <> $1", model)
        .execute(tx.conn())
        .await?;
    Ok(())
}
