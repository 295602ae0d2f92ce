//! The last line of the canonical request, as clients write it.

pub(crate) mod causes;
pub(crate) mod serialisation;

use crate::bytes::hex;
use crate::crypto::sha256;
use crate::explain::cause::Mistake;
use crate::explain::payload::causes::{
    PAYLOAD_EMPTY, PAYLOAD_HASH_UPPER, PAYLOAD_OMITTED, PAYLOAD_OTHER_HEADER, PAYLOAD_PLACEHOLDER, PAYLOAD_RAW,
    PAYLOAD_RESERIALIZED, PAYLOAD_SIGNED, PAYLOAD_UNSIGNED,
};
use crate::explain::payload::serialisation::serialisations;
use crate::explain::variants::Variants;
use crate::payload::{ContentSha256, Payload};

/// The maximum length of a body whose other serialisations are tried, and of one that is tried unhashed.
const MAX_TRIED_LEN: usize = 64 * 1024;
const MAX_RAW_LEN: usize = 4096;

/// The texts that clients sign in place of a body that is not set, or that they cannot serialise.
const PLACEHOLDERS: [&str; 14] = [
    "{}",
    "null",
    "\"\"",
    "undefined",
    "[]",
    "[object Object]",
    "null\n",
    "{}\n",
    "None",
    "nil",
    "false",
    "\n",
    "\"{}\"",
    "{\n}",
];

/// The known facts about the body.
pub(crate) struct PayloadFacts<'a> {
    /// The body, if it was read.
    pub(crate) body: Option<&'a [u8]>,
    /// The body before it was serialised again, if known.
    pub(crate) original: Option<&'a [u8]>,
    /// The line that the service writes, if it is not the body's hash.
    pub(crate) declared: Option<Vec<u8>>,
}

/// The variants of the payload's line, or `None` if the right line is unknown.
pub(crate) fn variants(facts: &PayloadFacts<'_>) -> Option<Variants> {
    let digits = |bytes: &[u8]| hex::encode(&sha256::digest(bytes)).to_vec();
    let (computed, empty) = (facts.body.map(digits), digits(b""));
    let unsigned = ContentSha256::of(&Payload::Unsigned).as_bytes().to_vec();
    let right = facts.declared.clone().or_else(|| computed.clone())?;
    let leaves_out = right == unsigned;
    let mut variants = Variants::new(right.clone());
    let mut add = |mistake: Mistake, bytes: Vec<u8>| variants.push(vec![mistake], bytes);
    let empty_cause =
        if leaves_out && facts.body.is_none_or(<[u8]>::is_empty) { PAYLOAD_SIGNED } else { PAYLOAD_EMPTY };
    add(empty_cause.into(), empty);
    add(PAYLOAD_UNSIGNED.into(), unsigned);
    if let Some(computed) = computed {
        add(if leaves_out { PAYLOAD_SIGNED } else { PAYLOAD_OTHER_HEADER }.into(), computed);
    }
    if let Some(original) = facts.original {
        add(PAYLOAD_RESERIALIZED.of("the body that was given"), digits(original));
    }
    if let Some(body) = facts.body.filter(|body| body.len() <= MAX_TRIED_LEN) {
        let placeholder =
            |text: &&str| (PAYLOAD_PLACEHOLDER.of(format!("`{}`", text.escape_debug())), digits(text.as_bytes()));
        // An empty body has no serialisation.
        let written = if body.is_empty() { Vec::new() } else { serialisations(body) };
        let others = written.into_iter().map(|(how, body)| (PAYLOAD_RESERIALIZED.of(how), digits(&body)));
        let all: Vec<(Mistake, Vec<u8>)> = others.chain(PLACEHOLDERS.iter().map(placeholder)).collect();
        all.into_iter().for_each(|(mistake, bytes)| _ = add(mistake, bytes));
    }
    if let Some(body) = facts.body.filter(|body| body.len() <= MAX_RAW_LEN) {
        add(PAYLOAD_RAW.into(), body.to_vec());
    }
    add(PAYLOAD_HASH_UPPER.into(), right.to_ascii_uppercase());
    add(PAYLOAD_OMITTED.into(), Vec::new());
    Some(variants)
}

#[cfg(test)]
mod tests {
    use super::{PAYLOAD_RESERIALIZED, PayloadFacts, variants};
    use crate::explain::variants::Variant;

    #[test]
    fn the_line_in_all_its_ways() {
        let facts = PayloadFacts { body: Some(b"{\"a\":1}"), original: None, declared: None };
        let variants = variants(&facts).unwrap();
        assert!(variants.right.starts_with(b"015abd7f5cc57a2d"), "printf '{{\"a\":1}}' | sha256sum");
        let name = |bytes: &[u8]| variants.find(bytes).map(|variant| variant.mistakes[0].cause.name);
        assert_eq!(name(b"UNSIGNED-PAYLOAD"), Some("payload-unsigned"));
        assert_eq!(name(b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), Some("payload-empty"));
        assert_eq!(name(&variants.right), None);
    }

    #[test]
    fn without_the_body_nothing_is_said_of_it() {
        let facts = |declared| PayloadFacts { body: None, original: None, declared };
        assert!(variants(&facts(None)).is_none(), "the right line is not known");
        let variants = variants(&facts(Some(b"0".repeat(64)))).unwrap();
        let names: Vec<_> = variants.wrong.iter().map(|variant| variant.mistakes[0].cause.name).collect();
        assert!(names.contains(&"payload-unsigned"), "{names:?}");
        for of_body in ["payload-other-header", "payload-reserialized", "payload-raw"] {
            assert!(!names.contains(&of_body), "{names:?}");
        }
    }

    #[test]
    fn an_empty_body_is_not_said_to_be_left_out() {
        let facts = PayloadFacts { body: Some(b""), original: None, declared: Some(b"UNSIGNED-PAYLOAD".to_vec()) };
        let names: Vec<_> =
            variants(&facts).unwrap().wrong.iter().map(|variant| variant.mistakes[0].cause.name).collect();
        assert!(names.contains(&"payload-signed") && !names.contains(&"payload-empty"), "{names:?}");
        let alternatives = |variant: &Variant| variant.others.contains(&PAYLOAD_RESERIALIZED);
        assert!(!variants(&facts).unwrap().wrong.iter().any(alternatives), "an empty body has no serialisation");
    }
}
