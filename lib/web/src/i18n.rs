//! The words of the product in every language it speaks, and how numbers and times are written.
//!
//! Catalogues are TOML files, one folder a language, one file an area: the key `title` in
//! `i18n/en/inbox.toml` is asked for as `inbox.title`. A message may hold `{name}` arguments,
//! and may have plural forms (a table with `one` and `other`).

mod calendar;
mod catalogue;
mod format;
mod locale;
mod message;

pub(crate) use catalogue::known;
pub use format::{
    clock, date, date_long, date_time, day, hundredths, number, percent, relative, weekday,
};
pub use locale::Locale;
pub use message::{Count, Message};

#[cfg(test)]
mod completeness;
