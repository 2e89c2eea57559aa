//! Accounts and numbers: listing, adding, cutting off.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::error::{Body, Refusal};
use crate::ids;
use crate::options::{InstagramSeed, WhatsAppSeed};
use crate::tokens::Subject;
use crate::world::{Shared, World};

/// Every account with its secrets: the simulator has none to keep.
pub async fn list(State(shared): State<Shared>) -> Json<Value> {
    let world = shared.world();
    let instagram: Vec<Value> = world
        .instagram
        .values()
        .map(|account| instagram_json(&world, &account.seed))
        .collect();
    let whatsapp: Vec<Value> = world
        .whatsapp
        .values()
        .map(|number| whatsapp_json(&world, &number.seed))
        .collect();
    Json(json!({
        "instagram": instagram,
        "whatsapp": whatsapp,
        "instagram_app": {
            "id": world.options.instagram_app.id,
            "secret": world.options.instagram_app.secret,
        },
        "whatsapp_app": {
            "id": world.options.whatsapp_app.id,
            "secret": world.options.whatsapp_app.secret,
        },
    }))
}

fn instagram_json(world: &World, seed: &InstagramSeed) -> Value {
    let mut value = json!(seed);
    if let Some(fields) = value.as_object_mut() {
        let state = world.instagram.get(&seed.account_id);
        fields.insert(
            "app_secret".into(),
            json!(
                seed.app_secret
                    .as_ref()
                    .unwrap_or(&world.options.instagram_app.secret)
            ),
        );
        fields.insert(
            "subscribed".into(),
            json!(state.is_some_and(|state| !state.subscribed.is_empty())),
        );
        fields.insert(
            "subscribed_fields".into(),
            json!(state.map(|state| &state.subscribed)),
        );
    }
    value
}

fn whatsapp_json(world: &World, seed: &WhatsAppSeed) -> Value {
    let mut value = json!(seed);
    if let Some(fields) = value.as_object_mut() {
        fields.insert(
            "app_secret".into(),
            json!(
                seed.app_secret
                    .as_ref()
                    .unwrap_or(&world.options.whatsapp_app.secret)
            ),
        );
    }
    value
}

/// An Instagram account to be: what is left out is made up.
#[derive(Deserialize)]
pub struct NewInstagram {
    account_id: Option<String>,
    app_scoped_id: Option<String>,
    username: Option<String>,
    name: Option<String>,
    app_secret: Option<String>,
    access_token: Option<String>,
    #[serde(default)]
    subscribed: bool,
}

/// Adds an Instagram account.
pub async fn add_instagram(
    State(shared): State<Shared>,
    Body(new): Body<NewInstagram>,
) -> Result<Json<Value>, Refusal> {
    let mut world = shared.world();
    let account_id = new
        .account_id
        .unwrap_or_else(|| format!("178414{}", ids::digits(&mut world.rng, 11)));
    if world.instagram.contains_key(&account_id) {
        return Err(Refusal::bad("the account exists already"));
    }
    let username = new.username.unwrap_or_else(|| format!("shop{account_id}"));
    let seed = InstagramSeed {
        app_scoped_id: new
            .app_scoped_id
            .unwrap_or_else(|| format!("24{}", ids::digits(&mut world.rng, 15))),
        name: new.name.unwrap_or_else(|| username.clone()),
        username,
        app_secret: new.app_secret,
        access_token: Some(
            new.access_token
                .unwrap_or_else(|| format!("IGAA{}", ids::opaque(&mut world.rng, 100))),
        ),
        subscribed: new.subscribed,
        account_id,
    };
    world.add_instagram(seed.clone());
    Ok(Json(instagram_json(&world, &seed)))
}

/// A WhatsApp number to be: what is left out is made up.
#[derive(Deserialize)]
pub struct NewWhatsApp {
    waba_id: Option<String>,
    phone_number_id: Option<String>,
    display_number: Option<String>,
    name: Option<String>,
    app_secret: Option<String>,
    access_token: Option<String>,
    #[serde(default)]
    subscribed: bool,
}

/// Adds a WhatsApp number.
pub async fn add_whatsapp(
    State(shared): State<Shared>,
    Body(new): Body<NewWhatsApp>,
) -> Result<Json<Value>, Refusal> {
    let mut world = shared.world();
    let phone_number_id = new
        .phone_number_id
        .unwrap_or_else(|| ids::digits(&mut world.rng, 15));
    if world.whatsapp.contains_key(&phone_number_id) {
        return Err(Refusal::bad("the number exists already"));
    }
    let seed = WhatsAppSeed {
        waba_id: new
            .waba_id
            .unwrap_or_else(|| ids::digits(&mut world.rng, 15)),
        display_number: new
            .display_number
            .unwrap_or_else(|| format!("32{}", ids::digits(&mut world.rng, 8))),
        name: new.name.unwrap_or_else(|| "Simulated Shop".into()),
        app_secret: new.app_secret,
        access_token: Some(
            new.access_token
                .unwrap_or_else(|| format!("EAA{}", ids::opaque(&mut world.rng, 100))),
        ),
        subscribed: new.subscribed,
        phone_number_id,
    };
    world.add_whatsapp(seed.clone());
    Ok(Json(whatsapp_json(&world, &seed)))
}

/// Which tokens die, and of what.
#[derive(Deserialize)]
pub struct Revocation {
    /// An Instagram account id or a WhatsApp phone number id.
    account_id: String,
    /// The subcode of 190 (default 460, password changed); null brings the tokens back.
    #[serde(default = "password_changed")]
    subcode: Option<u32>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde's default must have the field's type"
)]
fn password_changed() -> Option<u32> {
    Some(460)
}

/// Makes every token of an account invalid.
pub async fn revoke(State(shared): State<Shared>, Body(order): Body<Revocation>) -> Json<Value> {
    let mut world = shared.world();
    let waba = world
        .whatsapp
        .get(&order.account_id)
        .map(|number| number.seed.waba_id.clone());
    let mut revoked = 0_u32;
    for token in world.tokens.values_mut() {
        let hit = match &token.subject {
            Subject::Instagram(account) => *account == order.account_id,
            Subject::Whatsapp(wabas) => waba.as_ref().is_some_and(|waba| wabas.contains(waba)),
        };
        if hit {
            token.revoked = order.subcode;
            revoked += 1;
        }
    }
    Json(json!({"tokens": revoked}))
}

/// A usage to pretend.
#[derive(Deserialize)]
pub struct Usage {
    account_id: String,
    /// Percent of the allowance; null ends the pretence. From 100 on calls are refused.
    call_count: Option<u32>,
    /// Minutes until access returns.
    #[serde(default)]
    regain_minutes: u32,
}

/// Makes the usage headers of an account say something else.
pub async fn usage(
    State(shared): State<Shared>,
    Body(order): Body<Usage>,
) -> Result<Json<Value>, Refusal> {
    let mut world = shared.world();
    let forced = order
        .call_count
        .map(|percent| (percent, order.regain_minutes));
    if let Some(account) = world.instagram.get_mut(&order.account_id) {
        account.usage.force(forced);
    } else if let Some(number) = world.whatsapp.get_mut(&order.account_id) {
        number.usage.force(forced);
    } else {
        return Err(Refusal::unknown("no such account"));
    }
    Ok(Json(json!({"success": true})))
}
