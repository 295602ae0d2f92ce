//! A canonical request from a log, compared section by section with the right one.

use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::canonical::query::halves;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::headers::causes::{
    HEADER_CHANGED, HEADER_LISTED_NOT_SIGNED, HEADER_SIGNED_NOT_LISTED, HEADERS_MISSORTED, HOST_OF_PROXY,
    TOKEN_NOT_SIGNED,
};
use crate::explain::key::causes::{DATE_OTHER, TOKEN_WRONG};
use crate::explain::method::METHOD_CHANGED;
use crate::explain::path::causes::PATH_CHANGED;
use crate::explain::payload::causes::PAYLOAD_CHANGED;
use crate::explain::query::causes::{QUERY_CHANGED, QUERY_NOT_ENCODED, QUERY_UNSORTED};
use crate::explain::search::sections::{Section, Sections};
use crate::explain::spelling::recode;
use crate::explain::variants::Variants;
use crate::name;
use std::collections::{BTreeMap, BTreeSet};

/// The maximum length of a canonical request, in bytes.
pub(crate) const MAX_CANONICAL_LEN: usize = 256 * 1024;

/// The maximum number of differing headers that are named.
const MAX_NAMED_HEADERS: usize = 32;

/// The differences between two canonical requests.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) others: Vec<Cause>,
    /// Whether known mistakes explain every difference.
    pub(crate) known: bool,
}

/// The forms in which a canonical request may have been written into a log, the likeliest first. Empty if the text is
/// longer than the limit.
pub(crate) fn forms(text: &str) -> Vec<Vec<u8>> {
    if text.len() > MAX_CANONICAL_LEN {
        return Vec::new();
    }
    let unix = text.replace("\r\n", "\n");
    let mut forms = vec![unix.trim_end().as_bytes().to_vec(), unix.into_bytes(), text.as_bytes().to_vec()];
    forms.dedup();
    forms
}

/// The line of a report about a client's canonical request that is longer than the limit.
pub(crate) fn too_long(text: &str) -> Option<String> {
    let says =
        || format!("the client's canonical request has more than {MAX_CANONICAL_LEN} bytes and was not compared");
    (text.len() > MAX_CANONICAL_LEN).then(says)
}

/// Compares a canonical request with the right one, section by section. `None` if `signed` does not have the form of a
/// canonical request.
pub(crate) fn compare(signed: &[u8], right: &Sections<Variants>) -> Option<Comparison> {
    let signed = sections(signed)?;
    let mut comparison = Comparison { known: true, ..Comparison::default() };
    for (section, variants) in right.iter() {
        comparison.add(section, signed.get(section), variants);
    }
    Some(comparison)
}

fn sections(text: &[u8]) -> Option<Sections<&[u8]>> {
    let mut lines = text.splitn(4, |b| *b == b'\n');
    let (method, path, query, rest) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
    let at = rest.iter().rposition(|b| *b == b'\n')?;
    Some(Sections { method, path, query, headers: rest.get(..at)?, payload: rest.get(at + 1..)? })
}

impl Comparison {
    fn add(&mut self, section: Section, signed: &[u8], variants: &Variants) {
        if signed == variants.right {
            return;
        }
        if let Some(variant) = variants.find(signed) {
            self.mistakes.extend(variant.mistakes.iter().cloned());
            self.others.extend(&variant.others);
            return;
        }
        match section {
            Section::Method => self.unknown(METHOD_CHANGED.of(text(signed))),
            Section::Path => self.unknown(PATH_CHANGED.into()),
            Section::Query => match query_relation(signed, &variants.right) {
                Some(cause) => self.mistakes.push(cause.into()),
                None => self.unknown(QUERY_CHANGED.into()),
            },
            Section::Headers => self.add_headers(signed, &variants.right),
            Section::Payload => self.unknown(PAYLOAD_CHANGED.into()),
        }
    }

    fn unknown(&mut self, mistake: Mistake) {
        self.known = false;
        self.mistakes.push(mistake);
    }

    fn add_headers(&mut self, signed: &[u8], right: &[u8]) {
        let sorted = |part: &[u8]| {
            let mut lines: Vec<_> = part.split(|b| matches!(b, b'\n' | b';')).map(<[u8]>::to_vec).collect();
            lines.sort();
            lines
        };
        if sorted(signed) == sorted(right) {
            self.mistakes.push(HEADERS_MISSORTED.into());
            return;
        }
        let (ours, theirs) = (header_lines(right), header_lines(signed));
        let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
        let before = self.mistakes.len();
        for name in names {
            let mistake = match (ours.get(name), theirs.get(name)) {
                (Some(our), Some(their)) if our == their => continue,
                (Some(_), None) if name == name::TOKEN_HEADER => TOKEN_NOT_SIGNED.into(),
                (Some(_), None) => HEADER_LISTED_NOT_SIGNED.of(name.as_str()),
                (None, _) => HEADER_SIGNED_NOT_LISTED.of(name.as_str()),
                (Some(_), Some(their)) => changed(name, their),
            };
            if self.mistakes.len() >= before + MAX_NAMED_HEADERS {
                break;
            }
            self.unknown(mistake);
        }
        if self.mistakes.len() == before {
            self.unknown(HEADER_CHANGED.into());
        }
    }
}

fn changed(name: &str, signed: &[u8]) -> Mistake {
    match name {
        name::HOST => HOST_OF_PROXY.of(text(signed)),
        name::DATE_HEADER => DATE_OTHER.of(text(signed)),
        name::TOKEN_HEADER => TOKEN_WRONG.into(),
        name => HEADER_CHANGED.of(name),
    }
}

fn header_lines(part: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for line in part.split(|b| *b == b'\n').take_while(|line| !line.is_empty()) {
        let at = line.iter().position(|b| *b == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(at);
        found.insert(text(name).to_ascii_lowercase(), value.get(1..).unwrap_or_default().to_vec());
    }
    found
}

/// The mistake that turns the right query into this one, if the order on the wire is unknown.
fn query_relation(signed: &[u8], right: &[u8]) -> Option<Cause> {
    let sorted = |query: &[u8], write: &dyn Fn(&[u8]) -> Vec<u8>| {
        let pieces = query.split(|b| *b == b'&').filter(|piece| !piece.is_empty());
        let mut pairs: Vec<_> = pieces.map(halves).map(|(name, value)| (write(name), write(value))).collect();
        pairs.sort();
        pairs
    };
    let right = sorted(right, &<[u8]>::to_vec);
    if sorted(signed, &<[u8]>::to_vec) == right {
        return Some(QUERY_UNSORTED);
    }
    let recoded = sorted(signed, &|part| recode(part, EncodeSet::Unreserved, PlusDecoding::Space));
    (recoded == right).then_some(QUERY_NOT_ENCODED)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
