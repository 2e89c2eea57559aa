//! What people do with comments: forms, with and without JavaScript.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{CommentId, Role};
use serde::Deserialize;
use web::ui::told;
use web::{Access, Form, Html, Member, Path, Problem, Query, Routes};

use super::opened;
use super::typed::{ProblemPart, TakenPart, Typed};
use super::wanted::Wanted;
use crate::api::person;
use crate::reply::ReplyError;
use crate::{Comments, answer, erase, hide};

pub(super) fn routes() -> Routes<Comments> {
    let acts = Access::Member(Role::Agent);
    Routes::new()
        .page(Method::POST, "/comments/{id}/reply", acts, answer_by_hand)
        .page(Method::POST, "/comments/{id}/draft", acts, decide)
        .page(Method::POST, "/comments/{id}/change", acts, change)
        .page(
            Method::POST,
            "/comments/{id}/erase",
            Access::Member(Role::Admin),
            erase_author,
        )
}

/// What a person is told at the field.
const fn problem(error: &ReplyError) -> Option<&'static str> {
    Some(match error {
        ReplyError::Empty => "comments.problem.empty",
        ReplyError::TooLong => "comments.problem.long",
        ReplyError::Unanswerable(_) => "comments.problem.closed",
        ReplyError::Stale => "comments.problem.stale",
        ReplyError::NotFound | ReplyError::Database(_) => return None,
    })
}

/// A form about one comment.
struct Asked {
    comments: Comments,
    member: Member,
    headers: HeaderMap,
    id: CommentId,
    wanted: Wanted,
}

impl Asked {
    /// The page that follows, or what is told beside the field that is open.
    async fn answered<T>(
        self,
        done: Result<T, ReplyError>,
        key: &'static str,
        mut typed: Typed,
    ) -> Result<Response, Problem> {
        let with_htmx = web::access::is_htmx(&self.headers);
        let shell = web::member_shell(&self.member, "comments", &self.headers);
        let error = match done {
            // The change signal brings the news.
            Ok(_) if with_htmx => return Ok(Html(ProblemPart::of(&shell, None)).into_response()),
            Ok(_) => {
                let here = self.wanted.at(&format!("/comments/{}", self.id));
                return Ok(told(key, &here));
            }
            Err(error) => error,
        };
        let Some(problem) = problem(&error) else {
            return Err(error.into());
        };
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        if with_htmx {
            let part = ProblemPart::of(&shell, Some(problem));
            return Ok((refused, Html(part)).into_response());
        }
        typed.problem = Some(problem);
        let (comments, member, headers) = (&self.comments, &self.member, &self.headers);
        let page = opened(comments, member, headers, self.id, self.wanted, typed).await?;
        Ok((refused, page).into_response())
    }
}

#[derive(Deserialize)]
struct NewReply {
    #[serde(default)]
    text: String,
    /// What the form calls the answer; what is no id is as if it were not said.
    #[serde(default)]
    once: String,
}

async fn answer_by_hand(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<CommentId>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<NewReply>,
) -> Result<Response, Problem> {
    let (user, now) = (person(&member)?, comments.clock.now());
    let mut tx = comments.db.tenant(&member.scope).await?;
    let once = form.once.parse().ok();
    let done = answer::by_hand(&mut tx, id, user, &form.text, once, now).await;
    if done.is_ok() {
        tx.commit().await?;
        if web::access::is_htmx(&headers) {
            return Ok(Html(TakenPart::fresh()).into_response());
        }
    } else {
        drop(tx);
    }
    let typed = Typed {
        reply: form.text,
        ..Typed::default()
    };
    let asked = Asked {
        comments,
        member,
        headers,
        id,
        wanted,
    };
    asked.answered(done, "comments.done.reply", typed).await
}

#[derive(Deserialize)]
struct Decided {
    decision: String,
    #[serde(default)]
    text: String,
}

async fn decide(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<CommentId>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<Decided>,
) -> Result<Response, Problem> {
    let (user, now) = (person(&member)?, comments.clock.now());
    let mut tx = comments.db.tenant(&member.scope).await?;
    let approves = form.decision == "approve";
    let (done, key) = if approves {
        let sent = answer::approve(&mut tx, id, user, Some(&form.text), now).await;
        (sent.map(|_| ()), "comments.done.approve")
    } else {
        (answer::discard(&mut tx, id).await, "comments.done.discard")
    };
    if done.is_ok() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    let typed = Typed {
        draft: approves.then_some(form.text),
        ..Typed::default()
    };
    let asked = Asked {
        comments,
        member,
        headers,
        id,
        wanted,
    };
    asked.answered(done, key, typed).await
}

#[derive(Deserialize)]
struct Change {
    what: String,
}

async fn change(
    State(comments): State<Comments>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<CommentId>,
    Query(wanted): Query<Wanted>,
    Form(form): Form<Change>,
) -> Result<Response, Problem> {
    let now = comments.clock.now();
    let mut tx = comments.db.tenant(&member.scope).await?;
    let (done, key) = match form.what.as_str() {
        "hide" => (
            hide::hide(&mut tx, id, true, now).await,
            "comments.done.hide",
        ),
        "show" => (
            hide::hide(&mut tx, id, false, now).await,
            "comments.done.show",
        ),
        "done" => (
            answer::set_aside(&mut tx, id, now).await,
            "comments.done.done",
        ),
        _ => return Err(Problem::bad_request("There is no such action.")),
    };
    if done.is_ok() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    let asked = Asked {
        comments,
        member,
        headers,
        id,
        wanted,
    };
    asked.answered(done, key, Typed::default()).await
}

/// Erases the author for good.
async fn erase_author(
    State(comments): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Result<Response, Problem> {
    let mut tx = comments.db.tenant(&member.scope).await?;
    erase::author(&mut tx, id, comments.clock.now()).await?;
    tx.commit().await?;
    Ok(told("comments.done.erase", "/comments"))
}
