//! Days of the week, months and places under their names in English, French and Spanish.

use std::collections::BTreeSet;

use crate::words::plain;

/// The days from Monday on, each under its names.
const DAYS: [&[&str]; 7] = [
    &[
        "monday", "mondays", "mon", "lundi", "lundis", "lun", "lunes",
    ],
    &[
        "tuesday", "tuesdays", "tue", "tues", "mardi", "mardis", "martes",
    ],
    &[
        "wednesday",
        "wednesdays",
        "wed",
        "mercredi",
        "mercredis",
        "mer",
        "miercoles",
    ],
    &[
        "thursday",
        "thursdays",
        "thu",
        "thurs",
        "jeudi",
        "jeudis",
        "jeu",
        "jueves",
    ],
    &[
        "friday",
        "fridays",
        "fri",
        "vendredi",
        "vendredis",
        "ven",
        "viernes",
    ],
    &[
        "saturday",
        "saturdays",
        "sat",
        "samedi",
        "samedis",
        "sam",
        "sabado",
        "sabados",
    ],
    &[
        "sunday",
        "sundays",
        "sun",
        "dimanche",
        "dimanches",
        "dim",
        "domingo",
        "domingos",
    ],
];

/// Names that are other words, too: as a day they count only where days are known.
const DAY_WORDS: &[&str] = &[
    "sat", "sun", "mer", "mar", "jeu", "sam", "dim", "mon", "lun", "ven", "wed", "fri",
];

/// The months, each under its names. English "may" and "march" are other words, too: `plain` can't
/// tell, so they count as known ones only.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "enero"],
    &["february", "feb", "fevrier", "febrero"],
    &["march", "mars", "marzo"],
    &["april", "apr", "avril", "abril"],
    &["may", "mai", "mayo"],
    &["june", "jun", "juin", "junio"],
    &["july", "jul", "juillet", "julio"],
    &["august", "aug", "aout", "agosto"],
    &["september", "sept", "septembre", "septiembre", "setiembre"],
    &["october", "oct", "octobre", "octubre"],
    &["november", "nov", "novembre", "noviembre"],
    &["december", "dec", "decembre", "diciembre"],
];

const MONTH_WORDS: &[&str] = &[
    "may", "march", "mars", "sept", "jan", "mai", "jun", "jul", "aug", "oct", "nov", "dec", "feb",
    "apr",
];

/// Every day at once.
const DAILY: &[&str] = &[
    " every day ",
    " daily ",
    " 7 days ",
    " seven days ",
    " 24 7 ",
    " tous les jours ",
    " 7 jours ",
    " 7j ",
    " todos los dias ",
    " cada dia ",
];

/// What stands between the first and the last of several days.
const UNTIL: &[&str] = &[
    "to", "through", "until", "till", "au", "a", "al", "jusqu", "hasta", "thru",
];

/// Places that have another name in another language.
const PLACES: &[&[&str]] = &[
    &[
        "belgium", "belgique", "belgica", "belgian", "belge", "belges",
    ],
    &["france", "francia", "french", "francais", "frances"],
    &[
        "germany",
        "allemagne",
        "alemania",
        "german",
        "allemand",
        "aleman",
    ],
    &[
        "spain", "espagne", "espana", "spanish", "espagnol", "espanol",
    ],
    &[
        "italy", "italie", "italia", "italian", "italien", "italiano",
    ],
    &["netherlands", "holland", "bas", "hollande", "holanda"],
    &["switzerland", "suisse", "suiza", "swiss"],
    &["portugal", "portuguese", "portugais", "portugues"],
    &[
        "kingdom",
        "uk",
        "royaume",
        "uni",
        "reino",
        "unido",
        "britain",
        "england",
        "angleterre",
        "inglaterra",
    ],
    &["ireland", "irlande", "irlanda"],
    &["austria", "autriche"],
    &["luxembourg", "luxemburgo"],
    &["poland", "pologne", "polonia"],
    &["denmark", "danemark", "dinamarca"],
    &["sweden", "suede", "suecia"],
    &["norway", "norvege", "noruega"],
    &["finland", "finlande", "finlandia"],
    &["greece", "grece", "grecia"],
    &[
        "states", "usa", "us", "etats", "unis", "estados", "unidos", "america", "amerique",
    ],
    &["canada", "canadian", "canadien"],
    &["mexico", "mexique"],
    &["morocco", "maroc", "marruecos"],
    &[
        "europe",
        "europa",
        "european",
        "europeenne",
        "europea",
        "eu",
        "ue",
    ],
    &["london", "londres"],
    &["brussels", "bruxelles", "bruselas"],
    &["english", "anglais", "ingles"],
];

/// Days and months that are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    days: BTreeSet<usize>,
    months: BTreeSet<usize>,
}

fn index(table: &[&[&str]], word: &str) -> Option<usize> {
    table.iter().position(|names| names.contains(&word))
}

impl Known {
    pub(super) fn learn(&mut self, text: &str) {
        // "Mon-Fri" is a range; "Monday, Friday" is none.
        let text = plain(&text.replace(['-', '–', '—'], " to "));
        if DAILY.iter().any(|words| text.contains(words)) {
            self.days.extend(0..DAYS.len());
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            self.months.extend(index(&MONTHS, word));
            let Some(day) = index(&DAYS, word) else {
                continue;
            };
            self.days.insert(day);
            // "Monday to Friday" names Wednesday, too.
            let until = words.get(at + 1).is_some_and(|word| UNTIL.contains(word));
            let next = words.get(at + 2).filter(|_| until);
            if let Some(last) = next.and_then(|word| index(&DAYS, word)) {
                let mut at = day;
                while at != last {
                    at = (at + 1) % DAYS.len();
                    self.days.insert(at);
                }
            }
        }
    }

    /// The first day or month of a text that is not known; a month is also known by its number.
    pub(super) fn unknown(
        &self,
        text: &str,
        knows_number: impl Fn(usize) -> bool,
    ) -> Option<String> {
        let text = plain(text);
        let foreign = text.split_whitespace().find(|word| {
            let day = index(&DAYS, word).filter(|_| !DAY_WORDS.contains(word));
            let month = index(&MONTHS, word).filter(|_| !MONTH_WORDS.contains(word));
            day.is_some_and(|day| !self.days.contains(&day))
                || month.is_some_and(|at| !self.months.contains(&at) && !knows_number(at + 1))
        });
        foreign.map(str::to_owned)
    }
}

/// Whether a word names a day or a month.
pub(super) fn is_date_word(word: &str) -> bool {
    index(&DAYS, word).is_some() || index(&MONTHS, word).is_some()
}

/// The other names of a place.
pub(super) fn other_names(word: &str) -> &'static [&'static str] {
    let found = PLACES.iter().find(|names| names.contains(&word));
    found.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(known: &str, text: &str) -> Option<String> {
        let mut dates = Known::default();
        dates.learn(known);
        dates.unknown(text, |month| known.contains(&format!("-{month:02}-")))
    }

    #[test]
    fn a_day_inside_a_range_and_under_its_name_elsewhere_is_known() {
        assert_eq!(unknown("Mon-Fri 9:00", "ouvert le mercredi"), None);
        assert_eq!(unknown("du lundi au vendredi", "Open on Thursday"), None);
        assert_eq!(unknown("every day", "el domingo"), None);
        assert_eq!(unknown("in August", "en août"), None);
        assert_eq!(unknown("2026-08-01", "in August"), None);
        assert_eq!(unknown("", "You may sat it so"), None);
    }

    #[test]
    fn another_day_or_month_is_found() {
        let found = |known, text| unknown(known, text).unwrap_or_default();
        assert_eq!(found("Monday, Friday", "on Wednesday"), "wednesday");
        assert_eq!(found("Mon-Fri", "le samedi"), "samedi");
        assert_eq!(found("in August", "in December"), "december");
    }
}
