//! The inbox for programs.

mod contacts;
mod media;

pub(crate) use media::roomy;

use axum::extract::State;
use kernel::{ConversationId, MediaId, MessageId, Page, Platform, RunId, UserId};
use serde::{Deserialize, Serialize};
use web::{Access, Json, ListQuery, Member, Path, Problem, Query, Routes, routes};

use crate::conversation::{Conversation, Owner, Status};
use crate::list::{self, Filter, Place, Spot};
use crate::message::Message;
use crate::owner::ChangeError;
use crate::reply::{Content, ReplyError};
use crate::{Inbox, conversation, owner, reply, resolve, suggestion};

type Answer<T> = Result<Json<T>, Problem>;

pub(crate) fn routes() -> Routes<Inbox> {
    let reads = Access::Member(kernel::Role::Viewer);
    let acts = Access::Member(kernel::Role::Agent);
    Routes::new()
        .api(
            Access::Member(kernel::Role::Admin),
            routes!(contacts::erase_one),
        )
        .api(reads, routes!(conversations))
        .api(reads, routes!(one))
        .api(reads, routes!(messages))
        .merge(media::routes())
        .api(acts, routes!(answer))
        .api(acts, routes!(take_over))
        .api(acts, routes!(hand_back))
        .api(acts, routes!(resolve_one))
        .api(acts, routes!(reopen))
        .api(acts, routes!(set_ai))
        .api(acts, routes!(assign))
        .api(acts, routes!(approve))
        .api(acts, routes!(dismiss))
        .api(reads, routes!(instagram_conversations))
        .api(reads, routes!(instagram_messages))
}

/// Which conversations are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListFilter {
    /// Open or resolved.
    status: Option<Status>,
    /// Who answers.
    owner: Option<Owner>,
    /// The platform.
    platform: Option<Platform>,
    /// A part of the customer's name, user name or number.
    q: Option<String>,
}

/// An answer to a customer: words, or a picture.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct NewReply {
    /// The words; with a picture, they go under it or behind it.
    #[serde(default)]
    text: String,
    /// The address of a picture that the platform can fetch.
    image_url: Option<String>,
    /// A picture that was uploaded to `/api/media`; instead of `image_url`.
    media_id: Option<MediaId>,
    /// Instagram, 24 hours to 7 days after the customer's last message: confirms that a person
    /// wrote this.
    #[serde(default)]
    human_agent: bool,
}

/// What will be sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Queued {
    /// The messages, in the order in which they are sent.
    message_ids: Vec<MessageId>,
}

/// The AI switch.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct AiSwitch {
    /// Whether the agent may work in the conversation.
    enabled: bool,
}

/// Who is to have a conversation.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct Assignment {
    /// The member; nobody when absent.
    user_id: Option<UserId>,
}

/// The words to send instead of the draft's.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct Approval {
    /// The words; the draft's own when absent.
    text: Option<String>,
}

/// The conversations, the latest first.
#[utoipa::path(get, path = "/api/conversations", tag = "inbox", params(ListFilter, ListQuery),
    responses((status = 200, body = Page<Conversation>)))]
async fn conversations(
    State(inbox): State<Inbox>,
    member: Member,
    Query(wanted): Query<ListFilter>,
    Query(page): Query<ListQuery>,
) -> Answer<Page<Conversation>> {
    let filter = Filter {
        status: wanted.status,
        owner: wanted.owner,
        platform: wanted.platform,
        q: wanted.q,
    };
    listed(&inbox, &member, filter, &page).await
}

/// Instagram's conversations, the latest first.
#[utoipa::path(get, path = "/api/instagram/conversations", tag = "inbox", params(ListQuery),
    responses((status = 200, body = Page<Conversation>)))]
async fn instagram_conversations(
    State(inbox): State<Inbox>,
    member: Member,
    Query(page): Query<ListQuery>,
) -> Answer<Page<Conversation>> {
    let filter = Filter {
        platform: Some(Platform::Instagram),
        ..Filter::default()
    };
    listed(&inbox, &member, filter, &page).await
}

async fn listed(
    inbox: &Inbox,
    member: &Member,
    filter: Filter,
    page: &ListQuery,
) -> Answer<Page<Conversation>> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let after = page.after::<Place>()?;
    Ok(Json(
        list::conversations(&mut tx, &filter, after, page.limit()).await?,
    ))
}

/// One conversation.
#[utoipa::path(get, path = "/api/conversations/{id}", tag = "inbox",
    params(("id" = String, Path)), responses((status = 200, body = Conversation)))]
async fn one(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
) -> Answer<Conversation> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let found = conversation::load(&mut tx, id).await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// The messages of a conversation, the latest first.
#[utoipa::path(get, path = "/api/conversations/{id}/messages", tag = "inbox",
    params(("id" = String, Path), ListQuery), responses((status = 200, body = Page<Message>)))]
async fn messages(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
    Query(page): Query<ListQuery>,
) -> Answer<Page<Message>> {
    thread(&inbox, &member, id, &page, None).await
}

/// The messages of an Instagram conversation, the latest first.
#[utoipa::path(get, path = "/api/instagram/messages/{id}", tag = "inbox",
    params(("id" = String, Path), ListQuery), responses((status = 200, body = Page<Message>)))]
async fn instagram_messages(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
    Query(page): Query<ListQuery>,
) -> Answer<Page<Message>> {
    thread(&inbox, &member, id, &page, Some(Platform::Instagram)).await
}

async fn thread(
    inbox: &Inbox,
    member: &Member,
    id: ConversationId,
    page: &ListQuery,
    only: Option<Platform>,
) -> Answer<Page<Message>> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let found = conversation::load(&mut tx, id).await?;
    let found = found.filter(|found| only.is_none_or(|only| found.platform() == only));
    found.ok_or_else(Problem::not_found)?;
    let before = page.after::<Spot>()?;
    Ok(Json(
        list::messages(&mut tx, id, before, page.limit()).await?,
    ))
}

/// Answers the customer.
#[utoipa::path(post, path = "/api/conversations/{id}/messages", tag = "inbox",
    params(("id" = String, Path)), request_body = NewReply, security(("bearer" = [])),
    responses((status = 200, body = Queued),
        (status = 409, description = "WINDOW_CLOSED: the customer has to write first; \
            HUMAN_AGENT_ONLY: Instagram takes a person's answer only, marked by human_agent; \
            STANDBY: another application has the thread; \
            NOT_ANSWERABLE: the platform names nobody to write to")))]
async fn answer(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
    Json(new): Json<NewReply>,
) -> Answer<Queued> {
    let user = person(&member)?;
    let text = new.text;
    let content = match (new.image_url, new.media_id) {
        (Some(_), Some(_)) => {
            let reason = "Either media_id or image_url: one picture at a time.";
            return Err(Problem::invalid([("image_url", reason)]));
        }
        (Some(url), None) => Content::Image { url, text },
        (None, Some(file)) => Content::Upload { file, text },
        (None, None) => Content::Text(text),
    };
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    // A program names its request by `Idempotency-Key`.
    let human_agent = new.human_agent;
    let sent = reply::send_as_human(&mut tx, id, user, &content, human_agent, None, now).await?;
    tx.commit().await?;
    Ok(Json(Queued { message_ids: sent }))
}

/// Takes the conversation over from the agent.
#[utoipa::path(post, path = "/api/conversations/{id}/take-over", tag = "inbox",
    params(("id" = String, Path)), security(("bearer" = [])), responses((status = 200, body = Conversation)))]
async fn take_over(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
) -> Answer<Conversation> {
    let user = person(&member)?;
    let mut tx = inbox.db.tenant(&member.scope).await?;
    owner::take_over(&mut tx, id, user, inbox.clock.now()).await?;
    changed(tx, id).await
}

/// Hands the conversation back to the agent.
#[utoipa::path(post, path = "/api/conversations/{id}/hand-back", tag = "inbox",
    params(("id" = String, Path)), responses((status = 200, body = Conversation)))]
async fn hand_back(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
) -> Answer<Conversation> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    owner::hand_back(&mut tx, id, inbox.clock.now()).await?;
    changed(tx, id).await
}

/// Marks the conversation as done.
#[utoipa::path(post, path = "/api/conversations/{id}/resolve", tag = "inbox",
    params(("id" = String, Path)), responses((status = 200, body = Conversation)))]
async fn resolve_one(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
) -> Answer<Conversation> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    resolve::resolve(&mut tx, id, inbox.clock.now()).await?;
    changed(tx, id).await
}

/// Opens the conversation again.
#[utoipa::path(post, path = "/api/conversations/{id}/reopen", tag = "inbox",
    params(("id" = String, Path)), responses((status = 200, body = Conversation)))]
async fn reopen(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
) -> Answer<Conversation> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    resolve::reopen(&mut tx, id).await?;
    changed(tx, id).await
}

/// Switches the agent on or off in the conversation.
#[utoipa::path(put, path = "/api/conversations/{id}/ai", tag = "inbox",
    params(("id" = String, Path)), request_body = AiSwitch,
    responses((status = 200, body = Conversation)))]
async fn set_ai(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
    Json(switch): Json<AiSwitch>,
) -> Answer<Conversation> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    owner::set_ai(&mut tx, id, switch.enabled, inbox.clock.now()).await?;
    changed(tx, id).await
}

/// Gives the conversation to a member.
#[utoipa::path(put, path = "/api/conversations/{id}/assignee", tag = "inbox",
    params(("id" = String, Path)), request_body = Assignment,
    responses((status = 200, body = Conversation)))]
async fn assign(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<ConversationId>,
    Json(wanted): Json<Assignment>,
) -> Answer<Conversation> {
    let mut tx = inbox.db.tenant(&member.scope).await?;
    owner::assign(&mut tx, id, wanted.user_id).await?;
    changed(tx, id).await
}

/// Sends a draft of the agent, with other words when they are given.
#[utoipa::path(post, path = "/api/suggestions/{id}/approve", tag = "inbox",
    params(("id" = String, Path)), request_body = Approval, security(("bearer" = [])),
    responses((status = 200, body = Queued),
        (status = 409, description = "STALE: the conversation has moved on since it was written; \
            WINDOW_CLOSED, HUMAN_AGENT_ONLY and STANDBY as for an answer")))]
async fn approve(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<RunId>,
    Json(approval): Json<Approval>,
) -> Answer<Queued> {
    let user = person(&member)?;
    let now = inbox.clock.now();
    let mut tx = inbox.db.tenant(&member.scope).await?;
    let sent = suggestion::approve(&mut tx, id, user, approval.text.as_deref(), now).await?;
    tx.commit().await?;
    Ok(Json(Queued { message_ids: sent }))
}

/// Drops a draft of the agent.
#[utoipa::path(post, path = "/api/suggestions/{id}/dismiss", tag = "inbox",
    params(("id" = String, Path)), security(("bearer" = [])), responses((status = 204)))]
async fn dismiss(
    State(inbox): State<Inbox>,
    member: Member,
    Path(id): Path<RunId>,
) -> Result<axum::http::StatusCode, Problem> {
    let user = person(&member)?;
    let mut tx = inbox.db.tenant(&member.scope).await?;
    suggestion::dismiss(&mut tx, id, user, inbox.clock.now()).await?;
    tx.commit().await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

async fn changed(mut tx: db::TenantTx, id: ConversationId) -> Answer<Conversation> {
    let found = conversation::load(&mut tx, id).await?;
    tx.commit().await?;
    found.map(Json).ok_or_else(Problem::not_found)
}

/// The person behind a request: what is done in a person's name needs one.
pub(crate) fn person(member: &Member) -> Result<UserId, Problem> {
    let user = member.user().map(|user| user.id);
    user.ok_or_else(|| Problem::forbidden("A person has to do this; an API key is not one."))
}

impl From<ReplyError> for Problem {
    fn from(error: ReplyError) -> Self {
        let message = error.to_string();
        match error {
            ReplyError::NotFound => Self::not_found(),
            ReplyError::Empty | ReplyError::TooLong => Self::invalid([("text", message)]),
            ReplyError::NoWebAddress => Self::invalid([("image_url", message)]),
            ReplyError::NoSuchPicture | ReplyError::PictureTooLarge { .. } => {
                Self::invalid([("media_id", message)])
            }
            ReplyError::WindowClosed => Self::conflict("WINDOW_CLOSED", message),
            ReplyError::HumanAgentOnly => Self::conflict("HUMAN_AGENT_ONLY", message),
            ReplyError::Standby => Self::conflict("STANDBY", message),
            ReplyError::Stale => Self::conflict("STALE", message),
            ReplyError::NoAddress => Self::conflict("NOT_ANSWERABLE", message),
            ReplyError::Database(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => Self::not_found(),
            ChangeError::NotAMember => Self::invalid([("user_id", error.to_string())]),
            ChangeError::Database(error) => error.into(),
        }
    }
}
