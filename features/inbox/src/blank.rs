//! Texts that nobody could see.

/// Whether nothing of a text is visible: only spaces, and characters that have no shape of their own
/// (Unicode's `Default_Ignorable_Code_Point`, and the blank ones of Braille and Hangul).
pub(crate) fn blank(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_whitespace() || letter.is_control() || is_unseen(letter))
}

fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_shape_is_blank_and_what_has_one_is_not() {
        for unseen in [
            "",
            " \n",
            "\u{200b}\u{200d}",
            "\u{feff} \u{2060}",
            "\u{fe0f}",
        ] {
            assert!(blank(unseen), "{unseen:?}");
        }
        for seen in ["a", ".", "\u{200b}é", "❤\u{fe0f}", "👩\u{200d}🍳", "ﷺ"] {
            assert!(!blank(seen), "{seen:?}");
        }
    }
}
