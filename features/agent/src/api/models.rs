//! Which models there are.

use axum::extract::State;
use web::{Json, Member, Problem};

use crate::Agent;
use crate::models::{ModelsError, Offer};

impl From<ModelsError> for Problem {
    fn from(error: ModelsError) -> Self {
        match error {
            ModelsError::Provider(error) => Self::conflict("MODELS_UNAVAILABLE", error.to_string()),
            ModelsError::Db(error) => error.into(),
        }
    }
}

/// The models that the workspace's provider offers, with their prices: those that call tools. Empty
/// while there is no provider.
#[utoipa::path(get, path = "/api/ai-models", tag = "agent",
    responses((status = OK, body = Offer), (status = CONFLICT, description = "The provider gave no list.")))]
pub(super) async fn list_models(
    State(agent): State<Agent>,
    member: Member,
) -> Result<Json<Offer>, Problem> {
    Ok(Json(agent.models(&member.scope).await?))
}
