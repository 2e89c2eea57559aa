//! What people do in the browser, in Chromium against the running product.

mod access;
mod comments;
mod decisions;
mod evaluations;
mod first_steps;
mod front;
mod gaps;
mod inbox;
mod joining;
mod keys;
mod narrow;
mod notifications;
mod phone;
mod picture;
mod placeless;
mod plain;
mod playground;
mod refused;
mod shop;
mod sound;
mod thread;
mod trials;
mod window;

use crate::story::{EMAIL, Setup, Story};

/// A story whose pages may be asked for often.
async fn begin() -> Story {
    Story::begin_with(Setup {
        settings: vec![
            (
                "SOCIALSYNC_ANONYMOUS_REQUESTS_PER_MINUTE",
                "100000".to_owned(),
            ),
            ("SOCIALSYNC_OPERATORS", EMAIL.to_owned()),
        ],
        ..Setup::default()
    })
    .await
}
