//! What the search knows about the path.

use crate::explain::targets::OriginalTarget;
use crate::settings::PathEncoding;

/// A received path, how the service reads it, and what else tells about the path that the client signed.
#[derive(Clone, Copy)]
pub(crate) struct PathFacts<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) encoding: PathEncoding,
    /// Whether the service resolves dot segments and repeated slashes.
    pub(crate) normalize: bool,
    /// The raw query, without its question mark.
    pub(crate) query: &'a [u8],
    pub(crate) host: &'a [u8],
    /// What headers of proxies state.
    pub(crate) targets: &'a [OriginalTarget<'a>],
}
