//! Credentials, names and times that are certainly wrong are an error, and not a signature.

use http::Request;
use sig4::credentials::SecretKey;
use sig4::scope::Scope;
use sig4::{AccessKeyId, Credentials, Error, ErrorKind, Expires, Region, Service, Signer, Timestamp, Verifier};
use time::{Duration, OffsetDateTime};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN==";

/// What surrounds a text that was copied from a file, a shell or a page.
fn surrounded(text: &str) -> Vec<String> {
    let ends = [" ", "\n", "\r\n", "\t", "\u{a0}", "\u{feff}", "\u{200b}", "\u{2800}"];
    let quotes = [("\"", "\""), ("'", "'"), ("`", "`"), ("\u{201c}", "\u{201d}")];
    let white = ends.into_iter().flat_map(|end| [format!("{end}{text}"), format!("{text}{end}")]);
    white.chain(quotes.into_iter().map(|(open, close)| format!("{open}{text}{close}"))).collect()
}

/// Holds that the error is of this kind and names the remedy, and repeats neither secret nor token.
fn assert_refused<T>(result: Result<T, Error>, kind: ErrorKind, remedy: &str, given: &str) {
    let error = result.err().unwrap_or_else(|| panic!("accepted: {given:?}"));
    assert_eq!(error.kind(), kind, "{given:?}: {error}");
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(shown.contains(remedy), "{given:?}: {shown}");
        assert!(![SECRET, TOKEN].iter().any(|hidden| shown.contains(hidden)), "{shown}");
    }
}

#[test]
fn a_text_with_its_surroundings() {
    for (n, secret) in surrounded(SECRET).iter().enumerate() {
        let remedy = if n < 16 { "white space" } else { "quotation marks: remove" };
        assert_refused(Credentials::new(ID, secret), ErrorKind::InvalidSecretKey, remedy, secret);
        assert_refused(SecretKey::new(secret), ErrorKind::InvalidSecretKey, "remove", secret);
    }
    for id in surrounded(ID) {
        assert_refused(Credentials::new(&id, SECRET), ErrorKind::InvalidAccessKeyId, "remove", &id);
        assert_refused(AccessKeyId::parse(&id), ErrorKind::InvalidAccessKeyId, "remove", &id);
    }
    for token in surrounded(TOKEN) {
        let credentials = Credentials::new(ID, SECRET).unwrap();
        assert_refused(credentials.with_session_token(&token), ErrorKind::InvalidSessionToken, "remove", &token);
    }
    for region in surrounded("us-east-1") {
        assert_refused(Signer::new(&region, "s3"), ErrorKind::InvalidRegion, "remove", &region);
    }
    for service in surrounded("execute-api") {
        assert_refused(Signer::new("us-east-1", &service), ErrorKind::InvalidService, "remove", &service);
    }
}

#[test]
fn credentials_in_the_wrong_field() {
    let (swapped, pair) = ("check that the two are not swapped", "give the id and the secret separately");
    for id in [ID, "ASIAIOSFODNN7EXAMPLE"] {
        assert_refused(Credentials::new(id, id), ErrorKind::InvalidSecretKey, swapped, id);
        assert_refused(Credentials::new(SECRET, id), ErrorKind::InvalidSecretKey, swapped, id);
    }
    assert_refused(Credentials::new(SECRET, SECRET), ErrorKind::InvalidAccessKeyId, swapped, SECRET);
    for separator in [":", ": ", ",", ";", "=", "|", " ", "\t", "\n", "\r\n", "/"] {
        let both = format!("{ID}{separator}{SECRET}");
        assert_refused(Credentials::new(&both, SECRET), ErrorKind::InvalidAccessKeyId, pair, &both);
        assert_refused(Credentials::new(ID, &both), ErrorKind::InvalidSecretKey, pair, &both);
    }
    let other = "GK31c2f218a2e44f485b94239e";
    assert_refused(Credentials::new(other, format!("{other}:{SECRET}")), ErrorKind::InvalidSecretKey, pair, other);
    let scoped = format!("{ID}/20150830/us-east-1/s3/aws4_request");
    assert_refused(AccessKeyId::parse(&scoped), ErrorKind::InvalidAccessKeyId, "more", &scoped);
    for separator in ["=", " = ", ": "] {
        let line = |name: &str, value: &str| format!("{name}{separator}{value}");
        let name = "its own name: give the value only";
        let secret = line("aws_secret_access_key", SECRET);
        assert_refused(SecretKey::new(&secret), ErrorKind::InvalidSecretKey, name, &secret);
        let secret = line("AWS_SECRET_ACCESS_KEY", SECRET);
        assert_refused(SecretKey::new(&secret), ErrorKind::InvalidSecretKey, name, &secret);
        let id = line("AWS_ACCESS_KEY_ID", ID);
        assert_refused(AccessKeyId::parse(&id), ErrorKind::InvalidAccessKeyId, name, &id);
        let token = line("AWS_SESSION_TOKEN", TOKEN);
        let of_token = Credentials::new(ID, SECRET).unwrap().with_session_token(&token);
        assert_refused(of_token, ErrorKind::InvalidSessionToken, name, &token);
    }
}

/// Credentials of other services that verify SigV4, and of tests, are no mistakes.
#[test]
fn credentials_that_only_look_odd() {
    for (id, secret) in [
        ("minioadmin", "minioadmin"),
        ("test:tester", "testing"), // OpenStack Swift
        ("placeholder", "placeholder"),
        ("admin", "admin:of:nothing"),
        ("GOOG1EXAMPLE2345", "a b c"),
        ("0123456789abcdef0123456789abcdef01234567", "x"), // Oracle Cloud: 40 digits
        ("AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPL"),
        ("AKIAIOSFODNN7EXAMPLE2", "AKIAIOSFODNN7EXAMPLE2"),
        (ID, "\"half a quotation"),
        (ID, "'"),
        (ID, "akiaiosfodnn7example"),
    ] {
        Credentials::new(id, secret).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
    assert!(Credentials::new(ID, SECRET).unwrap().with_session_token("").unwrap().session_token().is_none());
}

#[test]
fn regions_and_services_in_the_wrong_place() {
    let swapped = "is a region: check that region and service are not swapped";
    for region in ["us-east-1", "eu-central-2", "cn-north-1", "us-gov-west-1", "us-east-1a"] {
        assert_refused(Signer::new("execute-api", region), ErrorKind::InvalidService, swapped, region);
        assert_refused(Verifier::new("execute-api", region), ErrorKind::InvalidService, swapped, region);
        let scope = format!("20150830/execute-api/{region}/aws4_request");
        assert_refused(Scope::parse(&scope), ErrorKind::InvalidService, swapped, &scope);
    }
    for (zone, region) in [("us-east-1a", "us-east-1"), ("eu-west-1b", "eu-west-1"), ("us-west-2-lax-1a", "us-west-2")]
    {
        let remedy = format!("availability zone: give its region, `{region}`");
        assert_refused(Region::parse(zone), ErrorKind::InvalidRegion, &remedy, zone);
        let scope = format!("20150830/{zone}/s3/aws4_request");
        assert_refused(Scope::parse(&scope), ErrorKind::InvalidRegion, &remedy, &scope);
    }
    for (host, remedy) in [
        ("abc.execute-api.eu-west-1.amazonaws.com", "such as `execute-api`"),
        ("s3.amazonaws.com", "such as `s3`"),
        ("b.s3.eu-west-1.amazonaws.com", "such as `s3`"),
        ("apigateway.amazonaws.com", "signing name"),
        ("x.lambda-url.us-east-1.on.aws", "such as `lambda`"),
    ] {
        assert_refused(Service::parse(host), ErrorKind::InvalidService, remedy, host);
        assert_refused(Region::parse(host), ErrorKind::InvalidRegion, "is a host: give a region", host);
    }
    for name in ["API Gateway", "https://x.example"] {
        assert_refused(Service::parse(name), ErrorKind::InvalidService, "such as `execute-api` or `s3`", name);
    }
    assert_refused(Region::parse("US East (N. Virginia)"), ErrorKind::InvalidRegion, "such as `us-east-1`", "");
    for name in ["US-EAST-1", "Eu-West-1"] {
        assert_refused(Service::parse(name), ErrorKind::InvalidService, "not swapped", name);
    }
    for name in ["S3", "S3Express", "S3-Outposts"] {
        assert_refused(Service::parse(name), ErrorKind::InvalidService, "in lower case", name);
    }
}

/// Names of other services, of services of one's own, and of AWS's services.
#[test]
fn regions_and_services_that_only_look_odd() {
    for region in
        ["auto", "garage", "default", "local", "aws-global", "us-east-1-secondary", "US-EAST-1", "home.arpa", "*"]
    {
        Region::parse(region).unwrap_or_else(|error| panic!("{error}"));
    }
    for service in
        ["service", "apigateway", "IngestionService", "orders.example", "host", "Orders", "v1.amazonaws", "s3v4"]
    {
        Service::parse(service).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// A clock that is not set, and a number of milliseconds that is taken for seconds.
#[test]
fn times_that_no_clock_shows() {
    let (signer, credentials) = (Signer::new("us-east-1", "s3").unwrap(), Credentials::new(ID, SECRET).unwrap());
    let at = |seconds: i64| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
    let (first, last) = (at(946_684_800), at(4_133_980_799));
    let url = "https://examplebucket.s3.amazonaws.com/test.txt";
    for now in [at(0), first - Duration::NANOSECOND, last + Duration::SECOND, at(144_093_816_000)] {
        let mut request = Request::get(url).body(()).unwrap();
        let clock = "the year in UTC is not within 2000 to 2100: check the clock";
        assert_refused(signer.presign(&request, &credentials, Expires::MAX, now), ErrorKind::InvalidTime, clock, url);
        assert_refused(signer.sign(&mut request, &credentials, now), ErrorKind::InvalidTime, clock, url);
        assert!(request.headers().is_empty());
        assert_refused(Timestamp::new(now), ErrorKind::InvalidTime, clock, url);
    }
    for now in [first, last] {
        signer.sign(&mut Request::get(url).body(()).unwrap(), &credentials, now).unwrap();
    }
}

/// A verifier's answer to a stranger's old request stays AWS's.
#[test]
fn the_verifier_answers_any_received_year() {
    let now = Timestamp::parse("20150830T123600Z").unwrap();
    let mut request = Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body(()).unwrap();
    let credentials = Credentials::new(ID, SECRET).unwrap();
    Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, &credentials, now).unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    for (date, kind) in [
        ("19990830T123600Z", ErrorKind::Expired),
        ("00010830T123600Z", ErrorKind::Expired),
        ("21010830T123600Z", ErrorKind::NotYetCurrent),
        ("99990830T123600Z", ErrorKind::NotYetCurrent),
    ] {
        request.headers_mut().insert("x-amz-date", date.parse().unwrap());
        let (parts, ()) = request.clone().into_parts();
        let claim = verifier.claim(&parts).unwrap();
        assert_eq!(claim.timestamp().to_string(), date);
        let error = claim.verify(&credentials, (), now).unwrap_err();
        assert_eq!((error.kind(), error.rejection().unwrap().status().as_u16()), (kind, 403), "{date}");
        assert!(error.to_string().contains(date), "{error}");
    }
}
