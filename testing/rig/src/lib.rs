//! The built product as processes of its own: a durable PostgreSQL, simulated platforms, real HTTP.
//!
//! - [`Product`]: one process, which can be stopped, killed or frozen
//! - [`Rig`]: the demo's shop with its settings, ready for processes to serve it

mod product;
mod rig;

pub use product::Product;
pub use rig::{Rig, folder, free_port};
pub use rustix::process::Signal;
