//! Credentials: an access key id, its secret, and the session token of temporary credentials.

use crate::bytes::from_text::from_text;
use crate::bytes::write::Write;
use crate::crypto::secret::on_wiped_stack;
use crate::crypto::sha256::Sha256;
use crate::error::{Error, ErrorKind};
use crate::pasted::{self, credentials as mistakes};
use crate::scope::check_name;
use crate::session_token::{SessionToken, SessionTokenKind};
use crate::time::Timestamp;
use std::convert::Infallible;
use std::fmt;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// The longest access key id that is accepted, in bytes: IAM's own limit.
pub const MAX_ACCESS_KEY_ID_LEN: usize = 128;

/// The longest session token that is accepted, in bytes: several times what AWS issues.
pub const MAX_SESSION_TOKEN_LEN: usize = 32_768;

/// An access key id: 1 to 128 visible ASCII characters without `/`, `,` and `=`. It is not a secret.
///
/// ```
/// use sig4::AccessKeyId;
///
/// assert_eq!("AKIDEXAMPLE".parse::<AccessKeyId>()?.as_str(), "AKIDEXAMPLE");
/// assert!(AccessKeyId::parse("AKID/EXAMPLE").is_err());
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: IAM API Reference, `AccessKey`, for the length.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AccessKeyId(Box<str>);

impl AccessKeyId {
    /// Reads an access key id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAccessKeyId`] if `text` is empty, too long, or has another character. Also if it was copied with more than
    /// itself: white space or quotation marks around it, or the secret after it. The message does not repeat `text`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(detail) = mistakes::of_id(text) {
            return Err(Error::new(ErrorKind::InvalidAccessKeyId, detail));
        }
        check_name(text, MAX_ACCESS_KEY_ID_LEN, ErrorKind::InvalidAccessKeyId)?;
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

from_text!(Error: AccessKeyId);

/// An access key id, its secret access key and, for temporary credentials, their session token and the moment they end.
///
/// The secret and the token are wiped when the value is dropped, and neither shows in `Debug`.
/// `Clone` copies the secret and shares the token, so that a client can hand credentials to its tasks.
///
/// ```
/// use sig4::{Credentials, ErrorKind};
///
/// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?.with_session_token("IQoJb3JpZ2luX2Vj")?;
/// assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { access_key_id: "ASIAEXAMPLE", session_token: true, .. }"#);
/// assert_eq!(Credentials::new("AKIDEXAMPLE", "").unwrap_err().kind(), ErrorKind::InvalidSecretKey);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    access_key_id: AccessKeyId,
    secret: SecretKey,
    session_token: Option<SessionToken>,
    expiration: Option<OffsetDateTime>,
    fingerprint: Fingerprint,
}

impl Credentials {
    /// Long-term credentials.
    ///
    /// A secret that is given as a `String` is wiped in its own allocation. A `&str` is copied, and the copy wiped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAccessKeyId`] if the access key id is not valid; [`ErrorKind::InvalidSecretKey`] if the secret is not
    /// valid: see [`SecretKey::new`]. Also if the secret begins with the access key id, of 16 characters or more, and a colon.
    pub fn new<I, S>(access_key_id: I, secret_access_key: S) -> Result<Self, Error>
    where
        I: TryInto<AccessKeyId, Error: Into<Error>>,
        S: TryInto<SecretKey, Error: Into<Error>>,
    {
        let secret = secret_access_key.try_into().map_err(Into::into)?;
        let access_key_id = access_key_id.try_into().map_err(Into::into)?;
        if mistakes::is_pair_of(&secret.0, access_key_id.as_str()) {
            return Err(Error::new(ErrorKind::InvalidSecretKey, mistakes::PAIR));
        }
        let fingerprint = Fingerprint::of(&access_key_id, &secret);
        Ok(Self { access_key_id, secret, session_token: None, expiration: None, fingerprint })
    }

    /// Adds the session token of temporary credentials: up to 32,768 visible ASCII characters. An empty token means no token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSessionToken`] if the token is longer, has another character, or is in quotation marks.
    pub fn with_session_token(self, token: impl Into<String>) -> Result<Self, Error> {
        self.with_token(token.into(), SessionTokenKind::Security)
    }

    /// Adds the session token of credentials that `CreateSession` of S3 Express One Zone returned. It is sent and signed as
    /// `x-amz-s3session-token`, which takes the place of `x-amz-security-token`. The last token that was added counts.
    ///
    /// [`s3_session`](crate::s3_session) makes the request for such credentials, and reads the answer.
    ///
    /// ```
    /// use sig4::{Credentials, Signer, Timestamp};
    ///
    /// let session = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?.with_s3_session_token("token")?;
    /// let mut request = http::Request::get("https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/key").body(())?;
    /// let now = Timestamp::parse("20261129T220138Z")?;
    /// Signer::new("us-east-1", "s3express")?.sign(&mut request, &session, now)?;
    /// assert_eq!(request.headers()["x-amz-s3session-token"], "token");
    /// assert!(!request.headers().contains_key("x-amz-security-token"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Source: `CreateSession` in the Amazon S3 API Reference.
    ///
    /// # Errors
    ///
    /// See [`with_session_token`](Self::with_session_token).
    pub fn with_s3_session_token(self, token: impl Into<String>) -> Result<Self, Error> {
        self.with_token(token.into(), SessionTokenKind::S3Session)
    }

    fn with_token(mut self, token: String, kind: SessionTokenKind) -> Result<Self, Error> {
        let token = Zeroizing::new(token);
        check_token(&token)?;
        self.session_token = if token.is_empty() { None } else { Some(SessionToken::new(token, kind)?) };
        Ok(self)
    }

    /// Sets when these credentials end: the `Expiration` that came with them.
    ///
    /// From that moment on, signing fails with [`ErrorKind::ExpiredCredentials`]. A URL that is presigned earlier does not outlive
    /// them; see [`Expires::within`](crate::Expires::within). Without an expiration, a signer takes the credentials for valid, and a
    /// presigned URL stops working when its session token ends.
    ///
    /// A [`Verifier`](crate::Verifier) ignores the expiration. [`StoredKey::with_expiration`](crate::StoredKey::with_expiration)
    /// sets the end of a session for it.
    ///
    /// Sources: `Expiration` in the answers of AWS STS; "Download and upload objects with presigned URLs" of Amazon S3.
    ///
    /// ```
    /// use sig4::request::RequestView;
    /// use sig4::{Credentials, ErrorKind, Payload, Signer, Timestamp};
    ///
    /// let end = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?.with_session_token("token")?.with_expiration(end);
    /// let request = RequestView::new("GET", "/", None, &sig4::request::NO_HEADERS).with_authority("https", "example.amazonaws.com");
    /// let ended = Signer::new("us-east-1", "service")?.sign_view(&request, &Payload::Bytes(b""), &credentials, end);
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
        self.access_key_id.as_str()
    }

    /// The access key id as a value of its own.
    pub(crate) const fn own_access_key_id(&self) -> &AccessKeyId {
        &self.access_key_id
    }

    /// The session token, a secret.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_ref().map(SessionToken::as_str)
    }

    /// The kind of the session token, if there is one.
    ///
    /// ```
    /// use sig4::{Credentials, session_token::SessionTokenKind};
    ///
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?;
    /// assert_eq!(credentials.session_token_kind(), None);
    /// let credentials = credentials.with_s3_session_token("token")?;
    /// assert_eq!(credentials.session_token_kind(), Some(SessionTokenKind::S3Session));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn session_token_kind(&self) -> Option<SessionTokenKind> {
        self.session_token.as_ref().map(SessionToken::kind)
    }

    /// The session token as it is sent.
    pub(crate) const fn own_session_token(&self) -> Option<&SessionToken> {
        self.session_token.as_ref()
    }

    /// The secret access key.
    #[must_use]
    pub const fn secret_key(&self) -> &SecretKey {
        &self.secret
    }

    /// Refuses credentials that have ended at `now`, to the fraction of a second.
    #[inline]
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
    let when = match (Timestamp::of_any_year(end), Timestamp::of_any_year(now)) {
        (Ok(end), Ok(now)) => format!("they ended at {end}, and the time of signing is {now}"),
        _ => "they ended before the time of signing".to_owned(),
    };
    Error::new(ErrorKind::ExpiredCredentials, when + ": fetch new ones, or set the clock")
}

/// The error for credentials that end before a presigned URL could.
#[cold]
pub(crate) fn ends_too_soon(end: OffsetDateTime) -> Error {
    let when = Timestamp::of_any_year(end).map_or_else(|_| String::new(), |end| format!(" at {end}"));
    let detail = format!("they end{when}, and a URL lasts for at least 1 s: fetch new ones");
    Error::new(ErrorKind::ExpiredCredentials, detail)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id())
            .field("session_token", &self.session_token.is_some())
            .finish_non_exhaustive()
    }
}

/// A secret access key: any text that is not empty and has no white space at its ends. It is wiped when it is dropped. `Debug` does not show it, and it
/// has no `PartialEq`.
///
/// ```compile_fail
/// let secret = sig4::credentials::SecretKey::new("wJalrXUtnFEMI").unwrap();
/// assert!(secret == secret);
/// ```
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Takes a secret access key. The allocation of a `String` is kept, and wiped when the value is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSecretKey`] if the text is certainly not a secret. The message does not repeat it.
    ///
    /// - It is empty or has only invisible characters. An unset variable, an empty column or an empty file gives such a text, and
    ///   every stranger knows it.
    /// - It begins or ends with white space or an invisible character, such as the line break of a file, or is in quotation marks.
    /// - It is an access key id of AWS, or begins with one and its separator: `AKIA…:…`.
    /// - It is a line of a file of settings: `aws_secret_access_key = …`.
    ///
    /// [`verbatim`](Self::verbatim) takes all but the first.
    ///
    /// ```
    /// use sig4::Credentials;
    ///
    /// let error = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI\n").unwrap_err();
    /// let words = "it begins or ends with white space or an invisible character: remove it";
    /// assert_eq!(error.to_string(), format!("invalid secret access key: {words}"));
    /// ```
    pub fn new(secret_access_key: impl Into<String>) -> Result<Self, Error> {
        let secret = Zeroizing::new(secret_access_key.into());
        match mistakes::of_secret(&secret) {
            Some(detail) => Err(Error::new(ErrorKind::InvalidSecretKey, detail)),
            None => Ok(Self(secret)),
        }
    }

    /// Takes a secret access key as it is, with white space and quotation marks that look like a mistake: to repeat a signature of
    /// others, such as that of a test suite.
    ///
    /// ```
    /// use sig4::credentials::SecretKey;
    ///
    /// assert!(SecretKey::new("x\n").is_err() && SecretKey::verbatim("x\n").is_ok());
    /// assert!(SecretKey::verbatim("\n").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSecretKey`] if the text is empty or has only invisible characters.
    pub fn verbatim(secret_access_key: impl Into<String>) -> Result<Self, Error> {
        let secret = Zeroizing::new(secret_access_key.into());
        if pasted::is_empty(&secret) {
            return Err(Error::new(ErrorKind::InvalidSecretKey, mistakes::BLANK));
        }
        Ok(Self(secret))
    }

    /// The secret itself, to hand it to another program. Keep it out of logs, messages and arguments.
    ///
    /// ```
    /// let credentials = sig4::Credentials::new("AKIDEXAMPLE", "a secret")?;
    /// assert_eq!(credentials.secret_key().expose(), "a secret");
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl TryFrom<&str> for SecretKey {
    type Error = Error;

    fn try_from(secret_access_key: &str) -> Result<Self, Error> {
        Self::new(secret_access_key)
    }
}

impl TryFrom<&String> for SecretKey {
    type Error = Error;

    fn try_from(secret_access_key: &String) -> Result<Self, Error> {
        Self::new(secret_access_key)
    }
}

impl TryFrom<String> for SecretKey {
    type Error = Error;

    fn try_from(secret_access_key: String) -> Result<Self, Error> {
        Self::new(secret_access_key)
    }
}

/// For arguments whose type makes them valid.
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

/// The SHA-256 of an access key id and its secret. It tells pairs apart without the secret.
///
/// A cache that files keys under it never returns the old key for a secret that was rotated under the same access key id.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Fingerprint(Zeroizing<[u8; 32]>);

impl Fingerprint {
    fn of(access_key_id: &AccessKeyId, secret: &SecretKey) -> Self {
        on_wiped_stack(|| {
            let mut hasher = Sha256::default();
            hasher.put(access_key_id.as_str().as_bytes());
            // No access key id has a NUL, so the two parts cannot merge.
            hasher.put(b"\0");
            hasher.put(secret.as_bytes());
            Self(Zeroizing::new(hasher.finish()))
        })
    }

    /// Eight of its bytes, which are as good as random.
    pub(crate) fn short(&self) -> u64 {
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = *self.0;
        u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7])
    }
}

fn check_token(token: &str) -> Result<(), Error> {
    if token.len() > MAX_SESSION_TOKEN_LEN {
        let detail = format!("it is longer than {MAX_SESSION_TOKEN_LEN} bytes");
        return Err(Error::new(ErrorKind::InvalidSessionToken, detail));
    }
    if let Some(detail) = mistakes::of_token(token) {
        return Err(Error::new(ErrorKind::InvalidSessionToken, detail));
    }
    let fits = |b: u8| b.is_ascii_graphic();
    if token.bytes().all(fits) {
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
        let credentials = Credentials::new("AKID", "hush").unwrap().with_session_token("tick").unwrap();
        let shown = format!("{credentials:?} {:?}", SecretKey::new("hush").unwrap());
        assert!(!shown.contains("hush") && !shown.contains("tick"), "{shown}");
    }

    #[test]
    fn the_fingerprint_knows_both_halves() {
        let of = |id: &str, secret: &str| *Credentials::new(id, secret).unwrap().fingerprint.0;
        assert_eq!(of("a", "b"), of("a", "b"));
        assert_ne!(of("a", "b"), of("a", "c"));
        assert_ne!(of("a", "b"), of("c", "b"));
        assert_ne!(of("ab", "c"), of("a", "bc"));
    }
}
