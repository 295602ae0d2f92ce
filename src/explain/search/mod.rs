//! The search: known mistakes, alone and two at a time, until the received signature comes out.
//!
//! Every candidate is a canonical request, or a string to sign or a key, that a client may have made. What comes out is
//! compared with what was received, so a candidate that matches is not a guess: nobody gets the same signature by
//! chance. Single mistakes come first; then two of one part; then one together with a likely wrong key, which costs no
//! hash; then two of different parts; then one together with any other key. Each of the three long phases has a share
//! of the candidates of its own, and takes the likely mistakes of every part before the unlikely ones of any: so
//! neither a long list of keys nor a long list of headers keeps the rest from being tried.

pub(crate) mod comparison;
pub(crate) mod observed_request;

use crate::crypto::sha256;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::key::Seal;
use crate::explain::key::causes::{CANONICAL_CRLF, CANONICAL_NO_BLANK_LINE, CANONICAL_TRAILING_NEWLINE, STS_UNHASHED};
use crate::explain::spelling::replace;
use crate::explain::variants::{Axis, Piece};
use subtle::ConstantTimeEq;

/// The most candidates that one explanation tries.
pub const MAX_CANDIDATES: usize = 16_384;

/// The most of them that are one mistake together with a likely wrong key, and the most that are two mistakes in
/// different parts. What is left goes to one mistake together with the other keys.
const MAX_SEALED: usize = 6_144;
const MAX_TWO_PARTS: usize = 7_168;

/// The most bytes of candidates that one explanation hashes, besides the body and its other serialisations.
pub const MAX_HASHED_BYTES: usize = 4 * 1024 * 1024;

/// The parts of the canonical request, in its order: method, path, query, headers with the list of their names,
/// payload.
pub(crate) type Axes = [Axis; 5];

/// A search for one signature.
pub(crate) struct Search<'g> {
    axes: &'g Axes,
    seals: &'g [Seal],
    claimed: [u8; 32],
    candidates: usize,
    /// How many candidates there may have been at the end of this phase.
    limit: usize,
    bytes: usize,
}

/// What a search finds.
pub(crate) enum Outcome {
    /// The signature is that of the request as it was received.
    Right,
    Wrong(Found),
    Nothing,
}

/// The mistakes that give the signature.
pub(crate) struct Found {
    pub(crate) mistakes: Vec<Mistake>,
    /// Other causes of the very same bytes.
    pub(crate) others: Vec<Cause>,
    /// The canonical request that was signed.
    pub(crate) signed: Vec<u8>,
}

/// The wrong pieces that a candidate has in place of the right ones.
type Chosen<'g> = [Option<&'g Piece>; 5];

/// A wrong piece that did not give the signature with the right key.
struct Single<'g> {
    /// Its place among the wrong pieces of its part.
    rank: usize,
    chosen: Chosen<'g>,
    /// The hash of the canonical request.
    digest: [u8; 32],
}

impl<'g> Search<'g> {
    /// A search in this grid for the `claimed` signature.
    pub(crate) const fn new(axes: &'g Axes, seals: &'g [Seal], claimed: [u8; 32]) -> Self {
        Self { axes, seals, claimed, candidates: 0, limit: MAX_CANDIDATES, bytes: 0 }
    }

    /// How many candidates were tried.
    pub(crate) const fn candidates(&self) -> usize {
        self.candidates
    }

    /// Searches.
    pub(crate) fn run(&mut self) -> Outcome {
        let Some((right_seal, _)) = self.seals.split_first() else { return Outcome::Nothing };
        let right = canonical(self.axes, &[None; 5]);
        let digest = self.digest(&right).unwrap_or_default();
        if self.matches(&digest, right_seal) {
            return Outcome::Right;
        }
        let mut singles = Vec::new();
        let found = self
            .singles(&mut singles)
            .or_else(|| self.wrong_seals(&[None; 5], &digest, |_| true))
            .or_else(|| self.frames(&right))
            .or_else(|| self.two_of_one_part())
            .or_else(|| self.share(MAX_SEALED).sealed(&singles, |seal| seal.likely))
            .or_else(|| self.share(MAX_TWO_PARTS).two_parts())
            .or_else(|| self.share(MAX_CANDIDATES).sealed(&singles, |seal| !seal.likely));
        found.map_or(Outcome::Nothing, Outcome::Wrong)
    }

    /// Gives the next phase this many candidates, or what is left.
    fn share(&mut self, candidates: usize) -> &mut Self {
        self.limit = self.candidates.saturating_add(candidates).min(MAX_CANDIDATES);
        self
    }

    /// One wrong piece. Keeps the hashes for the search with wrong keys, the first of every part first.
    fn singles(&mut self, kept: &mut Vec<Single<'g>>) -> Option<Found> {
        for (n, axis) in self.axes.iter().enumerate() {
            for (rank, piece) in axis.singles().enumerate() {
                let chosen = chosen([(n, piece)]);
                let (digest, matches) = self.try_pieces(&chosen)?;
                if matches {
                    return Some(self.found(&chosen, &[]));
                }
                kept.push(Single { rank, chosen, digest });
            }
        }
        kept.sort_by_key(|single| single.rank);
        None
    }

    /// One wrong piece, and a wrong string to sign or key.
    fn sealed(&mut self, singles: &[Single<'g>], which: fn(&Seal) -> bool) -> Option<Found> {
        singles.iter().find_map(|single| self.wrong_seals(&single.chosen, &single.digest, which))
    }

    /// A wrong string to sign or key.
    fn wrong_seals(&mut self, chosen: &Chosen<'g>, digest: &[u8; 32], which: fn(&Seal) -> bool) -> Option<Found> {
        let mut wrong = self.seals.iter().skip(1).filter(|seal| which(seal));
        let seal = wrong.find(|seal| self.matches(digest, seal))?;
        let mut found = self.found(chosen, &seal.mistakes);
        found.others.extend(self.other_causes(digest, seal));
        Some(found)
    }

    /// The causes of other seals that give the very same signature.
    fn other_causes(&self, digest: &[u8; 32], seal: &Seal) -> Vec<Cause> {
        let same = |other: &&Seal| bool::from(other.sign(digest).ct_eq(&self.claimed));
        let causes = self.seals.iter().skip(1).filter(same).flat_map(|other| other.mistakes.iter().map(|m| m.cause));
        let mut others: Vec<Cause> = Vec::new();
        for cause in causes.filter(|cause| seal.mistakes.iter().all(|known| known.cause != *cause)) {
            if !others.contains(&cause) {
                others.push(cause);
            }
        }
        others
    }

    /// The whole canonical request written otherwise.
    fn frames(&mut self, right: &[u8]) -> Option<Found> {
        let seal = self.seals.first()?;
        let crlf = replace(right, b"\n", b"\r\n");
        let no_blank = replace(right, b"\n\n", b"\n");
        for (cause, text) in [
            (CANONICAL_CRLF, crlf),
            (CANONICAL_TRAILING_NEWLINE, [right, b"\n"].concat()),
            (CANONICAL_NO_BLANK_LINE, no_blank),
        ] {
            let digest = self.digest(&text)?;
            if self.matches(&digest, seal) {
                return Some(Found { mistakes: vec![cause.into()], others: Vec::new(), signed: text });
            }
        }
        self.spend(right.len()).then_some(())?;
        let unhashed = bool::from(seal.sign_text(right).ct_eq(&self.claimed));
        unhashed.then(|| self.found(&[None; 5], &[STS_UNHASHED.into()]))
    }

    fn two_of_one_part(&mut self) -> Option<Found> {
        for (n, axis) in self.axes.iter().enumerate() {
            for piece in axis.wrong.iter().filter(|piece| !piece.single) {
                let chosen = chosen([(n, piece)]);
                if self.try_pieces(&chosen)?.1 {
                    return Some(self.found(&chosen, &[]));
                }
            }
        }
        None
    }

    /// Two wrong pieces of different parts: the first of each, then those with a second among them, and so on.
    fn two_parts(&mut self) -> Option<Found> {
        let parts: Vec<Vec<_>> = self.axes.iter().map(|axis| axis.singles().collect()).collect();
        let most = parts.iter().map(Vec::len).max().unwrap_or_default();
        let parts: Vec<_> = parts.iter().enumerate().collect();
        for rank in 0..most {
            for (at, (n, first)) in parts.iter().enumerate() {
                for (m, second) in parts.iter().skip(at + 1) {
                    for (a, b) in with_rank(rank, first, second) {
                        let chosen = chosen([(*n, a), (*m, b)]);
                        if self.try_pieces(&chosen)?.1 {
                            return Some(self.found(&chosen, &[]));
                        }
                    }
                }
            }
        }
        None
    }

    /// The hash of a canonical request, and whether the right key gives the signature for it. `None` if nothing is left
    /// to spend.
    fn try_pieces(&mut self, chosen: &Chosen<'_>) -> Option<([u8; 32], bool)> {
        if self.candidates >= self.limit {
            return None;
        }
        let digest = self.digest(&canonical(self.axes, chosen))?;
        let seal = self.seals.first()?;
        Some((digest, self.matches(&digest, seal)))
    }

    fn digest(&mut self, text: &[u8]) -> Option<[u8; 32]> {
        self.spend(text.len()).then(|| sha256::digest(text))
    }

    fn spend(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        self.bytes <= MAX_HASHED_BYTES
    }

    fn matches(&mut self, digest: &[u8; 32], seal: &Seal) -> bool {
        if self.candidates >= self.limit {
            return false;
        }
        self.candidates += 1;
        bool::from(seal.sign(digest).ct_eq(&self.claimed))
    }

    fn found(&self, chosen: &Chosen<'_>, seal: &[Mistake]) -> Found {
        let pieces = || chosen.iter().flatten();
        Found {
            mistakes: pieces().flat_map(|piece| &piece.mistakes).chain(seal).cloned().collect(),
            others: pieces().flat_map(|piece| &piece.others).copied().collect(),
            signed: canonical(self.axes, chosen),
        }
    }
}

/// The pairs of which one element stands at this place of its list, and the other no later in its own.
fn with_rank<'s, T>(rank: usize, first: &'s [T], second: &'s [T]) -> impl Iterator<Item = (&'s T, &'s T)> {
    let of_first = first.get(rank).into_iter().flat_map(move |a| second.iter().take(rank).map(move |b| (a, b)));
    let of_second = second.get(rank).into_iter().flat_map(move |b| first.iter().take(rank + 1).map(move |a| (a, b)));
    of_first.chain(of_second)
}

fn chosen<'g, const N: usize>(pieces: [(usize, &'g Piece); N]) -> Chosen<'g> {
    let mut chosen = [None; 5];
    for (n, piece) in pieces {
        if let Some(place) = chosen.get_mut(n) {
            *place = Some(piece);
        }
    }
    chosen
}

/// The canonical request with the chosen pieces, and the right ones elsewhere.
pub(crate) fn canonical(axes: &Axes, chosen: &Chosen<'_>) -> Vec<u8> {
    let pieces = axes.iter().zip(chosen);
    let parts: Vec<&[u8]> = pieces.map(|(axis, piece)| piece.map_or(axis.right.as_slice(), |p| &p.bytes)).collect();
    parts.join(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::{MAX_CANDIDATES, MAX_SEALED, MAX_TWO_PARTS, with_rank};
    use crate::explain::variants::MAX_PIECES;

    #[test]
    fn every_phase_has_a_share_of_the_candidates() {
        let before = 5 * MAX_PIECES;
        const { assert!(MAX_SEALED >= 4_096 && MAX_TWO_PARTS >= 4_096) };
        assert!(before + MAX_SEALED + MAX_TWO_PARTS + 1024 <= MAX_CANDIDATES, "and something is left for other keys");
    }

    #[test]
    fn every_pair_comes_once_and_the_early_ones_come_first() {
        let (first, second) = ([0, 1, 2], [0, 1, 2, 3, 4]);
        let pairs: Vec<_> = (0..5).flat_map(|rank| with_rank(rank, &first, &second)).map(|(a, b)| (*a, *b)).collect();
        let mut sorted = pairs.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((pairs.len(), sorted.len()), (15, 15));
        let ranks: Vec<_> = pairs.iter().map(|(a, b)| *a.max(b)).collect();
        assert!(ranks.is_sorted(), "{pairs:?}");
    }
}
