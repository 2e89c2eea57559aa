//! What is known of the program that sends a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header;
use http::request::Parts;
use web::ClientAddress;

use crate::sessions::Client;

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        let address = parts.extensions.get::<ClientAddress>();
        Ok(Self {
            user_agent: agent.unwrap_or_default().chars().take(300).collect(),
            address: address
                .map(|address| address.0.to_string())
                .unwrap_or_default(),
        })
    }
}
