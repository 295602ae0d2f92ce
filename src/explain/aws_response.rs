//! What a service answers when it refuses a request.
//!
//! Sources: captures of answers of API Gateway, S3, STS and others in the issue threads that the causes name; "Troubleshoot
//! HTTP 403 errors from API Gateway"; "Error responses" of S3; "AWS Auth Error Ordering" for the words.

use super::cause::headers::HEADER_NOT_SIGNED;
use super::cause::key::{
    EXPIRED, NOT_YET_CURRENT, SCOPE_DAY, SCOPE_REGION, SCOPE_SERVICE, SCOPE_TERMINATOR, SECRET_OF_OTHER_KEY,
    TOKEN_EXPIRED, TOKEN_WRONG,
};
use super::cause::payload::PAYLOAD_OTHER_HEADER;
use super::cause::structure::{
    ACCESS_KEY_UNKNOWN, ALGORITHM_UNSUPPORTED, AUTHORIZATION_MALFORMED, CREDENTIAL_MALFORMED, DATE_MALFORMED,
    FORBIDDEN, MISMATCH, NOT_AUTHORIZED, NOT_SIGNED, QUERY_MALFORMED, ROUTE_UNKNOWN, SIGNED_TWICE,
};
use super::cause::{Cause, Mistake};
use super::comparison::{MAX_CANONICAL_LEN, compare, forms};
use super::diff::Difference;
use super::evidence::methods;
use super::finding::{Certainty, Finding};
use super::headers::{self, HeaderFacts};
use super::mask::masked;
use super::payload::{self, PayloadFacts};
use super::query::{self, QueryFacts};
use super::report::{Report, Stages};
use super::scan::{backslashes, element, hex_bytes, member};
use super::search::Axes;
use super::spelling::decode;
use super::structure::{shortened, skew};
use super::{hosts, path};
use crate::auth::presented::Carrier;
use crate::bytes::percent::Plus;
use crate::name;
use crate::settings::{PathEncoding, SessionToken, is_s3};
use crate::time::Timestamp;
use std::borrow::Cow;
use std::fmt;

/// What stands before the canonical request and the string to sign in a message.
const CANONICAL_STRING: &str = "The Canonical String for this request should have been";
const STRING_TO_SIGN: &str = "The String-to-Sign should have been";

/// The body of a refusal by AWS: the XML of S3 and of the query protocol, or the JSON of the other services, whole or cut
/// off, or as a log has escaped it.
///
/// ```
/// use sig4::AwsResponse;
///
/// let body = r#"{"message":"The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'GET\n/a%2520b\n\nhost:h\n\nhost\ne3b0'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\nf00d'\n"}"#;
/// let response = AwsResponse::parse(body).expect("it is one");
/// let report = response.report(Some("GET\n/a%20b\n\nhost:h\n\nhost\ne3b0"));
/// assert_eq!(report.findings()[0].name(), "path-encoded-once");
/// assert_eq!(report.difference().map(|d| (d.line(), d.byte())), Some((2, 5)));
/// ```
#[derive(Clone)]
pub struct AwsResponse {
    code: Option<String>,
    message: String,
    canonical_request: Option<String>,
    string_to_sign: Option<String>,
    signature_provided: Option<String>,
    access_key_id: Option<String>,
    times: [Option<String>; 2],
}

impl AwsResponse {
    /// Reads a body. `None` if nothing in it looks like a refusal. Of more than 1 MiB only the beginning is read.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let end = (0..=MAX_CANONICAL_LEN.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
        let text = text.get(..end)?;
        let found = Self::read(text);
        if found.as_ref().is_some_and(|found| found.canonical_request.is_some()) {
            return found;
        }
        Self::read(&backslashes(text)).filter(|again| found.is_none() || again.canonical_request.is_some()).or(found)
    }

    fn read(text: &str) -> Option<Self> {
        let message = ["message", "Message"].iter().find_map(|name| member(text, name));
        let message = message.or_else(|| element(text, "Message")).or_else(|| sentence(text))?;
        let exact =
            |name: &str| element(text, name).and_then(|hex| hex_bytes(&hex)).and_then(|b| String::from_utf8(b).ok());
        let quoted = |before: &str| quoted_after(&message, before);
        Some(Self {
            code: element(text, "Code")
                .or_else(|| member(text, "__type"))
                .or_else(|| member(text, "code"))
                .map(bare_code),
            canonical_request: exact("CanonicalRequestBytes")
                .or_else(|| element(text, "CanonicalRequest"))
                .or_else(|| quoted(CANONICAL_STRING)),
            string_to_sign: exact("StringToSignBytes")
                .or_else(|| element(text, "StringToSign"))
                .or_else(|| quoted(STRING_TO_SIGN)),
            signature_provided: element(text, "SignatureProvided"),
            access_key_id: element(text, "AWSAccessKeyId"),
            times: [element(text, "RequestTime").or_else(|| element(text, "Expires")), element(text, "ServerTime")],
            message,
        })
    }

    /// The error code, if the body holds one: `SignatureDoesNotMatch`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The canonical request as AWS computed it, if it says so. It may hold a session token.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.canonical_request.as_deref()
    }

    /// The string to sign as AWS computed it, if it says so.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<&str> {
        self.string_to_sign.as_deref()
    }

    /// The signature that the client sent, as S3 repeats it.
    #[must_use]
    pub fn signature_provided(&self) -> Option<&str> {
        self.signature_provided.as_deref()
    }

    /// The access key id that the client sent, as S3 repeats it.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }

    /// Explains the answer. With the canonical request that the client made, from
    /// [`Signer::canonical_request`](crate::Signer::canonical_request) or its debug log, it says where that differs from AWS's, and
    /// why.
    #[must_use]
    pub fn report(&self, client_canonical: Option<&str>) -> Report {
        let shown = |text: &str| String::from_utf8_lossy(&masked(text.as_bytes())).into_owned();
        let stages = Stages {
            canonical_request: self.canonical_request.as_deref().map(shown),
            string_to_sign: self.string_to_sign.clone(),
            signature: None,
        };
        let mut report = Report { stages, ..Report::default() };
        match (client_canonical, &self.canonical_request) {
            (Some(client), Some(aws)) => self.compare(client, aws, &mut report),
            _ => report.findings = self.classify(),
        }
        report
    }

    fn compare(&self, client: &str, aws: &str, report: &mut Report) {
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
        match self.axes(aws).filter(|_| !cut_off).and_then(|axes| compare(form, &axes)) {
            Some(found) if !found.mistakes.is_empty() => {
                let certainty = if found.known { Certainty::Certain } else { Certainty::Likely };
                report.findings.push(finding(&found.mistakes, certainty).or(&found.others));
            }
            _ => report.findings.push(finding(&[MISMATCH.into()], Certainty::Possible)),
        }
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
        let once = !self.service().is_none_or(is_s3);
        let (wire, encoding) =
            if once { (decode(path.as_bytes()), PathEncoding::Again) } else { (path.into(), PathEncoding::Canonical) };
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

    /// The service in the string to sign.
    fn service(&self) -> Option<&str> {
        self.string_to_sign.as_deref()?.lines().nth(2)?.split('/').nth(2)
    }

    /// The cause by AWS's own words.
    fn classify(&self) -> Vec<Finding> {
        let certain = |mistakes: &[Mistake]| vec![Finding::new(mistakes, Certainty::Certain)];
        if let Some(late) = self.lateness() {
            return certain(&[late]);
        }
        let scope = self.scope();
        if !scope.is_empty() {
            return certain(&scope);
        }
        let has = |words: &str| self.message.contains(words) || self.code.as_deref().is_some_and(|code| code == words);
        let Some((_, cause, others)) = WORDS.iter().find(|(words, ..)| has(words)) else { return Vec::new() };
        let sure = match cause.name {
            name if name == FORBIDDEN.name || name == MISMATCH.name => Certainty::Possible,
            _ if others.is_empty() => Certainty::Certain,
            _ => Certainty::Likely,
        };
        let said = cause.of(shortened(self.message.lines().next().unwrap_or_default()));
        vec![Finding::new(&[said], sure).or(others)]
    }

    /// A time outside the window, and by how much.
    fn lateness(&self) -> Option<Mistake> {
        let (early, late) = ("Signature not yet current: ", "Signature expired: ");
        let skewed = matches!(self.code.as_deref(), Some("RequestTimeTooSkewed"));
        let cause = match () {
            () if self.message.contains(late) || self.message.contains("Request has expired") => EXPIRED,
            () if self.message.contains(early) => NOT_YET_CURRENT,
            () if skewed => EXPIRED,
            () => return None,
        };
        let [signed, now] = self.two_times()?;
        let off = (now.to_datetime() - signed.to_datetime()).whole_seconds();
        let cause = if skewed && off < 0 { NOT_YET_CURRENT } else { cause };
        Some(cause.of(skew(off, signed, now)))
    }

    /// The time of the request and that of the server.
    fn two_times(&self) -> Option<[Timestamp; 2]> {
        let basic = |text: &str| text.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>();
        if let [Some(request), Some(server)] = &self.times {
            return Some([Timestamp::parse(&basic(request)).ok()?, Timestamp::parse(&basic(server)).ok()?]);
        }
        let mut times =
            self.message.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|w| Timestamp::parse(w).ok());
        let (signed, _bound, now) = (times.next()?, times.next()?, times.next()?);
        Some([signed, now])
    }

    fn scope(&self) -> Vec<Mistake> {
        let words = [
            ("scoped to a valid region", SCOPE_REGION),
            ("is wrong; expecting", SCOPE_REGION),
            ("scoped to correct service", SCOPE_SERVICE),
            ("incorrect service", SCOPE_SERVICE),
            ("with a valid terminator", SCOPE_TERMINATOR),
            ("Date in Credential scope does not match", SCOPE_DAY),
        ];
        let found = words.iter().filter(|(words, _)| self.message.contains(words));
        found.map(|(words, cause)| cause.of(quoted_near(&self.message, words))).collect()
    }
}

/// Words of AWS's messages, or its codes, with the cause and others that the same words stand for. The first that is found
/// counts.
const WORDS: &[(&str, Cause, &[Cause])] = &[
    ("is not authorized to perform", NOT_AUTHORIZED, &[]),
    ("does not match the signature you provided", MISMATCH, &[]),
    ("The security token included in the request is expired", TOKEN_EXPIRED, &[]),
    ("The provided token has expired", TOKEN_EXPIRED, &[]),
    ("ExpiredToken", TOKEN_EXPIRED, &[]),
    ("The security token included in the request is invalid.", ACCESS_KEY_UNKNOWN, &[TOKEN_WRONG]),
    ("The security token included in the request is invalid", TOKEN_WRONG, &[ACCESS_KEY_UNKNOWN]),
    ("The provided token is malformed", TOKEN_WRONG, &[]),
    ("does not exist in our records", ACCESS_KEY_UNKNOWN, &[]),
    ("InvalidAccessKeyId", ACCESS_KEY_UNKNOWN, &[]),
    ("issing Authentication Token", NOT_SIGNED, &[ROUTE_UNKNOWN]),
    ("There were headers present in the request which were not signed", HEADER_NOT_SIGNED, &[]),
    ("must be a 'SignedHeader'", HEADER_NOT_SIGNED, &[]),
    ("Date must be in ISO-8601", DATE_MALFORMED, &[]),
    ("exactly 5 slash-delimited elements", CREDENTIAL_MALFORMED, &[]),
    ("Unsupported AWS 'algorithm'", ALGORITHM_UNSUPPORTED, &[]),
    ("not a valid key=value pair", AUTHORIZATION_MALFORMED, &[]),
    ("Authorization header requires", AUTHORIZATION_MALFORMED, &[]),
    ("AWS query-string parameters must include", AUTHORIZATION_MALFORMED, &[]),
    ("Only one auth mechanism allowed", SIGNED_TWICE, &[]),
    ("XAmzContentSHA256Mismatch", PAYLOAD_OTHER_HEADER, &[]),
    ("header does not match what was computed", PAYLOAD_OTHER_HEADER, &[]),
    ("MalformedQueryString", QUERY_MALFORMED, &[]),
    ("SignatureDoesNotMatch", MISMATCH, &[]),
    ("Forbidden", FORBIDDEN, &[]),
];

/// The code without the namespace that JSON services put before it, and without the address after it.
fn bare_code(code: String) -> String {
    let code = code.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default();
    code.to_owned()
}

/// A known message that stands in the text without any field around it.
fn sentence(text: &str) -> Option<String> {
    let known = [CANONICAL_STRING, "Signature expired: ", "Signature not yet current: ", "Credential should be scoped"];
    let words = WORDS.iter().map(|(words, ..)| *words).filter(|words| words.contains(' '));
    known.into_iter().chain(words).any(|words| text.contains(words)).then(|| text.to_owned())
}

/// The text in single quotes after these words; to its end if it is cut off.
fn quoted_after(message: &str, before: &str) -> Option<String> {
    let rest = message.split_once(before)?.1.trim_start().strip_prefix('\'')?;
    // A canonical request may hold quotes of its own, but none at the end of a line that a blank line follows.
    let end = rest.find("'\n").or_else(|| rest.rfind('\'')).unwrap_or(rest.len());
    rest.get(..end).map(str::to_owned)
}

/// The quoted text nearest to these words.
fn quoted_near(message: &str, words: &str) -> String {
    let at = message.find(words).unwrap_or_default();
    let after = message.get(at..).and_then(|rest| rest.split('\'').nth(1));
    shortened(after.unwrap_or_default())
}

impl fmt::Debug for AwsResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsResponse").field("code", &self.code).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::AwsResponse;
    use crate::explain::report::Verdict;

    const CANONICAL: &str = "GET\n/a%2520b\na=1&b=2\nhost:h\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0";
    const TO_SIGN: &str = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\nf00d";

    fn gateway() -> String {
        let canonical = CANONICAL.replace('\n', "\\n");
        let to_sign = TO_SIGN.replace('\n', "\\n");
        format!(
            "{{\"message\":\"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\\n\\nThe Canonical String for this request should have been\\n'{canonical}'\\n\\nThe String-to-Sign should have been\\n'{to_sign}'\\n\"}}"
        )
    }

    fn s3() -> String {
        let (canonical, hex) =
            (CANONICAL.replace('&', "&amp;"), CANONICAL.bytes().map(|b| format!("{b:02x} ")).collect::<String>());
        format!(
            "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><AWSAccessKeyId>AKID</AWSAccessKeyId><StringToSign>{TO_SIGN}</StringToSign><SignatureProvided>00</SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest><CanonicalRequestBytes>{hex}</CanonicalRequestBytes></Error>"
        )
    }

    #[test]
    fn the_canonical_request_is_read_out_of_every_form() {
        let escaped = gateway().replace('\\', "\\\\").replace('"', "\\\"");
        for body in [gateway(), s3(), escaped] {
            let response = AwsResponse::parse(&body).unwrap();
            assert_eq!(response.canonical_request(), Some(CANONICAL), "{body}");
            assert_eq!(response.string_to_sign(), Some(TO_SIGN), "{body}");
        }
        let response = AwsResponse::parse(&s3()).unwrap();
        assert_eq!((response.code(), response.access_key_id()), (Some("SignatureDoesNotMatch"), Some("AKID")));
        assert_eq!(response.signature_provided(), Some("00"));
        assert!(AwsResponse::parse("<html>").is_none() && AwsResponse::parse("").is_none());
        for cut in 0..gateway().len() {
            let report =
                AwsResponse::parse(gateway().get(..cut).unwrap()).map(|response| response.report(Some(CANONICAL)));
            assert_ne!(report.map(|report| report.nothing_wrong()), Some(true), "cut off after {cut}");
        }
    }

    #[test]
    fn the_signers_own_canonical_request_is_compared() {
        let response = AwsResponse::parse(&gateway()).unwrap();
        for (from, to, name) in [
            ("GET", "get", "method-not-upper-cased"),
            ("%2520", "%20", "path-encoded-once"),
            ("%2520", " ", "path-decoded"),
            ("a=1&b=2", "b=2&a=1", "query-unsorted"),
            ("a=1&b=2", "", "query-omitted"),
            ("host:h\n", "host:h:443\n", "host-with-port"),
            ("host:h\n", "host:other\n", "host-of-proxy"),
            ("T123600Z\n\n", "T123601Z\n\n", "date-other-than-signed"),
            ("e3b0", "UNSIGNED-PAYLOAD", "payload-unsigned"),
            ("e3b0", "beef", "payload-changed"),
            ("e3b0", "e3b0", "secret-of-other-key"),
        ] {
            let report = response.report(Some(&CANONICAL.replacen(from, to, 1)));
            assert_eq!(report.findings().first().map(|f| f.name()), Some(name), "{from} {to} {report}");
            assert_eq!(report.difference().is_none(), from == to);
        }
    }

    /// Messages as the threads in the module's sources quote them.
    #[test]
    fn the_words_alone_tell_much() {
        for (body, name) in [
            (
                r#"{"message":"Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z (20170215T150034Z - 5 min.)"}"#,
                "expired",
            ),
            (
                r#"{"message":"Signature not yet current: 20170215T160000Z is still later than 20170215T150534Z (20170215T150034Z + 5 min.)"}"#,
                "not-yet-current",
            ),
            (
                r#"{"message":"Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped to correct service: 'execute-api'. "}"#,
                "scope-region+scope-service",
            ),
            (
                "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>",
                "scope-region",
            ),
            (
                "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20150830T123600Z</RequestTime><ServerTime>2015-08-30T13:36:00Z</ServerTime></Error>",
                "expired",
            ),
            (r#"{"message":"The security token included in the request is invalid."}"#, "access-key-unknown"),
            (r#"{"message":"The security token included in the request is invalid"}"#, "token-wrong"),
            (r#"{"message":"The security token included in the request is expired"}"#, "token-expired"),
            (r#"{"message":"Missing Authentication Token"}"#, "not-signed"),
            (
                r#"{"Message":"User: arn:aws:iam::1:user/a is not authorized to perform: execute-api:Invoke on resource: x"}"#,
                "not-authorized",
            ),
            (r#"{"message":"Forbidden"}"#, "forbidden"),
            (
                r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}"#,
                "access-key-unknown",
            ),
            (
                "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned></Error>",
                "header-not-signed",
            ),
            (
                "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does not match what was computed.</Message></Error>",
                "payload-other-header",
            ),
        ] {
            let report = AwsResponse::parse(body).unwrap().report(None);
            assert_eq!(report.findings().first().map(|f| f.name()), Some(name), "{body}");
            assert_eq!(report.verdict() == Verdict::Unexplained, name == "forbidden");
        }
        let expired = AwsResponse::parse(
            "Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z (20170215T150034Z - 5 min.)",
        );
        assert!(expired.unwrap().report(None).findings()[0].detail().unwrap().contains("2 d 21 h behind"));
    }
}
