//! The product: a variant for each section together with a step, the lightest choices first.
//!
//! Choices are walked in ranges of their weight, each twice as long as the one before. Within a range they come in the order
//! of the canonical request, so that choices with the same beginning share the work of hashing it.

use crate::bytes::hex;
use crate::bytes::write::Write;
use crate::crypto::sha256::Hasher;
use crate::explain::key::signing_step::{SigningStep, SigningSteps};
use crate::explain::key::step_key::Claimed;
use crate::explain::search::budget::Budget;
use crate::explain::search::sections::{Chosen, Section, Sections};
use crate::explain::search::weight::{self, Weighted};
use crate::explain::variants::{Variant, Variants};
use std::ops::{ControlFlow, Range};

/// The greatest weight of a candidate.
const MAX_WEIGHT: u64 = 32_768;
/// The end of the first range.
const FIRST_WEIGHT: u64 = 64;

/// The hash of the sections that are chosen so far.
type Prefix = Hasher<2>;

/// Everything that can be chosen.
pub(crate) struct Product<'v> {
    /// The sections in the order of the canonical request.
    levels: Vec<Level<'v>>,
    steps: Vec<Weighted<&'v SigningStep>>,
    claimed: Claimed,
}

struct Level<'v> {
    section: Section,
    right: &'v [u8],
    choices: Vec<Weighted<Option<&'v Variant>>>,
    /// The weight of the heaviest choice of all later levels and the step.
    heaviest_rest: u64,
}

/// The choices of some levels.
struct Node<'v> {
    hash: Prefix,
    weight: u64,
    chosen: Chosen<'v>,
}

/// A choice that gives the claimed signature.
pub(crate) struct Solution<'v> {
    pub(crate) chosen: Chosen<'v>,
    pub(crate) step: &'v SigningStep,
    /// The hash of the canonical request.
    pub(crate) digest: [u8; 32],
}

/// The end of a walk: a solution, or a limit.
type Flow<'v> = ControlFlow<Option<Solution<'v>>>;

impl<'v> Product<'v> {
    pub(crate) fn new(sections: &'v Sections<Variants>, steps: &'v SigningSteps<'_>, claimed: Claimed) -> Self {
        let steps = weight::steps(&steps.right, steps.wrong());
        let mut heaviest_rest = heaviest(&steps);
        let mut levels = Vec::new();
        for (section, variants) in sections.iter().collect::<Vec<_>>().into_iter().rev() {
            let choices = weight::section(variants);
            let heaviest_here = heaviest(&choices);
            levels.push(Level { section, right: &variants.right, choices, heaviest_rest });
            heaviest_rest = heaviest_rest.saturating_mul(heaviest_here);
        }
        levels.reverse();
        Self { levels, steps, claimed }
    }

    /// The first solution of two or more mistakes, or of a wrong step.
    pub(crate) fn solve(&self, budget: &mut Budget) -> Option<Solution<'v>> {
        let mut range = 0..FIRST_WEIGHT;
        while range.start < MAX_WEIGHT {
            let root = Node { hash: Prefix::default(), weight: 1, chosen: Chosen::default() };
            if let ControlFlow::Break(end) = self.walk(&self.levels, &root, &range, budget) {
                return end;
            }
            range = range.end..range.end * 2;
        }
        None
    }

    /// Tries every choice of these levels whose weight is in the range: more than its start, and at most its end.
    fn walk(&self, levels: &[Level<'v>], before: &Node<'v>, range: &Range<u64>, budget: &mut Budget) -> Flow<'v> {
        let Some((level, later)) = levels.split_first() else { return self.try_steps(before, range, budget) };
        for choice in &level.choices {
            let weight = before.weight.saturating_mul(choice.weight);
            if weight > range.end {
                break;
            }
            if weight.saturating_mul(level.heaviest_rest) <= range.start {
                continue;
            }
            let bytes = choice.item.map_or(level.right, |variant| &variant.bytes);
            let counted = budget.bytes(bytes.len() + 1);
            if counted.is_none() {
                return ControlFlow::Break(None);
            }
            let mut hash = before.hash.clone();
            if level.section != Section::Method {
                hash.put(b"\n");
            }
            hash.put(bytes);
            hash.settle();
            let chosen = choice.item.map_or(before.chosen, |variant| before.chosen.with(level.section, variant));
            self.walk(later, &Node { hash, weight, chosen }, range, budget)?;
        }
        ControlFlow::Continue(())
    }

    /// Tries the steps that bring the weight of a canonical request into the range. One mistake alone was tried before.
    fn try_steps(&self, node: &Node<'v>, range: &Range<u64>, budget: &mut Budget) -> Flow<'v> {
        let weight = |step: &Weighted<_>| node.weight.saturating_mul(step.weight);
        let first = self.steps.partition_point(|step| weight(step) <= range.start);
        let first = if node.chosen.variants().nth(1).is_none() { first.max(1) } else { first };
        let mut steps = self.steps.iter().skip(first).take_while(|step| weight(step) <= range.end).peekable();
        if steps.peek().is_none() {
            return ControlFlow::Continue(());
        }
        let digest = node.hash.clone().finish();
        let digits = hex::encode(&digest);
        for step in steps {
            if budget.candidate().is_none() {
                return ControlFlow::Break(None);
            }
            if step.item.gives_digits(&digits, &self.claimed) {
                return ControlFlow::Break(Some(Solution { chosen: node.chosen, step: step.item, digest }));
            }
        }
        ControlFlow::Continue(())
    }
}

fn heaviest<T>(choices: &[Weighted<T>]) -> u64 {
    choices.last().map_or(1, |choice| choice.weight)
}
