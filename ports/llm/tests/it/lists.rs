use kernel::Secret;
use llm::{Endpoint, Error, Model};
use serde_json::json;

use crate::setup::{LONG, Vendors};

#[tokio::test]
async fn openrouters_models_come_with_prices_and_what_they_can() {
    let vendors = Vendors::start().await;
    let mut models = vendors
        .client
        .models(&vendors.openrouter(), LONG)
        .await
        .unwrap();
    assert!(models.iter().any(|model| model.id == "simulated/wordy"));
    models.retain(Model::calls_tools);
    assert!(models.iter().all(|model| model.id != "simulated/wordy"));
    let named = |id: &str| models.iter().find(|model| model.id == id).unwrap();
    let helpful = named("simulated/helpful");
    assert_eq!(helpful.name, "Simulated: Helpful");
    assert_eq!(helpful.context_length, Some(128_000));
    let prices = helpful.prices.unwrap();
    assert_eq!(prices.prompt.micro_usd_per_million(), 250_000);
    assert!(named("simulated/seeing").sees_pictures() && !helpful.sees_pictures());
    assert_eq!(named("simulated/auto").prices, None);
}

#[tokio::test]
async fn a_list_on_several_pages_is_read_to_its_end_without_leaving_the_server() {
    let vendors = Vendors::start().await;
    let page = |id: &str, next: &str| {
        let body = json!({"data": [{"id": id}], "links": {"next": next}});
        json!({"operation": "models", "replay": {"body": body}, "times": 1})
    };
    vendors
        .script(json!([
            page("a", "/openrouter/api/v1/models?offset=1"),
            page("b", "http://127.0.0.1:9/models"),
        ]))
        .await;
    let models = vendors
        .client
        .models(&vendors.openrouter(), LONG)
        .await
        .unwrap();
    let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
}

#[tokio::test]
async fn a_list_without_a_key_is_refused_where_a_key_is_wanted() {
    let vendors = Vendors::start().await;
    let models = vendors
        .client
        .models(&vendors.openai(), LONG)
        .await
        .unwrap();
    assert!(
        models
            .iter()
            .any(|model| model.id == "text-embedding-3-small")
    );
    let nobody = Endpoint {
        key: Secret::default(),
        ..vendors.openai()
    };
    let refused = vendors.client.models(&nobody, LONG).await;
    assert_eq!(refused.unwrap_err(), Error::Auth);
}
