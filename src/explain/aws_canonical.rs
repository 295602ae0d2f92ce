//! The canonical request that AWS computed, beside the one that the client made.

use super::aws_response::AwsResponse;
use super::cause::Mistake;
use super::cause::key::SECRET_OF_OTHER_KEY;
use super::cause::path::PATH_VERBATIM;
use super::cause::structure::MISMATCH;
use super::comparison::{compare, forms};
use super::diff::Difference;
use super::evidence::methods;
use super::finding::{Certainty, Finding};
use super::headers::{self, HeaderFacts};
use super::payload::{self, PayloadFacts};
use super::query::{self, QueryFacts};
use super::report::Report;
use super::search::Axes;
use super::spelling::{decode, encode};
use super::{hosts, path};
use crate::auth::presented::Carrier;
use crate::bytes::percent::{Keep, Plus};
use crate::name;
use crate::settings::{PathEncoding, SessionToken, is_s3};
use std::borrow::Cow;

impl AwsResponse {
    pub(crate) fn compare(&self, client: &str, aws: &str, report: &mut Report) {
        let forms = forms(client);
        let aws = aws.trim_end();
        let finding = |mistakes: &[Mistake], certainty| Finding::new(mistakes, certainty);
        let Some(form) = forms.iter().find(|form| form.as_slice() == aws.as_bytes()).or_else(|| forms.first()) else {
            return;
        };
        report.difference = Difference::find(aws.as_bytes(), form);
        if report.difference.is_none() {
            report.findings.push(finding(&[SECRET_OF_OTHER_KEY.into()], Certainty::Likely));
            return;
        }
        let cut_off = form.starts_with(aws.as_bytes());
        let axes = self.axes(aws).filter(|_| !cut_off).map(|axes| self.with_wire_path(axes, form));
        match axes.and_then(|axes| compare(form, &axes)) {
            Some(found) if !found.mistakes.is_empty() => {
                let supposed = found.mistakes.iter().any(|mistake| mistake.cause == PATH_VERBATIM);
                let certainty = if found.known && !supposed { Certainty::Certain } else { Certainty::Likely };
                report.findings.push(finding(&found.mistakes, certainty).or(&found.others));
            }
            _ => report.findings.push(finding(&[MISMATCH.into()], Certainty::Possible)),
        }
    }

    /// S3 decodes the path of the wire and encodes it again, so its answer does not tell what the path was. Where the
    /// client's may have been it, that is supposed first.
    fn with_wire_path(&self, mut axes: Axes, client: &[u8]) -> Axes {
        let [_, path, ..] = &mut axes;
        let signed = client.split(|b| *b == b'\n').nth(1).unwrap_or_default();
        let fits_wire = signed.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#'));
        let again = || encode(&decode(signed), Keep::UnreservedAndSlash);
        if self.is_s3() && fits_wire && signed != path.right && again() == path.right {
            path.suppose(PATH_VERBATIM, signed);
        }
        axes
    }

    /// The parts of AWS's canonical request, and the ways in which a client may have written them.
    fn axes(&self, canonical: &str) -> Option<Axes> {
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
        let (wire, encoding) = if self.is_s3() {
            (path.into(), PathEncoding::Canonical)
        } else {
            (decode(path.as_bytes()), PathEncoding::Again)
        };
        let carrier = if query.contains(name::query::ALGORITHM) { Carrier::Query } else { Carrier::Header };
        let facts = QueryFacts { raw: query.as_bytes(), plus: Plus::Space, carrier, token: SessionToken::Signed };
        let headers = HeaderFacts {
            received: &received,
            listed: names.split(';').collect(),
            host,
            hosts: hosts::others(host, None, &received, &[]),
            body_lengths: Vec::new(),
        };
        let payload = PayloadFacts { body: b"", original: None, stated: Some(payload.into()) };
        Some([
            methods(method),
            path::axis(&wire, encoding, false),
            query::axis(&facts),
            headers::axis(&headers),
            payload::axis(&payload),
        ])
    }

    /// Whether the service in the string to sign is one of S3's; so it is taken to be if there is none.
    fn is_s3(&self) -> bool {
        let scope = self.string_to_sign.as_deref().and_then(|text| text.lines().nth(2));
        scope.and_then(|scope| scope.split('/').nth(2)).is_none_or(is_s3)
    }
}

#[cfg(test)]
mod tests {
    use crate::explain::aws_response::AwsResponse;
    use crate::explain::finding::Certainty;

    /// What S3 computes for a path, and what the client signed.
    #[test]
    fn a_path_that_may_have_been_on_the_wire_is_supposed_to_have_been_there() {
        let answer = "<Message>m</Message><CanonicalRequest>GET\n/a%2Bb%20c\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
        for (signed, name, certainty) in [
            ("/a+b%20c", "path-verbatim-s3", Certainty::Likely),
            ("/a%2bb%20c", "path-verbatim-s3", Certainty::Likely),
            ("/a+b c", "path-decoded", Certainty::Certain),
            ("/a%252Bb%2520c", "path-encoded-twice", Certainty::Certain),
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
