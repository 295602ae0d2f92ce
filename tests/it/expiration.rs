//! A URL that is presigned with temporary credentials lasts no longer than they do.

use http::Request;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::sign::Presigned;
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, ErrorKind, Expires, Payload, Signer, Timestamp, Verifier};
use time::{Duration, OffsetDateTime};

const URL: &str = "https://examplebucket.s3.amazonaws.com/test.txt";

fn now() -> OffsetDateTime {
    Timestamp::parse("20130524T000000Z").unwrap().to_datetime()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "s3").unwrap()
}

fn lasting(left: Duration) -> Credentials {
    let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI").unwrap().with_session_token("token").unwrap();
    credentials.with_expiration(now() + left)
}

fn seconds(seconds: u64) -> Expires {
    Expires::from_secs(seconds).unwrap()
}

fn view() -> RequestView<'static> {
    RequestView::new("GET", "/test.txt", None, &sig4::request::NO_HEADERS)
        .with_authority("https", "examplebucket.s3.amazonaws.com")
}

fn presign(credentials: &Credentials, asked: u64, now: OffsetDateTime) -> Result<Presigned, ErrorKind> {
    let presigned = signer().presign_view(&view(), &Payload::Unsigned, credentials, seconds(asked), now);
    presigned.map_err(|e| e.kind())
}

#[test]
fn a_url_that_would_outlive_its_credentials_ends_with_them() {
    for (left, asked, effective) in [
        (Duration::hours(1), 86_400, 3600),
        (Duration::hours(1), 3601, 3600),
        (Duration::hours(1), 3600, 3600),
        (Duration::hours(1), 60, 60),
        (Duration::milliseconds(1999), 60, 1),
        (Duration::seconds(1), 604_800, 1),
        (Duration::days(400), 604_800, 604_800),
    ] {
        let presigned = presign(&lasting(left), asked, now()).unwrap();
        assert_eq!(presigned.expires(), seconds(effective), "{left} {asked}");
        let shortened = (effective < asked).then(|| seconds(asked));
        assert_eq!(presigned.shortened_from(), shortened, "{left} {asked}");
        assert!(presigned.url().contains(&format!("&X-Amz-Expires={effective}&")), "{}", presigned.url());
    }
}

/// Each way to presign, and each stage, has the same lifetime.
#[test]
fn every_way_to_presign_shortens_alike() {
    let credentials = lasting(Duration::hours(1));
    let url = presign(&credentials, 86_400, now()).unwrap().url();
    let request = Request::get(URL).body("").unwrap();
    let presigned = signer().presign(&request, &credentials, seconds(86_400), now()).unwrap();
    assert_eq!(presigned.shortened_from(), Some(seconds(86_400)));
    assert_eq!(presigned.url(), url);
    let (parts, _) = request.into_parts();
    let of_parts =
        signer().presign_parts(&parts, &Payload::Unsigned, &credentials, seconds(86_400), now()).unwrap().url();
    assert_eq!(of_parts, url);
    let timestamp = Timestamp::new(now()).unwrap();
    let payload = ContentSha256::of(&Payload::Unsigned);
    let (signer, view) = (signer(), view());
    let canonical = signer.presigned_canonical_request(&view, &payload, &credentials, seconds(86_400), timestamp);
    let scope = signer.scope(timestamp.day());
    let string_to_sign = StringToSign::new(timestamp, &scope, canonical.unwrap().sha256());
    let signature = signer.signing_key(&credentials, timestamp.day()).sign(&string_to_sign).unwrap();
    assert_eq!(signature.to_string(), presigned.signature().to_string());
    assert_eq!(seconds(86_400).within(&credentials, timestamp).unwrap(), seconds(3600));
}

#[test]
fn credentials_that_have_ended_sign_nothing() {
    let credentials = lasting(Duration::minutes(5));
    let end = now() + Duration::minutes(5);
    for (at, good) in
        [(end - Duration::seconds(1), true), (end, false), (end + Duration::seconds(1), false), (now(), true)]
    {
        let expected = if good { Ok(()) } else { Err(ErrorKind::ExpiredCredentials) };
        let mut request = Request::get(URL).body("").unwrap();
        let signed = signer().sign(&mut request, &credentials, at);
        assert_eq!(signed.map(|_| ()).map_err(|e| e.kind()), expected, "{at}");
        assert_eq!(request.headers().is_empty(), !good, "a refused request stays as it was");
        assert_eq!(presign(&credentials, 60, at).map(|_| ()), expected, "{at}");
        let (timestamp, payload) = (Timestamp::new(at).unwrap(), ContentSha256::of(&Payload::Unsigned));
        let (signer, view) = (signer(), view());
        let stage = signer.canonical_request(&view, &payload, &credentials, &timestamp);
        assert_eq!(stage.map(|_| ()).map_err(|e| e.kind()), expected, "{at}");
        let stage = signer.presigned_canonical_request(&view, &payload, &credentials, seconds(60), timestamp);
        assert_eq!(stage.map(|_| ()).map_err(|e| e.kind()), expected, "{at}");
    }
    let error = signer().sign_view(&view(), &Payload::Unsigned, &credentials, end).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expired credentials: they ended at 20130524T000500Z, and the time of signing is 20130524T000500Z: fetch new ones, or set \
         the clock"
    );
}

/// The time of signing is sent in whole seconds; what is left is not counted so.
#[test]
fn an_end_within_a_second_is_an_end() {
    let at = |milliseconds| now() + Duration::milliseconds(milliseconds);
    let sign =
        |left, at| signer().sign_view(&view(), &Payload::Unsigned, &lasting(left), at).map(drop).map_err(|e| e.kind());
    let half = Duration::milliseconds(500);
    assert_eq!(sign(half, at(499)), Ok(()));
    for after in [500, 501, 999] {
        assert_eq!(sign(half, at(after)), Err(ErrorKind::ExpiredCredentials), "{after}");
        assert_eq!(presign(&lasting(half), 60, at(after)).unwrap_err(), ErrorKind::ExpiredCredentials, "{after}");
    }
    // They are valid still, but no URL lasts for less than a second.
    let presigned = signer().presign_view(&view(), &Payload::Unsigned, &lasting(half), seconds(60), at(0));
    let error = presigned.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ExpiredCredentials);
    assert_eq!(
        error.to_string(),
        "expired credentials: they end at 20130524T000000Z, and a URL lasts for at least 1 s: fetch new ones"
    );
}

#[test]
fn credentials_without_a_known_end_shorten_nothing() {
    let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI").unwrap().with_session_token("token").unwrap();
    assert_eq!(credentials.expiration(), None);
    let presigned = presign(&credentials, 604_800, now()).unwrap();
    assert_eq!((presigned.expires(), presigned.shortened_from()), (Expires::MAX, None));
    let ends = lasting(Duration::hours(1));
    assert_eq!(ends.expiration(), Some(now() + Duration::hours(1)));
    assert_eq!(ends.clone().expiration(), ends.expiration());
}

/// What a store says of a session's end is said with `StoredKey::until`.
#[test]
fn a_verifier_goes_by_its_store_and_not_by_the_signers_end() {
    let credentials = lasting(Duration::minutes(5));
    let presigned = presign(&credentials, 60, now()).unwrap();
    let request = Request::get(presigned.url()).header("host", "examplebucket.s3.amazonaws.com").body("").unwrap();
    let (parts, body) = request.into_parts();
    let verifier = Verifier::new("us-east-1", "s3").unwrap();
    let ended = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")
        .unwrap()
        .with_session_token("token")
        .unwrap()
        .with_expiration(now());
    let claim = verifier.claim(&parts).unwrap();
    claim.verify(&ended, body, now() + Duration::seconds(60)).unwrap();
}

#[test]
fn ends_at_the_edges_of_time_do_not_panic() {
    let ended = lasting(Duration::ZERO).with_expiration(time::PrimitiveDateTime::MIN.assume_utc());
    assert_eq!(presign(&ended, 60, now()).unwrap_err(), ErrorKind::ExpiredCredentials);
    let endless = lasting(Duration::ZERO).with_expiration(time::PrimitiveDateTime::MAX.assume_utc());
    assert_eq!(presign(&endless, 604_800, now()).unwrap().shortened_from(), None);
    let offset = time::UtcOffset::from_hms(23, 0, 0).unwrap();
    let west = lasting(Duration::ZERO).with_expiration(time::PrimitiveDateTime::MIN.assume_offset(offset));
    assert_eq!(presign(&west, 60, now()).unwrap_err(), ErrorKind::ExpiredCredentials);
}
