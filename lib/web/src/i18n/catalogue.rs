//! The message files, read once.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use rust_embed::Embed;

use super::Locale;

#[derive(Embed)]
#[folder = "src/i18n/en"]
struct English;

#[derive(Embed)]
#[folder = "src/i18n/fr"]
struct French;

#[derive(Embed)]
#[folder = "src/i18n/es"]
struct Spanish;

/// One message: a sentence, or one for a single thing and one for several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Plain(String),
    Plural { one: String, other: String },
}

impl Entry {
    /// The sentence for this count (a plain message has the same for all).
    pub(super) fn form(&self, locale: Locale, count: Option<i64>) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Plural { one, other } => match (locale, count) {
                // CLDR plural rules: French counts nought as singular, English and Spanish do not.
                (_, Some(1)) | (Locale::Fr, Some(0)) => one,
                _ => other,
            },
        }
    }
}

/// The messages of one language by their full key.
pub(super) type Catalogue = BTreeMap<String, Entry>;

static CATALOGUES: LazyLock<HashMap<Locale, Catalogue>> = LazyLock::new(|| {
    Locale::ALL
        .into_iter()
        .map(|locale| (locale, load(locale)))
        .collect()
});

/// The message with this key, in English where this language lacks it.
pub(super) fn find(locale: Locale, key: &str) -> Option<&'static Entry> {
    let in_language = |locale| {
        CATALOGUES
            .get(&locale)
            .and_then(|all: &Catalogue| all.get(key))
    };
    in_language(locale).or_else(|| in_language(Locale::En))
}

/// Whether there is a message with this key.
pub(crate) fn known(locale: Locale, key: &str) -> bool {
    find(locale, key).is_some()
}

/// All messages of a language.
#[cfg(test)]
pub(super) fn all(locale: Locale) -> &'static Catalogue {
    &CATALOGUES[&locale]
}

fn load(locale: Locale) -> Catalogue {
    match locale {
        Locale::En => read::<English>(),
        Locale::Fr => read::<French>(),
        Locale::Es => read::<Spanish>(),
    }
}

fn read<Files: Embed>() -> Catalogue {
    let mut catalogue = Catalogue::new();
    for file in Files::iter() {
        let Some((area, content)) = file.strip_suffix(".toml").zip(Files::get(&file)) else {
            continue;
        };
        match String::from_utf8_lossy(&content.data).parse::<toml::Table>() {
            Ok(table) => flatten(area, &table, &mut catalogue),
            Err(error) => tracing::error!(%file, %error, "a message file cannot be read"),
        }
    }
    catalogue
}

fn flatten(prefix: &str, table: &toml::Table, catalogue: &mut Catalogue) {
    for (name, value) in table {
        let key = format!("{prefix}.{name}");
        match value {
            toml::Value::String(text) => {
                catalogue.insert(key, Entry::Plain(text.clone()));
            }
            toml::Value::Table(inner) => match plural(inner) {
                Some(entry) => {
                    catalogue.insert(key, entry);
                }
                None => flatten(&key, inner, catalogue),
            },
            _ => tracing::error!(%key, "a message is neither text nor a table"),
        }
    }
}

fn plural(table: &toml::Table) -> Option<Entry> {
    let form = |name| {
        table
            .get(name)
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    (table.len() == 2).then_some(())?;
    Some(Entry::Plural {
        one: form("one")?,
        other: form("other")?,
    })
}
