//! Keeps the platforms' memory in a file, so that a demo continues where it stopped.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio_util::sync::CancellationToken;

use crate::calls::Call;
use crate::instagram::account::InstagramAccount;
use crate::options::{Platform, WebhookTarget, WhatsAppSeed};
use crate::tokens::Token;
use crate::whatsapp::number::WhatsAppNumber;
use crate::world::{Shared, World};

/// How often changes are written.
const PAUSE: Duration = Duration::from_secs(2);
/// How many of the newest calls are kept.
const CALLS: u64 = 1000;

#[derive(Serialize, Deserialize)]
struct Memory {
    instagram: BTreeMap<String, InstagramAccount>,
    whatsapp: BTreeMap<String, WhatsAppNumber>,
    tokens: HashMap<String, Token>,
    targets: BTreeMap<Platform, WebhookTarget>,
    calls: Vec<Call>,
    last_seq: u64,
}

/// Takes up what an earlier run left at `path`. Names, secrets, tokens and targets of the options
/// win over remembered ones.
pub fn recall(world: &mut World, path: &Path) {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the simulator's memory can't be read");
            return;
        }
    };
    let memory: Memory = match serde_json::from_slice(&bytes) {
        Ok(memory) => memory,
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the simulator's memory is damaged");
            return;
        }
    };
    for (id, mut account) in memory.instagram {
        if let Some(given) = world.instagram.remove(&id) {
            account.seed = given.seed;
            account.subscribed.extend(given.subscribed);
        }
        world.instagram.insert(id, account);
    }
    for (id, mut number) in memory.whatsapp {
        if let Some(given) = world.whatsapp.remove(&id) {
            let subscribed = number.seed.subscribed || given.seed.subscribed;
            number.seed = WhatsAppSeed {
                subscribed,
                ..given.seed
            };
        }
        world.whatsapp.insert(id, number);
    }
    for (value, token) in memory.tokens {
        world.tokens.entry(value).or_insert(token);
    }
    for (platform, target) in memory.targets {
        world.targets.entry(platform).or_insert(target);
    }
    world.calls.resume(memory.calls, memory.last_seq);
    world.index_messages();
}

/// Writes the memory every few seconds when it changed, and once more at `stop`.
pub async fn keep(shared: Shared, path: PathBuf, stop: CancellationToken) {
    let mut written = Vec::new();
    loop {
        let stopping = tokio::select! {
            () = tokio::time::sleep(PAUSE) => false,
            () = stop.cancelled() => true,
        };
        let memory = snapshot(&shared.world());
        if let Ok(bytes) = serde_json::to_vec(&memory)
            && bytes != written
        {
            match write(&path, &bytes).await {
                Ok(()) => written = bytes,
                Err(error) => {
                    tracing::warn!(%error, path = %path.display(), "the simulator's memory can't be kept");
                }
            }
        }
        if stopping {
            return;
        }
    }
}

fn snapshot(world: &World) -> Memory {
    let last_seq = world.calls.last_seq();
    Memory {
        instagram: world.instagram.clone(),
        whatsapp: world.whatsapp.clone(),
        tokens: world.tokens.clone(),
        targets: world.targets.clone(),
        calls: world
            .calls
            .after(last_seq.saturating_sub(CALLS), usize::MAX)
            .cloned()
            .collect(),
        last_seq,
    }
}

/// Replaces the file in one step. Only its owner may read it: it holds tokens and what was written.
async fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&fresh).await?;
    file.write_all(bytes).await?;
    file.flush().await?;
    tokio::fs::rename(&fresh, path).await
}
