//! One part of the canonical request in all the ways in which clients are known to write it.

use crate::explain::cause::{Cause, Mistake};

/// The most ways of writing one part that are kept, those of two mistakes among them.
pub(crate) const MAX_PIECES: usize = 160;
/// The most bytes that are read and written to find them.
const MAX_BYTES: usize = 256 * 1024;

/// The right way to write a part, and the wrong ones.
#[derive(Debug, Default)]
pub(crate) struct Axis {
    pub(crate) right: Vec<u8>,
    pub(crate) wrong: Vec<Piece>,
    /// How many bytes were read or written, whichever is more at each try.
    worked: usize,
}

/// One wrong way to write a part.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) bytes: Vec<u8>,
    /// Other causes of the very same bytes.
    pub(crate) others: Vec<Cause>,
    /// Whether it counts as one mistake, and may go together with another one elsewhere.
    pub(crate) single: bool,
}

/// One change to the right way of writing. Two changes of one group exclude each other.
pub(crate) struct Change<'c, S> {
    group: u8,
    mistake: Mistake,
    apply: Box<dyn Fn(&mut S) + 'c>,
}

impl<'c, S> Change<'c, S> {
    pub(crate) fn new(group: u8, mistake: impl Into<Mistake>, apply: impl Fn(&mut S) + 'c) -> Self {
        Self { group, mistake: mistake.into(), apply: Box::new(apply) }
    }
}

impl Axis {
    pub(crate) fn new(right: Vec<u8>) -> Self {
        Self { right, ..Self::default() }
    }

    /// Every change alone, and then every two that do something and do not exclude each other. `write` reads `len` bytes of
    /// the request, and gives `None` for a style that nothing is written in.
    pub(crate) fn explore<S: Clone>(
        right: &S,
        changes: &[Change<'_, S>],
        len: usize,
        write: impl Fn(&S) -> Option<Vec<u8>>,
    ) -> Self {
        let mut axis = Self::new(write(right).unwrap_or_default());
        let mut effective = Vec::new();
        for change in changes {
            if axis.push_changed(right, &[change], len, &write) {
                effective.push(change);
            }
        }
        for (n, first) in effective.iter().enumerate() {
            for second in effective.iter().skip(n + 1).filter(|second| second.group != first.group) {
                axis.push_changed(right, &[first, second], len, &write);
            }
        }
        axis
    }

    /// Adds what these changes make of the right way, unless there is no room. Says whether it is a new way.
    fn push_changed<S: Clone>(
        &mut self,
        right: &S,
        changes: &[&Change<'_, S>],
        len: usize,
        write: impl Fn(&S) -> Option<Vec<u8>>,
    ) -> bool {
        if self.wrong.len() >= MAX_PIECES || self.worked >= MAX_BYTES {
            return false;
        }
        let mut style = right.clone();
        for change in changes {
            (change.apply)(&mut style);
        }
        let mistakes = || changes.iter().map(|change| change.mistake.clone()).collect();
        let bytes = write(&style);
        let written = bytes.as_ref().map_or(0, Vec::len);
        self.worked = self.worked.saturating_add(len.max(written));
        bytes.is_some_and(|bytes| self.push(mistakes(), bytes))
    }

    /// Adds a way of writing. Says whether it is a new one: neither the right one, nor one that is there already.
    pub(crate) fn push(&mut self, mistakes: Vec<Mistake>, bytes: Vec<u8>) -> bool {
        if bytes == self.right {
            return false;
        }
        if let Some(same) = self.wrong.iter_mut().find(|piece| piece.bytes == bytes) {
            same.is_also(&mistakes);
            return false;
        }
        let single = mistakes.len() == 1;
        self.wrong.push(Piece { mistakes, bytes, others: Vec::new(), single });
        true
    }

    /// Puts this cause of a wrong way before the others of the same bytes.
    pub(crate) fn suppose(&mut self, cause: Cause, bytes: &[u8]) {
        let known = self.wrong.iter().position(|piece| piece.bytes == bytes).map(|at| self.wrong.remove(at));
        let others = known.iter().filter(|piece| piece.single);
        let others =
            others.flat_map(|piece| piece.mistakes.iter().map(|m| m.cause).chain(piece.others.iter().copied()));
        let others = others.filter(|other| *other != cause).collect();
        self.wrong.push(Piece { mistakes: vec![cause.into()], bytes: bytes.to_vec(), others, single: true });
    }

    /// The wrong ways that count as one mistake.
    pub(crate) fn singles(&self) -> impl Iterator<Item = &Piece> {
        self.wrong.iter().filter(|piece| piece.single)
    }

    /// The wrong way that gives these bytes.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<&Piece> {
        self.wrong.iter().find(|piece| piece.bytes == bytes)
    }
}

impl Piece {
    /// Notes another cause of the same bytes. Causes that take more mistakes than the known one are left out.
    fn is_also(&mut self, mistakes: &[Mistake]) {
        if let ([known], [other]) = (self.mistakes.as_slice(), mistakes)
            && known.cause != other.cause
            && !self.others.contains(&other.cause)
        {
            self.others.push(other.cause);
        }
        self.single |= mistakes.len() == 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Change};
    use crate::explain::path::causes::{PATH_DECODED, PATH_ENCODED_ONCE, PATH_NORMALIZED};

    #[test]
    fn equal_bytes_are_one_piece_that_names_both_causes() {
        let changes = [
            Change::new(0, PATH_ENCODED_ONCE, |s: &mut (u8, u8)| s.0 = 1),
            Change::new(0, PATH_DECODED, |s: &mut (u8, u8)| s.0 = 1),
            Change::new(1, PATH_NORMALIZED, |s: &mut (u8, u8)| s.1 = 1),
            Change::new(1, PATH_NORMALIZED, |s: &mut (u8, u8)| s.1 = 0),
        ];
        let axis = Axis::explore(&(0, 0), &changes, 2, |(a, b)| Some(vec![*a, *b]));
        assert_eq!(axis.right, [0, 0]);
        let found: Vec<_> = axis.wrong.iter().map(|p| (p.bytes.as_slice(), p.mistakes.len(), p.single)).collect();
        assert_eq!(found, [(&[1, 0][..], 1, true), (&[0, 1], 1, true), (&[1, 1], 2, false)]);
        assert_eq!(axis.find(&[1, 0]).unwrap().others, [PATH_DECODED]);
    }
}
