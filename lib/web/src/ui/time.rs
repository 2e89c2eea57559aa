//! An instant on a page: short to read, complete on hover.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

use crate::i18n::{self, Locale};

/// A `<time>` element: what is shown, the instant for machines, and the full instant on hover.
#[derive(Debug, Clone)]
pub struct TimeTag {
    pub(super) text: String,
    pub(super) instant: DateTime<Utc>,
    pub(super) locale: Locale,
    pub(super) zone: Tz,
    /// The text is an age that the browser keeps fresh.
    pub(super) ages: bool,
}

impl fmt::Display for TimeTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.instant.to_rfc3339_opts(SecondsFormat::Secs, true);
        let day = i18n::date_long(self.locale, self.zone, self.instant);
        let clock = i18n::clock(self.zone, self.instant);
        let ages = if self.ages { " data-ages" } else { "" };
        // Zone names and our own words hold nothing that HTML would read as markup.
        write!(
            f,
            "<time datetime=\"{machine}\" title=\"{day}, {clock} ({zone})\"{ages}>{text}</time>",
            zone = self.zone.name(),
            text = self.text
        )
    }
}

impl HtmlSafe for TimeTag {}
