//! Business accounts and numbers: reading them and subscribing to them.

use axum::http::Method;
use serde_json::{Value, json};

use crate::errors::GraphError;
use crate::graph::page::page;
use crate::graph::request::GraphRequest;
use crate::whatsapp::content::TEMPLATES;
use crate::whatsapp::media;
use crate::whatsapp::number::WhatsAppNumber;
use crate::world::World;

const SCOPE: &str = "whatsapp_business_management";
const NUMBER_FIELDS: &[&str] = &[
    "id",
    "verified_name",
    "display_phone_number",
    "quality_rating",
    "code_verification_status",
];

/// `GET /{id}`: a number, a business account, a file, or the caller.
pub fn node(world: &mut World, id: &str, request: &GraphRequest) -> Result<Value, GraphError> {
    let token = request.token.as_deref();
    let fields = request.fields();
    if id == "me" {
        world.authenticate(crate::options::Platform::Whatsapp, token)?;
        let me = json!({"id": "122100000000001", "name": "Shop Owner"});
        return Ok(fields.project(&me, &["id", "name"]));
    }
    if let Some(media) = media::describe(world, id, request) {
        return Ok(media);
    }
    let wabas = world.whatsapp_wabas(token, SCOPE)?;
    if wabas.iter().any(|waba| waba == id) {
        let name = world
            .whatsapp
            .values()
            .find(|number| number.seed.waba_id == id);
        let object = json!({
            "id": id,
            "name": name.map(|number| number.seed.name.clone()),
            "timezone_id": "1",
            "message_template_namespace": "simulated",
        });
        return Ok(fields.project(&object, &[]));
    }
    let number = world.whatsapp_number(id, token, SCOPE)?;
    Ok(fields.project(&number_object(number), NUMBER_FIELDS))
}

/// `GET /{waba}/phone_numbers`.
pub fn phone_numbers(
    world: &mut World,
    waba: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    reach(world, waba, request)?;
    let fields = request.fields();
    let items = world
        .whatsapp
        .iter()
        .filter(|(_, number)| number.seed.waba_id == waba)
        .map(|(id, number)| {
            (
                id.clone(),
                fields.project(&number_object(number), NUMBER_FIELDS),
            )
        })
        .collect();
    let url = format!(
        "{}/graph.facebook.com/v25.0/{waba}/phone_numbers",
        world.base_url
    );
    Ok(page(items, request, &url, 25, 100))
}

/// `GET|POST|DELETE /{waba}/subscribed_apps`.
pub fn subscribed_apps(
    world: &mut World,
    waba: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    reach(world, waba, request)?;
    let app = world.options.whatsapp_app.id.clone();
    let mut numbers = world
        .whatsapp
        .values_mut()
        .filter(|number| number.seed.waba_id == waba);
    match request.method {
        Method::POST => {
            numbers.for_each(|number| number.seed.subscribed = true);
            Ok(json!({"success": true}))
        }
        Method::DELETE => {
            numbers.for_each(|number| number.seed.subscribed = false);
            Ok(json!({"success": true}))
        }
        _ => {
            let subscribed = numbers.any(|number| number.seed.subscribed);
            let data = if subscribed {
                json!([{"whatsapp_business_api_data":
                    {"id": app, "name": "Simulated app", "link": "https://app.example"}}])
            } else {
                json!([])
            };
            Ok(json!({"data": data}))
        }
    }
}

/// `GET /{waba}/message_templates`.
pub fn templates(
    world: &mut World,
    waba: &str,
    request: &GraphRequest,
) -> Result<Value, GraphError> {
    reach(world, waba, request)?;
    let items = TEMPLATES
        .iter()
        .map(|name| {
            let template = json!({
                "id": format!("9{:015}", name.len()),
                "name": name,
                "language": "en_US",
                "status": "APPROVED",
                "category": "UTILITY",
                "components": [{"type": "BODY", "text": "Hello {{1}}"}],
            });
            ((*name).to_owned(), template)
        })
        .collect();
    let url = format!(
        "{}/graph.facebook.com/v25.0/{waba}/message_templates",
        world.base_url
    );
    Ok(page(items, request, &url, 25, 100))
}

fn reach(world: &World, waba: &str, request: &GraphRequest) -> Result<(), GraphError> {
    let wabas = world.whatsapp_wabas(request.token.as_deref(), SCOPE)?;
    if wabas.iter().any(|known| known == waba) {
        Ok(())
    } else {
        Err(GraphError::unknown_object(waba))
    }
}

fn number_object(number: &WhatsAppNumber) -> Value {
    let seed = &number.seed;
    json!({
        "id": seed.phone_number_id,
        "verified_name": seed.name,
        "display_phone_number": format!("+{}", seed.display_number),
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_250",
        "health_status": {"can_send_message": "AVAILABLE", "entities": [
            {"entity_type": "PHONE_NUMBER", "id": seed.phone_number_id,
             "can_send_message": "AVAILABLE"},
            {"entity_type": "WABA", "id": seed.waba_id, "can_send_message": "AVAILABLE"},
        ]},
    })
}
