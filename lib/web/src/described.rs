//! What every operation of the API has in common, so that no handler has to say it: who may call
//! it, how it may fail, and the form of every failure.

use http::Method;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, Required, Response};

use crate::access::Access;
use crate::csrf;

/// Why any write may be refused that carries a key.
const IN_USE: &str =
    "IDEMPOTENCY_KEY_IN_USE: the first request with this Idempotency-Key is still being done";

const NO_SCOPES: [&str; 0] = [];

/// Completes the description of one operation.
pub(crate) fn complete(operation: &mut Operation, method: &Method, access: Access) {
    let schemes: &[&str] = match access {
        Access::Public => &[],
        // What is a person's own is nothing for a key.
        Access::SignedIn => &["bearer"],
        Access::Member(_) => &["bearer", "api_key"],
    };
    // A handler that needs a person says so by its own list.
    let persons = operation.security.is_some();
    if !persons && !schemes.is_empty() {
        let wanted = schemes.iter();
        operation.security = Some(
            wanted
                .map(|name| SecurityRequirement::new(*name, NO_SCOPES))
                .collect(),
        );
    }
    if !schemes.is_empty() {
        fails(operation, "401", "Not signed in");
    }
    if access == Access::SignedIn {
        fails(operation, "403", "Needs a person, not an API key");
    }
    if let Access::Member(role) = access {
        let person = if persons { ", and a person" } else { "" };
        fails(operation, "403", &format!("Needs the role {role}{person}"));
        let about = "The workspace to work in; the session's or the key's unless given.";
        add(operation, header("X-Workspace-Id", about, None));
        if !csrf::is_safe(method) {
            let about = "Names this write: sent again with the same body it gets the same answer.";
            add(operation, header("Idempotency-Key", about, Some(255)));
            fails(operation, "400", "Malformed");
            also(operation, "409", IN_USE);
            fails(
                operation,
                "422",
                "Not valid, or another request had this Idempotency-Key",
            );
        }
    }
    let named = |one: &RefOr<Parameter>| matches!(one, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path);
    if operation.parameters.iter().flatten().any(named) {
        fails(operation, "404", "No such thing in the workspace");
    }
    if operation.request_body.is_some() {
        fails(operation, "400", "Malformed");
        fails(operation, "413", "The body is too large");
        fails(operation, "415", "The body is of another media type");
    }
    if operation.request_body.is_some() || operation.parameters.is_some() {
        fails(operation, "422", "Some fields are not valid");
    }
    fails(operation, "429", "Too many requests; see Retry-After");
    fails(operation, "500", "Something went wrong on our side");
    fails(
        operation,
        "503",
        "The service can't answer now; see Retry-After",
    );
    for (status, answer) in &mut operation.responses.responses {
        let RefOr::T(answer) = answer else { continue };
        if answer.description.is_empty() {
            meaning(status).clone_into(&mut answer.description);
        }
        if status.starts_with(['4', '5']) {
            shape(answer);
        }
    }
}

/// The operation may fail so, unless its handler says something more precise.
fn fails(operation: &mut Operation, status: &str, about: &str) {
    let known = operation.responses.responses.entry(status.to_owned());
    known.or_insert_with(|| Response::new(about).into());
}

/// The same, beside what its handler says.
fn also(operation: &mut Operation, status: &str, about: &str) {
    fails(operation, status, "");
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut(status) {
        if !answer.description.is_empty() {
            answer.description.push_str("; ");
        }
        answer.description.push_str(about);
    }
}

/// What a status means where the handler says nothing.
fn meaning(status: &str) -> &'static str {
    match status {
        "201" => "Made",
        "202" => "Taken in",
        "404" => "No such thing in the workspace",
        "409" => "It does not fit the present state",
        "422" => "Some fields are not valid",
        failure if failure.starts_with(['4', '5']) => "It failed",
        _ => "Done",
    }
}

/// Gives a failure the one form of the API.
fn shape(answer: &mut Response) {
    if answer.content.is_empty() {
        let problem = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .build();
        let json = "application/json".to_owned();
        answer.content.insert(json, problem.into());
    }
}

fn header(name: &str, about: &str, longest: Option<usize>) -> Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(longest);
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(text))
        .build()
}

fn add(operation: &mut Operation, parameter: Parameter) {
    operation
        .parameters
        .get_or_insert_with(Vec::new)
        .push(parameter.into());
}

/// A form that is a part of a larger one can't forbid what the others add to it: nothing would fit.
pub(crate) fn open_parts(components: &mut Components) {
    let mut parts = Vec::new();
    for schema in components.schemas.values() {
        let RefOr::T(Schema::AllOf(whole)) = schema else {
            continue;
        };
        for item in &whole.items {
            if let RefOr::Ref(part) = item {
                parts.extend(part.ref_location.rsplit('/').next().map(str::to_owned));
            }
        }
    }
    for name in parts {
        if let Some(RefOr::T(Schema::Object(part))) = components.schemas.get_mut(&name) {
            part.additional_properties = None;
        }
    }
}
