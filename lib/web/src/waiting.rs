//! What waits for a member, which the shell says on every page.

use std::fmt;
use std::sync::Arc;

use db::Scope;
use futures::future::BoxFuture;
use http::request::Parts;
use kernel::UserId;

use crate::routes::RouteKind;
use crate::{Problem, access};

/// What waits for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Conversations with something unread.
    pub conversations: u32,
    /// Notifications that were not seen.
    pub notifications: u32,
}

/// Finds out what waits for a member. The application knows all features and gives this to the
/// router.
pub trait Watch: Send + Sync {
    /// What waits for this person in this workspace.
    fn waiting(&self, scope: Scope, user: UserId) -> BoxFuture<'_, Result<Waiting, Problem>>;
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
pub(crate) async fn for_page(
    kind: RouteKind,
    parts: &Parts,
    scope: Scope,
    user: Option<UserId>,
) -> Waiting {
    let watcher = parts.extensions.get::<Watcher>();
    let (Some(Watcher(watch)), Some(user)) = (watcher, user) else {
        return Waiting::default();
    };
    if kind != RouteKind::Page || access::is_htmx(&parts.headers) {
        return Waiting::default();
    }
    let found = watch.waiting(scope, user).await;
    found.unwrap_or_else(|problem| {
        // The page itself says what is wrong, if it can't do without.
        tracing::warn!(code = problem.code, "what waits is not known");
        Waiting::default()
    })
}
