//! The few questions that look across tenants: named functions, no raw connection.

mod deletion;
mod gaps;
mod jobs;
mod jobs_view;
mod journal;
mod journal_view;
mod key_check;
mod lease;
mod ledgers;
mod media;
mod processes;
mod routing;
mod schedule;

use std::collections::BTreeSet;

use sqlx::PgConnection;

use crate::changes::Wake;
use crate::connect::OpenTx;
use crate::{Db, DbResult};

pub use deletion::DataDeletion;
pub use jobs_view::{JobCount, JobFilter, JobRow};
pub use journal::{JournalEntry, JournalState};
pub use journal_view::{JournalFilter, JournalRow, Viewer};
pub use lease::{Claim, Lease};
pub use ledgers::LedgerCount;
pub use processes::{ProcessRow, Reaped};
pub use routing::{AccountRef, RoutedAccount};
pub use schedule::ScheduleTick;

/// A transaction of the product itself, on journal, leases, routing and processes.
pub struct SystemTx {
    tx: OpenTx,
    db: Db,
    wakes: BTreeSet<Wake>,
}

impl SystemTx {
    pub(crate) async fn begin(db: &Db) -> DbResult<Self> {
        let tx = db
            .begin("BEGIN; SET LOCAL ROLE socialsync_system".to_owned())
            .await?;
        Ok(Self {
            tx,
            db: db.clone(),
            wakes: BTreeSet::new(),
        })
    }

    fn conn(&mut self) -> &mut PgConnection {
        self.tx.conn()
    }

    /// Makes it true, then tells.
    pub async fn commit(self) -> DbResult<()> {
        self.tx.commit().await?;
        self.db.bus().tell(BTreeSet::new(), self.wakes);
        Ok(())
    }
}

impl std::fmt::Debug for SystemTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemTx")
    }
}
