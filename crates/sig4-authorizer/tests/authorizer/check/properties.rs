//! What holds of every request: a forged or unsigned one is never allowed, and an allowed one carries no header of the client under the
//! prefix.

use super::headers::passed_on;
use super::scene::{about, alice, api, authorizer, presigned, session, signed_by, signer, unsigned};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sig4::Credentials;
use sig4_authorizer::{CheckBody, CheckOutcome, CheckRequest, Verdict};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) }
}

/// Who signs, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Signed {
    Alice,
    Session,
    Presigned,
    Forged,
    Nobody,
}

fn request(signed: Signed, method: &str, target: &str, body: &str) -> Parts {
    let forger = Credentials::new("AKIDALICE", "a guess").unwrap();
    match signed {
        Signed::Alice => signed_by(&signer(), &alice(), unsigned(method, target), body),
        Signed::Session => signed_by(&signer(), &session(), unsigned(method, target), body),
        Signed::Presigned => presigned(target, &alice()),
        Signed::Forged => signed_by(&signer(), &forger, unsigned(method, target), body),
        Signed::Nobody => unsigned(method, target),
    }
}

/// Headers that a client adds after signing: many under the prefix, in odd spellings.
fn added() -> impl Strategy<Value = Vec<(String, String)>> {
    let prefix = select(vec!["x-sig4-", "X-Sig4-", "x_sig4_", "X-SIG4_", "x-sig4", "x-", "via-"]);
    let rest = prop_oneof![
        select(vec![
            "principal-arn",
            "principal_arn",
            "Account",
            "account",
            "session-name",
            "body-sha256",
            "Body_Sha256"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z0-9_-]{1,12}",
    ];
    vec(((prefix, rest).prop_map(|(prefix, rest)| format!("{prefix}{rest}")), Just("smuggled".to_owned())), 0..6)
}

/// A change that a signature covers.
fn change(parts: &mut Parts, how: usize) {
    match how {
        0 => parts.method = http::Method::PATCH,
        1 => parts.uri = "https://pets.example/other".parse().unwrap(),
        2 => parts.uri = format!("https://pets.example{}?added=1", parts.uri.path()).parse().unwrap(),
        3 => drop(parts.headers.insert("x-amz-date", HeaderValue::from_static("20150830T123601Z"))),
        4 => drop(parts.headers.remove("authorization")),
        5 => drop(parts.headers.insert("x-amz-added", HeaderValue::from_static("1"))),
        _ => drop(parts.headers.insert("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"))),
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn only_a_valid_signature_gets_a_caller_and_no_client_writes_its_headers(
        signed in select(vec![Signed::Alice, Signed::Session, Signed::Presigned, Signed::Forged, Signed::Nobody]),
        target in "/[a-z]{0,8}",
        added in added(),
        removes in any::<bool>(),
        checks in any::<bool>(),
        state in 0..4_usize,
    ) {
        let mut parts = request(signed, "GET", &target, "");
        for (name, value) in &added {
            parts.headers.append(HeaderName::try_from(name.as_str()).unwrap(), value.parse().unwrap());
        }
        let body = [CheckBody::Absent, super::scene::whole(""), CheckBody::Unread, CheckBody::CutOff][state].clone();
        let authorizer = authorizer(api().with_body_check(checks));
        let mut asked = CheckRequest::new(parts.clone(), body);
        asked.removes_headers = removes;
        let (verdict, record) = block_on(authorizer.check("envoy", asked));
        if let Verdict::Allowed(allowed) = verdict {
            prop_assert_eq!(record.outcome, CheckOutcome::Allowed);
            prop_assert!(!matches!(signed, Signed::Forged | Signed::Nobody));
            let covered = |name: &str| name.replace('_', "-").starts_with("x-sig4-");
            let smuggled = passed_on(&parts, &allowed).into_iter().find(|(name, value)| covered(name) && value == "smuggled");
            prop_assert_eq!(smuggled, None);
        } else if !matches!(signed, Signed::Forged | Signed::Nobody) && (state < 2 || (state == 2 && checks)) {
            // A good request is refused for its headers alone, or by the policies.
            prop_assert!(matches!(record.outcome.as_str(), "identity header" | "denied"), "{:?}", record);
        }
    }

    #[test]
    fn a_request_that_was_changed_after_signing_is_never_allowed(how in vec(0..7_usize, 1..4), state in 0..3_usize, by_session in any::<bool>()) {
        let signed = if by_session { Signed::Session } else { Signed::Alice };
        let mut parts = request(signed, "POST", "/pets", "");
        how.iter().for_each(|how| change(&mut parts, *how));
        let body = [CheckBody::Absent, super::scene::whole(""), CheckBody::Unread][state].clone();
        let authorizer = authorizer(api().with_body_check(true));
        let (verdict, record) = block_on(authorizer.check("envoy", CheckRequest::new(parts, body)));
        prop_assert!(matches!(verdict, Verdict::Denied(_)), "{:?}", record);
    }

    #[test]
    fn a_random_head_is_never_allowed(authorization in "[ -~]{0,80}", query in "[ -~&&[^#\"<>`{}|\\\\^ ]]{0,40}", host in "[a-z.:]{0,12}") {
        let mut parts = unsigned("GET", "/pets");
        if let Ok(uri) = format!("https://pets.example/pets?{query}").parse() {
            parts.uri = uri;
        }
        parts.headers.insert("authorization", authorization.parse().unwrap());
        if host.len() > 6 {
            parts.headers.insert("host", host.parse().unwrap());
        }
        let (verdict, record) = block_on(authorizer(api()).check("envoy", about(parts)));
        prop_assert!(matches!(verdict, Verdict::Denied(_)), "{:?}", record);
    }
}
