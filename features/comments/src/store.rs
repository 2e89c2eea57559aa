//! All SQL of the feature.

pub(crate) mod comments;
pub(crate) mod decisions;
pub(crate) mod erasures;
pub(crate) mod lists;
pub(crate) mod posts;
pub(crate) mod replies;
