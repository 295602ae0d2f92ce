//! What holds for every request, whatever is in it.
//!
//! The readings that these tests state:
//!
//! - query: split at `&`, empty pieces dropped, cut at the first `=`; `+` is a space; a `%` without two hexadecimal
//!   digits is a percent sign; everything but the unreserved characters is encoded; sorted by encoded name, then value;
//! - path outside S3: empty and `.` segments dropped, `..` drops the one before, a final slash of the raw path stays,
//!   then every byte but the unreserved ones and `/` is encoded, `%` too;
//! - headers: names in lower case and sorted, values trimmed of SP and HTAB, runs of them one SP, values of one name
//!   joined with `,`; some are left out; the host is the `Host` header's, else the authority's without a default port.

use http::Request;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sig4::algorithm::Algorithm;
use sig4::payload::{ContentSha256, Streaming};
use sig4::request::RequestView;
use sig4::scope::Scope;
use sig4::settings::{ContentSha256Header, PathEncoding, PlusDecoding, SessionTokenPlacement};
use sig4::signature::Signature;
use sig4::time::{Day, Moment};
use sig4::{AccessKeyId, Credentials, ErrorKind, Expires, Payload, Region, Service, Signer, Timestamp, Verifier};
use std::time::{Duration, SystemTime};
use time::{OffsetDateTime, UtcOffset};

const NOW: i64 = 1_440_938_160;
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) }
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET).unwrap()
}

type Fields = Vec<(String, Vec<u8>)>;

/// A request as the wire has it.
#[derive(Clone, Debug)]
struct Wire {
    method: String,
    origin: Option<(String, String)>,
    path: String,
    query: Option<String>,
    headers: Fields,
    body: Vec<u8>,
}

impl Wire {
    fn view(&self) -> RequestView<'_> {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers);
        match &self.origin {
            Some((scheme, authority)) => view.with_authority(scheme, authority),
            None => view,
        }
    }

    /// The value of `authorization` that signing adds.
    fn authorization(&self, signer: &Signer, credentials: &Credentials, now: i64) -> String {
        let signed = signer.sign_view(&self.view(), &Payload::Bytes(&self.body), credentials, at(now)).unwrap();
        signed.headers().last().unwrap().1
    }

    fn http(&self) -> Request<Vec<u8>> {
        let (scheme, authority) = self.origin.as_ref().unwrap();
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let uri = format!("{scheme}://{authority}{}{query}", self.path);
        let mut request = Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value.as_slice());
        }
        request.body(self.body.clone()).unwrap()
    }
}

/// The signature in an `authorization` value.
fn signature_of(authorization: &str) -> &str {
    authorization.rsplit_once("Signature=").unwrap().1
}

// ---- Strategies

fn origin() -> impl Strategy<Value = (String, String)> {
    let authorities = ["example.com", "example.com:443", "example.com:80", "example.com:8443", "[::1]:443"];
    (select(vec!["https", "http"]), select(authorities.to_vec())).prop_map(|(s, a)| (s.to_owned(), a.to_owned()))
}

/// Header names of a few letters, so that the same name and names with the same start come up.
fn name() -> impl Strategy<Value = String> {
    let known = vec![
        "Content-Type",
        "User-Agent",
        "te",
        "Expect",
        "X-Amzn-Trace-Id",
        "proxy-a",
        "Sec-WebSocket-Key",
        "proxy",
        "tea",
    ];
    prop_oneof![4 => "[xX]-[aAbB]{1,2}(-[aA1]{1,8})?", 1 => select(known).prop_map(str::to_owned)]
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[ \ta-c,;\"]{0,8}".prop_map(String::into_bytes),
        vec(select(vec![b'a', b' ', b'\t', 0x80, 0xFF]), 0..6)
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    vec((name(), value()), 0..8)
}

/// Any query: duplicates, names that start alike, reserved and non-ASCII characters, bad percent sequences.
fn query() -> impl Strategy<Value = String> {
    let pieces =
        "a b ab abcdefgh A - . ~ 1 & & & = = + ; % %% %7e %2B %2b %26 %3d %zz %4 %C3%A9 é / ? @ : * ' %20 X-Amz-Date=";
    let piece = select(pieces.split(' ').chain([" "]).collect::<Vec<_>>());
    vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

/// Any path: dot segments, repeated slashes, percent sequences.
fn path() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "a", "b", ".", "..", "/", "/", "//", "/./", "/../", "/.a", "%2F", "%2e", "%zz", "%", "%20", "+", "é", " ", "~",
        "=", ":", "*", "&", ";",
    ]);
    prop_oneof![9 => vec(piece, 0..10).prop_map(|pieces| format!("/{}", pieces.concat())), 1 => Just(String::new())]
}

fn wire() -> impl Strategy<Value = Wire> {
    let host = prop_oneof![Just("example.com"), Just(" example.com:443\t"), Just("h")];
    let host = (any::<bool>(), host).prop_map(|(first, host)| (first, ("hOST".to_owned(), host.as_bytes().to_vec())));
    (
        select(vec!["GET", "POST", "x"]),
        option::of(origin()),
        host,
        path(),
        option::of(query()),
        fields(),
        any::<Vec<u8>>(),
    )
        .prop_map(|(method, origin, (own_host, host), path, query, mut headers, body)| {
            if own_host || origin.is_none() {
                headers.insert(headers.len() / 2, host);
            }
            Wire { method: method.to_owned(), origin, path, query, headers, body }
        })
}

/// A request that the `http` crate takes, signed before or not, with headers that signing replaces or not.
fn http_wire() -> impl Strategy<Value = Wire> {
    let path = vec(select(vec!["a", ".", "..", "/", "%20", "%7e", "+", "~", "=", "%2F"]), 0..8);
    let query = vec(select(vec!["a", "b", "&", "=", "+", "%zz", "%7e", "%2B", "/"]), 0..8);
    let replaced = select(vec![
        ("authorization", "Bearer x"),
        ("X-Amz-Date", "long ago"),
        ("x-amz-content-sha256", "stale"),
        ("x-b", "1"),
    ]);
    (origin(), path, option::of(query), vec((name(), value()), 0..5), vec(replaced, 0..3), any::<Vec<u8>>()).prop_map(
        |(origin, path, query, mut headers, replaced, body)| {
            headers.extend(replaced.into_iter().map(|(n, v)| (n.to_owned(), v.as_bytes().to_vec())));
            let path = format!("/{}", path.concat());
            let query = query.map(|query| query.concat());
            Wire { method: "PUT".to_owned(), origin: Some(origin), path, query, headers, body }
        },
    )
}

fn text(usual: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => select(usual).prop_map(str::to_owned), 1 => any::<String>()]
}

/// A signer with any settings.
fn any_signer() -> impl Strategy<Value = Signer> {
    let names = || vec(text(&["host", "X-A", "authorization", "x-amz-date", "te"]), 0..3);
    let encodings = vec![PathEncoding::Double, PathEncoding::Canonical, PathEncoding::Verbatim];
    let sha256 = vec![ContentSha256Header::Always, ContentSha256Header::IfNeeded, ContentSha256Header::Never];
    let settings = (
        select(encodings),
        select(sha256),
        select(vec![SessionTokenPlacement::Signed, SessionTokenPlacement::Unsigned]),
        select(vec![PlusDecoding::Literal, PlusDecoding::Space]),
        any::<bool>(),
        0..3_usize,
    );
    let headers = (option::of(text(&["proxied", " "])), names(), names(), option::of(names()));
    // Most random names are no region and no service.
    (text(&["us-east-1"]), text(&["s3", "service"]), settings, headers).prop_filter_map(
        "a region and a service",
        |(region, service, settings, headers)| {
            let (encoding, sha256, token, plus, normalize, keys) = settings;
            let (host, excluded, included, only) = headers;
            let signer = Signer::new(region, service)
                .ok()?
                .with_path_encoding(encoding)
                .with_content_sha256(sha256)
                .with_session_token_placement(token)
                .with_plus_decoding(plus)
                .with_normalized_path(normalize)
                .with_cached_keys(keys)
                .with_unsigned_headers(excluded)
                .with_signed_headers(included);
            let signer = if let Some(host) = host { signer.with_signed_host(host) } else { signer };
            Some(if let Some(only) = only { signer.with_only_signed_headers(only) } else { signer })
        },
    )
}

fn any_credentials() -> impl Strategy<Value = Credentials> {
    let parts = (text(&["AKID"]), any::<String>(), option::of(text(&["token", "to+/=ken"])));
    parts.prop_filter_map("credentials", |(id, secret, token)| {
        let credentials = Credentials::new(id, secret).ok()?;
        if let Some(token) = token { credentials.with_session_token(token).ok() } else { Some(credentials) }
    })
}

/// Any time at all, in any zone.
fn any_time() -> impl Strategy<Value = OffsetDateTime> {
    let seconds = prop_oneof![0..4_000_000_000_i64, -377_705_116_800..=253_402_300_799_i64];
    (seconds, -86_399..=86_399_i32).prop_map(|(seconds, offset)| {
        let offset = UtcOffset::from_whole_seconds(offset).unwrap();
        at(seconds).checked_to_offset(offset).unwrap_or_else(|| at(seconds))
    })
}

fn any_payload(kind: u8, body: &[u8]) -> Payload<'_> {
    match kind {
        0 => Payload::Unsigned,
        1 => Payload::Streaming(Streaming::Events),
        2 => Payload::Streaming(Streaming::UnsignedTrailer),
        3 => Payload::Sha256([7; 32]),
        _ => Payload::Bytes(body),
    }
}

/// Any strings where a request goes: most cannot be signed.
fn any_wire() -> impl Strategy<Value = Wire> {
    let origin = option::of((text(&["https", "http"]), text(&["example.com", "u+:p@h:443", ""])));
    let header =
        (text(&["Host", "X-A", "x-amz-security-token", "x-amz-content-sha256", "Authorization"]), any::<Vec<u8>>());
    let headers = vec(prop_oneof![header, (Just("x-amz-security-token".to_owned()), Just(b"token".to_vec()))], 0..4);
    let paths = text(&["/", "", "/a+b/../%zz"]);
    (text(&["GET"]), origin, paths, option::of(text(&["a=+", ""])), headers, any::<Vec<u8>>())
        .prop_map(|(method, origin, path, query, headers, body)| Wire { method, origin, path, query, headers, body })
}

// ---- Signing

proptest! {
    #![proptest_config(config())]

    #[test]
    fn signing_never_panics(
        wire in prop_oneof![any_wire(), wire()],
        signer in any_signer(),
        credentials in any_credentials(),
        (now, kind) in (any_time(), 0..6_u8),
        seconds in 1..=604_800_u64,
    ) {
        let payload = any_payload(kind, &wire.body);
        let signed = signer.sign_view(&wire.view(), &payload, &credentials, now);
        if let Ok(signed) = &signed {
            let authorization = signed.headers().last().unwrap().1;
            prop_assert!(authorization.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
            prop_assert!(!signed.target().is_some_and(|target| target.contains('+')));
        }
        let expires = Expires::from_secs(seconds).unwrap();
        let presigned = signer.presign_view(&wire.view(), &payload, &credentials, expires, now);
        if let Ok(presigned) = presigned {
            let (_, query) = presigned.target().split_once('?').unwrap();
            prop_assert!(!query.contains('+'));
        }
    }

    #[test]
    fn the_order_case_and_white_space_of_headers_do_not_change_the_signature(
        given in fields(),
        spaces in vec("[ \t]{1,3}", 24),
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        // Of one name there is one, so that the order says nothing.
        let mut headers: Fields = Vec::new();
        for (name, value) in given {
            if !headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
                headers.push((name, value));
            }
        }
        headers.push(("host".to_owned(), b"example.com".to_vec()));
        let one = Wire {
            method: "GET".to_owned(), origin: None, path: "/".to_owned(), query: None, headers, body: Vec::new(),
        };
        let mut other = one.clone();
        let mut spaces = spaces.iter().cycle();
        for (name, value) in &mut other.headers {
            *name = if name.starts_with('x') { name.to_ascii_uppercase() } else { name.to_ascii_lowercase() };
            let mut spaced = spaces.next().unwrap().clone().into_bytes();
            for byte in value.iter() {
                spaced.push(*byte);
                if matches!(byte, b' ' | b'\t') {
                    spaced.extend(spaces.next().unwrap().bytes());
                }
            }
            spaced.extend(spaces.next().unwrap().bytes());
            *value = spaced;
        }
        let mut place = order.into_iter().cycle();
        other.headers.sort_by_cached_key(|_| place.next());
        let signer = Signer::new("us-east-1", "service").unwrap();
        let sign = |wire: &Wire| wire.authorization(&signer, &credentials(), NOW);
        prop_assert_eq!(sign(&one), sign(&other));
    }

    #[test]
    fn any_change_to_what_is_signed_changes_the_signature(mut given in wire(), n in any::<prop::sample::Index>()) {
        given.headers.push(("x-signed".to_owned(), b"1".to_vec()));
        given.query.get_or_insert_default().push_str("&z=1");
        let id = "AKIDEXAMPLE";
        let sign = |wire: &Wire, region: &str, service: &str, id: &str, secret: &str, now: i64| {
            wire.authorization(&Signer::new(region, service).unwrap(), &Credentials::new(id, secret).unwrap(), now)
        };
        let same = |wire: &Wire| sign(wire, "r", "s", id, SECRET, NOW);
        let original = same(&given);
        prop_assert_eq!(&same(&given), &original);

        let changed = |change: &dyn Fn(&mut Wire)| {
            let mut wire = given.clone();
            change(&mut wire);
            same(&wire)
        };
        for other in [
            changed(&|w| w.method.push('X')),
            changed(&|w| w.path.push_str("/z")),
            changed(&|w| w.query = w.query.take().map(|q| q.replacen("&z=1", "&z=2", 1))),
            changed(&|w| w.query.as_mut().unwrap().push_str("&z")),
            changed(&|w| w.headers.last_mut().unwrap().1 = b"2".to_vec()),
            changed(&|w| w.headers.push(("x-signed".to_owned(), Vec::new()))),
            changed(&|w| w.headers.push(("x-another".to_owned(), Vec::new()))),
            changed(&|w| w.body.push(0)),
            changed(&|w| match w.body.len() {
                0 => w.body.push(1),
                len => w.body[n.index(len)] ^= 1,
            }),
            sign(&given, "r2", "s", id, SECRET, NOW),
            sign(&given, "r", "s2", id, SECRET, NOW),
            sign(&given, "r", "s", id, "other", NOW),
            sign(&given, "r", "s", id, SECRET, NOW + 1),
            sign(&given, "r", "s", id, SECRET, NOW + 86_400),
        ] {
            prop_assert_ne!(signature_of(&other), signature_of(&original));
        }
        // The access key id is not signed, but stands in the header.
        let other = sign(&given, "r", "s", "AKIDOTHER", SECRET, NOW);
        prop_assert_eq!(other.replacen("AKIDOTHER", id, 1), original.clone());
        prop_assert_ne!(other, original);
    }

    #[test]
    fn signing_a_signed_request_gives_what_signing_the_original_gives(
        given in http_wire(),
        service in select(vec!["s3", "service", "iotdevicegateway"]),
        (first, second) in (0..3_u8, 0..3_u8),
        later in 0..200_000_i64,
    ) {
        let signer = Signer::new("us-east-1", service).unwrap();
        let who = |n: u8| match n {
            0 => credentials(),
            1 => Credentials::new("ASIAONE", "one").unwrap().with_session_token("token+one").unwrap(),
            _ => Credentials::new("ASIATWO", "two").unwrap().with_session_token("token/two").unwrap(),
        };
        let mut once = given.http();
        signer.sign(&mut once, &who(second), at(NOW + later)).unwrap();
        let mut twice = given.http();
        signer.sign(&mut twice, &who(first), at(NOW)).unwrap();
        signer.sign(&mut twice, &who(second), at(NOW + later)).unwrap();
        prop_assert_eq!(once.uri(), twice.uri());
        prop_assert_eq!(once.headers(), twice.headers());
    }

    #[test]
    fn presigning_a_presigned_url_gives_what_presigning_the_original_gives(
        given in wire(),
        service in select(vec!["s3", "service", "iotdevicegateway"]),
        tokens in (any::<bool>(), any::<bool>()),
        later in 0..200_000_i64,
    ) {
        let signer = Signer::new("us-east-1", service).unwrap();
        // Temporary credentials have an access key id of their own.
        let temporary = || Credentials::new("ASIAEXAMPLE", "secret").unwrap().with_session_token("to/ken+").unwrap();
        let who = |token| if token { temporary() } else { credentials() };
        let presign = |wire: &Wire, token, now| {
            let payload = Payload::Bytes(&wire.body);
            signer.presign_view(&wire.view(), &payload, &who(token), Expires::MAX, at(now)).map(|p| p.url())
        };
        let once = match presign(&given, tokens.1, NOW + later) {
            Ok(once) => once,
            Err(error) => {
                // S3 decodes the path, which has to be possible; and a host with its scheme's port opens no URL.
                let path = service == "s3" && given.path.contains('%');
                prop_assert!(path || given.origin.is_none() && error.kind() == ErrorKind::InvalidHost, "{}", error);
                return Ok(());
            }
        };
        let first = presign(&given, tokens.0, NOW).unwrap();
        let (path, query) = first.strip_prefix("https://").or_else(|| first.strip_prefix("http://")).unwrap()
            .split_once('?').unwrap();
        let path = path.split_once('/').map(|(_, path)| format!("/{path}")).unwrap();
        let again = Wire { path, query: Some(query.to_owned()), ..given };
        prop_assert_eq!(presign(&again, tokens.1, NOW + later).unwrap(), once);
    }

    #[test]
    fn on_an_error_the_request_is_as_it_was(mut given in http_wire(), which in 0..5_u8) {
        let signer = Signer::new("us-east-1", "s3").unwrap();
        let (mut who, mut now) = (credentials(), at(NOW));
        match which {
            0 => who = credentials().with_expiration(at(NOW)),
            1 => given.headers.extend(["a", "b"].map(|host| ("host".to_owned(), host.as_bytes().to_vec()))),
            2 => now = at(-377_705_116_800),
            3 => given.path.push_str("+%zz"),
            _ => {
                who = credentials().with_session_token("own").unwrap();
                given.headers.push(("x-amz-security-token".to_owned(), b"another".to_vec()));
            }
        }
        let before = given.http();
        let mut request = before.clone();
        signer.sign(&mut request, &who, now).unwrap_err();
        prop_assert_eq!(request.uri(), before.uri());
        prop_assert_eq!(request.headers(), before.headers());
        let (mut parts, _) = before.clone().into_parts();
        signer.sign_parts(&mut parts, &Payload::Unsigned, &who, now).unwrap_err();
        prop_assert_eq!(&parts.uri, before.uri());
        prop_assert_eq!(&parts.headers, before.headers());
    }
}

// ---- Canonicalising

/// The canonical request of `wire` with this path and query, at a fixed time.
/// The request with what signing adds, or the presigned one.
fn signed(wire: &Wire, signer: &Signer, presigned: bool) -> Option<Wire> {
    let mut signed = wire.clone();
    if presigned {
        let payload = signer.presign_payload(&wire.body);
        let url = signer.presign_view(&wire.view(), &payload, &credentials(), Expires::MAX, at(NOW)).ok()?;
        let (path, query) = url.target().split_once('?').unwrap();
        (signed.path, signed.query) = (path.to_owned(), Some(query.to_owned()));
        return Some(signed);
    }
    let credentials = credentials();
    let added = signer.sign_view(&wire.view(), &Payload::Bytes(&wire.body), &credentials, at(NOW)).ok()?;
    if let Some((path, query)) = added.target().map(|t| t.split_once('?').map_or((t, None), |(p, q)| (p, Some(q)))) {
        (signed.path, signed.query) = (path.to_owned(), query.map(str::to_owned));
    }
    signed.headers.extend(added.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())));
    Some(signed)
}

proptest! {
    #![proptest_config(config())]

    /// What sig4 signs it verifies, whole and in pieces, unless a rule about the target or the host refuses it.
    #[test]
    fn what_is_signed_verifies(
        given in wire(), service in select(vec!["s3", "execute-api"]), presigned in any::<bool>(), size in 1..9_usize
    ) {
        let verifier = Verifier::new("us-east-1", service).unwrap();
        let Some(signed) = signed(&given, &Signer::new("us-east-1", service).unwrap(), presigned) else { return Ok(()) };
        let view = signed.view();
        let claim = match verifier.claim_view(&view) {
            Ok(claim) => claim,
            Err(refused) => {
                let by_rule = [
                    ErrorKind::InvalidPath, ErrorKind::MalformedQuery, ErrorKind::InvalidHost,
                    ErrorKind::AmbiguousAuthentication,
                ];
                prop_assert!(by_rule.contains(&refused.kind()), "{}", refused);
                return Ok(());
            }
        };
        let whole = claim.verify(&credentials(), &signed.body, at(NOW));
        prop_assert!(whole.is_ok(), "{:?} of {:?}", whole, signed);
        let mut body = verifier.claim_view(&view).unwrap().stream(&credentials(), at(NOW)).unwrap();
        signed.body.chunks(size).for_each(|piece| body.update(piece));
        prop_assert!(body.finish().is_ok());
    }

    /// Another secret, another moment outside the window, another region: nothing of it passes.
    #[test]
    fn nothing_else_verifies(given in wire(), service in select(vec!["s3", "execute-api"]), which in 0..4_u8) {
        let Some(signed) = signed(&given, &Signer::new("us-east-1", service).unwrap(), false) else { return Ok(()) };
        let region = if which == 0 { "us-east-2" } else { "us-east-1" };
        let secret = if which == 1 { "another" } else { SECRET };
        let now = if which == 2 { NOW + 1000 } else { NOW };
        let key = Credentials::new("AKIDEXAMPLE", secret).unwrap();
        let key = Some(&key).filter(|_| which != 3);
        let (verifier, view) = (Verifier::new(region, service).unwrap().with_aws_compat(), signed.view());
        let claim = verifier.claim_view(&view);
        prop_assert!(claim.and_then(|claim| claim.verify(key, &signed.body, at(now)).map(|_| ())).is_err());
    }
}

fn canonical(signer: &Signer, wire: &Wire) -> Option<Vec<u8>> {
    let (timestamp, payload) = (Timestamp::new(at(NOW)).unwrap(), ContentSha256::of(&Payload::Bytes(&wire.body)));
    Some(signer.canonical_request(&wire.view(), &payload, &credentials(), &timestamp).ok()?.to_bytes())
}

fn line(canonical: &[u8], n: usize) -> String {
    String::from_utf8(canonical.split(|b| *b == b'\n').nth(n).unwrap().to_vec()).unwrap()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_canonical_query_stays_as_it_is(given in wire(), plus in select(vec![PlusDecoding::Literal, PlusDecoding::Space])) {
        let signer = Signer::new("us-east-1", "service").unwrap().with_plus_decoding(plus);
        let once = canonical(&signer, &given).unwrap();
        let again = Wire { query: Some(line(&once, 2)), ..given };
        prop_assert_eq!(canonical(&signer, &again).unwrap(), once);
    }

    #[test]
    fn a_canonical_or_normalized_path_stays_as_it_is(
        given in wire(),
        encoding in select(vec![PathEncoding::Canonical, PathEncoding::Verbatim]),
        normalize in any::<bool>(),
    ) {
        let signer = Signer::new("us-east-1", "service").unwrap().with_path_encoding(encoding).with_normalized_path(normalize);
        let Some(once) = canonical(&signer, &given) else {
            // A bad percent sequence cannot be decoded.
            prop_assert!(encoding == PathEncoding::Canonical && given.path.contains('%'));
            return Ok(());
        };
        let again = Wire { path: line(&once, 1), ..given };
        prop_assert_eq!(canonical(&signer, &again).unwrap(), once);
    }

    #[test]
    fn the_canonical_request_is_what_a_naive_implementation_writes(given in wire()) {
        let canonical = canonical(&Signer::new("us-east-1", "service").unwrap(), &given).unwrap();
        let naive = naive::canonical_request(&given);
        prop_assert_eq!(&String::from_utf8_lossy(&canonical), &String::from_utf8_lossy(&naive));
        prop_assert_eq!(canonical, naive);
    }
}

/// The canonical request once more, slow and plain. It shares nothing with the crate but the payload's hash.
mod naive {
    use super::{ContentSha256, Payload, Wire};

    const LEFT_OUT: &str = " authorization baggage connection expect keep-alive te traceparent tracestate trailer \
        transfer-encoding upgrade user-agent x-amzn-trace-id ";

    pub(super) fn canonical_request(wire: &Wire) -> Vec<u8> {
        let mut out = format!("{}\n{}\n{}\n", wire.method, path(&wire.path), query(wire)).into_bytes();
        let headers = headers(wire);
        for (name, values) in &headers {
            out.extend_from_slice(name.as_bytes());
            out.push(b':');
            out.extend_from_slice(&values.join(&b','));
            out.push(b'\n');
        }
        let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let payload = ContentSha256::of(&Payload::Bytes(&wire.body));
        out.extend_from_slice(format!("\n{}\n{payload}", names.join(";")).as_bytes());
        out
    }

    fn path(raw: &str) -> String {
        let mut kept = Vec::new();
        for segment in raw.split('/') {
            match segment {
                "" | "." => {}
                ".." => drop(kept.pop()),
                _ => kept.push(segment),
            }
        }
        let slash = if raw.ends_with('/') && !kept.is_empty() { "/" } else { "" };
        encode(format!("/{}{slash}", kept.join("/")).as_bytes(), "-._~/")
    }

    fn query(wire: &Wire) -> String {
        let mut pairs = Vec::new();
        for piece in wire.query.as_deref().unwrap_or("").split('&') {
            if !piece.is_empty() {
                let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
                pairs.push((encode(&decode(name), "-._~"), encode(&decode(value), "-._~")));
            }
        }
        pairs.sort();
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    fn decode(text: &str) -> Vec<u8> {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let digits = bytes.get(at + 1..at + 3).filter(|two| two.iter().all(u8::is_ascii_hexdigit));
            match (bytes[at], digits) {
                (b'%', Some(digits)) => {
                    out.push(u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap());
                    at += 3;
                    continue;
                }
                (b'+', _) => out.push(b' '),
                (other, _) => out.push(other),
            }
            at += 1;
        }
        out
    }

    fn encode(bytes: &[u8], kept: &str) -> String {
        let one = |byte: &u8| {
            let c = char::from(*byte);
            if c.is_ascii_alphanumeric() || kept.contains(c) { c.to_string() } else { format!("%{byte:02X}") }
        };
        bytes.iter().map(one).collect()
    }

    /// Every name with its values, in order.
    fn headers(wire: &Wire) -> Vec<(String, Vec<Vec<u8>>)> {
        let mut all: Vec<(String, Vec<u8>)> = Vec::new();
        let mut host = None;
        for (name, value) in &wire.headers {
            let name = name.to_lowercase();
            let left_out = LEFT_OUT.contains(&format!(" {name} "));
            if name == "host" {
                host = Some(value.clone());
            } else if !(left_out || name.starts_with("proxy-") || name.starts_with("sec-websocket-")) {
                all.push((name, value.clone()));
            }
        }
        all.push(("host".to_owned(), host.unwrap_or_else(|| authority(wire))));
        all.push(("x-amz-date".to_owned(), b"20150830T123600Z".to_vec()));
        let mut names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names.dedup();
        let of = |name: &String| all.iter().filter(|(n, _)| n == name).map(|(_, value)| fold(value)).collect();
        names.iter().map(|name| (name.clone(), of(name))).collect()
    }

    fn authority(wire: &Wire) -> Vec<u8> {
        let (scheme, authority) = wire.origin.as_ref().unwrap();
        let port = if scheme == "https" { ":443" } else { ":80" };
        authority.strip_suffix(port).unwrap_or(authority).as_bytes().to_vec()
    }

    fn fold(value: &[u8]) -> Vec<u8> {
        let words: Vec<&[u8]> = value.split(|b| *b == b' ' || *b == b'\t').filter(|word| !word.is_empty()).collect();
        words.join(&b' ')
    }
}

// ---- What is on the wire

/// What parses displays back to the same text; what is displayed parses to the same.
macro_rules! round_trips {
    ($($test:ident: $noun:ty, $text:expr;)*) => {
        proptest! {
            #![proptest_config(config())]
            $(
                #[test]
                fn $test(good in $text, any in any::<String>()) {
                    let value = <$noun>::parse(&good).unwrap();
                    prop_assert_eq!(value.to_string(), good.as_str());
                    prop_assert_eq!(good.parse::<$noun>().unwrap().to_string(), good.as_str());
                    prop_assert_eq!(<$noun>::try_from(good.as_str()).unwrap().to_string(), good);
                    if let Ok(value) = <$noun>::parse(&any) {
                        prop_assert_eq!(value.to_string(), any);
                    }
                }
            )*
        }
    };
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    // The years 2000 to 2100.
    (946_684_800..=4_133_980_799_i64).prop_map(|seconds| Timestamp::new(at(seconds)).unwrap())
}

fn streaming() -> impl Strategy<Value = String> {
    let markers = [Streaming::Events, Streaming::Signed, Streaming::SignedTrailer, Streaming::UnsignedTrailer];
    select(markers.to_vec()).prop_map(|marker| marker.as_str().to_owned())
}

fn marker() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-f]{64}", streaming(), Just("UNSIGNED-PAYLOAD".to_owned())]
}

/// 1 to 64 visible ASCII characters without `/`, `,`, `=` and quotation marks.
const NAME: &str = "[!#-&(-+.0-<>-_a-~-]{1,64}";

/// The same without names such as `S3`, which are refused because they are certainly meant in lower case.
fn service() -> impl Strategy<Value = String> {
    let is_misspelled = |name: &String| {
        let family = ["s3", "s3express", "s3-outposts", "s3-object-lambda"];
        family.iter().any(|known| name != known && known.eq_ignore_ascii_case(name))
    };
    NAME.prop_filter("it is a name of S3 in another case", move |name| !is_misspelled(name))
}

round_trips! {
    a_timestamp_is_read_as_it_is_written: Timestamp, timestamp().prop_map(|t| t.to_string());
    a_day_is_read_as_it_is_written: Day, timestamp().prop_map(|t| t.day().to_string());
    an_algorithm_is_read_as_it_is_written: Algorithm, Just("AWS4-HMAC-SHA256".to_owned());
    an_access_key_id_is_read_as_it_is_written: AccessKeyId, "[!#-&(-+.0-<>-_a-~-]{1,128}";
    a_streaming_marker_is_read_as_it_is_written: Streaming, streaming();
    a_region_is_read_as_it_is_written: Region, NAME;
    a_service_is_read_as_it_is_written: Service, service();
    a_scope_is_read_as_it_is_written: Scope,
        (timestamp(), NAME, service()).prop_map(|(t, region, service)| format!("{}/{region}/{service}/aws4_request", t.day()));
    a_signature_is_read_as_it_is_written: Signature, "[0-9a-f]{64}";
    an_expiry_is_read_as_it_is_written: Expires, (1..=604_800_u32).prop_map(|seconds| seconds.to_string());
    a_content_sha256_is_read_as_it_is_written: ContentSha256, marker();
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_timestamp_is_the_second_of_its_moment(now in any_time()) {
        let Ok(timestamp) = Timestamp::new(now) else {
            prop_assert!(!(2000..=2100).contains(&now.to_offset(UtcOffset::UTC).year()));
            return Ok(());
        };
        prop_assert_eq!(timestamp.to_datetime().unix_timestamp(), now.unix_timestamp());
        prop_assert_eq!(Timestamp::parse(timestamp.as_str()).unwrap(), timestamp);
    }

    #[test]
    fn a_system_time_signs_and_verifies_as_its_date_and_time_does(seconds in 946_684_800..4_000_000_000_u64, nanos in 0..1_000_000_000_u32) {
        let system = SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos);
        let moment = OffsetDateTime::UNIX_EPOCH + Duration::new(seconds, nanos);
        prop_assert_eq!(system.into_datetime().unwrap(), moment);
        let signed = |now: Result<SystemTime, OffsetDateTime>| {
            let (signer, mut request) = (Signer::new("r", "s").unwrap(), Request::get("https://a.example/").body("").unwrap());
            let signature = match now {
                Ok(now) => signer.sign(&mut request, &credentials(), now),
                Err(now) => signer.sign(&mut request, &credentials(), now),
            };
            (signature.unwrap(), request)
        };
        let (signature, request) = signed(Ok(system));
        prop_assert_eq!(signature, signed(Err(moment)).0);
        let (verifier, (parts, body)) = (Verifier::new("r", "s").unwrap(), request.into_parts());
        let verified = verifier.claim(&parts).unwrap().verify(&credentials(), body, system);
        prop_assert!(verified.is_ok());
    }
}
