//! The limits of a search.

use crate::explain::key::step_key::Claimed;

/// The most candidates that one explanation tries.
pub const MAX_CANDIDATES: usize = 65_536;

/// The most candidates that one explanation of a Signature Version 4a signature tries. Each is a multiplication on the curve.
pub const MAX_V4A_CANDIDATES: usize = 4096;

/// The most bytes of candidates that one explanation hashes, besides the body and its other serialisations. Bytes that
/// several candidates begin with are hashed once.
pub const MAX_HASHED_BYTES: usize = 16 * 1024 * 1024;

/// What a search has spent.
#[derive(Debug)]
pub(crate) struct Budget {
    max_candidates: usize,
    candidates: usize,
    bytes: usize,
}

impl Budget {
    /// For a search for this signature.
    pub(crate) const fn new(claimed: &Claimed) -> Self {
        let max_candidates = match claimed {
            Claimed::Hmac(_) => MAX_CANDIDATES,
            #[cfg(feature = "sigv4a")]
            Claimed::Ecdsa(_) => MAX_V4A_CANDIDATES,
        };
        Self { max_candidates, candidates: 0, bytes: 0 }
    }

    /// How many candidates were tried.
    pub(crate) const fn candidates(&self) -> usize {
        self.candidates
    }

    /// Counts a candidate. `None` if there were too many before.
    pub(crate) fn candidate(&mut self) -> Option<()> {
        (self.candidates < self.max_candidates).then(|| self.candidates += 1)
    }

    /// Counts bytes that are hashed. `None` if they are too many.
    pub(crate) fn bytes(&mut self, bytes: usize) -> Option<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        (self.bytes <= MAX_HASHED_BYTES).then_some(())
    }
}
