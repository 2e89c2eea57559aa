//! The story of the whole.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use futures::future::join_all;
use rig::{Rig, free_port};
use simulator::{FaultKind, NewFault, Platform};

use crate::customers::{self, Customer, Manner};
use crate::{strokes, truth};

const CUSTOMERS: usize = 100;
const SPREAD: Duration = Duration::from_secs(24);

/// The product with both platforms' webhooks going to different processes.
pub async fn rig() -> (Rig, [u16; 2]) {
    let mut rig = Rig::build(Path::new(env!("CARGO_BIN_EXE_socialsync")))
        .await
        .unwrap();
    let delay = ("SOCIALSYNC_REPLY_DELAY_MS", "250".to_owned());
    rig.settings.push(delay);
    let ports = [free_port().unwrap(), free_port().unwrap()];
    for (platform, port) in [Platform::Instagram, Platform::Whatsapp]
        .into_iter()
        .zip(ports)
    {
        let address = format!("http://127.0.0.1:{port}/webhooks/{}", platform.name());
        rig.simulator.set_webhook(platform, address);
    }
    (rig, ports)
}

/// The seed of this run.
fn seed() -> u64 {
    std::env::var("SOCIALSYNC_KILL_SEED").map_or(20_260, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_answered_exactly_once_whatever_dies() {
    let seed = seed();
    println!("seed {seed}");
    let (rig, ports) = rig().await;
    fail_one_send_in_twenty(&rig, seed);
    let customers = customers::invent(seed, CUSTOMERS, SPREAD);
    let lives = join_all(customers.iter().map(|customer| customer.lives(&rig)));
    let (_, (living, kills, server_kills)) = tokio::join!(lives, strokes::fall(&rig, seed, ports));
    truth::rest(&rig).await;
    assert!(
        kills >= 20 && server_kills == 2,
        "{kills} and {server_kills} kills"
    );
    let struck = rig
        .simulator
        .calls(0)
        .iter()
        .filter(|call| call.status != 200)
        .count();
    assert!(struck > 0, "no send was struck by a fault");
    judge(&rig, &customers).await;
    for process in living {
        process.stop().unwrap();
    }
}

/// 429, 500, and a connection that breaks or stays silent before and after the deed: one send in
/// twenty. What the platforms tell of a message comes late now and then, so that the ledger has to
/// ask instead of hearing of it by luck.
fn fail_one_send_in_twenty(rig: &Rig, seed: u64) {
    rig.simulator.reseed(seed);
    for (kind, probability, delay_ms) in [
        // What a throttle says of the time to wait: without it the product waits a minute.
        (FaultKind::RateLimited, 0.01, Some(2_000)),
        (FaultKind::ServerError, 0.01, None),
        (FaultKind::ConnectionReset, 0.005, None),
        (FaultKind::ResetAfter, 0.01, None),
        (FaultKind::TimeoutBefore, 0.005, None),
        (FaultKind::TimeoutAfter, 0.01, None),
    ] {
        fault(rig, "send_message", kind, probability, delay_ms);
    }
    for told in ["echo", "status"] {
        fault(rig, told, FaultKind::DelayedWebhook, 0.4, Some(4_000));
    }
    fault(rig, "message", FaultKind::DuplicateWebhook, 0.1, None);
}

fn fault(rig: &Rig, operation: &str, kind: FaultKind, probability: f64, delay_ms: Option<u64>) {
    let fault = NewFault {
        operation: operation.to_owned(),
        kind,
        times: None,
        probability: Some(probability),
        account_id: None,
        delay_ms,
    };
    rig.simulator.add_fault(fault).unwrap();
}

/// Nothing lost, nothing twice, nothing stuck.
pub async fn judge(rig: &Rig, customers: &[Customer]) {
    let asked: usize = customers
        .iter()
        .map(|customer| customer.questions.len())
        .sum();
    let asked = i64::try_from(asked).unwrap();
    let truth = truth::read(rig).await;
    println!("{truth:?}");
    assert_eq!(
        truth.inbound, asked,
        "messages of customers are stored once"
    );
    assert_eq!(
        (truth.decisions, truth.decided),
        (asked, asked),
        "one decision each"
    );
    assert_eq!(truth.parked, 0, "no webhook is parked");
    assert_eq!(
        truth.unanswered, 0,
        "the newest question of everybody is answered"
    );
    assert!(
        truth.resting * 1_000 <= truth.effects,
        "{} effects rest for a person",
        truth.resting
    );
    let mut sent = 0;
    for customer in customers {
        let answers = customer.answers(rig);
        let distinct: BTreeSet<&String> = answers.iter().collect();
        assert_eq!(
            distinct.len(),
            answers.len(),
            "{} got an answer twice: {answers:?}",
            customer.id
        );
        let most = customer.questions.len();
        match customer.manner {
            Manner::Patient => assert_eq!(answers.len(), most, "{}: {answers:?}", customer.id),
            Manner::InABurst => assert!(
                (1..=most).contains(&answers.len()),
                "{}: {answers:?}",
                customer.id
            ),
        }
        sent += i64::try_from(answers.len()).unwrap();
    }
    assert_eq!(
        sent, truth.replies,
        "what the platforms delivered is what the decisions say"
    );
    assert_eq!(sent, truth.confirmed, "and what the ledger says");
}
