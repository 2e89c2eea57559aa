//! `socialsync eval`: measures, one a file.

pub mod extraction;
mod words;
