//! All SQL of the feature.

pub(crate) mod comments;
pub(crate) mod completed;
pub(crate) mod decisions;
pub(crate) mod erasures;
pub(crate) mod hiding;
pub(crate) mod lists;
pub(crate) mod posts;
pub(crate) mod replies;
