//! Who may use a route, and the check before each handler.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, Method};
use kernel::Role;

use crate::caller::{Authenticator, Caller, Member, SignedIn, SimulatorUrl};
use crate::limits::{Allowance, RateLimits};
use crate::routes::RouteKind;
use crate::waiting::{self, Waiting};
use crate::{Problem, csrf, idempotency, ui};

/// The code of the problem that somebody has no seat in any workspace.
pub(crate) const NO_WORKSPACE: &str = "NO_WORKSPACE";

/// The least that is needed to use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// A person who signed in, with or without a workspace.
    SignedIn,
    /// A seat in the present workspace with at least this role; API keys have one, too.
    Member(Role),
}

/// What the check before a handler knows about the route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate {
    pub(crate) access: Access,
    pub(crate) kind: RouteKind,
}

/// Lets a request through to its handler, or answers it.
pub(crate) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut response = match admit(gate, &mut parts).await {
        Ok(allowance) => {
            let mut response = match gate.kind {
                RouteKind::Api => idempotency::run(parts, body, next).await,
                RouteKind::Page | RouteKind::Raw => {
                    next.run(Request::from_parts(parts, body)).await
                }
            };
            if let Some(allowance) = allowance {
                allowance.tell(response.headers_mut());
            }
            response
        }
        Err(problem) => refuse(gate.kind, problem, &parts),
    };
    response.extensions_mut().insert(gate.kind);
    response
}

/// Checks a request and keeps what was learned about its caller for the handler.
async fn admit(gate: Gate, parts: &mut Parts) -> Result<Option<Allowance>, Problem> {
    let caller = match gate.access {
        Access::Public => None,
        Access::SignedIn | Access::Member(_) => authenticate(parts).await?,
    };
    let allowance = count(gate, parts, caller.as_ref())?;
    let needed = match gate.access {
        Access::Public => {
            if gate.kind == RouteKind::Page {
                csrf::check_public(parts)?;
            }
            return Ok(allowance);
        }
        Access::SignedIn => None,
        Access::Member(role) => Some(role),
    };
    let caller = caller.ok_or_else(Problem::unauthorized)?;
    csrf::check(parts, &caller)?;
    if let Some(role) = needed {
        let mut member = seat(parts, &caller, role)?;
        member.waiting = waiting::for_page(gate.kind, parts, &member).await;
        parts.extensions.insert(member);
    } else if caller.user.is_none() {
        return Err(Problem::forbidden("This needs a person, not an API key."));
    }
    parts.extensions.insert(SignedIn(caller));
    Ok(allowance)
}

/// Counts what is limited: the API, and forms sent by nobody we know.
fn count(gate: Gate, parts: &Parts, caller: Option<&Caller>) -> Result<Option<Allowance>, Problem> {
    let counted = match gate.kind {
        RouteKind::Api => true,
        RouteKind::Page => caller.is_none() && !csrf::is_safe(&parts.method),
        RouteKind::Raw => false,
    };
    match parts.extensions.get::<RateLimits>() {
        Some(limits) if counted => limits.count(parts, caller),
        _ => Ok(None),
    }
}

fn seat(parts: &Parts, caller: &Caller, needed: Role) -> Result<Member, Problem> {
    let membership = caller.membership.as_ref().ok_or_else(|| Problem {
        code: NO_WORKSPACE,
        ..Problem::forbidden("You are not a member of a workspace.")
    })?;
    if membership.role < needed {
        return Err(Problem::forbidden(format!(
            "This needs the role {needed} or a higher one."
        )));
    }
    Ok(Member {
        scope: membership.scope,
        role: membership.role,
        caller: caller.clone(),
        simulator: parts.extensions.get::<SimulatorUrl>().cloned(),
        waiting: Waiting::default(),
    })
}

/// Who sends the request, as the application's authenticator sees it.
pub(crate) async fn authenticate(parts: &Parts) -> Result<Option<Caller>, Problem> {
    match parts.extensions.get::<Authenticator>() {
        Some(Authenticator(authenticator)) => authenticator.authenticate(parts).await,
        None => Ok(None),
    }
}

/// A page leads a stranger to the sign-in, and who has no seat to where there is one to be had;
/// everything else says what is wrong.
fn refuse(kind: RouteKind, problem: Problem, parts: &Parts) -> Response {
    if kind == RouteKind::Page && !is_htmx(&parts.headers) {
        if problem.status == http::StatusCode::UNAUTHORIZED {
            return Redirect::to(&sign_in(parts)).into_response();
        }
        if problem.code == NO_WORKSPACE {
            return Redirect::to(ui::paths::WORKSPACES).into_response();
        }
    }
    problem.into_response()
}

/// Whether htmx sent the request, to put the answer into a page that is open.
pub fn is_htmx(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

fn sign_in(parts: &Parts) -> String {
    let wanted = parts.uri.path_and_query().map(ToString::to_string);
    match wanted {
        Some(path) if parts.method == Method::GET && path != "/" => {
            let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        _ => "/sign-in".to_owned(),
    }
}
