//! Which servers of models a workspace may name: those on the public internet, and those that the
//! operator knows.

use fetch::{Policy, Road};
use url::Url;

/// Where the models of workspaces may be.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Servers beside the public internet.
    pub policy: Policy,
    /// Addresses of the providers that the operator set up.
    pub known: Vec<Url>,
}

impl Reach {
    /// How a server is reached that a workspace named; none when it may not be. Where a name leads
    /// is seen when a connection is made.
    pub(crate) fn road(&self, base_url: &Url) -> Option<Road> {
        let origin = base_url.origin();
        if self.known.iter().any(|known| known.origin() == origin) {
            return Some(Road::Allowed);
        }
        self.policy.reach(base_url).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_names_public_servers_and_those_that_the_operator_knows() {
        let reach = Reach {
            policy: Policy {
                allow: vec!["localhost:11434".parse().unwrap()],
            },
            known: vec!["http://10.0.0.5:4000/v1".parse().unwrap()],
        };
        let road = |url: &str| reach.road(&url.parse().unwrap());
        assert_eq!(road("https://openrouter.ai/api/v1"), Some(Road::Public));
        assert_eq!(road("https://models.example:8443/v1"), Some(Road::Public));
        assert_eq!(road("http://localhost:11434/v1"), Some(Road::Allowed));
        assert_eq!(road("http://10.0.0.5:4000/other"), Some(Road::Allowed));
        for closed in [
            "http://127.0.0.1:11434/v1",
            "http://10.0.0.5/v1",
            "http://169.254.169.254/latest",
            "http://[::1]:8000/v1",
            "http://[::ffff:10.0.0.5]/v1",
            "http://2130706433/v1",
            "http://192.168.1.1:80/v1",
        ] {
            assert_eq!(road(closed), None, "{closed}");
        }
    }
}
