//! The search: known mistakes, alone and two at a time, until the received signature results.
//!
//! A candidate is a canonical request, a string to sign or a key that a client may have made. Its signature is compared
//! with the received one. A match is a proof, since no two candidates have the same signature by chance.
//!
//! The phases, in this order:
//!
//! 1. one mistake;
//! 2. two mistakes of one section;
//! 3. one mistake and a likely wrong key, which costs no hash of a canonical request;
//! 4. two mistakes of different sections;
//! 5. one mistake and any other wrong key.
//!
//! Phases 3 to 5 each have a share of the candidates, so that neither a long list of keys nor a long list of headers uses
//! them all. Within a phase the likely mistakes of every section come before the unlikely ones of any section.

pub(crate) mod comparison;
pub(crate) mod observed_request;
pub(crate) mod sections;

use crate::crypto::sha256;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::key::causes::{CANONICAL_CRLF, CANONICAL_NO_BLANK_LINE, CANONICAL_TRAILING_NEWLINE, STS_UNHASHED};
use crate::explain::key::signing_step::{SigningStep, SigningSteps};
use crate::explain::search::sections::{Chosen, Sections};
use crate::explain::spelling::replace;
use crate::explain::variants::{Variant, Variants};
use subtle::ConstantTimeEq;

/// The most candidates that one explanation tries.
pub const MAX_CANDIDATES: usize = 16_384;

/// The most candidates of one mistake and a likely wrong key.
const MAX_WITH_WRONG_KEY: usize = 6_144;
/// The most candidates of two mistakes in different sections. The rest tries a mistake with any other wrong
/// key.
const MAX_TWO_SECTIONS: usize = 7_168;

/// The most bytes of candidates that one explanation hashes, besides the body and its other serialisations.
pub const MAX_HASHED_BYTES: usize = 4 * 1024 * 1024;

/// A search for the cause of a signature.
pub(crate) struct Search<'g> {
    sections: &'g Sections<Variants>,
    steps: &'g SigningSteps,
    claimed: [u8; 32],
    candidates: usize,
    /// The number of candidates at which the current phase ends.
    limit: usize,
    bytes: usize,
}

/// The result of a search.
pub(crate) enum SearchOutcome {
    /// The signature is that of the request as it was received.
    Right,
    /// These mistakes give the signature.
    Wrong(Match),
    /// No candidate gives the signature.
    Nothing,
}

/// The mistakes that give the signature.
pub(crate) struct Match {
    pub(crate) mistakes: Vec<Mistake>,
    /// Other causes of the same bytes.
    pub(crate) others: Vec<Cause>,
    /// The canonical request that was signed.
    pub(crate) signed: Vec<u8>,
}

/// One wrong variant that did not give the signature with the right key.
struct Single<'g> {
    /// Its position among the wrong variants of its section.
    rank: usize,
    chosen: Chosen<'g>,
    /// The hash of the canonical request.
    digest: [u8; 32],
}

impl<'g> Search<'g> {
    /// A search for the `claimed` signature.
    pub(crate) const fn new(sections: &'g Sections<Variants>, steps: &'g SigningSteps, claimed: [u8; 32]) -> Self {
        Self { sections, steps, claimed, candidates: 0, limit: MAX_CANDIDATES, bytes: 0 }
    }

    /// How many candidates were tried.
    pub(crate) const fn candidates(&self) -> usize {
        self.candidates
    }

    /// Runs the search.
    pub(crate) fn run(&mut self) -> SearchOutcome {
        let right = self.sections.right();
        let digest = self.digest(&right).unwrap_or_default();
        if self.matches(&digest, &self.steps.right) {
            return SearchOutcome::Right;
        }
        let mut singles = Vec::new();
        let found = self
            .one_mistake(&mut singles)
            .or_else(|| self.wrong_step(&Chosen::default(), &digest, |_| true))
            .or_else(|| self.wrong_frame(&right))
            .or_else(|| self.two_of_one_section())
            .or_else(|| self.share(MAX_WITH_WRONG_KEY).one_and_wrong_step(&singles, |step| step.likely))
            .or_else(|| self.share(MAX_TWO_SECTIONS).two_sections())
            .or_else(|| self.share(MAX_CANDIDATES).one_and_wrong_step(&singles, |step| !step.likely));
        found.map_or(SearchOutcome::Nothing, SearchOutcome::Wrong)
    }

    /// Starts the next phase with at most this many candidates.
    fn share(&mut self, candidates: usize) -> &mut Self {
        self.limit = self.candidates.saturating_add(candidates).min(MAX_CANDIDATES);
        self
    }

    /// One wrong variant. Keeps the hashes for the search with wrong keys, the first variants of every section first.
    fn one_mistake(&mut self, kept: &mut Vec<Single<'g>>) -> Option<Match> {
        for (section, variants) in self.sections.iter() {
            for (rank, variant) in variants.singles().enumerate() {
                let chosen = Chosen::default().with(section, variant);
                let (digest, matches) = self.try_variants(&chosen)?;
                if matches {
                    return Some(self.found(&chosen, &[]));
                }
                kept.push(Single { rank, chosen, digest });
            }
        }
        kept.sort_by_key(|single| single.rank);
        None
    }

    /// One wrong variant, and a wrong string to sign or key.
    fn one_and_wrong_step(&mut self, singles: &[Single<'g>], which: fn(&SigningStep) -> bool) -> Option<Match> {
        singles.iter().find_map(|single| self.wrong_step(&single.chosen, &single.digest, which))
    }

    /// A wrong string to sign or key.
    fn wrong_step(&mut self, chosen: &Chosen<'_>, digest: &[u8; 32], which: fn(&SigningStep) -> bool) -> Option<Match> {
        let mut wrong = self.steps.wrong.iter().filter(|step| which(step));
        let step = wrong.find(|step| self.matches(digest, step))?;
        let mut found = self.found(chosen, &step.mistakes);
        found.others.extend(self.other_causes(digest, step));
        Some(found)
    }

    /// The causes of other steps that give the same signature.
    fn other_causes(&self, digest: &[u8; 32], step: &SigningStep) -> Vec<Cause> {
        let same = |other: &&SigningStep| bool::from(other.sign(digest).ct_eq(&self.claimed));
        let causes = self.steps.wrong.iter().filter(same).flat_map(|other| other.mistakes.iter().map(|m| m.cause));
        let mut others: Vec<Cause> = Vec::new();
        for cause in causes.filter(|cause| step.mistakes.iter().all(|known| known.cause != *cause)) {
            if !others.contains(&cause) {
                others.push(cause);
            }
        }
        others
    }

    /// The whole canonical request with other line ends, or not hashed.
    fn wrong_frame(&mut self, right: &[u8]) -> Option<Match> {
        let crlf = replace(right, b"\n", b"\r\n");
        let no_blank = replace(right, b"\n\n", b"\n");
        for (cause, text) in [
            (CANONICAL_CRLF, crlf),
            (CANONICAL_TRAILING_NEWLINE, [right, b"\n"].concat()),
            (CANONICAL_NO_BLANK_LINE, no_blank),
        ] {
            let digest = self.digest(&text)?;
            if self.matches(&digest, &self.steps.right) {
                return Some(Match { mistakes: vec![cause.into()], others: Vec::new(), signed: text });
            }
        }
        self.spend(right.len()).then_some(())?;
        let unhashed = bool::from(self.steps.right.sign_text(right).ct_eq(&self.claimed));
        unhashed.then(|| self.found(&Chosen::default(), &[STS_UNHASHED.into()]))
    }

    fn two_of_one_section(&mut self) -> Option<Match> {
        for (section, variants) in self.sections.iter() {
            for variant in variants.wrong.iter().filter(|variant| !variant.single) {
                let chosen = Chosen::default().with(section, variant);
                if self.try_variants(&chosen)?.1 {
                    return Some(self.found(&chosen, &[]));
                }
            }
        }
        None
    }

    /// Two wrong variants of different sections: the first of each, then those with a second among them, and so on.
    fn two_sections(&mut self) -> Option<Match> {
        let sections: Vec<(_, Vec<&Variant>)> =
            self.sections.iter().map(|(section, variants)| (section, variants.singles().collect())).collect();
        let most = sections.iter().map(|(_, variants)| variants.len()).max().unwrap_or_default();
        for rank in 0..most {
            for (at, (section, first)) in sections.iter().enumerate() {
                for (other, second) in sections.iter().skip(at + 1) {
                    for (a, b) in with_rank(rank, first, second) {
                        let chosen = Chosen::default().with(*section, a).with(*other, b);
                        if self.try_variants(&chosen)?.1 {
                            return Some(self.found(&chosen, &[]));
                        }
                    }
                }
            }
        }
        None
    }

    /// The hash of a canonical request, and whether the right key gives the signature for it. `None` if a limit is
    /// reached.
    fn try_variants(&mut self, chosen: &Chosen<'_>) -> Option<([u8; 32], bool)> {
        if self.candidates >= self.limit {
            return None;
        }
        let digest = self.digest(&self.sections.canonical_request(chosen))?;
        Some((digest, self.matches(&digest, &self.steps.right)))
    }

    fn digest(&mut self, text: &[u8]) -> Option<[u8; 32]> {
        self.spend(text.len()).then(|| sha256::digest(text))
    }

    fn spend(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        self.bytes <= MAX_HASHED_BYTES
    }

    fn matches(&mut self, digest: &[u8; 32], step: &SigningStep) -> bool {
        if self.candidates >= self.limit {
            return false;
        }
        self.candidates += 1;
        bool::from(step.sign(digest).ct_eq(&self.claimed))
    }

    fn found(&self, chosen: &Chosen<'_>, step: &[Mistake]) -> Match {
        Match {
            mistakes: chosen.variants().flat_map(|variant| &variant.mistakes).chain(step).cloned().collect(),
            others: chosen.variants().flat_map(|variant| &variant.others).copied().collect(),
            signed: self.sections.canonical_request(chosen),
        }
    }
}

/// The pairs in which one element has this position in its list, and the other element no later one in its own list.
fn with_rank<'s, T>(rank: usize, first: &'s [T], second: &'s [T]) -> impl Iterator<Item = (&'s T, &'s T)> {
    let of_first = first.get(rank).into_iter().flat_map(move |a| second.iter().take(rank).map(move |b| (a, b)));
    let of_second = second.get(rank).into_iter().flat_map(move |b| first.iter().take(rank + 1).map(move |a| (a, b)));
    of_first.chain(of_second)
}

#[cfg(test)]
mod tests {
    use super::{MAX_CANDIDATES, MAX_TWO_SECTIONS, MAX_WITH_WRONG_KEY, with_rank};
    use crate::explain::variants::MAX_VARIANTS;

    #[test]
    fn every_phase_has_a_share_of_the_candidates() {
        let before = 5 * MAX_VARIANTS;
        const { assert!(MAX_WITH_WRONG_KEY >= 4_096 && MAX_TWO_SECTIONS >= 4_096) };
        assert!(
            before + MAX_WITH_WRONG_KEY + MAX_TWO_SECTIONS + 1024 <= MAX_CANDIDATES,
            "and something is left for other keys"
        );
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
