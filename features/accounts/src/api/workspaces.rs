//! The workspaces of a person.

use axum::extract::State;
use db::Membership;
use http::StatusCode;
use kernel::{Page, Role, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, ListQuery, Member, Path, Problem, Query, SignedIn};

use super::{page, person};
use crate::Accounts;

/// A workspace, and the person's role in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Workspace {
    id: WorkspaceId,
    name: String,
    role: Role,
}

impl From<Membership> for Workspace {
    fn from(seat: Membership) -> Self {
        Self {
            id: seat.scope.workspace(),
            name: seat.workspace_name,
            role: seat.role,
        }
    }
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct WorkspaceName {
    /// 1 to 80 characters.
    name: String,
}

/// The workspaces of the person.
#[utoipa::path(
    get, path = "/api/workspaces", tag = "workspaces", operation_id = "list_workspaces",
    params(ListQuery),
    responses(
        (status = 200, description = "The workspaces", body = Page<Workspace>),
        (status = 401, description = "Not signed in"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn list(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Workspace>>, Problem> {
    let seats = accounts.workspaces(person(&caller)?.id).await?;
    let items = seats.into_iter().map(Workspace::from).collect();
    Ok(Json(page(items, &query, |workspace: &Workspace| {
        workspace.id.to_string()
    })?))
}

/// Makes another workspace, owned by the person.
#[utoipa::path(
    post, path = "/api/workspaces", tag = "workspaces", operation_id = "create_workspace",
    request_body = WorkspaceName,
    responses(
        (status = 201, description = "Made", body = Workspace),
        (status = 401, description = "Not signed in"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn create(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Json(body): Json<WorkspaceName>,
) -> Result<(StatusCode, Json<Workspace>), Problem> {
    let seat = accounts
        .create_workspace(person(&caller)?.id, &body.name)
        .await?;
    Ok((StatusCode::CREATED, Json(seat.into())))
}

/// Makes the session work in this workspace where a request names none.
#[utoipa::path(
    post, path = "/api/workspaces/{id}/switch", tag = "workspaces",
    operation_id = "switch_workspace",
    params(("id" = WorkspaceId, Path)),
    responses(
        (status = 204, description = "Switched"),
        (status = 401, description = "Not signed in"),
        (status = 404, description = "No such workspace of the person"),
    )
)]
pub(crate) async fn switch(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Path(id): Path<WorkspaceId>,
) -> Result<StatusCode, Problem> {
    let session = caller.session.ok_or_else(Problem::unauthorized)?;
    accounts
        .switch_workspace(person(&caller)?.id, session, id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the present workspace another name.
#[utoipa::path(
    put, path = "/api/workspaces/current", tag = "workspaces", operation_id = "rename_workspace",
    request_body = WorkspaceName,
    responses(
        (status = 204, description = "Renamed"),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn rename(
    State(accounts): State<Accounts>,
    member: Member,
    Json(body): Json<WorkspaceName>,
) -> Result<StatusCode, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts.rename_workspace(&mut tx, &body.name).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
