//! Work that goes on beside requests: the running process, and the loops that claim work from
//! the ledgers (journal, agent runs, effects) and from the schedule.
//!
//! A [`Process`] is registered for as long as it lives. When it dies, however it dies, another
//! process frees what it held within two seconds ([`Process::watch`]).

mod ledger;
mod process;
mod schedule;

pub use ledger::{Worker, work};
pub use process::{Process, ProcessError};
pub use schedule::{Recurring, recur};
