//! Requests of Signature Version 4a that do not verify.

use sig4::algorithm::Algorithm::{EcdsaP256Sha256, HmacSha256};
use sig4::credentials::SecretKey;
use sig4::explain::{AwsResponse, Certainty, Explainer, MAX_V4A_CANDIDATES, Report};
use sig4::key::SigningKey;
use sig4::region_set::RegionSet;
use sig4::request::RequestView;
use sig4::scope::Scope;
use sig4::settings::PathEncoding;
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Expires, Signer, Timestamp, Verifier};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const URL: &str = "https://abc.execute-api.us-east-1.amazonaws.com/a%20b/c?b=2&a=1";
const DATE: &str = "20150830T123600Z";

fn now() -> time::OffsetDateTime {
    Timestamp::parse(DATE).unwrap().to_datetime()
}

fn credentials() -> Credentials {
    Credentials::new(ID, SECRET).unwrap()
}

fn signer() -> Signer {
    Signer::new_v4a("us-*", "execute-api").unwrap()
}

fn verifier() -> Verifier {
    Verifier::new("us-east-1", "execute-api").unwrap().with_algorithms([HmacSha256, EcdsaP256Sha256])
}

type Request = http::Request<String>;

fn unsigned() -> Request {
    http::Request::post(URL).header("x-amz-meta-a", "1").body("hello".to_owned()).unwrap()
}

fn signed(signer: &Signer, credentials: &Credentials) -> Request {
    let mut request = unsigned();
    signer.sign(&mut request, credentials, now()).unwrap();
    request
}

fn report_at(request: Request, now: time::OffsetDateTime) -> Report {
    let (verifier, credentials) = (verifier(), credentials());
    let (parts, body) = request.into_parts();
    Explainer::new(&verifier, &credentials).report(&RequestView::from(&parts), &body, now)
}

/// The first finding, which is proven.
fn proven(request: Request) -> String {
    let report = report_at(request, now());
    let found = report.findings().first().map(|finding| (finding.name().to_string(), finding.certainty()));
    match found {
        Some((name, Certainty::Certain)) => name,
        other => panic!("{other:?}, {} tried", report.candidates()),
    }
}

fn with_header(mut request: Request, name: &'static str, value: &str) -> Request {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.headers()[name].to_str().unwrap()
}

#[test]
fn what_verifies_is_not_explained() {
    let report = report_at(signed(&signer(), &credentials()), now());
    assert!(report.nothing_wrong() && report.string_to_sign().unwrap().starts_with("AWS4-ECDSA-P256-SHA256\n"));
}

#[test]
fn mistakes_of_signers_are_proven() {
    let verbatim = signer().with_path_encoding(PathEncoding::Verbatim);
    assert_eq!(proven(signed(&verbatim, &credentials())), "path-encoded-once");
    let secret = |text: &str| Credentials::new(ID, SecretKey::verbatim(text).unwrap()).unwrap();
    for (wrong, cause) in [
        (format!("{SECRET}\n"), "secret-trailing-newline"),
        (format!(" {SECRET}"), "secret-whitespace"),
        (format!("\"{SECRET}\""), "secret-quoted"),
        (SECRET[..39].to_owned(), "secret-truncated"),
        (SECRET.replace('/', "%2F").replace('+', "%2B"), "secret-percent-encoded"),
    ] {
        assert_eq!(proven(signed(&signer(), &secret(&wrong))), cause, "{wrong:?}");
    }
    let both = signed(&verbatim, &secret(&format!("{SECRET}\n")));
    assert_eq!(proven(both), "path-encoded-once+secret-trailing-newline");
}

#[test]
fn changes_on_the_way_are_proven() {
    let sent = || signed(&signer(), &credentials());
    let moved = |uri: &str| {
        let mut request = sent();
        *request.uri_mut() = uri.parse().unwrap();
        request
    };
    let mut put = sent();
    *put.method_mut() = http::Method::PUT;
    assert_eq!(proven(put), "method-changed");
    assert_eq!(proven(moved(&URL.replace("/a%20b/c", "/stage/a%20b/c"))), "path-missing-stage");
    assert_eq!(proven(moved(&URL.replace("b=2&a=1", "b=2&a=1&c=3"))), "query-parameter-added");
    assert_eq!(proven(with_header(sent(), "x-amz-region-set", "us-*,eu-*")), "header-changed");
    let mut proxied = with_header(sent(), "host", "127.0.0.1:9000");
    *proxied.uri_mut() = "/a%20b/c?b=2&a=1".parse().unwrap();
    let proxied = with_header(proxied, "x-forwarded-host", "abc.execute-api.us-east-1.amazonaws.com");
    assert_eq!(proven(proxied), "host-of-proxy");
}

#[test]
fn a_presigned_url_is_explained() {
    let verbatim = signer().with_path_encoding(PathEncoding::Verbatim);
    let (request, expires) = (http::Request::get(URL).body(()).unwrap(), Expires::from_secs(60).unwrap());
    let url = verbatim.presign(&request, &credentials(), expires, now()).unwrap().url();
    assert_eq!(proven(http::Request::get(url).body(String::new()).unwrap()), "path-encoded-once");
}

/// Signs a canonical request that is not right, with another string to sign.
fn signed_as(canonical: impl Fn(&str) -> String, string_to_sign: impl Fn(&str) -> String) -> Request {
    let request = signed(&signer(), &credentials());
    let report = report_at(request.clone(), now());
    let scope = Scope::parse("20150830/execute-api/aws4_request").unwrap();
    let key = SigningKey::derive(&credentials(), &scope);
    let text = canonical(report.canonical_request().unwrap());
    let digest = <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(text.as_bytes()));
    let right = StringToSign::new(Timestamp::parse(DATE).unwrap(), &scope, digest);
    let text = string_to_sign(&right.to_string());
    let signature = match text == right.to_string() {
        true => key.sign(&right).unwrap().to_string(),
        false => p256_signature(&key, &text),
    };
    let value = header(&request, "authorization");
    let value = format!("{}Signature={signature}", value.split_once("Signature=").unwrap().0);
    with_header(request, "authorization", &value)
}

/// A signature of any text, by `p256` itself.
fn p256_signature(key: &SigningKey, text: &str) -> String {
    use p256::ecdsa::signature::Signer;
    let key = p256::ecdsa::SigningKey::from_slice(&*key.to_bytes()).unwrap();
    let signature: p256::ecdsa::DerSignature = key.sign(text.as_bytes());
    signature.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn mistakes_of_hand_written_signers_are_proven() {
    let same = |text: &str| text.to_owned();
    assert_eq!(proven(signed_as(|text| text.replace("a=1&b=2", "b=2&a=1"), same)), "query-unsorted");
    assert_eq!(proven(signed_as(|text| text.replace("\n\n", "\n"), same)), "canonical-request-no-blank-line");
    assert_eq!(proven(signed_as(same, |text| text.replace("ECDSA-P256", "HMAC"))), "string-to-sign-algorithm");
    let region = |text: &str| text.replace("20150830/", "20150830/us-east-1/");
    assert_eq!(proven(signed_as(same, region)), "string-to-sign-scope");
    assert_eq!(proven(signed_as(same, |text| text.replace("123600Z", "123559Z"))), "date-other-than-signed");
    assert_eq!(proven(signed_as(same, |text| format!("{text}\n"))), "string-to-sign-trailing-newline");
}

#[test]
fn what_the_request_shows_is_named_without_a_search() {
    let sent = signed(&signer(), &credentials());
    let upper = |request: &Request| {
        let (rest, signature) = header(request, "authorization").rsplit_once('=').unwrap();
        format!("{rest}={}", signature.to_uppercase())
    };
    assert_eq!(proven(with_header(sent.clone(), "authorization", &upper(&sent))), "signature-upper-case");
    let cut = header(&sent, "authorization").split_at(header(&sent, "authorization").len() - 2).0.to_owned();
    assert_eq!(proven(with_header(sent.clone(), "authorization", &cut)), "signature-malformed");

    let elsewhere = Signer::new_v4a("eu-*,us-west-2", "execute-api").unwrap();
    let report = report_at(signed(&elsewhere, &credentials()), now());
    let finding = &report.findings()[0];
    assert_eq!((finding.name().to_string().as_str(), report.candidates() > 0), ("scope-region", true));
    assert_eq!(finding.detail(), Some("eu-*,us-west-2, not us-east-1"));
    let service = Signer::new_v4a("us-*", "s3").unwrap();
    assert_eq!(proven(signed(&service, &credentials())), "scope-service");

    let late = report_at(sent, now() + time::Duration::HOUR);
    assert_eq!(late.findings()[0].name().to_string(), "expired");
}

/// Also with regions of its own, a verifier names the set that it wants.
#[test]
fn the_regions_of_the_verifier_are_named() {
    let verifier = verifier().with_region_set(RegionSet::parse("ap-*").unwrap());
    let credentials = credentials();
    let (parts, body) = signed(&signer(), &credentials).into_parts();
    let report = Explainer::new(&verifier, &credentials).report(&RequestView::from(&parts), &body, now());
    assert_eq!(report.findings()[0].detail(), Some("us-*, not ap-*"));
}

#[test]
fn a_search_without_a_result_ends() {
    let other = Credentials::new(ID, "another secret altogether").unwrap();
    let report = report_at(signed(&signer(), &other), now());
    assert!(report.findings().iter().all(|finding| finding.certainty() != Certainty::Certain), "{report}");
    assert!((1000..=MAX_V4A_CANDIDATES).contains(&report.candidates()), "{}", report.candidates());
}

#[test]
fn a_verifier_of_version_4_names_the_other() {
    let (verifier, credentials) = (Verifier::new("us-east-1", "execute-api").unwrap(), credentials());
    let (parts, body) = signed(&signer(), &credentials).into_parts();
    let report = Explainer::new(&verifier, &credentials).report(&RequestView::from(&parts), &body, now());
    assert_eq!(report.findings()[0].name().to_string(), "sigv4a");
    assert_eq!(report.candidates(), 0);
}

/// An answer in S3's form is searched with the secret alone.
#[test]
fn an_answer_is_searched() {
    let credentials = credentials();
    let scope = Scope::parse("20150830/s3/aws4_request").unwrap();
    let key = SigningKey::derive(&credentials, &scope);
    let canonical =
        |path: &str| format!("GET\n{path}\n\nhost:h\nx-amz-region-set:*\n\nhost;x-amz-region-set\nUNSIGNED-PAYLOAD");
    let signed = <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(canonical("/a%2520b")));
    let signature = key.sign(&StringToSign::new(Timestamp::parse(DATE).unwrap(), &scope, signed)).unwrap();
    let body = format!(
        "<Error><Message>m</Message><StringToSign>AWS4-ECDSA-P256-SHA256\n{DATE}\n20150830/s3/aws4_request\n0</StringToSign>\
         <SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>{}</CanonicalRequest></Error>",
        canonical("/a%20b")
    );
    let report = AwsResponse::parse(&body).unwrap().report_with(&credentials, None);
    let finding = &report.findings()[0];
    assert_eq!((finding.name().to_string().as_str(), finding.certainty()), ("path-encoded-twice", Certainty::Certain));
}
