//! Settings of signers and verifiers, and the defaults of each service.

pub use crate::bytes::percent::PlusDecoding;

use crate::endpoint::Endpoint;
use crate::scope::S3_FAMILY;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// How the canonical request spells the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PathEncoding {
    /// The path of the wire, encoded a second time: `/a%20b` is signed as `/a%2520b`. The default outside S3.
    Double,
    /// The path decoded once and encoded once: S3, MinIO and Ceph compute it from what they receive. `/a+b` is signed as
    /// `/a%2Bb`, and the request is sent with `/a%2Bb`. The default of the S3 family.
    Canonical,
    /// The path of the wire, unchanged: AWS's own signers do this for S3. S3 refuses a path whose wire form is not
    /// canonical, such as `/a+b`. The default of the S3 family for AWS's hosts of S3 Control, `*.s3-control.{region}` and
    /// `s3-outposts.{region}`: their paths have names with an encoded slash, such as `/v20180820/tags/arn%3Aaws%3As3%3A…%2Fb`.
    Verbatim,
}

/// Whether the session token is part of the signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SessionTokenPlacement {
    /// It is signed and sent. The default.
    Signed,
    /// It is sent outside the signature. The default of `iotdevicegateway`.
    Unsigned,
}

/// Whether `x-amz-content-sha256` is sent and signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ContentSha256Header {
    /// Always. The default of the S3 family.
    Always,
    /// If the server cannot hash the body itself: with [`Payload::Unsigned`](crate::Payload::Unsigned) and
    /// [`Payload::Streaming`](crate::Payload::Streaming), or if the request has the header already. The default outside S3.
    IfNeeded,
    /// Never. A header that the request has is still updated.
    Never,
}

/// A signer's settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    path_encoding: PathEncoding,
    /// Whether the hosts of S3 Control have an encoding of their own.
    control_is_verbatim: bool,
    pub(crate) normalize_path: bool,
    pub(crate) content_sha256: ContentSha256Header,
    pub(crate) session_token: SessionTokenPlacement,
    pub(crate) plus: PlusDecoding,
    pub(crate) signed_host: Option<String>,
    pub(crate) selection: Selection,
    /// Whether a presigned URL leaves the body unsigned.
    pub(crate) presign_unsigned: bool,
    /// Whether the time of signing may be any year of four digits.
    pub(crate) any_year: bool,
    /// The operations of the service that are signed without their bodies.
    pub(crate) unsigned_operations: &'static [Operation],
}

impl Settings {
    /// The defaults of `service`.
    pub(crate) fn for_service(service: &str) -> Self {
        let s3 = is_s3(service);
        let iot = service == "iotdevicegateway";
        Self {
            path_encoding: if s3 { PathEncoding::Canonical } else { PathEncoding::Double },
            control_is_verbatim: s3,
            normalize_path: !s3,
            content_sha256: if s3 { ContentSha256Header::Always } else { ContentSha256Header::IfNeeded },
            session_token: if iot { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed },
            plus: PlusDecoding::Space,
            signed_host: None,
            selection: Selection::default(),
            presign_unsigned: s3,
            any_year: false,
            unsigned_operations: unsigned_operations(service),
        }
    }
}

/// An operation, by its method and the segments of its path.
#[derive(Debug)]
pub(crate) struct Operation {
    method: &'static str,
    path: &'static [Segment],
}

#[derive(Debug)]
enum Segment {
    Literal(&'static str),
    /// A segment of any text.
    Any,
    /// All segments that follow, at least one.
    Rest,
}

/// The operations whose body the model of the service leaves out of the signature: their payload line is `UNSIGNED-PAYLOAD`, and
/// `x-amz-content-sha256` says so.
///
/// Source: the operations with `aws.auth#unsignedPayload` (`v4-unsigned-body`) in the models of botocore 1.43.11, in this order:
/// `PutSnapshotBlock`; `PostContent` of Lex and `RecognizeUtterance` of Lex V2; `PutObject`; `UploadReadSetPart`;
/// `WriteGetObjectResponse`.
const fn unsigned_operations(service: &str) -> &'static [Operation] {
    use Segment::{Any, Literal, Rest};
    match service.as_bytes() {
        b"ebs" => &[Operation { method: "PUT", path: &[Literal("snapshots"), Any, Literal("blocks"), Any] }],
        b"lex" => &[
            Operation {
                method: "POST",
                path: &[Literal("bot"), Any, Literal("alias"), Any, Literal("user"), Any, Literal("content")],
            },
            Operation {
                method: "POST",
                path: &[
                    Literal("bots"),
                    Any,
                    Literal("botAliases"),
                    Any,
                    Literal("botLocales"),
                    Any,
                    Literal("sessions"),
                    Any,
                    Literal("utterance"),
                ],
            },
        ],
        b"mediastore" => &[Operation { method: "PUT", path: &[Rest] }],
        b"omics" => &[Operation {
            method: "PUT",
            path: &[Literal("sequencestore"), Any, Literal("upload"), Any, Literal("part")],
        }],
        b"s3-object-lambda" => &[Operation { method: "POST", path: &[Literal("WriteGetObjectResponse")] }],
        _ => &[],
    }
}

impl Operation {
    fn is(&self, method: &str, path: &str) -> bool {
        let mut given = path.strip_prefix('/').unwrap_or(path).split('/');
        let mut whole = false;
        let all = self.path.iter().all(|segment| match (segment, given.next()) {
            (Segment::Literal(literal), Some(text)) => *literal == text,
            (Segment::Any, Some(text)) => !text.is_empty(),
            (Segment::Rest, Some(text)) => {
                whole = true;
                !text.is_empty()
            }
            (_, None) => false,
        });
        all && self.method == method && (whole || given.next().is_none())
    }
}

impl Settings {
    /// Sets how paths are encoded, whatever the host.
    pub(crate) const fn set_path_encoding(&mut self, encoding: PathEncoding) {
        self.path_encoding = encoding;
        self.control_is_verbatim = false;
    }

    /// How the paths of requests are encoded, but for those to S3 Control.
    #[inline]
    pub(crate) const fn path_encoding(&self) -> PathEncoding {
        self.path_encoding
    }

    /// How the path of a request to `host` is encoded. Only paths that are not the same in every encoding ask.
    #[cold]
    pub(crate) fn path_encoding_for(&self, host: &[u8]) -> PathEncoding {
        let is_control = || str::from_utf8(host.trim_ascii()).is_ok_and(Endpoint::is_s3_control);
        if self.control_is_verbatim && is_control() { PathEncoding::Verbatim } else { self.path_encoding }
    }

    /// Whether the service's model leaves the body of this operation out of the signature.
    #[inline]
    pub(crate) fn leaves_unsigned(&self, method: &str, path: &str) -> bool {
        self.unsigned_operations.iter().any(|operation| operation.is(method, path))
    }
}

/// Whether `service` follows the rules of S3: `s3`, `s3express`, `s3-outposts` or `s3-object-lambda`.
#[must_use]
pub fn is_s3(service: &str) -> bool {
    S3_FAMILY.contains(&service)
}

/// Which of a request's headers are signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    included: BTreeSet<String>,
    excluded: BTreeSet<String>,
    only: Option<BTreeSet<String>>,
}

impl Selection {
    pub(crate) fn include(&mut self, header: &str) {
        let header = header.to_ascii_lowercase();
        self.excluded.remove(&header);
        self.included.insert(header);
    }

    pub(crate) fn exclude(&mut self, header: &str) {
        let header = header.to_ascii_lowercase();
        self.included.remove(&header);
        self.excluded.insert(header);
    }

    pub(crate) fn only(&mut self, headers: impl Iterator<Item = String>) {
        self.only = Some(headers.map(|h| h.to_ascii_lowercase()).collect());
    }

    /// Includes a header that is signed whatever else is chosen.
    #[cfg(feature = "stream")]
    pub(crate) fn require(&mut self, header: &str) {
        if let Some(only) = &mut self.only {
            only.insert(header.to_ascii_lowercase());
        }
        self.include(header);
    }

    /// Whether a header of this name, in any case, is signed.
    #[inline]
    pub(crate) fn signs(&self, header: &str) -> bool {
        if self.only.is_none() && self.included.is_empty() && self.excluded.is_empty() {
            return !is_left_out(header);
        }
        let upper = header.bytes().any(|b| b.is_ascii_uppercase());
        let lower = if upper { Cow::Owned(header.to_ascii_lowercase()) } else { Cow::Borrowed(header) };
        let lower = lower.as_ref();
        if let Some(only) = &self.only {
            return only.contains(lower);
        }
        self.included.contains(lower) || !(self.excluded.contains(lower) || is_left_out(lower))
    }
}

/// Whether the header is left out of the signature by default: proxies and HTTP stacks change it on the way, or it traces the request.
///
/// The first and the last letter leave at most one name to compare, and for most headers none (row `sign-30-20`).
#[inline(always)]
fn is_left_out(header: &str) -> bool {
    let last = header.bytes().last().map(|last| last.to_ascii_lowercase());
    let is = |names: &[&str]| names.iter().any(|name| name.bytes().last() == last && name.eq_ignore_ascii_case(header));
    let begins = |name: &str| header.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    match header.bytes().next().map(|first| first.to_ascii_lowercase()) {
        Some(b'a') => is(&["authorization"]),
        Some(b'b') => is(&["baggage"]),
        Some(b'c') => is(&["connection"]),
        Some(b'e') => is(&["expect"]),
        Some(b'k') => is(&["keep-alive"]),
        Some(b'p') => begins("proxy-"),
        Some(b's') => begins("sec-websocket-"),
        Some(b't') => is(&["te", "traceparent", "tracestate", "trailer", "transfer-encoding"]),
        Some(b'u') => is(&["upgrade", "user-agent"]),
        Some(b'x') => is(&["x-amzn-trace-id"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Selection, Settings};

    #[test]
    fn only_the_operations_of_the_table_are_unsigned() {
        let unsigned =
            |service: &str, method: &str, path: &str| Settings::for_service(service).leaves_unsigned(method, path);
        for (service, method, path) in [
            ("ebs", "PUT", "/snapshots/snap-1/blocks/0"),
            ("lex", "POST", "/bot/b/alias/a/user/u/content"),
            ("lex", "POST", "/bots/B/botAliases/A/botLocales/en_US/sessions/s/utterance"),
            ("mediastore", "PUT", "/a/b"),
            ("omics", "PUT", "/sequencestore/1/upload/2/part"),
            ("s3-object-lambda", "POST", "/WriteGetObjectResponse"),
        ] {
            assert!(unsigned(service, method, path), "{service} {path}");
            assert!(!unsigned(service, "DELETE", path) && !unsigned("execute-api", method, path), "{service} {path}");
            assert!(service == "mediastore" || !unsigned(service, method, &format!("{path}/x")), "{service} {path}");
        }
        for (service, path) in [
            ("ebs", "/snapshots"),
            ("ebs", "/snapshots//blocks/0"),
            ("lex", "/bot/b/alias/a/user/u/text"),
            ("mediastore", "/"),
            ("mediastore", ""),
            ("s3-object-lambda", "/other"),
        ] {
            assert!(!["PUT", "POST"].iter().any(|method| unsigned(service, method, path)), "{service} {path}");
        }
    }

    #[test]
    fn names_match_in_any_case() {
        let mut selection = Selection::default();
        for left_out in ["User-Agent", "PROXY-anything", "Sec-WebSocket-Key", "te"] {
            assert!(!selection.signs(left_out), "{left_out}");
        }
        assert!(selection.signs("proxy") && selection.signs("t") && selection.signs("Content-Type"));
        selection.exclude("Via");
        selection.include("user-agent");
        assert!(!selection.signs("VIA") && selection.signs("User-Agent") && !selection.signs("expect"));
    }

    #[test]
    fn the_later_call_wins() {
        let mut selection = Selection::default();
        selection.exclude("range");
        selection.include("Range");
        assert!(selection.signs("range"));
        selection.exclude("RANGE");
        assert!(!selection.signs("range"));
    }

    #[test]
    fn a_given_set_is_all_there_is() {
        let mut selection = Selection::default();
        selection.only(["Content-Type".to_owned()].into_iter());
        assert!(selection.signs("content-type") && !selection.signs("x-amz-meta-a"));
    }
}
