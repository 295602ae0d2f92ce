//! The search: known mistakes, alone and together, until the received signature results.
//!
//! A candidate is a canonical request, a string to sign or a key that a client may have made. Its signature is compared
//! with the received one. A match is a proof, since no two candidates have the same signature by chance.
//!
//! First the variants of every section are tried alone: those of single changes before the others are written, then all.
//! Then come other frames of the right canonical request, and the [product] of all variants and steps, the likely
//! combinations first.

pub(crate) mod budget;
pub(crate) mod client;
pub(crate) mod sections;
pub(crate) mod weight;
pub(crate) mod product;
pub(crate) mod comparison;
pub(crate) mod observed_request;

use crate::crypto::sha256;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::key::causes::{CANONICAL_CRLF, CANONICAL_NO_BLANK_LINE, CANONICAL_TRAILING_NEWLINE, STS_UNHASHED};
use crate::explain::key::signing_step::{SigningStep, SigningSteps};
use crate::explain::key::step_key::Claimed;
use crate::explain::search::budget::Budget;
use crate::explain::search::product::{Product, Solution};
use crate::explain::search::sections::{Chosen, Section, Sections};
use crate::explain::spelling::replace;
use crate::explain::variants::{Variant, Variants};

/// A search for the cause of a signature.
pub(crate) struct Search<'g> {
    sections: &'g Sections<Variants>,
    steps: &'g SigningSteps<'g>,
    claimed: Claimed,
    budget: Budget,
}

/// The result of a search for one wrong variant.
pub(crate) enum Alone<'g> {
    Right,
    Variant(Section, &'g Variant),
    Nothing,
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

impl<'g> Search<'g> {
    /// A search for the `claimed` signature.
    pub(crate) fn new(sections: &'g Sections<Variants>, steps: &'g SigningSteps<'_>, claimed: Claimed) -> Self {
        Self { sections, steps, claimed, budget: Budget::new(&claimed) }
    }

    /// How many candidates were tried.
    pub(crate) const fn candidates(&self) -> usize {
        self.budget.candidates()
    }

    /// Continues with what an earlier search has left of its limits.
    #[must_use]
    pub(crate) fn after(self, earlier: Budget) -> Self {
        Self { budget: earlier, ..self }
    }

    /// What this search has spent.
    pub(crate) fn into_budget(self) -> Budget {
        self.budget
    }

    /// Whether the signature is that of the request as it was received, or with one wrong variant.
    pub(crate) fn alone(&mut self) -> Alone<'g> {
        let right = self.sections.right();
        match self.is_signed(&right) {
            Some(true) => Alone::Right,
            _ => self.one_variant().map_or(Alone::Nothing, |(section, variant)| Alone::Variant(section, variant)),
        }
    }

    /// Runs the search.
    pub(crate) fn run(&mut self) -> SearchOutcome {
        let right = self.sections.right();
        if self.is_signed(&right) == Some(true) {
            return SearchOutcome::Right;
        }
        let alone = self.one_variant().map(|(section, variant)| Chosen::default().with(section, variant));
        let alone = alone.map(|chosen| self.found(&chosen, &[]));
        let found = alone.or_else(|| self.wrong_frame(&right)).or_else(|| self.product());
        found.map_or(SearchOutcome::Nothing, SearchOutcome::Wrong)
    }

    /// One wrong variant.
    fn one_variant(&mut self) -> Option<(Section, &'g Variant)> {
        let sections = self.sections;
        for (section, variants) in sections.iter() {
            for variant in &variants.wrong {
                let chosen = Chosen::default().with(section, variant);
                if self.is_signed(&sections.canonical_request(&chosen))? {
                    return Some((section, variant));
                }
            }
        }
        None
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
            if self.is_signed(&text)? {
                return Some(Match { mistakes: vec![cause.into()], others: Vec::new(), signed: text });
            }
        }
        self.budget.bytes(right.len())?;
        let unhashed = self.steps.right.gives_text(right, &self.claimed);
        unhashed.then(|| self.found(&Chosen::default(), &[STS_UNHASHED.into()]))
    }

    /// Several mistakes, or a wrong step.
    fn product(&mut self) -> Option<Match> {
        let product = Product::new(self.sections, self.steps, self.claimed);
        let Solution { chosen, step, digest } = product.solve(&mut self.budget)?;
        let mut found = self.found(&chosen, &step.mistakes);
        found.others.extend(self.other_causes(&digest, step));
        Some(found)
    }

    /// Whether the right key gives the signature for this canonical request. `None` if a limit is reached.
    fn is_signed(&mut self, text: &[u8]) -> Option<bool> {
        self.budget.bytes(text.len())?;
        self.budget.candidate()?;
        Some(self.steps.right.gives(&sha256::digest(text), &self.claimed))
    }

    /// The causes of other steps that give the same signature.
    fn other_causes(&self, digest: &[u8; 32], step: &SigningStep) -> Vec<Cause> {
        if step.mistakes.is_empty() {
            return Vec::new();
        }
        let same = |other: &&SigningStep| other.gives(digest, &self.claimed);
        let causes = self.steps.wrong().iter().filter(same).flat_map(|other| other.mistakes.iter().map(|m| m.cause));
        let mut others: Vec<Cause> = Vec::new();
        for cause in causes.filter(|cause| step.mistakes.iter().all(|known| known.cause != *cause)) {
            if !others.contains(&cause) {
                others.push(cause);
            }
        }
        others
    }

    fn found(&self, chosen: &Chosen<'_>, step: &[Mistake]) -> Match {
        Match::new(self.sections, chosen, step)
    }
}

impl Match {
    /// The match of chosen variants and the mistakes of a step.
    pub(crate) fn new(sections: &Sections<Variants>, chosen: &Chosen<'_>, step: &[Mistake]) -> Self {
        Self {
            mistakes: chosen.variants().flat_map(|variant| &variant.mistakes).chain(step).cloned().collect(),
            others: chosen.variants().flat_map(|variant| &variant.others).copied().collect(),
            signed: sections.canonical_request(chosen),
        }
    }
}
