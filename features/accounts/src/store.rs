//! The queries of this feature.

pub(crate) mod attempts;
pub(crate) mod notifications;
pub(crate) mod people;
pub(crate) mod seats;
pub(crate) mod sessions;
pub(crate) mod workspace;
