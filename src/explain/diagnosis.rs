//! The diagnosis of one refused request: first the verifier's error, then the search.

use crate::auth::SignatureLocation;
use crate::crypto::sha256;
use crate::error::Error;
use crate::explain::cause::Mistake;
use crate::explain::key::causes::{DATE_HEADER_USED, SECRET_OF_OTHER_KEY};
use crate::explain::key::signing_step::SigningSteps;
use crate::explain::key::step_key::Claimed;
use crate::explain::log::masked::unmasked;
use crate::explain::payload;
use crate::explain::payload::causes::PAYLOAD_OTHER_HEADER;
use crate::explain::report::Report;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::report::next::NextStep;
use crate::explain::search::budget::Budget;
use crate::explain::search::comparison::{compare, forms};
use crate::explain::search::observed_request::{Known, ObservedRequest};
use crate::explain::search::sections::{Chosen, Section, Sections};
use crate::explain::search::{Alone, Match, Search, SearchOutcome};
use crate::explain::signed_text::SignedText;
use crate::explain::structure::{self, Refusal, hint};
use crate::explain::variants::{Depth, Variant, Variants};
use crate::redact::Redactor;
use crate::request::RequestView;
use crate::scope::Scope;

/// Headers that a proxy adds.
const PROXY_HEADERS: &[&str] = &["via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

/// One refused request.
pub(crate) struct Diagnosis<'d> {
    /// The client's canonical request, if its owner has it.
    pub(crate) client: Option<&'d str>,
    /// The client's string to sign, if its owner has it.
    pub(crate) client_string_to_sign: Option<&'d str>,
    pub(crate) observed: Option<&'d ObservedRequest<'d>>,
    /// The single variants, which are most of what is found. The others are written if these do not suffice.
    pub(crate) sections: Option<&'d Sections<Variants>>,
    pub(crate) known: Known<'d>,
    pub(crate) redactor: Redactor,
}

impl Diagnosis<'_> {
    /// A report of the causes, without stages.
    pub(crate) fn report(&self, error: &Error, request: &RequestView<'_>, expected: Option<&Scope>) -> Report {
        let refusal = Refusal {
            error,
            request,
            body: self.known.body,
            observed: self.observed,
            credentials: Some(self.known.credentials),
            expected,
            now: self.known.now,
        };
        let mut refused = refusal.mistakes();
        let mut report = self.searched(&mut refused);
        if !refused.is_empty() {
            self.add_refused(&refused, &mut report);
        }
        report.verified = false;
        if report.findings.is_empty() {
            self.add_hints(request, &mut report);
        }
        report.next = self.next_step();
        report
    }

    /// What would settle a cause that is not proven.
    fn next_step(&self) -> Option<NextStep> {
        let observed = self.observed?;
        let is_proxied = || PROXY_HEADERS.iter().any(|name| observed.header(name).is_some());
        Some(match self.client {
            _ if self.sections.is_none() && self.known.body.is_none() => NextStep::Body,
            Some(_) => NextStep::Secret,
            None if self.known.hosts.is_empty() && is_internal(observed.host()) && is_proxied() => NextStep::Authority,
            None => NextStep::to_what_was_signed(
                observed.params.location == SignatureLocation::Query,
                !self.known.hosts.is_empty(),
                observed.header("user-agent").unwrap_or_default(),
            ),
        })
    }

    /// Adds the mistakes that the verifier's error names, unless the search found the same.
    fn add_refused(&self, mistakes: &[Mistake], report: &mut Report) {
        let mut finding = Finding::new(mistakes, Certainty::Certain);
        match report.findings.first() {
            Some(found) if found.causes() == finding.causes() => return,
            None if report.verified => finding.note("the signature is right otherwise"),
            None if self.sections.is_some() => {
                finding.note("the signature does not match either, perhaps for that reason");
            }
            _ => {}
        }
        // A `Date` header that was used for the time of signing explains the error of the verifier.
        let explains_it = report.findings.first().is_some_and(|found| found.causes() == [DATE_HEADER_USED]);
        report.findings.insert(usize::from(explains_it), finding);
    }

    /// A report of the search's result. It is `verified` if the signature is right. `refused` are the mistakes that the
    /// verifier's error names; the search may replace them with more exact ones.
    fn searched(&self, refused: &mut [Mistake]) -> Report {
        let (Some(observed), Some(sections)) = (self.observed, self.sections) else { return Report::default() };
        let Some(claimed) = observed.signature() else { return Report::default() };
        let steps = observed.signing_steps(&self.known);
        let Some(steps) = steps.as_ref() else {
            let mut report = Report::default();
            if let Some(all) = observed.variants(&self.known, &Sections::all(Depth::All)) {
                self.compare_with_client(&all, None, &claimed, &mut report);
                self.compare_string_to_sign(&all, None, claimed, &mut report);
            }
            return report;
        };
        let mut search = Search::new(sections, steps, claimed);
        match search.alone() {
            Alone::Right => {
                self.name_declared_payload(refused);
                let mut report = Report { verified: true, candidates: search.candidates(), ..Report::default() };
                let signed = String::from_utf8_lossy(&sections.right()).into_owned();
                report.stages.signed_canonical_request = Some(signed);
                report
            }
            Alone::Variant(section, variant) => {
                let mut report = Report { candidates: search.candidates(), ..Report::default() };
                self.add_match(sections, &self.named(sections, section, variant), &mut report);
                report
            }
            Alone::Nothing => self.searched_among_all(steps, claimed, search.into_budget()),
        }
    }

    /// A report of a search among all variants.
    fn searched_among_all(&self, steps: &SigningSteps<'_>, claimed: Claimed, spent: Budget) -> Report {
        let all = self.observed.and_then(|observed| observed.variants(&self.known, &Sections::all(Depth::All)));
        let Some(all) = all.as_ref() else { return Report::default() };
        let mut search = Search::new(all, steps, claimed).after(spent);
        let outcome = search.run();
        let mut report = Report { candidates: search.candidates(), ..Report::default() };
        match outcome {
            SearchOutcome::Right => report.verified = true,
            SearchOutcome::Wrong(found) => self.add_match(all, &found, &mut report),
            SearchOutcome::Nothing => {
                self.compare_with_client(all, Some(steps), &claimed, &mut report);
                self.compare_string_to_sign(all, Some(steps), claimed, &mut report);
            }
        }
        report
    }

    /// One wrong variant with all causes of its bytes, which only all variants of its section tell.
    fn named(&self, sections: &Sections<Variants>, section: Section, variant: &Variant) -> Match {
        let depths = Sections::all(Depth::Right).with_value(section, Depth::All);
        let all = self.observed.and_then(|observed| observed.variants(&self.known, &depths));
        let same = all.as_ref().and_then(|all| all.get(section).find(&variant.bytes)).unwrap_or(variant);
        Match::new(sections, &Chosen::default().with(section, same), &[])
    }

    fn add_match(&self, sections: &Sections<Variants>, found: &Match, report: &mut Report) {
        let finding = Finding::new(&found.mistakes, Certainty::Certain).proven_by(Proof::Signature);
        report.findings.push(finding.or(&found.others));
        report.differences = Difference::find(&sections.right(), &found.signed, &self.redactor);
        report.stages.signed_canonical_request = Some(String::from_utf8_lossy(&found.signed).into_owned());
    }

    /// Replaces "not the hash of the received body" by the body with the declared hash, if it is known.
    fn name_declared_payload(&self, refused: &mut [Mistake]) {
        let Some(declared) = self.observed.and_then(|observed| observed.declared_payload.as_deref()) else { return };
        let facts = payload::PayloadFacts { body: self.known.body, original: self.known.original, declared: None };
        let Some(variants) = payload::variants(&facts) else { return };
        for mistake in refused.iter_mut().filter(|mistake| mistake.cause == PAYLOAD_OTHER_HEADER) {
            if let Some(exact) = variants.find(declared).and_then(|variant| variant.mistakes.first()) {
                *mistake = exact.clone();
            }
        }
    }

    /// Compares with the client's own canonical request, if there is one.
    fn compare_with_client(
        &self,
        sections: &Sections<Variants>,
        steps: Option<&SigningSteps<'_>>,
        claimed: &Claimed,
        report: &mut Report,
    ) {
        let client = self.client.map(|text| unmasked(text, &sections.right()));
        let forms = client.as_deref().map(forms).unwrap_or_default();
        let step_of = |form: &[u8]| {
            let digest = sha256::digest(form);
            steps.and_then(|steps| steps.iter().find(|step| step.gives(&digest, claimed)))
        };
        let proven = forms.iter().find_map(|form| step_of(form).map(|step| (form, Some(step))));
        let Some((form, step)) = proven.or_else(|| forms.first().map(|form| (form, None))) else { return };
        let Some(mut comparison) = compare(form, sections) else { return };
        report.differences = Difference::find(&sections.right(), form, &self.redactor);
        report.stages.signed_canonical_request = Some(String::from_utf8_lossy(form).into_owned());
        comparison.mistakes.extend(step.iter().flat_map(|step| step.mistakes.iter().cloned()));
        if comparison.mistakes.is_empty() {
            report.findings.push(Finding::new(&[SECRET_OF_OTHER_KEY.into()], Certainty::Likely));
            return;
        }
        let certainty = if step.is_some() { Certainty::Certain } else { Certainty::Likely };
        let finding = Finding::new(&comparison.mistakes, certainty).proven_by(Proof::Signature);
        let mut finding = finding.or(&comparison.others);
        if step.is_none() {
            finding.note("and yet that canonical request does not give the signature with this secret");
        }
        report.findings.push(finding);
    }

    /// Compares the client's own string to sign, if there is one and its canonical request has proven nothing.
    fn compare_string_to_sign(
        &self,
        sections: &Sections<Variants>,
        steps: Option<&SigningSteps<'_>>,
        claimed: Claimed,
        report: &mut Report,
    ) {
        let (Some(text), Some(observed)) = (self.client_string_to_sign, self.observed) else { return };
        if report.findings.iter().any(|finding| finding.certainty() == Certainty::Certain) {
            return;
        }
        let (date, scope, algorithm) = (observed.date.as_str(), observed.scope(), observed.params.algorithm);
        let signed = SignedText { text, client: self.client, date, algorithm, scope, sections, steps, claimed };
        if let Some(finding) = signed.finding() {
            report.findings = vec![finding];
        }
    }

    /// Adds hints for an unexplained signature.
    fn add_hints(&self, request: &RequestView<'_>, report: &mut Report) {
        let Some(observed) = self.observed else { return };
        let body_signed = observed.declared_payload.is_none() && self.known.body.is_some_and(|body| !body.is_empty());
        let query_signed = request.query.is_some_and(|query| !query.is_empty());
        report.findings = hint::hints(&observed.listed(), body_signed, query_signed);
    }
}

/// Whether a host has a name or an address that no client outside of its network calls.
fn is_internal(host: &[u8]) -> bool {
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let name = host.rsplit_once(':').map_or(&*host, |(name, _)| name);
    let is_address = name.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b':' | b'[' | b']'));
    is_address || !name.contains('.') || [".internal", ".local", ".svc"].iter().any(|end| name.ends_with(end))
}

impl Report {
    /// A report of a verifier's error alone, without the request and without a secret. It has a finding only if the error
    /// names a cause.
    ///
    /// ```
    /// use sig4::explain::Report;
    /// use sig4::Verifier;
    ///
    /// let (parts, _) = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?.into_parts();
    /// let error = Verifier::new("us-east-1", "execute-api")?.claim(&parts).unwrap_err();
    /// assert_eq!(Report::of_error(&error).findings()[0].name(), "not-signed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_error(error: &Error) -> Self {
        let mistake = structure::mistake_of(error).map(|mistake| Finding::new(&[mistake], Certainty::Certain));
        Self { findings: mistake.into_iter().collect(), ..Self::default() }
    }
}
