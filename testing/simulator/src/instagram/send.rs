//! `POST /{ig-id}/messages`: messages, sender actions and private replies.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::request::GraphRequest;
use crate::ids;
use crate::instagram::attached;
use crate::instagram::content::{self, Content};
use crate::instagram::events::{Messaging, message_part};
use crate::json::text_at;
use crate::options::Platform;
use crate::people::{Author, Message};
use crate::world::World;

/// Instagram: free sending until 24 h after the person's last message.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);
/// Instagram: with the HUMAN_AGENT tag until 7 days.
pub const HUMAN_WINDOW: TimeDelta = TimeDelta::days(7);
/// Instagram: a private reply within 7 days of the comment.
const PRIVATE_REPLY_WINDOW: TimeDelta = TimeDelta::days(7);
const SCOPE: &str = "instagram_business_manage_messages";

/// Which operation the body asks for, by the name the record knows it.
pub fn operation_name(request: &GraphRequest) -> &'static str {
    if request.params.contains_key("sender_action") {
        "sender_action"
    } else if request.id_in("recipient", "comment_id").is_some() {
        "private_reply"
    } else {
        "send_message"
    }
}

/// Sends.
pub fn send(world: &mut World, node: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    let account = world.instagram_caller(node, request.token.as_deref(), SCOPE)?;
    if world.options.rates.sends {
        let now = world.now();
        let state = world.instagram_state(&account)?;
        if !state.sends.admit(now, TimeDelta::seconds(1), 100) {
            return Err(GraphError::new(
                400,
                613,
                "(#613) Calls to this api have exceeded the rate limit.",
            ));
        }
    }
    let person = request.id_in("recipient", "id");
    let comment = request.id_in("recipient", "comment_id");
    if request.params.contains_key("sender_action") {
        let person = person.ok_or_else(recipient_missing)?;
        return sender_action(world, &account, &person, request);
    }
    let mut content = content::check(&request.value("message"))?;
    let tagged = check_tag(request)?;
    match (person, comment) {
        (Some(person), None) => {
            let wrote_at = world
                .contact(Platform::Instagram, &account, &person)
                .ok_or_else(unknown_person)?
                .wrote_at;
            check_window(wrote_at, world.now(), tagged)?;
            attached::keep(world, &account, request, &mut content)?;
            if let Some(reply_to) = &content.reply_to
                && world
                    .contact_of_message(Platform::Instagram, &account, reply_to)
                    .is_none()
            {
                return Err(GraphError::parameter("Invalid reply_to.mid"));
            }
            Ok(deliver(world, &account, &person, content))
        }
        (None, Some(comment)) => private_reply(world, &account, &comment, content),
        _ => Err(recipient_missing()),
    }
}

fn recipient_missing() -> GraphError {
    GraphError::parameter("The parameter recipient is required: id or comment_id.")
}

fn unknown_person() -> GraphError {
    GraphError::new(400, 100, "(#100) No matching user found").subcode(2_534_014)
}

/// `messaging_type` and `tag`; true when the HUMAN_AGENT tag is set.
fn check_tag(request: &GraphRequest) -> Result<bool, GraphError> {
    let kind = request.param("messaging_type");
    let tag = request.param("tag");
    match (kind.as_deref(), tag.as_deref()) {
        (None | Some("RESPONSE" | "UPDATE" | "UTILITY"), None) => Ok(false),
        (Some("MESSAGE_TAG"), Some("HUMAN_AGENT")) => Ok(true),
        (Some("MESSAGE_TAG"), _) => Err(GraphError::parameter(
            "Param tag must be one of {HUMAN_AGENT}",
        )),
        (_, Some(_)) => Err(GraphError::parameter(
            "A tag needs messaging_type MESSAGE_TAG",
        )),
        (Some(other), None) => Err(GraphError::parameter(format!(
            "Unknown messaging_type {other}"
        ))),
    }
}

/// Refuses with 10/2534022 outside the reply window.
fn check_window(
    wrote_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    tagged: bool,
) -> Result<(), GraphError> {
    let limit = if tagged { HUMAN_WINDOW } else { WINDOW };
    if wrote_at.is_some_and(|at| now - at < limit) {
        return Ok(());
    }
    Err(GraphError::new(
        403,
        10,
        "(#10) This message is sent outside of allowed window.",
    )
    .kind("IGApiException")
    .subcode(2_534_022))
}

/// Puts the message into the thread and sends its echo; the answer.
fn deliver(world: &mut World, account: &str, person: &str, content: Content) -> Value {
    let id = ids::mid(&mut world.rng);
    let now = world.now();
    let mut message = Message::new(id.clone(), now, Author::Business);
    message.kind = content.kind;
    message.text.clone_from(&content.text);
    message.attachments.clone_from(&content.attachments);
    message.choices = content.choices;
    message.reply_to.clone_from(&content.reply_to);
    world.store(Platform::Instagram, account, person, message);
    let attachments = if content.attachments.is_empty() {
        Value::Null
    } else {
        content.attachments.into()
    };
    let app_id = world
        .options
        .instagram_app
        .id
        .parse::<u64>()
        .map_or(Value::Null, Value::from);
    let part = message_part([
        ("mid", json!(id)),
        ("text", content.text.into()),
        ("attachments", attachments),
        (
            "reply_to",
            content
                .reply_to
                .map_or(Value::Null, |mid| json!({"mid": mid})),
        ),
        ("is_echo", true.into()),
        ("app_id", app_id),
    ]);
    world.emit_messaging(account, person, &Messaging::echo(), part);
    json!({"recipient_id": person, "message_id": id})
}

fn private_reply(
    world: &mut World,
    account: &str,
    comment: &str,
    content: Content,
) -> Result<Value, GraphError> {
    let now = world.now();
    let state = world.instagram_state(account)?;
    let found = state
        .comments
        .get_mut(comment)
        .ok_or_else(|| GraphError::unknown_object(comment).subcode(2_534_025))?;
    if found.from_id == account {
        return Err(GraphError::parameter(
            "A private reply needs somebody else's comment.",
        ));
    }
    if found.privately_answered {
        return Err(GraphError::new(
            400,
            10_900,
            "(#10900) Activity already replied to",
        ));
    }
    if now - found.at >= PRIVATE_REPLY_WINDOW {
        return Err(GraphError::new(
            400,
            10_903,
            "(#10903) This user cant reply to this activity",
        ));
    }
    found.privately_answered = true;
    let (person, username) = (found.from_id.clone(), found.from_username.clone());
    world.instagram_contact(account, &person, Some(&username), None);
    Ok(deliver(world, account, &person, content))
}

fn sender_action(
    world: &mut World,
    account: &str,
    person: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    let action = request.required("sender_action")?;
    let contact = world
        .contact(Platform::Instagram, account, person)
        .ok_or_else(unknown_person)?;
    check_window(contact.wrote_at, world.now(), false)?;
    match action.as_str() {
        "typing_on" | "typing_off" | "mark_seen" => {
            // Instagram: nothing else may stand in the body.
            if request.params.contains_key("message") || request.params.contains_key("payload") {
                return Err(GraphError::parameter(
                    "A sender action can't be combined with a message.",
                ));
            }
        }
        "react" | "unreact" => react(world, account, person, &action, &request.value("payload"))?,
        other => {
            return Err(GraphError::parameter(format!(
                "Unknown sender_action \"{other}\""
            )));
        }
    }
    Ok(json!({"recipient_id": person}))
}

fn react(
    world: &mut World,
    account: &str,
    person: &str,
    action: &str,
    payload: &Value,
) -> Result<(), GraphError> {
    let message = text_at(payload, "/message_id")
        .ok_or_else(|| GraphError::parameter("payload.message_id is required."))?;
    let emoji = match (action, text_at(payload, "/reaction")) {
        ("unreact", _) => None,
        (_, Some("love")) => Some("❤".to_owned()),
        (_, Some(emoji)) if !emoji.is_empty() && !emoji.is_ascii() => Some(emoji.to_owned()),
        _ => {
            return Err(GraphError::parameter(
                "payload.reaction must be love or an emoji.",
            ));
        }
    };
    let found = world
        .contact_mut(Platform::Instagram, account, person)
        .and_then(|contact| contact.message_mut(message))
        .ok_or_else(|| GraphError::parameter("Invalid message id"))?;
    match emoji {
        Some(emoji) => found.reactions.insert("business".into(), emoji),
        None => found.reactions.remove("business"),
    };
    Ok(())
}
