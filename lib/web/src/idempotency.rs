//! Writes that carry an `Idempotency-Key` are done once: the same key with the same request gets
//! the same answer, with another request an error (the rules of the IETF draft
//! “The Idempotency-Key HTTP Header Field”).

mod store;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use db::{Actor, Db, DbResult};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::Clock;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::problem::REQUEST_ID;
use crate::{Member, Problem, csrf};
use store::{Kept, Taken};

/// The header that names a write.
pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was given before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The longest key, in bytes.
const MAX_KEY: usize = 255;
/// The largest body of such a write, in bytes: more than any route takes, which has a limit of its
/// own.
const MOST: usize = 32 * 1024 * 1024;
/// How long an answer is kept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// After this long a request without an answer was cut off, and the key may be tried again.
const CUT_OFF_AFTER: TimeDelta = TimeDelta::minutes(2);

/// Where answers are kept, as an extension of every request; without it the header means nothing.
#[derive(Debug, Clone)]
pub struct IdempotencyKeys {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
}

/// A key of a member, for one request.
struct Once {
    keys: IdempotencyKeys,
    member: Member,
    key: String,
}

/// Runs the handler, or answers as it did the first time.
pub(crate) async fn run(parts: Parts, body: Body, next: Next) -> Response {
    let once = match Once::wanted(&parts) {
        Ok(Some(once)) => once,
        Ok(None) => return next.run(Request::from_parts(parts, body)).await,
        Err(problem) => return problem.into_response(),
    };
    // A caller who hangs up must not stop the work between the write and its record.
    let id = REQUEST_ID.try_with(Clone::clone).unwrap_or_default();
    let work = REQUEST_ID.scope(id, once.perform(parts, body, next));
    match tokio::spawn(work.in_current_span()).await {
        Ok(answered) => answered.unwrap_or_else(IntoResponse::into_response),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Problem::internal(&error).into_response(),
        },
    }
}

impl Once {
    /// The key of a write by a member.
    fn wanted(parts: &Parts) -> Result<Option<Self>, Problem> {
        let (Some(given), false) = (parts.headers.get(&KEY_HEADER), csrf::is_safe(&parts.method))
        else {
            return Ok(None);
        };
        let keys = parts.extensions.get::<IdempotencyKeys>().cloned();
        let member = parts.extensions.get::<Member>().cloned();
        let (Some(keys), Some(member)) = (keys, member) else {
            return Ok(None);
        };
        let key = given.to_str().ok().map(str::trim);
        match key.filter(|key| !key.is_empty() && key.len() <= MAX_KEY) {
            Some(key) => Ok(Some(Self {
                keys,
                member,
                key: key.to_owned(),
            })),
            None => Err(Problem::bad_request(
                "An Idempotency-Key has 1 to 255 visible ASCII characters.",
            )),
        }
    }

    async fn perform(self, parts: Parts, body: Body, next: Next) -> Result<Response, Problem> {
        let body = axum::body::to_bytes(body, MOST).await;
        let body = body.map_err(|_| Problem::too_large())?;
        let fingerprint = fingerprint(&parts, &body);
        match self.take(&fingerprint).await? {
            Taken::Fresh => {}
            Taken::Running => {
                let message = "The first request with this Idempotency-Key is still being done.";
                return Err(Problem::conflict("IDEMPOTENCY_KEY_IN_USE", message));
            }
            Taken::Kept(kept) if kept.fingerprint != fingerprint => {
                return Err(Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "IDEMPOTENCY_KEY_REUSED",
                    "This Idempotency-Key was used for another request.",
                ));
            }
            Taken::Kept(kept) => return Ok(replay(kept)),
        }
        let request = Request::from_parts(parts, Body::from(body));
        let (parts, body) = next.run(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        let body = body.map_err(|error| Problem::internal(&error))?;
        // What failed for a passing reason is worth a new try with the same key.
        let passing = parts.status.is_server_error()
            || matches!(
                parts.status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT
            );
        let recorded = if passing {
            self.forget().await
        } else {
            self.keep(&parts, &body).await
        };
        if let Err(error) = recorded {
            // The write was done; its answer must not become an error now.
            tracing::error!(%error, "an answer could not be kept for its idempotency key");
        }
        Ok(Response::from_parts(parts, Body::from(body)))
    }

    async fn take(&self, fingerprint: &[u8]) -> DbResult<Taken> {
        let now = self.keys.clock.now();
        let mut tx = self.keys.db.tenant(&self.member.scope).await?;
        store::purge(&mut tx, now - KEPT_FOR).await?;
        let cut_off = now - CUT_OFF_AFTER;
        let caller = self.caller();
        let taken = store::take(&mut tx, &caller, &self.key, fingerprint, now, cut_off).await?;
        tx.commit().await?;
        Ok(taken)
    }

    async fn keep(&self, parts: &http::response::Parts, body: &[u8]) -> DbResult<()> {
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let status = i32::from(parts.status.as_u16());
        let mut tx = self.keys.db.tenant(&self.member.scope).await?;
        store::keep(
            &mut tx,
            &self.caller(),
            &self.key,
            status,
            content_type,
            body,
        )
        .await?;
        tx.commit().await
    }

    async fn forget(&self) -> DbResult<()> {
        let mut tx = self.keys.db.tenant(&self.member.scope).await?;
        store::forget(&mut tx, &self.caller(), &self.key).await?;
        tx.commit().await
    }

    /// Whose key it is: two members may choose the same.
    fn caller(&self) -> String {
        match self.member.scope.actor() {
            Actor::User(id) => id.to_string(),
            Actor::ApiKey(id) => id.to_string(),
            Actor::System => "system".to_owned(),
        }
    }
}

fn replay(kept: Kept) -> Response {
    let status = u16::try_from(kept.status).ok();
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    let content_type = kept
        .content_type
        .and_then(|text| HeaderValue::try_from(text).ok());
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// What makes two requests the same: method, address and body.
fn fingerprint(parts: &Parts, body: &Bytes) -> Vec<u8> {
    let address = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut hash = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), address.as_bytes()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(body);
    hash.finalize().to_vec()
}
