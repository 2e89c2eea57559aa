//! A bound on the work that one PDF may ask for.

use crate::Refusal;

/// Operators, glyphs and kilobytes of content that are worked through. A page of dense text needs
/// about ten thousand.
const WORK: u64 = 40_000_000;

/// What may still be done.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(WORK)
    }

    pub(crate) fn spend(&mut self, work: u64) -> Result<(), Refusal> {
        self.0 = self.0.checked_sub(work).ok_or(Refusal::TooComplex)?;
        Ok(())
    }

    /// Pays for this many bytes of content.
    pub(crate) fn spend_bytes(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.spend(1 + u64::try_from(bytes).unwrap_or(u64::MAX) / 64)
    }
}
