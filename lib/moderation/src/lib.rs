//! The local filter: bad words and phrases in English, French and Spanish, and whatever words a
//! workspace blocks itself, found also when they are disguised. It asks nobody, knows no context
//! and is quick; a model that judges whole texts is somebody else's part.
//!
//! It reads letters as a person sees them: look-alikes of other scripts, full width, accents and
//! invisible characters (`fold`), digits and signs for letters and starred-out letters
//! (`readings`), stretched words (`stretch`), and letters with spaces between them (`spelled`). It
//! compares whole words, so that a bad word inside a good one is none.

mod category;
mod filter;
mod fold;
mod glyph;
mod lexicon;
mod lists;
mod masked;
mod notation;
mod pattern;
mod readings;
mod spelled;
mod stretch;
mod term;
mod words;

pub use category::Category;
pub use filter::{Filter, Finding};
