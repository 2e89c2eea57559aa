//! Comments for programs.

use axum::extract::State;
use axum::http::StatusCode;
use db::TenantTx;
use kernel::{CommentId, Page, PostId, UserId};
use serde::Deserialize;
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use crate::list::{self, Detail, Entry, Filter};
use crate::reply::ReplyError;
use crate::{Comments, answer, comment, erase, hide};

type Answer<T> = Result<Json<T>, Problem>;

pub(crate) fn routes() -> Routes<Comments> {
    let reads = Access::Member(kernel::Role::Viewer);
    let acts = Access::Member(kernel::Role::Agent);
    Routes::new()
        .api(reads, routes!(comments))
        .api(reads, routes!(comment))
        .api(acts, routes!(answer_comment))
        .api(acts, routes!(approve_draft))
        .api(acts, routes!(discard_draft))
        .api(acts, routes!(set_comment_aside))
        .api(
            Access::Member(kernel::Role::Admin),
            routes!(erase_comment_author),
        )
        .api(acts, routes!(hide_comment))
        .api(acts, routes!(show_comment))
}

/// Which comments are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentFilter {
    /// How far they are.
    state: Option<comment::State>,
    /// What they stand under.
    post_id: Option<PostId>,
}

/// A public answer to a comment.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct NewCommentReply {
    /// The words, at most 300 characters.
    text: String,
}

/// The words to send instead of the draft's.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct CommentApproval {
    /// The words; the draft's own when absent.
    text: Option<String>,
}

/// The comments of others under the posts, the newest first.
#[utoipa::path(get, path = "/api/comments", tag = "comments", params(CommentFilter, ListQuery),
    responses((status = 200, body = Page<Entry>)))]
async fn comments(
    State(state): State<Comments>,
    member: Member,
    Query(wanted): Query<CommentFilter>,
    Query(page): Query<ListQuery>,
) -> Answer<Page<Entry>> {
    let filter = Filter {
        state: wanted.state,
        post: wanted.post_id,
    };
    let mut tx = state.db.tenant(&member.scope).await?;
    let after = page.after::<CommentId>()?;
    Ok(Json(
        list::comments(&mut tx, &filter, after, page.limit()).await?,
    ))
}

/// One comment, with why it was answered or not.
#[utoipa::path(get, path = "/api/comments/{id}", tag = "comments",
    params(("id" = String, Path)), responses((status = 200, body = Detail)))]
async fn comment(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Answer<Detail> {
    let mut tx = state.db.tenant(&member.scope).await?;
    let found = list::detail(&mut tx, id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// Answers a comment in public.
#[utoipa::path(post, path = "/api/comments/{id}/reply", tag = "comments",
    params(("id" = String, Path)), request_body = NewCommentReply, security(("bearer" = [])),
    responses((status = 200, body = Detail),
        (status = 409, description = "COMMENT_GONE, COMMENT_HIDDEN, LIVE_COMMENT: the platform \
            takes no reply to it")))]
async fn answer_comment(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
    Json(new): Json<NewCommentReply>,
) -> Answer<Detail> {
    let user = person(&member)?;
    let mut tx = state.db.tenant(&member.scope).await?;
    // A program names its request by `Idempotency-Key`.
    answer::by_hand(&mut tx, id, user, &new.text, None, state.clock.now()).await?;
    changed(tx, id).await
}

/// Sends the draft of the agent, with other words when they are given.
#[utoipa::path(post, path = "/api/comments/{id}/approve", tag = "comments",
    params(("id" = String, Path)), request_body = CommentApproval, security(("bearer" = [])),
    responses((status = 200, body = Detail),
        (status = 409, description = "STALE: there is no draft, or no longer; else as for an answer")))]
async fn approve_draft(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
    Json(approval): Json<CommentApproval>,
) -> Answer<Detail> {
    let user = person(&member)?;
    let now = state.clock.now();
    let mut tx = state.db.tenant(&member.scope).await?;
    answer::approve(&mut tx, id, user, approval.text.as_deref(), now).await?;
    changed(tx, id).await
}

/// Drops the draft of the agent; the comment waits for a person.
#[utoipa::path(post, path = "/api/comments/{id}/discard", tag = "comments",
    params(("id" = String, Path)), responses((status = 200, body = Detail),
        (status = 409, description = "STALE: there is no draft")))]
async fn discard_draft(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Answer<Detail> {
    let mut tx = state.db.tenant(&member.scope).await?;
    answer::discard(&mut tx, id).await?;
    changed(tx, id).await
}

/// Marks the comment as done without an answer.
#[utoipa::path(post, path = "/api/comments/{id}/done", tag = "comments",
    params(("id" = String, Path)), responses((status = 200, body = Detail)))]
async fn set_comment_aside(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Answer<Detail> {
    let mut tx = state.db.tenant(&member.scope).await?;
    answer::set_aside(&mut tx, id, state.clock.now()).await?;
    changed(tx, id).await
}

/// Hides the comment from everybody but its author.
#[utoipa::path(post, path = "/api/comments/{id}/hide", tag = "comments",
    params(("id" = String, Path)), responses((status = 200, body = Detail),
        (status = 409, description = "COMMENT_GONE: it was deleted")))]
async fn hide_comment(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Answer<Detail> {
    hidden(&state, &member, id, true).await
}

/// Shows the comment to everybody again.
#[utoipa::path(post, path = "/api/comments/{id}/show", tag = "comments",
    params(("id" = String, Path)), responses((status = 200, body = Detail),
        (status = 409, description = "COMMENT_GONE: it was deleted")))]
async fn show_comment(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Answer<Detail> {
    hidden(&state, &member, id, false).await
}

/// Erases the author of the comment for good: all their comments and private messages, with the
/// answers and decisions.
#[utoipa::path(delete, path = "/api/comments/{id}/author", tag = "comments",
    params(("id" = String, Path)),
    responses((status = 204, description = "Erased"),
        (status = 404, description = "No such comment, or the platform has not named its author")))]
async fn erase_comment_author(
    State(state): State<Comments>,
    member: Member,
    Path(id): Path<CommentId>,
) -> Result<StatusCode, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    erase::author(&mut tx, id, state.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn hidden(state: &Comments, member: &Member, id: CommentId, wanted: bool) -> Answer<Detail> {
    let mut tx = state.db.tenant(&member.scope).await?;
    hide::hide(&mut tx, id, wanted, state.clock.now()).await?;
    changed(tx, id).await
}

async fn changed(mut tx: TenantTx, id: CommentId) -> Answer<Detail> {
    let found = list::detail(&mut tx, id).await?;
    tx.commit().await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// The person behind a request: what is said in a person's name needs one.
pub(crate) fn person(member: &Member) -> Result<UserId, Problem> {
    let user = member.user().map(|user| user.id);
    user.ok_or_else(|| Problem::forbidden("A person has to do this; an API key is not one."))
}

impl From<ReplyError> for Problem {
    fn from(error: ReplyError) -> Self {
        let message = error.to_string();
        match error {
            ReplyError::NotFound => Self::not_found(),
            ReplyError::Empty | ReplyError::TooLong => Self::invalid([("text", message)]),
            ReplyError::Unanswerable(why) => {
                let code = match why {
                    "comment_gone" => "COMMENT_GONE",
                    "live_comment" => "LIVE_COMMENT",
                    _ => "COMMENT_HIDDEN",
                };
                Self::conflict(code, message)
            }
            ReplyError::Stale => Self::conflict("STALE", message),
            ReplyError::Database(error) => error.into(),
        }
    }
}
