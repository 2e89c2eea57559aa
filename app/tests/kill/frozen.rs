//! A process that stands still for a minute and wakes up again does no harm.

use std::time::Duration;

use futures::future::join_all;
use rig::Signal;

use crate::customers;
use crate::stories::{judge, rig};
use crate::takeover::{database, until};
use crate::truth;

const STILL: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stood_still_for_a_minute_sends_nothing_twice() {
    let (rig, ports) = rig().await;
    let mut processes = Vec::new();
    for port in ports {
        let mut process = rig.launch(&[], port).unwrap();
        process.ready(&rig.client).await.unwrap();
        processes.push(process);
    }
    let customers = customers::invent(5, 40, Duration::from_secs(6));
    let lives = join_all(customers.iter().map(|customer| customer.lives(&rig)));
    let sleep = async {
        // In the middle of the bustle, with work in its hands.
        let mut connection = database(&rig).await;
        until(&mut connection, "SELECT count(*) > 5 FROM effects").await;
        processes[0].signal(Signal::STOP).unwrap();
        until(&mut connection, "SELECT count(*) = 1 FROM processes").await;
        tokio::time::sleep(STILL).await;
        processes[0].signal(Signal::CONT).unwrap();
        until(&mut connection, "SELECT count(*) = 2 FROM processes").await;
    };
    tokio::join!(lives, sleep);
    truth::rest(&rig).await;
    judge(&rig, &customers).await;
    for process in processes {
        process.stop().unwrap();
    }
}
