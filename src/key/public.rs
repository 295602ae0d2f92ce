//! The public key of Signature Version 4a.

use super::asymmetric::{Point, derive};
use super::{ReadyKey, SigningKey};
use crate::credentials::{AccessKeyId, Credentials};
use crate::error::{Error, ErrorKind};

/// The public key of one access key id. It verifies signatures of Signature Version 4a, and signs nothing.
///
/// It is of all days, regions and services, and it is not a secret: a service that has only public keys cannot sign as its callers.
///
/// ```
/// use sig4::key::PublicKey;
/// use sig4::{Credentials, Signer, StoredKey, Timestamp, Verifier, algorithm::Algorithm};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body("")?;
/// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
/// Signer::new_v4a("us-*", "execute-api")?.sign(&mut request, &credentials, now)?;
///
/// // A store of public keys gets this text, and not the secret.
/// let text = PublicKey::of(&credentials).to_string();
/// assert!(text.starts_with("04b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1"));
///
/// let key = PublicKey::parse("AKIDEXAMPLE".parse()?, &text)?;
/// let verifier = Verifier::new("us-east-1", "execute-api")?.with_algorithms([Algorithm::EcdsaP256Sha256]);
/// let (parts, body) = request.into_parts();
/// let caller = verifier.claim(&parts)?.verify(StoredKey::public_key(&key), body, now)?;
/// assert_eq!(caller.access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    access_key_id: AccessKeyId,
    point: Point,
}

impl PublicKey {
    /// Derives the public key of `credentials`.
    #[must_use]
    pub fn of(credentials: &Credentials) -> Self {
        Self { access_key_id: credentials.own_access_key_id().clone(), point: derive(credentials).public() }
    }

    /// Reads a point of the curve P-256 in SEC 1's form: 65 bytes that begin with 4, or 33 bytes that begin with 2 or 3.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPublicKey`] for any other bytes.
    pub fn from_sec1(access_key_id: AccessKeyId, bytes: &[u8]) -> Result<Self, Error> {
        let point = Point::from_sec1(bytes).ok_or_else(no_point)?;
        Ok(Self { access_key_id, point })
    }

    /// Reads [`from_sec1`](Self::from_sec1)'s bytes in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPublicKey`] for any other text.
    pub fn parse(access_key_id: AccessKeyId, text: &str) -> Result<Self, Error> {
        Self::from_sec1(access_key_id, &::hex::decode(text).map_err(|_| no_point())?)
    }

    /// The point in SEC 1's form without compression: 4, and the two coordinates of 32 bytes.
    #[must_use]
    pub fn to_sec1(&self) -> [u8; 65] {
        self.point.to_sec1()
    }

    /// The access key id of the secret that the key was derived from.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.access_key_id.as_str()
    }

    /// The key for claims of Signature Version 4a.
    pub(crate) fn ready(&self) -> ReadyKey {
        ReadyKey::Public(Box::new(self.point))
    }
}

/// [`to_sec1`](PublicKey::to_sec1)'s bytes in hexadecimal digits.
impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&::hex::encode(self.to_sec1()))
    }
}

impl SigningKey {
    /// The public key, if the key is of Signature Version 4a.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        let point = self.ready().point()?;
        Some(PublicKey { access_key_id: self.access_key_id.clone(), point })
    }
}

impl ReadyKey {
    /// The public key, if the key is of Signature Version 4a.
    fn point(&self) -> Option<Point> {
        match self {
            Self::Hmac(_) => None,
            Self::Private(key) => Some(key.public()),
            Self::Public(key) => Some(**key),
        }
    }
}

#[cold]
fn no_point() -> Error {
    Error::new(ErrorKind::InvalidPublicKey, "expected a point of the curve P-256 in SEC 1's form")
}
