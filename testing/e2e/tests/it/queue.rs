//! The queue of jobs, on a real database: what is left behind is done once, in order, and never
//! lost.

mod bench;
mod failures;
mod order;
mod takeover;
mod tenancy;
