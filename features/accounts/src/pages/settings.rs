//! The workspace's own page: its name, members, invitations and keys.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use kernel::Role;
use serde::Deserialize;
use web::ui::{FieldErrors, Flash, Shell};
use web::{Html, Member, Problem, Query, member_shell};

use super::{Choice, role_choices, role_name};
use crate::Accounts;
use crate::api_keys::{self, ApiKey};
use crate::invitations::{self, Invitation};
use crate::members::{self, MemberRow};

#[derive(Template)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage {
    pub(crate) shell: Shell,
    pub(crate) typed: Typed,
    pub(crate) errors: FieldErrors,
    /// A key that was just made; shown this once.
    pub(crate) new_key: Option<String>,
    members: Vec<Row>,
    invitations: Vec<Invitation>,
    keys: Vec<ApiKey>,
    invite_roles: Vec<Choice>,
}

/// What was typed into forms that were refused.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    pub(crate) workspace: Option<String>,
    pub(crate) invite_email: String,
    pub(crate) key_name: String,
}

/// A member, and what the reader may do about them.
struct Row {
    member: MemberRow,
    role: String,
    roles: Vec<Choice>,
    itself: bool,
    may_change: bool,
    dialog: String,
    remove: String,
}

impl SettingsPage {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    fn role_of(&self, role: &Role) -> String {
        role_name(*role, self.shell.locale)
    }

    fn workspace_name(&self) -> &str {
        self.typed
            .workspace
            .as_ref()
            .unwrap_or(&self.shell.workspace.name)
    }
}

#[derive(Deserialize)]
pub(crate) struct Arrival {
    #[serde(default)]
    done: String,
}

/// The page as this member sees it.
pub(crate) async fn page(
    accounts: &Accounts,
    member: &Member,
    headers: &HeaderMap,
) -> Result<SettingsPage, Problem> {
    let shell = member_shell(member, "settings", headers);
    let locale = shell.locale;
    let mut tx = accounts.db.tenant(&member.scope).await?;
    let seats = members::list(&mut tx).await?;
    let (mut open, mut keys) = (Vec::new(), Vec::new());
    if member.role >= Role::Admin {
        open = invitations::list(&mut tx, accounts.clock.now()).await?;
        keys = api_keys::list(&mut tx).await?;
    }
    let reader = member.user().map(|user| user.id);
    let members = seats
        .into_iter()
        .map(|seat| Row {
            role: role_name(seat.role, locale),
            roles: role_choices(member.role, seat.role, locale),
            itself: reader == Some(seat.user_id),
            may_change: member.role >= Role::Admin && member.role >= seat.role,
            dialog: format!("remove-{}", seat.id),
            remove: format!("/settings/members/{}/remove", seat.id),
            member: seat,
        })
        .collect();
    Ok(SettingsPage {
        invite_roles: role_choices(member.role, Role::Agent, locale),
        shell,
        typed: Typed::default(),
        errors: FieldErrors::default(),
        new_key: None,
        members,
        invitations: open,
        keys,
    })
}

pub(crate) async fn show(
    State(accounts): State<Accounts>,
    member: Member,
    headers: HeaderMap,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Problem> {
    let mut page = page(&accounts, &member, &headers).await?;
    page.shell.frame.flash = match arrival.done.as_str() {
        "saved" => Some(Flash::ok(
            page.shell.t("accounts.settings.done").to_string(),
        )),
        "invited" => Some(Flash::ok(
            page.shell.t("accounts.settings.invited").to_string(),
        )),
        _ => None,
    };
    Ok(Html(page).into_response())
}
