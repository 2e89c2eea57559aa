//! The disc that stands for a person without a picture.

use sha2::{Digest, Sha256};

/// One or two letters for a name: `Léa Moreau` → `LM`, `+32 470…` → `32`, nothing → `?`.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next().map(|first| (word, first)));
    let letters: String = match (words.next(), words.next_back()) {
        (Some((_, first)), Some((_, last))) => [first, last].into_iter().collect(),
        (Some((word, _)), None) => word.chars().take(2).collect(),
        _ => "?".to_owned(),
    };
    letters.to_uppercase()
}

/// How many hues the tokens have for people.
const HUES: u8 = 12;

/// The hue of a person, the same on every page: pass what stays, such as the contact's id.
pub fn hue(key: &str) -> u8 {
    Sha256::digest(key.as_bytes())
        .first()
        .map_or(0, |byte| byte % HUES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        assert_eq!(initials("Léa Moreau"), "LM");
        assert_eq!(initials("ana maria de souza"), "AS");
        assert_eq!(initials("kwame"), "KW");
        assert_eq!(initials("@tom.weiss"), "TW");
        assert_eq!(initials("佐藤 愛子"), "佐愛");
        assert_eq!(initials("  "), "?");
    }

    #[test]
    fn a_person_keeps_its_hue() {
        assert_eq!(hue("cnt_1"), hue("cnt_1"));
        assert!((0..100).all(|n| hue(&format!("cnt_{n}")) < HUES));
    }
}
