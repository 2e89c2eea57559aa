//! How the lists are written: one pattern a line, `category: pattern`.
//!
//! | in a pattern | means |
//! |---|---|
//! | words | these words, one after another |
//! | `{a\|b c\|}` | one of these, or nothing |
//! | `word(s)`, `word(s\|es)` | with one of these endings or without |
//! | `word*`, `*word*` | a word that begins so, or holds this |
//! | `~` | at most one word of any kind |
//! | `=` at the beginning | exactly as written: no accents left out, no disguise |
//!
//! The category `allow` is for what is no offence though something in it looks like one; it is
//! always exactly as written.

/// A pattern that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} can't be read: {1}")]
pub(crate) struct Unreadable(pub(crate) String, pub(crate) &'static str);

/// The pattern as places, each with the texts that can stand there.
pub(crate) fn places(pattern: &str) -> Result<Vec<Vec<String>>, Unreadable> {
    let wrong = |why| Unreadable(pattern.to_owned(), why);
    split(pattern)
        .map_err(wrong)?
        .into_iter()
        .map(|place| expand(place).map_err(wrong))
        .collect()
}

/// Cuts at the spaces that are in no group.
fn split(pattern: &str) -> Result<Vec<&str>, &'static str> {
    let (mut places, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, letter) in pattern.char_indices() {
        match letter {
            '{' | '(' if depth > 0 => return Err("a group in a group"),
            '{' | '(' => depth = 1,
            '}' | ')' => depth = depth.checked_sub(1).ok_or("a group without a beginning")?,
            ' ' if depth == 0 => {
                places.extend(pattern.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("a group without an end");
    }
    places.extend(pattern.get(start..));
    places.retain(|place| !place.is_empty());
    Ok(places)
}

/// Every text that a place with groups stands for.
fn expand(place: &str) -> Result<Vec<String>, &'static str> {
    let mut texts = vec![String::new()];
    let mut rest = place;
    while !rest.is_empty() {
        let literal = rest.find(['{', '(']).unwrap_or(rest.len());
        let (plain, group) = rest.split_at(literal);
        for text in &mut texts {
            text.push_str(plain);
        }
        let Some(open) = group.chars().next() else {
            break;
        };
        let end = group.find(if open == '{' { '}' } else { ')' });
        let end = end.ok_or("a group without an end")?;
        let inner = group.get(1..end).unwrap_or_default();
        let nothing = (open == '(').then_some("");
        let choices: Vec<&str> = inner.split('|').chain(nothing).collect();
        texts = texts
            .iter()
            .flat_map(|text| choices.iter().map(move |choice| format!("{text}{choice}")))
            .collect();
        rest = group.get(end + 1..).unwrap_or_default();
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stand_for_every_text_in_them() {
        assert_eq!(
            places("je {vais|veux} te bis(e|er)(s) {~|}").unwrap(),
            [
                vec!["je"],
                vec!["vais", "veux"],
                vec!["te"],
                vec!["bises", "bise", "bisers", "biser", "biss", "bis"],
                vec!["~", ""],
            ]
        );
        assert_eq!(places("{a b|c} d").unwrap(), [vec!["a b", "c"], vec!["d"]]);
    }

    #[test]
    fn broken_groups_are_refused() {
        for broken in ["{a", "a}", "{a{b}}", "(a", "a {b|(c)}"] {
            assert!(places(broken).is_err(), "{broken}");
        }
    }
}
