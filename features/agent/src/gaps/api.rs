//! Knowledge gaps over REST.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::{Cursor, GapId, Limit, Page, Role};
use knowledge::faq::{Draft, Entry};
use knowledge::language::Language;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Access, Json, Member, Path, Problem, Query, Routes, routes};

use super::close::{self, CloseError};
use super::detail::{self, GapDetail};
use super::draft::{self, GapDraft};
use super::preview::{GapPreview, PreviewError};
use super::{Gap, GapError, GapState, Refreshed, refresh};
use crate::Agent;

pub(crate) fn routes() -> Routes<Agent> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .api(viewer, routes!(list_gaps))
        .api(viewer, routes!(read_refresh))
        .api(agent, routes!(refresh_gaps))
        .api(viewer, routes!(read_gap))
        .api(agent, routes!(draft_gap))
        .api(viewer, routes!(preview_gap))
        .api(agent, routes!(answer_gap))
        .api(agent, routes!(dismiss_gap))
        .api(agent, routes!(restore_gap))
}

impl From<GapError> for Problem {
    fn from(error: GapError) -> Self {
        match error {
            GapError::NotFound => Self::not_found(),
            GapError::Db(error) => error.into(),
        }
    }
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::NotFound => Self::not_found(),
            PreviewError::Draft(error) => error.into(),
            PreviewError::Db(error) => error.into(),
        }
    }
}

impl From<CloseError> for Problem {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::NotFound => Self::not_found(),
            CloseError::Marked => Self::invalid([("answer", error)]),
            CloseError::Entry(error) => error.into(),
            CloseError::Db(error) => error.into(),
        }
    }
}

/// Which gaps are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GapQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<GapState>,
    /// How many at most, 1 to 100; 50 unless given.
    limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// What customers ask and nothing known answers, grouped by meaning; what was asked most first.
#[utoipa::path(get, path = "/api/knowledge-gaps", tag = "knowledge", params(GapQuery),
    responses((status = OK, body = Page<Gap>)))]
async fn list_gaps(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<GapQuery>,
) -> Result<Json<Page<Gap>>, Problem> {
    let limit = query.limit.map_or_else(Limit::default, Limit::new);
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = super::list(&mut tx, query.state, after, limit).await?;
    Ok(Json(page))
}

/// When gaps were looked for last, and whether they are being looked for.
#[utoipa::path(get, path = "/api/knowledge-gaps/refresh", tag = "knowledge",
    responses((status = OK, body = Refreshed)))]
async fn read_refresh(
    State(agent): State<Agent>,
    member: Member,
) -> Result<Json<Refreshed>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    Ok(Json(super::refreshed(&mut tx).await?))
}

/// Looks for gaps now, in the background. It happens by itself, too, some minutes after a question
/// that nothing answered.
#[utoipa::path(post, path = "/api/knowledge-gaps/refresh", tag = "knowledge",
    responses((status = ACCEPTED, body = Refreshed)))]
async fn refresh_gaps(
    State(agent): State<Agent>,
    member: Member,
) -> Result<impl IntoResponse, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let refreshed = refresh::look_again(&mut tx, agent.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(refreshed)))
}

/// One gap with its questions, what people answered, and the best passage.
#[utoipa::path(get, path = "/api/knowledge-gaps/{id}", tag = "knowledge",
    params(("id" = String, Path, description = "gap_…")),
    responses((status = OK, body = GapDetail)))]
async fn read_gap(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
) -> Result<Json<GapDetail>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    Ok(Json(detail::detail(&mut tx, id).await?))
}

/// How a draft is made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct NewGapDraft {
    /// The language; the one that is asked in most when left out.
    language: Option<Language>,
    /// Whether the model writes the answer from what people answered. It costs what a call costs.
    by_model: bool,
}

/// An FAQ entry for a gap, to be looked at: nothing is kept.
#[utoipa::path(post, path = "/api/knowledge-gaps/{id}/draft", tag = "knowledge",
    params(("id" = String, Path, description = "gap_…")), request_body = NewGapDraft,
    responses((status = OK, body = GapDraft)))]
async fn draft_gap(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
    Json(new): Json<NewGapDraft>,
) -> Result<Json<GapDraft>, Problem> {
    if new.by_model {
        let draft = agent
            .write_gap_draft(&member.scope, id, new.language)
            .await?;
        return Ok(Json(draft));
    }
    let mut tx = agent.db.tenant(&member.scope).await?;
    Ok(Json(draft::draft(&mut tx, id, new.language).await?))
}

/// Which past questions an FAQ entry would answer, and which it would take from what answers them
/// today: nothing is kept.
#[utoipa::path(post, path = "/api/knowledge-gaps/{id}/preview", tag = "knowledge",
    params(("id" = String, Path, description = "gap_…")), request_body = Draft,
    responses((status = OK, body = GapPreview)))]
async fn preview_gap(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
    Json(draft): Json<Draft>,
) -> Result<Json<GapPreview>, Problem> {
    Ok(Json(agent.preview_gap(&member.scope, id, &draft).await?))
}

/// Keeps an FAQ entry that answers a gap.
#[utoipa::path(post, path = "/api/knowledge-gaps/{id}/answer", tag = "knowledge",
    params(("id" = String, Path, description = "gap_…")), request_body = Draft,
    responses((status = CREATED, body = Entry)))]
async fn answer_gap(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
    Json(draft): Json<Draft>,
) -> Result<impl IntoResponse, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let entry = close::close(&mut tx, id, draft, agent.clock.now()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(entry)))
}

/// Puts a gap away: it and new questions like it stay out of sight.
#[utoipa::path(post, path = "/api/knowledge-gaps/{id}/dismiss", tag = "knowledge",
    params(("id" = String, Path, description = "gap_…")),
    responses((status = OK, body = Gap)))]
async fn dismiss_gap(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
) -> Result<Json<Gap>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let gap = super::dismiss(&mut tx, id, agent.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(gap))
}

/// Takes a gap that was put away back into sight.
#[utoipa::path(post, path = "/api/knowledge-gaps/{id}/restore", tag = "knowledge",
    params(("id" = String, Path, description = "gap_…")),
    responses((status = OK, body = Gap)))]
async fn restore_gap(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<GapId>,
) -> Result<Json<Gap>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let gap = super::restore(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(gap))
}
