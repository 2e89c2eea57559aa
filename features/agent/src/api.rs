//! The agent over REST.

pub(crate) mod settings;

use axum::extract::State;
use axum::http::Method;
use chrono::{DateTime, Utc};
use kernel::{ConversationId, Cursor, DecisionId, Limit, Page, Role};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Access, Json, Member, Path, Problem, Query, Routes, routes};

use crate::decision::{self, Decision, Filter, Outcome};
use crate::escalation::{self, Escalation, EscalationState};
use crate::{Agent, pages};

/// The routes of the agent: API and pages.
pub fn routes(agent: Agent) -> Routes {
    Routes::new()
        .merge(crate::rehearse::api::routes())
        .merge(crate::playground::pages::routes())
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
        .api(Access::Member(Role::Viewer), routes!(list_decisions))
        .api(Access::Member(Role::Viewer), routes!(read_decision))
        .api(Access::Member(Role::Viewer), routes!(list_escalations))
        .page(
            Method::GET,
            "/decisions",
            Access::Member(Role::Viewer),
            pages::decisions,
        )
        .page(
            Method::GET,
            "/decisions/panel",
            Access::Member(Role::Viewer),
            pages::panel,
        )
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

/// Which decisions are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DecisionQuery {
    /// Of one conversation.
    #[param(value_type = Option<String>)]
    pub(crate) conversation: Option<ConversationId>,
    /// With this outcome.
    pub(crate) outcome: Option<Outcome>,
    /// For this reason.
    pub(crate) reason: Option<String>,
    /// How many at most, 1 to 100; 50 unless given.
    pub(crate) limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub(crate) cursor: Option<Cursor>,
}

impl DecisionQuery {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            conversation: self.conversation,
            outcome: self.outcome,
            reason: self.reason.clone().filter(|reason| !reason.is_empty()),
        }
    }

    pub(crate) fn after(&self) -> Result<Option<(DateTime<Utc>, DecisionId)>, Problem> {
        Ok(self.cursor.as_ref().map(Cursor::key).transpose()?)
    }

    pub(crate) fn limit(&self) -> Limit {
        self.limit.map_or_else(Limit::default, Limit::new)
    }
}

/// Why messages were answered, or not; the newest first.
#[utoipa::path(get, path = "/api/decisions", tag = "agent", params(DecisionQuery),
    responses((status = OK, body = Page<Decision>)))]
async fn list_decisions(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<DecisionQuery>,
) -> Result<Json<Page<Decision>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = decision::list(&mut tx, &query.filter(), query.after()?, query.limit()).await?;
    Ok(Json(page))
}

/// One decision.
#[utoipa::path(get, path = "/api/decisions/{id}", tag = "agent", params(("id" = String, Path, description = "dec_…")),
    responses((status = OK, body = Decision)))]
async fn read_decision(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<DecisionId>,
) -> Result<Json<Decision>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let found = decision::load(&mut tx, id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
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
