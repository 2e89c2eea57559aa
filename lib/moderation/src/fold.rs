//! Letters as a person sees them.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a letter is taken for, by the letter.
static LOOKALIKES: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    include_str!("../lists/lookalikes.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(meant, seen)| seen.chars().map(move |letter| (letter, meant)))
        .collect()
});

/// Adds the letter as a person sees it: small, without accents, in its plain form.
pub(crate) fn push_seen(letter: char, seen: &mut String) {
    if letter.is_ascii() {
        seen.push(letter.to_ascii_lowercase());
        return;
    }
    let plain = in_square(letter).unwrap_or(letter);
    for part in plain.to_lowercase().nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(part) {
            continue;
        }
        match LOOKALIKES.get(&part) {
            Some(meant) => seen.push_str(meant),
            None => seen.push(part),
        }
    }
}

/// Whether nobody sees it: marks on a letter, and characters without a width.
pub(crate) fn is_unseen(letter: char) -> bool {
    is_combining_mark(letter)
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{e0000}'..='\u{e01ef}')
}

/// Letters in black squares and circles, which Unicode does not take apart.
fn in_square(letter: char) -> Option<char> {
    let code = u32::from(letter);
    let first = [0x1f130, 0x1f150, 0x1f170]
        .into_iter()
        .find(|first| (*first..*first + 26).contains(&code))?;
    char::from_u32(u32::from('a') + code - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        let mut seen = String::new();
        for letter in text.chars().filter(|letter| !is_unseen(*letter)) {
            push_seen(letter, &mut seen);
        }
        seen
    }

    #[test]
    fn disguised_letters_are_seen_as_what_they_look_like() {
        for (disguised, plain) in [
            ("ｆｕｌｌ", "full"),
            ("АВСЕНКМОРТХ", "abcehkmoptx"),
            ("ρουτε", "poute"),
            ("𝐛𝐨𝐥𝐝 𝓼𝓬𝓻𝓲𝓹𝓽", "bold script"),
            ("ⓒⓘⓡⓒⓛⓔ 🅱🅾🆇", "circle box"),
            ("é̷̢̛c̸̨o̶l̴é", "ecole"),
            ("in\u{200b}vi\u{ad}si\u{feff}ble", "invisible"),
            ("Straße Cœur ÆØŁ", "strasse coeur aeol"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(seen(disguised), plain, "{disguised}");
        }
    }

    #[test]
    fn other_scripts_stay_what_they_are() {
        assert_eq!(seen("日本語"), "日本語");
        assert_eq!(seen("שלום"), "שלום");
    }
}
