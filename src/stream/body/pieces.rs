//! Pieces of a body that are held.

use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;

/// The length below which a piece is copied to the small pieces before it, so that pieces of single bytes do not take many times their
/// length.
const SMALL: usize = 4096;

/// Pieces of a body in their order.
#[derive(Default)]
pub(crate) struct Pieces {
    kept: VecDeque<Bytes>,
    /// Small pieces, after `kept`.
    small: BytesMut,
}

impl Pieces {
    /// Adds a piece at the end. A piece of no bytes takes no room.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if piece.len() < SMALL {
            self.small.extend_from_slice(&piece);
        } else {
            self.gather();
            self.kept.push_back(piece);
        }
    }

    /// Moves all pieces to the end of `out`.
    pub(crate) fn append_to(&mut self, out: &mut VecDeque<Bytes>) {
        self.gather();
        out.append(&mut self.kept);
    }

    fn gather(&mut self) {
        if !self.small.is_empty() {
            self.kept.push_back(self.small.split().freeze());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pieces, SMALL};
    use bytes::Bytes;
    use std::collections::VecDeque;

    #[test]
    fn small_pieces_are_gathered_and_empty_ones_take_no_room() {
        let (mut pieces, mut out) = (Pieces::default(), VecDeque::new());
        for len in [0, 1, 2, 0, SMALL, 1, SMALL - 1, 0] {
            pieces.push(Bytes::from(vec![7; len]));
        }
        pieces.append_to(&mut out);
        assert_eq!(out.iter().map(Bytes::len).collect::<Vec<_>>(), [3, SMALL, SMALL]);
        (0..1000).for_each(|_| pieces.push(Bytes::new()));
        pieces.append_to(&mut out);
        assert_eq!(out.len(), 3);
    }
}
