//! Why a page of a source was left out: a name for programs, a sentence for the log of a reading,
//! and the key of words for people.

use extract::Refusal;
use fetch::FetchError;
use fetch::crawl::Reason;

use crate::document::Trouble;
use crate::upload::UploadError;

/// What kept a page from being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// Its stable name.
    pub(super) name: &'static str,
    /// What stands in for the name in the words about it: a host, a status, a kind.
    pub(super) about: Option<String>,
    /// A sentence in English.
    pub(super) sentence: String,
    /// Whether the page is gone for good, or for all that is known; else it may come back.
    pub(super) lasts: bool,
}

impl Obstacle {
    fn lasting(name: &'static str, sentence: impl ToString) -> Self {
        Self {
            name,
            about: None,
            sentence: sentence.to_string(),
            lasts: true,
        }
    }

    /// The page itself asks for it.
    pub(super) fn unwanted() -> Self {
        Self::lasting("not_indexed", "The page asks not to be kept.")
    }

    /// Another document says the same.
    pub(super) fn duplicate() -> Self {
        Self::lasting("duplicate", "Another document says the same.")
    }
}

impl From<&Reason> for Obstacle {
    fn from(reason: &Reason) -> Self {
        match reason {
            Reason::Robots => Self::lasting("robots", reason),
            Reason::OtherSite(_) => Self::lasting("other_site", reason),
            Reason::Kind(_) => Self::lasting("no_page", reason),
            Reason::Failed(error) => {
                let (name, about) = failed(error);
                Self {
                    about,
                    lasts: name == "not_found",
                    ..Self::lasting(name, error)
                }
            }
        }
    }
}

fn failed(error: &FetchError) -> (&'static str, Option<String>) {
    let about = match error {
        FetchError::RefusedPort(port) => Some(port.to_string()),
        FetchError::Status(status) => Some(status.to_string()),
        FetchError::RefusedAddress { host }
        | FetchError::UnknownHost { host }
        | FetchError::Unreachable { host }
        | FetchError::Insecure { host } => Some(host.clone()),
        _ => None,
    };
    let name = match error {
        FetchError::Status(401 | 403) => "not_open",
        FetchError::Status(404 | 410) => "not_found",
        FetchError::Status(500..) => "site_broken",
        FetchError::TooManyRedirects | FetchError::BadRedirect | FetchError::NotHttp => {
            "leads_nowhere"
        }
        FetchError::HeadersTooLarge | FetchError::Packed | FetchError::Broken => "unreadable",
        other => other.class(),
    };
    (name, about)
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        let sentence = refusal.to_string();
        let (trouble, about) = Trouble::of(refusal);
        Self {
            about,
            ..Self::lasting(trouble.as_str(), sentence)
        }
    }
}

impl From<UploadError> for Obstacle {
    fn from(error: UploadError) -> Self {
        Self {
            lasts: false,
            ..Self::lasting("not_taken", error)
        }
    }
}

/// The key of the words about an obstacle of this name.
pub(crate) fn words(name: &str) -> Option<&'static str> {
    Some(match name {
        "robots" => "knowledge.obstacle.robots",
        "other_site" => "knowledge.obstacle.other_site",
        "no_page" => "knowledge.obstacle.no_page",
        "not_indexed" => "knowledge.obstacle.not_indexed",
        "duplicate" => "knowledge.obstacle.duplicate",
        "not_open" => "knowledge.obstacle.not_open",
        "not_found" => "knowledge.obstacle.not_found",
        "site_broken" => "knowledge.obstacle.site_broken",
        "status" => "knowledge.obstacle.status",
        "refused_port" => "knowledge.obstacle.refused_port",
        "refused_address" => "knowledge.obstacle.refused_address",
        "unknown_host" => "knowledge.obstacle.unknown_host",
        "unreachable" => "knowledge.obstacle.unreachable",
        "insecure" => "knowledge.obstacle.insecure",
        "leads_nowhere" => "knowledge.obstacle.leads_nowhere",
        "not_taken" => "knowledge.obstacle.not_taken",
        "too_large" => "knowledge.obstacle.too_large",
        "too_slow" => "knowledge.obstacle.too_slow",
        "unreadable" => "knowledge.obstacle.unreadable",
        "credentials" => "knowledge.source.credentials",
        other => return Trouble::named(other).map(Trouble::key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_come_back_does_not_last() {
        let of = |error| Obstacle::from(&Reason::Failed(error));
        let gone = of(FetchError::Status(410));
        assert_eq!((gone.name, gone.lasts), ("not_found", true));
        let broken = of(FetchError::Status(503));
        assert_eq!((broken.name, broken.lasts), ("site_broken", false));
        assert_eq!(broken.about.as_deref(), Some("503"));
        assert!(Obstacle::from(&Reason::Robots).lasts);
        assert!(Obstacle::from(Refusal::Scanned).lasts);
    }

    #[test]
    fn every_obstacle_has_words() {
        let host = || "shop.example".to_owned();
        let errors = [
            FetchError::NotHttp,
            FetchError::Credentials,
            FetchError::RefusedPort(22),
            FetchError::RefusedAddress { host: host() },
            FetchError::UnknownHost { host: host() },
            FetchError::Unreachable { host: host() },
            FetchError::Insecure { host: host() },
            FetchError::TooManyRedirects,
            FetchError::BadRedirect,
            FetchError::Status(404),
            FetchError::Status(418),
            FetchError::TooLarge { limit: 1 },
            FetchError::HeadersTooLarge,
            FetchError::TooSlow,
            FetchError::Packed,
            FetchError::Broken,
        ];
        for error in errors {
            let name = failed(&error).0;
            assert!(words(name).is_some(), "{name}");
        }
        let refused = Obstacle::from(Refusal::PasswordProtected);
        assert_eq!(
            words(refused.name),
            Some("knowledge.trouble.password_protected")
        );
        for made in [Obstacle::unwanted(), Obstacle::duplicate()] {
            assert!(words(made.name).is_some(), "{made:?}");
        }
        assert_eq!(words("of a later version"), None);
    }
}
