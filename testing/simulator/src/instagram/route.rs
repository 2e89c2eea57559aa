//! Which call of `graph.instagram.com` a path means.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Method, Response};
use serde_json::Value;

use crate::errors::GraphError;
use crate::graph::answer::answer;
use crate::graph::perform::{Operation, perform};
use crate::graph::request::GraphRequest;
use crate::instagram::{attached, comments, oauth, read, send, subscribe};
use crate::json::text_at;
use crate::options::Platform;
use crate::world::{Shared, World};

const HERE: Platform = Platform::Instagram;

type Verb = fn(&mut World, &str, &GraphRequest) -> Result<Value, GraphError>;

/// Serves `graph.instagram.com`.
pub async fn graph(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    request: Request,
) -> Response<Body> {
    let mut request = match GraphRequest::read(&path, request).await {
        Ok(request) => request,
        Err(error) => return answer(&mut shared.world(), HERE, "", Err(error)).1,
    };
    if request.method == Method::POST && request.path.last().is_some_and(|last| last == "messages")
    {
        attached::fetch(&shared, &mut request).await;
    }
    let parts: Vec<&str> = request.path.iter().map(String::as_str).collect();
    let found: Option<(&'static str, bool, Verb)> = match (&request.method, parts.as_slice()) {
        (&Method::GET, ["access_token"]) => Some(("exchange_token", false, |world, _, request| {
            oauth::lengthen(world, request)
        })),
        (&Method::GET, ["refresh_access_token"]) => {
            Some(("refresh_token", false, |world, _, request| {
                oauth::refresh(world, request)
            }))
        }
        (&Method::POST, [_, "messages"]) => {
            Some((send::operation_name(&request), true, send::send))
        }
        (&Method::GET, [_, "messages"]) => Some(("list_messages", false, read::messages)),
        (&Method::GET, [_, "conversations"]) => {
            Some(("list_conversations", false, read::conversations))
        }
        (&Method::GET, [_, "subscribed_apps"]) => {
            Some(("list_subscriptions", false, subscribe::subscribed_apps))
        }
        (&Method::POST, [_, "subscribed_apps"]) => {
            Some(("subscribe", true, subscribe::subscribed_apps))
        }
        (&Method::DELETE, [_, "subscribed_apps"]) => {
            Some(("unsubscribe", true, subscribe::subscribed_apps))
        }
        (&Method::GET, [_, "comments"]) => Some(("list_comments", false, |world, id, request| {
            comments::list(world, id, "comments", request)
        })),
        (&Method::GET, [_, "replies"]) => Some(("list_comments", false, |world, id, request| {
            comments::list(world, id, "replies", request)
        })),
        (&Method::POST, [_, "comments"]) => Some(("create_comment", true, |world, id, request| {
            comments::write(world, id, "comments", request)
        })),
        (&Method::POST, [_, "replies"]) => Some(("reply_comment", true, |world, id, request| {
            comments::write(world, id, "replies", request)
        })),
        (&Method::POST, [_]) => Some(("hide_comment", true, comments::change)),
        (&Method::DELETE, [_]) => Some(("delete_comment", true, comments::change)),
        (&Method::GET, [_]) => Some(("read_object", false, read::node)),
        _ => None,
    };
    let token = request.token.clone();
    let named = |world: &World| {
        parts
            .first()
            .and_then(|node| world.instagram_account_named(node, token.as_deref()))
            .or_else(|| world.instagram_account_of(token.as_deref()))
            .unwrap_or_default()
    };
    let account_id = named(&shared.world());
    let Some((name, write, verb)) = found else {
        let error = GraphError::unknown_path(&request.path.join("/"));
        return answer(&mut shared.world(), HERE, &account_id, Err(error)).1;
    };
    let node = parts.first().copied().unwrap_or_default().to_owned();
    let target = request
        .id_in("recipient", "id")
        .or_else(|| request.id_in("recipient", "comment_id"))
        .unwrap_or_else(|| node.clone());
    let key = format!("{target} {}", fault_key(&request));
    let operation = Operation {
        platform: HERE,
        name,
        account_id,
        target,
        body: if write {
            request.recorded()
        } else {
            Value::Null
        },
        key,
        write,
    };
    let connection = request.connection.clone();
    perform(&shared, &connection, operation, move |world| {
        verb(world, &node, &request)
    })
    .await
}

/// What a call says: the part of it that is the same in every run with the same story.
fn fault_key(request: &GraphRequest) -> String {
    let message = request.value("message");
    text_at(&message, "/text")
        .map(str::to_owned)
        .or_else(|| request.param("message"))
        .or_else(|| request.param("sender_action"))
        .unwrap_or_else(|| message.to_string())
}
