//! The path, as clients write it.

pub(crate) mod causes;
mod coding;
mod edit;
pub(crate) mod facts;
mod shape;
mod sources;

use crate::explain::cause::{Cause, Mistake};
use crate::explain::path::causes::{
    PATH_DECODED, PATH_DECODED_TWICE, PATH_DOTS_DECODED, PATH_EMPTY, PATH_ENCODED_ONCE, PATH_ENCODED_THRICE,
    PATH_ENCODED_TWICE, PATH_FINAL_DOTS, PATH_HEX_LOWER, PATH_MISSING_STAGE, PATH_NORMALIZED, PATH_NOT_NORMALIZED,
    PATH_OMITTED, PATH_PARTLY_ENCODED, PATH_PLUS_AS_SPACE, PATH_READ_AS_URL, PATH_RECODED, PATH_RESERVED_KEPT,
    PATH_SENT_UNENCODED, PATH_SLASH_DECODED, PATH_SLASH_ENCODED, PATH_SLASHES_KEPT, PATH_SLASHES_MERGED,
    PATH_SPACE_AS_PLUS, PATH_TILDE_ENCODED, PATH_TRAILING_SLASH, PATH_UNRESERVED_ENCODED, PATH_VERBATIM,
    PATH_WITHOUT_SLASH,
};
use crate::explain::path::coding::Coding;
use crate::explain::path::edit::{Bytes, Edit};
use crate::explain::path::facts::PathFacts;
use crate::explain::path::shape::Shape;
use crate::explain::path::sources::Source;
use crate::explain::spelling::{
    ClientSet, HARD_SETS, SOFT_SETS, count_sequences, decode_if, escaped_bytes, has_hex_letter, has_unencoded,
    hex_case_if, is_unreserved, rewrite_sequences, soften,
};
use crate::explain::variants::{Change, Depth, Variants};
use crate::settings::PathEncoding;
use std::ops::Range;

/// The maximum number of different escaped bytes of which each is tried alone.
const MAX_ESCAPED: usize = 8;

/// The maximum number of percent sequences of which every subset is tried.
const MAX_OCCURRENCES: usize = 4;
/// The sets of bytes that an HTTP client may have encoded after signing.
const CLIENT_SETS: [ClientSet; 4] = [ClientSet::All, ClientSet::NonAscii, ClientSet::Ascii, ClientSet::Space];

/// How a client writes a path.
#[derive(Clone)]
struct Style<'s> {
    raw: &'s [u8],
    coding: Coding,
    shape: Shape,
    /// The reserved characters that are left unencoded.
    soft: Soft,
    edit: Edit,
}

/// Reserved characters that are left unencoded.
#[derive(Clone, Copy)]
enum Soft {
    These(&'static [u8]),
    Only(u8),
    AllOfAsciiBut(u8),
}

/// The variants of a path.
pub(crate) fn variants(facts: &PathFacts<'_>) -> Variants {
    to_depth(facts, Depth::All)
}

/// Some of the variants of a path.
pub(crate) fn to_depth(facts: &PathFacts<'_>, depth: Depth) -> Variants {
    let raw = if facts.raw.is_empty() { b"/" } else { facts.raw };
    let facts = PathFacts { raw, ..*facts };
    let suggested = sources::suggested(&facts);
    let right = Style::right(&facts);
    let coding_changes = codings(raw, facts.encoding).into_iter();
    let shape_changes = shapes(raw, facts.normalize).into_iter();
    let groups = [
        coding_changes.map(|(cause, coding)| Change::new(cause, move |s: &mut Style<'_>| s.coding = coding)).collect(),
        suggested.iter().map(change_source).collect(),
        shape_changes.map(|(cause, shape)| Change::new(cause, move |s: &mut Style<'_>| s.shape = shape)).collect(),
        SOFT_SETS.map(|set| soft_change(Soft::These(set))).into(),
        edits(raw, facts.encoding).into_iter().map(edit_change).collect::<Vec<_>>(),
    ];
    let mut variants = Variants::explore(&right, &groups, raw.len(), depth, |style| Some(style.write()));
    if depth != Depth::All {
        return variants;
    }
    add_wire(&mut variants, &right, &suggested);
    add_partly_encoded(&mut variants, &right);
    add_sources(&mut variants, &right, &facts);
    add_occurrences(&mut variants, &right);
    variants
}

fn change_source<'s>(source: &'s Source) -> Change<'s, Style<'s>> {
    Change::new(source.mistake.clone(), move |s: &mut Style<'s>| s.raw = &source.raw)
}

fn soft_change<'s>(soft: Soft) -> Change<'s, Style<'s>> {
    Change::new(PATH_RESERVED_KEPT, move |s: &mut Style<'s>| s.soft = soft)
}

fn edit_change<'s>((cause, edit): (Cause, Edit)) -> Change<'s, Style<'s>> {
    Change::new(cause, move |s: &mut Style<'s>| s.edit = edit)
}

/// Codings, the likeliest first.
fn codings(raw: &[u8], encoding: PathEncoding) -> Vec<(Cause, Coding)> {
    let (percent, plus) = (raw.contains(&b'%'), raw.contains(&b'+'));
    let slash = raw.windows(3).any(|w| w.eq_ignore_ascii_case(b"%2f"));
    let mut codings: Vec<(Cause, Coding)> = Vec::new();
    let mut add = |when: bool, cause: Cause, coding| {
        if when {
            codings.push((cause, coding));
        }
    };
    match encoding {
        PathEncoding::Double => {
            add(true, PATH_ENCODED_ONCE, Coding::Wire);
            add(true, PATH_ENCODED_ONCE, Coding::Segments(0));
            add(has_unencoded(raw), PATH_SENT_UNENCODED, Coding::Segments(1));
            add(has_unencoded(raw), PATH_ENCODED_TWICE, Coding::Segments(1));
            add(true, PATH_ENCODED_THRICE, Coding::Encoded(2));
        }
        PathEncoding::Canonical => {
            add(true, PATH_VERBATIM, Coding::Wire);
            add(slash, PATH_SLASH_ENCODED, Coding::Segments(0));
            add(true, PATH_ENCODED_TWICE, Coding::Decoded(2));
        }
        PathEncoding::Verbatim => {
            add(slash, PATH_RECODED, Coding::Segments(0));
            add(!slash, PATH_RECODED, Coding::Decoded(1));
        }
    }
    add(encoding != PathEncoding::Double, PATH_ENCODED_TWICE, Coding::Encoded(1));
    add(encoding != PathEncoding::Double, PATH_ENCODED_THRICE, Coding::Encoded(2));
    add(true, PATH_ENCODED_THRICE, Coding::Segments(2));
    add(slash && encoding != PathEncoding::Canonical, PATH_SLASH_DECODED, Coding::Decoded(1));
    add(slash, PATH_SLASH_DECODED, Coding::Decoded(2));
    add(percent, PATH_DECODED, Coding::Decoded(0));
    add(percent && !slash, PATH_DECODED, Coding::Decoded(1));
    for times in 0..3 {
        add(plus, PATH_PLUS_AS_SPACE, Coding::Form(times));
    }
    add(true, PATH_SLASH_ENCODED, Coding::Slashes);
    let double = encoding == PathEncoding::Double;
    let escaped = escaped_bytes(raw, usize::MAX);
    add(double, PATH_SENT_UNENCODED, Coding::UrlParsed(1));
    add(true, if double { PATH_ENCODED_ONCE } else { PATH_VERBATIM }, Coding::SequencesKept);
    add(true, if double { PATH_ENCODED_ONCE } else { PATH_RESERVED_KEPT }, Coding::UrlParsed(0));
    add(Bytes::Reserved.contains_some_of(&escaped), PATH_PARTLY_ENCODED, Coding::UriDecoded(1));
    add(Bytes::Reserved.contains_some_of(&escaped) && double, PATH_PARTLY_ENCODED, Coding::UriDecoded(2));
    add(escaped.iter().any(|byte| is_unreserved(*byte)), PATH_DECODED, Coding::UnreservedDecoded(1));
    add(escaped.contains(&b'%'), PATH_DECODED_TWICE, Coding::DecodedTwice);
    codings
}

fn shapes(raw: &[u8], normalize: bool) -> Vec<(Cause, Shape)> {
    let mut shapes = if normalize {
        vec![
            (PATH_NOT_NORMALIZED, Shape::AsIs),
            (PATH_FINAL_DOTS, Shape::FinalSlash),
            (PATH_SLASHES_KEPT, Shape::DotsOnly),
            (PATH_NOT_NORMALIZED, Shape::SlashesOnly),
        ]
    } else {
        vec![
            (PATH_SLASHES_MERGED, Shape::SlashesOnly),
            (PATH_NORMALIZED, Shape::DotsOnly),
            (PATH_NORMALIZED, Shape::Normal),
            (PATH_NORMALIZED, Shape::FinalSlash),
        ]
    };
    if escaped_bytes(raw, usize::MAX).contains(&b'.') {
        shapes.extend([(PATH_DOTS_DECODED, Shape::EncodedDots), (PATH_DOTS_DECODED, Shape::UrlParsed)]);
    }
    shapes
}

fn edits(raw: &[u8], encoding: PathEncoding) -> Vec<(Cause, Edit)> {
    let mut edits = vec![(PATH_HEX_LOWER, Edit::LowerHex)];
    if encoding == PathEncoding::Double {
        // The signer saw these bytes unencoded, and the HTTP client encoded them.
        let escaped = escaped_bytes(raw, usize::MAX);
        let sets = CLIENT_SETS.map(Bytes::Client).into_iter().filter(|set| set.contains_some_of(&escaped));
        edits.extend(sets.map(|set| (PATH_PARTLY_ENCODED, Edit::OnceFor(set))));
    }
    edits.extend([
        (PATH_TRAILING_SLASH, Edit::OtherEnd),
        (PATH_MISSING_STAGE, Edit::WithoutFirst),
        (PATH_EMPTY, Edit::EmptyForRoot),
        (PATH_OMITTED, Edit::Root),
        (PATH_WITHOUT_SLASH, Edit::WithoutSlash),
        (PATH_SPACE_AS_PLUS, Edit::Space(b"+")),
        (PATH_SPACE_AS_PLUS, Edit::Space(b"%2B")),
    ]);
    for set in HARD_SETS {
        let cause = if set == b"~" { PATH_TILDE_ENCODED } else { PATH_UNRESERVED_ENCODED };
        edits.extend([(cause, Edit::Hard(set, "%")), (cause, Edit::Hard(set, "%25"))]);
    }
    edits
}

/// The path as it is on the wire, which counts as one mistake, with percent sequences in another case, and the empty path behind
/// the authority of a URL.
fn add_wire(variants: &mut Variants, right: &Style<'_>, suggested: &[Source]) {
    let (raw, len) = (right.raw, right.raw.len());
    let as_sent = if matches!(right.coding, Coding::Encoded(_)) { PATH_ENCODED_ONCE } else { PATH_VERBATIM };
    variants.add_together(vec![as_sent.into(), PATH_NOT_NORMALIZED.into()], len, || raw.to_vec());
    let lower = hex_case_if(raw, false, |_| true);
    if lower != raw {
        variants.add_together(vec![as_sent.into(), PATH_HEX_LOWER.into()], len, || right.shape.write(&lower));
    }
    if suggested.iter().any(|source| source.mistake.cause == PATH_READ_AS_URL && source.raw == b"/") {
        variants.add_first(PATH_READ_AS_URL, len, Vec::new);
    }
    let single = escaped_bytes(raw, MAX_ESCAPED).into_iter().flat_map(|byte| [Bytes::Only(byte), Bytes::AllBut(byte)]);
    for which in [Bytes::Client(ClientSet::NonAscii), Bytes::Ascii].into_iter().chain(single) {
        let lower = hex_case_if(raw, false, |byte| which.contains(byte));
        if lower != raw {
            variants.add(PATH_HEX_LOWER, len, true, || Style { raw: &lower, ..right.clone() }.write());
        }
    }
}

/// Variants in which only some characters are left unencoded, or are encoded once more or once less than the others.
fn add_partly_encoded(variants: &mut Variants, right: &Style<'_>) {
    let len = right.raw.len();
    let once = variants.right.clone();
    let reserved: Vec<_> = escaped_bytes(&once, MAX_ESCAPED).into_iter().filter(u8::is_ascii).collect();
    for soft in reserved.iter().flat_map(|byte| [Soft::Only(*byte), Soft::AllOfAsciiBut(*byte)]) {
        variants.add(PATH_RESERVED_KEPT, len, true, || Style { soft, ..right.clone() }.write());
    }
    let others = [Bytes::Reserved, Bytes::NotReserved, Bytes::Ascii, Bytes::Unreserved];
    let named = || CLIENT_SETS.map(Bytes::Client).into_iter().chain(others);
    let escaped = escaped_bytes(right.raw, MAX_ESCAPED);
    let single = escaped.iter().flat_map(|byte| [Bytes::Only(*byte), Bytes::AllBut(*byte)]);
    let once_for = named().chain(single).filter(|bytes| bytes.contains_some_of(&escaped)).map(Edit::OnceFor);
    let again = escaped_bytes(&once, MAX_ESCAPED);
    let single = reserved.iter().flat_map(|byte| [Bytes::Only(*byte), Bytes::AllBut(*byte)]);
    let again_for = named().chain(single).filter(|bytes| bytes.contains_some_of(&again)).map(Edit::AgainFor);
    for edit in once_for.chain(again_for) {
        variants.add(PATH_PARTLY_ENCODED, len, true, || Style { edit, ..right.clone() }.write());
    }
}

/// Variants in which only some occurrences of percent sequences are otherwise, because the signer saw a URL with raw and encoded
/// characters side by side.
fn add_occurrences(variants: &mut Variants, right: &Style<'_>) {
    let (raw, len) = (right.raw, right.raw.len());
    let mut add = |causes: [Cause; 2], raw: &[u8], coding| {
        let causes = causes.iter().take(if coding == Coding::Wire { 2 } else { 1 });
        let mistakes: Vec<_> = causes.map(|cause| Mistake::from(*cause)).collect();
        variants.add_together(mistakes, len, || Style { raw, coding, ..right.clone() }.write());
    };
    let is_double = matches!(right.coding, Coding::Encoded(_));
    let as_sent = if is_double { PATH_ENCODED_ONCE } else { PATH_VERBATIM };
    for mask in masks(count_sequences(raw, |_| true)) {
        let decoded = rewrite_sequences(raw, mask, |_| true, |_, byte, out| out.push(byte));
        if is_double && !decoded.contains(&b'?') {
            add([PATH_PARTLY_ENCODED; 2], &decoded, right.coding);
        }
    }
    for mask in masks(count_sequences(raw, has_hex_letter)) {
        let lower = rewrite_sequences(raw, mask, has_hex_letter, |text, _, out| out.extend(text.to_ascii_lowercase()));
        add([PATH_HEX_LOWER, as_sent], &lower, right.coding);
        add([PATH_HEX_LOWER, as_sent], &lower, Coding::Wire);
    }
}

/// The subsets of so many occurrences, but not the empty one. None if there are too many.
fn masks(occurrences: usize) -> Range<u32> {
    if occurrences > MAX_OCCURRENCES { 0..0 } else { 1..(1 << occurrences) }
}

/// Variants of paths that a proxy may have changed, and of texts that are no path.
fn add_sources(variants: &mut Variants, right: &Style<'_>, facts: &PathFacts<'_>) {
    for source in sources::guessed(facts) {
        let len = source.raw.len();
        let style = Style { raw: &source.raw, ..right.clone() };
        variants.add(source.mistake.clone(), len, source.is_combined, || style.write());
    }
    for source in sources::urls(facts) {
        for coding in [Coding::Wire, Coding::Encoded(1)] {
            let style = Style { raw: &source.raw, coding, shape: Shape::AsIs, ..right.clone() };
            variants.add(source.mistake.clone(), source.raw.len(), source.is_combined, || style.write());
        }
    }
}

impl<'s> Style<'s> {
    /// How the service writes a path.
    fn right(facts: &PathFacts<'s>) -> Self {
        let coding = match facts.encoding {
            PathEncoding::Double => Coding::Encoded(1),
            PathEncoding::Canonical => Coding::Decoded(1),
            PathEncoding::Verbatim => Coding::Wire,
        };
        let shape = if facts.normalize { Shape::Normal } else { Shape::AsIs };
        Self { raw: facts.raw, coding, shape, soft: Soft::These(b""), edit: Edit::Nothing }
    }

    fn write(&self) -> Vec<u8> {
        let text = if self.coding.shapes_wire() {
            self.coding.write(&self.shape.write(self.raw))
        } else {
            self.shape.write(&self.coding.write(self.raw))
        };
        self.edit.write(self.soft.write(text))
    }
}

impl Soft {
    fn write(self, text: Vec<u8>) -> Vec<u8> {
        match self {
            Self::These(b"") => text,
            Self::These(set) => soften(&text, set),
            Self::Only(only) => decode_if(&text, |byte| byte == only && byte != b'%'),
            Self::AllOfAsciiBut(but) => decode_if(&text, |byte| byte.is_ascii_graphic() && byte != but && byte != b'%'),
        }
    }
}
#[cfg(test)]
mod tests {
    use super::{PathFacts, variants};
    use crate::canonical::path::CanonicalPath;
    use crate::explain::targets::original_targets;
    use crate::settings::PathEncoding::{self, Canonical, Double, Verbatim};
    use std::borrow::Cow;

    fn facts(raw: &str, encoding: PathEncoding) -> PathFacts<'_> {
        let (query, host) = (b"x=1", b"bucket.s3.amazonaws.com");
        PathFacts { raw: raw.as_bytes(), encoding, normalize: encoding == Double, query, host, targets: &[] }
    }

    fn name(raw: &str, encoding: PathEncoding, signed: &str) -> Option<(String, Vec<&'static str>)> {
        let variants = variants(&facts(raw, encoding));
        let variant = variants.find(signed.as_bytes())?;
        let names: Vec<_> = variant.mistakes.iter().map(|m| m.cause.name).collect();
        Some((names.join("+"), variant.others.iter().map(|cause| cause.name).collect()))
    }

    #[test]
    fn the_right_way_is_the_pipelines() {
        for raw in [
            "",
            "/",
            "//",
            "/.",
            "/..",
            "/a/b/..",
            "/a/./b/",
            "/a//b/../c",
            "/a b+c/é",
            "/a%20b",
            "/a%2fb%7e",
            "/.a/..b",
            "/%zz",
        ] {
            for encoding in [Double, Canonical, Verbatim] {
                for normalize in [true, false] {
                    if let Ok(right) = CanonicalPath::new(raw, || encoding, normalize) {
                        let variants = variants(&PathFacts { normalize, ..facts(raw, encoding) });
                        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                        assert_eq!(text(&variants.right), text(right.as_bytes()), "{raw} {encoding:?} {normalize}");
                    }
                }
            }
        }
    }

    #[test]
    fn mistakes_of_clients_have_their_names() {
        for (raw, encoding, signed, expected) in [
            ("/a%20b", Double, "/a%20b", "path-encoded-once"),
            ("/a:b", Double, "/a:b", "path-encoded-once"),
            ("/a:b%20c", Double, "/a%3Ab%20c", "path-encoded-once"),
            ("/a:b", Double, "/a%253Ab", "path-sent-unencoded"),
            ("/a%20b", Double, "/a%252520b", "path-encoded-thrice"),
            ("/a%20b", Double, "/a b", "path-decoded"),
            ("/a%2Fb", Double, "/a/b", "path-slash-decoded"),
            ("/a%2Fb%20", Double, "/a/b%2520", "path-slash-decoded"),
            ("/a+b", Double, "/a%20b", "path-plus-as-space"),
            ("/a+b", Double, "/a%2520b", "path-plus-as-space"),
            ("/a//b", Double, "/a//b", "path-not-normalized"),
            ("/a/../b", Double, "/a/../b", "path-not-normalized"),
            ("/a/b/..", Double, "/a/", "path-final-dot-segment"),
            ("/dev/a", Double, "/a", "path-missing-stage"),
            ("/a//b%20c", Double, "/a//b%20c", "path-encoded-once+path-not-normalized"),
            ("/a%20b", Canonical, "/a%2520b", "path-encoded-twice"),
            ("/a+b", Canonical, "/a+b", "path-verbatim-s3"),
            ("/a+b", Canonical, "/a%20b", "path-plus-as-space"),
            ("/a%2fb", Canonical, "/a%2Fb", "path-slash-encoded"),
            ("/a//b", Canonical, "/a/b", "path-slashes-merged"),
            ("/a%5Bb%5D/%C3%BC", Double, "/a%5Bb%5D/%25C3%25BC", "path-partly-encoded"),
            ("/file%20(1).txt/a%25b", Double, "/file%20%281%29.txt/a%2525b", "path-partly-encoded"),
            ("/x%2Fy", Double, "/x%252fy", "path-hex-lower-case"),
            ("/a/x%2Fy", Canonical, "/a/x%2fy", "path-verbatim-s3+path-hex-lower-case"),
            ("/x%2Fy/%C3%BC", Double, "/x%252Fy/%25c3%25bc", "path-hex-lower-case"),
            ("/x%2fy", Double, "/x%252Fy", "path-hex-upper-case"),
            ("/x%2Fy/%2E/a", Double, "/x%252fy/%252E/a", "path-hex-lower-case"),
            ("/x%2Fy/%2E/a", Double, "/x%252fy/%252e/a", "path-hex-lower-case"),
            ("/p/a%20b/f%20(1)", Double, "/p/a%2520b/f%20%281%29", "path-partly-encoded"),
            ("/a%20b/a%5Bb%5D/a%5Bb%5D", Double, "/a%20b/a%255Bb%5D/a%255Bb%5D", "path-partly-encoded"),
            ("/x%2Fy/x%2Fy", Canonical, "/x%2fy/x%2Fy", "path-hex-lower-case+path-verbatim-s3"),
            ("/v1/a;b%20", Double, "/v1/a", "path-cut-at-semicolon"),
            ("/v1/a://c", Canonical, "", "path-read-as-url"),
            ("/a/../b", Canonical, "/b", "path-normalized"),
            ("/", Canonical, "", "path-empty"),
            ("/a%2Fb", Canonical, "%2Fa%2Fb", "path-slash-encoded"),
            ("/x/a://", Double, "/", "path-read-as-url"),
            ("/x/a://b/c%20d", Double, "/c%2520d", "path-read-as-url"),
            ("//a/b", Canonical, "/b", "path-read-as-url"),
            ("/x/a://b/c%20d", Double, "/c%20d", "path-encoded-once+path-read-as-url"),
            ("/a(b),c", Double, "/a%28b%29,c", "path-reserved-kept"),
            ("/a(b),c*", Double, "/a(b%29%2Cc%2A", "path-reserved-kept"),
            ("/a(b),c*", Canonical, "/a%28b),c*", "path-reserved-kept"),
            ("/a%20(b)", Double, "/a%2520(b)", "path-reserved-kept"),
            ("/a/%2e/%C3%BC", Double, "/a/%25C3%25BC", "path-encoded-dots-resolved"),
            ("/a/b/%2E%2e/c", Canonical, "/a/c", "path-normalized"),
            ("/a//%2e./%C3%BC", Double, "/a/%C3%BC", "path-encoded-once+path-encoded-dots-resolved"),
            ("/café", Double, "/caf%25C3%25A9", "path-sent-unencoded"),
            ("/café(1)", Double, "/caf%25C3%25A9%281%29", "path-sent-unencoded"),
            ("/a@b", Double, "/a%2540b", "path-sent-unencoded"),
            ("/a%20b%40c", Double, "/a%20b%2540c", "path-partly-encoded"),
            ("/a%20b%C3%BC", Double, "/a%2520b%C3%BC", "path-partly-encoded"),
            ("/a%20b%3Ac%2Bd", Double, "/a%20b%3Ac%252Bd", "path-partly-encoded"),
            ("/a%20b%40c", Canonical, "/a%20b%2540c", "path-partly-encoded"),
            ("/a%20%7E(b)", Double, "/a%2520~%28b%29", "path-decoded"),
            ("/a%2520%C3%BC", Canonical, "/a%20%C3%BC", "path-decoded-twice"),
            ("/a.b-c_d", Double, "/a%2Eb%2Dc%5Fd", "path-unreserved-encoded"),
            ("/a.b", Double, "/a%252Eb", "path-unreserved-encoded"),
            ("/a%20b", Canonical, "/a+b", "path-space-as-plus"),
            ("/a%20b", Double, "/a%2Bb", "path-space-as-plus"),
            ("/Ab", Double, "/ab", "path-case-lowered"),
            ("/a/b", Double, "a/b", "path-without-slash"),
            ("/a/b;v=1", Double, "/a/b", "path-cut-at-semicolon"),
            ("/sum", Double, "/sum%3Fx%3D1", "path-includes-query"),
            ("/sum", Double, "/sum?x=1", "path-includes-query"),
            ("/a", Canonical, "https://bucket.s3.amazonaws.com/a", "path-is-url"),
            ("/a", Canonical, "bucket.s3.amazonaws.com/a?x=1", "path-is-url"),
            ("/b/k%20", Double, "/s3/b/k%2520", "path-prefix-cut"),
            ("/", Double, "/prod", "path-prefix-cut"),
            ("/a/b/c", Double, "/c", "path-prefix-added"),
            ("/a/", Canonical, "/bucket/a/", "path-bucket-style"),
            ("/a/index.html", Canonical, "/a/", "path-suffix-added"),
        ] {
            let found = name(raw, encoding, signed).map(|(name, _)| name);
            assert_eq!(found.as_deref(), Some(expected), "{raw} signed as {signed}");
        }
    }

    #[test]
    fn headers_of_proxies_give_the_signed_path() {
        for (header, value, signed, expected) in [
            ("X-Forwarded-Prefix", "/x/", "/x/b/k", "path-prefix-cut"),
            ("X-Forwarded-Prefix", "/b", "/k", "path-prefix-added"),
            ("X-Original-URI", "/api/store/b%20/k?x=1", "/api/store/b%20/k", "path-rewritten"),
            ("X-Envoy-Original-Path", "/q", "/q", "path-rewritten"),
        ] {
            let headers = [(Cow::Borrowed(header), Cow::Borrowed(value.as_bytes()))];
            let targets = original_targets(&headers);
            let variants = variants(&PathFacts { targets: &targets, ..facts("/b/k", Canonical) });
            let names = variants.find(signed.as_bytes()).map(|v| v.mistakes.iter().map(|m| m.cause.name).collect());
            assert_eq!(names, Some(vec![expected]), "{header}");
        }
    }

    #[test]
    fn the_host_tells_the_style_of_a_bucket() {
        for (host, expected) in [
            ("s3.eu-west-1.amazonaws.com", "path-bucket-style"),
            ("minio:9000", "path-bucket-style"),
            ("b.s3.eu-west-1.amazonaws.com", "path-missing-stage"),
        ] {
            let variants = variants(&PathFacts { host: host.as_bytes(), ..facts("/bucket/a", Canonical) });
            let variant = variants.find(b"/a").unwrap();
            assert_eq!(variant.mistakes.first().map(|m| m.cause.name), Some(expected), "{host}");
        }
    }

    #[test]
    fn what_cannot_be_told_apart_is_said() {
        let found = name("/a%20b", Double, "/a%20b");
        assert_eq!(found, Some(("path-encoded-once".to_owned(), vec!["path-decoded"])), "decoded, and encoded once");
        assert_eq!(name("/a/b", Double, "/a/b"), None, "a right way is not a mistake");
    }
}
