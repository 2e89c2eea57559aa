//! In whose name jobs run, and who sees them.

use db::{JobFilter, Viewer};
use queue::job;

use super::bench::{Bench, SOME, Say, done};

#[tokio::test]
async fn a_job_is_there_when_its_transaction_is_true_and_only_then() {
    let bench = Bench::set_up().await;
    let mut tx = bench.db.tenant(&bench.ours).await.unwrap();
    tx.enqueue(&job(&Say::word("undone"), bench.now()).unwrap())
        .await
        .unwrap();
    drop(tx);
    bench.leave(&Say::word("done")).await;
    let running = bench.run(SOME, |_, _| done()).await;
    bench.until_quiet().await;
    assert_eq!(bench.heard.words(), ["done"]);
    running.end().await;
}

#[tokio::test]
async fn a_job_runs_in_the_name_of_the_workspace_that_left_it_and_of_nobody_else() {
    let bench = Bench::set_up().await;
    let scopes = [bench.ours, bench.theirs];
    for (name, scope) in ["ours", "theirs"].into_iter().zip(&scopes) {
        let mut tx = bench.db.tenant(scope).await.unwrap();
        tx.enqueue(&job(&Say::word(name), bench.now()).unwrap())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = bench.db.people().await.unwrap();
    tx.enqueue(&job(&Say::word("nobody's"), bench.now()).unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let running = bench
        .run(SOME, move |attempt, say| {
            let found = attempt.scope().ok();
            let expected = match say.word.as_str() {
                "ours" => Some(scopes[0]),
                "theirs" => Some(scopes[1]),
                _ => None,
            };
            assert_eq!(found, expected);
            done()
        })
        .await;
    bench.until_quiet().await;
    assert_eq!(bench.count("SELECT count(*) FROM jobs").await, 0);
    running.end().await;
}

#[tokio::test]
async fn transactions_see_the_jobs_of_their_own_workspace_and_peoples_see_none() {
    let bench = Bench::set_up().await;
    bench.leave(&Say::word("ours")).await;
    let seen = "SELECT count(*) FROM jobs";
    let mut tx = bench.db.tenant(&bench.theirs).await.unwrap();
    let count: i64 = sqlx::query_scalar(seen).fetch_one(tx.conn()).await.unwrap();
    assert_eq!(count, 0);
    let mut tx = bench.db.people().await.unwrap();
    let refused = sqlx::query_scalar::<_, i64>(seen)
        .fetch_one(tx.conn())
        .await;
    assert!(refused.is_err(), "people's transactions read jobs");
    let mut tx = bench.db.people().await.unwrap();
    let forged = sqlx::query(
        "INSERT INTO jobs (workspace_id, id, kind, priority, payload, max_attempts, due_at, created_at)
         VALUES ($1, uuidv7(), 'say', 1, '{}', 1, now(), now())",
    )
    .bind(bench.ours.workspace().uuid())
    .execute(tx.conn())
    .await;
    assert!(
        forged.is_err(),
        "a job in the name of a workspace was forged"
    );
}

#[tokio::test]
async fn admins_see_their_workspaces_jobs_and_operators_also_those_of_the_installation() {
    let bench = Bench::set_up().await;
    bench.leave(&Say::word("ours")).await;
    let mut tx = bench.db.system().await.unwrap();
    tx.enqueue(&job(&Say::word("everybody's"), bench.now()).unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let seen = async |workspace, operator| {
        let filter = JobFilter {
            viewer: Viewer {
                workspace,
                operator,
            },
            state: None,
            kind: None,
            before: None,
            limit: 10,
        };
        let mut tx = bench.db.system().await.unwrap();
        let rows = tx.list_jobs(filter).await.unwrap();
        rows.iter().filter(|row| row.of_installation).count() * 10 + rows.len()
    };
    let (ours, theirs) = (bench.ours.workspace(), bench.theirs.workspace());
    assert_eq!(seen(ours, false).await, 1);
    assert_eq!(seen(ours, true).await, 12);
    assert_eq!(seen(theirs, false).await, 0);
    assert_eq!(seen(theirs, true).await, 11);
}
