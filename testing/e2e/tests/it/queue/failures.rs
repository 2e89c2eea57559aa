//! Jobs that fail: again later, given up in the end, and never a danger to the others.

use std::time::Duration;

use db::Viewer;
use kernel::JobId;
use queue::JobError;

use super::bench::{Bench, ONE, SOME, Say, done};

const OPEN: &str = "SELECT count(*) FROM jobs WHERE state = 'pending' AND attempts > 0";
const FAILED: &str = "SELECT count(*) FROM jobs WHERE state = 'failed'";

#[tokio::test]
async fn a_job_that_failed_comes_again_when_its_time_has_come_and_not_before() {
    let bench = Bench::set_up().await;
    let running = bench
        .run(ONE, |attempt, say| {
            Box::pin(async move {
                if say.word == "hello" && attempt.number < 3 {
                    return Err(JobError::Again("not yet".to_owned()));
                }
                Ok(())
            })
        })
        .await;
    bench.leave(&Say::word("hello")).await;
    for attempts in 1..3 {
        bench.until_heard(attempts).await;
        bench
            .until("it waits", async || bench.count(OPEN).await == 1)
            .await;
        bench.clock.advance(Duration::from_secs(4));
        // Another job goes through; this one is not due.
        bench.leave(&Say::word("other")).await;
        bench
            .until("the other is done", async || {
                bench
                    .count("SELECT count(*) FROM jobs WHERE payload->>'word' = 'other'")
                    .await
                    == 0
            })
            .await;
        let hellos = bench.heard.words().iter().filter(|w| *w == "hello").count();
        assert_eq!(hellos, attempts, "it came before its time");
        bench.clock.advance(Duration::from_mins(1));
    }
    bench.until_quiet().await;
    assert_eq!(bench.count("SELECT count(*) FROM jobs").await, 0);
    running.end().await;
}

#[tokio::test]
async fn a_job_that_never_succeeds_is_given_up_and_does_all_again_when_a_person_says_so() {
    let bench = Bench::set_up().await;
    let running = bench
        .run(ONE, |_, _| {
            Box::pin(async { Err(JobError::Again("no luck".to_owned())) })
        })
        .await;
    bench.leave(&Say::word("hello")).await;
    for attempts in 1..=3 {
        bench.until_heard(attempts).await;
        bench
            .until("it is noted", async || {
                bench
                    .count("SELECT count(*) FROM jobs WHERE state = 'running'")
                    .await
                    == 0
            })
            .await;
        bench.clock.advance(Duration::from_hours(1));
    }
    bench.until_quiet().await;
    assert_eq!(
        bench.heard.words(),
        ["hello", "hello", "hello", "hello given up: no luck"]
    );
    assert_eq!(bench.count(FAILED).await, 1);
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM jobs")
        .fetch_one(&bench.tables)
        .await
        .unwrap();
    let (id, theirs) = (JobId::from_uuid(id), bench.theirs.workspace());
    let revive = async |workspace| {
        let viewer = Viewer {
            workspace,
            operator: true,
        };
        let mut tx = bench.db.system().await.unwrap();
        let revived = tx.revive_job(id, viewer, bench.now()).await.unwrap();
        tx.commit().await.unwrap();
        revived
    };
    assert!(!revive(theirs).await, "somebody else's job");
    assert!(revive(bench.ours.workspace()).await);
    bench.until_heard(5).await;
    running.end().await;
}

#[tokio::test]
async fn what_can_never_succeed_is_given_up_at_once() {
    let bench = Bench::set_up().await;
    let running = bench
        .run(ONE, |_, _| {
            Box::pin(async { Err(JobError::Never("no such thing".to_owned())) })
        })
        .await;
    bench.leave(&Say::word("hello")).await;
    bench.until_quiet().await;
    assert_eq!(
        bench.heard.words(),
        ["hello", "hello given up: no such thing"]
    );
    running.end().await;
}

#[tokio::test]
async fn a_job_that_panics_fails_and_harms_no_other() {
    let bench = Bench::set_up().await;
    let running = bench
        .run(SOME, |_, say| {
            assert!(say.word != "bad", "on purpose");
            done()
        })
        .await;
    for _ in 0..20 {
        bench.leave(&Say::word("bad")).await;
        bench.leave(&Say::word("good")).await;
    }
    bench
        .until("the good ones are done", async || {
            bench
                .count("SELECT count(*) FROM jobs WHERE payload->>'word' = 'good' OR state = 'running'")
                .await
                == 0
        })
        .await;
    bench
        .until("the bad ones wait", async || {
            bench
                .count("SELECT count(*) FROM jobs WHERE state = 'pending' AND error LIKE '%panic%'")
                .await
                == 20
        })
        .await;
    running.end().await;
}
