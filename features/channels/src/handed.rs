//! Files of ours that a platform fetches: each by a link that is signed, leads to one file, and ends.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use blob::{InvalidKey, Key};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::{MediaId, WorkspaceId};
use sha2::Sha256;
use uuid::Uuid;
use web::{Access, Path, Problem, Routes};

use crate::Channels;

/// How long a link works. The platform fetches the file while it takes the message.
const LIFE: TimeDelta = TimeDelta::hours(1);

/// What the derived key is for.
const PURPOSE: &str = "links to files for platforms";

/// Media types that a link can lead to, with the endings of their names.
const TYPES: [(&str, &str); 2] = [("image/jpeg", "jpg"), ("image/png", "png")];

pub(crate) fn routes() -> Routes<Channels> {
    Routes::new().raw(Method::GET, "/files/{name}", Access::Public, fetch)
}

/// Where a file of a message is kept.
pub fn key(workspace: WorkspaceId, file: MediaId) -> Result<Key, InvalidKey> {
    Key::new(workspace, "media", file)
}

/// A file and how long it may be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ticket {
    workspace: WorkspaceId,
    file: MediaId,
    /// Seconds since 1970.
    until: i64,
}

impl Ticket {
    fn text(&self) -> String {
        let (workspace, file) = (self.workspace.uuid(), self.file.uuid());
        format!("{}-{}-{}", workspace.simple(), file.simple(), self.until)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let workspace = Uuid::try_parse(parts.next()?).ok()?;
        let file = Uuid::try_parse(parts.next()?).ok()?;
        Some(Self {
            workspace: workspace.into(),
            file: file.into(),
            until: parts.next()?.parse().ok()?,
        })
    }
}

impl Channels {
    /// A link to a file that anybody may follow for an hour.
    pub(crate) fn link_to(
        &self,
        workspace: WorkspaceId,
        file: MediaId,
        media_type: &str,
    ) -> Option<String> {
        let (_, ending) = TYPES.iter().find(|(known, _)| *known == media_type)?;
        let until = (self.clock.now() + LIFE).timestamp();
        let ticket = Ticket {
            workspace,
            file,
            until,
        };
        let name = format!("{}.{ending}", ticket.text());
        let signature = hex::encode(self.seal(&name)?.finalize().into_bytes());
        Some(format!("{}/files/{signature}-{name}", self.public_url))
    }

    fn seal(&self, name: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key.derive(PURPOSE)).ok()?;
        mac.update(name.as_bytes());
        Some(mac)
    }

    /// What a link leads to, when it is ours and has not ended.
    fn redeem(&self, link: &str, now: DateTime<Utc>) -> Option<(Ticket, &'static str)> {
        let (signature, name) = link.split_once('-')?;
        let signature = hex::decode(signature).ok()?;
        self.seal(name)?.verify_slice(&signature).ok()?;
        let (ticket, ending) = name.rsplit_once('.')?;
        let (media_type, _) = TYPES.iter().find(|(_, known)| *known == ending)?;
        let ticket = Ticket::parse(ticket)?;
        (ticket.until > now.timestamp()).then_some((ticket, *media_type))
    }

    /// The content of a file of a message.
    pub(crate) async fn file(&self, workspace: WorkspaceId, file: MediaId) -> Option<Bytes> {
        let key = key(workspace, file).ok()?;
        match self.blobs.get(&key).await {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                tracing::warn!(%file, %error, "a file could not be read");
                None
            }
        }
    }
}

async fn fetch(
    State(channels): State<Channels>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let found = channels.redeem(&name, channels.clock.now());
    let (ticket, media_type) = found.ok_or_else(Problem::not_found)?;
    let bytes = channels.file(ticket.workspace, ticket.file).await;
    let bytes = bytes.ok_or_else(Problem::not_found)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    Ok((headers, bytes).into_response())
}
