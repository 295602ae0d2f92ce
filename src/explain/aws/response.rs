//! The body of a refusal by AWS.
//!
//! Sources: captures of answers of API Gateway, S3, STS and others in the issue threads that the causes name;
//! "Troubleshoot HTTP 403 errors from API Gateway"; "Error responses" of S3; "AWS Auth Error Ordering" for the words.

use crate::bytes::scan::{backslashes, element, hex_bytes};
use crate::explain::aws::canonical::{AwsCanonicalRequest, is_s3_scope};
use crate::explain::aws::messages::{AwsMessage, contains_message};
use crate::explain::report::next::NextStep;
use crate::explain::report::parts::has_parts;
use crate::explain::report::{Report, Stages};
use crate::explain::search::comparison::{MAX_CANONICAL_LEN, too_long};
use crate::redact::Redactor;
use crate::service_error::{code, json_message, xml_message};
use std::fmt;

/// The words before the canonical request in a message.
const CANONICAL_STRING: &str = "The Canonical String for this request should have been";
/// The words before the string to sign in a message.
const STRING_TO_SIGN: &str = "The String-to-Sign should have been";

/// The body of a refusal by AWS.
///
/// It may be the XML of S3 and of the query protocol, or the JSON of other services. It may be complete or cut off, and raw or
/// escaped by a log.
///
/// ```
/// use sig4::explain::AwsResponse;
///
/// let body = r#"{"message":"The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'GET\n/a%2520b\n\nhost:h\n\nhost\ne3b0'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\nf00d'\n"}"#;
/// let response = AwsResponse::parse(body).expect("it is a refusal");
/// let report = response.report(Some("GET\n/a%20b\n\nhost:h\n\nhost\ne3b0"));
/// assert_eq!(report.findings()[0].name(), "path-encoded-once");
/// assert_eq!(report.difference().map(|d| (d.line(), d.byte())), Some((2, 5)));
/// ```
#[derive(Clone)]
pub struct AwsResponse {
    code: Option<String>,
    message: String,
    canonical_request: Option<String>,
    /// Whether the canonical request is cut off.
    cut_off: bool,
    /// Whether the message was in JSON, which S3 never writes.
    json: bool,
    string_to_sign: Option<String>,
    signature_provided: Option<String>,
    access_key_id: Option<String>,
    request_time: Option<String>,
    server_time: Option<String>,
    shows_secrets: bool,
}

impl AwsResponse {
    /// The most bytes of a body that are read. A client's canonical request that is longer is not compared, and the report
    /// says so.
    pub const MAX_LEN: usize = MAX_CANONICAL_LEN;

    /// Reads a body. `None` if the body contains no refusal. Bytes after the first [`MAX_LEN`](Self::MAX_LEN) are ignored.
    ///
    /// ```
    /// use sig4::explain::AwsResponse;
    ///
    /// let body = "<Error><Code>InvalidAccessKeyId</Code><Message>No such key.</Message></Error>";
    /// assert_eq!(AwsResponse::parse(body).expect("it is a refusal").code(), Some("InvalidAccessKeyId"));
    /// assert!(AwsResponse::parse("<html>").is_none());
    /// ```
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
        let of_json = json_message(text);
        let whole = element(text, "CanonicalRequest");
        let json = of_json.is_some() && whole.is_none();
        let message = of_json.or_else(|| xml_message(text)).or_else(|| sentence(text))?;
        let exact =
            |name: &str| closed(text, name).and_then(|hex| hex_bytes(&hex)).and_then(|b| String::from_utf8(b).ok());
        let quoted = |before: &str| quoted_after(&message, before);
        let exact_request = exact("CanonicalRequestBytes").or_else(|| closed(text, "CanonicalRequest"));
        let quoted_request = quoted(CANONICAL_STRING).filter(|_| whole.is_none());
        Some(Self {
            code: code(text),
            cut_off: exact_request.is_none() && quoted_request.as_ref().is_none_or(|(_, ended)| !ended),
            json,
            canonical_request: exact_request.or(whole).or_else(|| quoted_request.map(|(text, _)| text)),
            string_to_sign: exact("StringToSignBytes")
                .or_else(|| element(text, "StringToSign"))
                .or_else(|| quoted(STRING_TO_SIGN).map(|(text, _)| text)),
            signature_provided: element(text, "SignatureProvided"),
            access_key_id: element(text, "AWSAccessKeyId"),
            request_time: element(text, "RequestTime").or_else(|| element(text, "Expires")),
            server_time: element(text, "ServerTime"),
            shows_secrets: false,
            message,
        })
    }

    /// Sets whether [reports](Self::report) show session tokens and other [secrets](Redactor). The default is `false`.
    #[must_use]
    pub const fn with_secrets_shown(mut self, shown: bool) -> Self {
        self.shows_secrets = shown;
        self
    }

    /// The error code, if the body has one: `SignatureDoesNotMatch`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The canonical request as AWS computed it, if the body has it. It may contain a session token.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.canonical_request.as_deref()
    }

    /// The string to sign as AWS computed it, if the body has it.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<&str> {
        self.string_to_sign.as_deref()
    }

    /// The signature that the client sent, if the body has it. Only S3 repeats it.
    #[must_use]
    pub fn signature_provided(&self) -> Option<&str> {
        self.signature_provided.as_deref()
    }

    /// The access key id that the client sent, if the body has it. Only S3 repeats it.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }

    /// Explains the refusal.
    ///
    /// With the client's canonical request, the report names the first difference from AWS's and the mistake behind it. Take it
    /// from [`Signer::canonical_request`](crate::Signer::canonical_request) or from the client's debug log. Without it, the
    /// report uses AWS's message only.
    #[must_use]
    pub fn report(&self, client_canonical: Option<&str>) -> Report {
        let stages = Stages {
            canonical_request: self.canonical_request.clone(),
            signed_canonical_request: client_canonical
                .filter(|text| text.len() <= MAX_CANONICAL_LEN && has_parts(text.as_bytes()))
                .map(str::to_owned),
            string_to_sign: self.string_to_sign.clone(),
            signature: None,
        };
        let left_out = client_canonical.and_then(too_long);
        let mut report = Report { stages, left_out, next: Some(NextStep::Request), ..Report::default() };
        match (client_canonical, &self.canonical_request) {
            (Some(client), Some(aws)) => {
                let aws = AwsCanonicalRequest { text: aws, cut_off: self.cut_off, is_s3: self.is_s3() };
                let (finding, differences) = aws.compare(client, &self.redactor());
                report.findings.push(finding);
                report.differences = differences;
                if report.differences.is_empty() && !self.cut_off {
                    report.next = Some(NextStep::Secret);
                }
            }
            _ => report.findings = self.aws_message().findings(),
        }
        let texts = [client_canonical, self.canonical_request.as_deref()].into_iter().flatten();
        let of_texts =
            |redactor: Redactor, text: &str| if self.shows_secrets { redactor } else { redactor.with_secrets_in(text) };
        report.redact(&texts.filter(|text| text.len() <= MAX_CANONICAL_LEN).fold(self.redactor(), of_texts));
        report
    }

    fn aws_message(&self) -> AwsMessage<'_> {
        AwsMessage {
            code: self.code(),
            message: self.message(),
            request_time: self.request_time.as_deref(),
            server_time: self.server_time.as_deref(),
        }
    }

    /// Whether the service is one of S3's. `None` if unknown.
    fn is_s3(&self) -> Option<bool> {
        let by_scope = self.string_to_sign.as_deref().and_then(is_s3_scope);
        by_scope.or_else(|| self.json.then_some(false))
    }

    fn redactor(&self) -> Redactor {
        if self.shows_secrets { Redactor::off() } else { Redactor::new() }
    }
}

/// The text of an XML element with an end tag.
fn closed(text: &str, name: &str) -> Option<String> {
    element(text, name).filter(|_| text.contains(&format!("</{name}>")))
}

/// The text in single quotes after these words, to its end if it is cut off; and whether it has its closing quote.
fn quoted_after(message: &str, before: &str) -> Option<(String, bool)> {
    let rest = message.split_once(before)?.1.trim_start().strip_prefix('\'')?;
    // A canonical request may contain quotes, but not at the end of a line before a blank line.
    let closing = rest.find("'\n").or_else(|| rest.trim_end().strip_suffix('\'').map(str::len));
    let end = closing.or_else(|| rest.rfind('\'')).unwrap_or(rest.len());
    Some((rest.get(..end)?.to_owned(), closing.is_some()))
}

/// The text itself, if it contains a known message outside of any field.
fn sentence(text: &str) -> Option<String> {
    (text.contains(CANONICAL_STRING) || contains_message(text)).then(|| text.to_owned())
}

impl fmt::Debug for AwsResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsResponse").field("code", &self.code).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::AwsResponse;

    const CANONICAL: &str = "GET\n/a%2520b\na=1&b=2\nhost:h\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0";
    const TO_SIGN: &str = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\nf00d";

    fn gateway() -> String {
        let canonical = CANONICAL.replace('\n', "\\n");
        let to_sign = TO_SIGN.replace('\n', "\\n");
        format!(
            "{{\"message\":\"The request signature we calculated does not match the signature you provided. Check your \
             AWS Secret Access Key and signing method. Consult the service documentation for details.\\n\\nThe \
             Canonical String for this request should have been\\n'{canonical}'\\n\\nThe String-to-Sign should have \
             been\\n'{to_sign}'\\n\"}}"
        )
    }

    fn s3() -> String {
        let (canonical, hex) =
            (CANONICAL.replace('&', "&amp;"), CANONICAL.bytes().map(|b| format!("{b:02x} ")).collect::<String>());
        format!(
            "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we \
             calculated does not match the signature you provided.</Message><AWSAccessKeyId>AKID</AWSAccessKeyId>\
             <StringToSign>{TO_SIGN}</StringToSign><SignatureProvided>00</SignatureProvided>\
             <CanonicalRequest>{canonical}</CanonicalRequest><CanonicalRequestBytes>{hex}</CanonicalRequestBytes>\
             </Error>"
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
}
