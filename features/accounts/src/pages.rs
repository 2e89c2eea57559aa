//! The pages of this feature.

mod accept;
mod account;
mod entry;
mod notifications;
mod outbox;
mod recover;
mod settings;
mod settings_forms;
mod workspaces;

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, Method, StatusCode, header};
use kernel::{Role, Secret};
use web::i18n::{Locale, Message};
use web::ui::{FieldErrors, Frame, Preferences};
use web::{Access, Html, Routes};

use crate::sessions::BROWSER_DAYS;
use crate::{Accounts, Broken, cookie};

const GET: Method = Method::GET;
const POST: Method = Method::POST;

pub(crate) fn routes() -> Routes<Accounts> {
    let (member, admin) = (Access::Member(Role::Viewer), Access::Member(Role::Admin));
    Routes::new()
        .page(GET, "/sign-in", Access::Public, entry::sign_in)
        .page(POST, "/sign-in", Access::Public, entry::enter)
        .page(GET, "/sign-up", Access::Public, entry::sign_up)
        .page(POST, "/sign-up", Access::Public, entry::register)
        .page(POST, "/sign-out", Access::SignedIn, entry::sign_out)
        .page(GET, "/forgot", Access::Public, recover::forgot)
        .page(POST, "/forgot", Access::Public, recover::send_link)
        .page(GET, "/reset", Access::Public, recover::reset)
        .page(POST, "/reset", Access::Public, recover::change)
        .page(GET, "/invitations/accept", Access::Public, accept::show)
        .page(POST, "/invitations/accept", Access::SignedIn, accept::join)
        .page(
            POST,
            "/workspaces/switch",
            Access::SignedIn,
            workspaces::switch,
        )
        .page(GET, "/workspaces", Access::SignedIn, workspaces::show)
        .page(POST, "/workspaces", Access::SignedIn, workspaces::create)
        .page(
            POST,
            "/invitations/{id}/accept",
            Access::SignedIn,
            workspaces::join,
        )
        .page(GET, "/account", member, account::show)
        .page(POST, "/account", member, account::save)
        .page(POST, "/account/password", member, account::change_password)
        .page(
            POST,
            "/account/sessions/{id}/end",
            member,
            account::end_session,
        )
        .page(GET, "/settings", member, settings::show)
        .page(POST, "/settings", admin, settings_forms::rename)
        .page(
            POST,
            "/settings/members/{id}/role",
            admin,
            settings_forms::change_role,
        )
        .page(
            POST,
            "/settings/members/{id}/remove",
            member,
            settings_forms::remove,
        )
        .page(POST, "/settings/invitations", admin, settings_forms::invite)
        .page(
            POST,
            "/settings/invitations/{id}/revoke",
            admin,
            settings_forms::revoke_invitation,
        )
        .page(
            POST,
            "/settings/api-keys",
            admin,
            settings_forms::create_key,
        )
        .page(
            POST,
            "/settings/api-keys/{id}/revoke",
            admin,
            settings_forms::revoke_key,
        )
        .page(GET, "/notifications", member, notifications::show)
        .page(POST, "/notifications/read", member, notifications::read_all)
        .page(GET, "/notifications/{id}", member, notifications::open)
        .page(
            POST,
            "/notifications/{id}/read",
            member,
            notifications::read,
        )
        .page(GET, "/dev/mail", admin, outbox::show)
}

/// The frame of a public page.
fn frame(accounts: &Accounts, headers: &HeaderMap) -> Frame {
    Frame::new(Preferences::from_headers(headers), accounts.clock.now(), "")
}

/// A page that carries what is wrong.
fn refused<T: askama::Template>(page: T) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

/// Leads a browser on, with its new session.
fn let_in(accounts: &Accounts, secret: &Secret, next: &str) -> Response {
    let cookie = cookie::set(secret, BROWSER_DAYS.num_seconds(), accounts.secure_cookies);
    ([(header::SET_COOKIE, cookie)], Redirect::to(inside(next))).into_response()
}

/// The wanted page, if it is one of ours.
fn inside(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control() || !c.is_ascii());
    if ours { next } else { "/inbox" }
}

/// What a form broke, in the reader's words.
fn explain(errors: &mut FieldErrors, broken: &Broken, locale: Locale) {
    for rule in &broken.0 {
        errors.add(rule.field(), Message::new(locale, rule.key()));
    }
}

/// A role's name in the reader's language.
fn role_name(role: Role, locale: Locale) -> String {
    let key = match role {
        Role::Owner => "ui.role.owner",
        Role::Admin => "ui.role.admin",
        Role::Agent => "ui.role.agent",
        Role::Viewer => "ui.role.viewer",
    };
    Message::new(locale, key).to_string()
}

/// An option of a choice.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) selected: bool,
}

/// The roles up to one's own, as options.
fn role_choices(most: Role, selected: Role, locale: Locale) -> Vec<Choice> {
    Role::ALL
        .into_iter()
        .filter(|role| *role <= most)
        .map(|role| Choice {
            value: role.to_string(),
            label: role_name(role, locale),
            selected: role == selected,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_no_foreign_page() {
        assert_eq!(inside("/inbox?x=1"), "/inbox?x=1");
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "/\n",
        ] {
            assert_eq!(inside(foreign), "/inbox");
        }
    }
}
