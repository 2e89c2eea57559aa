//! Facebook Login as WhatsApp's Embedded Signup uses it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::request::GraphRequest;
use crate::options::Platform;
use crate::tokens::{CODE_LIFE, LONG_LIFE, Subject};
use crate::world::World;

/// `GET /oauth/access_token`: a code, or a short token, becomes a token.
pub fn access_token(world: &mut World, request: &GraphRequest) -> Result<Value, GraphError> {
    let app = &world.options.whatsapp_app;
    if request.param("client_id").as_deref() != Some(&app.id) {
        return Err(GraphError::new(
            400,
            101,
            "Error validating application. Invalid application ID.",
        ));
    }
    if request.param("client_secret").as_deref() != Some(&app.secret) {
        return Err(GraphError::new(400, 1, "Error validating client secret."));
    }
    match request.param("grant_type").as_deref() {
        None | Some("authorization_code") => by_code(world, request),
        Some("fb_exchange_token") => {
            let short = request.required("fb_exchange_token")?;
            let token = world.authenticate(Platform::Whatsapp, Some(&short))?;
            let (subject, scopes) = (token.subject.clone(), token.scopes.clone());
            Ok(answer(world, subject, scopes))
        }
        Some(_) => Err(GraphError::parameter("Unknown grant_type")),
    }
}

fn by_code(world: &mut World, request: &GraphRequest) -> Result<Value, GraphError> {
    let refused = |message: &str| GraphError::new(400, 100, message);
    let presented = request.required("code")?;
    let code = world
        .codes
        .get(&presented)
        .filter(|code| code.subject.platform() == Platform::Whatsapp)
        .ok_or_else(|| refused("This authorization code has been used.").subcode(36_009))?;
    // A code of the Embedded Signup's JavaScript is exchanged without redirect_uri.
    if request.param("redirect_uri").unwrap_or_default() != code.redirect_uri {
        return Err(refused(
            "Error validating verification code. Please make sure your redirect_uri is identical \
             to the one you used in the OAuth dialog request",
        )
        .subcode(36_008));
    }
    if world.now() - code.issued_at > CODE_LIFE {
        return Err(refused("This authorization code has expired.").subcode(36_007));
    }
    let (subject, scopes) = (code.subject.clone(), code.scopes.clone());
    world.codes.remove(&presented);
    Ok(answer(world, subject, scopes))
}

fn answer(world: &mut World, subject: Subject, scopes: Vec<String>) -> Value {
    let token = world.issue_token(subject, scopes, true);
    json!({
        "access_token": token,
        "token_type": "bearer",
        "expires_in": (LONG_LIFE - TimeDelta::seconds(56)).num_seconds(),
    })
}

/// `GET /debug_token`: what a token is good for, and for which business accounts.
pub fn debug_token(world: &mut World, request: &GraphRequest) -> Result<Value, GraphError> {
    let app = &world.options.whatsapp_app;
    let app_token = format!("{}|{}", app.id, app.secret);
    if request.token.as_deref() != Some(&app_token) {
        world.authenticate(Platform::Whatsapp, request.token.as_deref())?;
    }
    let asked = request.required("input_token")?;
    let valid = world.authenticate(Platform::Whatsapp, Some(&asked)).is_ok();
    let found = world
        .tokens
        .get(&asked)
        .and_then(|token| match &token.subject {
            Subject::Whatsapp(wabas) => Some((token, wabas)),
            Subject::Instagram(_) => None,
        });
    let Some((token, wabas)) = found else {
        return Ok(json!({"data": {
            "error": {"code": 190, "message": "Invalid OAuth access token."},
            "is_valid": false,
            "scopes": [],
        }}));
    };
    let granular: Vec<Value> = token
        .scopes
        .iter()
        .map(|scope| json!({"scope": scope, "target_ids": wabas}))
        .collect();
    Ok(json!({"data": {
        "app_id": world.options.whatsapp_app.id,
        "type": if token.expires_at.is_some() { "USER" } else { "SYSTEM_USER" },
        "application": "Simulated app",
        "data_access_expires_at": 0,
        "expires_at": token.expires_at.map_or(0, |at| at.timestamp()),
        "issued_at": token.issued_at.timestamp(),
        "is_valid": valid,
        "scopes": token.scopes,
        "granular_scopes": granular,
        "user_id": "122100000000001",
    }}))
}

/// `GET /me/permissions`.
pub fn permissions(world: &mut World, request: &GraphRequest) -> Result<Value, GraphError> {
    let token = world.authenticate(Platform::Whatsapp, request.token.as_deref())?;
    let data: Vec<Value> = token
        .scopes
        .iter()
        .map(|scope| json!({"permission": scope, "status": "granted"}))
        .collect();
    Ok(json!({"data": data}))
}
