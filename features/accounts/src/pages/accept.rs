//! Accepting an invitation.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use kernel::Secret;
use serde::Deserialize;
use web::ui::Frame;
use web::{Form, Html, MaybeCaller, Problem, Query, SignedIn};

use super::{frame, role_name};
use crate::Accounts;
use crate::api::person;
use crate::invitations::{InvitationError, Offer};

#[derive(Template)]
#[template(path = "accept.html")]
struct AcceptPage {
    shell: Frame,
    token: String,
    /// Absent when the invitation is no longer good.
    offer: Option<Offer>,
    role: String,
    /// The address of who is signed in; empty for a stranger.
    email: String,
    /// This page, for the way back from the sign-in, as part of an address.
    back: String,
}

#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

pub(crate) async fn show(
    State(accounts): State<Accounts>,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    let offer = match accounts.offer(&Secret::new(link.token.clone())).await {
        Ok(offer) => Some(offer),
        Err(InvitationError::Unknown) => None,
        Err(error) => return Err(error.into()),
    };
    let shell = match &caller {
        Some(caller) => caller.frame(&headers),
        None => frame(&accounts, &headers),
    };
    let role = offer
        .as_ref()
        .map(|offer| role_name(offer.role, shell.locale));
    let email = caller.and_then(|caller| caller.user).map(|user| user.email);
    let page = format!("/invitations/accept?token={}", link.token);
    let back = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
    Ok(Html(AcceptPage {
        shell,
        token: link.token,
        offer,
        role: role.unwrap_or_default(),
        email: email.unwrap_or_default(),
        back,
    })
    .into_response())
}

pub(crate) async fn join(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Form(link): Form<Link>,
) -> Result<Redirect, Problem> {
    let user = person(&caller)?.id;
    let workspace = accounts
        .accept_invitation(&Secret::new(link.token), user)
        .await?;
    if let Some(session) = caller.session {
        accounts.switch_workspace(user, session, workspace).await?;
    }
    Ok(Redirect::to("/inbox"))
}
