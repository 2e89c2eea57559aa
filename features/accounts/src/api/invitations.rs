//! Invitations to the present workspace.

use axum::extract::State;
use http::StatusCode;
use kernel::{InvitationId, Page, Role, Secret, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, ListQuery, Locale, Member, Path, Problem, Query, SignedIn};

use super::{page, person};
use crate::Accounts;
use crate::invitations::{self, Invitation, Inviter};
use crate::waiting::WaitingInvitation;

#[derive(Deserialize, ToSchema)]
#[schema(as = NewInvitation)]
pub(crate) struct Invite {
    email: String,
    role: Role,
}

/// The open invitations, newest first.
#[utoipa::path(
    get, path = "/api/invitations", tag = "members", operation_id = "list_invitations",
    params(ListQuery),
    responses(
        (status = 200, description = "The open invitations", body = Page<Invitation>),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn list(
    State(accounts): State<Accounts>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Invitation>>, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let open = invitations::list(&mut tx, accounts.clock.now()).await?;
    Ok(Json(page(open, &query, |invitation| {
        invitation.id.to_string()
    })?))
}

/// Makes an invitation and mails it; an earlier open one to the address is void.
pub(crate) async fn send(
    accounts: &Accounts,
    member: &Member,
    locale: Locale,
    email: &str,
    role: Role,
) -> Result<Invitation, invitations::InvitationError> {
    let Some(user) = member.user() else {
        return Err(invitations::InvitationError::NotAllowed);
    };
    let workspace = member.caller.membership.as_ref();
    let inviter = Inviter {
        user: user.id,
        name: &user.name,
        role: member.role,
        workspace: workspace.map_or("", |seat| seat.workspace_name.as_str()),
        locale,
    };
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let invitation = accounts.invite(&mut tx, inviter, email, role).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// Invites somebody by mail.
#[utoipa::path(
    post, path = "/api/invitations", tag = "members", operation_id = "create_invitation",
    request_body = Invite,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "Invited", body = Invitation),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs a person who is an admin, or an owner"),
        (status = 409, description = "The address is a member already (ALREADY_A_MEMBER)"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn create(
    State(accounts): State<Accounts>,
    member: Member,
    locale: Locale,
    Json(body): Json<Invite>,
) -> Result<(StatusCode, Json<Invitation>), Problem> {
    person(&member.caller)?;
    let invitation = send(&accounts, &member, locale, &body.email, body.role).await?;
    Ok((StatusCode::CREATED, Json(invitation)))
}

/// Makes an open invitation void.
#[utoipa::path(
    delete, path = "/api/invitations/{id}", tag = "members", operation_id = "revoke_invitation",
    params(("id" = InvitationId, Path)),
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin"),
        (status = 404, description = "No such open invitation"),
    )
)]
pub(crate) async fn revoke(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts.revoke_invitation(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = AcceptInvitation)]
pub(crate) struct Accept {
    /// From the link in the mail.
    #[schema(value_type = String)]
    token: Secret,
}

/// Where an invitation led.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitationAccepted)]
pub(crate) struct Accepted {
    workspace_id: WorkspaceId,
}

/// Accepts an invitation that was sent to the person's address.
#[utoipa::path(
    post, path = "/api/invitations/accept", tag = "members", operation_id = "accept_invitation",
    request_body = Accept,
    responses(
        (status = 200, description = "Joined", body = Accepted),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "It is for another address (OTHER_ADDRESS)"),
        (status = 404, description = "Unknown, used, revoked or too old"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn accept(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Json(body): Json<Accept>,
) -> Result<Json<Accepted>, Problem> {
    let workspace_id = accounts
        .accept_invitation(&body.token, person(&caller)?.id)
        .await?;
    Ok(Json(Accepted { workspace_id }))
}

/// The invitations that wait for the person, the newest first. They are listed once the person has
/// followed a link that was sent to their address.
#[utoipa::path(
    get, path = "/api/invitations/waiting", tag = "members",
    operation_id = "list_waiting_invitations",
    params(ListQuery),
    responses((status = 200, description = "The invitations", body = Page<WaitingInvitation>))
)]
pub(crate) async fn waiting(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<WaitingInvitation>>, Problem> {
    let waiting = accounts.waiting_invitations(person(&caller)?.id).await?;
    Ok(Json(page(waiting, &query, |invitation| {
        invitation.id.to_string()
    })?))
}

/// Accepts an invitation that waits for the person.
#[utoipa::path(
    post, path = "/api/invitations/{id}/accept", tag = "members",
    operation_id = "accept_waiting_invitation",
    params(("id" = InvitationId, Path)),
    responses(
        (status = 200, description = "Joined", body = Accepted),
        (status = 404, description = "No such invitation waits for the person"),
    )
)]
pub(crate) async fn accept_waiting(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Path(id): Path<InvitationId>,
) -> Result<Json<Accepted>, Problem> {
    let workspace_id = accounts.accept_waiting(id, person(&caller)?.id).await?;
    Ok(Json(Accepted { workspace_id }))
}
