//! Which call of `graph.facebook.com` a path means.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Method, Response};
use serde_json::Value;

use crate::errors::GraphError;
use crate::graph::answer::answer;
use crate::graph::perform::{Operation, perform};
use crate::graph::request::GraphRequest;
use crate::json::text_at;
use crate::options::Platform;
use crate::tokens::Subject;
use crate::whatsapp::{manage, media, oauth, send};
use crate::world::{Shared, World};

const HERE: Platform = Platform::Whatsapp;

type Verb = fn(&mut World, &str, &GraphRequest) -> Result<Value, GraphError>;

/// Serves `graph.facebook.com`.
pub async fn graph(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    request: Request,
) -> Response<Body> {
    let request = match GraphRequest::read(&path, request).await {
        Ok(request) => request,
        Err(error) => return answer(&mut shared.world(), HERE, "", Err(error)).1,
    };
    let parts: Vec<&str> = request.path.iter().map(String::as_str).collect();
    let found: Option<(&'static str, bool, Verb)> = match (&request.method, parts.as_slice()) {
        (&Method::GET | &Method::POST, ["oauth", "access_token"]) => {
            Some(("exchange_token", false, |world, _, request| {
                oauth::access_token(world, request)
            }))
        }
        (&Method::GET, ["debug_token"]) => Some(("debug_token", false, |world, _, request| {
            oauth::debug_token(world, request)
        })),
        (&Method::GET, ["me", "permissions"]) => {
            Some(("read_object", false, |world, _, request| {
                oauth::permissions(world, request)
            }))
        }
        (&Method::POST, [_, "messages"]) => {
            Some((send::operation_name(&request), true, send::send))
        }
        (&Method::POST, [_, "media"]) => Some(("upload_media", true, media::upload)),
        (&Method::GET, [_, "phone_numbers"]) => {
            Some(("list_numbers", false, manage::phone_numbers))
        }
        (&Method::GET, [_, "message_templates"]) => {
            Some(("list_templates", false, manage::templates))
        }
        (&Method::GET, [_, "subscribed_apps"]) => {
            Some(("list_subscriptions", false, manage::subscribed_apps))
        }
        (&Method::POST, [_, "subscribed_apps"]) => {
            Some(("subscribe", true, manage::subscribed_apps))
        }
        (&Method::DELETE, [_, "subscribed_apps"]) => {
            Some(("unsubscribe", true, manage::subscribed_apps))
        }
        (&Method::DELETE, [_]) => Some(("delete_media", true, media::delete)),
        (&Method::GET, [_]) => Some(("read_object", false, manage::node)),
        _ => None,
    };
    let node = parts.first().copied().unwrap_or_default().to_owned();
    let account_id = account_of(&shared.world(), &node, request.token.as_deref());
    let Some((name, write, verb)) = found else {
        let error = GraphError::unknown_path(&request.path.join("/"));
        return answer(&mut shared.world(), HERE, &account_id, Err(error)).1;
    };
    let target = ["to", "recipient", "message_id"]
        .into_iter()
        .find_map(|name| request.param(name))
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

/// The number a path names, or the first one the token reaches.
fn account_of(world: &World, node: &str, token: Option<&str>) -> String {
    if world.whatsapp.contains_key(node) {
        return node.to_owned();
    }
    let wabas = token
        .and_then(|token| world.tokens.get(token))
        .map(|token| &token.subject);
    world
        .whatsapp
        .values()
        .find(|number| {
            number.seed.waba_id == node
                || matches!(wabas, Some(Subject::Whatsapp(wabas))
                    if wabas.contains(&number.seed.waba_id))
        })
        .map(|number| number.seed.phone_number_id.clone())
        .unwrap_or_default()
}

/// What a call says: the part of it that is the same in every run with the same story.
fn fault_key(request: &GraphRequest) -> String {
    let kind = request
        .param("type")
        .or_else(|| request.param("status"))
        .unwrap_or_default();
    let part = request.value(&kind);
    text_at(&part, "/body").map_or_else(|| format!("{kind} {part}"), str::to_owned)
}
