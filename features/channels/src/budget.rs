//! What the platforms said of the allowances, as this process heard it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use meta::client::UsageObserver;
use meta::{Pace, Usage};

/// The allowances are of a rolling hour, and only answers tell of them: after this long without
/// one, a try is allowed again.
const STALE: Duration = Duration::from_mins(5);

/// At most one message in this time while more than 75 % are used.
const SLOW: Duration = Duration::from_secs(2);

/// The usage of each account, by the platform's id. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<Mutex<HashMap<String, Heard>>>);

#[derive(Clone, Copy, Debug)]
struct Heard {
    usage: Usage,
    at: Instant,
    sent: Option<Instant>,
}

impl Budget {
    /// What to give to [`meta::client::MetaClientBuilder::on_usage`].
    pub fn observer(&self) -> UsageObserver {
        let budget = self.clone();
        Arc::new(move |account, usage| budget.hear(account, usage))
    }

    /// Notes what was said.
    pub fn hear(&self, account: &str, usage: Usage) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = heard.get(account).and_then(|heard| heard.sent);
        let at = Instant::now();
        heard.insert(account.to_owned(), Heard { usage, at, sent });
    }

    /// What was said last.
    pub fn usage(&self, account: &str) -> Option<Usage> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get(account).map(|heard| heard.usage)
    }

    /// How long a message has to wait; none when it may go now, which is then noted.
    pub fn wait(&self, account: &str, by_person: bool) -> Option<Duration> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = all.get_mut(account)?;
        let age = heard.at.elapsed();
        let wait = match heard.usage.pace() {
            Pace::Stopped => heard.usage.regain().checked_sub(age),
            _ if age > STALE => None,
            Pace::OnlyPeople if !by_person => STALE.checked_sub(age),
            Pace::Slow | Pace::OnlyPeople => {
                heard.sent.and_then(|sent| SLOW.checked_sub(sent.elapsed()))
            }
            Pace::Free => None,
        };
        let wait = wait.filter(|wait| !wait.is_zero());
        if wait.is_none() {
            heard.sent = Some(Instant::now());
        }
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(percent: u32, regain_minutes: u64) -> Budget {
        let budget = Budget::default();
        budget.hear(
            "a",
            Usage {
                percent,
                regain_minutes,
            },
        );
        budget
    }

    #[test]
    fn a_throttled_account_waits_and_others_do_not() {
        let budget = told(100, 3);
        assert!(budget.wait("a", true).is_some());
        assert_eq!(budget.wait("b", false), None);
    }

    #[test]
    fn over_three_quarters_messages_are_spaced() {
        let budget = told(80, 0);
        assert_eq!(budget.wait("a", false), None);
        assert!(budget.wait("a", false).is_some());
    }

    #[test]
    fn over_ninety_percent_only_people_write() {
        let budget = told(95, 0);
        assert!(budget.wait("a", false).is_some());
        assert_eq!(budget.wait("a", true), None);
    }
}
