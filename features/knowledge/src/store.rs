//! The SQL of this feature.

pub mod entries;
pub mod files;
pub mod passages;
