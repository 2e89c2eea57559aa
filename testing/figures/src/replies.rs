//! From a customer's message to the reply that the platform received: webhook, journal, inbox,
//! agent in extractive mode without reply delay, effect, platform.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use kernel::Clock;
use serde_json::{from_value, json};
use simulator::Platform;

use crate::report::{Times, say};
use crate::webhooks::megabytes;
use rig::Rig;

const ONE_AT_A_TIME: usize = 300;
const STREAM: usize = 400;
const BETWEEN: Duration = Duration::from_millis(50);

/// One conversation after another, then twenty messages a second.
pub async fn run(binary: &Path) -> Result<()> {
    let rig = Rig::build(binary).await?;
    let product = rig.serve(&[]).await?;
    say(
        "\n== replies: customer message in, reply received by the platform (extractive mode, no delay)",
    );
    let mut times = Times::default();
    // The first few meet cold caches.
    for number in 0..ONE_AT_A_TIME + 20 {
        let sent = write(&rig, number)?;
        let took = reply(&rig, sent).await?;
        if number >= 20 {
            times.push(took);
        }
    }
    say(&format!("  one at a time: {}", times.line()));
    let mut waiting = Vec::new();
    let mut ticks = tokio::time::interval(BETWEEN);
    for number in 1_000..1_000 + STREAM {
        ticks.tick().await;
        waiting.push(write(&rig, number)?);
    }
    let mut times = Times::default();
    for sent in waiting {
        times.push(reply(&rig, sent).await?);
    }
    say(&format!("  twenty a second: {}", times.line()));
    say(&format!(
        "  memory after it: {:.1} MB",
        megabytes(product.pid())?
    ));
    product.stop()
}

/// A message on its way to an answer.
pub struct Sent {
    customer: String,
    after: u64,
    at: chrono::DateTime<chrono::Utc>,
}

/// A customer writes.
pub fn write(rig: &Rig, number: usize) -> Result<Sent> {
    let customer = (8_000_000_000_000 + number).to_string();
    let message = json!({ "from": customer, "text": "Do you deliver to Belgium?" });
    let after = rig.simulator.calls(0).last().map_or(0, |call| call.seq);
    let at = Clock::System.now();
    let account = rig.fact("instagram_account_id")?;
    rig.simulator
        .customer_writes(Platform::Instagram, account, &from_value(message)?)
        .map_err(|error| anyhow::anyhow!("the customer could not write: {error:?}"))?;
    Ok(Sent {
        customer,
        after,
        at,
    })
}

/// Waits for the answer; how long it took.
pub async fn reply(rig: &Rig, sent: Sent) -> Result<Duration> {
    let wait = async {
        loop {
            let calls = rig.simulator.calls(sent.after);
            let answer = calls
                .into_iter()
                .find(|call| call.operation == "send_message" && call.target == sent.customer);
            if let Some(call) = answer {
                return (call.at - sent.at).to_std();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let took = tokio::time::timeout(Duration::from_secs(30), wait).await;
    Ok(took.context("no reply came")??)
}
