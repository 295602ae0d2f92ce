//! sig4's own signer, wrong ones, and the ledger.

use sig4::Credentials;
use sig4::settings::{PathEncoding, SessionTokenPlacement};
use sig4_conformance::{CaseKind, CaseVerdict, Ledger, RunReport, SignerAnswer, SigningCase, Suite};

/// sig4's signer, changed by `change`.
fn sign_with(case: &SigningCase, change: impl Fn(sig4::Signer) -> sig4::Signer) -> SignerAnswer {
    let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
    let signer = change(case.signer());
    if let Some(expires) = case.expires() {
        return SignerAnswer::url(
            signer.presign_view(&view, &payload, case.credentials(), expires, now).unwrap().url(),
        );
    }
    SignerAnswer::headers(signer.sign_view(&view, &payload, case.credentials(), now).unwrap().headers())
}

fn outcome(suite: &Suite, change: impl Fn(sig4::Signer) -> sig4::Signer) -> RunReport {
    suite.run(&mut |case: &SigningCase| sign_with(case, &change), &Ledger::empty())
}

fn judged<'a>(outcome: &'a RunReport, id: &str) -> &'a CaseVerdict {
    outcome.judged().iter().find(|judged| judged.id() == id).unwrap().verdict()
}

#[test]
fn sig4_conforms_as_a_library() {
    let outcome = outcome(&Suite::all(), |signer| signer);
    assert!(outcome.is_as_expected(), "{outcome:#}");
    assert_eq!((outcome.count("pass"), outcome.count("skipped")), (1046, 0));
    let other: Vec<_> =
        outcome.judged().iter().filter(|j| matches!(j.verdict(), CaseVerdict::Pass(p) if !p.is_same())).collect();
    // Three cases sign a tracing header.
    let ids: Vec<_> = other.iter().map(|judged| judged.id()).collect();
    assert_eq!(ids, ["h00478", "h01348", "h03298"]);
    let CaseVerdict::Pass(pass) = judged(&outcome, "h00478") else { panic!("{outcome}") };
    assert_eq!(pass.notes().collect::<Vec<_>>(), ["leaves out baggage"]);
}

#[test]
fn known_failures_are_expected_and_must_go_on_failing() {
    let mut forgetful = |case: &SigningCase| match case.session_token_is_there() {
        true => SignerAnswer::failed("no tokens"),
        false => sign_with(case, |signer| signer),
    };
    let ledger = |text: &str| Ledger::parse(text).unwrap();
    let known = "tag:token | knows no tokens\nclassic/post-sts* | knows no tokens\nclassic/get-vanilla-with* | nor here\nv4/* cause:no-signature | nor there\n";
    let outcome = Suite::all().run(&mut forgetful, &ledger(known));
    assert!(outcome.is_as_expected(), "{outcome}");
    assert!(outcome.count("known") > 300, "{outcome}");
    let mut sign = |case: &SigningCase| sign_with(case, |signer| signer);
    let outcome = Suite::all().run(&mut sign, &ledger("h00011 | is wrong\n"));
    assert!(!outcome.is_as_expected());
    assert_eq!(judged(&outcome, "h00011"), &CaseVerdict::UnexpectedPass("is wrong".to_owned()));
    let outcome = Suite::all().run(&mut sign, &ledger("tag:token | knows no tokens\n"));
    assert!(!outcome.is_as_expected(), "a stale entry");
    assert_eq!(outcome.stale().collect::<Vec<_>>(), ["tag:token | knows no tokens"]);
    let outcome = Suite::all().of_kind(CaseKind::Query).run(&mut sign, &ledger("kind:v4-header | none\n"));
    assert!(outcome.is_as_expected(), "an entry cannot be stale in a part of the suite");
}

trait Tokens {
    fn session_token_is_there(&self) -> bool;
}

impl Tokens for SigningCase {
    fn session_token_is_there(&self) -> bool {
        self.credentials().session_token().is_some()
    }
}

#[test]
fn a_bare_signature_is_compared_and_a_misreported_canonical_request_noted() {
    let mut bare = |case: &SigningCase| SignerAnswer::signature(case.expected().signature());
    assert_eq!(Suite::all().run(&mut bare, &Ledger::empty()).count("pass"), 1046);
    let mut misreporting = |case: &SigningCase| sign_with(case, |signer| signer).with_canonical_request("GET\n");
    let outcome = Suite::all().run(&mut misreporting, &Ledger::empty());
    assert!(outcome.is_as_expected(), "{outcome}");
    let CaseVerdict::Pass(pass) = judged(&outcome, "v4/get-vanilla/header") else { panic!("{outcome}") };
    assert_eq!(pass.notes().collect::<Vec<_>>(), ["reports a canonical request that differs from the signed one"]);
}

#[test]
fn another_time_is_judged_as_a_service_would() {
    let mut own_clock = |case: &SigningCase| {
        let Some(mut request) = case.http_request() else { return SignerAnswer::unsupported("not for the http crate") };
        let now = time::OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        request.headers_mut().remove("authorization");
        match case.signer().sign(&mut request, case.credentials(), now) {
            Ok(_) => SignerAnswer::request(&request).at(now + time::Duration::seconds(60)),
            Err(error) => SignerAnswer::failed(error.to_string()),
        }
    };
    let outcome = Suite::all().filtered(|case| case.id().starts_with("classic/")).run(&mut own_clock, &Ledger::empty());
    assert!(outcome.is_as_expected(), "{outcome}");
    assert!(outcome.count("pass") >= 29, "{outcome}");
}

#[test]
fn a_wrong_signer_gets_its_mistake_named() {
    let suite = Suite::all().filtered(|case| case.id().starts_with("h00") && case.has_service_settings());
    let outcome = outcome(&suite, |signer| {
        signer.with_path_encoding(PathEncoding::Verbatim).with_session_token_placement(SessionTokenPlacement::Signed)
    });
    assert!(!outcome.is_as_expected());
    let failure = judged(&outcome, "h00011").failure().unwrap();
    assert_eq!(failure.causes().next().map(ToString::to_string).as_deref(), Some("path-encoded-once"), "{failure}");
    // A service that refuses the path whatever the signature gives nothing to explain.
    let (failed, unexplained) = (outcome.count("fail"), outcome.causes().get("unexplained").copied().unwrap_or(0));
    assert!(failed > 40 && unexplained < failed / 10, "{outcome:#}");
    assert_eq!(outcome.causes()["path-encoded-once"], failed - unexplained, "{outcome:#}");
}

#[test]
fn a_signer_that_forgets_its_token_is_told_so() {
    let suite = Suite::all().filtered(|case| case.id() == "v4/get-vanilla-with-session-token/header");
    let mut forgetful = |case: &SigningCase| {
        let credentials = Credentials::new(case.credentials().access_key_id(), case.secret_access_key()).unwrap();
        let now = case.timestamp().to_datetime();
        SignerAnswer::headers(
            case.signer().sign_view(&case.view(), &case.payload(), &credentials, now).unwrap().headers(),
        )
    };
    let outcome = suite.run(&mut forgetful, &Ledger::empty());
    assert_eq!(outcome.causes().into_keys().collect::<Vec<_>>(), ["token-missing"], "{outcome}");
}
