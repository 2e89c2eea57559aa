//! What models cost.

use axum::extract::State;
use kernel::Page;
use web::{Json, ListQuery, Member, Problem, Query};

use crate::Agent;
use crate::spend::{self, Entry};

/// Every call to a model with what it used and cost, the newest first.
#[utoipa::path(get, path = "/api/ai-usage", tag = "agent", params(ListQuery),
    responses((status = OK, body = Page<Entry>)))]
pub(super) async fn list_usage(
    State(agent): State<Agent>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Entry>>, Problem> {
    let mut tx = agent.db.tenant(&member.scope).await?;
    let page = spend::list(&mut tx, query.after()?, query.limit()).await?;
    Ok(Json(page))
}
