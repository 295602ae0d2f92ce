//! How likely a candidate is: a weight for each variant and each step, whose product orders the search.
//!
//! The weight of a candidate is the product of the weights of its mistakes, and a right section weighs 1. Mistakes that many
//! signers make are light, guesses are heavy, and so the likely combinations come before the unlikely ones. Where several
//! variants have the same cause, each is heavier than the one before.

use crate::explain::cause::Cause;
use crate::explain::headers::causes::{
    HEADER_CHANGED, HEADER_FIRST_VALUE_ONLY, HEADER_LAST_VALUE_ONLY, HEADER_LISTED_NOT_SIGNED, HEADER_NAMES_EMPTY,
    HEADER_NAMES_REPEATED, HEADER_SIGNED_EMPTY, HEADER_SIGNED_NOT_LISTED, HEADER_TAB_KEPT, HEADER_VALUES_AS_LINES,
    HEADER_VALUES_COMMA_SPACE, HEADER_WHITESPACE_KEPT, HEADERS_MISSORTED, HOST_LOWER_CASED, HOST_OF_AWS, HOST_OF_PROXY,
    HOST_WITH_OTHER_PORT, HOST_WITH_PORT, HOST_WITHOUT_PORT, TOKEN_NOT_SIGNED, TOKEN_SIGNED_TWICE,
};
use crate::explain::key::signing_step::SigningStep;
use crate::explain::method::METHOD_CHANGED;
use crate::explain::path::causes::{
    PATH_BUCKET_STYLE, PATH_DECODED, PATH_ENCODED_ONCE, PATH_ENCODED_THRICE, PATH_ENCODED_TWICE, PATH_MISSING_STAGE,
    PATH_NOT_NORMALIZED, PATH_OMITTED, PATH_PREFIX_ADDED, PATH_PREFIX_CUT, PATH_REWRITTEN, PATH_SLASHES_MERGED,
    PATH_SUFFIX_ADDED, PATH_TRAILING_SLASH, PATH_VERBATIM,
};
use crate::explain::payload::causes::{
    PAYLOAD_EMPTY, PAYLOAD_HASH_UPPER, PAYLOAD_OMITTED, PAYLOAD_OTHER_HEADER, PAYLOAD_PLACEHOLDER, PAYLOAD_RAW,
    PAYLOAD_RESERIALIZED, PAYLOAD_SIGNED, PAYLOAD_UNSIGNED,
};
use crate::explain::query::causes::{
    QUERY_BARE_KEY, QUERY_ENCODED_TWICE, QUERY_FIRST_VALUE_ONLY, QUERY_NOT_ENCODED, QUERY_OMITTED, QUERY_PLUS_LITERAL,
    QUERY_SORTED_AS_PAIRS, QUERY_SORTED_BEFORE_ENCODING, QUERY_UNSORTED, QUERY_VERBATIM,
};
use crate::explain::variants::{Variant, Variants};

/// The weight of a mistake that the client is known for.
const HABIT: u64 = 6;
/// The weight of a mistake of many signers.
const LIKELY: u64 = 16;
/// The weight of another way in which a signer writes a section wrongly.
const STYLE: u64 = 28;
/// The weight of a guess at what was changed on the way, or by hand. Guesses rarely come together with other mistakes.
const GUESS: u64 = 100;
/// The weight of a variant that its room does not combine with others.
const RARE: u64 = 400;
/// The weights of the first likely and unlikely step.
const STEP: u64 = 128;
const UNLIKELY_STEP: u64 = 800;

/// The mistakes that many signers make, and make together.
const LIKELIES: &[Cause] = &[
    PATH_ENCODED_ONCE,
    PATH_ENCODED_TWICE,
    PATH_ENCODED_THRICE,
    PATH_NOT_NORMALIZED,
    PATH_SLASHES_MERGED,
    PATH_DECODED,
    PATH_VERBATIM,
    QUERY_UNSORTED,
    QUERY_SORTED_BEFORE_ENCODING,
    QUERY_SORTED_AS_PAIRS,
    QUERY_NOT_ENCODED,
    QUERY_ENCODED_TWICE,
    QUERY_PLUS_LITERAL,
    QUERY_BARE_KEY,
    QUERY_FIRST_VALUE_ONLY,
    QUERY_OMITTED,
    QUERY_VERBATIM,
    HOST_LOWER_CASED,
    HOST_WITH_PORT,
    HOST_WITHOUT_PORT,
    HEADER_WHITESPACE_KEPT,
    HEADER_TAB_KEPT,
    HEADER_VALUES_COMMA_SPACE,
    HEADER_FIRST_VALUE_ONLY,
    HEADER_LAST_VALUE_ONLY,
    HEADER_VALUES_AS_LINES,
    HEADER_NAMES_REPEATED,
    HEADER_NAMES_EMPTY,
    HEADERS_MISSORTED,
    PAYLOAD_EMPTY,
    PAYLOAD_SIGNED,
    PAYLOAD_UNSIGNED,
];

/// The causes that are no signer's way of writing.
const GUESSES: &[Cause] = &[
    HEADER_CHANGED,
    HEADER_LISTED_NOT_SIGNED,
    HEADER_SIGNED_EMPTY,
    HEADER_SIGNED_NOT_LISTED,
    HOST_OF_AWS,
    HOST_OF_PROXY,
    HOST_WITH_OTHER_PORT,
    METHOD_CHANGED,
    PATH_BUCKET_STYLE,
    PATH_MISSING_STAGE,
    PATH_OMITTED,
    PATH_PREFIX_ADDED,
    PATH_PREFIX_CUT,
    PATH_REWRITTEN,
    PATH_SUFFIX_ADDED,
    PATH_TRAILING_SLASH,
    PAYLOAD_HASH_UPPER,
    PAYLOAD_OMITTED,
    PAYLOAD_OTHER_HEADER,
    PAYLOAD_PLACEHOLDER,
    PAYLOAD_RAW,
    PAYLOAD_RESERIALIZED,
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
        weighted.push(Weighted { weight: ranks.weight_of(variant, variants.habits), item: Some(variant) });
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
        *weight += 2;
    }
    weighted.sort_by_key(|choice| choice.weight);
    weighted
}

/// The variants of a section that were met so far.
#[derive(Default)]
struct Ranks {
    /// The causes of each variant, with the number of variants that have them.
    met: Vec<(Vec<Cause>, u64)>,
}

impl Ranks {
    /// The weight of the next variant. Two mistakes of one section weigh as much as two of different sections, unless they
    /// count as one. Of several causes of the same bytes the lightest counts.
    fn weight_of(&mut self, variant: &Variant, habits: &[Cause]) -> u64 {
        let causes: Vec<_> = variant.mistakes.iter().map(|mistake| mistake.cause).collect();
        let bases = || causes.iter().map(|cause| base(*cause, habits));
        let (is_one, times) = (causes.len() == 1 || variant.single, self.times(&causes));
        if !is_one {
            return bases().fold(1, u64::saturating_mul) + LIKELY * times;
        }
        let lightest = bases().chain(variant.others.iter().map(|cause| base(*cause, habits))).min().unwrap_or(GUESS);
        match variant.single {
            false => lightest.max(RARE) + 4 * times,
            true if lightest == GUESS => lightest + 4 * times,
            true => lightest + times,
        }
    }

    /// How many variants with these causes came before.
    fn times(&mut self, causes: &[Cause]) -> u64 {
        match self.met.iter_mut().find(|(known, _)| *known == causes) {
            Some((_, times)) => {
                *times += 1;
                *times
            }
            None => {
                self.met.push((causes.to_vec(), 0));
                0
            }
        }
    }
}

/// The weight of a cause for a client with these habits.
fn base(cause: Cause, habits: &[Cause]) -> u64 {
    if habits.contains(&cause) {
        HABIT
    } else if LIKELIES.contains(&cause) {
        LIKELY
    } else if GUESSES.contains(&cause) {
        GUESS
    } else {
        STYLE
    }
}

#[cfg(test)]
mod tests {
    use super::{GUESS, LIKELY, section};
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
            (LIKELY, Some(&b"2"[..])),
            (LIKELY, Some(b"4")),
            (LIKELY + 1, Some(b"3")),
            (GUESS, Some(b"1")),
            (LIKELY * LIKELY, Some(b"5")),
        ];
        assert_eq!(found, expected);
    }
}
