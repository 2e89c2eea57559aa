//! Processes that end, with and without saying so.

use std::sync::Arc;

use db::{ClaimedJob, Priority};
use kernel::ProcessId;
use tokio::sync::Semaphore;

use super::bench::{Bench, SOME, Say, done};

async fn claim(bench: &Bench, owner: ProcessId) -> Vec<ClaimedJob> {
    let mut tx = bench.db.system().await.unwrap();
    let kinds = ["say".to_owned()];
    let claimed = tx
        .claim_jobs(owner, bench.now(), 10, &kinds, Priority::Low)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    claimed
}

#[tokio::test]
async fn whoever_was_taken_for_dead_changes_nothing_any_more() {
    let bench = Bench::set_up().await;
    bench.leave(&Say::word("hello")).await;
    let (slow, quick) = (ProcessId::new(), ProcessId::new());
    let old = claim(&bench, slow).await.remove(0);
    let mut tx = bench.db.system().await.unwrap();
    tx.unregister_process(slow).await.unwrap();
    tx.commit().await.unwrap();
    let new = claim(&bench, quick).await.remove(0);
    assert_eq!((old.id, old.attempts, new.attempts), (new.id, 1, 2));

    let mut tx = bench.db.tenant(&bench.ours).await.unwrap();
    assert!(!tx.hold_job(old.id, old.lease).await.unwrap());
    assert!(!tx.finish_job(old.id, old.lease).await.unwrap());
    let due = bench.now();
    assert!(!tx.retry_job(old.id, old.lease, "late", due).await.unwrap());
    assert!(!tx.bury_job(old.id, old.lease, "late", due).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = bench.db.system().await.unwrap();
    assert!(!tx.hand_back_job(old.id, old.lease).await.unwrap());
    tx.commit().await.unwrap();

    let mut tx = bench.db.tenant(&bench.ours).await.unwrap();
    assert!(tx.hold_job(new.id, new.lease).await.unwrap());
    assert!(tx.finish_job(new.id, new.lease).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(bench.count("SELECT count(*) FROM jobs").await, 0);
}

#[tokio::test]
async fn a_job_that_ends_its_process_each_time_is_given_up() {
    let bench = Bench::set_up().await;
    bench.leave(&Say::word("deadly")).await;
    for attempt in 1..=3 {
        let process = ProcessId::new();
        assert_eq!(claim(&bench, process).await[0].attempts, attempt);
        let mut tx = bench.db.system().await.unwrap();
        tx.unregister_process(process).await.unwrap();
        tx.commit().await.unwrap();
    }
    let running = bench.run(SOME, |_, _| done()).await;
    bench.until_quiet().await;
    let words = bench.heard.words();
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].starts_with("deadly given up"), "{words:?}");
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_asked_to_stop_finishes_what_it_can_and_hands_back_the_rest() {
    let bench = Bench::set_up().await;
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let first = bench
        .run(SOME, move |_, say| {
            let held = Arc::clone(&held);
            Box::pin(async move {
                if say.word == "endless" {
                    std::future::pending::<()>().await;
                }
                held.acquire().await.unwrap().forget();
                Ok(())
            })
        })
        .await;
    bench.leave(&Say::word("endless")).await;
    bench.leave(&Say::word("short")).await;
    bench.until_heard(2).await;
    first.stop.cancel();
    gate.add_permits(1);
    first.end().await;
    assert_eq!(
        bench
            .count("SELECT count(*) FROM jobs WHERE state = 'pending' AND attempts = 0")
            .await,
        1,
        "the endless one goes back as if it had not been begun"
    );
    assert_eq!(bench.count("SELECT count(*) FROM jobs").await, 1);
    let second = bench.run(SOME, |_, _| done()).await;
    bench.until_quiet().await;
    assert_eq!(bench.heard.words().last().unwrap(), "endless");
    second.end().await;
}
