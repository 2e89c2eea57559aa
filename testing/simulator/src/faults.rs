//! What goes wrong on request, decided by the seed.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A way to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// HTTP 400 with a throttle code; nothing is performed.
    RateLimited,
    /// HTTP 500; nothing is performed.
    ServerError,
    /// No answer; nothing is performed.
    TimeoutBefore,
    /// The write is performed, then no answer.
    TimeoutAfter,
    /// The TCP connection is closed before anything is performed.
    ConnectionReset,
    /// The write is performed, then the TCP connection is closed without an answer.
    ResetAfter,
    /// 190/463; nothing is performed.
    ExpiredToken,
    /// A webhook is delivered twice.
    DuplicateWebhook,
    /// A webhook is delivered after the next one.
    ReorderedWebhook,
    /// A webhook is delivered late.
    DelayedWebhook,
    /// A webhook is never delivered.
    LostWebhook,
}

impl FaultKind {
    /// The name in the control API.
    pub fn name(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::ServerError => "server_error",
            Self::TimeoutBefore => "timeout_before",
            Self::TimeoutAfter => "timeout_after",
            Self::ConnectionReset => "connection_reset",
            Self::ResetAfter => "reset_after",
            Self::ExpiredToken => "expired_token",
            Self::DuplicateWebhook => "duplicate_webhook",
            Self::ReorderedWebhook => "reordered_webhook",
            Self::DelayedWebhook => "delayed_webhook",
            Self::LostWebhook => "lost_webhook",
        }
    }

    /// Whether the fault acts on deliveries to the application rather than on its calls.
    pub fn on_webhooks(self) -> bool {
        matches!(
            self,
            Self::DuplicateWebhook
                | Self::ReorderedWebhook
                | Self::DelayedWebhook
                | Self::LostWebhook
        )
    }
}

/// An order to fail, as `POST /_sandbox/faults` takes it.
#[derive(Clone, Debug, Deserialize)]
pub struct NewFault {
    /// The operation (`send_message`, `webhook`, …) or `*`.
    pub operation: String,
    /// How it fails.
    pub kind: FaultKind,
    /// How many more times; unlimited when only a probability is given.
    #[serde(default)]
    pub times: Option<u32>,
    /// From 0 to 1; certain when absent.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Only for this account.
    #[serde(default)]
    pub account_id: Option<String>,
    /// In milliseconds. For `delayed_webhook` how late (default 1500); for `rate_limited` what
    /// `Retry-After` says, in whole seconds (default: nothing).
    #[serde(default)]
    pub delay_ms: Option<u64>,
}

/// A fault in force.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    pub id: u64,
    pub operation: String,
    pub kind: FaultKind,
    pub times: Option<u32>,
    pub probability: Option<f64>,
    pub account_id: Option<String>,
    pub delay_ms: u64,
    /// How often it struck.
    pub hits: u64,
}

/// What a fault may strike.
pub struct Subject<'a> {
    /// Every name the operation answers to.
    pub names: &'a [&'a str],
    pub account_id: &'a str,
    /// What makes this call different from others (recipient and text): with the seed and the
    /// number of the attempt it decides, so that the order of arrival does not matter.
    pub key: &'a str,
    pub webhook: bool,
}

/// A fault that struck.
#[derive(Clone, Copy, Debug)]
pub struct Strike {
    pub kind: FaultKind,
    pub delay_ms: u64,
}

const ATTEMPTS_KEPT: usize = 200_000;

/// All faults in force and the seed that decides.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    next_id: u64,
    list: Vec<Fault>,
    attempts: HashMap<String, u32>,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            next_id: 1,
            list: Vec::new(),
            attempts: HashMap::new(),
        }
    }

    /// Starts the decisions again from `seed`.
    pub fn reseed(&mut self, seed: u64) {
        self.seed = seed;
        self.attempts.clear();
    }

    /// Puts a fault in force.
    pub fn add(&mut self, new: NewFault) -> Result<Fault, &'static str> {
        if new.operation.is_empty() {
            return Err("operation is missing");
        }
        if new
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return Err("probability must lie between 0 and 1");
        }
        let times = match (new.times, new.probability) {
            (None, None) => Some(1),
            (times, _) => times,
        };
        let fault = Fault {
            id: self.next_id,
            operation: new.operation,
            kind: new.kind,
            times,
            probability: new.probability,
            account_id: new.account_id,
            delay_ms: new.delay_ms.unwrap_or(match new.kind {
                FaultKind::RateLimited => 0,
                _ => 1500,
            }),
            hits: 0,
        };
        self.next_id += 1;
        self.list.push(fault.clone());
        Ok(fault)
    }

    pub fn clear(&mut self) {
        self.list.clear();
        self.attempts.clear();
    }

    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// The fault that strikes this call, if any.
    pub fn strike(&mut self, subject: &Subject<'_>) -> Option<Strike> {
        if self.list.is_empty() {
            return None;
        }
        if self.attempts.len() > ATTEMPTS_KEPT {
            self.attempts.clear();
        }
        let name = subject.names.first().copied().unwrap_or_default();
        let key = format!("{name}\u{1f}{}\u{1f}{}", subject.account_id, subject.key);
        let attempt = *self
            .attempts
            .entry(key.clone())
            .and_modify(|count| *count = count.saturating_add(1))
            .or_insert(1);
        let seed = self.seed;
        let struck = self.list.iter_mut().find(|fault| {
            fault.kind.on_webhooks() == subject.webhook
                && fault.times != Some(0)
                && (fault.operation == "*" || subject.names.contains(&&*fault.operation))
                && fault
                    .account_id
                    .as_deref()
                    .is_none_or(|id| id == subject.account_id)
                && fault
                    .probability
                    .is_none_or(|limit| chance(seed, fault.id, &key, attempt) < limit)
        })?;
        struck.hits += 1;
        if let Some(times) = &mut struck.times {
            *times -= 1;
        }
        let strike = Strike {
            kind: struck.kind,
            delay_ms: struck.delay_ms,
        };
        self.list.retain(|fault| fault.times != Some(0));
        Some(strike)
    }
}

/// A number in 0..1 that only the seed, the fault, the call and its attempt decide.
fn chance(seed: u64, fault: u64, key: &str, attempt: u32) -> f64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(fault.to_le_bytes());
    hash.update(attempt.to_le_bytes());
    hash.update(key.as_bytes());
    let digest = hash.finalize();
    let head = digest
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    f64::from(head) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(seed: u64, order: &[u32]) -> Vec<(u32, bool)> {
        let mut faults = Faults::new(seed);
        faults
            .add(NewFault {
                operation: "send_message".into(),
                kind: FaultKind::ServerError,
                times: None,
                probability: Some(0.3),
                account_id: None,
                delay_ms: None,
            })
            .unwrap();
        let mut struck: Vec<_> = order
            .iter()
            .map(|n| {
                let key = format!("call {n}");
                let subject = Subject {
                    names: &["send_message"],
                    account_id: "1",
                    key: &key,
                    webhook: false,
                };
                (*n, faults.strike(&subject).is_some())
            })
            .collect();
        struck.sort_unstable();
        struck
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls_in_whatever_order_they_arrive() {
        let forward: Vec<u32> = (0..200).collect();
        let backward: Vec<u32> = (0..200).rev().collect();
        assert_eq!(pattern(7, &forward), pattern(7, &backward));
        assert_ne!(pattern(7, &forward), pattern(8, &forward));
        let hits = pattern(7, &forward).iter().filter(|(_, hit)| *hit).count();
        assert!((30..90).contains(&hits), "{hits} of 200 at 0.3");
    }

    #[test]
    fn a_fault_with_times_ends_by_itself() {
        let mut faults = Faults::new(1);
        faults
            .add(NewFault {
                operation: "*".into(),
                kind: FaultKind::RateLimited,
                times: Some(2),
                probability: None,
                account_id: Some("1".into()),
                delay_ms: None,
            })
            .unwrap();
        let mut hit = |account_id| {
            faults
                .strike(&Subject {
                    names: &["x"],
                    account_id,
                    key: "",
                    webhook: false,
                })
                .is_some()
        };
        assert_eq!(
            [hit("2"), hit("1"), hit("1"), hit("1")],
            [false, true, true, false]
        );
    }
}
