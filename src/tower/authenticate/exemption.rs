//! The mark of a request that is exempt.

/// The mark of a request that [`exempt`](super::AuthenticateLayer::exempt) lets through without authentication, in the extensions of the
/// request. It distinguishes such a request from one that no layer has seen.
///
/// Only the layer makes one, and it removes one that was there before.
#[derive(Clone, Copy, Debug)]
pub struct Exempted(());

impl Exempted {
    pub(super) const fn new() -> Self {
        Self(())
    }
}
