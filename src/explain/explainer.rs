//! The explainer: verifies a request and diagnoses a refusal.

use crate::body::InMemoryBody;
use crate::credentials::Credentials;
use crate::crypto::sha256;
use crate::error::{Error, ErrorKind};
use crate::explain::diagnosis::Diagnosis;
use crate::explain::report::finding::{Certainty, Finding};
use crate::explain::report::next::NextStep;
use crate::explain::report::{Report, Stages};
use crate::explain::search::comparison;
use crate::explain::search::observed_request::{Known, ObservedRequest};
use crate::explain::search::sections::Sections;
#[cfg(feature = "tower")]
use crate::explain::structure::Refusal;
use crate::explain::structure::causes::REPLAYED;
use crate::key::SigningKey;
use crate::redact::Redactor;
use crate::request::RequestView;
use crate::scope::Scope;
use crate::string_to_sign::StringToSign;
use crate::time::Timestamp;
use crate::verify::Verifier;
use crate::verify::body::Body;
use time::OffsetDateTime;

/// Explains why a received request does not verify. It needs the secret that the request was signed with.
///
/// An explainer verifies the request. If that fails, it looks for the cause in the verifier's error, and then repeats the
/// known mistakes of clients until the received signature results: first each mistake alone, and then combinations of
/// mistakes in the method, the path, the query, the headers, the payload, and the key or the string to sign. Combinations
/// of mistakes that many clients make come before those of guesses.
///
/// An explanation tries at most [`MAX_CANDIDATES`](crate::explain::MAX_CANDIDATES) candidates and hashes at most
/// [`MAX_HASHED_BYTES`](crate::explain::MAX_HASHED_BYTES) besides the body, which takes less than 50 ms on a machine with
/// SHA instructions. A signature of Signature Version 4a is compared with at most
/// [`MAX_V4A_CANDIDATES`](crate::explain::MAX_V4A_CANDIDATES), if the verifier accepts that version. A limit may end the search before the
/// last combination. No replay store is asked, and no key is cached.
///
/// A finding is [certain](crate::explain::Certainty::Certain) if it reproduces the received signature or if the request
/// itself shows it. If several causes give the same bytes, the finding lists the others as
/// [alternatives](crate::explain::Finding::alternatives).
///
/// ```
/// use sig4::explain::Explainer;
/// use sig4::request::RequestView;
/// use sig4::settings::PathEncoding;
/// use sig4::{Credentials, Signer, Timestamp, Verifier};
///
/// // A client that does not encode the path again, as curl does not.
/// let client = Signer::new("us-east-1", "execute-api")?.with_path_encoding(PathEncoding::Verbatim);
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
/// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/a%20b").body("")?;
/// client.sign(&mut request, &credentials, now)?;
///
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// let uri = request.uri().clone();
/// let view = RequestView::new("GET", uri.path(), uri.query(), request.headers())
///     .with_authority("https", "abc.execute-api.us-east-1.amazonaws.com");
/// let report = Explainer::new(&verifier, &credentials).report(&view, b"", now);
/// assert_eq!(report.findings()[0].name(), "path-encoded-once");
/// assert_eq!(report.difference().map(|d| (d.line(), d.computed())), Some((2, "/a%2520b")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Explainer<'e> {
    pub(crate) verifier: &'e Verifier,
    pub(crate) credentials: &'e Credentials,
    pub(crate) client: Option<&'e str>,
    client_string_to_sign: Option<&'e str>,
    original: Option<&'e [u8]>,
    hosts: Vec<String>,
    refusal: Option<ErrorKind>,
    shows_signature: bool,
    shows_secrets: bool,
}

impl<'e> Explainer<'e> {
    /// The most bytes of method, path, query and headers together that are searched. A longer request is verified but not
    /// searched, and the report [says so](Report::left_out).
    pub const MAX_EXPLAINED_BYTES: usize = 64 * 1024;

    /// An explainer of requests to `verifier` that claim to be signed with `credentials`.
    #[must_use]
    pub const fn new(verifier: &'e Verifier, credentials: &'e Credentials) -> Self {
        Self {
            verifier,
            credentials,
            client: None,
            client_string_to_sign: None,
            original: None,
            hosts: Vec::new(),
            refusal: None,
            shows_signature: false,
            shows_secrets: false,
        }
    }

    /// Adds the canonical request that the client made, from its debug log. The comparison finds mistakes that the search
    /// does not know, and more than two of them. A text longer than
    /// [`AwsResponse::MAX_LEN`](crate::explain::AwsResponse::MAX_LEN) bytes is not compared.
    #[must_use]
    pub const fn with_client_canonical_request(mut self, text: &'e str) -> Self {
        self.client = Some(text);
        self
    }

    /// Adds the string to sign that the client made, from its debug log. It tells whether the canonical request, the string to
    /// sign or the key is wrong, if the search finds no mistake.
    ///
    /// ```
    /// use sig4::explain::Explainer;
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Verifier};
    ///
    /// let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let signature = "0".repeat(64);
    /// let authorization = format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, \
    ///     SignedHeaders=host;x-amz-date, Signature={signature}");
    /// let headers = [("Host", "h"), ("X-Amz-Date", "20150830T123600Z"), ("Authorization", &authorization)];
    /// let view = RequestView::new("GET", "/", None, &headers);
    /// let text = "AWS4-HMAC-SHA256\n20150830T123559Z\n20150830/us-east-1/execute-api/aws4_request\n\
    ///     a6cbc48f0c3f6ee3fdcd06ec83cb5d10b22d1cc35b5ea41c9f3ca3c7f2b1f0aa";
    /// let now = sig4::Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let report = Explainer::new(&verifier, &credentials).with_client_string_to_sign(text).report(&view, b"", now);
    /// assert_eq!(report.findings()[0].name(), "canonical-request-differs+date-other-than-signed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_client_string_to_sign(mut self, text: &'e str) -> Self {
        self.client_string_to_sign = Some(text);
        self
    }

    /// Adds the body as the client signed it, before it was serialised again.
    #[must_use]
    pub const fn with_original_body(mut self, body: &'e [u8]) -> Self {
        self.original = Some(body);
        self
    }

    /// Adds hosts that the client may have signed, such as those of proxies and custom domains.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Adds the error that the verifier returned. An explainer cannot see from the request that a signature was
    /// [used before](ErrorKind::Replayed).
    #[must_use]
    pub const fn with_refusal(mut self, kind: ErrorKind) -> Self {
        self.refusal = Some(kind);
        self
    }

    /// Sets whether the report contains the right signature. The default is `false`. Anyone who sees the signature can send the
    /// request: show it only to the owner of the secret.
    #[must_use]
    pub const fn with_signature_shown(mut self, shown: bool) -> Self {
        self.shows_signature = shown;
        self
    }

    /// Sets whether the report shows session tokens and other [secrets](Redactor). The default is `false`. The SHA-256 in the
    /// string to sign is that of the canonical request with its secrets.
    ///
    /// ```
    /// use sig4::explain::Explainer;
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Signer, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?.with_session_token("IQoJb3Jp")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    /// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    ///
    /// let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// let (parts, _) = request.into_parts();
    /// let explainer = Explainer::new(&verifier, &credentials);
    /// let shown = |explainer: &Explainer<'_>| {
    ///     let report = explainer.report(&RequestView::from(&parts), b"", now);
    ///     report.canonical_request().is_some_and(|text| text.contains("x-amz-security-token:IQoJb3Jp"))
    /// };
    /// assert!(!shown(&explainer) && shown(&explainer.clone().with_secrets_shown(true)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_secrets_shown(mut self, shown: bool) -> Self {
        self.shows_secrets = shown;
        self
    }

    /// Explains a request that was received at `now`. A request that verifies costs little more than its verification.
    ///
    /// `body` is an [`InMemoryBody`]. If it turns out to be a stream, or only its hash is known, the report is that of
    /// [`report_without_body`](Self::report_without_body).
    #[must_use]
    pub fn report(&self, request: &RequestView<'_>, body: impl InMemoryBody, now: OffsetDateTime) -> Report {
        match body.content().as_bytes() {
            Some(body) => self.report_on(request, body, now),
            None => self.report_without_body(request, now),
        }
    }

    fn report_on(&self, request: &RequestView<'_>, body: &[u8], now: OffsetDateTime) -> Report {
        let mut verifier = self.verifier.clone().with_cached_keys(0);
        verifier.options.seen = None;
        let mut report = match self.verified(&verifier, request, body, now) {
            Ok(stages) if self.refusal == Some(ErrorKind::Replayed) => Report {
                findings: vec![Finding::new(&[REPLAYED.into()], Certainty::Certain)],
                stages: Stages { signed_canonical_request: stages.canonical_request.clone(), ..stages },
                ..Report::default()
            },
            Ok(stages) => Report { verified: true, stages, ..Report::default() },
            Err(error) => self.refused(&error, &verifier, request, Some(body), now),
        };
        report.redact(&self.redactor_of(request));
        report
    }

    /// Explains a request that was refused before its body was read.
    ///
    /// The verifier's error is explained as by [`report`](Self::report). The search runs only if the request declares the
    /// hash of its body or does not sign the body, and it looks for no cause in the body. The report
    /// [says so](Report::left_out).
    ///
    /// ```
    /// use sig4::explain::Explainer;
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, Signer, Timestamp, Verifier};
    ///
    /// let signed = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let mut request = http::Request::post("https://abc.execute-api.us-east-1.amazonaws.com/").body("long")?;
    /// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, signed)?;
    ///
    /// let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// let (parts, _unread) = request.into_parts();
    /// let late = signed + time::Duration::HOUR;
    /// let report = Explainer::new(&verifier, &credentials).report_without_body(&RequestView::from(&parts), late);
    /// assert_eq!(report.findings()[0].name(), "expired");
    /// assert_eq!(report.left_out(), Some("the body was not read"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn report_without_body(&self, request: &RequestView<'_>, now: OffsetDateTime) -> Report {
        let verifier = self.verifier.clone().with_cached_keys(0);
        let begun = verifier.claim_view(request).and_then(|claim| claim.stream(self.credentials, now).map(drop));
        let mut report = match begun {
            Ok(()) => Report { next: Some(NextStep::Body), ..Report::default() },
            Err(error) => self.refused(&error, &verifier, request, None, now),
        };
        report.left_out.get_or_insert_with(|| "the body was not read".to_owned());
        report.redact(&self.redactor_of(request));
        report
    }

    /// The stages of a request that verifies.
    fn verified(
        &self,
        verifier: &Verifier,
        request: &RequestView<'_>,
        body: &[u8],
        now: OffsetDateTime,
    ) -> Result<Stages, Error> {
        let claim = verifier.claim_view(request)?;
        let body = if claim.needs_body() { Body::Sha256(sha256::digest(body)) } else { Body::Bytes(b"") };
        let (scope, timestamp) = (claim.scope().cloned(), claim.timestamp());
        let canonical = claim.canonical_request(body)?.to_bytes();
        claim.verify(self.credentials, body, now)?;
        Ok(self.stages(Some(canonical), Some(timestamp), Some(&scope?)))
    }

    fn refused(
        &self,
        error: &Error,
        verifier: &Verifier,
        request: &RequestView<'_>,
        body: Option<&[u8]>,
        now: OffsetDateTime,
    ) -> Report {
        if length(request) > Self::MAX_EXPLAINED_BYTES {
            return too_long(error);
        }
        let observed = ObservedRequest::read(verifier, request);
        let known = Known { credentials: self.credentials, body, original: self.original, hosts: &self.hosts, now };
        let sections = observed.as_ref().and_then(|observed| observed.variants(&known, &Sections::default()));
        let timestamp = observed.as_ref().and_then(ObservedRequest::timestamp);
        let scope = observed.as_ref().and_then(ObservedRequest::expected_scope).copied();
        let diagnosis = Diagnosis {
            client: self.client,
            client_string_to_sign: self.client_string_to_sign,
            observed: observed.as_ref(),
            sections: sections.as_ref(),
            known,
            redactor: self.redactor(),
        };
        let report = diagnosis.report(error, request, scope.as_ref());
        let right = sections.as_ref().map(Sections::right);
        let left_out = self.client.and_then(comparison::too_long);
        let signed_canonical_request = report.stages.signed_canonical_request.clone();
        let stages = Stages { signed_canonical_request, ..self.stages(right, timestamp, scope.as_ref()) };
        Report { stages, left_out, ..report }
    }

    /// The stages as they are computed.
    fn stages(&self, right: Option<Vec<u8>>, timestamp: Option<Timestamp>, scope: Option<&Scope>) -> Stages {
        let digest = right.as_ref().map(|right| sha256::digest(right));
        let string_to_sign = match (timestamp, scope, digest) {
            (Some(timestamp), Some(scope), Some(digest)) => Some(StringToSign::new(timestamp, scope, digest)),
            _ => None,
        };
        let shown = string_to_sign.as_ref().filter(|_| self.shows_signature);
        let sign =
            |text: &StringToSign<'_>| SigningKey::derive(self.credentials, text.scope()).ready().sign(text).to_string();
        Stages {
            signed_canonical_request: None,
            canonical_request: right.map(|right| String::from_utf8_lossy(&right).into_owned()),
            signature: shown.map(sign),
            string_to_sign: string_to_sign.map(|text| text.to_string()),
        }
    }

    /// The redactor of the credentials' own secrets.
    fn redactor(&self) -> Redactor {
        if self.shows_secrets {
            return Redactor::off();
        }
        Redactor::new().with_credentials(self.credentials)
    }

    /// The redactor of the credentials' own secrets and of those in the request.
    fn redactor_of(&self, request: &RequestView<'_>) -> Redactor {
        let redactor = self.redactor();
        match self.shows_secrets || length(request) > Self::MAX_EXPLAINED_BYTES {
            true => redactor,
            false => with_secrets_of(redactor, request),
        }
    }
}

#[cfg(feature = "tower")]
impl Report {
    /// A report of a verifier's error and the request, without a secret: nothing is searched.
    pub(crate) fn without_secret(
        error: &Error,
        verifier: &Verifier,
        request: &RequestView<'_>,
        now: OffsetDateTime,
    ) -> Self {
        let report = Self::of_error(error);
        if !report.findings.is_empty() || length(request) > Explainer::MAX_EXPLAINED_BYTES {
            return report;
        }
        let observed = ObservedRequest::read(verifier, request);
        let refusal = Refusal {
            error,
            request,
            body: None,
            observed: observed.as_ref(),
            credentials: None,
            expected: observed.as_ref().and_then(ObservedRequest::expected_scope),
            now,
        };
        let mistakes = refusal.mistakes();
        let findings = match mistakes.is_empty() {
            true => Vec::new(),
            false => vec![Finding::new(&mistakes, Certainty::Certain)],
        };
        let mut report = Self { findings, ..report };
        report.redact(&with_secrets_of(Redactor::new(), request));
        report
    }
}

/// The redactor with the secrets in a request.
fn with_secrets_of(mut redactor: Redactor, request: &RequestView<'_>) -> Redactor {
    if let Some(query) = request.query {
        redactor = redactor.with_secrets_in(query);
    }
    let mut headers = String::new();
    request.headers.visit(&mut |name, value| {
        headers.extend([name, ":", &String::from_utf8_lossy(value), "\n"]);
    });
    redactor.with_secrets_in(&headers)
}

/// The bytes of a request without its body. Four bytes more are counted for every header, so that empty ones count too.
fn length(request: &RequestView<'_>) -> usize {
    let texts = [Some(request.method), Some(request.path), request.query, request.authority];
    let mut length: usize = texts.iter().flatten().map(|text| text.len()).sum();
    request.headers.visit(&mut |name, value| length = length.saturating_add(name.len() + value.len() + 4));
    length
}

impl std::fmt::Debug for Explainer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explainer")
            .field("verifier", &self.verifier)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The report of a request that is too long to be searched.
fn too_long(error: &Error) -> Report {
    let most = Explainer::MAX_EXPLAINED_BYTES;
    Report {
        left_out: Some(format!("the request has more than {most} bytes besides its body, and nothing was searched")),
        ..Report::of_error(error)
    }
}
