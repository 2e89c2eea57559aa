//! What other features show of the agent's answers: the inbox by [`inbox::explain`], later ones by asking.

use std::collections::HashMap;

use askama::Template;
use db::{DbResult, TenantTx};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use inbox::explain::{Basis, Explain};
use kernel::{ConversationId, RunId};

use web::Locale;

use crate::pages::decisions::panel;
use crate::why::{self, Line};
use crate::{pages, store};

pub use crate::why::{Decided, outcome_key, reason_key, tone};

/// A decision line by line, in the reader's language, as HTML.
#[derive(Debug, Template)]
#[template(path = "why_lines.html")]
pub struct Timeline {
    lines: Vec<Line>,
}

impl Timeline {
    /// How this came to be.
    pub fn of(decided: Decided<'_>, locale: Locale) -> Self {
        Self {
            lines: why::lines(decided, locale),
        }
    }
}

/// An amount in millionths of a dollar, as it is shown: in dollars.
pub fn dollars(micro_usd: i64) -> String {
    pages::money::shown(Some(micro_usd))
}

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
