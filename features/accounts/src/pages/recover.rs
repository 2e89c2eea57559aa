//! A forgotten password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use kernel::Secret;
use serde::Deserialize;
use web::ui::{FieldErrors, Frame};
use web::{Form, Html, Problem, Query};

use super::{explain, frame, refused};
use crate::Accounts;
use crate::passwords::PasswordError;

#[derive(Template)]
#[template(path = "forgot.html")]
struct ForgotPage {
    shell: Frame,
    sent: bool,
}

#[derive(Template)]
#[template(path = "reset.html")]
struct ResetPage {
    shell: Frame,
    token: String,
    good: bool,
    errors: FieldErrors,
}

#[derive(Deserialize)]
pub(crate) struct Forgot {
    email: String,
}

#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

#[derive(Deserialize)]
pub(crate) struct Reset {
    token: String,
    password: Secret,
}

pub(crate) async fn forgot(State(accounts): State<Accounts>, headers: HeaderMap) -> Response {
    Html(ForgotPage {
        shell: frame(&accounts, &headers),
        sent: false,
    })
    .into_response()
}

pub(crate) async fn send_link(
    State(accounts): State<Accounts>,
    headers: HeaderMap,
    Form(form): Form<Forgot>,
) -> Result<Response, Problem> {
    accounts.forgot_password(&form.email).await?;
    Ok(Html(ForgotPage {
        shell: frame(&accounts, &headers),
        sent: true,
    })
    .into_response())
}

pub(crate) async fn reset(
    State(accounts): State<Accounts>,
    headers: HeaderMap,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    let good = accounts
        .reset_link_is_good(&Secret::new(link.token.clone()))
        .await?;
    let (shell, errors) = (frame(&accounts, &headers), FieldErrors::default());
    Ok(Html(ResetPage {
        shell,
        token: link.token,
        good,
        errors,
    })
    .into_response())
}

pub(crate) async fn change(
    State(accounts): State<Accounts>,
    headers: HeaderMap,
    Form(form): Form<Reset>,
) -> Result<Response, Problem> {
    let shell = frame(&accounts, &headers);
    let (mut errors, mut good) = (FieldErrors::default(), true);
    match accounts
        .reset_password(&Secret::new(form.token.clone()), &form.password)
        .await
    {
        Ok(_) => return Ok(Redirect::to("/sign-in?reset=true").into_response()),
        Err(PasswordError::Invalid(broken)) => explain(&mut errors, &broken, shell.locale),
        Err(PasswordError::Link) => good = false,
        Err(error) => return Err(error.into()),
    }
    Ok(refused(ResetPage {
        shell,
        token: form.token,
        good,
        errors,
    }))
}
