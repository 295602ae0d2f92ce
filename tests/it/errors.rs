//! Bad input gets a clear error, names no secret, and leaves the request as it was.

use http::{HeaderValue, Request};
use sig4::canonical::MAX_QUERY_PAIRS;
use sig4::credentials::{MAX_SESSION_TOKEN_LEN, SecretKey};
use sig4::payload::ContentSha256;
use sig4::request::{Headers, MAX_HEADERS, RequestView};
use sig4::{Credentials, ErrorKind, Expires, Payload, Signer, Timestamp, Verifier};
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET).unwrap().with_session_token("TOKENTOKEN").unwrap()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

fn request() -> Request<&'static str> {
    Request::get("https://example.com/a?b=c").header("accept", "*/*").body("body").unwrap()
}

/// Signs and presigns; both have to fail with `kind` and leave the request alone.
fn refused(signer: &Signer, credentials: &Credentials, request: &Request<&str>, at: OffsetDateTime, kind: ErrorKind) {
    let mut copy = request.clone();
    let error = signer.sign(&mut copy, credentials, at).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!((copy.headers(), copy.uri(), copy.method()), (request.headers(), request.uri(), request.method()));
    let presigned = signer.presign(request, credentials, Expires::MAX, at).unwrap_err();
    assert_eq!(presigned.kind(), kind, "{presigned}");
    for shown in [error.to_string(), format!("{error:?}"), presigned.to_string()] {
        assert!(!shown.contains(SECRET) && !shown.contains("TOKENTOKEN"), "{shown}");
    }
}

const BAD_NAMES: [&str; 9] = ["", " ", "a b", "a/b", "a,b", "a=b", "a\nb", "a\0", "a\u{7f}"];

#[test]
fn access_key_ids_that_break_the_credential_field() {
    for bad in BAD_NAMES.iter().copied().chain([&*"x".repeat(129)]) {
        let error = Credentials::new(bad, SECRET).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidAccessKeyId);
        assert!(!error.to_string().contains(SECRET), "{error}");
    }
}

#[test]
fn regions_and_services_that_break_the_scope() {
    for bad in BAD_NAMES.iter().copied().chain([&*"x".repeat(65)]) {
        assert_eq!(Signer::new(bad, "s3").unwrap_err().kind(), ErrorKind::InvalidRegion);
        assert_eq!(Signer::new("us-east-1", bad).unwrap_err().kind(), ErrorKind::InvalidService);
        assert_eq!(Verifier::new(bad, "s3").unwrap_err().kind(), ErrorKind::InvalidRegion);
        assert_eq!(Verifier::new("us-east-1", bad).unwrap_err().kind(), ErrorKind::InvalidService);
    }
}

#[test]
fn session_tokens_that_no_header_can_carry() {
    for bad in ["a\nb", "a b", "é", "\0"] {
        let error = Credentials::new("AKIDEXAMPLE", SECRET).unwrap().with_session_token(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSessionToken);
        assert!(!error.to_string().contains(SECRET), "{error}");
    }
}

#[test]
fn years_that_four_digits_do_not_hold() {
    let last = Date::from_calendar_date(9999, Month::December, 31).unwrap();
    let west = UtcOffset::from_hms(-1, 0, 0).unwrap();
    let beyond = OffsetDateTime::new_in_offset(last, Time::from_hms(23, 30, 0).unwrap(), west);
    refused(&signer(), &credentials(), &request(), beyond, ErrorKind::InvalidTime);
    let before = OffsetDateTime::new_utc(Date::from_calendar_date(-1, Month::May, 1).unwrap(), Time::MIDNIGHT);
    refused(&signer(), &credentials(), &request(), before, ErrorKind::InvalidTime);
}

#[test]
fn requests_without_a_host() {
    let mut request = request();
    *request.uri_mut() = "/a".parse().unwrap();
    refused(&signer(), &credentials(), &request, now(), ErrorKind::MissingHost);
    request.headers_mut().insert("host", HeaderValue::from_static(" "));
    refused(&signer(), &credentials(), &request, now(), ErrorKind::MissingHost);
    request.headers_mut().insert("host", HeaderValue::from_static("example.com"));
    signer().sign(&mut request, &credentials(), now()).unwrap();
}

#[test]
fn requests_with_two_hosts() {
    let mut request = request();
    request.headers_mut().append("host", HeaderValue::from_static("a"));
    request.headers_mut().append("host", HeaderValue::from_static("b"));
    refused(&signer(), &credentials(), &request, now(), ErrorKind::InvalidHost);
}

#[test]
fn a_signed_host_with_a_control_character() {
    refused(&signer().with_signed_host("a\nb"), &credentials(), &request(), now(), ErrorKind::InvalidHost);
}

#[test]
fn bad_percent_sequences_in_a_path_that_has_to_be_decoded() {
    for bad in ["/%", "/%1", "/%zz", "/a%2"] {
        let mut request = request();
        *request.uri_mut() = format!("https://example.com{bad}").parse().unwrap();
        refused(&Signer::new("us-east-1", "s3").unwrap(), &credentials(), &request, now(), ErrorKind::InvalidPath);
        signer().sign(&mut request, &credentials(), now()).unwrap();
    }
}

#[test]
fn more_headers_than_the_limit() {
    let mut request = request();
    request.headers_mut().clear();
    for n in 0..MAX_HEADERS {
        request.headers_mut().append("x-a", HeaderValue::from(n));
    }
    signer().sign(&mut request.clone(), &credentials(), now()).unwrap();
    request.headers_mut().append("x-b", HeaderValue::from_static("1"));
    refused(&signer(), &credentials(), &request, now(), ErrorKind::TooManyHeaders);
}

#[test]
fn more_query_pairs_than_the_limit() {
    let with_pairs = |n: usize| {
        let mut request = request();
        *request.uri_mut() = format!("https://example.com/?{}", vec!["a=1"; n].join("&")).parse().unwrap();
        request
    };
    signer().sign(&mut with_pairs(MAX_QUERY_PAIRS), &credentials(), now()).unwrap();
    refused(&signer(), &credentials(), &with_pairs(MAX_QUERY_PAIRS + 1), now(), ErrorKind::TooManyQueryPairs);
}

#[test]
fn an_expiry_out_of_range_cannot_be_made() {
    for seconds in [0, 604_801, u64::MAX] {
        assert_eq!(Expires::from_secs(seconds).unwrap_err().kind(), ErrorKind::InvalidExpires);
    }
}

#[test]
fn headers_methods_and_paths_that_the_wire_cannot_carry() {
    let sign = |method: &str, path: &str, headers: &dyn Headers| {
        let request = RequestView::new(method, path, None, headers).with_authority("https", "example.com");
        signer().sign_view(&request, &Payload::Unsigned, &credentials(), now()).map(|_| ()).map_err(|e| e.kind())
    };
    let header = |name: &'static str, value: &'static [u8]| sign("GET", "/", &[(name, value)]);
    assert_eq!(header("x-a", b"caf\xc3\xa9 \xff\ttab"), Ok(()), "any byte but controls");
    for value in [b"a\r\nb".as_slice(), b"\n", b"\0", b"\x7f"] {
        assert_eq!(header("x-a", value), Err(ErrorKind::InvalidHeader));
        assert_eq!(header("user-agent", value), Err(ErrorKind::InvalidHeader), "even if it is not signed");
    }
    for name in ["", "a b", "a:", "é", "a\n"] {
        assert_eq!(header(name, b""), Err(ErrorKind::InvalidHeader), "{name:?}");
    }
    for method in ["", "G T", "GET\n"] {
        assert_eq!(sign(method, "/", &sig4::request::NO_HEADERS), Err(ErrorKind::InvalidHeader), "{method:?}");
    }
    for path in ["/a\nb", "/a?b", "/a#b", "a"] {
        assert_eq!(sign("GET", path, &sig4::request::NO_HEADERS), Err(ErrorKind::InvalidPath), "{path:?}");
        assert_eq!(sign("GET", path, &http::HeaderMap::new()), Err(ErrorKind::InvalidPath), "{path:?}");
    }
    assert_eq!(sign("GET", "/a b", &sig4::request::NO_HEADERS), Ok(()));
}

#[test]
fn queries_and_authorities_that_would_break_a_request_line() {
    let presign = |query: &str, scheme: &str, authority: &str| {
        let request =
            RequestView::new("GET", "/", Some(query), &sig4::request::NO_HEADERS).with_authority(scheme, authority);
        let presigned = signer().presign_view(&request, &Payload::Unsigned, &credentials(), Expires::MAX, now());
        presigned.map(|_| ()).map_err(|e| e.kind())
    };
    assert_eq!(presign("a=1", "https", "example.com"), Ok(()));
    assert_eq!(presign("a=1\n", "https", "example.com"), Err(ErrorKind::InvalidQuery));
    for (scheme, authority) in
        [("ht\ntps", "a"), ("https", "us\ner@a"), ("https", "a b"), ("https", "h/evil?x=#"), ("", "a")]
    {
        assert_eq!(presign("a=1", scheme, authority), Err(ErrorKind::InvalidHost));
    }
}

#[test]
fn a_content_sha256_that_states_no_payload_cannot_be_presigned() {
    let mut request = request();
    request.headers_mut().insert("x-amz-content-sha256", HeaderValue::from_static("nonsense"));
    let error = signer().presign(&request, &credentials(), Expires::MAX, now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidPayload);
}

#[test]
fn two_headers_that_state_the_payload_cannot_be_presigned() {
    let mut request = request();
    for _ in 0..2 {
        request.headers_mut().append("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
    }
    let error = signer().presign(&request, &credentials(), Expires::MAX, now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidPayload);
}

#[test]
fn a_host_header_that_cannot_open_a_url() {
    for host in [b"\xff".as_slice(), b"h/evil?x=#"] {
        let headers: [(&str, &[u8]); 1] = [("host", host)];
        let request = RequestView::new("GET", "/", None, &headers).with_authority("https", "");
        let error =
            signer().presign_view(&request, &Payload::Unsigned, &credentials(), Expires::MAX, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidHost);
    }
}

#[test]
fn a_url_that_a_uri_cannot_hold() {
    let mut request = request();
    *request.uri_mut() = format!("https://example.com/?a={}", "~".repeat(65_000)).parse().unwrap();
    let long = Credentials::new("AKIDEXAMPLE", SECRET).unwrap().with_session_token("a".repeat(2000)).unwrap();
    let error = signer().presign(&request, &long, Expires::MAX, now()).unwrap().into_uri().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidUrl);
}

#[test]
fn a_target_that_a_uri_cannot_hold_changes_nothing() {
    let signer = Signer::new("us-east-1", "s3").unwrap();
    let uri = format!("https://example.com/{}", "+".repeat(30_000));
    let mut request = Request::get(uri).header("x-amz-date", "before").body("").unwrap();
    let before = format!("{request:?}");
    let error = signer.sign(&mut request, &credentials(), now()).unwrap_err();
    assert_eq!((error.kind(), format!("{request:?}")), (ErrorKind::InvalidUrl, before.clone()));
    let (mut parts, body) = request.into_parts();
    let error = signer.sign_parts(&mut parts, &Payload::Unsigned, &credentials(), now()).unwrap_err();
    let after = format!("{:?}", Request::from_parts(parts, body));
    assert_eq!((error.kind(), after), (ErrorKind::InvalidUrl, before));
}

#[test]
fn secrets_do_not_show_in_debug() {
    let (signer, credentials, timestamp) = (signer(), credentials(), Timestamp::new(now()).unwrap());
    let view = RequestView::new("GET", "/", None, &sig4::request::NO_HEADERS).with_authority("https", "example.com");
    let payload = ContentSha256::of(&Payload::Unsigned);
    let key = signer.signing_key(&credentials, timestamp.day());
    let canonical = signer.canonical_request(&view, &payload, &credentials, &timestamp).unwrap();
    let signed = signer.sign_view(&view, &Payload::Unsigned, &credentials, now()).unwrap();
    let presigned = signer.presign_view(&view, &Payload::Unsigned, &credentials, Expires::MAX, now()).unwrap();
    let secret = SecretKey::new(SECRET).unwrap();
    let shown =
        format!("{credentials:?} {secret:?} {signer:?} {key:?} {canonical:?} {signed:?} {presigned:?} {view:?}");
    let in_numbers = format!("{:?}", b"TOKENTOKEN").replace(['[', ']'], "");
    for hidden in [SECRET, "TOKENTOKEN", in_numbers.as_str(), &presigned.signature().to_string()] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn a_session_token_beyond_the_limit() {
    let token = |len| Credentials::new("AKIDEXAMPLE", SECRET).unwrap().with_session_token("a".repeat(len));
    signer().sign(&mut request(), &token(MAX_SESSION_TOKEN_LEN).unwrap(), now()).unwrap();
    assert_eq!(token(MAX_SESSION_TOKEN_LEN + 1).unwrap_err().kind(), ErrorKind::InvalidSessionToken);
}

#[test]
fn as_many_query_pairs_as_there_may_be_can_be_presigned() {
    let query = vec!["a=1"; MAX_QUERY_PAIRS].join("&");
    let presign = |query: &str| {
        let view = RequestView::new("GET", "/", Some(query), &sig4::request::NO_HEADERS)
            .with_authority("https", "example.com");
        signer().presign_view(&view, &Payload::Unsigned, &credentials(), Expires::MAX, now()).map(|url| url.url())
    };
    let url = presign(&query).unwrap();
    presign(url.split_once('?').unwrap().1).unwrap();
    assert_eq!(presign(&format!("{query}&a=1")).unwrap_err().kind(), ErrorKind::TooManyQueryPairs);
}

#[test]
fn hosts_that_would_end_before_their_end() {
    for host in ["a b", "h/evil", "user@h", "h?x", "h#x"] {
        let mut request = request();
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        refused(&signer(), &credentials(), &request, now(), ErrorKind::InvalidHost);
        refused(&signer().with_signed_host(host), &credentials(), &self::request(), now(), ErrorKind::InvalidHost);
    }
}

#[test]
fn what_carries_a_secret_is_marked_sensitive() {
    let mut request = request();
    signer().sign(&mut request, &credentials(), now()).unwrap();
    assert!(request.headers()["authorization"].is_sensitive());
    assert!(request.headers()["x-amz-security-token"].is_sensitive());
    assert!(!format!("{:?}", request.headers()).contains("TOKENTOKEN"));
}
