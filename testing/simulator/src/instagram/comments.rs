//! The comments API: list, read, reply, hide, delete.

use axum::http::Method;
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::page::page;
use crate::graph::request::GraphRequest;
use crate::ids;
use crate::instagram::account::Comment;
use crate::instagram::read::instant;
use crate::world::World;

const SCOPE: &str = "instagram_business_manage_comments";
/// Instagram: at most 50 comments per call.
const PAGE: usize = 50;

/// A comment or post as JSON, if the account has it.
pub fn read(world: &World, account: &str, id: &str) -> Option<Value> {
    let state = world.instagram.get(account)?;
    if let Some(comment) = state.comments.get(id) {
        return Some(object(world, account, comment));
    }
    state.posts.get(id).map(|caption| {
        json!({"id": id, "caption": caption, "media_type": "IMAGE", "media_product_type": "FEED",
               "permalink": format!("https://www.instagram.com/p/{id}/"),
               "username": state.seed.username})
    })
}

fn object(world: &World, account: &str, comment: &Comment) -> Value {
    let mut value = json!({
        "id": comment.id,
        "text": comment.text,
        "timestamp": instant(comment.at),
        "username": comment.from_username,
        "from": {"id": comment.from_id, "username": comment.from_username},
        "hidden": comment.hidden,
        "like_count": 0,
        "media": {"id": comment.media_id},
    });
    if let (Some(fields), Some(state)) = (value.as_object_mut(), world.instagram.get(account)) {
        if let Some(parent) = &comment.parent_id {
            fields.insert("parent_id".into(), parent.clone().into());
        }
        let replies: Vec<Value> = state
            .comments
            .values()
            .filter(|reply| reply.parent_id.as_deref() == Some(comment.id.as_str()))
            .map(|reply| {
                json!({"id": reply.id, "text": reply.text, "timestamp": instant(reply.at),
                       "username": reply.from_username, "hidden": reply.hidden,
                       "from": {"id": reply.from_id, "username": reply.from_username}})
            })
            .collect();
        if !replies.is_empty() {
            fields.insert("replies".into(), json!({"data": replies}));
        }
    }
    value
}

/// `GET /{media}/comments` and `GET /{comment}/replies`.
pub fn list(
    world: &mut World,
    id: &str,
    edge: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    let account = world.instagram_subject(request.token.as_deref(), SCOPE)?;
    let state = world.instagram_state(&account)?;
    let known = if edge == "comments" {
        state.posts.contains_key(id)
    } else {
        state.comments.contains_key(id)
    };
    if !known {
        return Err(GraphError::unknown_object(id));
    }
    // Newest first.
    let found: Vec<Comment> = state
        .comments
        .values()
        .rev()
        .filter(|comment| match edge {
            "comments" => comment.media_id == id && comment.parent_id.is_none(),
            _ => comment.parent_id.as_deref() == Some(id),
        })
        .cloned()
        .collect();
    let fields = request.fields();
    let items = found
        .into_iter()
        .map(|comment| {
            let full = object(world, &account, &comment);
            (
                comment.id.clone(),
                fields.project(&full, &["id", "text", "timestamp"]),
            )
        })
        .collect();
    let url = format!("{}/graph.instagram.com/v25.0/{id}/{edge}", world.base_url);
    Ok(page(items, request, &url, PAGE, PAGE))
}

/// `POST /{comment}/replies` and `POST /{media}/comments`.
pub fn write(
    world: &mut World,
    id: &str,
    edge: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    let account = world.instagram_subject(request.token.as_deref(), SCOPE)?;
    let text = request.required("message")?;
    let now = world.now();
    let new_id = ids::digits(&mut world.rng, 17);
    let state = world.instagram_state(&account)?;
    let (media_id, parent_id) = if edge == "comments" {
        if !state.posts.contains_key(id) {
            return Err(GraphError::unknown_object(id));
        }
        (id.to_owned(), None)
    } else {
        let parent = state
            .comments
            .get(id)
            .ok_or_else(|| GraphError::unknown_object(id))?;
        let above = parent
            .parent_id
            .as_ref()
            .and_then(|top| state.comments.get(top));
        if parent.hidden || above.is_some_and(|top| top.hidden) {
            return Err(GraphError::parameter(
                "A hidden comment can't be replied to.",
            ));
        }
        // Instagram: a reply to a reply is attached to the top comment.
        let top = parent
            .parent_id
            .clone()
            .unwrap_or_else(|| parent.id.clone());
        (parent.media_id.clone(), Some(top))
    };
    let comment = Comment {
        id: new_id.clone(),
        media_id,
        parent_id,
        from_id: account.clone(),
        from_username: state.seed.username.clone(),
        text,
        at: now,
        hidden: false,
        privately_answered: false,
    };
    world.add_comment(&account, comment);
    Ok(json!({"id": new_id}))
}

/// `POST /{comment}?hide=` and `DELETE /{comment}`.
pub fn change(world: &mut World, id: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    let account = world.instagram_subject(request.token.as_deref(), SCOPE)?;
    let state = world.instagram_state(&account)?;
    if request.method == Method::DELETE {
        state
            .comments
            .shift_remove(id)
            .ok_or_else(|| GraphError::unknown_object(id))?;
        return Ok(json!({"success": true}));
    }
    if let Some(enabled) = request.param("comment_enabled") {
        if !state.posts.contains_key(id) || !matches!(enabled.as_str(), "true" | "false") {
            return Err(GraphError::unknown_object(id));
        }
        return Ok(json!({"success": true}));
    }
    let comment = state
        .comments
        .get_mut(id)
        .ok_or_else(|| GraphError::unknown_object(id))?;
    comment.hidden = match request.required("hide")?.as_str() {
        "true" | "1" => true,
        "false" | "0" => false,
        _ => return Err(GraphError::parameter("Param hide must be a boolean")),
    };
    Ok(json!({"success": true}))
}
