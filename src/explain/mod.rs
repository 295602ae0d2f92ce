//! Why a signature does not match, by name.
//!
//! The owner of the secret can do what nobody else can: make the known mistakes one by one until the received signature
//! comes out. What comes out so is no guess. Everything that clients are known to do is written down in one file for
//! each part of the request, by code that shares nothing with the pipeline but percent-encoding and hashing.

pub(crate) mod cause;
pub(crate) mod report;
pub(crate) mod variants;
pub(crate) mod spelling;
pub(crate) mod method;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod headers;
pub(crate) mod payload;
pub(crate) mod key;
pub(crate) mod search;
pub(crate) mod structure;
pub(crate) mod aws;

pub use aws::response::AwsResponse;
pub use report::diff::{Difference, Part};
pub use report::finding::{Certainty, Finding};
pub use report::{Report, Verdict};
pub use search::{MAX_CANDIDATES, MAX_HASHED_BYTES};

use crate::credentials::Credentials;
use crate::crypto::sha256;
use crate::error::{Error, ErrorKind};
use crate::key::SigningKey;
use crate::redact::Redactor;
use crate::request::RequestView;
use crate::scope::Scope;
use crate::string_to_sign::StringToSign;
use crate::time::Timestamp;
use crate::verify::Verifier;
use crate::verify::body::Body;
use cause::{Cause, Mistake};
use key::Seal;
use report::Stages;
use search::comparison::{compare, forms};
use search::observed_request::{Evidence, Known};
use search::{Axes, Found, Outcome, Search, canonical};
use structure::Refusal;
use time::OffsetDateTime;

/// Explains received requests to somebody who has the secret.
///
/// It verifies a request, and if that fails looks for the reason: first in what the verifier says, then by making the
/// known mistakes, alone and in pairs, until the received signature comes out. The pairs are these: two mistakes in
/// different parts of the canonical request (method, path, query, headers, payload); one in a part together with one
/// wrong key or string to sign; and two in one part only where that part lists them together, as path, query and headers do for
/// mistakes that do not exclude each other. Two wrong keys are combined only where they are listed as one. A limit may
/// end the search before the last pair. It tries at most
/// [`MAX_CANDIDATES`](crate::MAX_CANDIDATES) and hashes at most [`MAX_HASHED_BYTES`](crate::MAX_HASHED_BYTES), besides
/// the body; that takes less than 50 ms on a machine with SHA instructions. Nothing is remembered: no replay store is
/// asked, and no key is kept.
///
/// A finding is [certain](crate::Certainty::Certain) if the signature came out of it, or the request shows it. Where
/// two causes give the same bytes, the finding [names both](crate::Finding::alternatives).
///
/// ```
/// use sig4::{Credentials, Explainer, RequestView, Signer, Payload, PathEncoding, Timestamp, Verifier};
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
    verifier: &'e Verifier,
    credentials: &'e Credentials,
    client: Option<&'e str>,
    original: Option<&'e [u8]>,
    hosts: Vec<String>,
    refusal: Option<ErrorKind>,
    shows_signature: bool,
    shows_secrets: bool,
}

impl<'e> Explainer<'e> {
    /// The most bytes of method, path, query and headers together that are explained. Of a longer request that does not
    /// verify nothing is searched, and the report [says so](Report::left_out).
    pub const MAX_EXPLAINED_BYTES: usize = 64 * 1024;

    /// An explainer of what `verifier` refuses, for requests that are said to be signed with `credentials`.
    #[must_use]
    pub const fn new(verifier: &'e Verifier, credentials: &'e Credentials) -> Self {
        Self {
            verifier,
            credentials,
            client: None,
            original: None,
            hosts: Vec::new(),
            refusal: None,
            shows_signature: false,
            shows_secrets: false,
        }
    }

    /// Adds the canonical request that the client made, from its debug log. It finds mistakes that no search does, and
    /// more than two of them. One of more than [`AwsResponse::MAX_LEN`](crate::AwsResponse::MAX_LEN) bytes is not compared.
    #[must_use]
    pub const fn with_client_canonical_request(mut self, text: &'e str) -> Self {
        self.client = Some(text);
        self
    }

    /// Adds the body as it was before somebody serialised it again.
    #[must_use]
    pub const fn with_original_body(mut self, body: &'e [u8]) -> Self {
        self.original = Some(body);
        self
    }

    /// Adds hosts that the client may have signed: those of proxies and custom domains.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Says what the verifier answered. A signature that was [seen before](ErrorKind::Replayed) cannot be told from the
    /// request.
    #[must_use]
    pub const fn with_refusal(mut self, kind: ErrorKind) -> Self {
        self.refusal = Some(kind);
        self
    }

    /// Puts the right signature into the report. Whoever sees it can send the request: only for the owner of the
    /// secret.
    #[must_use]
    pub const fn showing_signature(mut self) -> Self {
        self.shows_signature = true;
        self
    }

    /// Whether the report shows session tokens and other [secrets](crate::redact::Redactor), which it does not by default. A
    /// canonical request with asterisks has another SHA-256 than the one in the string to sign.
    ///
    /// ```
    /// use sig4::{Credentials, Explainer, RequestView, Signer, Timestamp, Verifier};
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

    /// The names of all causes there are.
    pub fn cause_names() -> impl Iterator<Item = &'static str> {
        causes().map(|cause| cause.name)
    }

    /// Explains one request as it was received at `now`. One that verifies costs hardly more than to verify it.
    #[must_use]
    pub fn report(&self, request: &RequestView<'_>, body: &[u8], now: OffsetDateTime) -> Report {
        let mut verifier = self.verifier.clone().with_cached_keys(0);
        verifier.options.seen = None;
        let mut report = match self.verified(&verifier, request, body, now) {
            Ok(stages) if self.refusal == Some(ErrorKind::Replayed) => Report {
                findings: vec![Finding::new(&[structure::causes::REPLAYED.into()], Certainty::Certain)],
                stages,
                ..Report::default()
            },
            Ok(stages) => Report { verified: true, stages, ..Report::default() },
            Err(error) => self.refused(&error, &verifier, request, Some(body), now),
        };
        report.hide(&self.redactor_of(request));
        report
    }

    /// Explains one request that was refused before its body was read. What the verifier said is explained as ever; a
    /// search is made if the request states the hash of its body or leaves the body out of the signature, and no cause is
    /// looked for in the body. The report [says so](Report::left_out).
    ///
    /// ```
    /// use sig4::{Credentials, Explainer, RequestView, Signer, Timestamp, Verifier};
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
            Ok(()) => Report::default(),
            Err(error) => self.refused(&error, &verifier, request, None, now),
        };
        report.left_out.get_or_insert_with(|| "the body was not read".to_owned());
        report.hide(&self.redactor_of(request));
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
        let canonical = claim.canonical_request(body).to_bytes();
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
        let evidence = Evidence::read(verifier, request);
        let known = Known { credentials: self.credentials, body, original: self.original, hosts: &self.hosts, now };
        let axes = evidence.as_ref().and_then(|evidence| evidence.axes(&known));
        let timestamp = evidence.as_ref().and_then(Evidence::timestamp);
        let scope = timestamp.map(|timestamp| verifier.keys.scope(timestamp.day()));
        let right = axes.as_ref().map(|axes| canonical(axes, &[None; 5]));
        let case = Case { explainer: self, evidence: evidence.as_ref(), axes: axes.as_ref(), known };
        let report = case.refused(error, request, scope.as_ref());
        let left_out = self.client.and_then(search::comparison::too_long);
        Report { stages: self.stages(right, timestamp, scope.as_ref()), left_out, ..report }
    }

    /// The stages as they are computed.
    fn stages(&self, right: Option<Vec<u8>>, timestamp: Option<Timestamp>, scope: Option<&Scope>) -> Stages {
        let digest = right.as_ref().map(|right| sha256::digest(right));
        let string_to_sign = match (timestamp, scope, digest) {
            (Some(timestamp), Some(scope), Some(digest)) => Some(StringToSign::new(timestamp, scope, digest)),
            _ => None,
        };
        let shown = string_to_sign.as_ref().filter(|_| self.shows_signature);
        let sign = |text: &StringToSign<'_>| {
            SigningKey::derive(self.credentials.secret_key(), text.scope()).sign(text).to_string()
        };
        Stages {
            canonical_request: right.map(|right| String::from_utf8_lossy(&right).into_owned()),
            signature: shown.map(sign),
            string_to_sign: string_to_sign.map(|text| text.to_string()),
        }
    }

    /// What no report shows.
    fn redactor(&self) -> Redactor {
        if self.shows_secrets {
            return Redactor::off();
        }
        Redactor::new().with_credentials(self.credentials)
    }

    /// The same, and the secrets in the request.
    fn redactor_of(&self, request: &RequestView<'_>) -> Redactor {
        let mut redactor = self.redactor();
        if self.shows_secrets || length(request) > Self::MAX_EXPLAINED_BYTES {
            return redactor;
        }
        if let Some(query) = request.query {
            redactor = redactor.with_secrets_in(query);
        }
        let mut headers = String::new();
        request.headers.visit(&mut |name, value| {
            headers.extend([name, ":", &String::from_utf8_lossy(value), "\n"]);
        });
        redactor.with_secrets_in(&headers)
    }

    /// The difference, as far as it may be shown.
    fn difference(&self, computed: &[u8], signed: &[u8]) -> Option<Difference> {
        Difference::find(computed, signed, &self.redactor())
    }
}

/// The bytes of a request that an explanation looks at, besides the body. A header counts for some more than it has, so
/// that empty ones count too.
fn length(request: &RequestView<'_>) -> usize {
    let texts = [Some(request.method), Some(request.path), request.query, request.authority];
    let mut length: usize = texts.iter().flatten().map(|text| text.len()).sum();
    request.headers.visit(&mut |name, value| length = length.saturating_add(name.len() + value.len() + 4));
    length
}

/// A report of a request that is too long to be searched, with what the verifier's words alone say.
fn too_long(error: &Error) -> Report {
    let most = Explainer::MAX_EXPLAINED_BYTES;
    Report {
        left_out: Some(format!("the request has more than {most} bytes besides its body, and nothing was searched")),
        ..Report::of_words(error)
    }
}

impl Report {
    /// What the verifier's words alone say, to somebody who has no secret.
    pub(crate) fn of_words(error: &Error) -> Self {
        let said = structure::of_words(error).map(|mistake| Finding::new(&[mistake], Certainty::Certain));
        Self { findings: said.into_iter().collect(), ..Self::default() }
    }
}

/// One refused request.
struct Case<'c> {
    explainer: &'c Explainer<'c>,
    evidence: Option<&'c Evidence<'c>>,
    axes: Option<&'c Axes>,
    known: Known<'c>,
}

impl Case<'_> {
    fn refused(&self, error: &Error, request: &RequestView<'_>, expected: Option<&Scope>) -> Report {
        let refusal = Refusal {
            error,
            request,
            evidence: self.evidence,
            credentials: self.explainer.credentials,
            expected,
            now: self.known.now,
        };
        let mut seen = refusal.mistakes();
        let mut report = self.searched(&mut seen);
        if !seen.is_empty() {
            let mut finding = Finding::new(&seen, Certainty::Certain);
            let first = report.findings.first();
            let same = first.is_some_and(|found| found.name() == finding.name());
            let cause_of_it = first.is_some_and(|found| found.name() == key::causes::DATE_HEADER_USED.name);
            match first {
                None if report.verified => finding.note("the signature is right otherwise"),
                None if self.axes.is_some() => {
                    finding.note("the signature is another one as well, perhaps for that reason")
                }
                _ => {}
            }
            if !same {
                report.findings.insert(usize::from(cause_of_it), finding);
            }
        }
        report.verified = false;
        if report.findings.is_empty() {
            self.suspect(&mut report);
        }
        report
    }

    /// A report of what the search finds; `verified` if it is that the signature is right. `seen` is what the verifier
    /// saw, which may become more exact.
    fn searched(&self, seen: &mut [Mistake]) -> Report {
        let (Some(evidence), Some(axes)) = (self.evidence, self.axes) else { return Report::default() };
        let Some(claimed) = evidence.signature() else { return Report::default() };
        let seals = evidence.seals(&self.known);
        let mut search = Search::new(axes, &seals, claimed);
        let outcome = search.run();
        let mut report = Report { candidates: search.candidates(), ..Report::default() };
        match outcome {
            Outcome::Right => {
                report.verified = true;
                self.name_stated_body(seen);
            }
            Outcome::Wrong(found) => self.add_found(&found, &mut report),
            Outcome::Nothing => self.compare_with_client(axes, &seals, &claimed, &mut report),
        }
        report
    }

    fn add_found(&self, found: &Found, report: &mut Report) {
        report.findings.push(Finding::new(&found.mistakes, Certainty::Certain).or(&found.others));
        report.difference = self.axes.and_then(|axes| {
            let right = canonical(axes, &[None; 5]);
            self.explainer.difference(&right, &found.signed)
        });
    }

    /// What a stated hash that is not the body's is the hash of.
    fn name_stated_body(&self, seen: &mut [Mistake]) {
        let Some(stated) = self.evidence.and_then(|evidence| evidence.stated.as_deref()) else { return };
        let facts = payload::PayloadFacts { body: self.known.body, original: self.known.original, stated: None };
        let Some(axis) = payload::axis(&facts) else { return };
        for mistake in seen.iter_mut().filter(|m| m.cause == payload::causes::PAYLOAD_OTHER_HEADER) {
            if let Some(exact) = axis.find(stated).and_then(|piece| piece.mistakes.first()) {
                *mistake = exact.clone();
            }
        }
    }

    /// Compares with the client's own canonical request, if there is one.
    fn compare_with_client(&self, axes: &Axes, seals: &[Seal], claimed: &[u8; 32], report: &mut Report) {
        let forms = self.explainer.client.map(forms).unwrap_or_default();
        let right = canonical(axes, &[None; 5]);
        let seal_of = |form: &[u8]| {
            let digest = sha256::digest(form);
            seals.iter().find(|seal| seal.sign(&digest) == *claimed)
        };
        let proven = forms.iter().find_map(|form| seal_of(form).map(|seal| (form, Some(seal))));
        let Some((form, seal)) = proven.or_else(|| forms.first().map(|form| (form, None))) else { return };
        let Some(mut comparison) = compare(form, axes) else { return };
        report.difference = self.explainer.difference(&right, form);
        comparison.mistakes.extend(seal.iter().flat_map(|seal| seal.mistakes.iter().cloned()));
        if comparison.mistakes.is_empty() {
            let mistake = key::causes::SECRET_OF_OTHER_KEY.into();
            report.findings.push(Finding::new(&[mistake], Certainty::Likely));
            return;
        }
        let certainty = if seal.is_some() { Certainty::Certain } else { Certainty::Likely };
        let mut finding = Finding::new(&comparison.mistakes, certainty).or(&comparison.others);
        if seal.is_none() {
            finding.note("and yet that canonical request does not give the signature with this secret");
        }
        report.findings.push(finding);
    }

    /// What is worth a look when nothing explains the signature.
    fn suspect(&self, report: &mut Report) {
        let Some(evidence) = self.evidence else { return };
        let body_signed = evidence.stated.is_none() && self.known.body.is_some_and(|body| !body.is_empty());
        report.findings = structure::hint::suspicions(&evidence.listed(), body_signed);
    }
}

impl std::fmt::Debug for Explainer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explainer")
            .field("verifier", &self.verifier)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Every cause there is, in the order of the request and then of the key.
fn causes() -> impl Iterator<Item = Cause> {
    let lists = [
        structure::causes::ALL,
        method::ALL,
        path::causes::ALL,
        query::causes::ALL,
        headers::causes::ALL,
        payload::causes::ALL,
        key::causes::ALL,
    ];
    lists.into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_kebab_case_and_differ_and_texts_are_one_line() {
        let mut names = BTreeSet::new();
        for cause in super::causes() {
            assert!(cause.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{cause:?}");
            assert!(names.insert(cause.name), "{cause:?}");
            for text in [cause.summary, cause.remedy] {
                assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{cause:?}");
            }
        }
    }
}
