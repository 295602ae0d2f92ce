//! The body of a refusal by AWS.
//!
//! Sources: captures of answers of API Gateway, S3, STS and others in the issue threads that the causes name;
//! "Troubleshoot HTTP 403 errors from API Gateway"; "Error responses" of S3; "AWS Auth Error Ordering" for the words.

use crate::algorithm::Algorithm;
use crate::bytes::scan::{backslashes, element, hex_bytes};
use crate::credentials::Credentials;
use crate::explain::aws::canonical::{AwsCanonicalRequest, is_s3_scope};
use crate::explain::aws::messages::{AwsMessage, code_in, contains_message};
use crate::explain::aws::search::{RefusedSignature, SearchedSignature};
use crate::explain::key::step_key::Claimed;
use crate::explain::log::client_log::{ClientLog, LoggedSigning};
use crate::explain::report::next::NextStep;
use crate::explain::report::parts::has_parts;
use crate::explain::report::{Report, Stages, Verdict};
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
    endpoint: Option<String>,
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
            code: code(text).or_else(|| code_in(text).map(str::to_owned)),
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
            endpoint: element(text, "Endpoint"),
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
        report.redact(&self.redactor_with([client_canonical, self.canonical_request()]));
        report
    }

    /// Explains the refusal with the secret of the access key: the search of [`Explainer`](crate::explain::Explainer), in what
    /// AWS computed. It needs AWS's canonical request, its string to sign and the signature that the client sent, which only S3
    /// repeats. Without them, or if the answer is about another access key, the report is that of [`report`](Self::report),
    /// and it [says so](Report::left_out).
    ///
    /// ```
    /// use sig4::explain::{AwsResponse, Certainty};
    /// use sig4::Credentials;
    ///
    /// // S3's answer to a client that signed `/a%2520b`.
    /// let body = "<Error><Message>m</Message>\
    ///     <StringToSign>AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n0</StringToSign>\
    ///     <SignatureProvided>799bf94ff80308096cecc724a977b95f592c7d35f607c7c3839116c1bdbc828e</SignatureProvided>\
    ///     <CanonicalRequest>GET\n/a%20b\n\nhost:h\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>";
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret")?;
    /// let report = AwsResponse::parse(body).expect("it is a refusal").report_with(&credentials, None);
    /// let finding = &report.findings()[0];
    /// assert_eq!((finding.name(), finding.certainty()), ("path-encoded-twice", Certainty::Certain));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn report_with(&self, credentials: &Credentials, client_canonical: Option<&str>) -> Report {
        let other_key = self.access_key_id().is_some_and(|id| id != credentials.access_key_id());
        let algorithm = self.string_to_sign().and_then(|text| Algorithm::parse(text.lines().next()?).ok());
        let claimed = algorithm.and_then(|algorithm| Claimed::parse(algorithm, self.signature_provided()?));
        let claimed = claimed.filter(|_| !other_key);
        let found = claimed.and_then(|claimed| self.search(credentials, claimed, None, client_canonical));
        let mut report = self.report(client_canonical);
        match found {
            Some(found) => found.replace(&mut report),
            None if self.canonical_request.is_none() || report.verdict() == Verdict::Explained => {}
            None => {
                let why = match other_key {
                    true => "the answer is about another access key id than that of the secret",
                    false => {
                        "the answer lacks the client's signature, or a part of what AWS computed: give the request, too"
                    }
                };
                report.left_out.get_or_insert_with(|| format!("nothing was searched: {why}"));
            }
        }
        let texts = [client_canonical, self.canonical_request()];
        report.redact(&self.redactor_with(texts).with_credentials(credentials));
        report
    }

    /// The search for the mistakes that turn AWS's canonical request into the signed one. `None` if AWS's texts are not whole.
    pub(crate) fn search(
        &self,
        credentials: &Credentials,
        claimed: Claimed,
        wire_path: Option<&str>,
        client: Option<&str>,
    ) -> Option<SearchedSignature> {
        let text = self.canonical_request().filter(|_| !self.cut_off)?;
        let refused = RefusedSignature {
            aws: &AwsCanonicalRequest { text, cut_off: false, is_s3: self.is_s3() },
            string_to_sign: self.string_to_sign()?,
            claimed,
            is_upper: self.signature_provided().is_some_and(|hex| hex.bytes().any(|b| b.is_ascii_uppercase())),
            credentials,
            wire_path,
            client,
            redactor: &self.redactor(),
        };
        refused.search()
    }

    /// The signing in a client's log that belongs to the canonical request that AWS computed. If AWS's answer has none, the
    /// last one.
    ///
    /// ```
    /// use sig4::explain::{AwsResponse, ClientLog};
    ///
    /// let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// let of = |date: &str| format!("GET\n/\n\nhost:h\nx-amz-date:{date}\n\nhost;x-amz-date\n{hash}");
    /// let body = format!("<Message>m</Message><CanonicalRequest>{}</CanonicalRequest>", of("20260301T120000Z"));
    /// let log = ClientLog::parse(&[of("20260301T120000Z"), of("20260301T120001Z")].join("\n"));
    /// let response = AwsResponse::parse(&body).expect("it is a refusal");
    /// let signing = response.signing_in(&log).expect("the log has it");
    /// assert_eq!(signing.canonical_request(), response.canonical_request());
    /// ```
    #[must_use]
    pub fn signing_in<'l>(&self, log: &'l ClientLog) -> Option<&'l LoggedSigning> {
        log.signing_like(self.canonical_request().unwrap_or_default())
    }

    pub(crate) fn aws_message(&self) -> AwsMessage<'_> {
        AwsMessage {
            code: self.code(),
            message: self.message(),
            request_time: self.request_time.as_deref(),
            server_time: self.server_time.as_deref(),
            endpoint: self.endpoint.as_deref(),
        }
    }

    /// Whether the service is one of S3's. `None` if unknown.
    fn is_s3(&self) -> Option<bool> {
        let by_scope = self.string_to_sign.as_deref().and_then(is_s3_scope);
        by_scope.or_else(|| self.json.then_some(false))
    }

    /// The canonical request as AWS computed it, if it is not cut off.
    pub(crate) fn whole_canonical_request(&self) -> Option<&str> {
        self.canonical_request().filter(|_| !self.cut_off).map(str::trim_end)
    }

    /// The redactor of the secrets in these texts.
    pub(crate) fn redactor_with(&self, texts: [Option<&str>; 2]) -> Redactor {
        let texts = texts.into_iter().flatten().filter(|text| text.len() <= MAX_CANONICAL_LEN);
        let of_texts =
            |redactor: Redactor, text| if self.shows_secrets { redactor } else { redactor.with_secrets_in(text) };
        texts.fold(self.redactor(), of_texts)
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

/// The text itself, if it contains a known message or code outside of any field.
fn sentence(text: &str) -> Option<String> {
    let is_known = || text.contains(CANONICAL_STRING) || contains_message(text) || code_in(text).is_some();
    is_known().then(|| text.trim().to_owned())
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
