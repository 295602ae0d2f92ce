//! The limits of a search.

/// The most candidates that one explanation tries.
pub const MAX_CANDIDATES: usize = 65_536;

/// The most bytes of candidates that one explanation hashes, besides the body and its other serialisations. Bytes that
/// several candidates begin with are hashed once.
pub const MAX_HASHED_BYTES: usize = 16 * 1024 * 1024;

/// What a search has spent.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    candidates: usize,
    bytes: usize,
}

impl Budget {
    /// How many candidates were tried.
    pub(crate) const fn candidates(&self) -> usize {
        self.candidates
    }

    /// Counts a candidate. `None` if there were too many before.
    pub(crate) fn candidate(&mut self) -> Option<()> {
        (self.candidates < MAX_CANDIDATES).then(|| self.candidates += 1)
    }

    /// Counts bytes that are hashed. `None` if they are too many.
    pub(crate) fn bytes(&mut self, bytes: usize) -> Option<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        (self.bytes <= MAX_HASHED_BYTES).then_some(())
    }
}
