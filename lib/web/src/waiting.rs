//! What waits for a member, which the shell says on every page.

use std::fmt;
use std::sync::Arc;

use db::Scope;
use futures::future::BoxFuture;
use http::request::Parts;
use kernel::{Role, UserId};

use crate::routes::RouteKind;
use crate::{Member, Problem, access};

/// What waits for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Conversations with something unread.
    pub conversations: u32,
    /// Comments that a person should look at.
    pub comments: u32,
    /// Notifications that were not seen.
    pub notifications: u32,
    /// How many of how many first steps of the workspace are done, while they are not all and
    /// somebody is to take them.
    pub first_steps: Option<(u32, u32)>,
}

/// Finds out what waits for a member. The application knows all features and gives this to the
/// router.
pub trait Watch: Send + Sync {
    /// What waits for this person, who has this role in this workspace.
    fn waiting(
        &self,
        scope: Scope,
        user: UserId,
        role: Role,
    ) -> BoxFuture<'_, Result<Waiting, Problem>>;
}

/// The watch, as an extension of every request.
#[derive(Clone)]
pub struct Watcher(pub Arc<dyn Watch>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// What a whole page says beside its content. A fragment for a page that is open says nothing.
pub(crate) async fn for_page(kind: RouteKind, parts: &Parts, member: &Member) -> Waiting {
    let watcher = parts.extensions.get::<Watcher>();
    let (Some(Watcher(watch)), Some(user)) = (watcher, member.user()) else {
        return Waiting::default();
    };
    if kind != RouteKind::Page || access::is_htmx(&parts.headers) {
        return Waiting::default();
    }
    let found = watch.waiting(member.scope, user.id, member.role).await;
    found.unwrap_or_else(|problem| {
        // The page itself says what is wrong, if it can't do without.
        tracing::warn!(code = problem.code, "what waits is not known");
        Waiting::default()
    })
}
