//! `POST /_sandbox/{platform}/{account_id}/…`: customers act.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::acts::{ActError, NewComment, NewMessage};
use crate::control::error::{Body, Refusal};
use crate::options::Platform;
use crate::whatsapp::events::Failure;
use crate::world::Shared;

type Answer = Result<Json<Value>, Refusal>;
type Account = Path<(Platform, String)>;

/// A customer writes.
pub async fn message(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(new): Body<NewMessage>,
) -> Answer {
    let id = shared.world().customer_writes(platform, &account, &new)?;
    Ok(Json(json!({"message_id": id})))
}

/// Somebody comments under a post.
pub async fn comment(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(new): Body<NewComment>,
) -> Answer {
    if platform == Platform::Whatsapp {
        return Err(ActError::NoComments.into());
    }
    let id = shared.world().instagram_comments(&account, &new)?;
    Ok(Json(json!({"comment_id": id})))
}

/// The comment's author deletes it.
pub async fn vanish(
    State(shared): State<Shared>,
    Path((_, account, comment)): Path<(Platform, String, String)>,
) -> Answer {
    shared.world().vanish_comment(&account, &comment)?;
    Ok(done())
}

/// A reaction of a customer.
#[derive(Deserialize)]
pub struct NewReaction {
    from: String,
    message_id: String,
    #[serde(default)]
    emoji: Option<String>,
    #[serde(default)]
    remove: bool,
}

/// A customer reacts or takes the reaction back.
pub async fn reaction(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(new): Body<NewReaction>,
) -> Answer {
    let emoji = if new.remove {
        None
    } else {
        Some(new.emoji.unwrap_or_else(|| "❤️".into()))
    };
    let mut world = shared.world();
    match platform {
        Platform::Instagram => {
            world.instagram_reacts(&account, &new.from, &new.message_id, emoji.as_deref())?;
        }
        Platform::Whatsapp => {
            world.whatsapp_reacts(&account, &new.from, &new.message_id, emoji.as_deref())?;
        }
    }
    Ok(done())
}

/// A receipt of the customer's phone.
#[derive(Deserialize)]
pub struct NewReceipt {
    message_id: String,
    status: String,
    /// For `failed` (default 131026).
    #[serde(default)]
    code: Option<i32>,
    #[serde(default)]
    title: Option<String>,
}

/// A message is seen, delivered, read, played, or fails late.
pub async fn receipt(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(new): Body<NewReceipt>,
) -> Answer {
    let mut world = shared.world();
    match (platform, new.status.as_str()) {
        (Platform::Instagram, "seen" | "read") => {
            world.instagram_seen(&account, &new.message_id)?;
        }
        (Platform::Whatsapp, "seen") => {
            world.whatsapp_receipt(&account, &new.message_id, "read", None)?;
        }
        (Platform::Whatsapp, status @ ("sent" | "delivered" | "read" | "played")) => {
            world.whatsapp_receipt(&account, &new.message_id, status, None)?;
        }
        (Platform::Whatsapp, "failed") => {
            let title = new.title.unwrap_or_else(|| "Message undeliverable".into());
            let failure = Failure {
                code: new.code.unwrap_or(131_026),
                details: title.clone(),
                title,
            };
            world.whatsapp_receipt(&account, &new.message_id, "failed", Some(failure))?;
        }
        _ => return Err(ActError::UnknownStatus.into()),
    }
    Ok(done())
}

/// A message of a customer.
#[derive(Deserialize)]
pub struct OwnMessage {
    message_id: String,
    #[serde(default)]
    text: String,
}

/// A customer takes a message back.
pub async fn unsend(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(own): Body<OwnMessage>,
) -> Answer {
    let mut world = shared.world();
    match platform {
        Platform::Instagram => world.instagram_unsends(&account, &own.message_id)?,
        Platform::Whatsapp => world.whatsapp_revokes(&account, &own.message_id)?,
    }
    Ok(done())
}

/// A customer edits a message.
pub async fn edit(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(own): Body<OwnMessage>,
) -> Answer {
    if own.text.is_empty() {
        return Err(ActError::Empty.into());
    }
    let mut world = shared.world();
    match platform {
        Platform::Instagram => world.instagram_edits(&account, &own.message_id, &own.text)?,
        Platform::Whatsapp => world.whatsapp_edits(&account, &own.message_id, &own.text)?,
    }
    Ok(done())
}

/// An answer written by hand in the platform's own app.
#[derive(Deserialize)]
pub struct NewEcho {
    to: String,
    text: String,
}

/// A person of the business answers in the native app.
pub async fn echo(
    State(shared): State<Shared>,
    Path((platform, account)): Account,
    Body(new): Body<NewEcho>,
) -> Answer {
    let mut world = shared.world();
    let id = match platform {
        Platform::Instagram => world.instagram_echo(&account, &new.to, &new.text)?,
        Platform::Whatsapp => world.whatsapp_echo(&account, &new.to, &new.text)?,
    };
    Ok(Json(json!({"message_id": id})))
}

fn done() -> Json<Value> {
    Json(json!({"success": true}))
}
