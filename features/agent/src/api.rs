//! The agent over REST.

pub(crate) mod decisions;
mod models;
pub(crate) mod settings;
mod shadow;
mod spend;

use axum::extract::State;
use axum::http::Method;
use kernel::{Cursor, Limit, Page, Role};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Access, Json, Member, Problem, Query, Routes, routes};

use crate::escalation::{self, Escalation, EscalationState};
use crate::{Agent, pages};

/// The routes of the agent: API and pages.
pub fn routes(agent: Agent) -> Routes {
    Routes::new()
        .merge(crate::rehearse::api::routes())
        .merge(crate::playground::pages::routes())
        .merge(crate::evaluation::api::routes())
        .merge(crate::gaps::api::routes())
        .merge(decisions::routes())
        .merge(pages::decisions::routes())
        .merge(pages::evaluations::routes())
        .merge(pages::gaps::routes())
        .api(
            Access::Member(Role::Viewer),
            routes!(settings::read_settings),
        )
        .api(
            Access::Member(Role::Admin),
            routes!(settings::save_settings),
        )
        .api(
            Access::Member(Role::Viewer),
            routes!(settings::list_versions),
        )
        .api(
            Access::Member(Role::Viewer),
            routes!(settings::read_version),
        )
        .api(
            Access::Member(Role::Admin),
            routes!(settings::restore_version),
        )
        .api(Access::Member(Role::Agent), routes!(models::list_models))
        .api(Access::Member(Role::Viewer), routes!(spend::list_usage))
        .api(Access::Member(Role::Viewer), routes!(shadow::list_drafts))
        .api(
            Access::Member(Role::Viewer),
            routes!(shadow::summarize_drafts),
        )
        .api(Access::Member(Role::Viewer), routes!(shadow::list_topics))
        .api(Access::Member(Role::Viewer), routes!(list_escalations))
        .page(
            Method::GET,
            "/agent",
            Access::Member(Role::Viewer),
            pages::form::show,
        )
        .page(
            Method::POST,
            "/agent",
            Access::Member(Role::Admin),
            pages::form::save,
        )
        .page(
            Method::GET,
            "/agent/shadow",
            Access::Member(Role::Viewer),
            pages::shadow::list,
        )
        .page(
            Method::GET,
            "/agent/models",
            Access::Member(Role::Agent),
            pages::models::list,
        )
        .page(
            Method::GET,
            "/agent/versions",
            Access::Member(Role::Viewer),
            pages::versions::list,
        )
        .page(
            Method::GET,
            "/agent/versions/{id}",
            Access::Member(Role::Viewer),
            pages::versions::show,
        )
        .page(
            Method::POST,
            "/agent/versions/{id}/restore",
            Access::Member(Role::Admin),
            pages::versions::restore,
        )
        .with_state(agent)
}

/// Which escalations are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EscalationQuery {
    /// Only open or only closed ones.
    state: Option<EscalationState>,
    /// How many at most, 1 to 100; 50 unless given.
    limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Conversations that were given to a person; the newest first.
#[utoipa::path(get, path = "/api/escalations", tag = "agent", params(EscalationQuery),
    responses((status = OK, body = Page<Escalation>)))]
async fn list_escalations(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<EscalationQuery>,
) -> Result<Json<Page<Escalation>>, Problem> {
    let limit = query.limit.map_or_else(Limit::default, Limit::new);
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = escalation::list(&mut tx, query.state, after, limit).await?;
    Ok(Json(page))
}
