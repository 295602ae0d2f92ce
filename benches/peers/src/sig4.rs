//! sig4 itself.

use crate::case::{ACCESS_KEY_ID, Case, EPOCH, REGION, Request, SECRET};
use crate::peer::{Peer, Sign};
use crate::versions;
use ::sig4::payload::ContentSha256;
use ::sig4::request::RequestView;
use ::sig4::sign::Presigned;
use ::sig4::string_to_sign::StringToSign;
use ::sig4::{Credentials, Expires, Payload, Signer, Timestamp};
use time::OffsetDateTime;

/// sig4 with the signer and the credentials kept.
pub(crate) const PEER: Peer = Peer { name: "sig4", version: versions::SIG4, prepare };

/// What a caller of sig4 keeps.
struct Sig4 {
    /// The signer, with its keys.
    signer: Signer,
    /// The credentials.
    credentials: Credentials,
    /// A presigned URL's lifetime.
    expires: Option<Expires>,
    /// The time of signing.
    now: OffsetDateTime,
}

impl Sig4 {
    /// Prepares a case.
    fn new(case: &Case) -> Self {
        let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).unwrap();
        let lifetime = |seconds| Expires::from_secs(u64::from(seconds)).expect("a valid lifetime");
        Self {
            signer: Signer::new(REGION, case.service).unwrap(),
            credentials: match case.token {
                Some(token) => credentials.with_session_token(token).unwrap(),
                None => credentials,
            },
            expires: case.expires.map(lifetime),
            now: OffsetDateTime::from_unix_timestamp(i64::from(EPOCH)).expect("a valid time"),
        }
    }
}

/// Prepares a case.
fn prepare(case: &Case) -> Option<Box<dyn Sign>> {
    Some(Box::new(Sig4::new(case)))
}

impl Sign for Sig4 {
    fn sign(&self, mut request: Request) -> Request {
        if let Some(expires) = self.expires {
            let presigned = self.signer.presign(&request, &self.credentials, expires, self.now);
            *request.uri_mut() = presigned.and_then(Presigned::into_uri).expect("a signature");
        } else {
            self.signer.sign(&mut request, &self.credentials, self.now).expect("a signature");
        }
        request
    }

    fn note(&self) -> &'static str {
        "keeps the day's signing key"
    }
}

/// The signature that sig4 gives to the case at `date`, with the body unsigned or not.
pub(crate) fn signature(case: &Case, date: &str, unsigned_payload: bool) -> Result<String, ::sig4::Error> {
    let Sig4 { signer, credentials, expires, .. } = Sig4::new(case);
    let now = Timestamp::parse(date)?.to_datetime();
    let (mut parts, body) = case.request.clone().into_parts();
    let unsigned_payload = unsigned_payload || expires.is_some();
    let payload = if unsigned_payload { Payload::Unsigned } else { Payload::Bytes(body) };
    if let Some(expires) = expires {
        let presigned = signer.presign_parts(&parts, &payload, &credentials, expires, now)?;
        return Ok(crate::peer::Outcome::of_url(&presigned.url()).signature);
    }
    Ok(signer.sign_parts(&mut parts, &payload, &credentials, now)?.to_string())
}

/// The bytes of the case's canonical request and of its string to sign.
pub(crate) fn stages(case: &Case) -> Result<(Vec<u8>, Vec<u8>), ::sig4::Error> {
    let Sig4 { signer, credentials, expires, now } = Sig4::new(case);
    let timestamp = Timestamp::new(now)?;
    let (request, uri) = (&case.request, case.request.uri());
    let view = RequestView::new(request.method().as_str(), uri.path(), uri.query(), request.headers())
        .with_authority("https", uri.authority().map_or("", http::uri::Authority::as_str));
    let canonical = if let Some(expires) = expires {
        let payload = ContentSha256::of(&Payload::Unsigned);
        signer.presigned_canonical_request(&view, &payload, &credentials, expires, timestamp)?.to_bytes()
    } else {
        let payload = ContentSha256::of(&Payload::Bytes(request.body()));
        signer.canonical_request(&view, &payload, &credentials, &timestamp)?.to_bytes()
    };
    let sha256 = <sha2::Sha256 as sha2::Digest>::digest(&canonical).into();
    let string_to_sign = StringToSign::new(timestamp, &signer.scope(timestamp.day()), sha256).to_bytes();
    Ok((canonical, string_to_sign))
}
