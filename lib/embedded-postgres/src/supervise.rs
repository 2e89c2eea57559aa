//! The thread that watches the server: it starts it again when it dies, and ends with it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::postmaster::{Postmaster, Server};

/// A fast shutdown ends all sessions and writes a checkpoint.
const FAST_WITHIN: Duration = Duration::from_secs(30);
/// An immediate one leaves the checkpoint to the next start.
const IMMEDIATE_WITHIN: Duration = Duration::from_secs(5);
/// At most this many restarts in [`PERIOD`].
const RESTARTS: usize = 5;
const PERIOD: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
struct State {
    /// The running server. Set under the lock and cleared before its number is free for others.
    pid: Option<Pid>,
    stopping: bool,
    ended: bool,
    restarts: u64,
}

/// A watched server.
#[derive(Debug)]
pub(crate) struct Supervisor {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` or until the time is over, and says which.
    fn wait(&self, time: Duration, done: impl Fn(&State) -> bool) -> bool {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.state(), time, |state| !done(state))
            .unwrap_or_else(PoisonError::into_inner);
        done(&state)
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.state().pid {
            // It is ours and not collected yet, so an error means it is ending already.
            let _ending = kill_process(pid, signal);
        }
    }
}

impl Supervisor {
    /// Watches over a server that was just launched.
    pub(crate) fn watch(postmaster: Postmaster, server: Server) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        shared.state().pid = Some(Pid::from_child(&server.child));
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                run(&postmaster, server, &theirs);
                theirs.state().ended = true;
                theirs.changed.notify_all();
            })?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// The server's process id; `None` between its death and the next start.
    pub(crate) fn pid(&self) -> Option<i32> {
        self.shared
            .state()
            .pid
            .map(|pid| pid.as_raw_nonzero().get())
    }

    /// How often the server was started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.shared.state().restarts
    }

    /// Stops the server, by force if it does not stop in time. The second call does nothing.
    pub(crate) fn stop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        self.shared.state().stopping = true;
        self.shared.changed.notify_all();
        self.shared.signal(Signal::INT);
        if !self.shared.wait(FAST_WITHIN, |state| state.ended) {
            tracing::warn!("PostgreSQL does not stop; it is stopped without a checkpoint");
            self.shared.signal(Signal::QUIT);
            if !self.shared.wait(IMMEDIATE_WITHIN, |state| state.ended) {
                self.shared.signal(Signal::KILL);
            }
        }
        if thread.join().is_err() {
            tracing::error!("the thread that watches PostgreSQL panicked");
        }
    }
}

fn run(postmaster: &Postmaster, mut server: Server, shared: &Shared) {
    let mut budget = Budget::default();
    loop {
        let Server { mut child, leash } = server;
        let pid = Pid::from_child(&child);
        // Without collecting it: until the lock is held, its number must stay taken.
        let waited = waitid(
            WaitId::Pid(pid),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        );
        if let Err(error) = waited {
            tracing::debug!(%error, "waiting for PostgreSQL");
        }
        let (status, stopping) = {
            let mut state = shared.state();
            state.pid = None;
            (child.wait(), state.stopping)
        };
        drop(leash);
        if stopping {
            return;
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        tracing::error!(%status, "PostgreSQL ended unexpectedly, starting it again");
        match start_again(postmaster, shared, &mut budget) {
            Some(again) => server = again,
            None => return,
        }
    }
}

/// Starts the server until it stays; `None` when the owner wants it stopped.
fn start_again(postmaster: &Postmaster, shared: &Shared, budget: &mut Budget) -> Option<Server> {
    loop {
        let pause = budget.spend(Instant::now());
        if shared.wait(pause, |state| state.stopping) {
            return None;
        }
        let began = Instant::now();
        let launched = postmaster.launch(&|_| {}, &|child| {
            let mut state = shared.state();
            state.pid = child.map(Pid::from_child);
            !state.stopping
        });
        match launched {
            Ok(server) => {
                shared.state().restarts += 1;
                tracing::warn!(after = ?began.elapsed(), "PostgreSQL is back");
                return Some(server);
            }
            Err(error) if !shared.state().stopping => {
                tracing::error!(%error, "PostgreSQL could not be started again");
            }
            Err(_) => return None,
        }
    }
}

/// Limits restarts: a server that dies at once must not eat the machine.
#[derive(Debug, Default)]
struct Budget {
    spent: VecDeque<Instant>,
}

impl Budget {
    /// Takes one restart and says how long to wait before it.
    fn spend(&mut self, now: Instant) -> Duration {
        self.spent.retain(|&at| at + PERIOD > now);
        let oldest = self
            .spent
            .len()
            .checked_sub(RESTARTS)
            .and_then(|index| self.spent.get(index));
        let pause = oldest.map_or(Duration::ZERO, |&at| {
            (at + PERIOD).saturating_duration_since(now)
        });
        self.spent.push_back(now + pause);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_restarts_come_at_once_and_then_they_wait_for_the_minute() {
        let mut budget = Budget::default();
        let start = Instant::now();
        for _ in 0..RESTARTS {
            assert_eq!(budget.spend(start), Duration::ZERO);
        }
        assert_eq!(
            budget.spend(start + Duration::from_secs(20)),
            Duration::from_secs(40)
        );
    }

    #[test]
    fn a_quiet_minute_forgives() {
        let mut budget = Budget::default();
        let start = Instant::now();
        for _ in 0..RESTARTS {
            budget.spend(start);
        }
        assert_eq!(budget.spend(start + PERIOD), Duration::ZERO);
    }
}
