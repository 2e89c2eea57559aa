//! Languages that search knows the words of.

use std::fmt;

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
    /// Any other: words are compared as they are written.
    #[serde(rename = "simple")]
    Other,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::English, Self::French, Self::Spanish, Self::Other];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
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
    /// of the languages known here.
    pub fn of(text: &str) -> Self {
        let known = |lang| match lang {
            Lang::Eng => Some(Self::English),
            Lang::Fra => Some(Self::French),
            Lang::Spa => Some(Self::Spanish),
            _ => None,
        };
        if let Some(found) = whatlang::detect(text).filter(whatlang::Info::is_reliable) {
            return known(found.lang()).unwrap_or(Self::Other);
        }
        Detector::with_allowlist(vec![Lang::Eng, Lang::Fra, Lang::Spa])
            .detect_lang(text)
            .and_then(known)
            .unwrap_or(Self::Other)
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
                Language::Other,
            ),
        ] {
            assert_eq!(Language::of(text), language, "{text}");
        }
    }

    #[test]
    fn a_tag_may_carry_a_region() {
        assert_eq!(Language::from_tag("fr-BE"), Language::French);
        assert_eq!(Language::from_tag("de"), Language::Other);
    }
}
