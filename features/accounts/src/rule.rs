//! What people type about themselves, and the rules it must keep.

use std::collections::BTreeMap;

use web::i18n::Locale;

/// A rule that was broken, on one field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Not an address that mail can be sent to.
    #[error("is not an e-mail address")]
    Email,
    /// Fewer than 10 characters.
    #[error("must have at least 10 characters")]
    PasswordShort,
    /// More than 200 characters.
    #[error("must have at most 200 characters")]
    PasswordLong,
    /// Empty, over 80 characters, or with control characters.
    #[error("must have 1 to 80 characters")]
    Name,
    /// As [`Rule::Name`], for a workspace.
    #[error("must have 1 to 80 characters")]
    Workspace,
    /// A language that the product does not speak.
    #[error("is not a known language")]
    Locale,
    /// Not an IANA time zone.
    #[error("is not a known time zone")]
    TimeZone,
    /// Not one of the themes.
    #[error("must be auto, light or dark")]
    Theme,
}

impl Rule {
    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PasswordShort | Self::PasswordLong => "password",
            Self::Name => "name",
            Self::Workspace => "workspace",
            Self::Locale => "locale",
            Self::TimeZone => "time_zone",
            Self::Theme => "theme",
        }
    }

    /// The key of its sentence in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "accounts.rule.email",
            Self::PasswordShort => "accounts.rule.password_short",
            Self::PasswordLong => "accounts.rule.password_long",
            Self::Name | Self::Workspace => "accounts.rule.name",
            Self::Locale => "accounts.rule.locale",
            Self::TimeZone => "accounts.rule.time_zone",
            Self::Theme => "accounts.rule.theme",
        }
    }
}

/// All rules that a form broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Broken(pub Vec<Rule>);

impl Broken {
    /// What is wrong, by field.
    pub fn fields(&self) -> BTreeMap<String, String> {
        self.0
            .iter()
            .map(|rule| (rule.field().to_owned(), rule.to_string()))
            .collect()
    }

    /// What is wrong, in one sentence.
    fn sentence(&self) -> String {
        let parts = self.0.iter();
        let parts: Vec<_> = parts
            .map(|rule| format!("the {} {rule}", rule.field().replace('_', " ")))
            .collect();
        parts.join(", ")
    }
}

/// Collects the broken rules of a form.
#[derive(Debug, Default)]
pub(crate) struct Check(Vec<Rule>);

impl Check {
    /// Takes a value, or remembers the rule it broke.
    pub(crate) fn take<T: Default>(&mut self, checked: Result<T, Rule>) -> T {
        checked.unwrap_or_else(|rule| {
            self.0.push(rule);
            T::default()
        })
    }

    /// Whether every rule was kept.
    pub(crate) fn done(self) -> Result<(), Broken> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Broken(self.0))
        }
    }
}

/// The address in the form it is kept in: trimmed, lower case, at most 254 bytes (RFC 5321).
pub(crate) fn email(text: &str) -> Result<String, Rule> {
    let address = text.trim().to_lowercase();
    let (local, domain) = address.split_once('@').ok_or(Rule::Email)?;
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "@<>()[],;:\\\"".contains(c);
    let labels_fit = domain
        .split('.')
        .all(|label| !label.is_empty() && label.len() <= 63);
    let fits = (1..=64).contains(&local.len()) && address.len() <= 254 && domain.contains('.');
    let dots_fit = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if fits && labels_fit && dots_fit && !local.contains(forbidden) && !domain.contains(forbidden) {
        Ok(address)
    } else {
        Err(Rule::Email)
    }
}

/// A password that may be chosen: 10 to 200 characters.
pub(crate) fn password(text: &str) -> Result<(), Rule> {
    match text.chars().count() {
        0..10 => Err(Rule::PasswordShort),
        10..=200 => Ok(()),
        _ => Err(Rule::PasswordLong),
    }
}

/// A name, trimmed: 1 to 80 characters without control characters.
pub(crate) fn name(text: &str) -> Result<String, Rule> {
    let name = text.trim();
    let fits = (1..=80).contains(&name.chars().count()) && !name.contains(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Rule::Name)
    }
}

/// The name of a workspace, under the rule of [`name`].
pub(crate) fn workspace(text: &str) -> Result<String, Rule> {
    name(text).map_err(|_| Rule::Workspace)
}

/// A language of the product, by its tag.
pub(crate) fn locale(tag: &str) -> Result<String, Rule> {
    Locale::from_tag(tag)
        .map(|locale| locale.tag().to_owned())
        .ok_or(Rule::Locale)
}

/// An IANA time zone.
pub(crate) fn time_zone(name: &str) -> Result<String, Rule> {
    name.parse::<chrono_tz::Tz>()
        .map(|zone| zone.name().to_owned())
        .map_err(|_| Rule::TimeZone)
}

/// A theme.
pub(crate) fn theme(name: &str) -> Result<String, Rule> {
    if ["auto", "light", "dark"].contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(Rule::Theme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case() {
        assert_eq!(
            email("  Ana@Example.COM "),
            Ok("ana@example.com".to_owned())
        );
        for bad in [
            "ana",
            "ana@",
            "@example.com",
            "a b@example.com",
            "ana@example",
            "a@b@c.de",
        ] {
            assert_eq!(email(bad), Err(Rule::Email), "{bad}");
        }
        assert_eq!(email("ana@example.com\r\nBcc: b@c.de"), Err(Rule::Email));
    }

    #[test]
    fn a_password_has_ten_to_two_hundred_characters() {
        assert_eq!(password("123456789"), Err(Rule::PasswordShort));
        assert_eq!(password("1234567890"), Ok(()));
        assert_eq!(password(&"é".repeat(200)), Ok(()));
        assert_eq!(password(&"é".repeat(201)), Err(Rule::PasswordLong));
    }

    #[test]
    fn a_name_is_neither_empty_nor_a_control_sequence() {
        assert_eq!(name(" Ana "), Ok("Ana".to_owned()));
        assert_eq!(name("   "), Err(Rule::Name));
        assert_eq!(name("a\u{1b}[2J"), Err(Rule::Name));
    }

    #[test]
    fn who_reads_only_the_error_learns_which_fields_are_wrong() {
        let broken = Broken(vec![Rule::Email, Rule::PasswordShort, Rule::TimeZone]);
        assert_eq!(
            broken.to_string(),
            "the email is not an e-mail address, the password must have at least 10 characters, \
             the time zone is not a known time zone"
        );
    }

    #[test]
    fn every_rule_has_a_sentence() {
        for rule in [
            Rule::Email,
            Rule::PasswordShort,
            Rule::PasswordLong,
            Rule::Name,
            Rule::Workspace,
            Rule::Locale,
            Rule::TimeZone,
            Rule::Theme,
        ] {
            let said = web::i18n::Message::new(Locale::default(), rule.key()).to_string();
            assert_ne!(said, rule.key());
        }
    }
}
