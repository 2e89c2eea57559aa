//! The members of the present workspace.

use axum::extract::State;
use http::StatusCode;
use kernel::{MembershipId, Page, Role};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Json, ListQuery, Member, Path, Problem, Query};

use super::page;
use crate::Accounts;
use crate::members::{self, MemberRow};

#[derive(Deserialize, ToSchema)]
pub(crate) struct RoleChange {
    role: Role,
}

/// The members, oldest first.
#[utoipa::path(
    get, path = "/api/members", tag = "members", operation_id = "list_members",
    params(ListQuery),
    responses(
        (status = 200, description = "The members", body = Page<MemberRow>),
        (status = 401, description = "Not signed in"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn list(
    State(accounts): State<Accounts>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<MemberRow>>, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let rows = members::list(&mut tx).await?;
    Ok(Json(page(rows, &query, |row| row.id.to_string())?))
}

/// Gives a member another role. Only owners change owners and name new ones.
#[utoipa::path(
    put, path = "/api/members/{id}/role", tag = "members", operation_id = "change_member_role",
    params(("id" = MembershipId, Path)), request_body = RoleChange,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin, or an owner"),
        (status = 404, description = "No such member"),
        (status = 409, description = "The last owner stays (LAST_OWNER)"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn change_role(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<MembershipId>,
    Json(body): Json<RoleChange>,
) -> Result<StatusCode, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts
        .change_role(&mut tx, member.role, id, body.role)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a member's seat away. Everybody may leave by themselves.
#[utoipa::path(
    delete, path = "/api/members/{id}", tag = "members", operation_id = "remove_member",
    params(("id" = MembershipId, Path)),
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin, or an owner"),
        (status = 404, description = "No such member"),
        (status = 409, description = "The last owner stays (LAST_OWNER)"),
    )
)]
pub(crate) async fn remove(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<MembershipId>,
) -> Result<StatusCode, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts.remove_member(&mut tx, member.role, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
