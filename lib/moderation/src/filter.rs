//! The filter itself.

use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::fold::is_unseen;
use crate::lexicon::Lexicon;
use crate::pattern::Pattern;
use crate::{Category, lists, masked, spelled, words};

static BUILTIN: LazyLock<Filter> = LazyLock::new(|| Filter {
    lexicon: Lexicon::new(lists::all().filter_map(Result::ok).collect()),
    signs: Vec::new(),
});

/// Something in a text that is held against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What for.
    pub category: Category,
    /// The words of the list that it is, which need not be how it is written in the text.
    pub term: String,
    /// Where it stands in the text, in bytes.
    pub position: Range<usize>,
}

/// Words and phrases that are looked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    lexicon: Lexicon,
    /// What has no letters, or pictures among them, looked for as it is.
    signs: Vec<String>,
}

impl Filter {
    /// The words and phrases that a workspace blocks itself, as [`Category::Blocked`]. A word is
    /// met as a whole, in any case and disguise; with a star at its end (`scam*`) also where it
    /// only begins so. A phrase is met where its words follow each other. What has no letter, or an
    /// emoji, is looked for as it is.
    pub fn new<T: AsRef<str>>(words: &[T], phrases: &[T]) -> Self {
        let mut patterns = Vec::new();
        let mut signs = Vec::new();
        for text in words.iter().chain(phrases).map(|text| text.as_ref().trim()) {
            // The selector that asks for colour is there or not.
            let text = text.trim_end_matches('\u{fe0f}');
            match Pattern::literal(Category::Blocked, text) {
                Some(pattern) if !text.contains(is_picture) => patterns.push(pattern),
                _ if !text.is_empty() => signs.push(text.to_owned()),
                _ => {}
            }
        }
        Self {
            lexicon: Lexicon::new(patterns),
            signs,
        }
    }

    /// What is looked for everywhere: English, French and Spanish.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The gravest thing in a text, and of several the first.
    pub fn check(&self, text: &str) -> Option<Finding> {
        // Of equal ones `max_by_key` takes the last.
        self.findings(text)
            .into_iter()
            .rev()
            .max_by_key(|finding| finding.category)
    }

    /// Everything in a text, in its order. What is part of something as grave is not said twice.
    pub fn findings(&self, text: &str) -> Vec<Finding> {
        let words = masked::resolved(words::of(text), &self.lexicon);
        let mut found = Vec::new();
        let mut allowed = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for pattern in self.lexicon.that_begin_with(word) {
                let Some(met) = pattern.meet(&words, at) else {
                    continue;
                };
                let last = met.end.checked_sub(1).and_then(|last| words.get(last));
                let position = word.span.start..last.map_or(word.span.end, |last| last.span.end);
                match pattern.category {
                    None => allowed.push(position),
                    Some(category) => found.push(Finding {
                        category,
                        term: met.term(),
                        position,
                    }),
                }
            }
        }
        found.retain(|finding| !allowed.iter().any(|span| holds(span, &finding.position)));
        let spelled = spelled::found(&words, &self.lexicon).into_iter();
        found.extend(spelled.map(|word| Finding {
            category: word.category,
            term: word.term,
            position: word.position,
        }));
        for sign in &self.signs {
            found.extend(text.match_indices(sign).map(|(at, _)| Finding {
                category: Category::Blocked,
                term: sign.clone(),
                position: at..at + sign.len(),
            }));
        }
        once_each(found)
    }
}

/// Whether it is an emoji or another picture: beyond the arrows, and neither a letter nor a mark
/// between letters.
fn is_picture(letter: char) -> bool {
    let is_mark = matches!(letter, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}');
    letter >= '\u{2190}' && !letter.is_alphanumeric() && !is_unseen(letter) && !is_mark
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Without what is part of something as grave or graver.
fn once_each(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|one, other| {
        let length = |finding: &Finding| finding.position.len();
        other
            .category
            .cmp(&one.category)
            .then(length(other).cmp(&length(one)))
            .then(one.position.start.cmp(&other.position.start))
    });
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        if !kept
            .iter()
            .any(|grave| holds(&grave.position, &finding.position))
        {
            kept.push(finding);
        }
    }
    kept.sort_by_key(|finding| finding.position.start);
    kept
}
