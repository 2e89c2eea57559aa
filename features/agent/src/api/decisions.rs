//! Decisions: reading, marking, and deciding again.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, ConversationId, Cursor, DecisionId, Limit, Page, Role};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};
use web::{Access, Json, Member, Path, Problem, Query, Routes, routes};

use crate::Agent;
use crate::decision::mark::{self, MarkError, NewMark};
use crate::decision::replay::{Replay, ReplayError};
use crate::decision::{self, Decision, Filter, MarkFilter, Outcome};
use crate::rehearse::Variant;
use crate::settings::Mode;

pub(super) fn routes() -> Routes<Agent> {
    let (viewer, agent) = (Access::Member(Role::Viewer), Access::Member(Role::Agent));
    Routes::new()
        .api(viewer, routes!(list_decisions))
        .api(viewer, routes!(read_decision))
        .api(agent, routes!(mark_decision))
        .api(agent, routes!(clear_mark))
        .api(agent, routes!(replay_decision))
}

/// A filter that a form leaves empty is none.
fn blank<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Option::<String>::deserialize(deserializer)? {
        Some(text) if !text.is_empty() => T::deserialize(text.into_deserializer()).map(Some),
        _ => Ok(None),
    }
}

/// Which decisions are wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct DecisionQuery {
    /// Of one conversation.
    #[param(value_type = Option<String>)]
    #[serde(deserialize_with = "blank")]
    pub(crate) conversation: Option<ConversationId>,
    /// With this outcome.
    #[serde(deserialize_with = "blank")]
    pub(crate) outcome: Option<Outcome>,
    /// For this reason.
    #[serde(deserialize_with = "blank")]
    pub(crate) reason: Option<String>,
    /// On this channel, `acc_…`.
    #[param(value_type = Option<String>)]
    #[serde(deserialize_with = "blank")]
    pub(crate) channel: Option<AccountId>,
    /// To be answered in this language, by its tag.
    #[serde(deserialize_with = "blank")]
    pub(crate) language: Option<String>,
    /// Made in this mode.
    #[serde(deserialize_with = "blank")]
    pub(crate) mode: Option<Mode>,
    /// From this day on (`2026-11-25`), in the workspace's time zone.
    #[serde(deserialize_with = "blank")]
    pub(crate) from: Option<NaiveDate>,
    /// Up to this day, itself included.
    #[serde(deserialize_with = "blank")]
    pub(crate) until: Option<NaiveDate>,
    /// Marked like this.
    #[param(inline)]
    #[serde(deserialize_with = "blank")]
    pub(crate) mark: Option<MarkFilter>,
    /// With these words in the message or the answer.
    #[serde(deserialize_with = "blank")]
    pub(crate) text: Option<String>,
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
            reason: self.reason.clone(),
            account: self.channel,
            language: self.language.clone(),
            mode: self.mode,
            from: self.from,
            until: self.until,
            mark: self.mark,
            text: self.text.clone(),
        }
    }

    pub(crate) fn after(&self) -> Result<Option<(DateTime<Utc>, DecisionId)>, Problem> {
        Ok(self.cursor.as_ref().map(Cursor::key).transpose()?)
    }

    pub(crate) fn limit(&self) -> Limit {
        self.limit.map_or_else(Limit::default, Limit::new)
    }
}

impl From<MarkError> for Problem {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::NotFound => Self::not_found(),
            MarkError::Invalid(fields) => Self::invalid(fields.into_iter().map(|(field, key)| {
                let sentence = web::i18n::Message::new(web::Locale::En, key);
                (field, sentence.to_string())
            })),
            MarkError::Db(error) => error.into(),
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::NotFound => Self::not_found(),
            ReplayError::Settings(error) => error.into(),
            ReplayError::Db(error) => error.into(),
        }
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

/// Says whether a decision was right, and what would have been better. It becomes a case of the
/// set of marks.
#[utoipa::path(put, path = "/api/decisions/{id}/mark", tag = "agent",
    params(("id" = String, Path, description = "dec_…")), request_body = NewMark,
    responses((status = OK, body = Decision)))]
async fn mark_decision(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<DecisionId>,
    Json(new): Json<NewMark>,
) -> Result<Json<Decision>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let decision = mark::set(&mut tx, id, new, agent.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(decision))
}

/// Takes back what was said of a decision.
#[utoipa::path(delete, path = "/api/decisions/{id}/mark", tag = "agent",
    params(("id" = String, Path, description = "dec_…")),
    responses((status = OK, body = Decision)))]
async fn clear_mark(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<DecisionId>,
) -> Result<Json<Decision>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let decision = mark::clear(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(decision))
}

/// How a decision is made again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct NewReplay {
    /// The settings to decide with; those in force when left out.
    settings: Variant,
}

/// Decides again about the message of a decision, with today's settings and knowledge: nothing is
/// sent and nothing is kept.
#[utoipa::path(post, path = "/api/decisions/{id}/replay", tag = "agent",
    params(("id" = String, Path, description = "dec_…")), request_body = NewReplay,
    responses((status = OK, body = Replay)))]
async fn replay_decision(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<DecisionId>,
    Json(new): Json<NewReplay>,
) -> Result<Json<Replay>, Problem> {
    let replay = agent.replay(&member.scope, id, &new.settings).await?;
    Ok(Json(replay))
}
