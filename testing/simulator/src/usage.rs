//! Rate windows and the usage headers that announce them.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// Calls of the rolling hour, in buckets of a minute.
#[derive(Clone, Debug, Default)]
pub struct HourlyUsage {
    buckets: VecDeque<(i64, u32)>,
    total: u32,
    /// Set over the control API: percent and minutes until access returns.
    forced: Option<(u32, u32)>,
}

impl HourlyUsage {
    /// Counts one call.
    pub fn count(&mut self, now: DateTime<Utc>) {
        let minute = now.timestamp().div_euclid(60);
        while let Some((oldest, calls)) = self.buckets.front().copied() {
            if oldest > minute - 60 {
                break;
            }
            self.total = self.total.saturating_sub(calls);
            self.buckets.pop_front();
        }
        match self.buckets.back_mut() {
            Some((last, calls)) if *last == minute => *calls += 1,
            _ => self.buckets.push_back((minute, 1)),
        }
        self.total += 1;
    }

    /// Pretends a usage (percent, minutes until access returns), or stops pretending.
    pub fn force(&mut self, usage: Option<(u32, u32)>) {
        self.forced = usage;
    }

    /// Percent of the allowance and minutes until access returns.
    pub fn percent(&self, allowance: u32) -> (u32, u32) {
        self.forced.unwrap_or_else(|| {
            let percent = self.total.saturating_mul(100) / allowance.max(1);
            (percent, if percent >= 100 { 60 } else { 0 })
        })
    }
}

/// At most `limit` events within `window`.
#[derive(Clone, Debug, Default)]
pub struct SlidingWindow(VecDeque<DateTime<Utc>>);

impl SlidingWindow {
    /// Whether one more event fits; it is counted when it does.
    pub fn admit(&mut self, now: DateTime<Utc>, window: TimeDelta, limit: usize) -> bool {
        while self.0.front().is_some_and(|oldest| now - *oldest >= window) {
            self.0.pop_front();
        }
        if self.0.len() >= limit {
            return false;
        }
        self.0.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_forgets_what_is_older_than_sixty_minutes() {
        let start = DateTime::from_timestamp(1_785_000_000, 0).unwrap();
        let mut usage = HourlyUsage::default();
        for _ in 0..50 {
            usage.count(start);
        }
        assert_eq!(usage.percent(100), (50, 0));
        usage.count(start + TimeDelta::minutes(61));
        assert_eq!(usage.percent(100), (1, 0));
    }

    #[test]
    fn a_sliding_window_admits_again_once_the_oldest_event_left_it() {
        let start = DateTime::from_timestamp(1_785_000_000, 0).unwrap();
        let mut window = SlidingWindow::default();
        let second = TimeDelta::seconds(1);
        assert!(window.admit(start, second, 2) && window.admit(start, second, 2));
        assert!(!window.admit(start + TimeDelta::milliseconds(900), second, 2));
        assert!(window.admit(start + second, second, 2));
    }
}
