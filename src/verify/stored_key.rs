//! The result of looking up an access key id.

use crate::credentials::Credentials;
#[cfg(feature = "sigv4a")]
use crate::key::PublicKey;
use crate::key::SigningKey;
use crate::session_token::SessionTokenKind;
use std::fmt;
use time::OffsetDateTime;

/// The result of looking up an access key id: a secret, derived signing keys, a public key, or no key.
///
/// It converts from `&Credentials`, `&SigningKey`, and `Option<&Credentials>`, where `None` is an unknown key. The request has to
/// carry the session token of temporary credentials.
///
/// ```
/// use sig4::{Credentials, StoredKey};
///
/// let stored = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI")?;
/// let known: StoredKey<'_> = (&stored).into();
/// assert_eq!(format!("{known:?}"), r#"StoredKey("secret")"#);
/// assert_eq!(format!("{:?}", StoredKey::from(None::<&Credentials>)), r#"StoredKey("unknown")"#);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct StoredKey<'k> {
    pub(crate) material: Material<'k>,
    pub(crate) session_token: Option<&'k str>,
    pub(crate) token_kind: SessionTokenKind,
    pub(crate) session_end: Option<OffsetDateTime>,
}

#[derive(Clone, Copy)]
pub(crate) enum Material<'k> {
    Secret(&'k Credentials),
    Derived(&'k SigningKey),
    /// Keys of several days, regions or services.
    DerivedSet(&'k [SigningKey]),
    #[cfg(feature = "sigv4a")]
    Public(&'k PublicKey),
    Unknown,
    Inactive,
}

impl<'k> StoredKey<'k> {
    const fn new(material: Material<'k>) -> Self {
        Self { material, session_token: None, token_kind: SessionTokenKind::Security, session_end: None }
    }

    /// The secret, and the session token if there is one. The access key id must be the claimed access key id.
    #[must_use]
    pub fn secret(credentials: &'k Credentials) -> Self {
        Self {
            session_token: credentials.session_token(),
            token_kind: credentials.session_token_kind().unwrap_or_default(),
            ..Self::new(Material::Secret(credentials))
        }
    }

    /// A signing key, for a store that keeps no secrets. It verifies only requests of its own access key id, day, region and
    /// service. [`Claim::scope`](crate::Claim::scope) names the day of a request: shortly after midnight UTC it may be the day
    /// before, and for a presigned URL a day up to a week ago. The key of a different day leads to
    /// [`ErrorKind::SignatureMismatch`](crate::ErrorKind::SignatureMismatch).
    ///
    /// The key says nothing of a session token. Add that of temporary credentials with
    /// [`with_session_token`](Self::with_session_token).
    ///
    /// ```
    /// use sig4::key::SigningKey;
    /// use sig4::scope::Scope;
    /// use sig4::{Credentials, Signer, StoredKey, Timestamp, Verifier};
    ///
    /// let signer = Signer::new("us-east-1", "execute-api")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// signer.sign(&mut request, &credentials, now)?;
    ///
    /// // A central store computes the key once a day, and hands it out instead of the secret.
    /// let scope = Scope::parse("20150830/us-east-1/execute-api/aws4_request")?;
    /// let key = SigningKey::derive(&credentials, &scope);
    ///
    /// let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// let (parts, body) = request.into_parts();
    /// let caller = verifier.claim(&parts)?.verify(StoredKey::signing_key(&key), body, now)?;
    /// assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn signing_key(key: &'k SigningKey) -> Self {
        Self::new(Material::Derived(key))
    }

    /// Signing keys of one access key id for several days, regions or services, for a store that keeps no secrets. A request is verified
    /// with the key of its own scope; the keys of other access key ids are ignored.
    ///
    /// Without a key of the scope, the request is refused as if the access key id were unknown, after the same work:
    /// [`ErrorKind::UnknownAccessKey`](crate::ErrorKind::UnknownAccessKey). The error names the missing scope, and its
    /// [`rejection`](crate::Error::rejection) does not. The keys are searched one after the other, so keep no more than the
    /// accepted days: today, a day on either side, and for presigned URLs the seven days before.
    ///
    /// The keys say nothing of a session token. Add that of temporary credentials with
    /// [`with_session_token`](Self::with_session_token).
    ///
    /// ```
    /// use sig4::key::SigningKey;
    /// use sig4::scope::Scope;
    /// use sig4::{Credentials, ErrorKind, Signer, StoredKey, Timestamp, Verifier};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let key = |day| {
    ///     let scope = Scope::parse(&format!("{day}/us-east-1/execute-api/aws4_request"))?;
    ///     Ok::<_, sig4::Error>(SigningKey::derive(&credentials, &scope))
    /// };
    /// let held = [key("20150830")?, key("20150831")?];
    ///
    /// let verify = |time| {
    ///     let now = Timestamp::parse(time)?;
    ///     let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
    ///     Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
    ///     let (parts, body) = request.into_parts();
    ///     let verifier = Verifier::new("us-east-1", "execute-api")?;
    ///     let verified = verifier.claim(&parts)?.verify(StoredKey::signing_keys(&held), body, now);
    ///     Ok::<_, Box<dyn std::error::Error>>(verified.map(drop))
    /// };
    /// assert!(verify("20150830T235959Z")?.is_ok() && verify("20150831T000001Z")?.is_ok());
    /// let error = verify("20150901T000001Z")?.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownAccessKey);
    /// assert!(error.to_string().ends_with("no signing key for 20150901/us-east-1/execute-api/aws4_request"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn signing_keys(keys: &'k [SigningKey]) -> Self {
        Self::new(Material::DerivedSet(keys))
    }

    /// A public key, for a store that keeps no secrets. It verifies requests of Signature Version 4a of its own access key id, on all
    /// days; see [`PublicKey`]. A request of Signature Version 4 leads to
    /// [`ErrorKind::SignatureMismatch`](crate::ErrorKind::SignatureMismatch).
    ///
    /// The key says nothing of a session token. Add that of temporary credentials with
    /// [`with_session_token`](Self::with_session_token).
    #[cfg(feature = "sigv4a")]
    #[must_use]
    pub const fn public_key(key: &'k PublicKey) -> Self {
        Self::new(Material::Public(key))
    }

    /// The secret, if it is known.
    #[cfg(all(feature = "explain", feature = "tower"))]
    pub(crate) const fn credentials(&self) -> Option<&'k Credentials> {
        match self.material {
            Material::Secret(credentials) => Some(credentials),
            _ => None,
        }
    }

    /// The access key id does not exist. Verification does the same work as for a wrong signature before it refuses.
    #[must_use]
    pub const fn unknown() -> Self {
        Self::new(Material::Unknown)
    }

    /// The access key id is no longer in use.
    #[must_use]
    pub const fn inactive() -> Self {
        Self::new(Material::Inactive)
    }

    /// Sets the session token that the request must carry. An empty token means no token.
    #[must_use]
    pub const fn with_session_token(mut self, token: &'k str) -> Self {
        self.token_kind = SessionTokenKind::Security;
        self.session_token = if token.is_empty() { None } else { Some(token) };
        self
    }

    /// Sets the token of a `CreateSession` of S3 Express One Zone that the request must carry, in `x-amz-s3session-token`. An empty token
    /// means no token.
    #[must_use]
    pub const fn with_s3_session_token(mut self, token: &'k str) -> Self {
        self.token_kind = SessionTokenKind::S3Session;
        self.session_token = if token.is_empty() { None } else { Some(token) };
        self
    }

    /// Sets the time after which the session token is no longer valid.
    #[must_use]
    pub const fn with_expiration(mut self, end: OffsetDateTime) -> Self {
        self.session_end = Some(end);
        self
    }
}

impl<'k> From<&'k Credentials> for StoredKey<'k> {
    fn from(credentials: &'k Credentials) -> Self {
        Self::secret(credentials)
    }
}

impl<'k> From<&'k SigningKey> for StoredKey<'k> {
    fn from(key: &'k SigningKey) -> Self {
        Self::signing_key(key)
    }
}

#[cfg(feature = "sigv4a")]
impl<'k> From<&'k PublicKey> for StoredKey<'k> {
    fn from(key: &'k PublicKey) -> Self {
        Self::public_key(key)
    }
}

impl<'k> From<Option<&'k Credentials>> for StoredKey<'k> {
    fn from(found: Option<&'k Credentials>) -> Self {
        found.map_or(const { Self::unknown() }, Self::secret)
    }
}

impl<'k> From<&'k Option<Credentials>> for StoredKey<'k> {
    fn from(found: &'k Option<Credentials>) -> Self {
        found.as_ref().into()
    }
}

impl fmt::Debug for StoredKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = match self.material {
            Material::Secret(_) => "secret",
            Material::Derived(_) => "signing key",
            Material::DerivedSet(_) => "signing keys",
            #[cfg(feature = "sigv4a")]
            Material::Public(_) => "public key",
            Material::Unknown => "unknown",
            Material::Inactive => "inactive",
        };
        f.debug_tuple("StoredKey").field(&material).finish()
    }
}
