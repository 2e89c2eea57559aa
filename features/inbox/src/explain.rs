//! What the agent tells about its answers. The agent knows the inbox and not the other way round, so
//! the application gives these questions to the inbox.

use std::collections::HashMap;
use std::fmt::{self, Display};

use db::{DbResult, TenantTx};
use futures::future::BoxFuture;
use kernel::{ConversationId, RunId};
use web::ui::Frame;

/// What an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Basis {
    /// How many passages of the knowledge it was made of.
    pub sources: usize,
    /// How sure the agent was, 0 to 1.
    pub confidence: Option<f64>,
}

/// What the answers of these runs in a conversation rest on.
pub type Bases = for<'a> fn(
    &'a mut TenantTx,
    ConversationId,
    &'a [RunId],
) -> BoxFuture<'a, DbResult<HashMap<RunId, Basis>>>;

/// The panel that says why the newest message of a conversation was answered, or not, as HTML.
pub type Panel = for<'a> fn(
    &'a mut TenantTx,
    &'a Frame,
    ConversationId,
) -> BoxFuture<'a, DbResult<Box<dyn Display + Send + Sync>>>;

/// Both questions.
#[derive(Clone, Copy)]
pub struct Explain {
    /// What answers rest on.
    pub bases: Bases,
    /// Why the newest message was answered, or not.
    pub panel: Panel,
}

impl fmt::Debug for Explain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Explain")
    }
}
