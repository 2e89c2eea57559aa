//! Numbers, dates and times as each language writes them (patterns from the Unicode CLDR).

use chrono::{DateTime, Datelike, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::calendar::{month_short, months, pick, weekdays};
use super::{Count, Locale, Message};

/// A whole number with its group separator: `12,345`, `12 345`, `12.345`.
pub fn number(locale: Locale, value: impl Count) -> String {
    let value = value.as_count();
    let digits = value.unsigned_abs().to_string();
    let (separator, from) = match locale {
        Locale::En => (',', 4),
        Locale::Fr => ('\u{202f}', 4),
        // Spanish groups only from five digits on.
        Locale::Es => ('.', 5),
    };
    let mut text = String::new();
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() >= from && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A share between 0 and 1 as a percentage: `88%`, `88 %`.
pub fn percent(locale: Locale, share: f64) -> String {
    let value = format!("{:.0}", share * 100.0);
    match locale {
        Locale::En => format!("{value}%"),
        Locale::Fr => format!("{value}\u{202f}%"),
        Locale::Es => format!("{value}\u{a0}%"),
    }
}

/// A number with two digits behind the point, or what the language writes for it: `0.91`, `0,91`.
pub fn hundredths(locale: Locale, value: f64) -> String {
    let text = format!("{value:.2}");
    match locale {
        Locale::En => text,
        Locale::Fr | Locale::Es => text.replace('.', ","),
    }
}

/// The time of day: `14:02`.
pub fn clock(zone: Tz, instant: DateTime<Utc>) -> String {
    let local = zone.from_utc_datetime(&instant.naive_utc());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// The date: `3 Sep 2026`.
pub fn date(locale: Locale, zone: Tz, instant: DateTime<Utc>) -> String {
    let local = zone.from_utc_datetime(&instant.naive_utc());
    format!(
        "{} {} {}",
        local.day(),
        month_short(locale, local.month0()),
        local.year()
    )
}

/// The date in full: `Thursday 3 September 2026`.
pub fn date_long(locale: Locale, zone: Tz, instant: DateTime<Utc>) -> String {
    let local = zone.from_utc_datetime(&instant.naive_utc());
    let (weekday, day, year) = (weekday(locale, zone, instant), local.day(), local.year());
    let month = pick(&months(locale), local.month0());
    match locale {
        Locale::En | Locale::Fr => format!("{weekday} {day} {month} {year}"),
        Locale::Es => format!("{weekday}, {day} de {month} de {year}"),
    }
}

/// Date and time: `3 Sep 2026, 14:02`.
pub fn date_time(locale: Locale, zone: Tz, instant: DateTime<Utc>) -> String {
    format!("{}, {}", date(locale, zone, instant), clock(zone, instant))
}

/// The weekday in full: `Thursday`.
pub fn weekday(locale: Locale, zone: Tz, instant: DateTime<Utc>) -> &'static str {
    let local = zone.from_utc_datetime(&instant.naive_utc());
    pick(&weekdays(locale), local.weekday().num_days_from_monday())
}

/// A day as a heading in a thread: `Today`, `Yesterday`, `Thursday`, `3 Sep 2026`.
pub fn day(locale: Locale, zone: Tz, instant: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match days_between(zone, instant, now) {
        0 => Message::new(locale, "ui.time.today").to_string(),
        1 => Message::new(locale, "ui.time.yesterday").to_string(),
        2..=6 => weekday(locale, zone, instant).to_owned(),
        _ => date(locale, zone, instant),
    }
}

/// How long ago, short enough for a list: `now`, `9m`, `3h`, `Tue`, `3 Sep`, `3 Sep 2025`.
pub fn relative(locale: Locale, zone: Tz, instant: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let age = (now - instant).max(TimeDelta::zero());
    if age < TimeDelta::minutes(1) {
        return Message::new(locale, "ui.time.now").to_string();
    }
    if age < TimeDelta::hours(1) {
        return Message::new(locale, "ui.time.minutes")
            .with("n", age.num_minutes())
            .to_string();
    }
    if age < TimeDelta::hours(24) {
        return Message::new(locale, "ui.time.hours")
            .with("n", age.num_hours())
            .to_string();
    }
    let local = zone.from_utc_datetime(&instant.naive_utc());
    if days_between(zone, instant, now) < 7 {
        return weekday(locale, zone, instant).chars().take(3).collect();
    }
    if local.year() == zone.from_utc_datetime(&now.naive_utc()).year() {
        return format!("{} {}", local.day(), month_short(locale, local.month0()));
    }
    date(locale, zone, instant)
}

fn days_between(zone: Tz, instant: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let local = |instant: DateTime<Utc>| zone.from_utc_datetime(&instant.naive_utc()).date_naive();
    (local(now) - local(instant)).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!(number(Locale::En, 1_234_567), "1,234,567");
        assert_eq!(number(Locale::Fr, 1234), "1\u{202f}234");
        assert_eq!(number(Locale::Es, 1234), "1234");
        assert_eq!(number(Locale::Es, -12_345), "-12.345");
    }

    #[test]
    fn a_fraction_has_the_sign_of_its_language() {
        assert_eq!(hundredths(Locale::En, 0.914), "0.91");
        assert_eq!(hundredths(Locale::Fr, 0.7), "0,70");
        assert_eq!(hundredths(Locale::Es, 1.0), "1,00");
    }

    #[test]
    fn the_date_is_the_one_where_the_reader_is() {
        let instant = at("2026-09-03T22:30:00Z");
        assert_eq!(date_time(Locale::En, Tz::UTC, instant), "3 Sep 2026, 22:30");
        assert_eq!(
            date_time(Locale::Fr, Tz::Europe__Paris, instant),
            "4 sept. 2026, 00:30"
        );
        assert_eq!(
            date_long(Locale::Es, Tz::UTC, instant),
            "jueves, 3 de septiembre de 2026"
        );
    }

    #[test]
    fn an_age_is_as_short_as_it_can_be() {
        let now = at("2026-09-10T12:00:00Z");
        let age = |text| relative(Locale::En, Tz::UTC, at(text), now);
        assert_eq!(age("2026-09-10T12:00:05Z"), "now");
        assert_eq!(age("2026-09-10T11:51:00Z"), "9m");
        assert_eq!(age("2026-09-10T09:00:00Z"), "3h");
        assert_eq!(age("2026-09-08T09:00:00Z"), "Tue");
        assert_eq!(age("2026-09-03T09:00:00Z"), "3 Sep");
        assert_eq!(age("2025-09-03T09:00:00Z"), "3 Sep 2025");
    }

    #[test]
    fn recent_days_are_named() {
        let now = at("2026-09-10T00:30:00Z");
        assert_eq!(
            day(Locale::En, Tz::UTC, at("2026-09-09T23:59:00Z"), now),
            "Yesterday"
        );
        assert_eq!(
            day(
                Locale::Fr,
                Tz::Europe__Paris,
                at("2026-09-09T23:59:00Z"),
                now
            ),
            "Aujourd’hui"
        );
        assert_eq!(
            day(Locale::En, Tz::UTC, at("2026-09-03T00:00:00Z"), now),
            "3 Sep 2026"
        );
    }
}
