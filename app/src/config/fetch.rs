//! Settings of what is fetched from addresses that others name.

use fetch::{HostPort, Policy};

use super::{ConfigError, Source};

/// What may be fetched beside the public internet.
#[derive(Clone, Debug, Default)]
pub struct FetchSettings {
    /// `SOCIALSYNC_FETCH_ALLOW`, hosts with ports separated by commas: sites that are read, and
    /// servers of models that workspaces may name, wherever they are.
    pub allow: Vec<HostPort>,
}

impl FetchSettings {
    /// Reads and checks them.
    pub fn from_source(source: &Source) -> Result<Self, ConfigError> {
        let allow = source.text("SOCIALSYNC_FETCH_ALLOW").unwrap_or_default();
        let allow = allow
            .split(',')
            .map(str::trim)
            .filter(|place| !place.is_empty())
            .map(|place| {
                place
                    .parse()
                    .map_err(|error: fetch::InvalidHostPort| ConfigError::Malformed {
                        name: "SOCIALSYNC_FETCH_ALLOW",
                        problem: error.to_string(),
                    })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { allow })
    }

    /// What the client that fetches is told.
    pub fn policy(&self) -> Policy {
        Policy {
            allow: self.allow.clone(),
        }
    }

    /// The settings as lines for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let places: Vec<String> = self.allow.iter().map(ToString::to_string).collect();
        let places = if places.is_empty() {
            "none".to_owned()
        } else {
            places.join(", ")
        };
        vec![("SOCIALSYNC_FETCH_ALLOW", places)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_a_host_and_a_port() {
        let read = |text: &str| {
            let source = Source::default().with("SOCIALSYNC_FETCH_ALLOW", text);
            FetchSettings::from_source(&source)
        };
        assert!(read("").unwrap().allow.is_empty());
        let two = read("127.0.0.1:8100, intranet.example:80,").unwrap();
        assert_eq!(two.lines()[0].1, "127.0.0.1:8100, intranet.example:80");
        let error = read("127.0.0.1").unwrap_err().to_string();
        assert_eq!(
            error,
            "the setting SOCIALSYNC_FETCH_ALLOW is wrong: \"127.0.0.1\" is no host with a port, \
             such as 127.0.0.1:8100"
        );
    }
}
