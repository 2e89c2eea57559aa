//! What every page and every API handler of the product shares.
//!
//! A feature gives the router its [`Routes`]: every route says the least that is needed to use it
//! ([`Access`]), and what a handler learns about its caller ([`Member`], [`SignedIn`]) was checked
//! before it runs. What goes wrong is a [`Problem`].

pub mod access;
pub mod assets;
mod caller;
mod csrf;
mod described;
pub mod docs;
mod edge;
mod extract;
mod headers;
pub mod i18n;
mod idempotency;
mod limits;
mod problem;
mod problem_page;
mod routes;
pub mod sse;
pub mod ui;
mod waiting;

pub use access::Access;
pub use caller::{
    Authenticate, Authenticator, Caller, MaybeCaller, Member, SignedIn, SimulatorUrl, UserSummary,
    Via, member_shell,
};
pub use csrf::{CSRF_FIELD, CSRF_HEADER};
pub use edge::{BODY_LIMIT, Edge, app};
pub use extract::{Form, Html, Json, ListQuery, Multipart, Path, Query, known};
pub use i18n::Locale;
pub use idempotency::IdempotencyKeys;
pub use limits::{ANONYMOUS_PER_MINUTE, CALLER_PER_MINUTE, ClientAddress, RateLimits};
pub use problem::Problem;
pub use routes::{RouteInfo, RouteKind, Routes};
pub use utoipa_axum::routes;
pub use waiting::{Waiting, Watch, Watcher};
