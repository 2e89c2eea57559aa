//! `POST /{phone_number_id}/messages`: messages, read marks and the typing indicator.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use crate::errors::GraphError;
use crate::graph::request::GraphRequest;
use crate::ids;
use crate::options::Platform;
use crate::people::{Author, Message};
use crate::whatsapp::content::{self, Content, invalid};
use crate::whatsapp::events::Failure;
use crate::whatsapp::number::digits_of;
use crate::world::World;

const HERE: Platform = Platform::Whatsapp;
const SCOPE: &str = "whatsapp_business_messaging";
/// WhatsApp: 24 hours of customer service from each message of the person.
pub const WINDOW: TimeDelta = TimeDelta::hours(24);

/// Which operation the body asks for, by the name the record knows it.
pub fn operation_name(request: &GraphRequest) -> &'static str {
    if request.params.contains_key("status") {
        "mark_read"
    } else {
        "send_message"
    }
}

/// Sends, or marks as read.
pub fn send(world: &mut World, number: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    world.whatsapp_number(number, request.token.as_deref(), SCOPE)?;
    if request.param("messaging_product").as_deref() != Some("whatsapp") {
        return Err(GraphError::parameter(
            "The parameter messaging_product is required.",
        ));
    }
    if request.params.contains_key("status") {
        return mark_read(world, number, request);
    }
    throttle(world, number)?;
    if let Some(kind) = request.param("recipient_type")
        && kind != "individual"
    {
        return Err(GraphError::parameter(
            "Param recipient_type must be individual",
        ));
    }
    let (to, user_id) = (request.param("to"), request.param("recipient"));
    // With both present the phone number wins.
    let person = to
        .clone()
        .or_else(|| user_id.clone())
        .ok_or_else(|| GraphError::parameter("The parameter to is required."))?;
    if to.is_some() && digits_of(&person).len() < 5 {
        return Err(invalid("to is not a phone number"));
    }
    let content = content::check(&Value::Object(request.params.clone()))?;
    if let Some(id) = &content.media_id
        && world
            .media
            .get(id, world.now())
            .is_none_or(|media| media.owner != number)
    {
        return Err(GraphError::parameter(format!(
            "Media ID {id} does not exist or is expired."
        )));
    }
    let key = world.whatsapp_contact_key(number, &person);
    let quoted = quoted(world, number, &request.params)?;
    if content.kind != "template" && content.reaction.is_none() {
        let open = key
            .as_ref()
            .is_some_and(|key| window_open(world, number, key));
        match &key {
            Some(key) if !open && world.options.late_window_errors => {
                return Ok(accept_and_fail(
                    world, number, key, &person, content, request,
                ));
            }
            _ if !open => return Err(window_closed()),
            _ => {}
        }
    }
    let key = match key {
        Some(key) => key,
        None if to.is_some() => world.whatsapp_contact(number, &digits_of(&person), None, false),
        None => {
            return Err(GraphError::new(
                400,
                131_026,
                "(#131026) Message undeliverable",
            ));
        }
    };
    pair_rate(world, number, &key)?;
    Ok(accept(
        world, number, &key, &person, content, quoted, request,
    ))
}

fn throttle(world: &mut World, number: &str) -> Result<(), GraphError> {
    if !world.options.rates.sends {
        return Ok(());
    }
    let now = world.now();
    let admitted = world
        .whatsapp
        .get_mut(number)
        .is_none_or(|state| state.sends.admit(now, TimeDelta::seconds(1), 80));
    if admitted {
        return Ok(());
    }
    Err(GraphError::new(400, 130_429, "(#130429) Rate limit hit"))
}

/// WhatsApp: one message per 6 s to one person, with a burst of 45.
fn pair_rate(world: &mut World, number: &str, key: &str) -> Result<(), GraphError> {
    if !world.options.rates.pairs {
        return Ok(());
    }
    let now = world.now();
    let Some(contact) = world.contact_mut(HERE, number, key) else {
        return Ok(());
    };
    let sends = &mut contact.recent_sends;
    while sends
        .front()
        .is_some_and(|oldest| now - *oldest > TimeDelta::seconds(6 * 45))
    {
        sends.pop_front();
    }
    if sends.len() >= 45 {
        return Err(GraphError::new(
            400,
            131_056,
            "(#131056) (Business Account, Consumer Account) pair rate limit hit",
        )
        .details(
            "Message failed to send because there were too many messages sent from this phone \
             number to the same phone number in a short period of time.",
        ));
    }
    sends.push_back(now);
    Ok(())
}

fn window_open(world: &World, number: &str, key: &str) -> bool {
    world
        .contact(HERE, number, key)
        .and_then(|contact| contact.wrote_at)
        .is_some_and(|at| world.now() - at < WINDOW)
}

fn window_closed() -> GraphError {
    GraphError::new(400, 131_047, "(#131047) Re-engagement message").details(WINDOW_DETAILS)
}

const WINDOW_DETAILS: &str = "Message failed to send because more than 24 hours have passed since \
                              the customer last replied to this number.";

/// The quoted message, when `context.message_id` names one of this number.
fn quoted(
    world: &World,
    number: &str,
    params: &Map<String, Value>,
) -> Result<Option<String>, GraphError> {
    let Some(context) = params.get("context") else {
        return Ok(None);
    };
    let id = crate::json::text_at(context, "/message_id")
        .ok_or_else(|| content::missing("context.message_id is missing"))?;
    if world.contact_of_message(HERE, number, id).is_none() {
        return Err(invalid("context.message_id is unknown"));
    }
    Ok(Some(id.to_owned()))
}

fn accept(
    world: &mut World,
    number: &str,
    key: &str,
    input: &str,
    content: Content,
    quoted: Option<String>,
    request: &GraphRequest,
) -> Value {
    let id = ids::wamid(&mut world.rng);
    if let Some((target, emoji)) = &content.reaction {
        if let Some(message) = world.message_mut(HERE, number, target) {
            if emoji.is_empty() {
                message.reactions.remove("business");
            } else {
                message.reactions.insert("business".into(), emoji.clone());
            }
        }
        // WhatsApp: only a `sent` status follows a reaction.
        world.emit_status(number, key, &id, "sent", None);
        return answer(world, number, key, input, &id);
    }
    let delivered = world.options.auto_delivered;
    store(world, number, key, &id, content, quoted, request);
    world.emit_status(number, key, &id, "sent", None);
    if delivered {
        world.emit_status(number, key, &id, "delivered", None);
    }
    if let Some(message) = world.message_mut(HERE, number, &id) {
        message.status = Some(if delivered { "delivered" } else { "sent" }.into());
    }
    answer(world, number, key, input, &id)
}

/// Accepts the call and reports the closed window later, as the platform often does.
fn accept_and_fail(
    world: &mut World,
    number: &str,
    key: &str,
    input: &str,
    content: Content,
    request: &GraphRequest,
) -> Value {
    let id = ids::wamid(&mut world.rng);
    store(world, number, key, &id, content, None, request);
    if let Some(message) = world.message_mut(HERE, number, &id) {
        message.status = Some("failed".into());
    }
    let failure = Failure {
        code: 131_047,
        title: "Re-engagement message".into(),
        details: WINDOW_DETAILS.into(),
    };
    world.emit_status(number, key, &id, "failed", Some(failure));
    answer(world, number, key, input, &id)
}

fn store(
    world: &mut World,
    number: &str,
    key: &str,
    id: &str,
    content: Content,
    quoted: Option<String>,
    request: &GraphRequest,
) {
    let mut message = Message::new(id.to_owned(), world.now(), Author::Business);
    message.kind = content.kind;
    message.text = content.text;
    message.attachments = content.attachments;
    message.choices = content.choices;
    content.category.clone_into(&mut message.category);
    message.reply_to = quoted;
    message.callback_data = request.param("biz_opaque_callback_data");
    world.store(HERE, number, key, message);
}

fn answer(world: &World, number: &str, key: &str, input: &str, id: &str) -> Value {
    let mut contact = json!({"input": input});
    if let (Some(fields), Some(known)) = (contact.as_object_mut(), world.contact(HERE, number, key))
    {
        if known.hides_number {
            fields.insert("user_id".into(), known.user_id.clone().into());
        } else {
            fields.insert("wa_id".into(), known.id.clone().into());
        }
    }
    json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": id, "message_status": "accepted"}],
    })
}

fn mark_read(world: &mut World, number: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    if request.param("status").as_deref() != Some("read") {
        return Err(GraphError::parameter("Param status must be read"));
    }
    let id = request.required("message_id")?;
    if let Some(typing) = request.params.get("typing_indicator")
        && crate::json::text_at(typing, "/type") != Some("text")
    {
        return Err(invalid("typing_indicator.type must be text"));
    }
    let theirs = world
        .contact_of_message(HERE, number, &id)
        .and_then(|contact| contact.message(&id))
        .is_some_and(|message| message.from == Author::Customer);
    if !theirs {
        return Err(invalid("message_id is not a message of a customer"));
    }
    Ok(json!({"success": true}))
}
