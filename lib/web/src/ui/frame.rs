//! What every page knows about its reader, signed in or not.

use std::borrow::Borrow;
use std::fmt;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Flash, Preferences, Sparkline, Theme, TimeTag, person};
use crate::assets;
use crate::i18n::{self, Count, Locale, Message};

/// Language, theme, zone and the helpers that templates call; the `shell` of a public page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The reader's language.
    pub locale: Locale,
    /// The reader's colours.
    pub theme: Theme,
    /// The reader's time zone.
    pub zone: Tz,
    /// When the page is made; ages count from here.
    pub now: DateTime<Utc>,
    /// The token that every form carries.
    pub csrf: String,
    /// A word about what was just done.
    pub flash: Option<Flash>,
    /// Where the simulated platforms have their page, in the demo.
    pub simulator_url: Option<String>,
}

impl Frame {
    /// A frame for a reader with these preferences.
    pub fn new(preferences: Preferences, now: DateTime<Utc>, csrf: impl Into<String>) -> Self {
        Self {
            locale: preferences.locale,
            theme: preferences.theme,
            zone: preferences.zone,
            now,
            csrf: csrf.into(),
            flash: None,
            simulator_url: None,
        }
    }

    /// A frame for samples: English, automatic theme, one fixed afternoon.
    pub fn sample() -> Self {
        let now = DateTime::from_timestamp(1_788_962_760, 0).unwrap_or_default();
        Self::new(Preferences::default(), now, "sample-token")
    }

    /// The message with this key, in the reader's language.
    pub fn t<'k>(&self, key: &'k str) -> Message<'k> {
        Message::new(self.locale, key)
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::asset(name)
    }

    /// The island modules that every page loads.
    pub fn modules(&self) -> Vec<&'static str> {
        assets::names()
            .filter(|name| assets::is_module(name))
            .collect()
    }

    /// How long ago, kept fresh by the browser: `9m`.
    pub fn ago(&self, instant: impl Borrow<DateTime<Utc>>) -> TimeTag {
        let instant = *instant.borrow();
        self.tag(
            instant,
            i18n::relative(self.locale, self.zone, instant, self.now),
            true,
        )
    }

    /// The time of day: `14:02`.
    pub fn clock(&self, instant: impl Borrow<DateTime<Utc>>) -> TimeTag {
        let instant = *instant.borrow();
        self.tag(instant, i18n::clock(self.zone, instant), false)
    }

    /// The date: `3 Sep 2026`.
    pub fn date(&self, instant: impl Borrow<DateTime<Utc>>) -> TimeTag {
        let instant = *instant.borrow();
        self.tag(instant, i18n::date(self.locale, self.zone, instant), false)
    }

    /// Date and time: `3 Sep 2026, 14:02`.
    pub fn date_time(&self, instant: impl Borrow<DateTime<Utc>>) -> TimeTag {
        let instant = *instant.borrow();
        self.tag(
            instant,
            i18n::date_time(self.locale, self.zone, instant),
            false,
        )
    }

    /// A day as a heading: `Today`.
    pub fn day(&self, instant: impl Borrow<DateTime<Utc>>) -> TimeTag {
        let instant = *instant.borrow();
        self.tag(
            instant,
            i18n::day(self.locale, self.zone, instant, self.now),
            false,
        )
    }

    /// A whole number as the language writes it.
    pub fn number(&self, value: impl Count) -> String {
        i18n::number(self.locale, value)
    }

    /// A share between 0 and 1 as a percentage.
    pub fn percent(&self, share: impl Borrow<f64>) -> String {
        i18n::percent(self.locale, *share.borrow())
    }

    /// A number with two digits behind the point, as the language writes it.
    pub fn hundredths(&self, value: impl Borrow<f64>) -> String {
        i18n::hundredths(self.locale, *value.borrow())
    }

    /// The letters in a person's disc.
    pub fn initials(&self, name: impl fmt::Display) -> String {
        person::initials(&name.to_string())
    }

    /// The hue of a person's disc, for `data-hue`.
    pub fn hue(&self, key: impl fmt::Display) -> u8 {
        person::hue(&key.to_string())
    }

    /// A sparkline of these values.
    pub fn sparkline(&self, values: &[f64]) -> Sparkline {
        super::sparkline(values)
    }

    /// Every language, for a menu.
    pub fn locales(&self) -> [Locale; 3] {
        Locale::ALL
    }

    /// Every theme, for a menu.
    pub fn themes(&self) -> [Theme; 3] {
        Theme::ALL
    }

    fn tag(&self, instant: DateTime<Utc>, text: String, ages: bool) -> TimeTag {
        TimeTag {
            text,
            instant,
            locale: self.locale,
            zone: self.zone,
            ages,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_time_is_short_to_read_and_complete_on_hover() {
        let mut frame = Frame::sample();
        frame.zone = Tz::Europe__Paris;
        let shown = frame.ago(frame.now - TimeDelta::minutes(9)).to_string();
        assert_eq!(
            shown,
            "<time datetime=\"2026-09-09T13:57:00Z\" \
             title=\"Wednesday 9 September 2026, 15:57 (Europe/Paris)\" data-ages>9m</time>"
        );
    }
}
