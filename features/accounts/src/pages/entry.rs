//! Signing in, signing up, signing out.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode, header};
use kernel::Secret;
use serde::Deserialize;
use web::i18n::Message;
use web::ui::{FieldErrors, Flash, Frame};
use web::{Form, Html, MaybeCaller, Problem, Query, SignedIn};

use super::{explain, frame, inside, let_in, refused};
use crate::register::{RegisterError, Registration, Seat};
use crate::sessions::Client;
use crate::sign_in::SignInError;
use crate::{Accounts, cookie};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Frame,
    email: String,
    next: String,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    shell: Frame,
    form: SignUp,
    /// The workspace that an invitation leads to.
    joining: Option<String>,
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
pub(crate) struct Arrival {
    #[serde(default)]
    next: String,
    #[serde(default)]
    reset: bool,
    #[serde(default)]
    invitation: String,
}

#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: Secret,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize, Default)]
pub(crate) struct SignUp {
    email: String,
    password: Secret,
    name: String,
    #[serde(default)]
    workspace: String,
    #[serde(default)]
    invitation: String,
}

pub(crate) async fn sign_in(
    State(accounts): State<Accounts>,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
    Query(arrival): Query<Arrival>,
) -> Response {
    if caller.is_some() {
        return Redirect::to(inside(&arrival.next)).into_response();
    }
    let mut shell = frame(&accounts, &headers);
    if arrival.reset {
        shell.flash = Some(Flash::ok(
            shell.t("accounts.sign_in.reset_done").to_string(),
        ));
    }
    let (email, next, errors) = (String::new(), arrival.next, FieldErrors::default());
    Html(SignInPage {
        shell,
        email,
        next,
        errors,
    })
    .into_response()
}

pub(crate) async fn enter(
    State(accounts): State<Accounts>,
    client: Client,
    headers: HeaderMap,
    Form(form): Form<SignIn>,
) -> Result<Response, Problem> {
    let shell = frame(&accounts, &headers);
    let mut errors = FieldErrors::default();
    match accounts
        .check_password(&form.email, &form.password, &client)
        .await
    {
        Ok(user) => {
            let secret = accounts.start_browser(user, None, &client).await?;
            return Ok(let_in(&accounts, &secret, &form.next));
        }
        Err(SignInError::Refused) => errors.whole(shell.t("accounts.sign_in.wrong")),
        Err(SignInError::TooMany { retry_after }) => {
            let minutes = retry_after.div_ceil(60);
            errors.whole(
                shell
                    .t("accounts.sign_in.too_many")
                    .with("minutes", minutes),
            );
        }
        Err(error) => return Err(error.into()),
    }
    Ok(refused(SignInPage {
        shell,
        email: form.email,
        next: form.next,
        errors,
    }))
}

/// The workspace that an invitation leads to, while it is good.
async fn joining(accounts: &Accounts, invitation: &str) -> Option<(String, String)> {
    if invitation.is_empty() {
        return None;
    }
    let offer = accounts.offer(&Secret::new(invitation)).await.ok()?;
    Some((offer.workspace, offer.email))
}

pub(crate) async fn sign_up(
    State(accounts): State<Accounts>,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
    Query(arrival): Query<Arrival>,
) -> Response {
    if caller.is_some() {
        return Redirect::to("/inbox").into_response();
    }
    let offer = joining(&accounts, &arrival.invitation).await;
    let (joining, email) = offer.unzip();
    let form = SignUp {
        email: email.unwrap_or_default(),
        invitation: arrival.invitation,
        ..SignUp::default()
    };
    let shell = frame(&accounts, &headers);
    Html(SignUpPage {
        shell,
        form,
        joining,
        errors: FieldErrors::default(),
    })
    .into_response()
}

pub(crate) async fn register(
    State(accounts): State<Accounts>,
    client: Client,
    headers: HeaderMap,
    Form(form): Form<SignUp>,
) -> Result<Response, Problem> {
    let shell = frame(&accounts, &headers);
    let seat = if form.invitation.is_empty() {
        Seat::Own(form.workspace.clone())
    } else {
        Seat::Invited(Secret::new(form.invitation.clone()))
    };
    let wanted = Registration {
        email: form.email.clone(),
        password: form.password.clone(),
        name: form.name.clone(),
        seat,
        locale: shell.locale.tag().to_owned(),
        time_zone: shell.zone.name().to_owned(),
    };
    let mut errors = FieldErrors::default();
    match accounts.register(wanted).await {
        Ok((user, workspace)) => {
            let secret = accounts
                .start_browser(user, Some(workspace), &client)
                .await?;
            // Who founds a workspace has it to set up; who is invited finds it so.
            let first = if form.invitation.is_empty() {
                "/welcome"
            } else {
                "/inbox"
            };
            return Ok(let_in(&accounts, &secret, first));
        }
        Err(RegisterError::Invalid(broken)) => explain(&mut errors, &broken, shell.locale),
        Err(RegisterError::EmailTaken) => {
            errors.add(
                "email",
                Message::new(shell.locale, "accounts.sign_up.taken"),
            );
        }
        Err(RegisterError::Invitation) => errors.whole(shell.t("accounts.sign_up.invitation")),
        Err(error) => return Err(error.into()),
    }
    let joining = joining(&accounts, &form.invitation)
        .await
        .map(|(workspace, _)| workspace);
    Ok(refused(SignUpPage {
        shell,
        form,
        joining,
        errors,
    }))
}

pub(crate) async fn sign_out(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let (Some(user), Some(session)) = (&caller.user, caller.session) {
        accounts.end_session(user.id, session).await?;
    }
    let cookie = [(header::SET_COOKIE, cookie::forget(accounts.secure_cookies))];
    if web::access::is_htmx(&headers) {
        let redirect = [("HX-Redirect", "/sign-in")];
        return Ok((StatusCode::NO_CONTENT, cookie, redirect).into_response());
    }
    Ok((cookie, Redirect::to("/sign-in")).into_response())
}
