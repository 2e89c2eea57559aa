//! Reading profiles, conversations and messages.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::page::page;
use crate::graph::request::GraphRequest;
use crate::json::text_at;
use crate::options::Platform;
use crate::people::{Author, Contact, Message};
use crate::world::World;

const HERE: Platform = Platform::Instagram;
const BASIC: &str = "instagram_business_basic";
const MESSAGES: &str = "instagram_business_manage_messages";
/// Instagram: only the 20 newest messages of a thread can be read.
const READABLE: usize = 20;
/// Instagram: 2 calls per second per account on the conversations API.
const CALLS_PER_SECOND: usize = 2;

/// The way the Graph API writes an instant.
pub fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// `GET /{id}`: the account, a contact, a conversation, a message, a comment or a post.
pub fn node(world: &mut World, id: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    let token = request.token.as_deref();
    let account = world.instagram_subject(token, BASIC)?;
    let fields = request.fields();
    if world.instagram_account_named(id, token).as_deref() == Some(account.as_str()) {
        return Ok(fields.project(&profile(world, &account)?, &["id"]));
    }
    if let Some(contact) = world.contact(HERE, &account, id) {
        if contact.wrote_at.is_none() {
            return Err(consent_missing());
        }
        return Ok(fields.project(&contact_profile(world, contact), &["id", "name"]));
    }
    let thread = world
        .contacts(HERE, &account)
        .and_then(|all| all.values().find(|c| c.thread_id == id));
    if let Some(contact) = thread {
        let contact = contact.id.clone();
        count_conversation_call(world, &account)?;
        return conversation(world, &account, &contact, request);
    }
    if let Some(contact) = world.contact_of_message(HERE, &account, id) {
        world.instagram_subject(token, MESSAGES)?;
        let message = contact
            .messages
            .iter()
            .rev()
            .take(READABLE)
            .find(|message| message.id == id && !message.deleted)
            .ok_or_else(|| GraphError::unknown_object(id))?;
        let full = message_object(world, &account, contact, message);
        return Ok(fields.project(&full, &["id", "created_time"]));
    }
    if let Some(object) = super::comments::read(world, &account, id) {
        return Ok(fields.project(&object, &["id", "text", "timestamp"]));
    }
    let commented = world
        .instagram_state(&account)?
        .comments
        .values()
        .any(|comment| comment.from_id == id && comment.from_id != account);
    if commented {
        Err(consent_missing())
    } else {
        Err(GraphError::unknown_object(id))
    }
}

fn consent_missing() -> GraphError {
    GraphError::new(
        403,
        230,
        "(#230) User consent is required to access user profile",
    )
}

fn profile(world: &World, account: &str) -> Result<Value, GraphError> {
    let state = world
        .instagram
        .get(account)
        .ok_or_else(|| GraphError::unknown_object(account))?;
    let seed = &state.seed;
    Ok(json!({
        "id": seed.app_scoped_id,
        "user_id": seed.account_id,
        "username": seed.username,
        "name": seed.name,
        "account_type": "BUSINESS",
        "profile_picture_url":
            format!("{}/lookaside.fbsbx.com/profile/{}", world.base_url, seed.account_id),
        "followers_count": 1840,
        "follows_count": 212,
        "media_count": state.posts.len(),
        "biography": "Clothes and ceramics, made slowly.",
        "website": "https://atelier-lumen.example",
    }))
}

fn contact_profile(world: &World, contact: &Contact) -> Value {
    json!({
        "id": contact.id,
        "name": contact.name,
        "username": contact.username,
        "profile_pic": format!("{}/lookaside.fbsbx.com/profile/{}", world.base_url, contact.id),
        "follower_count": 120,
        "is_verified_user": false,
        "is_user_follow_business": true,
        "is_business_follow_user": false,
    })
}

/// `GET /{ig-id}/conversations`.
pub fn conversations(
    world: &mut World,
    node: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    let account = world.instagram_caller(node, request.token.as_deref(), MESSAGES)?;
    if request.param("platform").as_deref() != Some("instagram") {
        return Err(GraphError::parameter("Param platform must be instagram"));
    }
    count_conversation_call(world, &account)?;
    let fields = request.fields();
    let only = request.param("user_id");
    let mut threads: Vec<&Contact> = world
        .contacts(HERE, &account)
        .map(|all| {
            all.values()
                .filter(|contact| !contact.messages.is_empty())
                .filter(|contact| only.as_ref().is_none_or(|id| *id == contact.id))
                .collect()
        })
        .unwrap_or_default();
    threads.sort_by(|a, b| {
        b.updated_at
            .cmp(&a.updated_at)
            .then_with(|| a.id.cmp(&b.id))
    });
    let items = threads
        .into_iter()
        .map(|contact| {
            let full = thread_object(world, &account, contact, READABLE);
            (
                contact.thread_id.clone(),
                fields.project(&full, &["id", "updated_time"]),
            )
        })
        .collect();
    let url = format!(
        "{}/graph.instagram.com/v25.0/{account}/conversations",
        world.base_url
    );
    Ok(page(items, request, &url, 25, 50))
}

/// `GET /{conversation-id}/messages`.
pub fn messages(world: &mut World, id: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    let account = world.instagram_subject(request.token.as_deref(), MESSAGES)?;
    count_conversation_call(world, &account)?;
    let contact = world
        .contacts(HERE, &account)
        .and_then(|all| all.values().find(|contact| contact.thread_id == id))
        .ok_or_else(|| GraphError::unknown_object(id))?;
    let fields = request.fields();
    let items = readable(contact)
        .map(|message| {
            let full = message_object(world, &account, contact, message);
            (
                message.id.clone(),
                fields.project(&full, &["id", "created_time"]),
            )
        })
        .collect();
    let url = format!("{}/graph.instagram.com/v25.0/{id}/messages", world.base_url);
    Ok(page(items, request, &url, READABLE, READABLE))
}

fn conversation(
    world: &World,
    account: &str,
    contact: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    let contact = world
        .contact(HERE, account, contact)
        .ok_or_else(|| GraphError::unknown_object(contact))?;
    let fields = request.fields();
    let limit = fields
        .get("messages")
        .and_then(|field| field.arguments.iter().find(|(name, _)| name == "limit"))
        .and_then(|(_, limit)| limit.parse().ok())
        .unwrap_or(READABLE);
    let full = thread_object(world, account, contact, limit.min(READABLE));
    Ok(fields.project(&full, &["id", "updated_time"]))
}

fn count_conversation_call(world: &mut World, account: &str) -> Result<(), GraphError> {
    if !world.options.rates.conversations {
        return Ok(());
    }
    let now = world.now();
    let state = world.instagram_state(account)?;
    if state
        .conversation_calls
        .admit(now, TimeDelta::seconds(1), CALLS_PER_SECOND)
    {
        return Ok(());
    }
    Err(GraphError::new(
        400,
        613,
        "(#613) Calls to this api have exceeded the rate limit.",
    ))
}

/// The newest messages first, as far back as the platform shows them.
fn readable(contact: &Contact) -> impl Iterator<Item = &Message> {
    contact
        .messages
        .iter()
        .rev()
        .take(READABLE)
        .filter(|message| !message.deleted)
}

fn thread_object(world: &World, account: &str, contact: &Contact, limit: usize) -> Value {
    let username = world
        .instagram
        .get(account)
        .map_or("", |state| &state.seed.username);
    let messages: Vec<Value> = readable(contact)
        .take(limit)
        .map(|message| message_object(world, account, contact, message))
        .collect();
    let snippet = contact
        .messages
        .back()
        .and_then(|last| last.text.clone())
        .unwrap_or_default();
    json!({
        "id": contact.thread_id,
        "updated_time": instant(contact.updated_at),
        "name": contact.name,
        "folder": "inbox",
        "can_reply": contact.wrote_at.is_some_and(|at| world.now() - at < super::send::WINDOW),
        "message_count": contact.messages.len(),
        "unread_count": 0,
        "snippet": snippet,
        "link": format!("https://www.instagram.com/direct/t/{}", contact.thread_id),
        "participants": {"data": [
            {"id": account, "username": username, "user_id": account},
            {"id": contact.id, "username": contact.username},
        ]},
        "senders": {"data": [{"id": contact.id, "username": contact.username}]},
        "messages": {"data": messages},
    })
}

fn message_object(world: &World, account: &str, contact: &Contact, message: &Message) -> Value {
    let username = world
        .instagram
        .get(account)
        .map_or("", |state| &state.seed.username);
    let business = json!({"id": account, "username": username});
    let customer = json!({"id": contact.id, "username": contact.username});
    let (from, to) = if message.from == Author::Customer {
        (customer.clone(), business.clone())
    } else {
        (business.clone(), customer.clone())
    };
    let mut object = json!({
        "id": message.id,
        "created_time": instant(message.at),
        "from": from,
        "to": {"data": [to]},
        "message": message.text.clone().unwrap_or_default(),
    });
    let Some(fields) = object.as_object_mut() else {
        return object;
    };
    let media: Vec<Value> = message.attachments.iter().filter_map(attachment).collect();
    if !media.is_empty() {
        fields.insert("attachments".into(), json!({"data": media}));
    }
    let shares: Vec<Value> = message
        .attachments
        .iter()
        .filter(|one| matches!(text_at(one, "/type"), Some("share" | "ig_post" | "ig_reel")))
        .filter_map(|one| text_at(one, "/payload/url").map(|link| json!({"link": link})))
        .collect();
    if !shares.is_empty() {
        fields.insert("shares".into(), json!({"data": shares}));
    }
    if !message.reactions.is_empty() {
        let reactions: Vec<Value> = message
            .reactions
            .iter()
            .map(|(who, emoji)| {
                let user = if who == "customer" {
                    &customer
                } else {
                    &business
                };
                json!({"reaction": emoji, "users": [user]})
            })
            .collect();
        fields.insert("reactions".into(), json!({"data": reactions}));
    }
    object
}

fn attachment(one: &Value) -> Option<Value> {
    let url = text_at(one, "/payload/url")?;
    let kind = text_at(one, "/type")?;
    Some(match kind {
        "image" | "story_mention" => json!({"id": url, "image_data": {"url": url}}),
        "video" => json!({"id": url, "video_data": {"url": url}}),
        "audio" | "file" => json!({"id": url, "name": kind, "file_url": url}),
        _ => return None,
    })
}
