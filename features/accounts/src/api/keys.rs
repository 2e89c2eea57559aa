//! Keys for programs.

use axum::extract::State;
use http::StatusCode;
use kernel::{ApiKeyId, Page, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, ListQuery, Member, Path, Problem, Query};

use super::{page, person};
use crate::Accounts;
use crate::api_keys::{self, ApiKey};

#[derive(Deserialize, ToSchema)]
#[schema(as = NewApiKey)]
pub(crate) struct NewKey {
    /// What it is for, 1 to 80 characters.
    name: String,
    /// What it may do; at most what its maker may.
    role: Role,
}

/// A key with its text, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKeyWithText)]
pub(crate) struct KeyWithText {
    #[serde(flatten)]
    info: ApiKey,
    /// To be sent as `Authorization: Bearer ssk_…`.
    key: String,
}

/// The keys that work, newest first.
#[utoipa::path(
    get, path = "/api/api-keys", tag = "api keys", operation_id = "list_api_keys",
    params(ListQuery),
    responses(
        (status = 200, description = "The keys", body = Page<ApiKey>),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn list(
    State(accounts): State<Accounts>,
    member: Member,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ApiKey>>, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let keys = api_keys::list(&mut tx).await?;
    Ok(Json(page(keys, &query, |key| key.id.to_string())?))
}

/// Makes a key.
#[utoipa::path(
    post, path = "/api/api-keys", tag = "api keys", operation_id = "create_api_key",
    request_body = NewKey,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "Made; the key is shown this once", body = KeyWithText),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs a person who is an admin"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn create(
    State(accounts): State<Accounts>,
    member: Member,
    Json(body): Json<NewKey>,
) -> Result<(StatusCode, Json<KeyWithText>), Problem> {
    let maker = (person(&member.caller)?.id, member.role);
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let (info, text) = accounts
        .create_key(&mut tx, maker, &body.name, body.role)
        .await?;
    tx.commit().await?;
    let key = text.expose().to_owned();
    Ok((StatusCode::CREATED, Json(KeyWithText { info, key })))
}

/// Makes a key void.
#[utoipa::path(
    delete, path = "/api/api-keys/{id}", tag = "api keys", operation_id = "revoke_api_key",
    params(("id" = ApiKeyId, Path)),
    responses(
        (status = 204, description = "Revoked"),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "Needs an admin"),
        (status = 404, description = "No such key"),
    )
)]
pub(crate) async fn revoke(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    let mut tx = accounts.db.tenant(&member.scope).await?;
    accounts.revoke_key(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
