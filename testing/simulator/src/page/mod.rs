//! The page for people at `/_sandbox/`.

use axum::Router;

use crate::world::Shared;

/// The page and its two files.
pub fn routes() -> Router<Shared> {
    Router::new()
}
