//! Delivers updates and delivers them again until the application answers 200.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::json::escaped;
use crate::options::Platform;
use crate::webhooks::outbox::Delivery;
use crate::webhooks::sign;
use crate::world::Shared;

/// Meta gives up after 36 hours.
const PATIENCE: TimeDelta = TimeDelta::hours(36);
/// How long an overtaken update waits for the one that overtakes it.
const OVERTAKING: Duration = Duration::from_secs(2);

/// Works through one lane until `stop`.
pub async fn lane(
    shared: Shared,
    mut updates: UnboundedReceiver<Delivery>,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    let mut waiting: VecDeque<Delivery> = VecDeque::new();
    loop {
        let next = if let Some(delivery) = waiting.pop_front() {
            delivery
        } else {
            tokio::select! {
                received = updates.recv() => match received {
                    Some(delivery) => delivery,
                    None => return,
                },
                () = stop.cancelled() => return,
            }
        };
        if let Some(delay) = next.delay {
            let later = Delivery {
                delay: None,
                ..next
            };
            come_again(&shared, &tasks, &stop, later, delay);
            continue;
        }
        if next.overtaken {
            let overtaken = Delivery {
                overtaken: false,
                ..next
            };
            match tokio::time::timeout(OVERTAKING, updates.recv()).await {
                Ok(Some(first)) => waiting.extend([first, overtaken]),
                Ok(None) => return,
                Err(_) => waiting.push_back(overtaken),
            }
            continue;
        }
        let batch = gather(&shared, next, &mut waiting, &mut updates);
        tokio::select! {
            () = attempt(&shared, &tasks, &stop, batch) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Joins what already waits for the same account into one POST, as far as the options allow.
fn gather(
    shared: &Shared,
    mut batch: Delivery,
    waiting: &mut VecDeque<Delivery>,
    updates: &mut UnboundedReceiver<Delivery>,
) -> Delivery {
    let most = shared.world().options.webhook_batch;
    while batch.entries.len() < most && waiting.is_empty() {
        let Ok(next) = updates.try_recv() else { break };
        let joins = next.delay.is_none()
            && !next.overtaken
            && next.secret == batch.secret
            && !shared.world().outbox.forgotten(&next);
        if joins {
            batch.first_at = batch.first_at.min(next.first_at);
            batch.attempts = batch.attempts.max(next.attempts);
            batch.entries.extend(next.entries);
        } else {
            waiting.push_back(next);
        }
    }
    batch
}

async fn attempt(
    shared: &Shared,
    tasks: &TaskTracker,
    stop: &CancellationToken,
    delivery: Delivery,
) {
    let (target, outbox, forgotten, late, again) = {
        let world = shared.world();
        (
            world.targets.get(&delivery.platform).cloned(),
            world.outbox.clone(),
            world.outbox.forgotten(&delivery),
            world.now() - delivery.first_at > PATIENCE,
            world.options.redelivery,
        )
    };
    let count = delivery.entries.len();
    let Some(target) = target.filter(|_| !forgotten && !late) else {
        outbox.give_up(count);
        return;
    };
    let object = match delivery.platform {
        Platform::Instagram => "instagram",
        Platform::Whatsapp => "whatsapp_business_account",
    };
    let body = escaped(&json!({"object": object, "entry": delivery.entries}));
    let signature = sign::signature(&delivery.secret, &body);
    let answer = post(shared, &target.url, body, Some(&signature), again.timeout).await;
    if answer.is_ok_and(|(status, _)| status == 200) {
        outbox.done(count);
        return;
    }
    outbox.failed();
    let doublings = delivery.attempts.min(16);
    let pause = again.first.saturating_mul(1 << doublings).min(again.cap);
    let later = Delivery {
        attempts: delivery.attempts.saturating_add(1),
        ..delivery
    };
    come_again(shared, tasks, stop, later, pause);
}

fn come_again(
    shared: &Shared,
    tasks: &TaskTracker,
    stop: &CancellationToken,
    delivery: Delivery,
    pause: Duration,
) {
    let outbox = shared.world().outbox.clone();
    let stop = stop.clone();
    tasks.spawn(async move {
        tokio::select! {
            () = tokio::time::sleep(pause) => outbox.again(delivery),
            () = stop.cancelled() => {}
        }
    });
}

/// POSTs JSON bytes as they are; the status and body answered.
pub async fn post(
    shared: &Shared,
    url: &str,
    body: Bytes,
    signature: Option<&str>,
    timeout: Duration,
) -> Result<(u16, String), reqwest::Error> {
    let mut request = shared
        .http()
        .post(url)
        .timeout(timeout)
        .header("content-type", "application/json")
        .header("user-agent", "facebookexternalua")
        .body(body);
    if let Some(signature) = signature {
        request = request.header("x-hub-signature-256", signature);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await?))
}
