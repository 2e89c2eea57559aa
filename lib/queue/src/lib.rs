//! Work that goes on beside requests: the running process, and the loops that claim work from
//! the ledgers (journal, agent runs, effects), from the queue of jobs and from the schedule.
//!
//! A [`Job`] is left behind in the transaction that makes it necessary, and is there until it was
//! done or a person has decided about it: [`work_jobs`].
//!
//! A [`Process`] is registered for as long as it lives. When it dies, however it dies, another
//! process frees what it held within two seconds ([`Process::watch`]).

mod backoff;
mod job;
mod jobs;
mod ledger;
mod process;
mod schedule;
mod sealed;

pub use job::{Attempt, Job, JobError, job, job_with_id};
pub use jobs::{AtOnce, Jobs, work_jobs};
pub use ledger::{Worker, work};
pub use process::{Process, ProcessError};
pub use schedule::{Recurring, recur};
pub use sealed::SealedPayload;
