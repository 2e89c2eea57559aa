//! All SQL of the feature.

pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod early;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod suggestions;
