//! The path, as clients write it.

pub(crate) mod causes;

use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::explain::cause::Cause;
use crate::explain::path::causes::{
    PATH_DECODED, PATH_EMPTY, PATH_ENCODED_ONCE, PATH_ENCODED_THRICE, PATH_ENCODED_TWICE, PATH_FINAL_DOTS,
    PATH_HEX_LOWER, PATH_MISSING_STAGE, PATH_NORMALIZED, PATH_NOT_NORMALIZED, PATH_OMITTED, PATH_PLUS_AS_SPACE,
    PATH_RECODED, PATH_RESERVED_KEPT, PATH_SLASH_DECODED, PATH_SLASH_ENCODED, PATH_SLASHES_KEPT, PATH_SLASHES_MERGED,
    PATH_TILDE_ENCODED, PATH_TRAILING_SLASH, PATH_VERBATIM,
};
use crate::explain::spelling::{SOFT_SETS, decode, encode, lower_hex, recode, replace, soften};
use crate::explain::variants::{Change, Variants};
use crate::settings::PathEncoding;

/// How a client writes a path.
#[derive(Clone)]
struct Style {
    coding: Coding,
    shape: Shape,
    edit: Edit,
}

/// The number of times that the path is encoded.
#[derive(Clone, Copy, PartialEq)]
enum Coding {
    /// As it is on the wire.
    Wire,
    /// The wire's form, encoded this many times.
    Encoded(u8),
    /// Decoded, including `%2F`, and encoded this many times. 0 leaves it decoded.
    Decoded(u8),
    /// Decoded and encoded segment by segment, and the whole encoded this many times more.
    Segments(u8),
    /// As [`Self::Decoded`], with `+` read as a space.
    Form(u8),
    /// Decoded and encoded, including slashes.
    Slashes,
}

/// The treatment of dot segments and repeated slashes.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    AsIs,
    Normal,
    DotsOnly,
    SlashesOnly,
    /// Like [`Self::Normal`], but a final dot segment leaves a slash, as RFC 3986 has it.
    FinalSlash,
}

/// Other changes of the text.
#[derive(Clone, Copy, PartialEq)]
enum Edit {
    Nothing,
    Soft(&'static [u8]),
    LowerHex,
    Tilde,
    WithoutFirst,
    OtherEnd,
    EmptyForRoot,
    Root,
}

/// The variants of the raw `path` for a service with these settings.
pub(crate) fn variants(path: &[u8], encoding: PathEncoding, normalize: bool) -> Variants {
    let raw = if path.is_empty() { b"/" } else { path };
    let coding = match encoding {
        PathEncoding::Double => Coding::Encoded(1),
        PathEncoding::Canonical => Coding::Decoded(1),
        PathEncoding::Verbatim => Coding::Wire,
    };
    let right = Style { coding, shape: if normalize { Shape::Normal } else { Shape::AsIs }, edit: Edit::Nothing };
    let codings = codings(raw, encoding).into_iter();
    let shapes = shapes(normalize).into_iter();
    let edits = edits().into_iter();
    let groups = [
        codings.map(|(cause, coding)| Change::new(cause, move |s: &mut Style| s.coding = coding)).collect(),
        shapes.map(|(cause, shape)| Change::new(cause, move |s: &mut Style| s.shape = shape)).collect(),
        edits.map(|(cause, edit)| Change::new(cause, move |s: &mut Style| s.edit = edit)).collect::<Vec<_>>(),
    ];
    Variants::explore(&right, &groups, raw.len(), |style| Some(style.write(raw)))
}

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
            add(true, PATH_ENCODED_TWICE, Coding::Segments(1));
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
    codings
}

fn shapes(normalize: bool) -> [(Cause, Shape); 4] {
    if normalize {
        [
            (PATH_NOT_NORMALIZED, Shape::AsIs),
            (PATH_FINAL_DOTS, Shape::FinalSlash),
            (PATH_SLASHES_KEPT, Shape::DotsOnly),
            (PATH_NOT_NORMALIZED, Shape::SlashesOnly),
        ]
    } else {
        [
            (PATH_SLASHES_MERGED, Shape::SlashesOnly),
            (PATH_NORMALIZED, Shape::DotsOnly),
            (PATH_NORMALIZED, Shape::Normal),
            (PATH_NORMALIZED, Shape::FinalSlash),
        ]
    }
}

fn edits() -> Vec<(Cause, Edit)> {
    let mut edits: Vec<_> = SOFT_SETS.map(|soft| (PATH_RESERVED_KEPT, Edit::Soft(soft))).into();
    edits.extend([
        (PATH_HEX_LOWER, Edit::LowerHex),
        (PATH_TILDE_ENCODED, Edit::Tilde),
        (PATH_TRAILING_SLASH, Edit::OtherEnd),
        (PATH_MISSING_STAGE, Edit::WithoutFirst),
        (PATH_EMPTY, Edit::EmptyForRoot),
        (PATH_OMITTED, Edit::Root),
    ]);
    edits
}

impl Style {
    fn write(&self, raw: &[u8]) -> Vec<u8> {
        let before = matches!(self.coding, Coding::Wire | Coding::Encoded(_) | Coding::Segments(_) | Coding::Slashes);
        let text = if before { self.coding.write(&self.shape.write(raw)) } else { self.coding.write(raw) };
        let text = if before { text } else { self.shape.write(&text) };
        self.edit.write(text)
    }
}

impl Coding {
    fn write(self, raw: &[u8]) -> Vec<u8> {
        let keep = EncodeSet::UnreservedAndSlash;
        let again = |text: Vec<u8>, times: u8| (0..times).fold(text, |text, _| encode(&text, keep));
        match self {
            Self::Wire => raw.to_vec(),
            Self::Encoded(times) => again(raw.to_vec(), times),
            Self::Decoded(times) => again(decode(raw), times),
            Self::Form(times) => again(decode(&replace(raw, b"+", b" ")), times),
            Self::Segments(times) => {
                let segments: Vec<_> = raw
                    .split(|b| *b == b'/')
                    .map(|s| recode(s, EncodeSet::Unreserved, PlusDecoding::Literal))
                    .collect();
                again(segments.join(&b'/'), times)
            }
            Self::Slashes => encode(&decode(raw), EncodeSet::Unreserved),
        }
    }
}

impl Shape {
    fn write(self, path: &[u8]) -> Vec<u8> {
        let (dots, slashes) = match self {
            Self::AsIs => return path.to_vec(),
            Self::Normal | Self::FinalSlash => (true, true),
            Self::DotsOnly => (true, false),
            Self::SlashesOnly => (false, true),
        };
        let inner = path.strip_prefix(b"/").unwrap_or(path);
        let mut kept: Vec<&[u8]> = Vec::new();
        for segment in inner.split(|b| *b == b'/') {
            match segment {
                b"" if slashes => {}
                b"." if dots => {}
                b".." if dots => {
                    kept.pop();
                }
                other => kept.push(other),
            }
        }
        let last = inner.iter().rposition(|b| *b == b'/').map_or(inner, |slash| inner.split_at(slash + 1).1);
        let final_dots = matches!(last, b"." | b"..") && self != Self::Normal && dots;
        let ends = (last.is_empty() && slashes) || final_dots;
        let mut out = b"/".to_vec();
        out.extend(kept.join(&b'/'));
        if ends && !kept.is_empty() {
            out.push(b'/');
        }
        out
    }
}

impl Edit {
    fn write(self, mut text: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Nothing => text,
            Self::Soft(soft) => soften(&text, soft),
            Self::LowerHex => lower_hex(&text),
            Self::Tilde => replace(&text, b"~", b"%7E"),
            Self::EmptyForRoot if text == b"/" => Vec::new(),
            Self::EmptyForRoot => text,
            Self::Root => b"/".to_vec(),
            Self::OtherEnd if text == b"/" => text,
            Self::OtherEnd => {
                if text.last() == Some(&b'/') {
                    text.pop();
                } else {
                    text.push(b'/');
                }
                text
            }
            Self::WithoutFirst => {
                let rest = text.iter().skip(1).position(|b| *b == b'/');
                rest.and_then(|at| text.get(at + 1..)).map_or_else(|| b"/".to_vec(), <[u8]>::to_vec)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::variants;
    use crate::canonical::path::CanonicalPath;
    use crate::settings::PathEncoding::{self, Canonical, Double, Verbatim};

    fn name(raw: &str, encoding: PathEncoding, signed: &str) -> Option<(String, Vec<&'static str>)> {
        let variants = variants(raw.as_bytes(), encoding, encoding == Double);
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
                    if let Ok(right) = CanonicalPath::new(raw, encoding, normalize) {
                        let variants = variants(raw.as_bytes(), encoding, normalize);
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
            ("/a:b", Double, "/a%253Ab", "path-encoded-twice"),
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
            ("/a/../b", Canonical, "/b", "path-normalized"),
            ("/", Canonical, "", "path-empty"),
            ("/a%2Fb", Canonical, "%2Fa%2Fb", "path-slash-encoded"),
        ] {
            let found = name(raw, encoding, signed).map(|(name, _)| name);
            assert_eq!(found.as_deref(), Some(expected), "{raw} signed as {signed}");
        }
    }

    #[test]
    fn what_cannot_be_told_apart_is_said() {
        let found = name("/a%20b", Double, "/a%20b");
        assert_eq!(found, Some(("path-encoded-once".to_owned(), vec!["path-decoded"])), "decoded, and encoded once");
        assert_eq!(name("/a/b", Double, "/a/b"), None, "a right way is not a mistake");
    }
}
