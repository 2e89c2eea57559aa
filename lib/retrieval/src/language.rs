//! Languages whose words search knows how to cut to their stems.

use std::fmt;

use rust_stemmers::Algorithm;
use serde::{Deserialize, Serialize};
use whatlang::{Detector, Lang};

/// The language of a passage: it decides how words are cut to their stems.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Arabic.
    #[serde(rename = "ar")]
    Arabic,
    /// Danish.
    #[serde(rename = "da")]
    Danish,
    /// Dutch.
    #[serde(rename = "nl")]
    Dutch,
    /// Finnish.
    #[serde(rename = "fi")]
    Finnish,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Greek.
    #[serde(rename = "el")]
    Greek,
    /// Hungarian.
    #[serde(rename = "hu")]
    Hungarian,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// Norwegian.
    #[serde(rename = "no")]
    Norwegian,
    /// Portuguese.
    #[serde(rename = "pt")]
    Portuguese,
    /// Romanian.
    #[serde(rename = "ro")]
    Romanian,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
    /// Swedish.
    #[serde(rename = "sv")]
    Swedish,
    /// Turkish.
    #[serde(rename = "tr")]
    Turkish,
    /// Any other: words are compared as they are written.
    #[serde(rename = "simple")]
    Other,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::English,
        Self::French,
        Self::Spanish,
        Self::Arabic,
        Self::Danish,
        Self::Dutch,
        Self::Finnish,
        Self::German,
        Self::Greek,
        Self::Hungarian,
        Self::Italian,
        Self::Norwegian,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Swedish,
        Self::Turkish,
        Self::Other,
    ];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Arabic => "ar",
            Self::Danish => "da",
            Self::Dutch => "nl",
            Self::Finnish => "fi",
            Self::German => "de",
            Self::Greek => "el",
            Self::Hungarian => "hu",
            Self::Italian => "it",
            Self::Norwegian => "no",
            Self::Portuguese => "pt",
            Self::Romanian => "ro",
            Self::Russian => "ru",
            Self::Swedish => "sv",
            Self::Turkish => "tr",
            Self::Other => "simple",
        }
    }

    /// The language of a tag such as `fr` or `fr-BE`; [`Self::Other`] for one that is not known.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.as_str().eq_ignore_ascii_case(primary))
            .unwrap_or(Self::Other)
    }

    /// The language a text is written in. A text too short to be sure of counts as the likeliest
    /// of English, French and Spanish when it has Latin letters.
    pub fn of(text: &str) -> Self {
        if let Some(sure) = Self::surely(text) {
            return sure;
        }
        Detector::with_allowlist(vec![Lang::Eng, Lang::Fra, Lang::Spa])
            .detect_lang(text)
            .map_or(Self::Other, Self::known)
    }

    /// The language a text is written in, when that is beyond doubt.
    pub fn surely(text: &str) -> Option<Self> {
        whatlang::detect(text)
            .filter(whatlang::Info::is_reliable)
            .map(|found| Self::known(found.lang()))
    }

    const fn known(lang: Lang) -> Self {
        match lang {
            Lang::Eng => Self::English,
            Lang::Fra => Self::French,
            Lang::Spa => Self::Spanish,
            Lang::Ara => Self::Arabic,
            Lang::Dan => Self::Danish,
            Lang::Nld => Self::Dutch,
            Lang::Fin => Self::Finnish,
            Lang::Deu => Self::German,
            Lang::Ell => Self::Greek,
            Lang::Hun => Self::Hungarian,
            Lang::Ita => Self::Italian,
            Lang::Nob => Self::Norwegian,
            Lang::Por => Self::Portuguese,
            Lang::Ron => Self::Romanian,
            Lang::Rus => Self::Russian,
            Lang::Swe => Self::Swedish,
            Lang::Tur => Self::Turkish,
            _ => Self::Other,
        }
    }

    pub(crate) const fn algorithm(self) -> Option<Algorithm> {
        Some(match self {
            Self::English => Algorithm::English,
            Self::French => Algorithm::French,
            Self::Spanish => Algorithm::Spanish,
            Self::Arabic => Algorithm::Arabic,
            Self::Danish => Algorithm::Danish,
            Self::Dutch => Algorithm::Dutch,
            Self::Finnish => Algorithm::Finnish,
            Self::German => Algorithm::German,
            Self::Greek => Algorithm::Greek,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Italian => Algorithm::Italian,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Swedish => Algorithm::Swedish,
            Self::Turkish => Algorithm::Turkish,
            Self::Other => return None,
        })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_of_the_language_it_is_written_in() {
        for (text, language) in [
            (
                "We deliver to Belgium within three working days.",
                Language::English,
            ),
            (
                "Nous livrons en Belgique sous trois jours ouvrés.",
                Language::French,
            ),
            (
                "Enviamos a Bélgica en tres días laborables.",
                Language::Spanish,
            ),
            (
                "Wir liefern innerhalb von drei Werktagen nach Belgien, und zwar immer versichert.",
                Language::German,
            ),
            ("我们在三个工作日内送货到比利时。", Language::Other),
        ] {
            assert_eq!(Language::of(text), language, "{text}");
        }
    }

    #[test]
    fn a_tag_may_carry_a_region() {
        assert_eq!(Language::from_tag("fr-BE"), Language::French);
        assert_eq!(Language::from_tag("de"), Language::German);
        assert_eq!(Language::from_tag("zh"), Language::Other);
    }
}
