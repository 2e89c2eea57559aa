//! One listener for every host: the host's name is the first part of the path.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::IntoResponse as _;
use axum::routing::{any, get, post};

use crate::graph::request::GraphRequest;
use crate::instagram::oauth;
use crate::llm::{chat, embeddings, gemini, models, moderation};
use crate::world::Shared;
use crate::{control, instagram, login, page, s3, site, whatsapp};

/// More than the largest document WhatsApp takes (100 MB).
const MAX_BODY: usize = 110 * 1024 * 1024;

/// Everything the simulator serves.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/graph.instagram.com/{*path}", any(instagram::route::graph))
        .route("/graph.facebook.com/{*path}", any(whatsapp::route::graph))
        .route(
            "/api.instagram.com/oauth/access_token",
            post(instagram_token),
        )
        .route("/www.instagram.com/oauth/authorize", get(login::instagram))
        .route("/api.instagram.com/oauth/authorize", get(login::instagram))
        .route("/www.facebook.com/dialog/oauth", get(login::facebook))
        .route(
            "/www.facebook.com/{version}/dialog/oauth",
            get(login::facebook),
        )
        .route(
            "/lookaside.fbsbx.com/whatsapp_business/attachments/{key}",
            get(whatsapp::media::download),
        )
        .route(
            "/lookaside.fbsbx.com/profile/{id}",
            get(whatsapp::media::picture),
        )
        .route(
            "/lookaside.fbsbx.com/ig_messaging_cdn/{id}",
            get(whatsapp::media::open_file),
        )
        .route("/openai/v1/chat/completions", post(chat::openai))
        .route("/openai/v1/embeddings", post(embeddings::openai))
        .route("/openai/v1/moderations", post(moderation::openai))
        .route("/openai/v1/models", get(models::openai))
        .route(
            "/openrouter/api/v1/chat/completions",
            post(chat::openrouter),
        )
        .route(
            "/openrouter/api/v1/embeddings",
            post(embeddings::openrouter),
        )
        .route("/openrouter/api/v1/models", get(models::openrouter))
        .route("/gemini/v1beta/models/{call}", post(gemini::embed))
        .route("/s3.amazonaws.com/{bucket}", any(s3::handle))
        .route("/s3.amazonaws.com/{bucket}/", any(s3::handle))
        .route("/s3.amazonaws.com/{bucket}/{*key}", any(s3::handle))
        .merge(site::routes())
        .merge(control::routes())
        .merge(page::routes())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(shared)
}

async fn instagram_token(
    State(shared): State<Shared>,
    request: Request,
) -> axum::response::Response {
    match GraphRequest::read("oauth/access_token", request).await {
        Ok(request) => oauth::exchange(&mut shared.world(), &request),
        Err(error) => {
            crate::graph::answer::json_response(error.http, &error.body("A", false)).into_response()
        }
    }
}
