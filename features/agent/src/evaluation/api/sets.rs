//! Sets of questions.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::{EvaluationSetId, Page};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Json, ListQuery, Member, Path, Problem, Query};

use crate::Agent;
use crate::evaluation::set::{self, Set};
use crate::evaluation::{Case, past, upload};

/// A set to be made: out of past conversations, or out of questions that are brought along.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvaluationSet)]
pub(super) struct NewSet {
    /// What it is called, at most 120 characters.
    name: String,
    /// So many of the newest questions out of conversations, 1 to 200. When nothing was asked or
    /// answered since the newest such set was made, that one is given back.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    past: Option<u16>,
    /// Questions, one JSON object a line: `question`, and where known `thread`, `expected`,
    /// `should_abstain`, `language`. At most 500 lines and 2 MiB.
    #[serde(default)]
    jsonl: Option<String>,
}

/// The sets, the newest first.
#[utoipa::path(get, path = "/api/evaluation-sets", tag = "evaluations", params(ListQuery),
    responses((status = OK, body = Page<Set>)))]
pub(super) async fn list_sets(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Set>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = set::list(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(page))
}

/// Makes a set of questions.
#[utoipa::path(post, path = "/api/evaluation-sets", tag = "evaluations", request_body = NewSet,
    responses((status = CREATED, body = Set)))]
pub(super) async fn make_set(
    State(agent): State<Agent>,
    member: Member,
    Json(new): Json<NewSet>,
) -> Result<(StatusCode, Json<Set>), Problem> {
    let now = agent.clock.now();
    let mut tx = agent.db.tenant(&member.scope).await?;
    let id = match (new.past, new.jsonl) {
        (Some(0 | 201..), None) => {
            return Err(Problem::invalid([("past", "From 1 to 200.")]));
        }
        (Some(most), None) => past::set_of_newest(&mut tx, &new.name, most, now).await?,
        (None, Some(file)) => upload::set_of_file(&mut tx, &new.name, &file, now).await?,
        _ => {
            let sentence = "Either past or jsonl.";
            return Err(Problem::invalid([("past", sentence), ("jsonl", sentence)]));
        }
    };
    let made = set::load(&mut tx, id).await?;
    let made = made.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One set.
#[utoipa::path(get, path = "/api/evaluation-sets/{id}", tag = "evaluations",
    params(("id" = String, Path, description = "set_…")), responses((status = OK, body = Set)))]
pub(super) async fn read_set(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationSetId>,
) -> Result<Json<Set>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let found = set::load(&mut tx, id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// Removes a set with its questions and the evaluations over them.
#[utoipa::path(delete, path = "/api/evaluation-sets/{id}", tag = "evaluations",
    params(("id" = String, Path, description = "set_…")), responses((status = NO_CONTENT)))]
pub(super) async fn delete_set(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationSetId>,
) -> Result<StatusCode, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    set::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The questions of a set, in the order in which they were added.
#[utoipa::path(get, path = "/api/evaluation-sets/{id}/cases", tag = "evaluations",
    params(("id" = String, Path, description = "set_…"), ListQuery),
    responses((status = OK, body = Page<Case>)))]
pub(super) async fn list_cases(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationSetId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Case>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    if set::load(&mut tx, id).await?.is_none() {
        return Err(Problem::not_found());
    }
    let page = set::cases(&mut tx, id, query.after()?, query.limit()).await?;
    Ok(Json(page))
}
