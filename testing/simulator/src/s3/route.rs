//! From a request to a bucket or an object.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;

use super::error::{ACCESS_DENIED, NOT_IMPLEMENTED, S3Error, TOO_LARGE, xml};
use super::list;
use super::sign::{Signed, verify};
use crate::clock::Clock;
use crate::world::{Shared, World};

/// The largest object that is taken.
const MAX_OBJECT: usize = 110 * 1024 * 1024;

/// Every request to the store.
pub async fn handle(
    State(shared): State<Shared>,
    names: RawPathParams,
    request: Request,
) -> Response<Body> {
    let resource = request.uri().path().to_owned();
    let name = |wanted: &str| {
        names
            .iter()
            .find_map(|(name, value)| (name == wanted).then(|| value.to_owned()))
            .unwrap_or_default()
    };
    let (bucket, key) = (name("bucket"), name("key"));
    let (head, body) = request.into_parts();
    let result = match to_bytes(body, MAX_OBJECT).await {
        Ok(body) => {
            let call = Call {
                method: head.method,
                path: head.uri.path().to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                headers: head.headers,
                body,
            };
            answer(&mut shared.world(), &bucket, &key, call)
        }
        Err(_) => Err(TOO_LARGE),
    };
    result.unwrap_or_else(|error| error.response(&resource))
}

struct Call {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

fn answer(
    world: &mut World,
    bucket: &str,
    key: &str,
    call: Call,
) -> Result<Response<Body>, S3Error> {
    // Clients sign by the clock on the wall, wherever the platforms' time was moved to.
    let now = Clock::real().now();
    let signed = Signed {
        method: call.method.as_str(),
        path: &call.path,
        query: &call.query,
        headers: &call.headers,
        body: &call.body,
    };
    verify(&world.options.s3, &signed, now)?;
    let query: BTreeMap<String, String> = url::form_urlencoded::parse(call.query.as_bytes())
        .into_owned()
        .collect();
    let objects = &mut world.objects;
    if key.is_empty() {
        return match query.get("list-type").map(String::as_str) {
            Some("2") if call.method == Method::GET => {
                let text = list::answer(bucket, objects.bucket(bucket)?, &query);
                Ok(xml(StatusCode::OK, &text))
            }
            _ => Err(NOT_IMPLEMENTED),
        };
    }
    if !query.is_empty() || call.headers.contains_key("x-amz-copy-source") {
        return Err(NOT_IMPLEMENTED);
    }
    match call.method {
        Method::PUT => {
            let etag = objects.put(bucket, key, &call.headers, call.body, now)?;
            Ok(reply(StatusCode::OK, &[("etag", &etag)], Bytes::new()))
        }
        // The server leaves the content of an answer to HEAD out by itself.
        Method::GET | Method::HEAD => match objects.get(bucket, key, &call.headers)? {
            None => Ok(reply(StatusCode::NOT_MODIFIED, &[], Bytes::new())),
            Some(object) => {
                let modified = object
                    .modified
                    .format("%a, %d %b %Y %H:%M:%S GMT")
                    .to_string();
                let headers = [
                    ("etag", object.etag.as_str()),
                    ("content-type", &object.kind),
                    ("last-modified", &modified),
                ];
                Ok(reply(StatusCode::OK, &headers, object.bytes.clone()))
            }
        },
        Method::DELETE => {
            objects.delete(bucket, key)?;
            Ok(reply(StatusCode::NO_CONTENT, &[], Bytes::new()))
        }
        _ => Err(ACCESS_DENIED),
    }
}

fn reply(status: StatusCode, headers: &[(&'static str, &str)], body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}
