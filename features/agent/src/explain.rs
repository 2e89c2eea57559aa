//! What the inbox shows of the agent's answers ([`inbox::explain`]).

use std::collections::HashMap;

use db::{DbResult, TenantTx};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use inbox::explain::{Basis, Explain};
use kernel::{ConversationId, RunId};

use crate::pages::decisions::panel;
use crate::store;

/// The answers to what the inbox asks.
pub const EXPLAIN: Explain = Explain {
    bases,
    panel: panel::of,
};

fn bases<'a>(
    tx: &'a mut TenantTx,
    conversation: ConversationId,
    runs: &'a [RunId],
) -> BoxFuture<'a, DbResult<HashMap<RunId, Basis>>> {
    async move {
        if runs.is_empty() {
            return Ok(HashMap::new());
        }
        let found = store::bases::of(tx, conversation, runs).await?;
        let basis = |row: store::bases::Row| {
            let sources = usize::try_from(row.sources).unwrap_or_default();
            let confidence = row.confidence.map(f64::from);
            (
                row.run,
                Basis {
                    sources,
                    confidence,
                },
            )
        };
        Ok(found.into_iter().map(basis).collect())
    }
    .boxed()
}
