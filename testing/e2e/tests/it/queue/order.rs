//! Which job comes when.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use db::Priority;
use queue::AtOnce;
use tokio::sync::Semaphore;

use super::bench::{Bench, ONE, SOME, Say, done};

#[tokio::test]
async fn the_more_urgent_comes_first() {
    let bench = Bench::set_up().await;
    for priority in [Priority::Low, Priority::Default, Priority::High] {
        bench
            .leave_with(&Say::word(priority.as_str()), priority)
            .await;
    }
    let running = bench.run(ONE, |_, _| done()).await;
    bench.until_quiet().await;
    assert_eq!(bench.heard.words(), ["high", "default", "low"]);
    running.end().await;
}

#[tokio::test]
async fn what_somebody_waits_for_does_not_stand_behind_a_crowd() {
    let bench = Bench::set_up().await;
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let running = bench
        .run(AtOnce { any: 2, high: 1 }, move |_, say| {
            let held = Arc::clone(&held);
            Box::pin(async move {
                if say.word.starts_with("long") {
                    held.acquire().await.unwrap().forget();
                }
                Ok(())
            })
        })
        .await;
    for n in 0..5 {
        bench
            .leave_with(&Say::word(format!("long {n}")), Priority::Low)
            .await;
    }
    bench.until_heard(2).await;
    bench.leave_with(&Say::word("urgent"), Priority::High).await;
    bench.until_heard(3).await;
    assert_eq!(bench.heard.words()[2], "urgent");
    gate.add_permits(5);
    bench.until_quiet().await;
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_one_series_run_one_at_a_time_and_in_order_over_two_processes() {
    let bench = Bench::set_up().await;
    let at_work = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let mut processes = Vec::new();
    for _ in 0..2 {
        let (at_work, most) = (Arc::clone(&at_work), Arc::clone(&most));
        let process = bench
            .run(SOME, move |_, say| {
                let (at_work, most) = (Arc::clone(&at_work), Arc::clone(&most));
                Box::pin(async move {
                    if say.serial.is_some() {
                        most.fetch_max(
                            at_work.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        tokio::time::sleep(Duration::from_millis(3)).await;
                        at_work.fetch_sub(1, Ordering::SeqCst);
                    }
                    Ok(())
                })
            })
            .await;
        processes.push(process);
    }
    for n in 0..25 {
        let say = Say {
            serial: Some("chat".to_owned()),
            ..Say::word(format!("{n:02}"))
        };
        bench.leave(&say).await;
        bench.leave(&Say::word("beside")).await;
    }
    bench.until_quiet().await;
    let mut words = bench.heard.words();
    words.retain(|word| word != "beside");
    let sorted: Vec<String> = (0..25).map(|n| format!("{n:02}")).collect();
    assert_eq!(words, sorted);
    assert_eq!(most.load(Ordering::SeqCst), 1, "two of the series at once");
    for process in processes {
        process.end().await;
    }
}

#[tokio::test]
async fn of_jobs_with_one_key_the_last_takes_the_place_of_the_one_that_waits() {
    let bench = Bench::set_up().await;
    let keyed = |word: &str| Say {
        key: Some("once".to_owned()),
        ..Say::word(word)
    };
    bench.leave(&keyed("first")).await;
    bench.leave(&keyed("second")).await;
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let running = bench
        .run(ONE, move |_, _| {
            let held = Arc::clone(&held);
            Box::pin(async move {
                held.acquire().await.unwrap().forget();
                Ok(())
            })
        })
        .await;
    bench.until_heard(1).await;
    // One that is at work read what there was when it began: a new one waits behind it.
    bench.leave(&keyed("third")).await;
    bench.leave(&keyed("fourth")).await;
    gate.add_permits(10);
    bench.until_quiet().await;
    assert_eq!(bench.heard.words(), ["second", "fourth"]);
    running.end().await;
}
