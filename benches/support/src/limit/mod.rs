//! The limit: signing, presigning and verifying one shape of request by hand.
//!
//! The shape: no header or parameter comes twice, values have no blanks to fold, path and query are in canonical form. The
//! key of the day is at hand. All that is checked before it is relied on; a request of another shape ends in a panic, where
//! an implementation for every request has options and errors.

mod hash;
mod headers;
mod presign;
mod query;
mod scan;
mod sign;
mod verify;

pub use presign::presign;
pub use sign::sign;
pub use verify::{verify, verify_presigned};

use hash::{HmacKey, Sha256};
use http::{HeaderValue, Uri};
use sig4::{Credentials, Signer, Timestamp};
use time::OffsetDateTime;

/// A day's key with the texts that stay the same all day.
pub struct DayKey {
    hmac: HmacKey,
    /// The Unix time divided by the seconds of a day.
    day: i64,
    /// `access-key-id/yyyymmdd/region/service/aws4_request`, and where the day begins.
    credential: String,
    scope_at: usize,
    /// The credential as a parameter of a query.
    encoded_credential: String,
    session_token: Option<HeaderValue>,
    /// Whether the service is S3.
    s3: bool,
}

impl DayKey {
    /// The key of these credentials on the day of `now`.
    pub fn new(signer: &Signer, credentials: &Credentials, now: OffsetDateTime) -> Self {
        let key = signer.signing_key(credentials, Timestamp::new(now).expect("it is a time").day());
        let session_token = credentials.session_token().map(|token| {
            let mut token = HeaderValue::from_str(token).expect("it is a value");
            token.set_sensitive(true);
            token
        });
        let credential = format!("{}/{}", key.access_key_id(), key.scope());
        Self {
            hmac: HmacKey::new(&key.to_bytes()),
            day: now.unix_timestamp().div_euclid(DAY),
            encoded_credential: credential.replace('/', "%2F"),
            credential,
            scope_at: key.access_key_id().len() + 1,
            session_token,
            s3: key.scope().service() == "s3",
        }
    }

    fn scope(&self) -> &str {
        self.credential.split_at(self.scope_at).1
    }

    fn date(&self) -> &str {
        self.scope().split_at(8).0
    }

    /// `now` as `yyyymmddThhmmssZ`.
    fn timestamp(&self, now: OffsetDateTime) -> [u8; 16] {
        let now = now.unix_timestamp();
        assert_eq!(now.div_euclid(DAY), self.day, "the key is of another day");
        let seconds = now.rem_euclid(DAY) as u32;
        let mut text = *b"yyyymmddThhmmssZ";
        text[..8].copy_from_slice(self.date().as_bytes());
        for (at, number) in [(9, seconds / 3600), (11, seconds / 60 % 60), (13, seconds % 60)] {
            text[at] = b'0' + (number / 10) as u8;
            text[at + 1] = b'0' + (number % 10) as u8;
        }
        text
    }

    /// The Unix time of a timestamp on the key's day.
    fn seconds(&self, timestamp: &[u8]) -> i64 {
        let timestamp: &[u8; 16] = timestamp.try_into().expect("it is a time");
        assert!(timestamp.starts_with(self.date().as_bytes()), "the key is of another day");
        assert!(timestamp[8] == b'T' && timestamp[15] == b'Z', "it is a time");
        let number = |at: usize| {
            let digits = [timestamp[at], timestamp[at + 1]];
            assert!(digits.iter().all(u8::is_ascii_digit), "it is a time");
            i64::from(digits[0] - b'0') * 10 + i64::from(digits[1] - b'0')
        };
        let (hours, minutes, seconds) = (number(9), number(11), number(13));
        assert!(hours < 24 && minutes < 60 && seconds < 60, "it is a time");
        self.day * DAY + hours * 3600 + minutes * 60 + seconds
    }

    /// The signature of a canonical request.
    #[inline]
    fn sign(&self, timestamp: &[u8], canonical: &mut Sha256) -> [u8; 32] {
        let hash = hash::hex(&canonical.finish());
        self.hmac.tag(|text| {
            text.put(b"AWS4-HMAC-SHA256\n");
            text.put(timestamp);
            text.put(b"\n");
            text.put(self.scope().as_bytes());
            text.put(b"\n");
            text.put(&hash);
        })
    }
}

const DAY: i64 = 86_400;
/// The SHA-256 of nothing.
const EMPTY: &[u8; 64] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The line of the canonical request for a body.
fn payload(body: &[u8]) -> [u8; 64] {
    if body.is_empty() { *EMPTY } else { hash::hex(&hash::sha256(body)) }
}

/// The host of a URL on its scheme's port.
fn host(uri: &Uri) -> &str {
    let authority = uri.authority().expect("it has a host").as_str();
    assert!(scan::all(authority.as_bytes(), scan::UNRESERVED), "it is a host without a port");
    authority
}
