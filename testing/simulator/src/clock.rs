//! The time the simulated platforms live in: real by default, movable on request.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// Where the present instant comes from, plus an offset that tests and the control API move.
///
/// Clones share the offset.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The clock of this machine.
    pub fn real() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the simulated platforms are another company's machines: they own their time"
        )]
        Self::from_source(Utc::now)
    }

    /// A clock that asks `source`, for example the movable clock of the application under test.
    pub fn from_source(source: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            source: Arc::new(source),
            ahead_ms: Arc::new(AtomicI64::new(0)),
        }
    }

    /// The present instant of the platforms.
    pub fn now(&self) -> DateTime<Utc> {
        (self.source)() + TimeDelta::milliseconds(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves the platforms' time forward (backward when negative).
    pub fn advance(&self, by: TimeDelta) {
        self.ahead_ms
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}
