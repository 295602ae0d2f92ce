//! Who signs: the access key id, its secret, and the session token of temporary credentials.

use crate::bytes::sink::Sink;
use crate::crypto::sha256::Sha256;
use crate::error::{Error, ErrorKind};
use crate::printable::is_hidden;
use crate::scope::check_name;
use crate::time::Timestamp;
use std::fmt;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The longest access key id that is accepted, in bytes: IAM's own limit.
pub const MAX_ACCESS_KEY_ID_LEN: usize = 128;

/// The longest session token that is accepted, in bytes: several times what AWS issues.
pub const MAX_SESSION_TOKEN_LEN: usize = 32_768;

/// An access key id, its secret access key and, for temporary credentials, their session token and the moment they end.
///
/// The secret and the token are wiped when the value is dropped, and neither shows in `Debug`.
/// `Clone` copies them, so that a client can hand credentials to its tasks.
///
/// Anything is accepted here; what the wire cannot carry is reported when something is signed.
///
/// ```
/// use sig4::Credentials;
///
/// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI").with_session_token("IQoJb3JpZ2luX2Vj");
/// assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { access_key_id: "ASIAEXAMPLE", session_token: true, .. }"#);
/// ```
#[derive(Clone)]
pub struct Credentials {
    access_key_id: String,
    secret: SecretKey,
    session_token: Option<Zeroizing<String>>,
    expiration: Option<OffsetDateTime>,
    id_checked: Result<(), Error>,
    token_checked: Result<(), Error>,
    fingerprint: Fingerprint,
}

impl Credentials {
    /// Long-term credentials.
    ///
    /// Hand the secret over as a `String` and the crate wipes that very allocation; a `&str` is copied.
    #[must_use]
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        let access_key_id = access_key_id.into();
        let secret = SecretKey::new(secret_access_key);
        Self {
            id_checked: check_name(&access_key_id, MAX_ACCESS_KEY_ID_LEN, ErrorKind::InvalidAccessKeyId),
            fingerprint: Fingerprint::of(&access_key_id, &secret),
            access_key_id,
            secret,
            session_token: None,
            expiration: None,
            token_checked: Ok(()),
        }
    }

    /// Adds the session token of temporary credentials; an empty one counts as none.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<String>) -> Self {
        let token = Zeroizing::new(token.into());
        self.session_token = (!token.is_empty()).then_some(token);
        self.token_checked = check_token(self.session_token());
        self
    }

    /// Sets when these credentials end: the `Expiration` that came with them.
    ///
    /// From that moment on nothing is signed with them ([`ErrorKind::ExpiredCredentials`]), and a URL that is presigned earlier
    /// lasts no longer than they do; see [`Expires::within`](crate::Expires::within). Without an expiration a signer takes them for
    /// valid, and a URL whose lifetime is longer than that of its session token stops working when the token ends.
    ///
    /// A [`Verifier`](crate::Verifier) ignores it: a store states the end of a session with
    /// [`StoredKey::until`](crate::StoredKey::until).
    ///
    /// Source: `Expiration` in the answers of AWS STS; "Download and upload objects with presigned URLs" of Amazon S3: a URL made with a
    /// temporary token ends with the token.
    ///
    /// ```
    /// use sig4::{Credentials, ErrorKind, Payload, RequestView, Signer, Timestamp};
    ///
    /// let end = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI").with_session_token("token").with_expiration(end);
    /// let request = RequestView::new("GET", "/", None, &[]).with_authority("https", "example.amazonaws.com");
    /// let ended = Signer::new("us-east-1", "service").sign_view(&request, &Payload::Bytes(b""), &credentials, end);
    /// assert_eq!(ended.unwrap_err().kind(), ErrorKind::ExpiredCredentials);
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub const fn with_expiration(mut self, end: OffsetDateTime) -> Self {
        self.expiration = Some(end);
        self
    }

    #[cfg(feature = "tower")]
    pub(crate) const fn set_expiration(&mut self, end: OffsetDateTime) {
        self.expiration = Some(end);
    }

    /// The moment from which services refuse these credentials, if it is known.
    #[must_use]
    pub const fn expiration(&self) -> Option<OffsetDateTime> {
        self.expiration
    }

    /// The access key id, which is not a secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The session token, a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref().map(String::as_str)
    }

    /// The secret access key.
    #[must_use]
    pub const fn secret_key(&self) -> &SecretKey {
        &self.secret
    }

    /// Whether they can go over the wire.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.id_checked.clone().and_then(|()| self.token_checked.clone())
    }

    /// Whether they can go over the wire, and have not ended at `now`.
    pub(crate) fn check_at(&self, now: Timestamp) -> Result<(), Error> {
        self.check()?;
        self.check_end(now.to_datetime())
    }

    /// Whether they have not ended at `now`, to the fraction of a second.
    pub(crate) fn check_end(&self, now: OffsetDateTime) -> Result<(), Error> {
        match self.expiration {
            Some(end) if end <= now => Err(ended(end, now)),
            _ => Ok(()),
        }
    }

    pub(crate) const fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }
}

#[cold]
fn ended(end: OffsetDateTime, now: OffsetDateTime) -> Error {
    let when = match (Timestamp::new(end), Timestamp::new(now)) {
        (Ok(end), Ok(now)) => format!("they ended at {end}, and the time of signing is {now}"),
        _ => "they ended before the time of signing".to_owned(),
    };
    Error::new(ErrorKind::ExpiredCredentials, when + ": fetch new ones, or set the clock")
}

/// The error for credentials that end before a presigned URL could.
#[cold]
pub(crate) fn ends_too_soon(end: OffsetDateTime) -> Error {
    let when = Timestamp::new(end).map_or_else(|_| String::new(), |end| format!(" at {end}"));
    let detail = format!("they end{when}, and a URL lasts for at least 1 s: fetch new ones");
    Error::new(ErrorKind::ExpiredCredentials, detail)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("session_token", &self.session_token.is_some())
            .finish_non_exhaustive()
    }
}

/// A secret access key. Wiped when dropped; `Debug` shows nothing of it, and there is no `PartialEq`.
///
/// ```compile_fail
/// let secret = sig4::SecretKey::new("wJalrXUtnFEMI");
/// assert!(secret == secret);
/// ```
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Takes a secret access key.
    #[must_use]
    pub fn new(secret_access_key: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret_access_key.into()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it is empty or only of characters that do not show: what an unset variable or an empty file gives, and no secret.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.chars().all(|c| c.is_whitespace() || is_hidden(c) || has_no_width(c))
    }
}

/// The soft hyphen, characters that join or separate letters, and the byte order mark.
const fn has_no_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

/// Tells two pairs of access key id and secret apart without keeping the secret: the SHA-256 of both.
///
/// A cache that files keys under it can never hand the old key to a secret rotated under the same access key id.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Fingerprint(Zeroizing<[u8; 32]>);

impl Fingerprint {
    fn of(access_key_id: &str, secret: &SecretKey) -> Self {
        let mut hasher = Sha256::default();
        hasher.put(access_key_id.as_bytes());
        // No access key id that can sign holds a NUL, so the two cannot run into one another.
        hasher.put(b"\0");
        hasher.put(secret.as_bytes());
        Self(Zeroizing::new(hasher.finish()))
    }

    /// Eight of its bytes, as good as random.
    pub(crate) fn short(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

fn check_token(token: Option<&str>) -> Result<(), Error> {
    if token.is_some_and(|token| token.len() > MAX_SESSION_TOKEN_LEN) {
        let detail = format!("it is longer than {MAX_SESSION_TOKEN_LEN} bytes");
        return Err(Error::new(ErrorKind::InvalidSessionToken, detail));
    }
    let fits = |b: u8| b.is_ascii_graphic();
    if token.is_none_or(|token| token.bytes().all(fits)) {
        return Ok(());
    }
    let detail = "it holds a character other than visible ASCII";
    Err(Error::new(ErrorKind::InvalidSessionToken, detail))
}

#[cfg(test)]
mod tests {
    use super::{Credentials, SecretKey};

    #[test]
    fn nothing_secret_shows() {
        let credentials = Credentials::new("AKID", "hush").with_session_token("tick");
        let shown = format!("{credentials:?} {:?}", SecretKey::new("hush"));
        assert!(!shown.contains("hush") && !shown.contains("tick"), "{shown}");
    }

    #[test]
    fn the_fingerprint_knows_both_halves() {
        let of = |id: &str, secret: &str| *Credentials::new(id, secret).fingerprint.0;
        assert_eq!(of("a", "b"), of("a", "b"));
        assert_ne!(of("a", "b"), of("a", "c"));
        assert_ne!(of("a", "b"), of("c", "b"));
        assert_ne!(of("ab", "c"), of("a", "bc"));
    }
}
