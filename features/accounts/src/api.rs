//! The API of this feature.

mod auth;
mod invitations;
mod keys;
mod members;
mod notifications;
mod sessions;
mod workspaces;

use kernel::{Cursor, Page, Role};
use web::{Access, Caller, ListQuery, Problem, Routes, UserSummary, routes};

pub(crate) use invitations::send as send_invitation;

use crate::Accounts;

pub(crate) fn routes() -> Routes<Accounts> {
    let (member, admin) = (Access::Member(Role::Viewer), Access::Member(Role::Admin));
    Routes::new()
        .api(Access::Public, routes!(auth::register))
        .api(Access::Public, routes!(auth::login))
        .api(Access::Public, routes!(auth::refresh))
        .api(Access::SignedIn, routes!(auth::logout))
        .api(Access::SignedIn, routes!(auth::me, auth::change_me))
        .api(Access::Public, routes!(auth::forgot_password))
        .api(Access::Public, routes!(auth::reset_password))
        .api(Access::SignedIn, routes!(auth::change_password))
        .api(Access::SignedIn, routes!(sessions::list))
        .api(Access::SignedIn, routes!(sessions::end))
        .api(
            Access::SignedIn,
            routes!(workspaces::list, workspaces::create),
        )
        .api(Access::SignedIn, routes!(workspaces::switch))
        .api(admin, routes!(workspaces::rename))
        .api(member, routes!(members::list))
        // Everybody may leave; the verb decides about the rest.
        .api(member, routes!(members::remove))
        .api(admin, routes!(members::change_role))
        .api(admin, routes!(invitations::list, invitations::create))
        .api(admin, routes!(invitations::revoke))
        .api(Access::SignedIn, routes!(invitations::accept))
        .api(Access::SignedIn, routes!(invitations::waiting))
        .api(Access::SignedIn, routes!(invitations::accept_waiting))
        .api(admin, routes!(keys::list, keys::create))
        .api(admin, routes!(keys::revoke))
        .api(member, routes!(notifications::list))
        .api(member, routes!(notifications::unread))
        .api(member, routes!(notifications::read_all))
        .api(member, routes!(notifications::read))
}

/// The person behind a request; an API key is none.
pub(crate) fn person(caller: &Caller) -> Result<&UserSummary, Problem> {
    let message = "This needs a person, not an API key.";
    caller
        .user
        .as_ref()
        .ok_or_else(|| Problem::forbidden(message))
}

/// One page of a list that is short enough to be read whole.
fn page<T>(
    items: Vec<T>,
    query: &ListQuery,
    id: impl Fn(&T) -> String,
) -> Result<Page<T>, Problem> {
    let size = usize::from(query.limit().get());
    let mut rest = items.into_iter();
    if let Some(after) = query.after::<String>()? {
        for item in rest.by_ref() {
            if id(&item) == after {
                break;
            }
        }
    }
    let items: Vec<T> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|item| Cursor::of(&id(item)));
    Ok(Page { items, next_cursor })
}
