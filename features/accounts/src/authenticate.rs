//! Who sends a request: by cookie, access token or API key.

use axum_extra::extract::cookie::{Cookie, CookieJar};
use chrono::TimeDelta;
use db::{DbResult, Membership, PeopleTx};
use futures::future::BoxFuture;
use http::request::Parts;
use http::{HeaderMap, header};
use kernel::WorkspaceId;
use web::ui::WorkspaceLink;
use web::{Authenticate, Caller, Problem, UserSummary, Via};

use crate::profile::User;
use crate::sessions::BROWSER_DAYS;
use crate::store::sessions::Live;
use crate::{Accounts, api_keys, cookie, jwt, store, token};

/// How often a session's last use is written down.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

impl Authenticate for Accounts {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        Box::pin(self.caller(&parts.headers))
    }
}

impl Accounts {
    async fn caller(&self, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
        if let Some(bearer) = bearer(headers) {
            // A wrong token is an error even where a good cookie comes with it.
            return if bearer.starts_with(api_keys::PREFIX) {
                self.by_key(bearer).await
            } else {
                self.by_token(bearer, headers).await
            };
        }
        let jar = CookieJar::from_headers(headers);
        let Some(secret) = jar.get(cookie::NAME).map(Cookie::value_trimmed) else {
            return Ok(None);
        };
        if secret.is_empty() {
            return Ok(None);
        }
        let mut tx = self.db.people().await?;
        let now = self.clock.now();
        let hash = token::digest(secret);
        match store::sessions::live(&mut tx, Some(&hash), None, now).await? {
            Some(live) => self.person(tx, live, Via::Cookie, headers).await.map(Some),
            None => Ok(None),
        }
    }

    async fn by_token(&self, bearer: &str, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
        let now = self.clock.now();
        let Ok(claims) = jwt::read(&self.key, now, bearer) else {
            return Ok(None);
        };
        let mut tx = self.db.people().await?;
        match store::sessions::live(&mut tx, None, Some(claims.sid), now).await? {
            Some(live) if live.user.id == claims.sub => {
                self.person(tx, live, Via::Bearer, headers).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn by_key(&self, key: &str) -> Result<Option<Caller>, Problem> {
        let hash = token::digest(key);
        let mut tx = self.db.people().await?;
        let Some(membership) = tx.api_key(&hash).await? else {
            return Ok(None);
        };
        store::seats::touch_key(&mut tx, &hash, self.clock.now()).await?;
        tx.commit().await?;
        Ok(Some(Caller {
            user: None,
            session: None,
            via: Via::ApiKey,
            csrf: None,
            membership: Some(membership),
            workspaces: Vec::new(),
        }))
    }

    async fn person(
        &self,
        mut tx: PeopleTx,
        live: Live,
        via: Via,
        headers: &HeaderMap,
    ) -> Result<Caller, Problem> {
        let seats = tx.memberships(live.user.id).await?;
        self.note_use(tx, &live, via).await?;
        let workspaces = seats
            .iter()
            .map(|seat| WorkspaceLink {
                id: seat.scope.workspace(),
                name: seat.workspace_name.clone(),
            })
            .collect();
        let membership = choose(seats, headers, live.workspace)?;
        let csrf = (via == Via::Cookie).then(|| cookie::csrf(&self.key, live.session));
        Ok(Caller {
            user: Some(summary(live.user, live.email_proven)),
            session: Some(live.session),
            via,
            csrf,
            membership,
            workspaces,
        })
    }

    async fn note_use(&self, mut tx: PeopleTx, live: &Live, via: Via) -> DbResult<()> {
        let now = self.clock.now();
        if now - live.seen_at > SEEN_EVERY {
            let until = (via == Via::Cookie).then(|| now + BROWSER_DAYS);
            store::sessions::touch(&mut tx, live.session, now, until).await?;
        }
        tx.commit().await
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The seat of this request: the one it names, else the session's, else the first. A workspace
/// that is named but not the person's is as good as none that exists.
fn choose(
    seats: Vec<Membership>,
    headers: &HeaderMap,
    of_session: Option<WorkspaceId>,
) -> Result<Option<Membership>, Problem> {
    let of = |id: WorkspaceId| {
        seats
            .iter()
            .find(|seat| seat.scope.workspace() == id)
            .cloned()
    };
    if let Some(named) = headers.get("x-workspace-id") {
        let id = named.to_str().ok().and_then(|text| text.parse().ok());
        return id.and_then(of).map(Some).ok_or_else(Problem::not_found);
    }
    Ok(of_session.and_then(of).or_else(|| seats.first().cloned()))
}

fn summary(user: User, email_proven: bool) -> UserSummary {
    UserSummary {
        id: user.id,
        name: user.name,
        email: user.email,
        email_proven,
        locale: user.locale,
        time_zone: user.time_zone,
        theme: user.theme,
    }
}
