//! The first steps over REST.

use accounts::workspaces;
use axum::extract::State;
use http::StatusCode;
use kernel::Role;
use web::{Access, Json, Member, Problem, Routes, routes};

use super::{FirstSteps, Progress, progress};

pub(super) fn routes() -> Routes<FirstSteps> {
    let admin = Access::Member(Role::Admin);
    Routes::new()
        .api(admin, routes!(show))
        .api(admin, routes!(dismiss))
        .api(admin, routes!(resume))
}

/// How far the workspace is with its first steps.
#[utoipa::path(get, path = "/api/first-steps", tag = "workspaces",
    operation_id = "show_first_steps",
    responses((status = 200, description = "The steps", body = Progress)))]
async fn show(State(steps): State<FirstSteps>, member: Member) -> Result<Json<Progress>, Problem> {
    let mut tx = steps.db.tenant(&member.scope).await?;
    Ok(Json(progress(&mut tx).await?))
}

/// Puts the list of first steps away.
#[utoipa::path(post, path = "/api/first-steps/dismiss", tag = "workspaces",
    operation_id = "dismiss_first_steps",
    responses((status = 204, description = "Put away")))]
async fn dismiss(State(steps): State<FirstSteps>, member: Member) -> Result<StatusCode, Problem> {
    let mut tx = steps.db.tenant(&member.scope).await?;
    workspaces::dismiss_first_steps(&mut tx, steps.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows the list of first steps again.
#[utoipa::path(post, path = "/api/first-steps/resume", tag = "workspaces",
    operation_id = "resume_first_steps",
    responses((status = 204, description = "Shown again")))]
async fn resume(State(steps): State<FirstSteps>, member: Member) -> Result<StatusCode, Problem> {
    let mut tx = steps.db.tenant(&member.scope).await?;
    workspaces::resume_first_steps(&mut tx).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
