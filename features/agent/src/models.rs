//! The models that the provider in force offers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use db::{DbError, Scope};
use kernel::WorkspaceId;
use llm::{Endpoint, Model, Prices};
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use crate::Agent;
use crate::provider::Provider;
use crate::settings::{self, ModelPrice};

/// How long a list is taken to be the provider's present one.
const FRESH: Duration = Duration::from_mins(10);

/// How long a provider may take to list its models.
const WITHIN: Duration = Duration::from_secs(10);

/// How long a list of prices may hold up an answer that says no price itself.
const PRICES_WITHIN: Duration = Duration::from_secs(2);

/// How many lists are kept.
const LISTS: usize = 200;

/// A model that can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Offered {
    /// What the settings call it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How many tokens a question and its answer may have together.
    pub context_length: Option<u32>,
    /// Whether it calls tools, as the agent needs; absent when the provider says it of none.
    pub calls_tools: Option<bool>,
    /// Whether it is known to see pictures.
    pub sees_pictures: bool,
    /// What it costs; absent when that is only known afterwards.
    pub price: Option<ModelPrice>,
}

/// What the provider in force offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Offer {
    /// The provider's host; absent when there is no provider.
    pub provider: Option<String>,
    /// Its models that call tools, in its order; all of them when it says that of none.
    pub items: Vec<Offered>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// The provider gave none.
    #[error("{0}")]
    Provider(#[from] llm::Error),
    /// The database.
    #[error("the settings could not be read")]
    Db(#[from] DbError),
}

type Key = (WorkspaceId, Url);
type Kept = (Instant, Arc<Vec<Model>>);

/// Lists of models that were asked for lately.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Arc<Mutex<HashMap<Key, Kept>>>);

impl Shelf {
    fn get(&self, key: &Key) -> Option<Arc<Vec<Model>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, models) = kept.get(key)?;
        (at.elapsed() < FRESH).then(|| Arc::clone(models))
    }

    fn put(&self, key: Key, models: Arc<Vec<Model>>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (at, _)| at.elapsed() < FRESH);
        if kept.len() < LISTS {
            kept.insert(key, (Instant::now(), models));
        }
    }
}

impl Agent {
    /// The models that a workspace can ask.
    pub async fn models(&self, scope: &Scope) -> Result<Offer, ModelsError> {
        let mut tx = self.db.tenant(scope).await?;
        let mut stored = settings::load(&mut tx).await?;
        // The list of a provider can be asked for before one of its models is named.
        if stored.settings.model.trim().is_empty() {
            "any".clone_into(&mut stored.settings.model);
        }
        let provider = self.provider_of(&tx, &stored);
        drop(tx);
        let Some(provider) = provider else {
            return Ok(Offer::default());
        };
        let endpoint = provider.endpoint();
        let models = self.models_of(scope.workspace(), &endpoint, WITHIN).await?;
        Ok(Offer {
            provider: provider.base_url.host_str().map(str::to_owned),
            items: offered(&models),
        })
    }

    /// Whether the provider's list says that its model sees pictures; nothing when there is no
    /// list yet.
    pub(crate) fn known_to_see(&self, workspace: WorkspaceId, provider: &Provider) -> Option<bool> {
        let models = self.models.get(&(workspace, provider.base_url.clone()))?;
        let mut named = models.iter().filter(|model| model.id == provider.model);
        Some(named.any(Model::sees_pictures))
    }

    /// Has the provider's list at hand. One that can't be had counts as empty for a while.
    pub(crate) async fn learn_models(&self, workspace: WorkspaceId, provider: &Provider) {
        self.learned(workspace, &provider.endpoint(), WITHIN).await;
    }

    /// What the provider's list says that a model of one of these names costs. It is asked for when
    /// it is not at hand, so no transaction may be open.
    pub(crate) async fn listed_prices(
        &self,
        workspace: WorkspaceId,
        endpoint: &Endpoint,
        names: [&str; 2],
    ) -> Option<Prices> {
        let models = self.learned(workspace, endpoint, PRICES_WITHIN).await;
        let named = |name: &&str| models.iter().find(|model| model.id == **name);
        names.iter().find_map(named)?.prices
    }

    async fn learned(
        &self,
        workspace: WorkspaceId,
        endpoint: &Endpoint,
        within: Duration,
    ) -> Arc<Vec<Model>> {
        match self.models_of(workspace, endpoint, within).await {
            Ok(models) => models,
            Err(error) => {
                tracing::warn!(%error, "the provider's models are not known");
                let key = (workspace, endpoint.base_url.clone());
                self.models.put(key, Arc::default());
                Arc::default()
            }
        }
    }

    async fn models_of(
        &self,
        workspace: WorkspaceId,
        endpoint: &Endpoint,
        within: Duration,
    ) -> Result<Arc<Vec<Model>>, llm::Error> {
        let key = (workspace, endpoint.base_url.clone());
        if let Some(models) = self.models.get(&key) {
            return Ok(models);
        }
        let models = self.llm.models(endpoint, within).await?;
        let models = Arc::new(models);
        self.models.put(key, Arc::clone(&models));
        Ok(models)
    }
}

/// The ones that can be an agent.
fn offered(models: &[Model]) -> Vec<Offered> {
    let says = models
        .iter()
        .any(|model| !model.supported_parameters.is_empty());
    models
        .iter()
        .filter(|model| !says || model.calls_tools())
        .map(|model| Offered {
            id: model.id.clone(),
            name: model.name.clone(),
            context_length: model.context_length,
            calls_tools: says.then(|| model.calls_tools()),
            sees_pictures: model.sees_pictures(),
            price: model.prices.as_ref().map(ModelPrice::of),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str, parameters: &[&str]) -> Model {
        Model {
            id: id.to_owned(),
            name: id.to_owned(),
            context_length: None,
            max_completion_tokens: None,
            prices: None,
            input_modalities: Vec::new(),
            supported_parameters: parameters.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    #[test]
    fn only_models_that_call_tools_are_offered_where_the_provider_says_so() {
        let ids = |models: &[Model]| -> Vec<(String, Option<bool>)> {
            let all = offered(models).into_iter();
            all.map(|one| (one.id, one.calls_tools)).collect()
        };
        let told = [
            model("a", &["tools"]),
            model("b", &["temperature"]),
            model("c", &[]),
        ];
        assert_eq!(ids(&told), [("a".to_owned(), Some(true))]);
        let untold = [model("a", &[]), model("b", &[])];
        assert_eq!(
            ids(&untold),
            [("a".to_owned(), None), ("b".to_owned(), None)]
        );
    }
}
