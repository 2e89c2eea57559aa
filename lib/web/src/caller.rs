//! Who sends a request.

use std::fmt;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use db::{Membership, Scope};
use futures::future::BoxFuture;
use http::HeaderMap;
use http::request::Parts;
use kernel::{Clock, Role, SessionId, UserId};

use crate::i18n::Locale;
use crate::ui::{Frame, Preferences, Shell, Theme, WorkspaceLink};
use crate::{Problem, Waiting, access, ui};

/// What a page needs to know of the person who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSummary {
    /// The person's id.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The person's address, in lower case.
    pub email: String,
    /// Whether the address is known to be theirs: they followed a link that was sent there, or
    /// were made by who runs the installation.
    pub email_proven: bool,
    /// The chosen language as a BCP 47 tag; empty: as the browser says.
    pub locale: String,
    /// The chosen time zone as an IANA name; empty: as the browser says.
    pub time_zone: String,
    /// The chosen colours (`auto`, `light`, `dark`); empty: as the cookie says.
    pub theme: String,
}

impl UserSummary {
    /// Whether these addresses, in lower case, name the person. One that is not known to be theirs
    /// names nobody: anybody may register with any address.
    pub fn is_named_in(&self, addresses: &[String]) -> bool {
        self.email_proven && addresses.contains(&self.email.to_lowercase())
    }
}

/// How a caller showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The session cookie of a browser, which other sites can make it send.
    Cookie,
    /// An access token in the `Authorization` header.
    Bearer,
    /// An API key.
    ApiKey,
}

/// Who sends a request.
#[derive(Clone)]
pub struct Caller {
    /// The person; none for an API key.
    pub user: Option<UserSummary>,
    /// The session; none for an API key.
    pub session: Option<SessionId>,
    /// How they showed it.
    pub via: Via,
    /// The token that unsafe requests of this session carry.
    pub csrf: Option<String>,
    /// The seat in the present workspace.
    pub membership: Option<Membership>,
    /// All workspaces of the person, for the switcher; may be empty outside pages.
    pub workspaces: Vec<WorkspaceLink>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("user", &self.user.as_ref().map(|user| user.id))
            .field("session", &self.session)
            .field("via", &self.via)
            .finish_non_exhaustive()
    }
}

/// Finds out who sends a request. The accounts feature does; the application gives it to the
/// router as `Extension(Authenticator(Arc::new(…)))`.
pub trait Authenticate: Send + Sync {
    /// The caller; none when the request carries no credentials or none that are valid.
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>>;
}

/// The authenticator, as an extension of every request.
#[derive(Clone)]
pub struct Authenticator(pub Arc<dyn Authenticate>);

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator")
    }
}

/// Where the simulated platforms have their page, as an extension of every request (demo only).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatorUrl(pub String);

/// A caller with a seat that is enough for the route; only on routes with [`access::Access::Member`].
#[derive(Debug, Clone)]
pub struct Member {
    /// The proof to work in the workspace.
    pub scope: Scope,
    /// What the member may do.
    pub role: Role,
    /// Who it is.
    pub caller: Caller,
    pub(crate) simulator: Option<SimulatorUrl>,
    pub(crate) waiting: Waiting,
}

impl Member {
    /// The person; none when a program acts with an API key.
    pub fn user(&self) -> Option<&UserSummary> {
        self.caller.user.as_ref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let member = parts.extensions.get::<Self>().cloned();
        member.ok_or_else(|| {
            Problem::wiring("a handler wants a member, but its route lets in others")
        })
    }
}

/// A caller who signed in, with or without a seat; on routes with [`access::Access::SignedIn`] or
/// [`access::Access::Member`]. On the latter it may be an API key.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::wiring("a handler wants a caller, but its route is public"))
    }
}

/// The caller of a public route, if they signed in.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if let Some(SignedIn(caller)) = parts.extensions.get() {
            return Ok(Self(Some(caller.clone())));
        }
        Ok(Self(access::authenticate(parts).await?))
    }
}

impl Caller {
    /// How this caller wants pages: what was chosen in this browser, else what is stored with the
    /// person, else what the browser says.
    pub fn preferences(&self, headers: &HeaderMap) -> Preferences {
        let preferences = Preferences::from_headers(headers);
        let Some(user) = &self.user else {
            return preferences;
        };
        let theme = (!user.theme.is_empty()).then(|| Theme::from_name(&user.theme));
        let mut preferences = preferences.or_stored(headers, Locale::from_tag(&user.locale), theme);
        if let Ok(zone) = user.time_zone.parse() {
            preferences.zone = zone;
        }
        preferences
    }

    /// The frame of a page for this caller, without a workspace around it.
    pub fn frame(&self, headers: &HeaderMap) -> Frame {
        let csrf = self.csrf.clone().unwrap_or_default();
        Frame::new(self.preferences(headers), Clock::System.now(), csrf)
    }
}

/// The shell of a member's page; `active` is the name of its entry in [`crate::ui::NAV`].
pub fn member_shell(member: &Member, active: &'static str, headers: &HeaderMap) -> Shell {
    let mut frame = member.caller.frame(headers);
    frame.flash = ui::heard(headers, &frame);
    frame.simulator_url = member.simulator.as_ref().map(|url| url.0.clone());
    let name = member.caller.membership.as_ref();
    let workspace = WorkspaceLink {
        id: member.scope.workspace(),
        name: name.map_or_else(String::new, |seat| seat.workspace_name.clone()),
    };
    let mut workspaces = member.caller.workspaces.clone();
    if workspaces.is_empty() {
        workspaces.push(workspace.clone());
    }
    let user = member.user();
    Shell {
        frame,
        user_name: user.map_or_else(String::new, |user| user.name.clone()),
        user_email: user.map_or_else(String::new, |user| user.email.clone()),
        workspace,
        workspaces,
        role: member.role,
        active,
        counts: std::collections::BTreeMap::new(),
        unread: 0,
        notifications: 0,
        first_steps: None,
        pane: "list",
    }
    .with_waiting(member.waiting)
}
