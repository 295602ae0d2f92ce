//! The canonical request that AWS computed, compared with the one that the client made.

use crate::algorithm::Algorithm;
use crate::auth::SignatureLocation;
use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::explain::cause::Cause;
use crate::explain::headers;
use crate::explain::headers::host::{self, HostFacts};
use crate::explain::headers::lines::HeaderFacts;
use crate::explain::key::causes::SECRET_OF_OTHER_KEY;
use crate::explain::log::masked::unmasked;
use crate::explain::method;
use crate::explain::path;
use crate::explain::path::causes::PATH_VERBATIM;
use crate::explain::path::facts::PathFacts;
use crate::explain::payload::{self, PayloadFacts};
use crate::explain::query;
use crate::explain::query::facts::QueryFacts;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::search::comparison::{compare, forms};
use crate::explain::search::sections::Sections;
use crate::explain::spelling::{decode, encode};
use crate::explain::structure::causes::MISMATCH;
use crate::explain::variants::Variants;
use crate::name;
use crate::redact::Redactor;
use crate::settings::{PathEncoding, SessionTokenPlacement, is_s3};
use std::borrow::Cow;

/// The canonical request in a refusal by AWS.
pub(crate) struct AwsCanonicalRequest<'a> {
    pub(crate) text: &'a str,
    /// Whether the text is cut off.
    pub(crate) cut_off: bool,
    /// Whether the service is one of S3's. `None` if unknown.
    pub(crate) is_s3: Option<bool>,
}

impl AwsCanonicalRequest<'_> {
    /// Compares with the client's canonical request: the cause, and the differences.
    pub(crate) fn compare(&self, client: &str, redactor: &Redactor) -> (Finding, Vec<Difference>) {
        let mismatch = || Finding::new(&[MISMATCH.into()], Certainty::Possible);
        let forms = forms(&unmasked(client, self.text.as_bytes()));
        let whole = forms.iter().find(|form| form.as_slice() == self.text.trim_end().as_bytes());
        let Some(form) = whole.or_else(|| forms.first()) else { return (mismatch(), Vec::new()) };
        let aws = if self.cut_off {
            self.text.rsplit_once('\n').map_or("", |(lines, _)| lines)
        } else {
            self.text.trim_end()
        };
        let beginning = if self.cut_off { first_lines(form, aws) } else { form.as_slice() };
        let differences = match aws {
            "" => Vec::new(),
            aws => Difference::find(aws.as_bytes(), beginning, redactor),
        };
        let finding = match (differences.is_empty(), self.cut_off) {
            (true, true) => mismatch(),
            (true, false) => Finding::new(&[SECRET_OF_OTHER_KEY.into()], Certainty::Likely),
            (false, true) => self.cause(form, &completed(aws, form)).unwrap_or_else(mismatch),
            (false, false) => self.cause(form, aws).unwrap_or_else(mismatch),
        };
        (finding, differences)
    }

    /// The mistakes that turn AWS's canonical request into the client's. If the service is unknown, both S3 and another
    /// service are tried, and a cause that depends on the service is not certain.
    fn cause(&self, form: &[u8], aws: &str) -> Option<Finding> {
        let of = |s3: bool| {
            let sections = sections(aws, s3, None).map(|all| if s3 { with_wire_path(all, form) } else { all });
            sections.and_then(|sections| compare(form, &sections)).filter(|found| !found.mistakes.is_empty())
        };
        let (found, other) = match self.is_s3 {
            Some(s3) => (of(s3), None),
            None => (of(true), of(false)),
        };
        let found = found?;
        let supposed = found.mistakes.iter().any(|mistake| mistake.cause == PATH_VERBATIM);
        let either = other.into_iter().flat_map(|other| other.mistakes).map(|mistake| mistake.cause);
        let is_new = |cause: &Cause| !found.others.contains(cause) && found.mistakes.iter().all(|m| m.cause != *cause);
        let either: Vec<_> = either.filter(is_new).collect();
        let sure = found.known && !supposed && self.is_s3.is_some();
        let certainty = if sure { Certainty::Certain } else { Certainty::Likely };
        Some(Finding::new(&found.mistakes, certainty).proven_by(Proof::Answer).or(&found.others).or(&either))
    }
}

/// The sections of AWS's canonical request, and the variants that a client may have written. The path of the wire is taken if
/// AWS's path results from it; else it is derived from AWS's path.
pub(crate) fn sections(canonical: &str, s3: bool, wire: Option<&str>) -> Option<Sections<Variants>> {
    let mut lines = canonical.split('\n');
    let (method, path, query) = (lines.next()?, lines.next()?, lines.next()?);
    let fields: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let (names, payload) = (lines.next()?, lines.next()?);
    let received: Vec<_> = fields
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value.as_bytes())))
        .collect();
    let host = received.iter().find(|(name, _)| name == name::HOST).map_or(&b""[..], |(_, value)| value);
    let (derived, encoding) =
        if s3 { (path.into(), PathEncoding::Canonical) } else { (decode(path.as_bytes()), PathEncoding::Double) };
    let location =
        if query.contains(name::query::ALGORITHM) { SignatureLocation::Query } else { SignatureLocation::Header };
    let query = QueryFacts {
        raw: query.as_bytes(),
        is_canonical: true,
        method,
        plus: PlusDecoding::Space,
        location,
        token: SessionTokenPlacement::Signed,
        targets: &[],
    };
    let headers = HeaderFacts {
        received: &received,
        listed: names.split(';').collect(),
        host,
        hosts: host::others(&HostFacts {
            right: host,
            authority: None,
            received: &received,
            given: &[],
            path,
            scope: None,
        }),
        body_lengths: Vec::new(),
    };
    let paths = |raw: &[u8], normalize| {
        path::variants(&PathFacts { raw, encoding, normalize, query: query.raw, host, targets: &[] })
    };
    let given = wire.map(|wire| paths(wire.as_bytes(), !s3)).filter(|given| given.right == path.as_bytes());
    let payload = PayloadFacts { body: Some(b""), original: None, declared: Some(payload.into()) };
    Some(Sections {
        method: method::variants(method),
        path: given.unwrap_or_else(|| paths(&derived, false)),
        query: query::variants(&query),
        headers: headers::variants(&headers),
        payload: payload::variants(&payload)?,
    })
}

/// Whether the service of a string to sign is one of S3's. `None` if there is no whole string to sign.
pub(crate) fn is_s3_scope(string_to_sign: &str) -> Option<bool> {
    let mut lines = string_to_sign.lines();
    // The scope of Signature Version 4a has no region before its service.
    let before = if lines.next() == Some(Algorithm::EcdsaP256Sha256.as_str()) { 1 } else { 2 };
    let mut parts = lines.nth(1).unwrap_or_default().split('/').skip(before);
    // A service at the end of the text may be cut off.
    parts.next().filter(|_| parts.next().is_some()).map(is_s3)
}

/// S3 decodes the path of the wire and encodes it again, so its response does not show the original path. If the client's path
/// may have been the path of the wire, that is the first cause.
fn with_wire_path(mut sections: Sections<Variants>, client: &[u8]) -> Sections<Variants> {
    let signed = client.split(|b| *b == b'\n').nth(1).unwrap_or_default();
    suppose_wire(&mut sections.path, signed);
    sections
}

/// The same for every path that a client may have signed.
pub(crate) fn with_any_wire_path(mut sections: Sections<Variants>) -> Sections<Variants> {
    let signed: Vec<_> = sections.path.singles().map(|variant| variant.bytes.clone()).collect();
    signed.iter().for_each(|signed| suppose_wire(&mut sections.path, signed));
    sections
}

fn suppose_wire(path: &mut Variants, signed: &[u8]) {
    let fits_wire =
        signed.starts_with(b"/") && signed.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#'));
    let again = || encode(&decode(signed), EncodeSet::UnreservedAndSlash);
    if fits_wire && signed != path.right && again() == path.right {
        path.suppose(PATH_VERBATIM, signed);
    }
}

/// The first lines of the client's text, as many as in AWS's.
fn first_lines<'f>(form: &'f [u8], aws: &str) -> &'f [u8] {
    let mut ends = form.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at);
    let end = ends.nth(aws.matches('\n').count());
    end.map_or(form, |end| form.split_at(end).0)
}

/// The complete parts of AWS's text, and the client's own in place of those that are cut off.
fn completed(aws: &str, form: &[u8]) -> String {
    let form = String::from_utf8_lossy(form);
    let lines: Vec<_> = aws.split('\n').collect();
    // After the headers' blank line only the list of names is left before the payload.
    let has_names = lines.iter().skip(3).rev().skip(1).any(|line| line.is_empty());
    if has_names {
        let payload = form.rsplit_once('\n').map_or(&*form, |(_, last)| last);
        return format!("{aws}\n{payload}");
    }
    let whole = lines.len().min(3);
    let own = form.split('\n').skip(whole);
    lines.iter().take(whole).copied().chain(own).collect::<Vec<_>>().join("\n")
}
