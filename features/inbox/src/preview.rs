//! The line of a conversation in the list.

/// Characters of a preview.
const LENGTH: usize = 140;

/// One line for the list: the words, else what kind of thing it is (a stable word that the page
/// translates, in brackets so that nobody takes it for the customer's).
pub(crate) fn preview(kind: &str, text: &str) -> String {
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
    if line.is_empty() {
        return format!("[{kind}]");
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
    use super::*;

    #[test]
    fn a_preview_is_one_line_of_bounded_length() {
        assert_eq!(preview("text", " Hello\n  there "), "Hello there");
        let long = preview("text", &"é".repeat(100_000));
        assert_eq!(long.chars().count(), LENGTH);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_message_without_words_shows_its_kind() {
        assert_eq!(preview("image", " "), "[image]");
    }
}
