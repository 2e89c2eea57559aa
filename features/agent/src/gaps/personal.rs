//! Taking out of a text what belongs to one person: an answer to one customer becomes an answer to
//! everybody.
//!
//! In doubt something is taken out: the place is marked, and an answer with a mark in it is not
//! kept (`close`). What several customers were told is the business's own, such as its telephone,
//! and stays.

use serde::Serialize;

use crate::words::{Courtesy, courtesy, plain};

/// Stands where something was taken out.
pub const MARK: &str = "[…]";

/// What belongs to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GapPersonal)]
pub enum Personal {
    /// A name or a handle.
    Name,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of an order, a parcel, an account.
    Number,
}

impl Personal {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Name, Self::Email, Self::Phone, Self::Number];
}

/// What is known of those who talked.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Words of the names of the customer and of the people who answer, plain.
    pub(super) names: Vec<String>,
    /// The business's name, plain.
    pub(super) business: String,
    /// What other customers were told, word for word.
    pub(super) told: Vec<String>,
}

impl Known {
    /// Adds a person's name.
    pub(super) fn person(&mut self, name: &str) {
        let words = plain(name);
        let words = words
            .split_whitespace()
            .filter(|word| word.chars().count() > 2);
        self.names.extend(words.map(str::to_owned));
    }

    fn is_name(&self, word: &str) -> bool {
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let word = plain(word);
        let word = word.trim();
        capital
            && self.names.iter().any(|name| name == word)
            && !plain(&self.business).contains(&format!(" {word} "))
    }

    /// Whether it was said to others, too.
    fn is_ours(&self, text: &str) -> bool {
        let squeezed = |text: &str| text.replace(char::is_whitespace, "");
        let wanted = squeezed(text);
        self.told
            .iter()
            .any(|told| squeezed(told).contains(&wanted))
    }
}

/// A text without what belongs to one person, and what that was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) text: String,
    pub(super) removed: Vec<Personal>,
    /// Addresses and numbers that stayed, since others were told them, too.
    pub(super) flagged: Vec<String>,
}

/// Takes out what belongs to one person.
pub(super) fn bare(text: &str, known: &Known) -> Bare {
    let mut found = Bare::default();
    let mut lines: Vec<String> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = if at == 0 {
            without_greeting(line, known, &mut found)
        } else {
            line
        };
        let kept = bare_line(line, known, &mut found);
        // A line that was only a name is a signature.
        let signature = kept.trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
        if !(signature && kept.contains(MARK)) {
            lines.push(kept);
        }
    }
    found.text = begun(lines.join("\n").trim());
    found.removed.sort_unstable();
    found.removed.dedup();
    found
}

/// A text that begins with a capital, as it may not where a greeting stood before it.
fn begun(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The line behind a greeting that it begins with.
fn without_greeting<'a>(line: &'a str, known: &Known, found: &mut Bare) -> &'a str {
    let Some(end) = line.find([',', '!', '.', '…', '–', '—']) else {
        return line;
    };
    let (first, rest) = line.split_at(end);
    let mut named = false;
    let words: Vec<&str> = first
        .split_whitespace()
        .filter(|word| {
            let name = known.is_name(word);
            named |= name;
            !name
        })
        .collect();
    if courtesy(&words.join(" ")) != Some(Courtesy::Greeting) {
        return line;
    }
    if named {
        found.removed.push(Personal::Name);
    }
    rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '¿' && c != '¡')
}

fn bare_line(line: &str, known: &Known, found: &mut Bare) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut kept: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let (count, what) = personal(rest, known);
        let piece = rest.get(..count).unwrap_or_default().join(" ");
        let ends = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '"' | '»');
        let core = piece.trim_end_matches(ends);
        let tail = piece.get(core.len()..).unwrap_or_default();
        match what {
            None => kept.push(piece.clone()),
            Some(what) if what != Personal::Name && known.is_ours(core) => {
                if !found.flagged.iter().any(|one| one == core) {
                    found.flagged.push(core.to_owned());
                }
                kept.push(piece.clone());
            }
            Some(what) => {
                found.removed.push(what);
                // Two in a row leave one mark.
                if kept.last().is_some_and(|last| last == MARK) {
                    kept.pop();
                }
                kept.push(format!("{MARK}{tail}"));
            }
        }
        at += count.max(1);
    }
    kept.join(" ")
}

/// How many words at the beginning belong together, and what they are.
fn personal(words: &[&str], known: &Known) -> (usize, Option<Personal>) {
    let count = phone(words);
    if count > 0 {
        return (count, Some(Personal::Phone));
    }
    let Some(word) = words.first() else {
        return (0, None);
    };
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '#');
    let what = if is_email(bare) {
        Some(Personal::Email)
    } else if bare.len() > 1 && bare.starts_with('@') || known.is_name(bare) {
        Some(Personal::Name)
    } else if is_number(bare) {
        Some(Personal::Number)
    } else {
        None
    };
    (1, what)
}

fn is_email(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(before, after)| !before.is_empty() && after.contains('.'))
}

/// Whether a word is the number of something: five digits in a row, or letters and digits mixed as
/// nobody writes words. Prices, times, years and measures are shorter or have signs.
fn is_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let longest = word
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max();
    let letters = word.chars().filter(char::is_ascii_uppercase).count();
    let plain_signs = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "#-_/".contains(c));
    (word.starts_with('#') && digits > 0)
        || longest.unwrap_or_default() >= 5
        || (plain_signs && digits >= 3 && letters >= 2)
}

/// How many words at the beginning make a telephone number.
fn phone(words: &[&str]) -> usize {
    let signs = |c: char| c.is_ascii_digit() || "+()-.".contains(c);
    let (mut digits, mut count) = (0, 0);
    for word in words {
        let core = word.trim_end_matches([',', ';', '!', '?', ':']);
        if core.is_empty() || !core.chars().all(signs) {
            break;
        }
        digits += core.chars().filter(char::is_ascii_digit).count();
        count += 1;
        if core.len() < word.len() {
            break;
        }
    }
    let first = words.first().and_then(|word| word.chars().next());
    let least = if matches!(first, Some('+' | '0' | '(')) {
        8
    } else {
        9
    };
    if (least..=15).contains(&digits) {
        count
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let mut known = Known {
            business: "Atelier Lumen".to_owned(),
            told: vec!["Call us: 01 45 67 89 10".to_owned()],
            ..Known::default()
        };
        known.person("Emma Peeters");
        known.person("Camille Lumen");
        known
    }

    fn after(text: &str) -> String {
        bare(text, &known()).text
    }

    #[test]
    fn greetings_names_and_signatures_go() {
        let found = bare("Hi Emma,  yes, we wrap gifts.\nCamille", &known());
        assert_eq!(found.text, "Yes, we wrap gifts.");
        assert_eq!(found.removed, [Personal::Name]);
        assert_eq!(after("Bonjour Emma ! Oui."), "Oui.");
        assert_eq!(after("Hello! We do."), "We do.");
        assert_eq!(after("We do, Emma."), "We do, […].");
        assert_eq!(
            after("Atelier Lumen wraps gifts."),
            "Atelier Lumen wraps gifts."
        );
        assert_eq!(after("Ask @emma.p about it"), "Ask […] about it");
    }

    #[test]
    fn addresses_and_numbers_go() {
        let found = bare(
            "Your order #4711 and parcel LX123456FR: write to emma@example.org or +33 6 12 34 56 78.",
            &known(),
        );
        assert_eq!(
            found.text,
            "Your order […] and parcel […]: write to […] or […]."
        );
        let all = [Personal::Email, Personal::Phone, Personal::Number];
        assert_eq!(found.removed, all);
    }

    #[test]
    fn prices_times_years_and_measures_stay() {
        for text in [
            "It costs €4.50, from 60 euros it is free.",
            "Open 10:00 to 18:30, since 2019, up to 220 °C.",
            "1 to 2 working days; 1,500 pieces; 24/7; A4; 3x.",
        ] {
            let found = bare(text, &known());
            assert_eq!((found.text.as_str(), found.removed.len()), (text, 0));
        }
    }

    #[test]
    fn what_others_were_told_too_stays_and_is_pointed_out() {
        let found = bare("Please call 01 45 67 89 10.", &known());
        assert_eq!(found.text, "Please call 01 45 67 89 10.");
        assert_eq!(found.flagged, ["01 45 67 89 10"]);
    }
}
