//! A member's notifications.

use axum::extract::State;
use http::StatusCode;
use kernel::{NotificationId, Page};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, ListQuery, Member, Path, Problem, Query};

use super::person;
use crate::Accounts;
use crate::notifications::{self, Notification};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those that were not seen yet.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
}

/// How many were not seen yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnreadNotifications {
    /// At most 100 are counted.
    unread: u32,
}

/// How many were new.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotificationsRead {
    read: u64,
}

/// The person's notifications in the present workspace, the newest first.
#[utoipa::path(
    get, path = "/api/notifications", tag = "notifications", operation_id = "list_notifications",
    params(ListQuery, Wanted),
    security(("bearer" = [])),
    responses((status = 200, description = "The notifications", body = Page<Notification>))
)]
pub(crate) async fn list(
    State(accounts): State<Accounts>,
    member: Member,
    Query(query): Query<ListQuery>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Notification>>, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let (after, limit) = (query.after()?, query.limit());
    let page = notifications::list(&mut tx, user, wanted.unread, after, limit).await?;
    Ok(Json(page))
}

/// How many notifications the person has not seen.
#[utoipa::path(
    get, path = "/api/notifications/unread", tag = "notifications",
    operation_id = "count_unread_notifications",
    security(("bearer" = [])),
    responses((status = 200, description = "The number", body = UnreadNotifications))
)]
pub(crate) async fn unread(
    State(accounts): State<Accounts>,
    member: Member,
) -> Result<Json<UnreadNotifications>, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let unread = notifications::unread(&mut tx, user).await?;
    Ok(Json(UnreadNotifications { unread }))
}

/// Marks all of the person's notifications as read.
#[utoipa::path(
    post, path = "/api/notifications/read", tag = "notifications",
    operation_id = "read_all_notifications",
    security(("bearer" = [])),
    responses((status = 200, description = "Marked", body = NotificationsRead))
)]
pub(crate) async fn read_all(
    State(accounts): State<Accounts>,
    member: Member,
) -> Result<Json<NotificationsRead>, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let read = notifications::see_all(&mut tx, user, accounts.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(NotificationsRead { read }))
}

/// Marks one of the person's notifications as read.
#[utoipa::path(
    post, path = "/api/notifications/{id}/read", tag = "notifications",
    operation_id = "read_notification",
    params(("id" = NotificationId, Path)),
    security(("bearer" = [])),
    responses((status = 204, description = "Marked"))
)]
pub(crate) async fn read(
    State(accounts): State<Accounts>,
    member: Member,
    Path(id): Path<NotificationId>,
) -> Result<StatusCode, Problem> {
    let user = person(&member.caller)?.id;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let seen = notifications::see(&mut tx, user, id, accounts.clock.now()).await?;
    seen.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
