//! Answers in the platforms' dress: escaped JSON, trace id, usage headers.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::ids;
use crate::json::escaped;
use crate::options::Platform;
use crate::world::World;

/// An answer and the status recorded for it.
pub fn answer(
    world: &mut World,
    host: Platform,
    account_id: &str,
    result: Result<Value, GraphError>,
) -> (u16, Response<Body>) {
    let trace = format!("A{}", ids::opaque(&mut world.rng, 22));
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(error) => (error.http, error.body(&trace, host == Platform::Whatsapp)),
    };
    let mut response = json_response(status, &body);
    let usage = usage_headers(world, host, account_id);
    let headers = response.headers_mut();
    for (name, value) in usage {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&trace) {
        headers.insert("x-fb-trace-id", value);
    }
    headers.insert("facebook-api-version", HeaderValue::from_static("v25.0"));
    (status, response)
}

/// JSON with `\uXXXX` escapes.
pub fn json_response(status: u16, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(escaped(body)));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        "content-type",
        HeaderValue::from_static("application/json; charset=UTF-8"),
    );
    response
}

fn usage_headers(world: &World, host: Platform, account_id: &str) -> Vec<(&'static str, String)> {
    let allowance = world.options.rates.hourly_calls;
    let (kind, key, usage) = match host {
        Platform::Instagram => (
            "instagram",
            account_id.to_owned(),
            world
                .instagram
                .get(account_id)
                .map(|account| &account.usage),
        ),
        Platform::Whatsapp => {
            let number = world.whatsapp.get(account_id);
            (
                "whatsapp",
                number
                    .map(|number| number.seed.waba_id.clone())
                    .unwrap_or_default(),
                number.map(|number| &number.usage),
            )
        }
    };
    let Some(usage) = usage else {
        return Vec::new();
    };
    let (percent, minutes) = usage.percent(allowance);
    let app =
        json!({"call_count": percent, "total_time": percent / 2, "total_cputime": percent / 2});
    let business = json!({ key: [{
        "type": kind,
        "call_count": percent,
        "total_cputime": percent / 2,
        "total_time": percent / 2,
        "estimated_time_to_regain_access": minutes,
    }]});
    vec![
        ("x-app-usage", app.to_string()),
        ("x-business-use-case-usage", business.to_string()),
    ]
}
