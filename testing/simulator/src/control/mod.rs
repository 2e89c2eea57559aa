//! The control API under `/_sandbox`: makes customers act, breaks things, tells what happened.

pub mod accounts;
pub mod acts;
pub mod customers;
pub mod error;
pub mod faults;
pub mod inspect;
pub mod time;
pub mod webhooks;

use axum::Router;
use axum::routing::{get, post, put};

use crate::world::Shared;

/// Every route of the control API.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/_sandbox/accounts", get(accounts::list))
        .route(
            "/_sandbox/instagram/accounts",
            post(accounts::add_instagram),
        )
        .route("/_sandbox/whatsapp/accounts", post(accounts::add_whatsapp))
        .route("/_sandbox/tokens/revoke", post(accounts::revoke))
        .route("/_sandbox/usage", post(accounts::usage))
        .route(
            "/_sandbox/{platform}/{account_id}/messages",
            post(customers::message),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/comments",
            post(customers::comment),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/comments/{comment_id}",
            axum::routing::delete(customers::vanish),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/reactions",
            post(customers::reaction),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/receipts",
            post(customers::receipt),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/unsend",
            post(customers::unsend),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/edit",
            post(customers::edit),
        )
        .route(
            "/_sandbox/{platform}/{account_id}/echo",
            post(customers::echo),
        )
        .route("/_sandbox/webhooks/{platform}", post(webhooks::raw))
        .route(
            "/_sandbox/webhooks/{platform}/target",
            put(webhooks::set_target)
                .get(webhooks::target)
                .delete(webhooks::remove_target),
        )
        .route("/_sandbox/callbacks/{platform}", post(webhooks::callback))
        .route("/_sandbox/calls", get(inspect::calls))
        .route("/_sandbox/state", get(inspect::state))
        .route(
            "/_sandbox/conversations/{platform}/{account_id}",
            get(inspect::conversations),
        )
        .route("/_sandbox/comments/{account_id}", get(inspect::comments))
        .route(
            "/_sandbox/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/_sandbox/seed", post(faults::seed))
        .route("/_sandbox/clock", post(time::advance).get(time::now))
        .route("/_sandbox/reset", post(inspect::reset))
        .route(
            "/_sandbox/llm/script",
            put(crate::llm::control::set).get(crate::llm::control::get),
        )
        .route("/_sandbox/llm/release", post(crate::llm::control::release))
        .route("/_sandbox/llm/calls", get(crate::llm::control::calls))
        .route(
            "/_sandbox/site/{*path}",
            put(crate::site::control::change).delete(crate::site::control::remove),
        )
}
