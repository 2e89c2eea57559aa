//! Settings of what everybody may see.

use super::{ConfigError, Source, address};

/// Who runs the installation, as its privacy policy says it.
#[derive(Clone, Debug, Default)]
pub struct FrontSettings {
    /// `SOCIALSYNC_OPERATOR_NAME`: the person or company.
    pub operator_name: Option<String>,
    /// `SOCIALSYNC_PRIVACY_EMAIL`: where people ask about their data.
    pub privacy_email: Option<String>,
}

impl FrontSettings {
    /// Reads and checks them.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let text = |name| source.text(name).map(|text| text.trim().to_owned());
        let privacy_email = text("SOCIALSYNC_PRIVACY_EMAIL");
        if let Some(email) = &privacy_email
            && !address::looks_like_one(email)
        {
            return Err(ConfigError::Malformed {
                name: "SOCIALSYNC_PRIVACY_EMAIL",
                problem: "an e-mail address such as privacy@example.org".to_owned(),
            });
        }
        Ok(Self {
            operator_name: text("SOCIALSYNC_OPERATOR_NAME"),
            privacy_email,
        })
    }

    /// The settings as lines for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".to_owned());
        vec![
            ("SOCIALSYNC_OPERATOR_NAME", text(&self.operator_name)),
            ("SOCIALSYNC_PRIVACY_EMAIL", text(&self.privacy_email)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_nobody_can_write_to_is_refused() {
        let read = |text: &str| {
            let source = Source::default().with("SOCIALSYNC_PRIVACY_EMAIL", text);
            FrontSettings::from_source(&source)
        };
        let good = read(" privacy@example.org ").unwrap();
        assert_eq!(good.privacy_email.as_deref(), Some("privacy@example.org"));
        for wrong in ["example.org", "@example.org", "a b@example.org", "a@b"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
