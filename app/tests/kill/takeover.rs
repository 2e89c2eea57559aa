//! The work of a killed process is another's within two seconds.

use std::time::{Duration, Instant};

use rig::{Rig, Signal};
use simulator::{FaultKind, NewFault};
use sqlx::{Connection as _, PgConnection};

use crate::customers;
use crate::stories::{judge, rig};
use crate::truth;

#[tokio::test(flavor = "multi_thread")]
async fn another_process_takes_over_within_two_seconds() {
    let (rig, ports) = rig().await;
    let mut first = rig
        .launch(&["--role", "worker", "--role", "web"], ports[0])
        .unwrap();
    first.ready(&rig.client).await.unwrap();
    // The platforms stay silent for its first sends, so that it dies with work in its hands.
    for _ in 0..4 {
        rig.simulator.add_fault(silence()).unwrap();
    }
    let customers: Vec<_> = customers::invent(3, 8, Duration::ZERO)
        .into_iter()
        .filter(|customer| customer.platform == simulator::Platform::Instagram)
        .collect();
    let lives = futures::future::join_all(customers.iter().map(|customer| customer.lives(&rig)));
    let death = async {
        let mut connection = PgConnection::connect(&rig.database_url).await.unwrap();
        until(
            &mut connection,
            "SELECT count(*) > 0 FROM effects
             WHERE attempted_at IS NOT NULL AND state = 'in_flight'",
        )
        .await;
        let mut second = rig.launch(&[], ports[1]).unwrap();
        second.ready(&rig.client).await.unwrap();
        first.signal(Signal::KILL).unwrap();
        let died = Instant::now();
        until(
            &mut connection,
            "SELECT (SELECT count(*) FROM processes) = 1 AND NOT EXISTS (
                SELECT FROM effects WHERE lease_owner NOT IN (SELECT id FROM processes))",
        )
        .await;
        let took = died.elapsed();
        // What the promise says; the clock here is the product's own heartbeat, not a speed.
        assert!(took < Duration::from_secs(2), "taken over after {took:?}");
        // Its door has died with it; the platform comes to the other one.
        let address = format!("http://127.0.0.1:{}/webhooks/instagram", ports[1]);
        rig.simulator
            .set_webhook(simulator::Platform::Instagram, address);
        second
    };
    let (_, second) = tokio::join!(lives, death);
    truth::rest(&rig).await;
    judge(&rig, &customers).await;
    second.stop().unwrap();
}

fn silence() -> NewFault {
    NewFault {
        operation: "send_message".to_owned(),
        kind: FaultKind::TimeoutAfter,
        times: Some(1),
        probability: None,
        account_id: None,
        delay_ms: None,
    }
}

/// Waits until a question to the database is answered with yes.
pub async fn until(connection: &mut PgConnection, question: &'static str) {
    let asked = async {
        loop {
            let yes: bool = sqlx::query_scalar(question)
                .fetch_one(&mut *connection)
                .await
                .unwrap();
            if yes {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_mins(1), asked).await;
    assert!(came.is_ok(), "never true: {question}");
}

/// The database of a rig.
pub async fn database(rig: &Rig) -> PgConnection {
    PgConnection::connect(&rig.database_url).await.unwrap()
}
