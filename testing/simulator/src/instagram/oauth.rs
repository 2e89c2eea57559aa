//! Instagram Login: code exchange, long-lived tokens, refresh.

use axum::body::Body;
use axum::http::Response;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::answer::json_response;
use crate::graph::request::GraphRequest;
use crate::options::{Platform, TokenAnswer};
use crate::tokens::{CODE_LIFE, LONG_LIFE, Subject};
use crate::world::World;

/// Instagram: a token must be this old to be refreshed.
const YOUNGEST: TimeDelta = TimeDelta::hours(24);

/// `POST api.instagram.com/oauth/access_token`.
pub fn exchange(world: &mut World, request: &GraphRequest) -> Response<Body> {
    match try_exchange(world, request) {
        Ok(body) => json_response(200, &body),
        Err(message) => json_response(
            400,
            &json!({"error_type": "OAuthException", "code": 400, "error_message": message}),
        ),
    }
}

fn try_exchange(world: &mut World, request: &GraphRequest) -> Result<Value, &'static str> {
    let app = &world.options.instagram_app;
    if request.param("client_id").as_deref() != Some(&app.id) {
        return Err("Invalid platform app");
    }
    if request.param("client_secret").as_deref() != Some(&app.secret) {
        return Err("Error validating client secret.");
    }
    if request.param("grant_type").as_deref() != Some("authorization_code") {
        return Err("Invalid grant_type: must be authorization_code");
    }
    let presented = request
        .param("code")
        .ok_or("Missing required parameter: code")?;
    let redirect = request
        .param("redirect_uri")
        .ok_or("Missing required parameter: redirect_uri")?;
    let code = world
        .codes
        .get(&presented)
        .filter(|code| code.subject.platform() == Platform::Instagram)
        .ok_or("Matching code was not found or was already used")?;
    if code.redirect_uri != redirect {
        return Err(
            "Error validating verification code. Please make sure your redirect_uri is identical \
             to the one you used in the OAuth dialog request",
        );
    }
    if world.now() - code.issued_at > CODE_LIFE {
        return Err("This authorization code has expired.");
    }
    let code = world
        .codes
        .remove(&presented)
        .ok_or("Matching code was not found or was already used")?;
    let Subject::Instagram(account) = &code.subject else {
        return Err("Matching code was not found or was already used");
    };
    let user_id = account
        .parse::<u64>()
        .map_or_else(|_| json!(account), Value::from);
    let scopes = code.scopes.clone();
    let token = world.issue_token(code.subject.clone(), scopes.clone(), false);
    let wrapped = match world.options.token_answer {
        TokenAnswer::Flat => false,
        TokenAnswer::Wrapped => true,
        TokenAnswer::Alternating => {
            world.wrap_next_token = !world.wrap_next_token;
            !world.wrap_next_token
        }
    };
    Ok(if wrapped {
        json!({"data": [{
            "access_token": token,
            "user_id": account,
            "permissions": scopes.join(","),
        }]})
    } else {
        json!({"access_token": token, "user_id": user_id, "permissions": scopes})
    })
}

/// `GET graph.instagram.com/access_token`: a short token becomes a long one.
pub fn lengthen(world: &mut World, request: &GraphRequest) -> Result<Value, GraphError> {
    if request.param("grant_type").as_deref() != Some("ig_exchange_token") {
        return Err(GraphError::parameter(
            "Param grant_type must be ig_exchange_token",
        ));
    }
    if request.param("client_secret").as_deref() != Some(&world.options.instagram_app.secret) {
        return Err(GraphError::new(400, 101, "Error validating client secret."));
    }
    let token = world.authenticate(Platform::Instagram, request.token.as_deref())?;
    if token.long {
        return Err(GraphError::new(
            400,
            452,
            "Session key invalid. This could be because the \
                                              session key has an incorrect format.",
        ));
    }
    let (subject, scopes) = (token.subject.clone(), token.scopes.clone());
    Ok(long_answer(world, subject, scopes))
}

/// `GET graph.instagram.com/refresh_access_token`.
pub fn refresh(world: &mut World, request: &GraphRequest) -> Result<Value, GraphError> {
    if request.param("grant_type").as_deref() != Some("ig_refresh_token") {
        return Err(GraphError::parameter(
            "Param grant_type must be ig_refresh_token",
        ));
    }
    let token = world.authenticate(Platform::Instagram, request.token.as_deref())?;
    if !token.long {
        return Err(GraphError::parameter(
            "Only a long-lived access token can be refreshed.",
        ));
    }
    if world.now() - token.issued_at < YOUNGEST {
        return Err(GraphError::parameter(
            "The access token must be at least 24 hours old to be refreshed.",
        ));
    }
    if !token
        .scopes
        .iter()
        .any(|scope| scope == "instagram_business_basic")
    {
        return Err(GraphError::new(
            403,
            10,
            "(#10) instagram_business_basic is required.",
        ));
    }
    let (subject, scopes) = (token.subject.clone(), token.scopes.clone());
    Ok(long_answer(world, subject, scopes))
}

fn long_answer(world: &mut World, subject: Subject, scopes: Vec<String>) -> Value {
    let token = world.issue_token(subject, scopes, true);
    json!({
        "access_token": token,
        "token_type": "bearer",
        "expires_in": LONG_LIFE.num_seconds(),
    })
}
