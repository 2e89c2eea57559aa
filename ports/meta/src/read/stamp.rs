//! Telling the time from the forms platforms write it in.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// 2001-09-09 in seconds: smaller numbers are counters or samples, not times of this product's life.
const FIRST_SECOND: i64 = 1_000_000_000;
/// From here on a number of seconds would lie in the year 5138, so it counts milliseconds.
const FIRST_MILLISECOND: i64 = 100_000_000_000;
/// From here on a number of milliseconds would lie in the year 5138.
const PAST_MILLISECONDS: i64 = 100_000_000_000_000;

/// An instant as a platform stated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Whether it was a number since 1970, which is the form the platforms themselves use in
    /// webhooks. Relays and test tools also send ISO 8601 texts.
    pub from_epoch: bool,
}

impl Stamp {
    /// Reads seconds, milliseconds (told apart by size), either as text, or an ISO 8601 text.
    pub fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number
                .as_i64()
                .or_else(|| whole_part(&number.to_string()))
                .and_then(Self::epoch),
            Value::String(text) => {
                let text = text.trim();
                match text.parse::<i64>() {
                    Ok(number) => Self::epoch(number),
                    Err(_) => Self::iso(text),
                }
            }
            _ => None,
        }
    }

    /// Milliseconds since 1970 when the platform gave a number.
    pub fn epoch_ms(&self) -> Option<i64> {
        self.from_epoch.then(|| self.at.timestamp_millis())
    }

    fn epoch(number: i64) -> Option<Self> {
        let at = match number {
            FIRST_SECOND..FIRST_MILLISECOND => DateTime::from_timestamp(number, 0)?,
            FIRST_MILLISECOND..PAST_MILLISECONDS => DateTime::from_timestamp_millis(number)?,
            _ => return None,
        };
        Some(Self {
            at,
            from_epoch: true,
        })
    }

    fn iso(text: &str) -> Option<Self> {
        // The Graph API writes +0000 without the colon that RFC 3339 asks for.
        let at = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
            .ok()?;
        Some(Self {
            at: at.with_timezone(&Utc),
            from_epoch: false,
        })
    }
}

fn whole_part(number: &str) -> Option<i64> {
    number.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ms(value: Value) -> Option<i64> {
        Stamp::read(&value).map(|stamp| stamp.at.timestamp_millis())
    }

    #[test]
    fn seconds_and_milliseconds_are_told_apart_by_size() {
        assert_eq!(ms(json!(1_785_000_000)), Some(1_785_000_000_000));
        assert_eq!(ms(json!(1_785_000_000_123_i64)), Some(1_785_000_000_123));
        assert_eq!(ms(json!("1785000000")), Some(1_785_000_000_000));
        assert_eq!(ms(json!("1785000000123")), Some(1_785_000_000_123));
        assert_eq!(ms(json!(1_785_000_000.5)), Some(1_785_000_000_000));
    }

    #[test]
    fn iso_texts_are_read_with_and_without_a_colon() {
        let expected = Some(1_631_082_844_000);
        assert_eq!(ms(json!("2021-09-08T06:34:04+0000")), expected);
        assert_eq!(ms(json!("2021-09-08T08:34:04+02:00")), expected);
        assert_eq!(ms(json!("2021-09-08T06:34:04.000Z")), expected);
    }

    #[test]
    fn what_can_not_be_a_time_is_none() {
        for value in [
            json!(1),
            json!("3"),
            json!(-1),
            json!("soon"),
            json!(null),
            json!([]),
            json!(i64::MAX),
            json!(1e300),
        ] {
            assert_eq!(ms(value), None);
        }
    }
}
