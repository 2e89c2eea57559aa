//! Comparisons of two versions over a set.

use axum::extract::State;
use axum::http::StatusCode;
use db::{DbResult, TenantTx};
use kernel::{Cursor, EvaluationId, EvaluationSetId, FaqId, Limit, Page, TrialId};
use knowledge::faq::Draft;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, ListQuery, Member, Path, Problem, Query};

use crate::Agent;
use crate::evaluation::comparison::{self, Sides};
use crate::evaluation::result::{self, CaseResult};
use crate::evaluation::start::Wanted;
use crate::evaluation::summary::{Summary, summary};
use crate::evaluation::{Comparison, Verdict, release};
use crate::rehearse::Variant;
use crate::settings::versions::Change;

/// A comparison to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvaluation)]
pub(super) struct NewComparison {
    /// The questions, `set_…`.
    #[schema(value_type = String)]
    set_id: EvaluationSetId,
    /// What is compared with; the settings in force when left out.
    #[serde(default)]
    baseline: Variant,
    /// What is tried: a version, or changes that nobody saved.
    #[serde(default)]
    candidate: Variant,
    /// Instead of a baseline: an evaluation of the same set that has ended, `evl_…`. What it found
    /// for its candidate is compared with the same settings and the knowledge of today.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    baseline_evaluation: Option<EvaluationId>,
    /// An entry of the FAQ to be tried before it is kept, with the settings in force.
    #[serde(default)]
    entry: Option<TryEntry>,
    /// A document that is tried before it is put to use, `trl_…`, with the settings in force.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    document: Option<TrialId>,
    /// A model of the provider in force that is asked which of two differing answers is better.
    #[serde(default)]
    judge: Option<String>,
    /// What it is for.
    #[serde(default)]
    note: String,
}

/// An entry of the FAQ that is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TryEntry {
    /// The entry that it changes, `faq_…`; a new one when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<FaqId>,
    /// What it would say.
    draft: Draft,
}

/// A comparison with what it changes and found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationBody)]
pub(super) struct Body {
    #[serde(flatten)]
    evaluation: Comparison,
    /// The settings that differ between both sides.
    changes: Vec<Change>,
    /// What was found so far.
    summary: Summary,
}

impl Body {
    async fn new(tx: &mut TenantTx, evaluation: Comparison, sides: &Sides) -> DbResult<Self> {
        Ok(Self {
            changes: sides.changes()?,
            summary: summary(tx, evaluation.id).await?,
            evaluation,
        })
    }

    async fn load(tx: &mut TenantTx, id: EvaluationId) -> Result<Self, Problem> {
        let found = comparison::load(tx, id).await?;
        let (evaluation, sides) = found.ok_or_else(Problem::not_found)?;
        Ok(Self::new(tx, evaluation, &sides).await?)
    }
}

/// The evaluations, the newest first.
#[utoipa::path(get, path = "/api/evaluations", tag = "evaluations", params(ListQuery),
    responses((status = OK, body = Page<Comparison>)))]
pub(super) async fn list_evaluations(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Comparison>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = comparison::list(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(page))
}

/// Compares two versions of the agent over a set, question by question, in the background. Nothing
/// is sent.
#[utoipa::path(post, path = "/api/evaluations", tag = "evaluations", request_body = NewComparison,
    responses((status = CREATED, body = Comparison)))]
pub(super) async fn start_evaluation(
    State(agent): State<Agent>,
    member: Member,
    Json(new): Json<NewComparison>,
) -> Result<(StatusCode, Json<Comparison>), Problem> {
    if new.baseline_evaluation.is_some() && !new.baseline.is_in_force() {
        let sentence = "Either baseline or baseline_evaluation.";
        return Err(Problem::invalid([("baseline", sentence)]));
    }
    let wanted = Wanted {
        set: new.set_id,
        baseline: new.baseline,
        candidate: new.candidate,
        earlier: new.baseline_evaluation,
        entry: new.entry.map(|entry| (entry.id, entry.draft)),
        document: new.document,
        judge: new.judge,
        note: new.note,
    };
    let mut tx = agent.db.tenant(&member.scope).await?;
    let begun = agent.compare(&mut tx, wanted).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(begun)))
}

/// One evaluation: how far it is, what it changes, and both sides in numbers.
#[utoipa::path(get, path = "/api/evaluations/{id}", tag = "evaluations",
    params(("id" = String, Path, description = "evl_…")), responses((status = OK, body = Body)))]
pub(super) async fn read_evaluation(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationId>,
) -> Result<Json<Body>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    Ok(Json(Body::load(&mut tx, id).await?))
}

/// Removes an evaluation with what it found. One that is under way ends.
#[utoipa::path(delete, path = "/api/evaluations/{id}", tag = "evaluations",
    params(("id" = String, Path, description = "evl_…")), responses((status = NO_CONTENT)))]
pub(super) async fn delete_evaluation(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationId>,
) -> Result<StatusCode, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    comparison::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which results are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ResultQuery {
    /// Only those with this verdict.
    #[param(inline)]
    verdict: Option<Verdict>,
    /// How many at most, 1 to 100; 50 unless given.
    limit: Option<u16>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// What was found question by question: the worse ones first, then the different, the better, the
/// failed and the same.
#[utoipa::path(get, path = "/api/evaluations/{id}/results", tag = "evaluations",
    params(("id" = String, Path, description = "evl_…"), ResultQuery),
    responses((status = OK, body = Page<CaseResult>)))]
pub(super) async fn list_results(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationId>,
    Query(query): Query<ResultQuery>,
) -> Result<Json<Page<CaseResult>>, Problem> {
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let limit = query.limit.map_or_else(Limit::default, Limit::new);
    let mut tx = agent.db.tenant(&member.scope).await?;
    if comparison::load(&mut tx, id).await?.is_none() {
        return Err(Problem::not_found());
    }
    let page = result::list(&mut tx, id, query.verdict, after, limit).await?;
    Ok(Json(page))
}

/// Stops an evaluation that is under way. What was found so far stays.
#[utoipa::path(post, path = "/api/evaluations/{id}/stop", tag = "evaluations",
    params(("id" = String, Path, description = "evl_…")), responses((status = OK, body = Comparison)))]
pub(super) async fn stop_evaluation(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationId>,
) -> Result<Json<Comparison>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let stopped = release::stop(&mut tx, &agent, id).await?;
    tx.commit().await?;
    Ok(Json(stopped))
}

/// How something is released.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewRelease {
    /// Why, for whoever reads the versions later; what the evaluation is for when left out.
    note: String,
}

/// Makes the settings that were tried those in force, as a version that names its evaluation. 409
/// when something else than the baseline is in force by now.
#[utoipa::path(post, path = "/api/evaluations/{id}/release", tag = "evaluations",
    params(("id" = String, Path, description = "evl_…")), request_body = NewRelease,
    responses((status = OK, body = Comparison)))]
pub(super) async fn release_evaluation(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationId>,
    Json(new): Json<NewRelease>,
) -> Result<Json<Comparison>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let released = release::release(&mut tx, &agent, id, &new.note).await?;
    tx.commit().await?;
    Ok(Json(released))
}

/// Returns to the settings that were in force before the release, as a new version.
#[utoipa::path(post, path = "/api/evaluations/{id}/return", tag = "evaluations",
    params(("id" = String, Path, description = "evl_…")), responses((status = OK, body = Comparison)))]
pub(super) async fn take_back_evaluation(
    State(agent): State<Agent>,
    member: Member,
    Path(id): Path<EvaluationId>,
) -> Result<Json<Comparison>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let returned = release::take_back(&mut tx, &agent, id).await?;
    tx.commit().await?;
    Ok(Json(returned))
}
