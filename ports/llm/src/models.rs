//! Which models a provider has (`GET /models`, with OpenRouter's particulars where it says them).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use crate::error::Wire;
use crate::price::{Price, Prices};
use crate::{Client, Endpoint, Error};

/// The largest page that is read, in bytes: some hundred models have about a megabyte.
const MAX_PAGE: usize = 16 * 1024 * 1024;
/// How many pages are read at most.
const MAX_PAGES: usize = 20;

/// A model that can be asked. What a provider does not say is absent or empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What a request calls it.
    pub id: String,
    /// What people call it; the id when the provider has no name for it.
    pub name: String,
    /// How many tokens a question and its answer may have together.
    pub context_length: Option<u32>,
    /// How many tokens an answer may have.
    pub max_completion_tokens: Option<u32>,
    /// What it costs; absent when that is only known afterwards.
    pub prices: Option<Prices>,
    /// What it reads: `text`, `image`, `audio`, `file`, …
    pub input_modalities: Vec<String>,
    /// What a request may say: `tools`, `temperature`, `response_format`, …
    pub supported_parameters: Vec<String>,
}

impl Model {
    /// Whether it can call tools, which an agent that searches and decides has to.
    pub fn calls_tools(&self) -> bool {
        self.supported_parameters.iter().any(|p| p == "tools")
    }

    /// Whether it can see pictures.
    pub fn sees_pictures(&self) -> bool {
        self.input_modalities.iter().any(|m| m == "image")
    }

    fn read(item: &Value) -> Option<Self> {
        let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str);
        let number = |pointer: &str| {
            let number = item.pointer(pointer).and_then(Value::as_u64);
            number.and_then(|n| u32::try_from(n).ok())
        };
        let list = |pointer: &str| {
            let list = item.pointer(pointer).and_then(Value::as_array);
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        let id = text("/id").filter(|id| !id.is_empty())?;
        Some(Self {
            id: id.to_owned(),
            name: text("/name").unwrap_or(id).to_owned(),
            context_length: number("/top_provider/context_length")
                .or_else(|| number("/context_length")),
            max_completion_tokens: number("/top_provider/max_completion_tokens"),
            prices: item.get("pricing").and_then(prices),
            input_modalities: list("/architecture/input_modalities"),
            supported_parameters: list("/supported_parameters"),
        })
    }
}

/// Prices are texts, USD for a token; a negative one means that nobody knows before the call.
fn prices(pricing: &Value) -> Option<Prices> {
    let price = |name: &str| match pricing.get(name) {
        Some(Value::String(text)) => Price::per_unit(text),
        Some(Value::Number(number)) => Price::per_unit(&number.to_string()),
        _ => None,
    };
    Some(Prices {
        prompt: price("prompt")?,
        completion: price("completion")?,
        request: match pricing.get("request") {
            None | Some(Value::Null) => Price::default(),
            Some(_) => price("request")?,
        },
        cached_prompt: price("input_cache_read"),
    })
}

impl Client {
    /// Every model of this server, in its order. Only OpenRouter says which of them call tools:
    /// `models.retain(Model::calls_tools)`.
    pub async fn models(&self, endpoint: &Endpoint, within: Duration) -> Result<Vec<Model>, Error> {
        let all = timeout(within, self.all_pages(endpoint)).await;
        all.unwrap_or(Err(Error::Timeout))
    }

    async fn all_pages(&self, endpoint: &Endpoint) -> Result<Vec<Model>, Error> {
        let mut to = endpoint.at("/models");
        let mut models = Vec::new();
        for _ in 0..MAX_PAGES {
            let page = self.get(&to, MAX_PAGE).await?;
            let page: Value =
                serde_json::from_slice(&page).map_err(|_| Error::Malformed("not JSON"))?;
            if let Some(error) = Wire::find(&page) {
                return Err(error.classify(200, None));
            }
            let items = page.get("data").and_then(Value::as_array);
            let items = items.ok_or(Error::Malformed("no models"))?;
            models.extend(items.iter().filter_map(Model::read));
            match next_page(&to.url, &page) {
                Some(next) => to.url = next.into(),
                None => break,
            }
        }
        Ok(models)
    }
}

/// The address of the next page. The key goes with it, so it never leaves the server.
fn next_page(current: &str, page: &Value) -> Option<Url> {
    let current: Url = current.parse().ok()?;
    let next = current.join(page.pointer("/links/next")?.as_str()?).ok()?;
    (next.origin() == current.origin() && next != current).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_openrouter_says_of_a_model_is_kept() {
        let model = Model::read(&json!({
            "id": "openai/gpt-5-mini", "name": "OpenAI: GPT-5 Mini", "context_length": 500_000,
            "architecture": {"input_modalities": ["text", "image"]},
            "pricing": {"prompt": "0.00000025", "completion": "0.000002", "request": "0",
                        "input_cache_read": "0.000000025"},
            "top_provider": {"context_length": 400_000, "max_completion_tokens": 128_000},
            "supported_parameters": ["tools", "temperature"],
        }))
        .unwrap();
        assert!(model.calls_tools() && model.sees_pictures());
        assert_eq!(model.context_length, Some(400_000));
        assert_eq!(model.max_completion_tokens, Some(128_000));
        let prices = model.prices.unwrap();
        assert_eq!(prices.completion.micro_usd_per_million(), 2_000_000);
        assert_eq!(
            prices.cached_prompt.unwrap().micro_usd_per_million(),
            25_000
        );
    }

    #[test]
    fn a_bare_model_has_a_name_and_claims_nothing() {
        let model = Model::read(&json!({"id": "llama3", "object": "model"})).unwrap();
        assert_eq!(model.name, "llama3");
        assert!(!model.calls_tools() && !model.sees_pictures());
        assert_eq!(model.prices, None);
        assert_eq!(Model::read(&json!({"name": "no id"})), None);
    }

    #[test]
    fn a_price_that_is_only_known_afterwards_is_none() {
        assert_eq!(prices(&json!({"prompt": "-1", "completion": "-1"})), None);
        assert_eq!(prices(&json!({"prompt": "0"})), None);
        let free = prices(&json!({"prompt": "0", "completion": "0"}));
        assert_eq!(free, Some(Prices::default()));
    }

    #[test]
    fn the_next_page_is_on_the_same_server_or_nowhere() {
        let page = |next: &str| json!({"links": {"next": next}});
        let next = |link: &str| next_page("https://a.example/v1/models", &page(link));
        assert_eq!(
            next("/v1/models?offset=2").unwrap().as_str(),
            "https://a.example/v1/models?offset=2"
        );
        for elsewhere in [
            "https://b.example/v1/models",
            "http://a.example/v1/models",
            "models",
        ] {
            assert_eq!(next(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(
            next_page(
                "https://a.example/v1/models",
                &json!({"links": {"next": null}})
            ),
            None
        );
    }
}
