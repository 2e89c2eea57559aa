//! Which model answers: the workspace's own, else the installation's, else none.

use db::TenantTx;
use fetch::Road;
use kernel::Secret;
use llm::Endpoint;
use url::Url;

use crate::Agent;
use crate::settings::{self, Stored};

/// A provider of models, with the model to ask there.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Where it is reached, up to and including the version.
    pub base_url: Url,
    /// Its key.
    pub key: Secret,
    /// The model's name there.
    pub model: String,
    /// Whether only public addresses may lead there: a workspace named it.
    pub public_only: bool,
}

impl Provider {
    /// Where the model is reached.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint {
            base_url: self.base_url.clone(),
            key: self.key.clone(),
            public_only: self.public_only,
        }
    }
}

impl Agent {
    /// The provider in force for a workspace. Its own address never meets the installation's key,
    /// and a model it names without an address is asked for at the installation's provider. An
    /// address that it may not name (any more) is asked nothing.
    pub(crate) fn provider_of(&self, tx: &TenantTx, stored: &Stored) -> Option<Provider> {
        let wanted = stored.settings.model.trim();
        let own = || settings::open_key(tx, &self.key, stored);
        let own_address = match &stored.settings.base_url {
            Some(base_url) => Some((base_url, self.reach.road(base_url)?)),
            None => None,
        };
        choose(own_address, wanted, own, self.provider.as_ref())
    }
}

fn choose(
    own_address: Option<(&Url, Road)>,
    wanted: &str,
    own_key: impl FnOnce() -> Secret,
    installed: Option<&Provider>,
) -> Option<Provider> {
    match own_address {
        Some(_) if wanted.is_empty() => None,
        Some((base_url, road)) => Some(Provider {
            base_url: base_url.clone(),
            key: own_key(),
            model: wanted.to_owned(),
            public_only: road == Road::Public,
        }),
        None => installed.map(|installed| Provider {
            model: if wanted.is_empty() {
                installed.model.clone()
            } else {
                wanted.to_owned()
            },
            ..installed.clone()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed() -> Provider {
        Provider {
            base_url: "https://openrouter.ai/api/v1".parse().unwrap(),
            key: Secret::new("installed"),
            model: "openai/gpt-5-mini".to_owned(),
            public_only: false,
        }
    }

    #[test]
    fn a_workspace_without_a_provider_uses_the_installations() {
        let chosen = choose(None, "", Secret::default, Some(&installed())).unwrap();
        assert_eq!(chosen.model, "openai/gpt-5-mini");
        let chosen = choose(None, "another", Secret::default, Some(&installed())).unwrap();
        assert_eq!(
            (chosen.model.as_str(), chosen.key.expose()),
            ("another", "installed")
        );
        assert!(choose(None, "another", Secret::default, None).is_none());
    }

    #[test]
    fn the_installations_key_never_goes_to_a_workspaces_address() {
        let own: Url = "https://models.example".parse().unwrap();
        let chosen = choose(
            Some((&own, Road::Public)),
            "m",
            Secret::default,
            Some(&installed()),
        )
        .unwrap();
        assert!(chosen.public_only, "it may lead anywhere");
        assert!(chosen.key.is_empty());
        assert!(
            choose(
                Some((&own, Road::Public)),
                "",
                Secret::default,
                Some(&installed())
            )
            .is_none()
        );
    }
}
