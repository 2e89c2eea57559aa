//! Registering, signing in, tokens, passwords, and oneself.

use axum::extract::State;
use http::StatusCode;
use kernel::{Role, Secret, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, Locale, Problem, SignedIn};

use super::person;
use crate::profile::{Profile, User};
use crate::register::{Registration, Seat};
use crate::sessions::{Client, Tokens};
use crate::{Accounts, jwt};

#[derive(Deserialize, ToSchema)]
#[schema(as = RegisterRequest)]
pub(crate) struct Register {
    /// The address to sign in with.
    email: String,
    /// 10 to 200 characters.
    #[schema(value_type = String, min_length = 10, max_length = 200)]
    password: Secret,
    /// The name that others see.
    name: String,
    /// The name of the new workspace; the person's name unless given.
    workspace: Option<String>,
    /// The token of an invitation, instead of a new workspace.
    #[schema(value_type = Option<String>)]
    invitation: Option<Secret>,
    /// An IANA time zone; UTC unless given.
    time_zone: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = LoginRequest)]
pub(crate) struct Login {
    email: String,
    #[schema(value_type = String)]
    password: Secret,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = RefreshRequest)]
pub(crate) struct Refresh {
    #[schema(value_type = String)]
    refresh_token: Secret,
}

/// Tokens of a client.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    /// To be sent as `Authorization: Bearer …`.
    access_token: String,
    /// To be exchanged for the next tokens; good for seven days and one use.
    refresh_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// For how many seconds the access token is good.
    expires_in: i64,
}

impl From<Tokens> for TokenAnswer {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access.expose().to_owned(),
            refresh_token: tokens.refresh.expose().to_owned(),
            token_type: "Bearer",
            expires_in: jwt::LIFETIME_SECONDS,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    user_id: UserId,
    workspace_id: WorkspaceId,
    #[serde(flatten)]
    tokens: TokenAnswer,
}

/// Registers a person, with a workspace of their own or with the seat of an invitation.
#[utoipa::path(
    post, path = "/api/auth/register", tag = "auth", request_body = Register,
    responses(
        (status = 201, description = "Registered and signed in", body = Registered),
        (status = 400, description = "Malformed, or the invitation is not valid"),
        (status = 409, description = "The address has an account (EMAIL_TAKEN)"),
        (status = 422, description = "Some fields are not valid"),
        (status = 429, description = "Too many requests"),
    )
)]
pub(crate) async fn register(
    State(accounts): State<Accounts>,
    client: Client,
    locale: Locale,
    Json(body): Json<Register>,
) -> Result<(StatusCode, Json<Registered>), Problem> {
    let seat = match body.invitation {
        Some(token) => Seat::Invited(token),
        None => Seat::Own(body.workspace.unwrap_or_else(|| body.name.clone())),
    };
    let wanted = Registration {
        email: body.email,
        password: body.password,
        name: body.name,
        seat,
        locale: locale.tag().to_owned(),
        time_zone: body.time_zone.unwrap_or_else(|| "UTC".to_owned()),
    };
    let (user_id, workspace_id) = accounts.register(wanted).await?;
    let tokens = accounts
        .start_client(user_id, Some(workspace_id), &client)
        .await?
        .into();
    Ok((
        StatusCode::CREATED,
        Json(Registered {
            user_id,
            workspace_id,
            tokens,
        }),
    ))
}

/// Signs in and answers tokens.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "auth", request_body = Login,
    responses(
        (status = 200, description = "Signed in", body = TokenAnswer),
        (status = 400, description = "Malformed"),
        (status = 401, description = "Wrong address or password (INVALID_CREDENTIALS)"),
        (status = 422, description = "Some fields are not valid"),
        (status = 429, description = "Too many failures (TOO_MANY_ATTEMPTS); see Retry-After"),
    )
)]
pub(crate) async fn login(
    State(accounts): State<Accounts>,
    client: Client,
    Json(body): Json<Login>,
) -> Result<Json<TokenAnswer>, Problem> {
    let user = accounts
        .check_password(&body.email, &body.password, &client)
        .await?;
    let first = accounts.workspaces(user).await?.into_iter().next();
    let workspace = first.map(|seat| seat.scope.workspace());
    Ok(Json(
        accounts
            .start_client(user, workspace, &client)
            .await?
            .into(),
    ))
}

/// Exchanges a refresh token for new tokens.
#[utoipa::path(
    post, path = "/api/auth/refresh", tag = "auth", request_body = Refresh,
    responses(
        (status = 200, description = "The next tokens", body = TokenAnswer),
        (status = 400, description = "Malformed"),
        (status = 401, description = "REFRESH_TOKEN_INVALID, or REFRESH_TOKEN_REUSED: the session has ended"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn refresh(
    State(accounts): State<Accounts>,
    Json(body): Json<Refresh>,
) -> Result<Json<TokenAnswer>, Problem> {
    Ok(Json(accounts.refresh(&body.refresh_token).await?.into()))
}

/// Ends the session of the token that is sent.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "auth",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "Not signed in"),
    )
)]
pub(crate) async fn logout(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
) -> Result<StatusCode, Problem> {
    if let Some(session) = caller.session {
        accounts.end_session(person(&caller)?.id, session).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Oneself, and where one works.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    #[serde(flatten)]
    user: User,
    /// The workspace of this request.
    workspace_id: Option<WorkspaceId>,
    /// The role there.
    role: Option<Role>,
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/auth/me", tag = "auth",
    responses(
        (status = 200, description = "The person", body = Me),
        (status = 401, description = "Not signed in"),
    )
)]
pub(crate) async fn me(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
) -> Result<Json<Me>, Problem> {
    Ok(Json(Me {
        user: accounts.user(person(&caller)?.id).await?,
        workspace_id: caller
            .membership
            .as_ref()
            .map(|seat| seat.scope.workspace()),
        role: caller.membership.as_ref().map(|seat| seat.role),
    }))
}

/// Changes name, language, time zone and theme.
#[utoipa::path(
    put, path = "/api/auth/me", tag = "auth", request_body = Profile,
    responses(
        (status = 200, description = "The person as changed", body = User),
        (status = 401, description = "Not signed in"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn change_me(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Json(body): Json<Profile>,
) -> Result<Json<User>, Problem> {
    Ok(Json(
        accounts.change_profile(person(&caller)?.id, &body).await?,
    ))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ForgotPassword)]
pub(crate) struct Forgot {
    email: String,
}

/// Sends a link to choose a new password, if somebody has the address; the answer is the same. At most
/// three an hour leave to one address.
#[utoipa::path(
    post, path = "/api/auth/forgot-password", tag = "auth", request_body = Forgot,
    responses(
        (status = 202, description = "A mail is on its way if the address has an account"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn forgot_password(
    State(accounts): State<Accounts>,
    Json(body): Json<Forgot>,
) -> Result<StatusCode, Problem> {
    accounts.forgot_password(&body.email).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordReset)]
pub(crate) struct Reset {
    /// From the link in the mail.
    #[schema(value_type = String)]
    token: Secret,
    /// 10 to 200 characters.
    #[schema(value_type = String, min_length = 10, max_length = 200)]
    password: Secret,
}

/// Sets a new password and ends every session.
#[utoipa::path(
    post, path = "/api/auth/reset-password", tag = "auth", request_body = Reset,
    responses(
        (status = 204, description = "The password is changed; sign in with it"),
        (status = 400, description = "The token is not valid (RESET_TOKEN_INVALID)"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn reset_password(
    State(accounts): State<Accounts>,
    Json(body): Json<Reset>,
) -> Result<StatusCode, Problem> {
    accounts.reset_password(&body.token, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChange)]
pub(crate) struct Change {
    /// The password until now.
    #[schema(value_type = String)]
    current_password: Secret,
    /// 10 to 200 characters.
    #[schema(value_type = String, min_length = 10, max_length = 200)]
    password: Secret,
}

/// Changes the password and ends all other sessions.
#[utoipa::path(
    post, path = "/api/auth/change-password", tag = "auth", request_body = Change,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, description = "Not signed in"),
        (status = 422, description = "The current password is wrong, or the new one is not valid"),
        (status = 429, description = "The current password was wrong too often (TOO_MANY_ATTEMPTS); see Retry-After"),
    )
)]
pub(crate) async fn change_password(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Json(body): Json<Change>,
) -> Result<StatusCode, Problem> {
    let (user, session) = (person(&caller)?.id, caller.session);
    accounts
        .change_password(user, session, &body.current_password, &body.password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
