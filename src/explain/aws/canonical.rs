//! The canonical request that AWS computed, beside the one that the client made.

use crate::auth::params::SignatureLocation;
use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::explain::aws::response::AwsResponse;
use crate::explain::cause::Cause;
use crate::explain::headers::host as hosts;
use crate::explain::headers::{self, HeaderFacts};
use crate::explain::key::causes::SECRET_OF_OTHER_KEY;
use crate::explain::method::methods;
use crate::explain::path;
use crate::explain::path::causes::PATH_VERBATIM;
use crate::explain::payload::{self, PayloadFacts};
use crate::explain::query::{self, QueryFacts};
use crate::explain::report::Report;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding};
use crate::explain::search::Axes;
use crate::explain::search::comparison::{compare, forms};
use crate::explain::spelling::{decode, encode};
use crate::explain::structure::causes::MISMATCH;
use crate::name;
use crate::settings::{PathEncoding, SessionTokenPlacement, is_s3};
use std::borrow::Cow;

impl AwsResponse {
    pub(crate) fn compare(&self, client: &str, aws: &str, report: &mut Report) {
        let forms = forms(client);
        let whole = forms.iter().find(|form| form.as_slice() == aws.trim_end().as_bytes());
        let Some(form) = whole.or_else(|| forms.first()) else {
            report.findings.push(Finding::new(&[MISMATCH.into()], Certainty::Possible));
            return;
        };
        let aws = if self.cut_off { aws.rsplit_once('\n').map_or("", |(lines, _)| lines) } else { aws.trim_end() };
        let beginning = if self.cut_off { first_lines(form, aws) } else { form.as_slice() };
        report.difference = Difference::find(aws.as_bytes(), beginning, &self.redactor()).filter(|_| !aws.is_empty());
        report.findings.push(match (&report.difference, self.cut_off) {
            (None, true) => Finding::new(&[MISMATCH.into()], Certainty::Possible),
            (None, false) => Finding::new(&[SECRET_OF_OTHER_KEY.into()], Certainty::Likely),
            (Some(_), true) => self.cause(form, &completed(aws, form)),
            (Some(_), false) => self.cause(form, aws),
        });
    }

    /// What makes the client's canonical request of AWS's. Where the service is not known, it is S3 or another one, and
    /// what differs between the two is not certain.
    fn cause(&self, form: &[u8], aws: &str) -> Finding {
        let of = |s3: bool| {
            let axes = self.axes(aws, s3).map(|axes| if s3 { with_wire_path(axes, form) } else { axes });
            axes.and_then(|axes| compare(form, &axes)).filter(|found| !found.mistakes.is_empty())
        };
        let (found, other) = match self.is_s3() {
            Some(s3) => (of(s3), None),
            None => (of(true), of(false)),
        };
        let Some(found) = found else { return Finding::new(&[MISMATCH.into()], Certainty::Possible) };
        let supposed = found.mistakes.iter().any(|mistake| mistake.cause == PATH_VERBATIM);
        let either = other.into_iter().flat_map(|other| other.mistakes).map(|mistake| mistake.cause);
        let is_new = |cause: &Cause| !found.others.contains(cause) && found.mistakes.iter().all(|m| m.cause != *cause);
        let either: Vec<_> = either.filter(is_new).collect();
        let sure = found.known && !supposed && self.is_s3().is_some();
        let certainty = if sure { Certainty::Certain } else { Certainty::Likely };
        Finding::new(&found.mistakes, certainty).or(&found.others).or(&either)
    }

    /// The parts of AWS's canonical request, and the ways in which a client may have written them.
    fn axes(&self, canonical: &str, s3: bool) -> Option<Axes> {
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
        let (wire, encoding) =
            if s3 { (path.into(), PathEncoding::Canonical) } else { (decode(path.as_bytes()), PathEncoding::Double) };
        let carrier =
            if query.contains(name::query::ALGORITHM) { SignatureLocation::Query } else { SignatureLocation::Header };
        let facts = QueryFacts {
            raw: query.as_bytes(),
            plus: PlusDecoding::Space,
            carrier,
            token: SessionTokenPlacement::Signed,
        };
        let headers = HeaderFacts {
            received: &received,
            listed: names.split(';').collect(),
            host,
            hosts: hosts::others(host, None, &received, &[]),
            body_lengths: Vec::new(),
        };
        let payload = PayloadFacts { body: Some(b""), original: None, stated: Some(payload.into()) };
        Some([
            methods(method),
            path::axis(&wire, encoding, false),
            query::axis(&facts),
            headers::axis(&headers),
            payload::axis(&payload)?,
        ])
    }

    /// Whether the service in the string to sign is one of S3's. JSON never is; `None` if nothing tells.
    fn is_s3(&self) -> Option<bool> {
        let scope = self.string_to_sign.as_deref().and_then(|text| text.lines().nth(2)).unwrap_or_default();
        let mut parts = scope.split('/').skip(2);
        // A service that nothing follows may be cut off.
        let service = parts.next().filter(|_| parts.next().is_some());
        service.map(is_s3).or_else(|| self.json.then_some(false))
    }
}

/// S3 decodes the path of the wire and encodes it again, so its answer does not tell what the path was. Where the
/// client's may have been it, that is supposed first.
fn with_wire_path(mut axes: Axes, client: &[u8]) -> Axes {
    let [_, path, ..] = &mut axes;
    let signed = client.split(|b| *b == b'\n').nth(1).unwrap_or_default();
    let fits_wire = signed.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#'));
    let again = || encode(&decode(signed), EncodeSet::UnreservedAndSlash);
    if fits_wire && signed != path.right && again() == path.right {
        path.suppose(PATH_VERBATIM, signed);
    }
    axes
}

/// As many lines of the client's text as AWS's has.
fn first_lines<'f>(form: &'f [u8], aws: &str) -> &'f [u8] {
    let mut ends = form.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at);
    let end = ends.nth(aws.matches('\n').count());
    form.get(..end.unwrap_or(form.len())).unwrap_or_default()
}

/// AWS's parts that are whole, and the client's own in place of what is cut off.
fn completed(aws: &str, form: &[u8]) -> String {
    let form = String::from_utf8_lossy(form);
    let lines: Vec<_> = aws.split('\n').collect();
    // After the headers' blank line only the list of names is left before the payload.
    let has_names = lines.iter().skip(3).rev().skip(1).any(|line| line.is_empty());
    if has_names {
        return format!("{aws}\n{}", form.rsplit('\n').next().unwrap_or_default());
    }
    let whole = lines.len().min(3);
    let own = form.split('\n').skip(whole);
    lines.iter().take(whole).copied().chain(own).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use crate::explain::aws::response::AwsResponse;
    use crate::explain::report::finding::Certainty;

    /// What S3 computes for a path, and what the client signed.
    #[test]
    fn a_path_that_may_have_been_on_the_wire_is_supposed_to_have_been_there() {
        let answer = "<Message>m</Message><CanonicalRequest>GET\n/a%2Bb%20c\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
        for (signed, name, certainty) in [
            ("/a+b%20c", "path-verbatim-s3", Certainty::Likely),
            ("/a%2bb%20c", "path-verbatim-s3", Certainty::Likely),
            ("/a+b c", "path-decoded", Certainty::Likely),
            ("/a%252Bb%2520c", "path-encoded-twice", Certainty::Likely),
        ] {
            let report = AwsResponse::parse(answer).unwrap();
            let report = report.report(Some(&format!("GET\n{signed}\n\nhost:h\n\nhost\ne3b0")));
            let finding = &report.findings()[0];
            assert_eq!((finding.name(), finding.certainty()), (name, certainty), "{signed}: {report}");
        }
        let report = AwsResponse::parse(answer).unwrap().report(Some("GET\n/a%2bb%20c\n\nhost:h\n\nhost\ne3b0"));
        assert_eq!(report.findings()[0].alternatives(), ["path-hex-lower-case"]);
    }

    #[test]
    fn an_answer_that_shows_no_cause_says_nothing_of_a_search() {
        let report = AwsResponse::parse("{\"message\":\"No.\"}").unwrap().report(None);
        assert!(report.to_string().contains("Unexplained") && !report.to_string().contains("tried"), "{report}");
    }
}
