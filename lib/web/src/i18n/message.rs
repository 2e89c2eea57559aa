//! A message on its way to a page.

use std::fmt;

use super::{Locale, catalogue, format};

/// A message of the catalogue with its arguments; it is written out where it is displayed.
///
/// A template escapes it like any text, arguments included.
#[derive(Debug, Clone)]
pub struct Message<'k> {
    locale: Locale,
    key: &'k str,
    count: Option<i64>,
    arguments: Vec<(&'k str, String)>,
}

impl<'k> Message<'k> {
    /// The message with this key in this language.
    pub fn new(locale: Locale, key: &'k str) -> Self {
        Self {
            locale,
            key,
            count: None,
            arguments: Vec::new(),
        }
    }

    /// Gives the argument that the message calls `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'k str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// Chooses the plural form and gives `{count}`, written as the language writes numbers.
    #[must_use]
    pub fn count(mut self, count: impl Count) -> Self {
        let count = count.as_count();
        self.count = Some(count);
        self.arguments
            .push(("count", format::number(self.locale, count)));
        self
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(entry) = catalogue::find(self.locale, self.key) else {
            // A test finds every key that is used; an unknown one shows itself.
            return f.write_str(self.key);
        };
        let mut rest = entry.form(self.locale, self.count);
        while let Some((before, opened)) = rest.split_once('{') {
            f.write_str(before)?;
            let Some((name, after)) = opened.split_once('}') else {
                return write!(f, "{{{opened}");
            };
            match self.arguments.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => f.write_str(value)?,
                None => write!(f, "{{{name}}}")?,
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

/// A number of things.
pub trait Count {
    /// The number, cut off at the ends of `i64`.
    fn as_count(&self) -> i64;
}

macro_rules! counts {
    ($($number:ty),*) => {$(
        impl Count for $number {
            fn as_count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )*};
}

counts!(i16, i32, i64, u8, u16, u32, u64, usize);

impl<T: Count + ?Sized> Count for &T {
    fn as_count(&self) -> i64 {
        (**self).as_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_in_by_name() {
        let message = Message::new(Locale::En, "inbox.reply_to")
            .with("name", "Léa")
            .with("channel", "{name}");
        assert_eq!(message.to_string(), "Reply to Léa on {name}…");
    }

    #[test]
    fn each_language_counts_its_own_way() {
        let unread =
            |locale, count: i64| Message::new(locale, "ui.unread").count(count).to_string();
        assert_eq!(unread(Locale::En, 0), "0 unread conversations");
        assert_eq!(unread(Locale::En, 1), "1 unread conversation");
        assert_eq!(unread(Locale::Fr, 0), "0 conversation non lue");
        assert_eq!(
            unread(Locale::Fr, 1200),
            "1\u{202f}200 conversations non lues"
        );
    }

    #[test]
    fn an_unknown_key_shows_itself() {
        assert_eq!(
            Message::new(Locale::Fr, "nothing.like_this").to_string(),
            "nothing.like_this"
        );
    }
}
