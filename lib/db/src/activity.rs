//! Whether this process is at work on something that somebody waits for, for work that can stand back.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// So long after a transaction the next one may still belong to the same work: what a message needs
/// is done in several.
const AFTER: Duration = Duration::from_millis(5);

static OPEN: AtomicUsize = AtomicUsize::new(0);
/// When the last transaction ended, in microseconds since the first look.
static LAST: AtomicU64 = AtomicU64::new(0);
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

fn now() -> u64 {
    u64::try_from(BEGIN.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Held while a transaction is open, or waits for its connection.
#[derive(Debug)]
pub(crate) struct Open(());

impl Open {
    pub(crate) fn begin() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        LAST.store(now(), Ordering::Relaxed);
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a transaction of this process is open, or was a moment ago.
pub fn is_busy() -> bool {
    let ago = now().saturating_sub(LAST.load(Ordering::Relaxed));
    OPEN.load(Ordering::Relaxed) > 0 || u128::from(ago) < AFTER.as_micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_busy_while_a_transaction_is_open_and_shortly_after() {
        let open = Open::begin();
        assert!(is_busy());
        let closed = Instant::now();
        drop(open);
        let busy = is_busy();
        assert!(busy || closed.elapsed() >= AFTER);
        std::thread::sleep(AFTER * 2);
        assert!(!is_busy());
    }
}
