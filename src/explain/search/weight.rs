//! How likely a candidate is: a weight for each variant and each step, whose product orders the search.
//!
//! The weight of a candidate is the product of the weights of its mistakes. A right section weighs 1. A section's variants
//! grow heavier in the order in which their room lists them, so that the likely ones of every section are tried together
//! before the unlikely ones of any.

use crate::explain::cause::Cause;
use crate::explain::headers::causes::{
    HEADER_CHANGED, HEADER_LISTED_NOT_SIGNED, HEADER_SIGNED_NOT_LISTED, HOST_OF_PROXY, TOKEN_NOT_SIGNED,
    TOKEN_SIGNED_TWICE,
};
use crate::explain::key::signing_step::SigningStep;
use crate::explain::method::METHOD_CHANGED;
use crate::explain::path::causes::{PATH_MISSING_STAGE, PATH_OMITTED, PATH_TRAILING_SLASH};
use crate::explain::variants::{Variant, Variants};

/// The weight of the first way in which a signer writes a section wrongly.
const STYLE: u64 = 16;
/// The weight of the first guess at what was changed on the way, or by hand. Guesses rarely come together with others.
const GUESS: u64 = 100;
/// The weights of the first likely and unlikely step.
const STEP: u64 = 128;
const UNLIKELY_STEP: u64 = 512;

/// The causes that are no signer's way of writing.
const GUESSES: &[Cause] = &[
    HEADER_CHANGED,
    HEADER_LISTED_NOT_SIGNED,
    HEADER_SIGNED_NOT_LISTED,
    HOST_OF_PROXY,
    METHOD_CHANGED,
    PATH_MISSING_STAGE,
    PATH_OMITTED,
    PATH_TRAILING_SLASH,
    TOKEN_NOT_SIGNED,
    TOKEN_SIGNED_TWICE,
];

/// Something to try, with its weight.
#[derive(Clone, Copy)]
pub(crate) struct Weighted<T> {
    pub(crate) weight: u64,
    pub(crate) item: T,
}

/// The right way to write a section, which is `None`, and the wrong variants, the lightest first.
pub(crate) fn section(variants: &Variants) -> Vec<Weighted<Option<&Variant>>> {
    let mut ranks = Ranks::default();
    let mut weighted = vec![Weighted { weight: 1, item: None }];
    for variant in &variants.wrong {
        weighted.push(Weighted { weight: ranks.weight_of(variant), item: Some(variant) });
    }
    weighted.sort_by_key(|choice| choice.weight);
    weighted
}

/// The right step, and the wrong ones, the lightest first.
pub(crate) fn steps<'s>(right: &'s SigningStep, wrong: &'s [SigningStep]) -> Vec<Weighted<&'s SigningStep>> {
    let mut next = [UNLIKELY_STEP, STEP];
    let mut weighted = vec![Weighted { weight: 1, item: right }];
    for step in wrong {
        let [unlikely, likely] = &mut next;
        let weight = if step.likely { likely } else { unlikely };
        weighted.push(Weighted { weight: *weight, item: step });
        *weight += 1;
    }
    weighted.sort_by_key(|choice| choice.weight);
    weighted
}

/// The variants of a section that were met so far.
#[derive(Default)]
struct Ranks {
    /// The causes with their first weights.
    causes: Vec<(Cause, u64)>,
    /// The causes of each variant, with the number of variants that have them.
    met: Vec<(Vec<Cause>, u64)>,
    styles: u64,
    guesses: u64,
}

impl Ranks {
    /// The weight of the next variant. Two mistakes of one section weigh as much as two of different sections.
    fn weight_of(&mut self, variant: &Variant) -> u64 {
        let causes: Vec<_> = variant.mistakes.iter().map(|mistake| mistake.cause).collect();
        let first = causes.iter().map(|cause| self.first(*cause)).fold(1, u64::saturating_mul);
        let times = self.times(causes);
        if variant.mistakes.len() == 1 { first + times } else { first + STYLE * times }
    }

    /// The first weight of a cause.
    fn first(&mut self, cause: Cause) -> u64 {
        if let Some((_, first)) = self.causes.iter().find(|(known, _)| *known == cause) {
            return *first;
        }
        let (base, count) =
            if GUESSES.contains(&cause) { (GUESS, &mut self.guesses) } else { (STYLE, &mut self.styles) };
        *count += 1;
        let first = base + *count;
        self.causes.push((cause, first));
        first
    }

    /// How many variants with these causes came before.
    fn times(&mut self, causes: Vec<Cause>) -> u64 {
        match self.met.iter_mut().find(|(known, _)| *known == causes) {
            Some((_, times)) => {
                *times += 1;
                *times
            }
            None => {
                self.met.push((causes, 0));
                0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GUESS, STYLE, section};
    use crate::explain::cause::Cause;
    use crate::explain::headers::causes::{HEADER_CHANGED, HEADER_WHITESPACE_KEPT, HEADERS_MISSORTED};
    use crate::explain::variants::Variants;

    #[test]
    fn styles_come_before_guesses_and_two_mistakes_weigh_as_much_as_in_two_sections() {
        let mut variants = Variants::new(b"right".to_vec());
        let mut push = |causes: &[Cause], bytes: &[u8]| {
            variants.push(causes.iter().map(|cause| (*cause).into()).collect(), bytes.to_vec());
        };
        push(&[HEADER_CHANGED], b"1");
        push(&[HEADERS_MISSORTED], b"2");
        push(&[HEADERS_MISSORTED], b"3");
        push(&[HEADER_WHITESPACE_KEPT], b"4");
        push(&[HEADERS_MISSORTED, HEADER_WHITESPACE_KEPT], b"5");
        let found: Vec<_> =
            section(&variants).iter().map(|w| (w.weight, w.item.map(|variant| variant.bytes.as_slice()))).collect();
        let expected = [
            (1, None),
            (STYLE + 1, Some(&b"2"[..])),
            (STYLE + 2, Some(b"3")),
            (STYLE + 2, Some(b"4")),
            (GUESS + 1, Some(b"1")),
            ((STYLE + 1) * (STYLE + 2), Some(b"5")),
        ];
        assert_eq!(found, expected);
    }
}
