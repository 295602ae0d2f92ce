//! Known secrets, anywhere in a text.

use crate::bytes::percent::{self, EncodeSet};
use core::ops::Range;
use std::collections::{BTreeSet, HashSet};
use zeroize::{Zeroize, Zeroizing};

/// The number of consecutive characters of a secret that are never shown. Text without the secret is unlikely to contain them.
const MIN_PIECE: usize = 12;
/// A shorter text is not a secret.
const MIN_SECRET: usize = 8;

/// Secrets as they are, and as encoded in a path or a query.
///
/// A text from outside may have been cut off, or written in lower case as a header's name is. So every piece of
/// [`MIN_PIECE`] characters counts, in any case.
#[derive(Clone, Default)]
pub(super) struct Values {
    pieces: HashSet<Vec<u8>>,
    /// The lengths of the pieces: that of a piece, and those of secrets that are shorter.
    lengths: BTreeSet<usize>,
}

impl Values {
    pub(super) fn add(&mut self, secret: &[u8]) {
        if secret.len() < MIN_SECRET {
            return;
        }
        for form in forms(secret) {
            let length = form.len().min(MIN_PIECE);
            self.lengths.insert(length);
            self.pieces.extend(form.windows(length).map(<[u8]>::to_ascii_lowercase));
        }
    }

    /// The ranges of pieces of secrets. Ranges may overlap.
    pub(super) fn ranges(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.pieces.is_empty() {
            return Vec::new();
        }
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        let of_length = |length: &usize| {
            let windows = lower.windows(*length).enumerate();
            let found = windows.filter(|(_, window)| self.pieces.contains(*window));
            found.map(|(at, window)| at..at + window.len()).collect::<Vec<_>>()
        };
        self.lengths.iter().flat_map(of_length).collect()
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        self.pieces.drain().for_each(|mut piece| piece.zeroize());
    }
}

/// The secret as it is, and encoded once and twice.
fn forms(secret: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = vec![Zeroizing::new(secret.to_vec())];
    for keep in [EncodeSet::Unreserved, EncodeSet::UnreservedAndSlash] {
        let encode = |raw: &[u8]| {
            let mut out = Zeroizing::new(Vec::with_capacity(raw.len() * 3));
            percent::encode(raw, keep, &mut *out);
            out
        };
        let once = encode(secret);
        forms.extend([encode(&once), once]);
    }
    forms
}
