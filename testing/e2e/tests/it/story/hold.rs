//! Holding answers back at the last look before they are sent. The product takes that look as a
//! function; stories give it this one, which waits before it asks the real one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use channels::effects::{Effect, Verdict};
use db::{DbResult, TenantTx};
use futures::future::BoxFuture;
use kernel::WorkspaceId;
use tokio::sync::watch;

static HELD: LazyLock<Mutex<HashMap<WorkspaceId, Arc<Gate>>>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Gate {
    arrived: watch::Sender<usize>,
    open: watch::Sender<bool>,
}

/// The guard of every story.
pub fn guard<'a>(
    tx: &'a mut TenantTx,
    effect: &'a Effect,
    now: chrono::DateTime<chrono::Utc>,
) -> BoxFuture<'a, DbResult<Verdict>> {
    let gate = HELD.lock().unwrap().get(&tx.workspace()).cloned();
    Box::pin(async move {
        if let Some(gate) = gate {
            gate.arrived.send_modify(|count| *count += 1);
            let mut open = gate.open.subscribe();
            open.wait_for(|open| *open).await.unwrap();
        }
        socialsync::last_look::may_send(tx, effect, now).await
    })
}

/// Answers of a workspace that are held back until released.
pub struct HeldSends {
    workspace: WorkspaceId,
    gate: Arc<Gate>,
}

impl HeldSends {
    /// Holds them from now on.
    pub fn of(workspace: WorkspaceId) -> Self {
        let gate = Arc::<Gate>::default();
        HELD.lock().unwrap().insert(workspace, Arc::clone(&gate));
        Self { workspace, gate }
    }

    /// Waits until one has come as far as the last look.
    pub async fn arrived(&self) {
        let mut arrived = self.gate.arrived.subscribe();
        let came = arrived.wait_for(|count| *count > 0);
        let came = tokio::time::timeout(super::PATIENCE, came).await;
        assert!(came.is_ok(), "no answer came to the last look");
    }

    /// Lets all of them go on.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for HeldSends {
    fn drop(&mut self) {
        HELD.lock().unwrap().remove(&self.workspace);
        self.gate.open.send_replace(true);
    }
}
