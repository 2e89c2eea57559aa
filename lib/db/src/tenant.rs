//! A transaction in one workspace.

use std::collections::BTreeSet;

use kernel::{Event, WorkspaceId};
use sqlx::PgConnection;

use crate::changes::{Change, Wake};
use crate::connect::OpenTx;
use crate::{Db, DbResult, JobEnvelope, Scope};

/// A transaction that sees and writes the rows of one workspace and no others. Dropping it rolls
/// back. What it signals and wakes is told after the commit.
pub struct TenantTx {
    tx: OpenTx,
    db: Db,
    scope: Scope,
    changes: BTreeSet<Change>,
    wakes: BTreeSet<Wake>,
}

impl TenantTx {
    pub(crate) async fn begin(db: &Db, scope: Scope) -> DbResult<Self> {
        // One round trip: BEGIN, the role and the workspace, all three gone at the end of the
        // transaction. A UUID needs no quoting.
        let begin = format!(
            "BEGIN; SET LOCAL ROLE socialsync_app; SET LOCAL socialsync.workspace = '{}'",
            scope.workspace.uuid()
        );
        let tx = db.begin(begin).await?;
        Ok(Self {
            tx,
            db: db.clone(),
            scope,
            changes: BTreeSet::new(),
            wakes: BTreeSet::new(),
        })
    }

    /// The workspace.
    pub fn workspace(&self) -> WorkspaceId {
        self.scope.workspace
    }

    /// The proof it was opened with.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The connection, for store files.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.tx.conn()
    }

    /// The envelope for a job that is enqueued in this transaction.
    pub fn envelope(&self) -> JobEnvelope {
        JobEnvelope::new(self.scope.workspace)
    }

    /// Runs what follows from an event, here and now.
    pub async fn emit<E: Event>(&mut self, event: &E) -> DbResult<()> {
        let reactions = self.db.reactions();
        reactions.run(self, event).await
    }

    /// Tells the workspace's screens, after the commit, that something of this name changed.
    pub fn signal(&mut self, name: impl Into<String>) {
        self.changes.insert(Change {
            workspace: self.scope.workspace,
            name: name.into(),
        });
    }

    /// Wakes the workers of a ledger after the commit.
    pub fn wake(&mut self, ledger: Wake) {
        self.wakes.insert(ledger);
    }

    /// Makes it true, then tells.
    pub async fn commit(self) -> DbResult<()> {
        self.tx.commit().await?;
        self.db.bus().tell(self.changes, self.wakes);
        Ok(())
    }
}

impl std::fmt::Debug for TenantTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantTx({})", self.scope.workspace)
    }
}
