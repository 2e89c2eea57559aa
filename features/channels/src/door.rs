//! The webhook door: the handshake, the proof of who sends, and the way into the journal.

use std::time::Duration;

use axum::extract::{Request, State};
use bytes::BytesMut;
use db::{Db, DbError};
use futures::TryStreamExt;
use http::{HeaderMap, Method, StatusCode};
use kernel::{Clock, Platform, WebhookEventId};
use meta::signature::{self, SIGNATURE_HEADER, SignatureError};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use web::{Access, Problem, Query, Routes};

use crate::Channels;

/// The largest body that is taken in. Meta sends at most 1000 changes and stays below it.
const MAX_BODY: usize = 3 * 1024 * 1024;

/// How long a platform waits for the answer at most, before it gets an honest 503.
const PATIENCE: Duration = Duration::from_millis(900);

/// How many bodies wait at most, and how many go into one statement.
const QUEUE: usize = 512;
const BATCH: usize = 64;

/// Why a body is not in the journal (as far as is known: it may come again).
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Too many wait, or the database took too long.
    #[error("the journal can't take it in time")]
    Busy,
    /// The database refused.
    #[error("the journal refused it")]
    Database(#[source] std::sync::Arc<DbError>),
}

struct Waiting {
    platform: Platform,
    body: Vec<u8>,
    taken: oneshot::Sender<Result<(), DoorError>>,
}

/// The way of webhooks into the journal: whoever waits at the same time shares one statement.
#[derive(Clone, Debug)]
pub struct Door {
    waiting: mpsc::Sender<Waiting>,
}

impl Door {
    /// Opens the door: one task that lives as long as a clone of the door. Needs a runtime.
    pub fn open(db: Db, clock: Clock) -> Self {
        let (waiting, queue) = mpsc::channel(QUEUE);
        tokio::spawn(write_down(db, clock, queue));
        Self { waiting }
    }

    /// Commits a body to the journal. Once this is `Ok`, it is durable.
    pub async fn take(&self, platform: Platform, body: Vec<u8>) -> Result<(), DoorError> {
        let (taken, answer) = oneshot::channel();
        let waiting = Waiting {
            platform,
            body,
            taken,
        };
        self.waiting
            .try_send(waiting)
            .map_err(|_| DoorError::Busy)?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) | Err(_) => Err(DoorError::Busy),
        }
    }
}

async fn write_down(db: Db, clock: Clock, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut waiting, BATCH).await > 0 {
        // Whoever gave up waiting was told so and comes again.
        waiting.retain(|one| !one.taken.is_closed());
        if waiting.is_empty() {
            continue;
        }
        let mut answers = Vec::with_capacity(waiting.len());
        let mut bodies = Vec::with_capacity(waiting.len());
        for one in waiting.drain(..) {
            bodies.push((WebhookEventId::new(), one.platform, one.body));
            answers.push(one.taken);
        }
        let result = db.append_to_journal(&bodies, clock.now()).await;
        if result.is_ok() {
            db.wake(db::Ledger::Journal);
        }
        let result = result.map_err(std::sync::Arc::new);
        for answer in answers {
            // Nobody listens any more: the platform sends it again, and it is taken in once.
            answer
                .send(result.clone().map_err(DoorError::Database))
                .ok();
        }
    }
}

pub(crate) fn routes() -> Routes<Channels> {
    let mut routes = Routes::new();
    for (platform, path) in [
        (Platform::Instagram, "/webhooks/instagram"),
        (Platform::Whatsapp, "/webhooks/whatsapp"),
    ] {
        let shake = move |state: State<Channels>, query: Query<Handshake>| async move {
            handshake(platform, &state.0, &query.0)
        };
        let take = move |state: State<Channels>, request: Request| async move {
            receive(platform, &state.0, request).await
        };
        routes = routes.raw(Method::GET, path, Access::Public, shake).raw(
            Method::POST,
            path,
            Access::Public,
            take,
        );
    }
    routes
}

/// The platform asks whether the address is ours.
#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

fn handshake(
    platform: Platform,
    channels: &Channels,
    asked: &Handshake,
) -> Result<String, Problem> {
    // Equal digests, so that the time of the comparison tells nothing of the token.
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    let ours = channels
        .verify_token
        .as_ref()
        .filter(|token| !token.is_empty());
    let right = ours.is_some_and(|token| digest(token.expose()) == digest(&asked.token));
    if asked.mode == "subscribe" && right {
        Ok(asked.challenge.clone())
    } else {
        tracing::warn!(%platform, "a handshake came with another verify token");
        Err(Problem::forbidden("The verify token is not ours."))
    }
}

async fn receive(
    platform: Platform,
    channels: &Channels,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (parts, body) = request.into_parts();
    let body = read(body).await?;
    prove(platform, channels, &parts.headers, &body)?;
    match channels.door.take(platform, body.into()).await {
        Ok(()) => {
            metrics::counter!("webhooks_received_total", "platform" => platform.as_str())
                .increment(1);
            Ok(StatusCode::OK)
        }
        Err(error) => {
            tracing::error!(%platform, %error, "a webhook could not be stored");
            Err(Problem::unavailable("The webhook could not be stored."))
        }
    }
}

async fn read(body: axum::body::Body) -> Result<BytesMut, Problem> {
    let mut stream = body.into_data_stream();
    let mut whole = BytesMut::new();
    loop {
        match stream.try_next().await {
            Ok(Some(chunk)) if whole.len() + chunk.len() > MAX_BODY => {
                return Err(Problem::too_large());
            }
            Ok(Some(chunk)) => whole.extend_from_slice(&chunk),
            Ok(None) => return Ok(whole),
            Err(_) => return Err(Problem::bad_request("The body broke off.")),
        }
    }
}

fn prove(
    platform: Platform,
    channels: &Channels,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Problem> {
    let header = headers
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok());
    let secrets = channels.webhook_secrets(platform);
    signature::verify(secrets, header, body).map_err(|error| {
        tracing::warn!(%platform, %error, "a webhook was turned away");
        match error {
            SignatureError::Missing => Problem::new(
                StatusCode::UNAUTHORIZED,
                "SIGNATURE_MISSING",
                "The request is not signed.",
            ),
            SignatureError::Malformed | SignatureError::Wrong => Problem::new(
                StatusCode::FORBIDDEN,
                "SIGNATURE_WRONG",
                "The signature does not match.",
            ),
        }
    })
}

impl Channels {
    /// The secrets that are in force for a platform's webhooks and signed requests.
    pub fn webhook_secrets(&self, platform: Platform) -> &[kernel::Secret] {
        match platform {
            Platform::Instagram => &self.instagram_secrets,
            Platform::Whatsapp => &self.whatsapp_secrets,
        }
    }
}
