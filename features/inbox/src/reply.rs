//! Answering a customer.

use channels::effects::{Body, EffectKind, NewEffect, Recipient, RecipientKind, SendRequest};
use chrono::{DateTime, TimeDelta, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{ConversationId, MessageId, RunId, UserId};
use meta::WindowState;

use crate::conversation::{self, Badge, Conversation, EpochCause, Owner};
use crate::events::{HumanReplied, OwnerChanged};
use crate::message::{Author, Direction, MessageState};
use crate::preview::Line;
use crate::store;
use crate::store::messages::NewMessage;

/// The longest answer, in characters; it goes out in several messages.
const LONGEST: usize = 20_000;

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// No such conversation in this workspace.
    #[error("there is no such conversation")]
    NotFound,
    /// There is nothing to send.
    #[error("the answer is empty")]
    Empty,
    /// More than anybody reads.
    #[error("the answer is too long; {LONGEST} characters are the most")]
    TooLong,
    /// The platform allows no answer until the customer writes again.
    #[error("the reply window has closed; the customer has to write first")]
    WindowClosed,
    /// Instagram: only a person may answer now, and must say so.
    #[error("24 hours have passed; only a person may answer now, marked as such")]
    HumanAgentOnly,
    /// Another application has the thread.
    #[error("another application answers in this thread")]
    Standby,
    /// Something happened since the answer was written.
    #[error("the conversation has moved on since this answer was written")]
    Stale,
    /// The platform names nobody to write to (a WhatsApp group).
    #[error("this conversation can't be answered from here")]
    NoAddress,
    /// The database.
    #[error("the answer could not be stored")]
    Database(#[from] DbError),
}

/// What a person sends.
#[derive(Clone, Debug)]
pub enum Content {
    /// Words of any length; they are cut to what the platform takes.
    Text(String),
    /// A picture at an address that the platform can fetch.
    Image {
        /// The address.
        url: String,
        /// WhatsApp: the words under it.
        caption: Option<String>,
    },
}

/// Sends what a member wrote. The member has the conversation from then on, and what the agent
/// wrote before and was not sent yet is withdrawn. `human_agent`: the member confirms that this is
/// a person's answer, which Instagram allows for seven days.
pub async fn send_as_human(
    tx: &mut TenantTx,
    id: ConversationId,
    user: UserId,
    content: &Content,
    human_agent: bool,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    let held = held(tx, id).await?;
    let marked = match held.window(now) {
        WindowState::Open { .. } => false,
        WindowState::HumanAgentOnly { .. } if human_agent => true,
        WindowState::HumanAgentOnly { .. } => return Err(ReplyError::HumanAgentOnly),
        WindowState::Closed => return Err(ReplyError::WindowClosed),
    };
    let draft = Draft {
        author: Author::Human,
        user: Some(user),
        run: None,
        guarded: false,
        human_agent: marked.then_some(user),
    };
    let parts = parts(&held, content)?;
    let epoch = conversation::raise_epoch(tx, id, EpochCause::HumanReply, now).await?;
    channels::effects::cancel_pending(tx, id, "human_reply", now).await?;
    if held.owner != Owner::Human {
        store::conversations::set_owner(tx, id, Owner::Human, Some("human_reply")).await?;
    }
    let sent = queue(tx, &held, &draft, epoch, parts, now).await?;
    store::conversations::set_badge(tx, id, Badge::Replied).await?;
    store::conversations::mark_read(tx, id).await?;
    tx.emit(&HumanReplied {
        conversation: id,
        user,
        at: now,
    })
    .await?;
    if held.owner != Owner::Human {
        tx.emit(&OwnerChanged {
            conversation: id,
            owner: Owner::Human,
            at: now,
        })
        .await?;
    }
    Ok(sent)
}

/// Sends what the agent wrote for this epoch of the conversation, if nothing happened since.
pub async fn send_as_ai(
    tx: &mut TenantTx,
    id: ConversationId,
    epoch: i64,
    text: &str,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    let held = held(tx, id).await?;
    if held.epoch != epoch || !held.answered_by_ai() {
        return Err(ReplyError::Stale);
    }
    let draft = Draft {
        author: Author::Ai,
        user: None,
        run: Some(run),
        guarded: true,
        human_agent: None,
    };
    drafted(tx, &held, &draft, text, Badge::AiReplied, now).await
}

/// Tells the customer something that is no answer, such as that a person will write. Once queued it
/// is sent even when the customer writes again in between.
pub async fn send_notice(
    tx: &mut TenantTx,
    id: ConversationId,
    epoch: i64,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    let held = held(tx, id).await?;
    if held.epoch != epoch {
        return Err(ReplyError::Stale);
    }
    let draft = Draft {
        author: Author::Notice,
        user: None,
        run: None,
        guarded: false,
        human_agent: None,
    };
    drafted(tx, &held, &draft, text, held.badge, now).await
}

/// Sends a text in the ordinary window, for the conversation's present epoch.
pub(crate) async fn drafted(
    tx: &mut TenantTx,
    held: &Conversation,
    draft: &Draft,
    text: &str,
    badge: Badge,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    match held.window(now) {
        WindowState::Open { .. } => {}
        WindowState::HumanAgentOnly { .. } => return Err(ReplyError::HumanAgentOnly),
        WindowState::Closed => return Err(ReplyError::WindowClosed),
    }
    let parts = parts(held, &Content::Text(text.to_owned()))?;
    let sent = queue(tx, held, draft, held.epoch, parts, now).await?;
    store::conversations::set_badge(tx, held.id, badge).await?;
    if draft.author != Author::Notice {
        store::conversations::mark_read(tx, held.id).await?;
    }
    Ok(sent)
}

/// Who answers, and under which conditions.
pub(crate) struct Draft {
    pub(crate) author: Author,
    pub(crate) user: Option<UserId>,
    pub(crate) run: Option<RunId>,
    /// Not sent any more once the epoch has moved.
    pub(crate) guarded: bool,
    pub(crate) human_agent: Option<UserId>,
}

pub(crate) async fn held(
    tx: &mut TenantTx,
    id: ConversationId,
) -> Result<Conversation, ReplyError> {
    let held = conversation::lock(tx, id).await?;
    let held = held.ok_or(ReplyError::NotFound)?;
    if held.standby {
        return Err(ReplyError::Standby);
    }
    Ok(held)
}

fn parts(held: &Conversation, content: &Content) -> Result<Vec<Body>, ReplyError> {
    let bodies = match content {
        Content::Text(text) if text.chars().count() > LONGEST => return Err(ReplyError::TooLong),
        Content::Text(text) => {
            let limit = meta::text::Limit::of(held.platform());
            meta::text::split(&text.replace('\0', ""), limit)
                .into_iter()
                .map(|text| Body::Text { text })
                .collect()
        }
        Content::Image { url, caption } => vec![Body::Image {
            url: url.clone(),
            caption: caption.clone(),
        }],
    };
    if bodies.is_empty() {
        return Err(ReplyError::Empty);
    }
    Ok(bodies)
}

async fn queue(
    tx: &mut TenantTx,
    held: &Conversation,
    draft: &Draft,
    epoch: i64,
    bodies: Vec<Body>,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    let to = address(tx, held).await?.ok_or(ReplyError::NoAddress)?;
    let mut sent = Vec::with_capacity(bodies.len());
    let mut at = now;
    for body in bodies {
        let (kind, text, details) = match &body {
            Body::Text { text } => ("text", text.as_str(), serde_json::json!({})),
            Body::Image { url, caption } => (
                "image",
                caption.as_deref().unwrap_or_default(),
                serde_json::json!({"attachments": [{"kind": "image", "url": url}]}),
            ),
        };
        let id = MessageId::new();
        let new = NewMessage {
            id,
            conversation: held.id,
            account: held.account_id,
            direction: Direction::Outbound,
            author: draft.author,
            user: draft.user,
            kind,
            text,
            details,
            external_id: None,
            reply_to: None,
            sent_at: at,
            state: MessageState::Queued,
            run: draft.run,
            epoch: Some(epoch),
            now,
        };
        store::messages::insert(tx, &new).await?;
        let line = Line::of(kind, text, &new.details);
        store::conversations::note_message(tx, held.id, at, &line, Direction::Outbound).await?;
        let effect = NewEffect {
            kind: EffectKind::SendMessage,
            subject: id.to_string(),
            account: held.account_id,
            lane: held.id.to_string(),
            conversation: Some(held.id),
            message: Some(id),
            epoch: draft.guarded.then_some(epoch),
            request: SendRequest {
                to: to.clone(),
                body,
                human_agent: draft.human_agent,
            },
        };
        channels::effects::create(tx, &effect, now).await?;
        sent.push(id);
        // The parts stay in their order.
        at += TimeDelta::microseconds(1);
    }
    conversation::tell(tx, held.id);
    Ok(sent)
}

async fn address(tx: &mut TenantTx, held: &Conversation) -> DbResult<Option<Recipient>> {
    let found = store::contacts::address(tx, held.contact_id).await?;
    Ok(found.and_then(|(kind, value)| {
        let kind = match kind.as_str() {
            "igsid" => RecipientKind::Igsid,
            "wa_id" => RecipientKind::WaId,
            "user_id" => RecipientKind::UserId,
            _ => return None,
        };
        Some(Recipient { kind, value })
    }))
}
