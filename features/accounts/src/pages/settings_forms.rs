//! What the forms of the workspace's page do.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use kernel::{ApiKeyId, InvitationId, MembershipId, Role};
use serde::Deserialize;
use web::i18n::{Locale, Message};
use web::{Form, Html, Member, Path, Problem};

use super::refused;
use super::settings::page;
use crate::api_keys::ApiKeyError;
use crate::invitations::InvitationError;
use crate::members::MemberError;
use crate::workspaces::WorkspaceError;
use crate::{Accounts, api};

const SAVED: &str = "/settings?done=saved";

#[derive(Deserialize)]
pub(crate) struct Rename {
    workspace: String,
}

#[derive(Deserialize)]
pub(crate) struct RoleChange {
    role: Role,
}

#[derive(Deserialize)]
pub(crate) struct Invite {
    invite_email: String,
    invite_role: Role,
}

#[derive(Deserialize)]
pub(crate) struct NewKey {
    key_name: String,
    key_role: Role,
}

pub(crate) async fn rename(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
    Form(form): Form<Rename>,
) -> Result<Response, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    match accounts.rename_workspace(&mut tx, &form.workspace).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Redirect::to(SAVED).into_response())
        }
        Err(WorkspaceError::Invalid(broken)) => {
            drop(tx);
            let mut page = page(&accounts, &member, &headers).await?;
            let locale = page.shell.locale;
            super::explain(&mut page.errors, &broken, locale);
            page.typed.workspace = Some(form.workspace);
            Ok(refused(page))
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with a sentence about a member that could not be changed.
async fn member_refused(
    accounts: &Accounts,
    member: &Member,
    headers: &HeaderMap,
    error: MemberError,
) -> Result<Response, Problem> {
    let key = match error {
        MemberError::LastOwner => "accounts.settings.last_owner",
        MemberError::NotAllowed => "accounts.settings.not_allowed",
        other => return Err(other.into()),
    };
    let mut page = page(accounts, member, headers).await?;
    let locale = page.shell.locale;
    page.errors.whole(Message::new(locale, key));
    Ok(refused(page))
}

pub(crate) async fn change_role(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<MembershipId>,
    Form(form): Form<RoleChange>,
) -> Result<Response, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    if let Err(error) = accounts
        .change_role(&mut tx, member.role, id, form.role)
        .await
    {
        drop(tx);
        return member_refused(&accounts, &member, &headers, error).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(SAVED).into_response())
}

pub(crate) async fn remove(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
    Path(id): Path<MembershipId>,
) -> Result<Response, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    if let Err(error) = accounts.remove_member(&mut tx, member.role, id).await {
        drop(tx);
        return member_refused(&accounts, &member, &headers, error).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(SAVED).into_response())
}

pub(crate) async fn invite(
    State(accounts): State<Accounts>,
    member: Member,
    locale: Locale,
    headers: HeaderMap,
    Form(form): Form<Invite>,
) -> Result<Response, Problem> {
    let (email, role) = (&form.invite_email, form.invite_role);
    let key = match api::send_invitation(&accounts, &member, locale, email, role).await {
        Ok(_) => return Ok(Redirect::to("/settings?done=invited").into_response()),
        Err(InvitationError::Invalid(_)) => "accounts.rule.email",
        Err(InvitationError::Member) => "accounts.settings.already_member",
        Err(error) => return Err(error.into()),
    };
    let mut page = page(&accounts, &member, &headers).await?;
    page.errors.add("invite_email", Message::new(locale, key));
    page.typed.invite_email = form.invite_email;
    Ok(refused(page))
}

pub(crate) async fn revoke_invitation(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<InvitationId>,
) -> Result<Redirect, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts.revoke_invitation(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Redirect::to(SAVED))
}

pub(crate) async fn create_key(
    State(accounts): State<Accounts>,
    member: Member,
    locale: Locale,
    headers: HeaderMap,
    Form(form): Form<NewKey>,
) -> Result<Response, Problem> {
    let maker = (api::person(&member.caller)?.id, member.role);
    let mut tx = accounts.db.tenant(&member.scope).await?;
    match accounts
        .create_key(&mut tx, maker, &form.key_name, form.key_role)
        .await
    {
        Ok((_, text)) => {
            tx.commit().await?;
            let mut page = page(&accounts, &member, &headers).await?;
            page.new_key = Some(text.expose().to_owned());
            Ok(Html(page).into_response())
        }
        Err(ApiKeyError::Invalid(_)) => {
            drop(tx);
            let mut page = page(&accounts, &member, &headers).await?;
            page.errors
                .add("key_name", Message::new(locale, "accounts.rule.name"));
            page.typed.key_name = form.key_name;
            Ok(refused(page))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn revoke_key(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<ApiKeyId>,
) -> Result<Redirect, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts.revoke_key(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Redirect::to(SAVED))
}
