//! The models of the provider, to choose from while a name is typed.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use web::{Html, Member};

use super::money;
use crate::Agent;
use crate::models::{Offer, Offered};

#[derive(Template)]
#[template(path = "models.html")]
struct Models {
    offer: Offer,
}

impl Models {
    /// Its name and what it costs for a million tokens read and written.
    fn label(model: &Offered) -> String {
        let usd = |micro: u64| money::shown(i64::try_from(micro).ok());
        match &model.price {
            Some(price) => format!(
                "{} · {} / {} USD",
                model.name,
                usd(price.prompt),
                usd(price.completion)
            ),
            None => model.name.clone(),
        }
    }
}

/// As options; none when the provider gives no list.
pub(crate) async fn list(State(agent): State<Agent>, member: Member) -> Response {
    let offer = agent.models(&member.scope).await.unwrap_or_default();
    Html(Models { offer }).into_response()
}
