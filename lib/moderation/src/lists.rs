//! The lists that come with the filter.

use crate::Category;
use crate::notation::Unreadable;
use crate::pattern::Pattern;

const LISTS: [&str; 3] = [
    include_str!("../lists/english.txt"),
    include_str!("../lists/french.txt"),
    include_str!("../lists/spanish.txt"),
];

/// Every line of the lists, read.
pub(crate) fn all() -> impl Iterator<Item = Result<Pattern, Unreadable>> {
    let lines = LISTS.into_iter().flat_map(str::lines);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(read)
}

fn read(line: &str) -> Result<Pattern, Unreadable> {
    let wrong = |why| Unreadable(line.to_owned(), why);
    let (name, text) = line
        .split_once(": ")
        .ok_or_else(|| wrong("it has no category"))?;
    if name == "allow" {
        return Pattern::read(None, text);
    }
    let category = Category::ALL
        .into_iter()
        .find(|category| category.name() == name);
    let category = category.ok_or_else(|| wrong("nobody knows its category"))?;
    Pattern::read(Some(category), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_can_be_read() {
        let wrong: Vec<Unreadable> = all().filter_map(Result::err).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(all().count() > 400);
    }

    #[test]
    fn a_line_without_a_known_category_is_refused() {
        for line in ["fool", "rude: fool", "insult: {"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
