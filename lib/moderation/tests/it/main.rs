//! The filter on texts as people write them.

mod caught;
mod disguised;
mod innocent;
mod own_words;
