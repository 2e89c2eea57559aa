//! Finding passages: what a text says in terms ([`analyze`]), ranking by terms ([`index`], BM25)
//! and by vectors ([`nearest`]), one list out of both ([`fuse`]), and how good a list is
//! ([`metrics`]). Nothing here reads a database or a file.

pub mod analyze;
pub mod fuse;
pub mod index;
pub mod language;
mod lexicon;
pub mod metrics;
pub mod nearest;
mod slips;
mod stop;

pub use language::Language;
pub use stop::is_function_word;

/// A count as a weight. Counts here are far below the 2^24 up to which this is exact.
fn real(count: usize) -> f32 {
    let mut rest = count;
    let mut value = 0.0;
    let mut unit = 1.0;
    while rest > 0 {
        value += f32::from(u16::try_from(rest % 65_536).unwrap_or(u16::MAX)) * unit;
        rest /= 65_536;
        unit *= 65_536.0;
    }
    value
}
