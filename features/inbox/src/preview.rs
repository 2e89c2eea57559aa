//! The line of a conversation in the list.

use serde_json::Value;

use crate::details::Details;

/// Characters of a preview.
const LENGTH: usize = 140;

/// One line for the list: what kind of thing it is, and its words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// A stable word that the page translates.
    pub(crate) kind: &'a str,
    /// May be empty.
    pub(crate) words: String,
}

impl<'a> Line<'a> {
    /// The line of a message: its words, else what stands for them.
    pub(crate) fn of(kind: &'a str, text: &str, details: &Value) -> Self {
        let text = shortened(text);
        let words = if text.is_empty() {
            shortened(&instead(&Details::read(details)))
        } else {
            text
        };
        Self { kind, words }
    }

    /// The line of a message that was taken back.
    pub(crate) fn removed() -> Self {
        Self {
            kind: "removed",
            words: String::new(),
        }
    }
}

/// What stands for the words of a message without any.
fn instead(details: &Details) -> String {
    let file = details.attachments.first();
    let named = file.and_then(|file| file.filename.clone().or_else(|| file.title.clone()));
    let card = || details.cards.first()?.name.clone();
    let place = || {
        let place = details.location.as_ref()?;
        place.name.clone().or_else(|| place.address.clone())
    };
    let lead = || details.referral.as_ref()?.headline.clone();
    named
        .or_else(card)
        .or_else(place)
        .or_else(lead)
        .unwrap_or_default()
}

/// One line of bounded length.
pub(crate) fn shortened(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() > LENGTH {
            break;
        }
    }
    if line.chars().count() <= LENGTH {
        return line;
    }
    let mut short: String = line.chars().take(LENGTH - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn words(text: &str, details: &Value) -> String {
        Line::of("any", text, details).words
    }

    #[test]
    fn a_preview_is_one_line_of_bounded_length() {
        assert_eq!(words(" Hello\n  there ", &json!({})), "Hello there");
        let long = words(&"é".repeat(100_000), &json!({}));
        assert_eq!(long.chars().count(), LENGTH);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_message_without_words_shows_what_it_is_called() {
        let file = json!({"attachments": [{"kind": "document", "filename": "a.pdf"}]});
        assert_eq!(words(" ", &file), "a.pdf");
        assert_eq!(words("", &json!({"cards": [{"name": "Léa"}]})), "Léa");
        assert_eq!(words("", &json!({"attachments": [{"kind": "image"}]})), "");
    }
}
