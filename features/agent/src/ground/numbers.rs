//! Numbers in a text, in a form in which they can be compared: prices, times, dates, amounts.

use std::collections::BTreeSet;

use crate::words::plain;

/// Digits from which on a number is taken as one, such as a telephone's.
const LONG: usize = 8;

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// As it is written.
    pub(super) written: String,
    /// The ways to read it; each is a number, or several of which all have to be known.
    readings: Vec<Vec<String>>,
    /// All digits.
    digits: String,
}

/// The numbers that are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    numbers: BTreeSet<String>,
    long: Vec<String>,
}

impl Known {
    pub(super) fn learn(&mut self, text: &str) {
        for number in find(text) {
            self.numbers.extend(number.readings.into_iter().flatten());
            if number.digits.len() >= LONG {
                self.long.push(number.digits);
            }
        }
        self.numbers.extend(spelled(text).map(|(_, value)| value));
    }

    /// Whether this number is known.
    pub(super) fn has(&self, number: &str) -> bool {
        self.numbers.contains(number)
    }

    fn knows(&self, number: &Number) -> bool {
        let all = |reading: &Vec<String>| reading.iter().all(|one| self.numbers.contains(one));
        let one_number = |reading: &&Vec<String>| reading.len() == 1;
        if number.digits.len() < LONG {
            return number.readings.iter().any(all);
        }
        // A telephone's digits in groups prove nothing one by one; a date's do.
        let end = number.digits.len() - LONG;
        let tail = number.digits.get(end..).unwrap_or_default();
        self.long.iter().any(|known| known.contains(tail))
            || number.readings.iter().filter(one_number).any(all)
            || number.readings.iter().filter(|r| is_date(r)).any(all)
    }

    /// The first number of a text that is not known.
    pub(super) fn unknown(&self, text: &str) -> Option<String> {
        let foreign = find(text).into_iter().find(|number| !self.knows(number));
        foreign.map(|number| number.written).or_else(|| {
            spelled(text)
                .find(|(_, value)| !self.numbers.contains(value))
                .map(|(word, _)| word.to_owned())
        })
    }
}

fn is_date(parts: &[String]) -> bool {
    let value = |part: &String| part.parse::<u32>().unwrap_or(u32::MAX);
    let years = parts
        .iter()
        .filter(|part| (1900..2200).contains(&value(part)))
        .count();
    let small = parts.iter().filter(|part| value(part) <= 31).count();
    parts.len() == 3 && years == 1 && small == 2
}

/// Digits with what stood before them.
struct Part {
    before: char,
    digits: String,
}

/// What may stand between the digits of one number.
fn joins(letter: char) -> bool {
    matches!(
        letter,
        '.' | ','
            | '\''
            | '’'
            | ' '
            | '\u{a0}'
            | '\u{202f}'
            | '\u{2009}'
            | ':'
            | 'h'
            | 'H'
            | '/'
            | '-'
            | '–'
            | '('
            | ')'
    )
}

/// What only separates numbers, such as the ends of a range and the parts of a telephone's.
fn separates(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\u{a0}' | '\u{202f}' | '/' | '-' | '–' | '(' | ')'
    )
}

/// The numbers of a text. The marks of a numbered list are none.
pub(super) fn find(text: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    for line in text.lines() {
        let mut parts: Vec<Part> = Vec::new();
        let mut written = String::new();
        let mut gap = String::new();
        let mut rest = without_mark(line).chars().peekable();
        while let Some(letter) = rest.next() {
            if letter.is_ascii_digit() {
                let mut between = gap.chars();
                let joined = match (between.next(), between.next()) {
                    (Some(one), None) if joins(one) => Some(one),
                    // "+33 (0)1", "2 - 4"
                    _ if gap.len() < 5 && gap.chars().all(separates) => Some(' '),
                    _ => None,
                };
                let fresh = parts.is_empty();
                if !fresh && joined.is_none() {
                    numbers.extend(number(&parts, &written, &gap));
                    parts.clear();
                    written.clear();
                }
                if !parts.is_empty() {
                    written.push_str(&gap);
                }
                let before = if parts.is_empty() {
                    '\0'
                } else {
                    joined.unwrap_or('\0')
                };
                gap.clear();
                let mut digits = String::from(letter);
                while let Some(next) = rest.next_if(char::is_ascii_digit) {
                    digits.push(next);
                }
                written.push_str(&digits);
                parts.push(Part { before, digits });
            } else {
                gap.push(letter);
            }
        }
        numbers.extend(number(&parts, &written, &gap));
    }
    numbers
}

/// The line without the mark of a numbered list.
fn without_mark(line: &str) -> &str {
    let line = line.trim_start();
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let behind = line.get(digits..).unwrap_or_default();
    if (1..=2).contains(&digits) && (behind.starts_with(". ") || behind.starts_with(") ")) {
        behind.get(2..).unwrap_or_default()
    } else {
        line
    }
}

/// Reads parts that stand together; `after` is what follows them.
fn number(parts: &[Part], written: &str, after: &str) -> Option<Number> {
    if parts.is_empty() {
        return None;
    }
    let apart: Vec<String> = parts.iter().map(|part| trimmed(&part.digits)).collect();
    let mut readings = Vec::new();
    if let Some(one) = as_one(parts) {
        let value = one
            .parse::<u32>()
            .ok()
            .filter(|hour| (1..12).contains(hour));
        if let Some(hour) = value.filter(|_| says_afternoon(after)) {
            readings.push(vec![(hour + 12).to_string()]);
        }
        readings.push(vec![one]);
    }
    if parts.len() > 1 {
        // Ranges and dates; of a decimal number the halves alone prove nothing.
        let decimal = |part: &Part| matches!(part.before, '.' | ',' | ':' | 'h' | 'H' | '\'' | '’');
        let dotted_date = parts.len() == 3 && is_date(&apart);
        if dotted_date || !parts.iter().skip(1).any(decimal) {
            readings.push(apart);
        } else if parts.iter().skip(1).any(|part| !decimal(part)) {
            readings.push(ranges(parts));
        }
    }
    Some(Number {
        written: written.to_owned(),
        digits: parts.iter().map(|part| part.digits.as_str()).collect(),
        readings,
    })
}

/// "9:00-18:30" and "1.5 - 2": the numbers between what only separates.
fn ranges(parts: &[Part]) -> Vec<String> {
    let mut all = Vec::new();
    let mut group: Vec<&Part> = Vec::new();
    let flush = |group: &mut Vec<&Part>, all: &mut Vec<String>| {
        let owned: Vec<Part> = group
            .drain(..)
            .map(|part| Part {
                before: part.before,
                digits: part.digits.clone(),
            })
            .collect();
        match as_one(&owned) {
            Some(one) => all.push(one),
            None => all.extend(owned.iter().map(|part| trimmed(&part.digits))),
        }
    };
    for part in parts {
        if separates(part.before) && !group.is_empty() {
            flush(&mut group, &mut all);
        }
        group.push(part);
    }
    flush(&mut group, &mut all);
    all
}

fn says_afternoon(after: &str) -> bool {
    let after = after.trim_start().to_lowercase();
    after.starts_with("pm") || after.starts_with("p.m")
}

/// The parts as one number; none when they can't be.
fn as_one(parts: &[Part]) -> Option<String> {
    let (first, more) = parts.split_first()?;
    let mut whole = first.digits.clone();
    let mut decimals = String::new();
    for (at, part) in more.iter().enumerate() {
        let last = at + 1 == more.len();
        let thousands = part.digits.len() == 3 && whole.len() <= 9 && first.digits.len() <= 3;
        match part.before {
            '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' if thousands => {
                whole.push_str(&part.digits);
            }
            '.' | ',' if last => decimals.clone_from(&part.digits),
            ':' | 'h' | 'H' if last && more.len() == 1 && part.digits.len() == 2 => {
                decimals.clone_from(&part.digits);
            }
            _ => return None,
        }
    }
    let decimals = decimals.trim_end_matches('0');
    let whole = trimmed(&whole);
    Some(if decimals.is_empty() {
        whole
    } else {
        format!("{whole}.{decimals}")
    })
}

fn trimmed(digits: &str) -> String {
    let bare = digits.trim_start_matches('0');
    if bare.is_empty() { "0" } else { bare }.to_owned()
}

/// Numbers as words in English, French and Spanish, without those that are other words, too.
const WORDS: &[(&str, &str)] = &[
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("fifteen", "15"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
    ("hundred", "100"),
    ("deux", "2"),
    ("trois", "3"),
    ("quatre", "4"),
    ("cinq", "5"),
    ("sept", "7"),
    ("huit", "8"),
    ("dix", "10"),
    ("onze", "11"),
    ("douze", "12"),
    ("quinze", "15"),
    ("vingt", "20"),
    ("trente", "30"),
    ("quarante", "40"),
    ("cinquante", "50"),
    ("soixante", "60"),
    ("dos", "2"),
    ("tres", "3"),
    ("cuatro", "4"),
    ("cinco", "5"),
    ("seis", "6"),
    ("siete", "7"),
    ("ocho", "8"),
    ("nueve", "9"),
    ("diez", "10"),
    ("doce", "12"),
    ("quince", "15"),
    ("veinte", "20"),
    ("treinta", "30"),
    ("cuarenta", "40"),
    ("cincuenta", "50"),
    ("cien", "100"),
];

fn spelled(text: &str) -> impl Iterator<Item = (&'static str, String)> {
    let text = plain(text);
    let said = |(word, value): &(&'static str, &'static str)| {
        text.contains(&format!(" {word} "))
            .then(|| (*word, (*value).to_owned()))
    };
    // French "très" loses its accent and is no Spanish three.
    let found: Vec<_> = WORDS.iter().filter_map(said).collect();
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(known: &str, text: &str) -> Option<String> {
        let mut numbers = Known::default();
        numbers.learn(known);
        numbers.unknown(text)
    }

    #[test]
    fn the_same_number_is_known_however_it_is_written() {
        for (known, text) in [
            ("It costs 49.90 €.", "49,90 € en tout"),
            ("49.00", "It is 49 euros"),
            ("From 1,200 EUR", "1 200 EUR, or 1.200 €"),
            ("1200", "1'200"),
            ("2-4 days", "Between 2 and 4 days"),
            ("two to four days", "2 – 4 days"),
            ("2 jours", "two days"),
            ("Open 9:00-18:30", "de 9h à 18h30"),
            ("until 18:00", "until 6 pm"),
            ("Call +33 1 23 45 67 89", "01.23.45.67.89"),
            ("on 2026-05-12", "12/05/2026, 12.05.2026"),
            ("free above 80 €", "1. Free\n2. Above 80 €"),
        ] {
            assert_eq!(unknown(known, text), None, "{known} | {text}");
        }
    }

    #[test]
    fn another_number_is_found() {
        for (known, text, found) in [
            ("It costs 49.90 €.", "It costs 39.90 €.", "39.90"),
            ("12.34", "1234", "1234"),
            ("2-4 days", "in 3 days", "3"),
            (
                "Call 01 23 45 67 89",
                "Call 01 23 45 67 98",
                "01 23 45 67 98",
            ),
            (
                "Call 01 23 45 67 89",
                "Call 89 67 45 23 01",
                "89 67 45 23 01",
            ),
            ("49.90", "90 days", "90"),
            ("", "twenty euros", "twenty"),
            ("open to 6", "until 18:00", "18:00"),
        ] {
            assert_eq!(
                unknown(known, text).as_deref(),
                Some(found),
                "{known} | {text}"
            );
        }
    }
}
