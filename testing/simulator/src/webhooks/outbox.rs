//! Updates waiting to be delivered, one lane for each of sixteen groups of threads and platform.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::faults::{FaultKind, Subject};
use crate::options::Platform;
use crate::world::World;

/// Lanes of one platform: so many deliveries run at once.
pub const LANES: usize = 16;

/// One update on its way.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub platform: Platform,
    /// The key of the signature.
    pub secret: String,
    /// What goes into `entry[]`.
    pub entries: Vec<Value>,
    pub first_at: DateTime<Utc>,
    pub attempts: u32,
    pub lane: usize,
    /// Wait before the first attempt.
    pub delay: Option<Duration>,
    /// Let the next update of the lane overtake.
    pub overtaken: bool,
    pub generation: u64,
}

/// The handle that puts updates on their way and counts them.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lanes: Vec<UnboundedSender<Delivery>>,
    pending: AtomicUsize,
    delivered: AtomicU64,
    failed_attempts: AtomicU64,
    dropped: AtomicU64,
    generation: AtomicU64,
}

/// Figures of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OutboxFigures {
    /// Updates not yet answered with 200.
    pub pending: usize,
    /// Updates answered with 200.
    pub delivered: u64,
    /// POSTs that failed.
    pub failed_attempts: u64,
    /// Updates given up: after 36 hours, or without a target.
    pub dropped: u64,
}

impl Outbox {
    /// The handle and the receiving ends of its lanes, platform by platform.
    pub fn new() -> (Self, Vec<(Platform, UnboundedReceiver<Delivery>)>) {
        let (mut lanes, mut receivers) = (Vec::new(), Vec::new());
        for platform in [Platform::Instagram, Platform::Whatsapp] {
            for _ in 0..LANES {
                let (sender, receiver) = unbounded_channel();
                lanes.push(sender);
                receivers.push((platform, receiver));
            }
        }
        let inner = Inner {
            lanes,
            pending: AtomicUsize::new(0),
            delivered: AtomicU64::new(0),
            failed_attempts: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            generation: AtomicU64::new(0),
        };
        (Self(Arc::new(inner)), receivers)
    }

    pub fn figures(&self) -> OutboxFigures {
        OutboxFigures {
            pending: self.0.pending.load(Ordering::Acquire),
            delivered: self.0.delivered.load(Ordering::Acquire),
            failed_attempts: self.0.failed_attempts.load(Ordering::Acquire),
            dropped: self.0.dropped.load(Ordering::Acquire),
        }
    }

    /// Makes every delivery that waits now vanish.
    pub fn forget_everything(&self) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a reset made this delivery meaningless.
    pub fn forgotten(&self, delivery: &Delivery) -> bool {
        delivery.generation != self.0.generation.load(Ordering::Acquire)
    }

    /// A new update on its way.
    fn enter(&self, delivery: Delivery) {
        self.0.pending.fetch_add(1, Ordering::AcqRel);
        self.again(delivery);
    }

    /// An update back in its lane.
    pub fn again(&self, delivery: Delivery) {
        let at = match delivery.platform {
            Platform::Instagram => delivery.lane,
            Platform::Whatsapp => LANES + delivery.lane,
        };
        let count = delivery.entries.len();
        let refused = self
            .0
            .lanes
            .get(at)
            .is_none_or(|lane| lane.send(delivery).is_err());
        if refused {
            self.give_up(count);
        }
    }

    pub fn done(&self, updates: usize) {
        self.0
            .delivered
            .fetch_add(u64::try_from(updates).unwrap_or(0), Ordering::AcqRel);
        self.0.pending.fetch_sub(updates, Ordering::AcqRel);
    }

    pub fn failed(&self) {
        self.0.failed_attempts.fetch_add(1, Ordering::AcqRel);
    }

    pub fn give_up(&self, updates: usize) {
        self.0
            .dropped
            .fetch_add(u64::try_from(updates).unwrap_or(0), Ordering::AcqRel);
        self.0.pending.fetch_sub(updates, Ordering::AcqRel);
    }
}

/// An update about to leave.
pub struct Update<'a> {
    pub platform: Platform,
    pub account_id: &'a str,
    /// `message`, `echo`, `status`, `seen`, `reaction`, `edit`, `comment`: what faults can name.
    pub kind: &'a str,
    /// Updates of one thread keep their order.
    pub thread: &'a str,
    pub secret: String,
    pub entry: Value,
}

impl World {
    /// Sends an update to the application, through the faults in force.
    pub fn emit(&mut self, update: Update<'_>) {
        if !self.targets.contains_key(&update.platform) {
            return;
        }
        let sent_by_app = matches!(update.kind, "echo" | "status");
        let names = [
            update.kind,
            "webhook",
            if sent_by_app {
                "send_message"
            } else {
                "webhook"
            },
        ];
        let key = format!("{} {}", update.kind, update.thread);
        let strike = self.faults.strike(&Subject {
            names: &names,
            account_id: update.account_id,
            key: &key,
            webhook: true,
        });
        let lane = lane_of(update.account_id, update.thread);
        let mut delivery = Delivery {
            platform: update.platform,
            secret: update.secret,
            entries: vec![update.entry],
            first_at: self.now(),
            attempts: 0,
            lane,
            delay: None,
            overtaken: false,
            generation: self.outbox.0.generation.load(Ordering::Acquire),
        };
        match strike.map(|strike| (strike.kind, strike.delay_ms)) {
            Some((FaultKind::DuplicateWebhook, _)) => {
                // The copy takes another lane, so that both can arrive at the same moment.
                let copy = Delivery {
                    lane: (lane + 1) % LANES,
                    ..delivery.clone()
                };
                self.outbox.enter(copy);
            }
            Some((FaultKind::LostWebhook, _)) => return,
            Some((FaultKind::ReorderedWebhook, _)) => delivery.overtaken = true,
            Some((_, delay)) => delivery.delay = Some(Duration::from_millis(delay)),
            None => {}
        }
        self.outbox.enter(delivery);
    }
}

fn lane_of(account: &str, thread: &str) -> usize {
    let digest = Sha256::new()
        .chain_update(account)
        .chain_update(thread)
        .finalize();
    digest.first().map_or(0, |byte| usize::from(*byte) % LANES)
}
