//! The description of the API: as OpenAPI for programs, as a page for people.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use kernel::Clock;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi};

use crate::problem::ProblemBody;
use crate::ui::{Frame, Preferences};
use crate::{Access, Html, Routes, described};

/// Where the description is.
pub const OPENAPI_PATH: &str = "/api/openapi.json";
/// Where the page is.
pub const DOCS_PATH: &str = "/docs";

const ABOUT: &str = "Everything the pages do is here for programs, too. Send an access token or an \
    API key in the Authorization header. Lists take `limit` and `cursor` and answer `items` and \
    `next_cursor`. A write with an Idempotency-Key is done once. Every error has the same form.";

/// Completes what the routes say: name, version, how to sign in, the form of errors.
pub fn describe(mut document: OpenApi) -> OpenApi {
    document.info = Info::new("SocialSync", env!("CARGO_PKG_VERSION"));
    document.info.description = Some(ABOUT.to_owned());
    let components = document.components.get_or_insert_with(Components::new);
    for (name, about) in [
        ("bearer", "The access token of a sign-in."),
        ("api_key", "An API key of a workspace."),
    ] {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some(about.to_owned());
        components.add_security_scheme(name, SecurityScheme::Http(scheme));
    }
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let problem = <ProblemBody as utoipa::PartialSchema>::schema();
    components.schemas.insert("Problem".to_owned(), problem);
    described::open_parts(components);
    document
}

/// The routes `/docs` and `/api/openapi.json` for this document.
pub fn routes(document: &OpenApi) -> Routes<()> {
    let value = serde_json::to_value(document).unwrap_or_default();
    let docs = Docs {
        json: serde_json::to_vec_pretty(document)
            .unwrap_or_default()
            .into(),
        groups: groups(&value).into(),
        schemas: schemas(&value).into(),
    };
    Routes::new()
        .page(Method::GET, DOCS_PATH, Access::Public, page)
        .raw(Method::GET, OPENAPI_PATH, Access::Public, json)
        .with_state(docs)
}

#[derive(Clone)]
struct Docs {
    json: Bytes,
    groups: Arc<[Group]>,
    schemas: Arc<[Schema]>,
}

/// The operations with one tag.
struct Group {
    name: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Parameter>,
    body: Option<String>,
    answers: Vec<Parameter>,
}

/// A name with what it is, and what it means.
struct Parameter {
    name: String,
    kind: String,
    about: String,
}

struct Schema {
    name: String,
    about: String,
    fields: Vec<Parameter>,
    source: String,
}

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    shell: Frame,
    groups: Arc<[Group]>,
    schemas: Arc<[Schema]>,
}

async fn page(State(docs): State<Docs>, headers: HeaderMap) -> Html<DocsPage> {
    let preferences = Preferences::from_headers(&headers);
    Html(DocsPage {
        shell: Frame::new(preferences, Clock::System.now(), ""),
        groups: docs.groups,
        schemas: docs.schemas,
    })
}

async fn json(State(docs): State<Docs>) -> ([(header::HeaderName, &'static str); 1], Bytes) {
    ([(header::CONTENT_TYPE, "application/json")], docs.json)
}

fn text(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for (path, item) in entries(document.get("paths")) {
        for (method, operation) in entries(Some(item)) {
            if !operation.is_object() {
                continue;
            }
            let tag = operation.pointer("/tags/0").and_then(Value::as_str);
            // Without a tag the first part of the path behind `/api` names the group.
            let tag = tag.or_else(|| path.split('/').nth(2)).unwrap_or("api");
            let known = groups.entry(tag.to_owned()).or_default();
            known.push(described(method, path, operation));
        }
    }
    let named = |(name, operations)| Group { name, operations };
    groups.into_iter().map(named).collect()
}

fn described(method: &str, path: &str, operation: &Value) -> Operation {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let body = operation.pointer("/requestBody/content");
    let body = entries(body).find_map(|(_, content)| content.get("schema"));
    let answers = entries(operation.get("responses")).map(|(status, answer)| {
        let content = entries(answer.get("content")).find_map(|(_, one)| one.get("schema"));
        Parameter {
            name: status.clone(),
            kind: content.map(kind).unwrap_or_default(),
            about: text(answer, "description"),
        }
    });
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        description: text(operation, "description"),
        parameters: parameters
            .into_iter()
            .flatten()
            .map(|parameter| Parameter {
                name: text(parameter, "name"),
                kind: parameter.get("schema").map(kind).unwrap_or_default(),
                about: text(parameter, "description"),
            })
            .collect(),
        body: body.map(kind),
        answers: answers.collect(),
    }
}

fn schemas(document: &Value) -> Vec<Schema> {
    entries(document.pointer("/components/schemas"))
        .map(|(name, schema)| Schema {
            name: name.clone(),
            about: text(schema, "description"),
            fields: entries(schema.get("properties"))
                .map(|(name, field)| Parameter {
                    name: name.clone(),
                    kind: kind(field),
                    about: text(field, "description"),
                })
                .collect(),
            source: serde_json::to_string_pretty(schema).unwrap_or_default(),
        })
        .collect()
}

/// What a schema is, in a word or two: `string`, `Conversation`, `Message[]`.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next();
        return name.unwrap_or_default().to_owned();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(kinds) = schema.get(choice).and_then(Value::as_array) {
            return kinds.iter().map(kind).collect::<Vec<_>>().join(" | ");
        }
    }
    if let Some(items) = schema.get("items") {
        return format!("{}[]", kind(items));
    }
    match schema.get("type") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str);
            names.collect::<Vec<_>>().join(" | ")
        }
        _ => "any".to_owned(),
    }
}
