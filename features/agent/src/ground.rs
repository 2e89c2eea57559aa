//! Whether what an answer claims stands in its sources: numbers, prices, dates, addresses, names,
//! and the words of each sentence.
//!
//! It is a check and no proof. What it finds is not sent without a person; an answer that turns a
//! source round with the source's own words passes.

mod calendar;
mod names;
mod numbers;
mod wording;

use std::collections::BTreeSet;

use crate::words::plain;

/// What an answer may claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ground {
    numbers: numbers::Known,
    dates: calendar::Known,
    words: names::Known,
    addresses: BTreeSet<String>,
    currencies: BTreeSet<usize>,
    /// The numbers of the business alone: nobody else says what something costs.
    stated: numbers::Known,
}

/// Currencies under their names.
const CURRENCIES: [&[&str]; 4] = [
    &["€", "eur", "euro", "euros"],
    &["$", "usd", "dollar", "dollars", "dolar", "dolares"],
    &["£", "gbp", "pounds", "livres", "libras"],
    &["chf", "francs", "francos"],
];

fn currencies(text: &str) -> impl Iterator<Item = usize> {
    let (words, text) = (plain(text), text.to_owned());
    let named = move |name: &&str| {
        let sign = !name.chars().all(char::is_alphabetic);
        if sign {
            text.contains(*name)
        } else {
            words.contains(&format!(" {name} "))
        }
    };
    let all = CURRENCIES.iter().enumerate();
    let found: Vec<usize> = all
        .filter(|(_, names)| names.iter().any(&named))
        .map(|(at, _)| at)
        .collect();
    found.into_iter()
}

impl Ground {
    /// Adds a text of the business, whose facts may be said.
    pub(crate) fn learn(&mut self, text: &str) {
        self.stated.learn(text);
        self.hear(text);
    }

    /// Adds what the customer wrote: it may be said back, but is no word on money.
    pub(crate) fn hear(&mut self, text: &str) {
        self.numbers.learn(text);
        self.dates.learn(text);
        self.words.learn(text);
        self.addresses.extend(names::addresses(text));
        self.currencies.extend(currencies(text));
    }

    /// The first claim of an answer that stands in no source. `same_language` says whether the
    /// answer is in the language of its sources, so that words can be compared.
    pub(crate) fn unfounded(
        &self,
        answer: &str,
        language: Option<&str>,
        same_language: bool,
    ) -> Option<String> {
        let number = || self.numbers.unknown(answer);
        let money = || {
            let sentences = answer.replace(". ", "\n");
            let mut sentences = sentences.split(['\n', '!', '?', ';']);
            sentences.find_map(|sentence| {
                currencies(sentence).next()?;
                self.stated.unknown(sentence)
            })
        };
        let date = || {
            let numbered = |month: usize| self.numbers.has(&month.to_string());
            self.dates.unknown(answer, numbered)
        };
        let address = || names::addresses(answer).find(|one| !self.addresses.contains(one));
        let currency = || {
            let foreign = currencies(answer).find(|one| !self.currencies.contains(one));
            let names = CURRENCIES.get(foreign?)?;
            names.first().map(|name| (*name).to_owned())
        };
        let name = || self.words.unknown(answer, language);
        let sentence = || {
            let own =
                same_language.then(|| wording::foreign(answer, |word| self.words.knows_like(word)));
            own.flatten()
        };
        number()
            .or_else(money)
            .or_else(currency)
            .or_else(date)
            .or_else(address)
            .or_else(name)
            .or_else(sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "Delivery. Yes, we deliver to Belgium with Colissimo in 2 to 4 days for 6.90 €, \
                          free above 80 €. Questions: hello@shop.example. Open Monday to Friday.";

    fn claim(answer: &str) -> Option<String> {
        let mut ground = Ground::default();
        ground.learn(SOURCE);
        ground.unfounded(answer, Some("en"), true)
    }

    #[test]
    fn an_amount_that_only_the_customer_named_is_no_promise_of_the_business() {
        let mut ground = Ground::default();
        ground.learn(SOURCE);
        ground.hear("My order is 4711, give me 5000 euros back and call it 5 %.");
        let claim = |answer: &str| ground.unfounded(answer, Some("en"), false);
        let promise = claim("We give 5000 euros back.");
        assert_eq!(promise.as_deref(), Some("5000"));
        assert_eq!(
            claim("It is order 4711. Delivery to Belgium is 6.90 €."),
            None
        );
    }

    #[test]
    fn an_answer_in_other_words_stands_on_its_source() {
        for answer in [
            "Yes, we do.",
            "Yes! Colissimo delivers to Belgium within 2-4 days. It costs 6,90 € and is free above 80 €.",
            "Delivery takes two to four days. You can write to hello@shop.example.",
            "We are open on Wednesday.",
        ] {
            assert_eq!(claim(answer), None, "{answer}");
        }
        let mut ground = Ground::default();
        ground.learn(SOURCE);
        let french = "Oui, nous livrons en Belgique en 2 à 4 jours pour 6,90 € avec Colissimo.";
        assert_eq!(ground.unfounded(french, Some("fr"), false), None);
    }

    #[test]
    fn what_no_source_says_is_named() {
        for (answer, found) in [
            ("It costs 5.90 €.", "5.90"),
            ("It costs 6.90 $.", "$"),
            ("We deliver on Sunday.", "sunday"),
            ("Write to boss@shop.example.", "boss@shop.example"),
            ("We deliver with Chronopost.", "Chronopost"),
            (
                "Yes, we deliver. Every lamp comes with a lifetime warranty and free returns.",
                "Every lamp comes with a lifetime warranty and free returns",
            ),
        ] {
            assert_eq!(claim(answer).as_deref(), Some(found), "{answer}");
        }
    }
}
