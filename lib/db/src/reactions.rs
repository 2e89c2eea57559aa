//! What follows from an event, in the transaction that emits it.

use std::any::{Any, TypeId};
use std::collections::HashMap;

use futures::future::BoxFuture;
use kernel::Event;

use crate::{DbError, DbResult, TenantTx};

type Reaction = Box<
    dyn for<'a> Fn(&'a mut TenantTx, &'a (dyn Any + Send + Sync)) -> BoxFuture<'a, DbResult<()>>
        + Send
        + Sync,
>;

/// The list "event → what follows". The application makes the only one.
#[derive(Default)]
pub struct Reactions {
    listed: HashMap<TypeId, (&'static str, Vec<Reaction>)>,
}

impl Reactions {
    /// Adds a reaction: it runs in the emitting transaction, and its failure undoes all of it.
    #[must_use]
    pub fn on<E: Event>(
        mut self,
        reaction: impl for<'a> Fn(&'a mut TenantTx, &'a E) -> BoxFuture<'a, DbResult<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let erased: Reaction = Box::new(move |tx, event| match event.downcast_ref::<E>() {
            Some(event) => reaction(tx, event),
            None => Box::pin(async { Err(DbError::Unlisted(E::NAME)) }),
        });
        self.listed
            .entry(TypeId::of::<E>())
            .or_insert((E::NAME, Vec::new()))
            .1
            .push(erased);
        self
    }

    /// Says that nothing follows from this event, on purpose.
    #[must_use]
    pub fn nothing_follows<E: Event>(mut self) -> Self {
        self.listed
            .entry(TypeId::of::<E>())
            .or_insert((E::NAME, Vec::new()));
        self
    }

    /// The names of all events that are listed.
    pub fn names(&self) -> Vec<&'static str> {
        self.listed.values().map(|(name, _)| *name).collect()
    }

    pub(crate) async fn run<E: Event>(&self, tx: &mut TenantTx, event: &E) -> DbResult<()> {
        let (_, reactions) = self
            .listed
            .get(&TypeId::of::<E>())
            .ok_or(DbError::Unlisted(E::NAME))?;
        for reaction in reactions {
            reaction(tx, event).await?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Reactions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
