//! One's own sign-ins.

use axum::extract::State;
use http::StatusCode;
use kernel::{Page, SessionId};
use web::{Json, ListQuery, Path, Problem, Query, SignedIn};

use super::{page, person};
use crate::Accounts;
use crate::sessions::Session;

/// The sessions of the person, the one used last first.
#[utoipa::path(
    get, path = "/api/auth/sessions", tag = "auth", operation_id = "list_sessions",
    params(ListQuery),
    responses(
        (status = 200, description = "The live sessions", body = Page<Session>),
        (status = 401, description = "Not signed in"),
        (status = 422, description = "Some fields are not valid"),
    )
)]
pub(crate) async fn list(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Session>>, Problem> {
    let sessions = accounts.sessions(person(&caller)?.id).await?;
    Ok(Json(page(sessions, &query, |session| {
        session.id.to_string()
    })?))
}

/// Ends a session of the person.
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}", tag = "auth", operation_id = "end_session",
    params(("id" = SessionId, Path)),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in"),
        (status = 404, description = "No such session of the person"),
    )
)]
pub(crate) async fn end(
    State(accounts): State<Accounts>,
    SignedIn(caller): SignedIn,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    accounts.end_session(person(&caller)?.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
