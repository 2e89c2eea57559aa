//! Search by vectors in a workspace too large to compare everything, beside a tiny one.

use db::{Db, Options, Scope};
use kernel::{ChunkId, WorkspaceId};
use knowledge::search::{QueryVector, nearest};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::story::Story;

/// The length of the vectors: that of the model on this machine.
const LENGTH: usize = 384;
const MODEL: &str = "large@384";
/// Passages of one matter lie together, as those of a real model do.
const MATTERS: usize = 400;
const QUESTIONS: usize = 40;
const WANTED: usize = 10;

/// How many passages the large workspace has: a little more than are compared one by one, unless
/// `SOCIALSYNC_LARGE` says.
fn size() -> usize {
    let wanted = std::env::var("SOCIALSYNC_LARGE").ok();
    wanted.map_or(21_000, |wanted| wanted.parse().unwrap())
}

/// Numbers that look random and are the same each time (splitmix64), about normal, of mean 0.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let part = u16::try_from((z ^ (z >> 31)) >> 48).unwrap();
            sum += f32::from(part) / f32::from(u16::MAX) - 0.5;
        }
        sum
    }

    fn vector(&mut self) -> Vec<f32> {
        (0..LENGTH).map(|_| self.next()).collect()
    }
}

fn normal(vector: Vec<f32>) -> Vec<f32> {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.into_iter().map(|x| x / norm).collect()
}

/// A vector near the middle of a matter.
fn about(matter: &[f32], numbers: &mut Numbers) -> Vec<f32> {
    let noise = numbers.vector();
    normal(matter.iter().zip(noise).map(|(m, n)| m + 0.6 * n).collect())
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Passages and their vectors, in a workspace of their own.
struct Shop {
    scope: Scope,
    passages: Vec<(Uuid, Vec<f32>)>,
}

impl Shop {
    async fn fill(
        (db, tables): (&Db, &mut PgConnection),
        matters: &[Vec<f32>],
        size: usize,
        numbers: &mut Numbers,
    ) -> Self {
        let workspace = WorkspaceId::new();
        sqlx::query(
            "INSERT INTO workspaces (workspace_id, name, created_at) VALUES ($1, 'large', now())",
        )
        .bind(workspace.uuid())
        .execute(&mut *tables)
        .await
        .unwrap();
        let mut system = db.system().await.unwrap();
        let scope = system
            .workspace_for_operator(workspace)
            .await
            .unwrap()
            .unwrap();
        drop(system);
        let passages: Vec<_> = (0..size)
            .map(|n| {
                (
                    ChunkId::new().uuid(),
                    about(&matters[n % matters.len()], numbers),
                )
            })
            .collect();
        for part in passages.chunks(2000) {
            let ids: Vec<Uuid> = part.iter().map(|(id, _)| *id).collect();
            let texts: Vec<String> = part.iter().map(|(_, v)| format!("{v:?}")).collect();
            sqlx::query(
                "WITH file AS (
                     INSERT INTO files (workspace_id, id, name, media_type, size, sha256, created_at)
                     VALUES ($1, gen_random_uuid(), 'large', 'text/plain', 1,
                             sha256(gen_random_uuid()::text::bytea), now())
                     RETURNING id),
                 chunks AS (
                     INSERT INTO knowledge_chunks (workspace_id, id, file_id, content, language, created_at)
                     SELECT $1, c, file.id, 'x', 'en', now() FROM unnest($2::uuid[]) AS c, file
                     RETURNING id)
                 INSERT INTO knowledge_vectors (workspace_id, chunk_id, model, part, task, dimensions,
                                                embedding, created_at)
                 SELECT $1, v.id, $4, 0, 'passage', $5, v.embedding::vector, now()
                 FROM unnest($2::uuid[], $3::text[]) AS v(id, embedding) JOIN chunks USING (id)",
            )
            .bind(workspace.uuid())
            .bind(&ids)
            .bind(&texts)
            .bind(MODEL)
            .bind(i32::try_from(LENGTH).unwrap())
            .execute(&mut *tables)
            .await
            .unwrap();
        }
        Self { scope, passages }
    }

    /// The passages nearest to a question, by comparing all.
    fn exactly(&self, question: &[f32]) -> Vec<Uuid> {
        let mut all: Vec<(f32, Uuid)> = self
            .passages
            .iter()
            .map(|(id, vector)| (cosine(question, vector), *id))
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all.iter().take(WANTED).map(|(_, id)| *id).collect()
    }

    /// The share of those that the search finds, and the time of each search.
    async fn recall(&self, db: &Db, questions: &[Vec<f32>]) -> (f64, Vec<std::time::Duration>) {
        let (mut found, mut wanted) = (0_u32, 0_u32);
        let mut times = Vec::new();
        for question in questions {
            let vector = QueryVector {
                model: MODEL.to_owned(),
                values: question.clone(),
            };
            let mut tx = db.tenant(&self.scope).await.unwrap();
            let began = std::time::Instant::now();
            let near = nearest(&mut tx, &vector, WANTED).await.unwrap();
            times.push(began.elapsed());
            let exact = self.exactly(question);
            for id in exact {
                wanted += 1;
                found += u32::from(near.iter().any(|one| one.uuid() == id));
            }
        }
        times.sort();
        (f64::from(found) / f64::from(wanted), times)
    }
}

async fn uses_of_the_graph(tables: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'knowledge_vectors_384'",
    )
    .fetch_one(tables)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_workspace_is_searched_by_its_graph_and_a_tiny_one_beside_it_is_not_lost() {
    let story = Story::begin().await;
    let mut tables = PgConnection::connect(story.database()).await.unwrap();
    let db = Db::connect(&Options::new(story.database())).await.unwrap();
    let mut numbers = Numbers(7);
    let matters: Vec<_> = (0..MATTERS).map(|_| numbers.vector()).collect();
    let large = Shop::fill((&db, &mut tables), &matters, size(), &mut numbers).await;
    let tiny = Shop::fill((&db, &mut tables), &matters, 40, &mut numbers).await;
    sqlx::raw_sql("ANALYZE knowledge_vectors; ANALYZE knowledge_chunks")
        .execute(&mut tables)
        .await
        .unwrap();
    let questions: Vec<_> = (0..QUESTIONS)
        .map(|n| about(&matters[n * 7 % MATTERS], &mut numbers))
        .collect();
    let before = uses_of_the_graph(&mut tables).await;
    let (recall, times) = large.recall(&db, &questions).await;
    println!(
        "{} passages: recall {recall:.4}, p50 {:?}, p95 {:?}",
        size(),
        times[times.len() / 2],
        times[times.len() * 95 / 100]
    );
    assert!(recall >= 0.98, "recall of the large workspace: {recall}");
    let (recall, _) = tiny.recall(&db, &questions).await;
    assert!(recall >= 0.98, "recall of the tiny workspace: {recall}");
    story
        .until("the graph was used under the policy", async || {
            let mut tables = PgConnection::connect(story.database()).await.unwrap();
            let scans = uses_of_the_graph(&mut tables).await - before;
            scans >= i64::try_from(QUESTIONS).unwrap()
        })
        .await;
    story.end().await;
}
