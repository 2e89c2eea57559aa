//! Answering a customer.

use channels::effects::{
    Body, EffectKind, NewEffect, Recipient, RecipientKind, Request, SendRequest,
};
use chrono::{DateTime, TimeDelta, Utc};
use db::{DbError, DbResult, TenantTx};
use kernel::{ConversationId, MediaId, MessageId, Platform, RunId, UserId};
use meta::WindowState;
use url::Url;

use crate::blank::blank;
use crate::conversation::{self, Badge, Conversation, EpochCause, Owner};
use crate::events::{HumanReplied, OwnerChanged};
use crate::message::{Author, Direction, MessageState};
use crate::preview::Line;
use crate::store;
use crate::store::messages::NewMessage;
use crate::upload::most_megabytes;

/// The longest answer, in characters; it goes out in several messages.
const LONGEST: usize = 20_000;

/// WhatsApp: the longest words under a picture, in characters.
const LONGEST_CAPTION: usize = 1024;

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
    /// The picture is not here: it was sent already, or a day has passed since it was uploaded.
    #[error("there is no such picture any more; choose it again")]
    NoSuchPicture,
    /// The platform fetches pictures from the web only.
    #[error("the address of a picture begins with https:// or http://")]
    NoWebAddress,
    /// The platform takes smaller ones only.
    #[error("a picture may have at most {megabytes} MB on this platform")]
    PictureTooLarge {
        /// The most it takes.
        megabytes: usize,
    },
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
        /// The words with it; may be empty.
        text: String,
    },
    /// A picture that was uploaded.
    Upload {
        /// The file.
        file: MediaId,
        /// The words with it; may be empty.
        text: String,
    },
}

/// Sends what a member wrote. The member has the conversation from then on, and what the agent
/// wrote before and was not sent yet is withdrawn. `human_agent`: the member confirms that this is
/// a person's answer, which Instagram allows for seven days. `once`: what its first message is to
/// be called; the same words with the same name again are the same answer, which is sent once.
pub async fn send_as_human(
    tx: &mut TenantTx,
    id: ConversationId,
    user: UserId,
    content: &Content,
    human_agent: bool,
    once: Option<MessageId>,
    now: DateTime<Utc>,
) -> Result<Vec<MessageId>, ReplyError> {
    let held = held(tx, id).await?;
    let marked = match held.window(now) {
        WindowState::Open { .. } => false,
        WindowState::HumanAgentOnly { .. } if human_agent => true,
        WindowState::HumanAgentOnly { .. } => return Err(ReplyError::HumanAgentOnly),
        WindowState::Closed => return Err(ReplyError::WindowClosed),
    };
    let picture = picture(tx, &held, content).await?;
    let parts = parts(held.platform(), picture, content.words())?;
    let known = match once {
        Some(once) => store::messages::load(tx, once).await?,
        None => None,
    };
    if let Some(known) = &known
        && known.conversation_id == id
        && parts.first().is_some_and(|part| words(part) == known.text)
    {
        return Ok(vec![known.id]);
    }
    let draft = Draft {
        author: Author::Human,
        user: Some(user),
        run: None,
        guarded: false,
        human_agent: marked.then_some(user),
        // Other words are another answer, whatever the form calls them.
        first: once.filter(|_| known.is_none()),
    };
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
        first: None,
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
        first: None,
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
    let parts = parts(held.platform(), None, text)?;
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
    /// What its first message is called, where that was said before.
    pub(crate) first: Option<MessageId>,
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

impl Content {
    fn words(&self) -> &str {
        match self {
            Self::Text(text) | Self::Image { text, .. } | Self::Upload { text, .. } => text,
        }
    }
}

/// The picture of an answer, as the platform gets it.
async fn picture(
    tx: &mut TenantTx,
    held: &Conversation,
    content: &Content,
) -> Result<Option<Body>, ReplyError> {
    match content {
        Content::Text(_) => Ok(None),
        Content::Image { url, .. } if is_web_address(url) => Ok(Some(Body::Image {
            url: url.clone(),
            caption: None,
        })),
        Content::Image { .. } => Err(ReplyError::NoWebAddress),
        Content::Upload { file, .. } => {
            let found = store::media::uploaded(tx, *file).await?;
            let (media_type, size) = found.ok_or(ReplyError::NoSuchPicture)?;
            let megabytes = most_megabytes(held.platform());
            if usize::try_from(size).is_ok_and(|size| size > megabytes << 20) {
                return Err(ReplyError::PictureTooLarge { megabytes });
            }
            Ok(Some(Body::Upload {
                file: *file,
                media_type,
                caption: None,
            }))
        }
    }
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// The messages of an answer. Words go under the picture where the platform has room for them
/// there, and behind it otherwise.
fn parts(
    platform: Platform,
    mut picture: Option<Body>,
    words: &str,
) -> Result<Vec<Body>, ReplyError> {
    let words = if blank(words) { "" } else { words };
    let words = words.replace('\0', "");
    let length = words.chars().count();
    if length > LONGEST {
        return Err(ReplyError::TooLong);
    }
    let under = platform == Platform::Whatsapp && length <= LONGEST_CAPTION;
    if let Some(Body::Image { caption, .. } | Body::Upload { caption, .. }) = &mut picture
        && under
    {
        *caption = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
        return Ok(picture.into_iter().collect());
    }
    let texts = meta::text::split(&words, meta::text::Limit::of(platform));
    let texts = texts.into_iter().map(|text| Body::Text { text });
    let bodies: Vec<Body> = picture.into_iter().chain(texts).collect();
    if bodies.is_empty() {
        return Err(ReplyError::Empty);
    }
    Ok(bodies)
}

/// The words of a message.
fn words(body: &Body) -> &str {
    match body {
        Body::Text { text } => text,
        Body::Image { caption, .. } | Body::Upload { caption, .. } => {
            caption.as_deref().unwrap_or_default()
        }
    }
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
    let mut named = draft.first;
    for body in bodies {
        let text = words(&body);
        let (kind, details) = match &body {
            Body::Text { .. } => ("text", serde_json::json!({})),
            Body::Image { url, .. } => (
                "image",
                serde_json::json!({"attachments": [{"kind": "image", "url": url}]}),
            ),
            Body::Upload {
                file, media_type, ..
            } => (
                "image",
                serde_json::json!({"attachments":
                    [{"kind": "image", "file": file, "mime_type": media_type}]}),
            ),
        };
        let id = named.take().unwrap_or_else(MessageId::new);
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
        if let Body::Upload { file, .. } = &body
            && !store::media::attach(tx, *file, id, 0).await?
        {
            return Err(ReplyError::NoSuchPicture);
        }
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
            request: Request::Message(SendRequest {
                to: to.clone(),
                body,
                human_agent: draft.human_agent,
            }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Body {
        Body::Image {
            url: "https://a.example/1.png".to_owned(),
            caption: None,
        }
    }

    fn shape(platform: Platform, picture: Option<Body>, words: &str) -> Vec<&'static str> {
        let parts = parts(platform, picture, words).unwrap_or_default();
        let name = |body: &Body| match body {
            Body::Text { .. } => "text",
            Body::Image { caption: None, .. } | Body::Upload { caption: None, .. } => "picture",
            Body::Image { .. } | Body::Upload { .. } => "picture with words",
        };
        parts.iter().map(name).collect()
    }

    #[test]
    fn words_go_under_the_picture_or_behind_it_and_are_never_lost() {
        use Platform::{Instagram, Whatsapp};
        assert_eq!(
            shape(Whatsapp, Some(picture()), "hello"),
            ["picture with words"]
        );
        assert_eq!(
            shape(Instagram, Some(picture()), "hello"),
            ["picture", "text"]
        );
        assert_eq!(shape(Instagram, Some(picture()), " "), ["picture"]);
        assert_eq!(shape(Whatsapp, Some(picture()), ""), ["picture"]);
        let long = "word ".repeat(300);
        assert_eq!(shape(Whatsapp, Some(picture()), &long), ["picture", "text"]);
        for nothing in ["  ", "\u{200b}\u{feff}"] {
            assert_eq!(shape(Whatsapp, None, nothing), [""; 0]);
            assert_eq!(shape(Instagram, Some(picture()), nothing), ["picture"]);
        }
    }
}
