//! The REST routes of a workspace's embedder.

use axum::extract::State;
use kernel::Role;
use serde::Deserialize;
use web::{Access, Json, Member, Problem, Routes, routes};

use crate::Knowledge;
use crate::embed::{ChooseError, Embedder, Standing};

impl From<ChooseError> for Problem {
    fn from(error: ChooseError) -> Self {
        match error {
            ChooseError::NotOffered | ChooseError::Malformed => {
                Self::invalid([("embedder", error)])
            }
            ChooseError::Db(error) => error.into(),
        }
    }
}

pub(super) fn routes() -> Routes<Knowledge> {
    Routes::new()
        .api(Access::Member(Role::Viewer), routes!(read_embedder))
        .api(Access::Member(Role::Admin), routes!(choose_embedder))
}

/// What is chosen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Choice {
    /// The embedder; null for what the installation usually has.
    embedder: Option<Embedder>,
}

/// What makes vectors of passages and questions, and how many passages have theirs.
#[utoipa::path(get, path = "/api/knowledge/embedder", tag = "knowledge",
    responses((status = 200, body = Standing)))]
async fn read_embedder(
    State(state): State<Knowledge>,
    member: Member,
) -> Result<Json<Standing>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    Ok(Json(state.standing(&mut tx).await?))
}

/// Chooses what makes vectors. Passages are embedded anew in the background; until all of them
/// are, the old vectors are searched.
#[utoipa::path(put, path = "/api/knowledge/embedder", tag = "knowledge", request_body = Choice,
    responses((status = 200, body = Standing)))]
async fn choose_embedder(
    State(state): State<Knowledge>,
    member: Member,
    Json(choice): Json<Choice>,
) -> Result<Json<Standing>, Problem> {
    let mut tx = state.db.tenant(&member.scope).await?;
    state.choose_embedder(&mut tx, choice.embedder).await?;
    let standing = state.standing(&mut tx).await?;
    tx.commit().await?;
    Ok(Json(standing))
}
