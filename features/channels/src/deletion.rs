//! What the platforms must be able to ask: "the app was removed" and "delete this person's data".

use askama::Template;
use axum::extract::State;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, StatusCode};
use kernel::Platform;
use meta::signed_request;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::ui::{Frame, Preferences};
use web::{Access, Form, Html, Json, Path, Problem, Routes};

use crate::Channels;

#[derive(Deserialize)]
struct Signed {
    signed_request: String,
}

/// The answer that Meta prescribes: where the person sees how far it is, and under which code.
#[derive(Serialize)]
struct Confirmation {
    url: String,
    confirmation_code: String,
}

pub(crate) fn routes() -> Routes<Channels> {
    let mut routes = Routes::new();
    for (platform, removed, delete) in [
        (
            Platform::Instagram,
            "/webhooks/instagram/deauthorize",
            "/webhooks/instagram/data-deletion",
        ),
        (
            Platform::Whatsapp,
            "/webhooks/whatsapp/deauthorize",
            "/webhooks/whatsapp/data-deletion",
        ),
    ] {
        let deauthorize = move |state: State<Channels>, form: Form<Signed>| async move {
            app_removed(platform, &state.0, &form.0).await
        };
        let delete_data = move |state: State<Channels>, form: Form<Signed>| async move {
            data_deletion(platform, &state.0, &form.0).await
        };
        routes = routes
            .raw(Method::POST, removed, Access::Public, deauthorize)
            .raw(Method::POST, delete, Access::Public, delete_data);
    }
    routes.page(Method::GET, "/data-deletion/{code}", Access::Public, status)
}

fn subject(platform: Platform, channels: &Channels, signed: &Signed) -> Result<String, Problem> {
    signed_request::parse(channels.webhook_secrets(platform), &signed.signed_request)
        .map(|request| request.user_id)
        .map_err(|error| {
            tracing::warn!(%platform, %error, "a signed request was turned away");
            Problem::new(
                StatusCode::FORBIDDEN,
                "SIGNATURE_WRONG",
                "The signed request is not believed.",
            )
        })
}

async fn app_removed(
    platform: Platform,
    channels: &Channels,
    signed: &Signed,
) -> Result<StatusCode, Problem> {
    let subject = subject(platform, channels, signed)?;
    let ended = channels.deauthorize(platform, &subject).await?;
    tracing::info!(%platform, ended, "an app was removed at the platform");
    Ok(StatusCode::OK)
}

async fn data_deletion(
    platform: Platform,
    channels: &Channels,
    signed: &Signed,
) -> Result<Json<Confirmation>, Problem> {
    let subject = subject(platform, channels, signed)?;
    let code = hex::encode(rand::random::<[u8; 16]>());
    let hash = Sha256::digest(subject.as_bytes()).to_vec();
    let ended = channels.deauthorize(platform, &subject).await?;
    let now = channels.clock.now();
    let mut system = channels.db.system().await?;
    system
        .insert_data_deletion(&code, platform, &hash, ended, now)
        .await?;
    // What is kept of the person who connected is the account's token, and that is gone now.
    system.finish_data_deletion(&code, now).await?;
    system.commit().await?;
    let base = channels.public_url.trim_end_matches('/');
    Ok(Json(Confirmation {
        url: format!("{base}/data-deletion/{code}"),
        confirmation_code: code,
    }))
}

/// How far a deletion is, for the person who asked for it.
#[derive(Template)]
#[template(path = "deletion.html")]
struct DeletionPage {
    shell: Frame,
    code: String,
    requested_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

async fn status(
    State(channels): State<Channels>,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Html<DeletionPage>, Problem> {
    let mut system = channels.db.system().await?;
    let found = system
        .data_deletion(&code)
        .await?
        .ok_or_else(Problem::not_found)?;
    let preferences = Preferences::from_headers(&headers);
    Ok(Html(DeletionPage {
        shell: Frame::new(preferences, channels.clock.now(), ""),
        code: found.code,
        requested_at: found.requested_at,
        finished_at: found.finished_at,
    }))
}
