//! What the fuzz targets share: an arbitrary case to sign, and the property of the parsers.

#[path = "../../crates/sig4-gateway/tests/gateway/one_path.rs"]
pub mod gateway;
pub mod glob;
pub mod meaning;
#[path = "../../crates/sig4-iam/tests/authorize/one_path.rs"]
pub mod routers;

use arbitrary::{Arbitrary, Unstructured};
use sig4::Signer;
use sig4::payload::Streaming;
use sig4::request::RequestView;
use sig4::settings::{ContentSha256Header, PathEncoding, PlusDecoding, SessionTokenPlacement};
use sig4::{Credentials, Expires, Payload};
use std::fmt::{Debug, Display};
use time::{OffsetDateTime, UtcOffset};

/// The time of AWS's examples.
pub fn moment() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_440_938_160).expect("it is a time")
}

/// Whatever parses displays back to the same text, and that parses again to the same.
pub fn round_trip<T: Display, E: Debug>(text: &str, parse: impl Fn(&str) -> Result<T, E>) {
    let Ok(value) = parse(text) else { return };
    let shown = value.to_string();
    assert_eq!(shown, text);
    assert_eq!(parse(&shown).unwrap().to_string(), shown);
}

/// One request and everything that signing it takes.
#[derive(Debug)]
pub struct Case {
    pub method: String,
    /// The URI's scheme and authority.
    pub origin: Option<(String, String)>,
    pub path: String,
    pub query: Option<String>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    pub expires: Expires,
    pub now: OffsetDateTime,
    pub credentials: Credentials,
    pub signer: Signer,
    /// Whether the path that was signed is signed the same when it is given.
    pub keeps_path: bool,
    payload: u8,
}

impl Case {
    pub fn view(&self) -> RequestView<'_> {
        self.view_of(&self.path, self.query.as_deref())
    }

    /// The same request with other headers.
    pub fn view_with<'a>(&'a self, headers: &'a Vec<(String, Vec<u8>)>) -> RequestView<'a> {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), headers);
        match &self.origin {
            Some((scheme, authority)) => view.with_authority(scheme, authority),
            None => view,
        }
    }

    /// The same request with another path and query.
    pub fn view_of<'a>(&'a self, path: &'a str, query: Option<&'a str>) -> RequestView<'a> {
        let view = RequestView::new(&self.method, path, query, &self.headers);
        match &self.origin {
            Some((scheme, authority)) => view.with_authority(scheme, authority),
            None => view,
        }
    }

    pub fn payload(&self) -> Payload<'_> {
        match self.payload {
            0 => Payload::Unsigned,
            1 => Payload::Streaming(Streaming::Events),
            2 => Payload::Streaming(Streaming::Signed),
            3 => Payload::Streaming(Streaming::SignedTrailer),
            4 => Payload::Streaming(Streaming::UnsignedTrailer),
            5 => Payload::Sha256([self.body.first().copied().unwrap_or_default(); 32]),
            _ => Payload::Bytes(&self.body),
        }
    }

    /// The request as the `http` crate has it, if it takes it.
    pub fn http(&self) -> Option<http::Request<Vec<u8>>> {
        let (scheme, authority) = self.origin.as_ref().map_or(("", ""), |(s, a)| (s, a));
        let (mark, query) = self.query.as_ref().map_or(("", ""), |q| ("?", q));
        let colon = if scheme.is_empty() { "" } else { "://" };
        let uri = [scheme, colon, authority, &self.path, mark, query].concat();
        let mut request = http::Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value.as_slice());
        }
        request.body(self.body.clone()).ok()
    }
}

const NAMES: [&str; 14] = [
    "Host",
    "x-amz-date",
    "X-Amz-Security-Token",
    "x-amz-content-sha256",
    "Authorization",
    "user-agent",
    "Proxy-Connection",
    "X-A",
    "x-a",
    "x-a-b",
    "x-abcdefgh",
    "x-abcdefghi",
    "content-type",
    "via",
];
const VALUES: [&str; 9] = [
    "example.com",
    "AWS4-HMAC-SHA256 Credential=a",
    "token",
    "UNSIGNED-PAYLOAD",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    " a \t b ",
    "",
    "20150830T123600Z",
    "\"a  b\"",
];
const QUERIES: [&str; 6] = [
    "a=1&a=0&a-b=%7e&c=+",
    "X-Amz-Signature=00&X-Amz-Security-Token=old&X-Amz-Date=1",
    "X-Amz-Security-Token=token",
    "%58-Amz-Expires=1&&=&b",
    "abcdefgh2=1&abcdefgh1=%zz",
    "",
];
const PATHS: [&str; 6] = ["/", "", "/a/../b//c/.", "/a%20b+c/%7e", "/%2e%2E/%2f", "/%zz"];

/// A usual text, mostly; else any.
fn text(u: &mut Unstructured<'_>, usual: &[&str]) -> arbitrary::Result<String> {
    if u.ratio(3, 4)? { Ok((*u.choose(usual)?).to_owned()) } else { String::arbitrary(u) }
}

fn names(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<String>> {
    (0..u.int_in_range(0..=3)?).map(|_| text(u, &NAMES)).collect()
}

fn header(u: &mut Unstructured<'_>) -> arbitrary::Result<(String, Vec<u8>)> {
    let name = text(u, &NAMES)?;
    let value = if u.ratio(1, 2)? { u.choose(&VALUES)?.as_bytes().to_vec() } else { Vec::arbitrary(u)? };
    Ok((name, value))
}

fn any_moment(u: &mut Unstructured<'_>) -> arbitrary::Result<OffsetDateTime> {
    let seconds = if u.ratio(1, 2)? { u.int_in_range(946_000_000..=4_134_000_000)? } else { i64::arbitrary(u)? };
    let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let offset = UtcOffset::from_whole_seconds(u.int_in_range(-95_000..=95_000)?).unwrap_or(UtcOffset::UTC);
    Ok(moment.checked_to_offset(offset).unwrap_or(moment))
}

/// An input whose names nothing can be signed with is no case.
fn refused(_: sig4::Error) -> arbitrary::Error {
    arbitrary::Error::IncorrectFormat
}

fn credentials(u: &mut Unstructured<'_>) -> arbitrary::Result<Credentials> {
    let credentials = Credentials::new(text(u, &["AKID", "ASIA"])?, text(u, &["secret", "hush"])?).map_err(refused)?;
    if u.ratio(1, 2)? {
        credentials.with_session_token(text(u, &["token", "t/+=", "other"])?).map_err(refused)
    } else {
        Ok(credentials)
    }
}

/// A signer, and whether a path that it signed is signed the same when it is given.
fn signer(u: &mut Unstructured<'_>) -> arbitrary::Result<(Signer, bool)> {
    let service = text(u, &["s3", "service", "iotdevicegateway"])?;
    let mut keeps_path = service == "s3";
    let mut signer = Signer::new(text(u, &["us-east-1", "r"])?, service).map_err(refused)?;
    for _ in 0..u.int_in_range(0..=4)? {
        signer = match u.int_in_range(0..=9)? {
            0 => {
                let encodings = [PathEncoding::Double, PathEncoding::Canonical, PathEncoding::Verbatim];
                let encoding = *u.choose(&encodings)?;
                keeps_path = encoding != PathEncoding::Double;
                signer.with_path_encoding(encoding)
            }
            1 => signer.with_normalized_path(u.arbitrary()?),
            2 => {
                let when = [ContentSha256Header::Always, ContentSha256Header::IfNeeded, ContentSha256Header::Never];
                signer.with_content_sha256(*u.choose(&when)?)
            }
            3 => signer.with_session_token_placement(
                *u.choose(&[SessionTokenPlacement::Signed, SessionTokenPlacement::Unsigned])?,
            ),
            4 => signer.with_plus_decoding(*u.choose(&[PlusDecoding::Literal, PlusDecoding::Space])?),
            5 => signer.with_signed_host(text(u, &["proxied.example.com", " h\t"])?),
            6 => signer.with_unsigned_headers(names(u)?),
            7 => signer.with_signed_headers(names(u)?),
            8 => signer.with_only_signed_headers(names(u)?),
            _ => signer.with_cached_keys(u.int_in_range(0..=2)?),
        };
    }
    Ok((signer, keeps_path))
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let (signer, keeps_path) = signer(u)?;
        let scheme = text(u, &["https", "http", "HTTPS"])?;
        let authority = text(u, &["example.com", "example.com:443", "u:p+@h:80", "[::1]:8080", ""])?;
        Ok(Self {
            credentials: credentials(u)?,
            now: any_moment(u)?,
            expires: Expires::from_secs(u.int_in_range(1..=604_800)?).unwrap_or(Expires::MAX),
            payload: u.int_in_range(0..=9)?,
            method: text(u, &["GET", "PUT", "OPTIONS"])?,
            origin: u.ratio(3, 4)?.then_some((scheme, authority)),
            headers: (0..u.int_in_range(0..=8)?).map(|_| header(u)).collect::<Result<_, _>>()?,
            body: u.arbitrary()?,
            path: text(u, &PATHS)?,
            query: if u.ratio(3, 4)? { Some(text(u, &QUERIES)?) } else { None },
            signer,
            keeps_path,
        })
    }
}
