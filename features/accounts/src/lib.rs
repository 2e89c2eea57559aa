//! People, their workspaces and members, sign-ins, and keys for programs.

mod api;
pub mod api_keys;
mod authenticate;
mod client;
mod cookie;
pub mod invitations;
pub mod jobs;
mod jwt;
mod letters;
pub mod members;
pub mod notifications;
mod pages;
mod password;
pub mod passwords;
mod problems;
pub mod profile;
pub mod refresh;
pub mod register;
mod rule;
pub mod sessions;
pub mod sign_in;
mod store;
mod token;
pub mod waiting;
pub mod workspaces;

use std::sync::Arc;

use db::Db;
use kernel::{Clock, SecretKey};
use mail::Mailer;
use url::Url;

pub use jwt::TokenError;
pub use password::HashError;
pub use rule::{Broken, Rule};

/// The events that this feature emits: none.
pub const EVENTS: &[&str] = &[];

/// What the verbs and pages of this feature need.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Who sends invitations and reset links.
    pub mailer: Arc<Mailer>,
    /// The instance's key: signs access tokens and form tokens, seals successors.
    pub key: SecretKey,
    /// Where people reach the product; links in mails begin with it.
    pub public_url: Url,
    /// The addresses of the people who operate the installation.
    pub operators: Arc<[String]>,
    /// Whether cookies are sent over HTTPS only.
    pub secure_cookies: bool,
}

/// The API and the pages of this feature.
pub fn routes(accounts: Accounts) -> web::Routes<()> {
    api::routes().merge(pages::routes()).with_state(accounts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_has_a_place_of_its_own() {
        let routes = api::routes().merge(pages::routes());
        let places: BTreeSet<_> = routes
            .table()
            .iter()
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(places.len(), routes.table().len());
        assert!(places.contains("POST /api/auth/login") && places.contains("GET /settings"));
    }
}
