//! Drafts of the shadow mode.

use axum::extract::State;
use kernel::Page;
use web::{Json, ListQuery, Member, Problem, Query};

use crate::Agent;
use crate::shadow::{self, Draft, Summary, Topic};

/// What the agent would have said, beside what people answered; the newest first.
#[utoipa::path(get, path = "/api/shadow-drafts", tag = "agent", params(ListQuery),
    responses((status = OK, body = Page<Draft>)))]
pub(super) async fn list_drafts(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Draft>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = shadow::list(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(page))
}

/// All drafts of the shadow mode together.
#[utoipa::path(get, path = "/api/shadow-drafts/summary", tag = "agent",
    responses((status = OK, body = Summary)))]
pub(super) async fn summarize_drafts(
    State(agent): State<Agent>,
    member: Member,
) -> Result<Json<Summary>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    Ok(Json(shadow::summary(&mut tx).await?))
}

/// The drafts of the shadow mode by topic: what they rest on, or why there is none. At most 50, in
/// one page.
#[utoipa::path(get, path = "/api/shadow-drafts/topics", tag = "agent",
    responses((status = OK, body = Page<Topic>)))]
pub(super) async fn list_topics(
    State(agent): State<Agent>,
    member: Member,
) -> Result<Json<Page<Topic>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    Ok(Json(Page {
        items: shadow::topics(&mut tx).await?,
        next_cursor: None,
    }))
}
