//! What both Graph hosts share: reading a request, failing on purpose, answering.

pub mod answer;
pub mod page;
pub mod perform;
pub mod request;
