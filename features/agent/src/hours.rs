//! Business hours.

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One opening, on one day of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hours {
    /// 1 is Monday, 7 Sunday.
    pub day: u32,
    /// From this time of day on, like `09:00`.
    pub from: String,
    /// Until before this one; at or before `from` means on the next day.
    pub to: String,
}

impl Hours {
    /// Whether day and times can be understood.
    pub fn is_valid(&self) -> bool {
        (1..=7).contains(&self.day) && self.times().is_some()
    }

    fn times(&self) -> Option<(NaiveTime, NaiveTime)> {
        let read = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        Some((read(&self.from)?, read(&self.to)?))
    }

    fn covers(&self, day: u32, time: NaiveTime) -> bool {
        let Some((from, to)) = self.times() else {
            return false;
        };
        if from < to {
            return self.day == day && from <= time && time < to;
        }
        let next = self.day % 7 + 1;
        (self.day == day && from <= time) || (next == day && time < to)
    }
}

/// Whether it is open now; without any hours it always is. An unknown time zone counts as UTC.
pub(crate) fn open(hours: &[Hours], time_zone: &str, now: DateTime<Utc>) -> bool {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let local = now.with_timezone(&zone);
    let day = local.weekday().number_from_monday();
    hours.is_empty() || hours.iter().any(|h| h.covers(day, local.time()))
}

/// The hours in a line for reading; empty when it is always open.
pub(crate) fn in_words(hours: &[Hours]) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let one = |h: &Hours| {
        let day = usize::try_from(h.day)
            .ok()
            .and_then(|day| day.checked_sub(1));
        let day = day.and_then(|day| DAYS.get(day)).unwrap_or(&"");
        format!("{day} {}-{}", h.from, h.to)
    };
    hours.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(day: u32, from: &str, to: &str) -> Hours {
        Hours {
            day,
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    #[test]
    fn hours_are_those_of_the_workspaces_zone() {
        // A Monday; Paris is an hour ahead of UTC in winter.
        let monday = [hours(1, "09:00", "18:00")];
        assert!(open(&monday, "Europe/Paris", at("2026-11-23T08:00:00Z")));
        assert!(!open(&monday, "UTC", at("2026-11-23T08:00:00Z")));
        assert!(!open(&monday, "Europe/Paris", at("2026-11-23T17:00:00Z")));
        assert!(!open(&monday, "Europe/Paris", at("2026-11-24T10:00:00Z")));
        assert!(open(&[], "Europe/Paris", at("2026-11-24T10:00:00Z")));
    }

    #[test]
    fn hours_are_said_in_a_line() {
        let week = [hours(1, "09:00", "18:00"), hours(7, "10:00", "12:00")];
        assert_eq!(in_words(&week), "Mon 09:00-18:00, Sun 10:00-12:00");
        assert_eq!(in_words(&[]), "");
    }

    #[test]
    fn an_opening_may_reach_into_the_next_day() {
        let night = [hours(7, "20:00", "02:00")];
        assert!(open(&night, "UTC", at("2026-11-22T23:00:00Z")));
        assert!(open(&night, "UTC", at("2026-11-23T01:59:00Z")));
        assert!(!open(&night, "UTC", at("2026-11-23T02:00:00Z")));
    }
}
