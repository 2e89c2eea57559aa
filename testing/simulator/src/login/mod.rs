//! The consent pages of both platforms: choose an account, allow or deny.

use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::{Html, IntoResponse as _};
use serde::Deserialize;

use crate::options::Platform;
use crate::tokens::Subject;
use crate::world::{Shared, World};
use crate::{instagram, whatsapp};

/// The parameters of an authorisation request, and of the answer to the page.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Authorization {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    /// The chosen account: set by the page.
    account: Option<String>,
    /// `allow` or `deny`: set by the page.
    decision: Option<String>,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    platform: &'a str,
    accounts: Vec<(String, String)>,
    client_id: &'a str,
    redirect_uri: &'a str,
    scopes: &'a [String],
    scope: &'a str,
    state: &'a str,
}

/// `www.instagram.com/oauth/authorize`.
pub async fn instagram(
    State(shared): State<Shared>,
    Query(request): Query<Authorization>,
) -> Response<Body> {
    authorize(&shared, Platform::Instagram, &request)
}

/// `www.facebook.com/{v}/dialog/oauth`.
pub async fn facebook(
    State(shared): State<Shared>,
    Query(request): Query<Authorization>,
) -> Response<Body> {
    authorize(&shared, Platform::Whatsapp, &request)
}

fn authorize(shared: &Shared, platform: Platform, request: &Authorization) -> Response<Body> {
    let mut world = shared.world();
    match decide(&mut world, platform, request) {
        Ok(response) => response,
        Err(reason) => (
            StatusCode::BAD_REQUEST,
            Html(format!("<h1>Invalid request</h1><p>{reason}</p>")),
        )
            .into_response(),
    }
}

fn decide(
    world: &mut World,
    platform: Platform,
    request: &Authorization,
) -> Result<Response<Body>, &'static str> {
    let app = match platform {
        Platform::Instagram => &world.options.instagram_app,
        Platform::Whatsapp => &world.options.whatsapp_app,
    };
    if request.client_id.as_deref() != Some(&app.id) {
        return Err("Invalid platform app: the client_id is unknown.");
    }
    let redirect_uri = request
        .redirect_uri
        .as_deref()
        .ok_or("redirect_uri is missing.")?;
    let redirect = url::Url::parse(redirect_uri).map_err(|_| "redirect_uri is not a URL.")?;
    let type_required = platform == Platform::Instagram || request.response_type.is_some();
    if type_required && request.response_type.as_deref() != Some("code") {
        return Err("response_type must be code.");
    }
    let known = match platform {
        Platform::Instagram => instagram::SCOPES,
        Platform::Whatsapp => whatsapp::SCOPES,
    };
    let asked = request.scope.clone().unwrap_or_default();
    let scopes: Vec<String> = asked
        .split([',', ' '])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    let extra = ["business_management", "public_profile", "email"];
    if platform == Platform::Instagram && scopes.is_empty() {
        return Err("scope is missing.");
    }
    if scopes
        .iter()
        .any(|scope| !known.contains(&&**scope) && !extra.contains(&&**scope))
    {
        return Err("Invalid scope.");
    }
    match request.decision.as_deref() {
        None => Ok(consent(world, platform, request, &scopes)),
        Some("allow") => {
            let chosen = request.account.as_deref().ok_or("Choose an account.")?;
            let subject = match platform {
                Platform::Instagram if world.instagram.contains_key(chosen) => {
                    Subject::Instagram(chosen.to_owned())
                }
                Platform::Whatsapp
                    if world
                        .whatsapp
                        .values()
                        .any(|number| number.seed.waba_id == chosen) =>
                {
                    Subject::Whatsapp(vec![chosen.to_owned()])
                }
                _ => return Err("No such account."),
            };
            let granted = if scopes.is_empty() {
                known.iter().map(|scope| (*scope).to_owned()).collect()
            } else {
                scopes
            };
            let code = world.issue_code(subject, redirect_uri.to_owned(), granted);
            Ok(back(redirect, platform, request, &[("code", &code)]))
        }
        Some(_) => Ok(back(
            redirect,
            platform,
            request,
            &[
                ("error", "access_denied"),
                ("error_reason", "user_denied"),
                ("error_description", "The user denied your request."),
            ],
        )),
    }
}

/// Redirects to the application; Instagram ends the address with `#_`.
fn back(
    mut redirect: url::Url,
    platform: Platform,
    request: &Authorization,
    answer: &[(&str, &str)],
) -> Response<Body> {
    {
        let mut query = redirect.query_pairs_mut();
        query.extend_pairs(answer);
        if let Some(state) = &request.state {
            query.append_pair("state", state);
        }
    }
    if platform == Platform::Instagram {
        redirect.set_fragment(Some("_"));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::from_str(redirect.as_str()) {
        response.headers_mut().insert("location", location);
    }
    response
}

fn consent(
    world: &World,
    platform: Platform,
    request: &Authorization,
    scopes: &[String],
) -> Response<Body> {
    let accounts = match platform {
        Platform::Instagram => world
            .instagram
            .values()
            .map(|account| {
                let seed = &account.seed;
                (
                    seed.account_id.clone(),
                    format!("{} (@{})", seed.name, seed.username),
                )
            })
            .collect(),
        Platform::Whatsapp => {
            let mut accounts: Vec<(String, String)> = Vec::new();
            for number in world.whatsapp.values() {
                let seed = &number.seed;
                match accounts.iter_mut().find(|(waba, _)| *waba == seed.waba_id) {
                    Some((_, label)) => {
                        label.push_str(", +");
                        label.push_str(&seed.display_number);
                    }
                    None => accounts.push((
                        seed.waba_id.clone(),
                        format!("{} (+{})", seed.name, seed.display_number),
                    )),
                }
            }
            accounts
        }
    };
    let page = Consent {
        platform: match platform {
            Platform::Instagram => "Instagram",
            Platform::Whatsapp => "Facebook",
        },
        accounts,
        client_id: request.client_id.as_deref().unwrap_or_default(),
        redirect_uri: request.redirect_uri.as_deref().unwrap_or_default(),
        scopes,
        scope: request.scope.as_deref().unwrap_or_default(),
        state: request.state.as_deref().unwrap_or_default(),
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
