//! The REST routes of the knowledge.

mod documents;
mod embedder;
mod faq;
mod sources;
mod trials;

use axum::extract::State;
use kernel::Role;
use serde::{Deserialize, Serialize};
use web::{Access, Json, Member, Problem, Query, Routes, routes};

use crate::Knowledge;
use crate::language::Language;
use crate::search::Hit;

pub(crate) use documents::{BORDERS, first_file, remove as remove_document};
pub(crate) use sources::remove as remove_source;
pub(crate) use trials::discard as discard_trial;

/// The most hits a search gives.
const MOST_HITS: usize = 20;

/// The routes of the API.
pub fn routes(state: Knowledge) -> Routes<()> {
    faq::routes()
        .merge(documents::routes())
        .merge(sources::routes())
        .merge(trials::routes())
        .merge(embedder::routes())
        .api(Access::Member(Role::Viewer), routes!(find))
        .with_state(state)
}

/// A list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    /// All of it.
    pub items: Vec<T>,
}

/// What is searched for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// The question.
    q: String,
    /// The language that is preferred, as `en`, `fr` or `es`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
    /// How many hits at most, 1 to 20; 5 unless given.
    limit: Option<usize>,
}

/// Finds the passages that may answer a question, by words and by vectors, the best first. Each
/// says its place in both lists, the score of both together, and how sure it is to answer.
#[utoipa::path(get, path = "/api/knowledge/search", tag = "knowledge", params(SearchQuery),
    responses((status = 200, body = Items<Hit>)))]
async fn find(
    State(state): State<Knowledge>,
    member: Member,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Items<Hit>>, Problem> {
    let limit = query.limit.unwrap_or(5).clamp(1, MOST_HITS);
    let items = state
        .find(&member.scope, &query.q, query.language, limit)
        .await?;
    Ok(Json(Items { items }))
}
