//! PostgreSQL under tenancy.
//!
//! [`Db`] owns the pool and never lends a connection. What can be opened is
//! - a [`TenantTx`], for a [`Scope`] that was proved (a membership, a claimed row, a job);
//! - a [`PeopleTx`], for people, their seats and sign-ins;
//! - a [`SystemTx`], for the few named questions that look across tenants.
//!
//! Forgetting the tenant does not compile: a workspace id is no proof.
//!
//! ```compile_fail
//! async fn forgets_the_proof(db: &db::Db, id: kernel::WorkspaceId) {
//!     let tx = db.tenant(&id).await;
//! }
//! ```
//!
//! Nor can a proof be made up outside this crate:
//!
//! ```compile_fail
//! let scope = db::Scope { workspace: kernel::WorkspaceId::new(), actor: db::Actor::System };
//! ```
//!
//! And a store function that takes a [`TenantTx`] can't be called with the system's transaction:
//!
//! ```compile_fail
//! async fn list(tx: &mut db::TenantTx) {}
//! async fn wrong(mut system: db::SystemTx) { list(&mut system).await }
//! ```

mod activity;
mod changes;
mod connect;
mod error;
mod jobs;
mod migrate;
mod people;
mod reactions;
mod scope;
mod system;
mod tenant;

pub use activity::is_busy;
pub use changes::{Change, Ledger, Wake};
pub use connect::{ConnectError, Db, Options, create_database_if_missing};
pub use error::{DbError, DbResult};
pub use jobs::{ClaimedJob, JobState, NewJob, Priority};
pub use migrate::{MigrateError, MigrationState};
pub use people::{Membership, PeopleTx};
pub use reactions::Reactions;
pub use scope::{Actor, JobEnvelope, Scope};
pub use system::*;
pub use tenant::TenantTx;
