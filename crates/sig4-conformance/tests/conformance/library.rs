//! sig4's own signer, wrong ones, and the ledger.

use sig4::Credentials;
use sig4::settings::{PathEncoding, SessionTokenPlacement};
use sig4::stream::event::{HeaderValue, Message};
use sig4_conformance::{CaseKind, CaseVerdict, EventStream, Ledger, RunReport, SignerAnswer, SigningCase, Suite};

/// sig4's signer, changed by `change`.
fn sign_with(case: &SigningCase, change: impl Fn(sig4::Signer) -> sig4::Signer) -> SignerAnswer {
    let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
    let signer = change(case.signer());
    if let Some(stream) = case.events() {
        return SignerAnswer::events(events(case, stream, &signer));
    }
    if let Some(chunked) = case.chunked() {
        let signed = signer.sign_view(&view, &payload, case.credentials(), now).unwrap();
        let mut chunks = signer.chunk_signer(&signed, case.credentials());
        let signatures: Vec<_> = chunked.chunks(case.body()).map(|data| chunks.sign(data).to_string()).collect();
        let trailer: Vec<_> = chunked.trailer().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let trailer = chunked.marker().has_trailer().then(|| chunks.sign_trailer(&trailer).unwrap().to_string());
        return SignerAnswer::chunks(signed.signature().to_string(), signatures, trailer);
    }
    if let Some(expires) = case.expires() {
        return SignerAnswer::url(
            signer.presign_view(&view, &payload, case.credentials(), expires, now).unwrap().url(),
        );
    }
    SignerAnswer::headers(signer.sign_view(&view, &payload, case.credentials(), now).unwrap().headers())
}

fn events(case: &SigningCase, stream: &EventStream, signer: &sig4::Signer) -> Vec<String> {
    let signer_of = || signer.event_signer(stream.seed(), case.credentials(), case.timestamp()).unwrap();
    let mut signer = signer_of();
    let sealed = stream.events().iter().map(|event| match event.message() {
        Some(message) => signer.sign(message, event.timestamp()).unwrap(),
        None => std::mem::replace(&mut signer, signer_of()).finish(event.timestamp()).unwrap(),
    });
    let signature = |sealed| match Message::decode(sealed).unwrap().header(":chunk-signature") {
        Some(HeaderValue::Bytes(bytes)) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        other => panic!("{other:?}"),
    };
    sealed.map(signature).collect()
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
    assert_eq!((outcome.count("pass"), outcome.count("skipped")), (1147, 0));
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
    let suite = Suite::all().of_kinds([CaseKind::Header, CaseKind::Query]);
    assert_eq!(suite.run(&mut bare, &Ledger::empty()).count("pass"), 1046);
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

/// The first case of a kind whose trailer is signed, or is not.
fn first(kind: CaseKind, trailer: bool) -> Suite {
    let all = Suite::all().of_kind(kind);
    let has_trailer = |case: &SigningCase| case.expected().trailer_signature().is_some();
    let found =
        all.cases().iter().find(|case| has_trailer(case) == trailer && case.expected().piece_signatures().len() > 1);
    let id = found.unwrap().id().to_owned();
    all.filtered(|case| case.id() == id)
}

/// A change of the signatures of the head, of the pieces and of the trailer.
type Change = fn(&mut String, &mut Vec<String>, &mut Option<String>);

/// The pieces of a right answer, changed.
fn changed(case: &SigningCase, change: Change) -> SignerAnswer {
    let expected = case.expected();
    let (mut seed, mut pieces) = (expected.signature().to_owned(), expected.piece_signatures().to_vec());
    let mut trailer = expected.trailer_signature().map(str::to_owned);
    change(&mut seed, &mut pieces, &mut trailer);
    match case.kind() {
        CaseKind::Events => SignerAnswer::events(pieces),
        _ => SignerAnswer::chunks(seed, pieces, trailer),
    }
}

#[test]
fn wrong_signatures_of_pieces_are_named() {
    let cases: [(CaseKind, bool, Change, &str, &str); 9] = [
        (CaseKind::Chunked, false, |seed, _, _| *seed = "0".repeat(64), "seed-signature", "of the head is `000"),
        (CaseKind::Chunked, false, |_, pieces, _| pieces[1] = "0".repeat(64), "chunk-signature", "chunk 2 of "),
        (CaseKind::Chunked, false, |_, pieces, _| drop(pieces.pop()), "chunk-signature", "is missing"),
        (CaseKind::Chunked, false, |_, pieces, _| pieces.push(pieces[0].clone()), "chunk-signature", "and not "),
        (
            CaseKind::Chunked,
            false,
            |seed, _, trailer| *trailer = Some(seed.clone()),
            "trailer-signature",
            "the case has no trailer",
        ),
        (CaseKind::Chunked, true, |_, _, trailer| *trailer = None, "trailer-signature", "is missing"),
        (
            CaseKind::Chunked,
            true,
            |seed, _, trailer| *trailer = Some(seed.clone()),
            "trailer-signature",
            "trailer is `",
        ),
        (CaseKind::Events, false, |_, pieces, _| pieces.swap(0, 1), "event-signature", "event 1 of "),
        (CaseKind::Events, false, |_, pieces, _| drop(pieces.pop()), "event-signature", "is missing"),
    ];
    for (kind, trailer, change, cause, difference) in cases {
        let suite = first(kind, trailer);
        let right = suite.run(&mut |case: &SigningCase| changed(case, |_, _, _| ()), &Ledger::empty());
        assert!(right.is_as_expected(), "{right}");
        let outcome = suite.run(&mut |case: &SigningCase| changed(case, change), &Ledger::empty());
        let failure = outcome.judged()[0].verdict().failure().unwrap();
        assert_eq!(failure.causes().map(ToString::to_string).collect::<Vec<_>>(), [cause]);
        assert!(failure.difference().contains(difference), "{failure}");
    }
    let mut bare = |case: &SigningCase| SignerAnswer::signature(case.expected().signature());
    let outcome = first(CaseKind::Chunked, false).run(&mut bare, &Ledger::empty());
    assert_eq!(outcome.count("fail"), 1, "the signature of the head is not enough");
}

/// The access key id is not signed, so the right signature may stand beside another.
#[test]
fn the_right_signature_beside_another_key_is_refused() {
    for kind in [CaseKind::Header, CaseKind::Query] {
        let suite = Suite::all().of_kind(kind);
        let mut misstated = |case: &SigningCase| {
            let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
            let (signer, other) = (case.signer(), |text: String| text.replacen("Credential=", "Credential=X", 1));
            if let Some(expires) = case.expires() {
                let presigned = signer.presign_view(&view, &payload, case.credentials(), expires, now).unwrap();
                return SignerAnswer::url(other(presigned.url()));
            }
            let signed = signer.sign_view(&view, &payload, case.credentials(), now).unwrap();
            SignerAnswer::headers(signed.headers().map(|(name, value)| (name, other(value))))
        };
        let outcome = suite.run(&mut misstated, &Ledger::empty());
        assert_eq!(outcome.count("pass"), 0, "{outcome}");
        assert!(outcome.causes()["credential"] > 300, "{outcome}");
    }
}

#[test]
fn signatures_of_version_4a_are_verified() {
    let suite = Suite::all().of_kind(CaseKind::Asymmetric);
    assert_eq!(suite.cases().len(), 48);
    let run = |subject: &mut dyn sig4_conformance::Subject| suite.run(subject, &Ledger::empty());
    let mut bare = |case: &SigningCase| SignerAnswer::signature(case.expected().signature());
    assert_eq!(run(&mut bare).count("pass"), 48, "each case has a signature of a real signer");
    let coordinates = |case: &SigningCase| {
        let point = case.expected().public_key().unwrap().to_string();
        let (x, y) = point.strip_prefix("04").unwrap().split_at(64);
        (x.to_owned(), y.to_owned())
    };
    let mut with_key = |case: &SigningCase| {
        let (x, y) = coordinates(case);
        sign_with(case, |signer| signer).with_public_key(&x, &y)
    };
    assert_eq!(run(&mut with_key).count("pass"), 48);
    let mut other_key = |case: &SigningCase| {
        let (x, y) = coordinates(case);
        sign_with(case, |signer| signer).with_public_key(&y, &x)
    };
    assert_eq!(run(&mut other_key).causes()["public-key"], 48);
    let mut of_another_case = |_: &SigningCase| SignerAnswer::signature(suite.cases()[0].expected().signature());
    assert_eq!(run(&mut of_another_case).causes()["v4a-signature"], 47);
    let mut as_v4 = |case: &SigningCase| {
        let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
        let signer = sig4::Signer::new(case.region(), case.service()).unwrap().with_any_year(true);
        SignerAnswer::headers(signer.sign_view(&view, &payload, case.credentials(), now).unwrap().headers())
    };
    let outcome = run(&mut as_v4);
    assert_eq!((outcome.count("fail"), outcome.causes()["v4a-signature"]), (48, 48), "{outcome}");
    // The signature is right, and a service refuses a request that states another credential or date beside it.
    // No service accepts two of the cases, so that their signature alone is judged.
    for (name, from, to, passed) in [("authorization", "Credential=", "Credential=X", 0), ("x-amz-date", "T", "T0", 2)]
    {
        let mut misstated = |case: &SigningCase| {
            let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
            let signed = case.signer().sign_view(&view, &payload, case.credentials(), now).unwrap();
            SignerAnswer::headers(signed.headers().map(|(other, value)| match other == name {
                true => (other, value.replacen(from, to, 1)),
                false => (other, value),
            }))
        };
        assert_eq!(run(&mut misstated).count("pass"), passed, "{name}");
    }
    // A signer that signs for every region signs another string than the case. A service in one of these regions accepts its signature.
    let mut everywhere = |case: &SigningCase| {
        let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
        let signer = sig4::Signer::new_v4a("*", case.service()).unwrap();
        let signer = signer.with_path_encoding(case.path_encoding()).with_normalized_path(case.normalize_path());
        SignerAnswer::headers(signer.sign_view(&view, &payload, case.credentials(), now).unwrap().headers())
    };
    let outcome = run(&mut everywhere);
    assert!(outcome.count("pass") > 0, "{outcome}");
}
