//! Judges the signatures of chunks, trailers and events: they are the expected ones, or wrong.

use crate::case::{CaseKind, SigningCase};
use crate::subject::Pieces;
use crate::verdict::FailureCause;

/// The first difference from the expected signatures, and its cause.
pub(crate) fn difference(case: &SigningCase, pieces: &Pieces) -> Option<(FailureCause, String)> {
    let expected = &case.expected;
    let found = |cause: &str, difference: String| Some((FailureCause::new([cause]), difference));
    if case.kind == CaseKind::Chunked && pieces.seed.as_ref() != Some(&expected.signature) {
        return found("seed-signature", of("the signature of the head", pieces.seed.as_deref(), &expected.signature));
    }
    let (own, cause) = (&pieces.signatures, if case.kind == CaseKind::Events { "event" } else { "chunk" });
    for (number, asked) in (1..).zip(&expected.chain) {
        let signature = own.get(number - 1);
        if signature != Some(asked) {
            let what = format!("the signature of {cause} {number} of {}", expected.chain.len());
            return found(&format!("{cause}-signature"), of(&what, signature.map(String::as_str), asked));
        }
    }
    if own.len() > expected.chain.len() {
        let (own, asked) = (own.len(), expected.chain.len());
        return found(
            &format!("{cause}-signature"),
            format!("the answer holds {own} signatures of {cause}s, and not {asked}"),
        );
    }
    match (&pieces.trailer, &expected.trailer) {
        (own, asked) if own == asked => None,
        (_, None) => found(
            "trailer-signature",
            "the answer holds the signature of a trailer, and the case has no trailer".to_owned(),
        ),
        (own, Some(asked)) => found("trailer-signature", of("the signature of the trailer", own.as_deref(), asked)),
    }
}

fn of(what: &str, own: Option<&str>, expected: &str) -> String {
    own.map_or_else(
        || format!("{what} is missing, expected `{expected}`"),
        |own| format!("{what} is `{own}`, expected `{expected}`"),
    )
}
