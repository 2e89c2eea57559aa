//! What the business attaches by a link: the platform fetches it before it takes the message.
//!
//! The simulator never leaves its machine: links to this machine are really fetched, and what stands
//! behind others is taken on trust.

use serde_json::{Value, json};
use url::{Host, Url};

use crate::errors::GraphError;
use crate::graph::request::{GraphRequest, Upload};
use crate::instagram::content::Content;
use crate::json::text_at;
use crate::media::Media;
use crate::world::{Shared, World};

/// Instagram: PNG and JPEG of at most 8 MB.
const MAX_IMAGE: usize = 8 << 20;

/// Fetches what the message links to, without following redirects and without a login.
pub async fn fetch(shared: &Shared, request: &mut GraphRequest) {
    let message = request.value("message");
    let Some(link) = local_link(&message) else {
        return;
    };
    let Ok(answer) = shared.http().get(link).send().await else {
        return;
    };
    if !answer.status().is_success() {
        return;
    }
    let mime = answer.headers().get("content-type");
    let mime = mime.and_then(|mime| mime.to_str().ok()).unwrap_or_default();
    let mime = mime.to_owned();
    if let Ok(bytes) = answer.bytes().await {
        request.upload = Some(Upload { mime, bytes });
    }
}

fn local_link(message: &Value) -> Option<Url> {
    let link = text_at(message, "/attachment/payload/url")?;
    let url = Url::parse(link).ok()?;
    let here = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => name == "localhost",
    };
    here.then_some(url)
}

/// Keeps what was fetched and puts the platform's own link in its place; refuses the message when
/// nothing useful was there.
pub fn keep(
    world: &mut World,
    account: &str,
    request: &GraphRequest,
    content: &mut Content,
) -> Result<(), GraphError> {
    if local_link(&request.value("message")).is_none() {
        return Ok(());
    }
    let fetched = request.upload.as_ref().ok_or_else(refusal)?;
    let image = matches!(fetched.mime.as_str(), "image/png" | "image/jpeg");
    let fits = fetched.bytes.len() <= MAX_IMAGE && !fetched.bytes.is_empty();
    if content.kind == "image" && !(image && fits) {
        return Err(refusal());
    }
    let media = Media {
        mime: fetched.mime.clone(),
        bytes: fetched.bytes.clone(),
        owner: account.to_owned(),
        expires_at: world.now() + chrono::TimeDelta::days(7),
    };
    let url = world.open_link(media);
    for attachment in &mut content.attachments {
        if let Some(payload) = attachment.pointer_mut("/payload") {
            *payload = json!({ "url": url });
        }
    }
    Ok(())
}

/// The words that integrators report; the subcode is theirs, no page of the vendor names it.
fn refusal() -> GraphError {
    GraphError::new(400, 100, "(#100) Upload attachment failure.").subcode(2_018_047)
}
