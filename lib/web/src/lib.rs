//! What every page and every API handler of the product shares.

pub mod assets;
pub mod i18n;
pub mod ui;
