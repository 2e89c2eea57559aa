//! How much of an allowance is used: `X-App-Usage` and `X-Business-Use-Case-Usage`.

use std::time::Duration;

use serde_json::Value;

/// Header with the app's usage.
pub const APP_USAGE_HEADER: &str = "x-app-usage";
/// Header with the usage of the accounts a call was about.
pub const BUSINESS_USAGE_HEADER: &str = "x-business-use-case-usage";

/// Use of the rolling hour's allowance, as the platform states it beside an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The highest of all counters, in percent; over 100 is possible.
    pub percent: u32,
    /// Minutes until calls are taken again; 0 when they are taken.
    pub regain_minutes: u64,
}

/// How an account may go on calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// At will.
    Free,
    /// Over 75 %: slower.
    Slow,
    /// Over 90 %: only calls that a person caused.
    OnlyPeople,
    /// Throttled: not at all until the platform takes calls again.
    Stopped,
}

impl Usage {
    /// Reads the two headers; what can not be read counts as absent. `None` when neither says
    /// anything.
    pub fn read(app: Option<&str>, business: Option<&str>) -> Option<Self> {
        let app = app
            .and_then(parse)
            .map(|counters| Self::counters(&counters));
        let business = business.and_then(parse).map(|accounts| {
            accounts
                .as_object()
                .into_iter()
                .flat_map(serde_json::Map::values)
                .filter_map(Value::as_array)
                .flatten()
                .map(Self::counters)
                .fold(Self::default(), Self::worse)
        });
        match (app, business) {
            (Some(app), Some(business)) => Some(app.worse(business)),
            (one, other) => one.or(other),
        }
    }

    /// The worse of two.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        Self {
            percent: self.percent.max(other.percent),
            regain_minutes: self.regain_minutes.max(other.regain_minutes),
        }
    }

    /// How to go on.
    pub const fn pace(self) -> Pace {
        match (self.regain_minutes, self.percent) {
            (0, 0..=75) => Pace::Free,
            (0, 76..=90) => Pace::Slow,
            (0, _) => Pace::OnlyPeople,
            _ => Pace::Stopped,
        }
    }

    /// How long to stay away, a day at most; zero when calls are taken.
    pub const fn regain(self) -> Duration {
        Duration::from_mins(if self.regain_minutes < 1440 {
            self.regain_minutes
        } else {
            1440
        })
    }

    fn counters(counters: &Value) -> Self {
        let percent = ["call_count", "total_time", "total_cputime"]
            .iter()
            .filter_map(|key| whole(counters.get(key)?))
            .max()
            .unwrap_or(0);
        Self {
            percent: u32::try_from(percent).unwrap_or(u32::MAX),
            regain_minutes: counters
                .get("estimated_time_to_regain_access")
                .and_then(whole)
                .unwrap_or(0),
        }
    }
}

fn parse(header: &str) -> Option<Value> {
    serde_json::from_str(header).ok()
}

/// A whole number, rounded up, whether written as number or text.
fn whole(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    match text.split_once('.') {
        None => text.parse().ok(),
        Some((whole, fraction)) => {
            let up = u64::from(fraction.chars().any(|digit| digit != '0'));
            whole
                .parse::<u64>()
                .ok()
                .map(|whole| whole.saturating_add(up))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = r#"{"call_count":28,"total_time":25,"total_cputime":31}"#;
    const BUSINESS: &str = r#"{"17841400000000000":[{"type":"instagram","call_count":95,
        "total_cputime":20,"total_time":20,"estimated_time_to_regain_access":0},
        {"type":"messenger","call_count":1,"estimated_time_to_regain_access":12}]}"#;

    #[test]
    fn the_highest_counter_of_all_decides() {
        assert_eq!(Usage::read(Some(APP), None).unwrap().percent, 31);
        let both = Usage::read(Some(APP), Some(BUSINESS)).unwrap();
        assert_eq!(
            both,
            Usage {
                percent: 95,
                regain_minutes: 12
            }
        );
        assert_eq!(both.regain(), Duration::from_mins(12));
    }

    #[test]
    fn headers_that_say_nothing_are_no_usage() {
        assert_eq!(Usage::read(None, None), None);
        assert_eq!(Usage::read(Some("{"), Some("no")), None);
        assert_eq!(Usage::read(Some("{}"), Some("[1]")), Some(Usage::default()));
    }

    #[test]
    fn the_pace_falls_with_the_usage() {
        let pace = |percent, regain_minutes| {
            Usage {
                percent,
                regain_minutes,
            }
            .pace()
        };
        assert_eq!(pace(75, 0), Pace::Free);
        assert_eq!(pace(76, 0), Pace::Slow);
        assert_eq!(pace(90, 0), Pace::Slow);
        assert_eq!(pace(91, 0), Pace::OnlyPeople);
        assert_eq!(pace(140, 0), Pace::OnlyPeople);
        assert_eq!(pace(10, 1), Pace::Stopped);
    }
}
