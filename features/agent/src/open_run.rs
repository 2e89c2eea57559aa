//! Reaction: a customer's message opens the conversation's run.

use db::{DbResult, Ledger, TenantTx};
use futures::future::BoxFuture;
use inbox::events::MessageReceived;

use crate::store;

/// Opens the one pending run of the conversation, or moves it to this message.
pub fn open_run<'a>(
    tx: &'a mut TenantTx,
    event: &'a MessageReceived,
) -> BoxFuture<'a, DbResult<()>> {
    Box::pin(async move {
        store::runs::open(tx, event.conversation, event.message, event.epoch).await?;
        tx.wake(Ledger::Runs);
        Ok(())
    })
}
