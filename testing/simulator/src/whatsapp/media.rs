//! Media: upload, the five-minute link, download, delete.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::request::GraphRequest;
use crate::media::{Media, customer_file};
use crate::world::{Shared, World};

const SCOPE: &str = "whatsapp_business_messaging";

/// Types WhatsApp takes and their largest size in bytes.
const TYPES: &[(&str, usize)] = &[
    ("audio/aac", 16 << 20),
    ("audio/amr", 16 << 20),
    ("audio/mpeg", 16 << 20),
    ("audio/mp4", 16 << 20),
    ("audio/ogg", 16 << 20),
    ("image/jpeg", 5 << 20),
    ("image/png", 5 << 20),
    ("image/webp", 500 << 10),
    ("video/mp4", 16 << 20),
    ("video/3gpp", 16 << 20),
    ("application/pdf", 100 << 20),
    ("text/plain", 100 << 20),
];

/// `POST /{phone_number_id}/media`.
pub fn upload(
    world: &mut World,
    number: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    world.whatsapp_number(number, request.token.as_deref(), SCOPE)?;
    if request.param("messaging_product").as_deref() != Some("whatsapp") {
        return Err(GraphError::parameter(
            "The parameter messaging_product is required.",
        ));
    }
    let upload = request
        .upload
        .clone()
        .ok_or_else(|| GraphError::parameter("The parameter file is required."))?;
    let mime = request
        .param("type")
        .filter(|text| text.contains('/'))
        .unwrap_or(upload.mime);
    let kind = mime.split(';').next().unwrap_or_default().trim().to_owned();
    let most = TYPES
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, most)| *most);
    let most = most.ok_or_else(|| {
        GraphError::parameter(format!(
            "Param file must be a file of a supported type: got {kind}"
        ))
    })?;
    if upload.bytes.is_empty() || upload.bytes.len() > most {
        return Err(
            GraphError::new(400, 131_053, "(#131053) Media upload error")
                .details(format!("the file must hold 1 to {most} bytes")),
        );
    }
    let media = Media {
        mime,
        bytes: upload.bytes,
        owner: number.to_owned(),
        // WhatsApp: uploaded media live 30 days.
        expires_at: world.now() + TimeDelta::days(30),
    };
    let id = world.media.add(&mut world.rng, media);
    Ok(json!({"id": id}))
}

/// `GET /{media_id}`, when the id is one of the caller's files.
pub fn describe(world: &mut World, id: &str, request: &GraphRequest) -> Option<Value> {
    let media = owned(world, id, request)?;
    let url = world.media_url(id);
    Some(json!({
        "messaging_product": "whatsapp",
        "url": url,
        "mime_type": media.mime,
        "sha256": media.sha256(),
        "file_size": media.bytes.len().to_string(),
        "id": id,
    }))
}

/// `DELETE /{media_id}`.
pub fn delete(world: &mut World, id: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    world.whatsapp_wabas(request.token.as_deref(), SCOPE)?;
    owned(world, id, request).ok_or_else(|| GraphError::unknown_object(id))?;
    world.media.remove(id);
    Ok(json!({"success": true}))
}

/// The file if the caller's token reaches the number it belongs to.
fn owned(world: &World, id: &str, request: &GraphRequest) -> Option<Media> {
    let media = world.media.get(id, world.now())?;
    let wabas = world.whatsapp_wabas(request.token.as_deref(), SCOPE).ok()?;
    let waba = &world.whatsapp.get(&media.owner)?.seed.waba_id;
    wabas.contains(waba).then(|| media.clone())
}

impl World {
    /// A link to the file that dies after five minutes.
    pub fn media_url(&mut self, id: &str) -> String {
        let now = self.now();
        let key = self.media.link(&mut self.rng, id, now);
        format!(
            "{}/lookaside.fbsbx.com/whatsapp_business/attachments/{key}",
            self.base_url
        )
    }
}

/// Downloads a file: needs the Bearer header, 404 once the link is dead.
pub async fn download(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let token = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let world = shared.world();
    if world.whatsapp_wabas(token, SCOPE).is_err() {
        return status(StatusCode::UNAUTHORIZED);
    }
    match world.media.linked(&key, world.now()) {
        Some(media) => file(&media.mime, media.bytes.clone()),
        None => status(StatusCode::NOT_FOUND),
    }
}

/// A file behind Instagram's CDN links: open to everybody who has the link, until it dies.
pub async fn open_file(State(shared): State<Shared>, Path(id): Path<String>) -> Response<Body> {
    let world = shared.world();
    match world.media.get(&id, world.now()) {
        Some(media) => file(&media.mime, media.bytes.clone()),
        None => status(StatusCode::NOT_FOUND),
    }
}

/// Somebody's profile picture: open to everybody who has the link.
pub async fn picture(Path(_): Path<String>) -> Response<Body> {
    let (mime, bytes) = customer_file(None, "image");
    file(&mime, bytes)
}

fn file(mime: &str, bytes: bytes::Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    if let Ok(value) = HeaderValue::from_str(mime) {
        response.headers_mut().insert("content-type", value);
    }
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
