//! `socialsync eval`: measures, one a file.

pub mod abstain;
pub mod beir;
mod corpus;
pub mod extraction;
mod figures;
pub mod moderation;
pub mod retrieval;
mod words;
