//! What people do in the inbox: forms, with and without JavaScript.

use axum::extract::State;
use axum::handler::Handler as _;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{ConversationId, EffectId, Role, RunId};
use serde::Deserialize;
use web::{Access, Form, Member, Path, Problem, Routes};

use super::composer;
use crate::api::{person, roomy};
use crate::reply::ReplyError;
use crate::{Inbox, owner, resolve, suggestion};

pub(super) fn routes() -> Routes<Inbox> {
    let acts = Access::Member(Role::Agent);
    Routes::new()
        .page(
            Method::POST,
            "/inbox/{id}/reply",
            acts,
            composer::answer.layer(roomy()),
        )
        .page(Method::POST, "/inbox/{id}/change", acts, change)
        .page(Method::POST, "/inbox/{id}/suggestion", acts, decide)
        .page(Method::POST, "/inbox/{id}/outcome", acts, outcome)
}

#[derive(Deserialize)]
struct Change {
    what: String,
}

async fn change(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Form(form): Form<Change>,
) -> Result<Response, Problem> {
    let user = person(&member)?;
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    match form.what.as_str() {
        "take-over" => owner::take_over(&mut tx, id, user, now).await?,
        "hand-back" => owner::hand_back(&mut tx, id, now).await?,
        "resolve" => resolve::resolve(&mut tx, id, now).await?,
        "reopen" => resolve::reopen(&mut tx, id).await?,
        "ai-on" => owner::set_ai(&mut tx, id, true, now).await?,
        "ai-off" => owner::set_ai(&mut tx, id, false, now).await?,
        _ => return Err(Problem::bad_request("There is no such action.")),
    }
    tx.commit().await?;
    told(Ok(()), id, &headers)
}

#[derive(Deserialize)]
struct Decided {
    run: RunId,
    decision: String,
    #[serde(default)]
    text: String,
}

async fn decide(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Form(form): Form<Decided>,
) -> Result<Response, Problem> {
    let user = person(&member)?;
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let done = match form.decision.as_str() {
        "approve" => {
            let text = Some(form.text.as_str()).filter(|text| !text.trim().is_empty());
            suggestion::approve(&mut tx, form.run, user, text, now)
                .await
                .map(|_| ())
        }
        _ => suggestion::dismiss(&mut tx, form.run, user, now).await,
    };
    if done.is_ok() {
        tx.commit().await?;
    }
    told(done, id, &headers)
}

#[derive(Deserialize)]
struct Word {
    effect: EffectId,
    outcome: String,
}

async fn outcome(
    State(inbox): State<Inbox>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<ConversationId>,
    Form(form): Form<Word>,
) -> Result<Response, Problem> {
    use channels::effects::{ResolveError, do_not_send, mark_sent, send_again};
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let done = match form.outcome.as_str() {
        "sent" => mark_sent(&mut tx, form.effect, now).await,
        "again" => send_again(&mut tx, form.effect, now).await,
        _ => do_not_send(&mut tx, form.effect, now).await,
    };
    match done {
        Ok(_) => tx.commit().await?,
        // Somebody else was faster: the thread shows what was decided.
        Err(ResolveError::NotResting) => {}
        Err(ResolveError::NotFound) => return Err(Problem::not_found()),
        Err(ResolveError::Database(error)) => return Err(error.into()),
    }
    told(Ok(()), id, &headers)
}

/// Back to the thread; with htmx the change signal brings the news. What can't be done is said at
/// the composer, where the typed words still are.
fn told(
    done: Result<(), ReplyError>,
    id: ConversationId,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let problem = match done {
        Ok(()) => None,
        Err(error) => match composer::problem(&error) {
            Some(problem) => problem.rsplit('.').next(),
            None => return Err(error.into()),
        },
    };
    let htmx = web::access::is_htmx(headers);
    let to = match problem {
        None => format!("/inbox/{id}"),
        Some(problem) => format!("/inbox/{id}?problem={problem}"),
    };
    Ok(match (htmx, problem) {
        (false, _) => Redirect::to(&to).into_response(),
        (true, None) => StatusCode::NO_CONTENT.into_response(),
        (true, Some(_)) => {
            let header = (HeaderName::from_static("hx-redirect"), to);
            (StatusCode::CONFLICT, [header]).into_response()
        }
    })
}
