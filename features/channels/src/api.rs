//! The REST door: accounts, connects and effects.

use chrono::{DateTime, Utc};
use http::StatusCode;
use kernel::{AccountId, ConversationId, EffectId, MessageId, Page, Platform, Role, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use crate::Channels;
use crate::accounts::{self, Account, ConnectError, DisconnectError};
use crate::effects::{self, Effect, EffectKind, EffectState, ResolveError, RetryError};

type Channel = axum::extract::State<Channels>;

pub(crate) fn routes() -> Routes<Channels> {
    let (viewer, agent, admin) = (
        Access::Member(Role::Viewer),
        Access::Member(Role::Agent),
        Access::Member(Role::Admin),
    );
    Routes::new()
        .api(viewer, routes!(list_channels))
        .api(viewer, routes!(get_channel))
        .api(admin, routes!(change_channel, disconnect_channel))
        .api(admin, routes!(connect_instagram, begin_instagram))
        .api(admin, routes!(connect_whatsapp, begin_whatsapp))
        .api(viewer, routes!(list_effects))
        .api(agent, routes!(resolve_effect))
        .api(agent, routes!(retry_effect))
}

/// Where a connect goes on.
#[derive(Serialize, ToSchema)]
struct Connect {
    /// The platform's page on which the account's owner consents.
    authorize_url: String,
}

/// A change of an account.
#[derive(Deserialize, ToSchema)]
struct ChannelChange {
    /// Whether the AI may answer on this account.
    automation: bool,
}

/// What a person decided about an effect.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EffectVerdict)]
enum Decision {
    /// It was sent.
    Sent,
    /// It was not sent: send it again.
    SendAgain,
    /// Do not send it.
    Drop,
}

#[derive(Deserialize, ToSchema)]
struct Resolution {
    /// What the person decided.
    decision: Decision,
}

/// Which effects to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct EffectFilter {
    /// Only those in this state.
    state: Option<EffectState>,
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<EffectKind>,
    /// Only those of this conversation.
    #[param(value_type = Option<String>)]
    conversation: Option<ConversationId>,
}

/// A write to a platform.
#[derive(Serialize, ToSchema)]
struct EffectView {
    id: EffectId,
    kind: EffectKind,
    account: AccountId,
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
    /// Instagram's id of the comment that is answered, hidden or shown.
    comment: Option<String>,
    state: EffectState,
    /// Whether it waits for a person's decision.
    resting: bool,
    attempts: i32,
    due_at: DateTime<Utc>,
    provider_id: Option<String>,
    error_class: Option<String>,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Effect> for EffectView {
    fn from(effect: Effect) -> Self {
        Self {
            id: effect.id,
            kind: effect.kind,
            account: effect.account,
            conversation: effect.conversation,
            message: effect.message,
            comment: effect.request.comment().map(str::to_owned),
            state: effect.state,
            resting: effect.resting,
            attempts: effect.attempts,
            due_at: effect.due_at,
            provider_id: effect.provider_id,
            error_class: effect.error_class,
            error: effect.error,
            created_at: effect.created_at,
            finished_at: effect.finished_at,
        }
    }
}

/// The workspace's accounts, the disconnected ones too.
#[utoipa::path(get, path = "/api/channels", tag = "channels",
    responses((status = 200, body = Page<Account>)))]
async fn list_channels(channels: Channel, member: Member) -> Result<Json<Page<Account>>, Problem> {
    let mut tx = channels.db.tenant(&member.scope).await?;
    let items = accounts::list(&mut tx).await?;
    Ok(Json(Page {
        items,
        next_cursor: None,
    }))
}

/// One account.
#[utoipa::path(get, path = "/api/channels/{id}", tag = "channels",
    params(("id" = String, Path)), responses((status = 200, body = Account)))]
async fn get_channel(
    channels: Channel,
    member: Member,
    Path(id): Path<AccountId>,
) -> Result<Json<Account>, Problem> {
    let mut tx = channels.db.tenant(&member.scope).await?;
    let found = accounts::account(&mut tx, id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// Allows or forbids the AI on an account.
#[utoipa::path(patch, path = "/api/channels/{id}", tag = "channels",
    params(("id" = String, Path)), request_body = ChannelChange,
    responses((status = 200, body = Account)))]
async fn change_channel(
    channels: Channel,
    member: Member,
    Path(id): Path<AccountId>,
    Json(change): Json<ChannelChange>,
) -> Result<Json<Account>, Problem> {
    let mut tx = channels.db.tenant(&member.scope).await?;
    accounts::set_automation(&mut tx, id, change.automation).await?;
    let account = accounts::account(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(account))
}

/// Disconnects an account; its history stays.
#[utoipa::path(delete, path = "/api/channels/{id}", tag = "channels",
    params(("id" = String, Path)), responses((status = 204)))]
async fn disconnect_channel(
    channels: Channel,
    member: Member,
    Path(id): Path<AccountId>,
) -> Result<StatusCode, Problem> {
    channels.disconnect(&member.scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins to connect an Instagram account.
#[utoipa::path(get, path = "/api/instagram/connect", tag = "channels", security(("bearer" = [])),
    responses((status = 200, body = Connect)))]
async fn connect_instagram(channels: Channel, member: Member) -> Result<Json<Connect>, Problem> {
    begin(&channels, &member, Platform::Instagram).await
}

/// Begins to connect an Instagram account.
#[utoipa::path(post, path = "/api/instagram/connect", tag = "channels", security(("bearer" = [])),
    responses((status = 200, body = Connect)))]
async fn begin_instagram(channels: Channel, member: Member) -> Result<Json<Connect>, Problem> {
    begin(&channels, &member, Platform::Instagram).await
}

/// Begins to connect WhatsApp numbers.
#[utoipa::path(get, path = "/api/whatsapp/connect", tag = "channels", security(("bearer" = [])),
    responses((status = 200, body = Connect)))]
async fn connect_whatsapp(channels: Channel, member: Member) -> Result<Json<Connect>, Problem> {
    begin(&channels, &member, Platform::Whatsapp).await
}

/// Begins to connect WhatsApp numbers.
#[utoipa::path(post, path = "/api/whatsapp/connect", tag = "channels", security(("bearer" = [])),
    responses((status = 200, body = Connect)))]
async fn begin_whatsapp(channels: Channel, member: Member) -> Result<Json<Connect>, Problem> {
    begin(&channels, &member, Platform::Whatsapp).await
}

async fn begin(
    channels: &Channels,
    member: &Member,
    platform: Platform,
) -> Result<Json<Connect>, Problem> {
    let user = person(member)?;
    let mut tx = channels.db.tenant(&member.scope).await?;
    let begun = channels.begin_connect(&mut tx, platform, user).await?;
    tx.commit().await?;
    Ok(Json(Connect {
        authorize_url: begun.authorize_url,
    }))
}

/// Writes to the platforms, newest first.
#[utoipa::path(get, path = "/api/effects", tag = "channels",
    params(ListQuery, EffectFilter), responses((status = 200, body = Page<EffectView>)))]
async fn list_effects(
    channels: Channel,
    member: Member,
    Query(query): Query<ListQuery>,
    Query(filter): Query<EffectFilter>,
) -> Result<Json<Page<EffectView>>, Problem> {
    let (limit, before) = (query.limit(), query.after::<EffectId>()?);
    let mut tx = channels.db.tenant(&member.scope).await?;
    let wanted = effects::Wanted {
        state: filter.state,
        kind: filter.kind,
        conversation: filter.conversation,
        before,
    };
    let found = effects::list(&mut tx, wanted, limit.probe()).await?;
    let page = Page::from_probe(found, limit, |effect| effect.id);
    Ok(Json(page.map(EffectView::from)))
}

/// Decides about a write whose outcome only a person can know.
#[utoipa::path(post, path = "/api/effects/{id}/resolve", tag = "channels",
    params(("id" = String, Path)), request_body = Resolution,
    responses((status = 200, body = EffectView),
        (status = 409, description = "NOT_RESTING: its outcome is known, or is still being found out")))]
async fn resolve_effect(
    channels: Channel,
    member: Member,
    Path(id): Path<EffectId>,
    Json(resolution): Json<Resolution>,
) -> Result<Json<EffectView>, Problem> {
    let now = channels.clock.now();
    let mut tx = channels.db.tenant(&member.scope).await?;
    let effect = match resolution.decision {
        Decision::Sent => effects::mark_sent(&mut tx, id, now).await?,
        Decision::SendAgain => effects::send_again(&mut tx, id, now).await?,
        Decision::Drop => effects::do_not_send(&mut tx, id, now).await?,
    };
    tx.commit().await?;
    Ok(Json(effect.into()))
}

/// Tries a write once more that failed. All rules are asked again before it is sent.
#[utoipa::path(post, path = "/api/effects/{id}/retry", tag = "channels",
    params(("id" = String, Path)), responses((status = 200, body = EffectView),
        (status = 409, description = "NOT_FAILED: it did not fail, or is being tried already")))]
async fn retry_effect(
    channels: Channel,
    member: Member,
    Path(id): Path<EffectId>,
) -> Result<Json<EffectView>, Problem> {
    let effect = channels.retry_failed(&member.scope, id).await?;
    Ok(Json(effect.into()))
}

/// The person who connects; a key is nobody whom a platform could ask for consent.
pub(crate) fn person(member: &Member) -> Result<UserId, Problem> {
    let user = member.user().map(|user| user.id);
    user.ok_or_else(|| Problem::forbidden("This needs a person, not an API key."))
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        let sentence = error.to_string();
        match error {
            ConnectError::NotConfigured(_) => Self::conflict("NOT_CONFIGURED", sentence),
            ConnectError::UnknownState => Self::conflict("STATE_UNKNOWN", sentence),
            ConnectError::ForeignToken => Self::conflict("FOREIGN_TOKEN", sentence),
            ConnectError::NoNumber => Self::conflict("NO_NUMBER", sentence),
            ConnectError::ConnectedElsewhere => Self::conflict("CONNECTED_ELSEWHERE", sentence),
            ConnectError::Platform(error) => {
                tracing::warn!(%error, "the platform refused a connect");
                Self::new(
                    StatusCode::BAD_GATEWAY,
                    "PLATFORM_ERROR",
                    error.for_people(),
                )
            }
            ConnectError::Crypto(error) => Self::internal(&error),
            ConnectError::Database(error) => error.into(),
        }
    }
}

impl From<DisconnectError> for Problem {
    fn from(error: DisconnectError) -> Self {
        match error {
            DisconnectError::NotFound => Self::not_found(),
            DisconnectError::Database(error) => error.into(),
        }
    }
}

impl From<RetryError> for Problem {
    fn from(error: RetryError) -> Self {
        match error {
            RetryError::NotFound => Self::not_found(),
            RetryError::NotFailed => Self::conflict("NOT_FAILED", error.to_string()),
            RetryError::Database(error) => error.into(),
        }
    }
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::NotFound => Self::not_found(),
            ResolveError::NotResting => Self::conflict("NOT_RESTING", error.to_string()),
            ResolveError::Database(error) => error.into(),
        }
    }
}
