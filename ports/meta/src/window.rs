//! How long a customer may be answered.
//!
//! Both platforms allow free answers for 24 hours after the customer's last message. Instagram then
//! allows answers written by a person, marked `HUMAN_AGENT`, until 7 days; WhatsApp allows
//! templates only.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Platform;
use serde::Serialize;

/// Free answers: 24 hours from the customer's last message.
const STANDARD: TimeDelta = TimeDelta::hours(24);
/// Answers by a person on Instagram: 7 days (several vendors agree; Meta's own page was not read).
const HUMAN_AGENT: TimeDelta = TimeDelta::days(7);

/// What may be sent at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WindowState {
    /// Anybody may answer, the AI too.
    Open {
        /// First instant at which that ends.
        closes_at: DateTime<Utc>,
    },
    /// Only a person may answer.
    HumanAgentOnly {
        /// First instant at which that ends.
        closes_at: DateTime<Utc>,
    },
    /// Nobody may answer until the customer writes.
    Closed,
}

impl WindowState {
    /// Whether an automatic answer may be sent.
    pub const fn allows_automation(self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Whether a person may answer.
    pub const fn allows_people(self) -> bool {
        matches!(self, Self::Open { .. } | Self::HumanAgentOnly { .. })
    }

    /// When the present state ends.
    pub const fn closes_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Open { closes_at } | Self::HumanAgentOnly { closes_at } => Some(closes_at),
            Self::Closed => None,
        }
    }
}

/// The reply window at an instant. A customer who never wrote can not be written to.
pub fn reply_window(
    platform: Platform,
    last_inbound: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> WindowState {
    let ends = |length: TimeDelta| {
        last_inbound
            .and_then(|last| last.checked_add_signed(length))
            .filter(|closes_at| now < *closes_at)
    };
    if let Some(closes_at) = ends(STANDARD) {
        return WindowState::Open { closes_at };
    }
    match platform {
        Platform::Instagram => ends(HUMAN_AGENT).map_or(WindowState::Closed, |closes_at| {
            WindowState::HumanAgentOnly { closes_at }
        }),
        Platform::Whatsapp => WindowState::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_785_000_000 + seconds, 0).unwrap()
    }

    const DAY: i64 = 86_400;

    #[test]
    fn the_window_closes_exactly_24_hours_after_the_last_message() {
        for platform in Platform::ALL {
            let state = |now| reply_window(platform, Some(at(0)), at(now));
            assert_eq!(state(0), WindowState::Open { closes_at: at(DAY) });
            assert_eq!(state(DAY - 1), WindowState::Open { closes_at: at(DAY) });
            assert!(!state(DAY).allows_automation());
        }
    }

    #[test]
    fn a_person_may_answer_on_instagram_for_seven_days() {
        let state = |now| reply_window(Platform::Instagram, Some(at(0)), at(now));
        let human = WindowState::HumanAgentOnly {
            closes_at: at(7 * DAY),
        };
        assert_eq!(state(DAY), human);
        assert_eq!(state(7 * DAY - 1), human);
        assert_eq!(state(7 * DAY), WindowState::Closed);
        assert!(human.allows_people() && !human.allows_automation());
    }

    #[test]
    fn whatsapp_has_no_window_for_people() {
        assert_eq!(
            reply_window(Platform::Whatsapp, Some(at(0)), at(DAY)),
            WindowState::Closed
        );
    }

    #[test]
    fn a_customer_who_never_wrote_can_not_be_written_to() {
        for platform in Platform::ALL {
            assert_eq!(reply_window(platform, None, at(0)), WindowState::Closed);
        }
    }

    #[test]
    fn a_message_with_a_time_a_little_ahead_of_our_clock_opens_the_window() {
        let state = reply_window(Platform::Whatsapp, Some(at(5)), at(0));
        assert_eq!(state.closes_at(), Some(at(DAY + 5)));
    }
}
