//! Who a signature claims to be from, and whether a stored key is theirs.

use super::stored_key::{Material, StoredKey};
use crate::algorithm::Algorithm;
use crate::credentials::Credentials;
use crate::crypto::secret;
use crate::error::{Error, ErrorKind};
use crate::key::scoped::{ScopedKeys, key_day};
use crate::key::{ReadyKey, SigningKey};
use crate::scope::Scope;
use crate::session_token::SessionTokenKind;
use std::borrow::Cow;
use std::sync::LazyLock;
use time::OffsetDateTime;

/// The identity that a signature claims.
#[derive(Clone, Copy)]
pub(crate) struct Claimant<'c> {
    pub(crate) access_key_id: &'c str,
    pub(crate) token: Option<&'c [u8]>,
    pub(crate) token_kind: SessionTokenKind,
    pub(crate) algorithm: Algorithm,
}

impl Claimant<'_> {
    /// Calls `with` with the signing key of the algorithm, or with the placeholder's key if the credentials are unknown.
    #[inline]
    pub(crate) fn with_key<R>(
        &self,
        keys: &ScopedKeys,
        key: &StoredKey<'_>,
        scope: &Scope,
        with: impl FnOnce(&ReadyKey) -> R,
    ) -> R {
        let day = key_day(self.algorithm, scope.day());
        match key.material {
            Material::Secret(credentials) => keys.with_key(credentials, day, with),
            Material::Derived(key) => with(key.ready()),
            Material::DerivedSet(held) => match self.own(held, scope) {
                Some(key) => with(key.ready()),
                None => keys.with_key(&PLACEHOLDER, day, with),
            },
            #[cfg(feature = "sigv4a")]
            Material::Public(key) if self.algorithm == Algorithm::EcdsaP256Sha256 => with(&key.ready()),
            #[cfg(feature = "sigv4a")]
            Material::Public(_) => keys.with_key(&PLACEHOLDER, day, with),
            Material::Unknown | Material::Inactive => keys.with_key(&PLACEHOLDER, day, with),
        }
    }

    /// The claimed access key's own key for `scope`, among others.
    fn own<'k>(&self, keys: &'k [SigningKey], scope: &Scope) -> Option<&'k SigningKey> {
        keys.iter().find(|key| key.scope() == scope && key.access_key_id() == self.access_key_id)
    }

    /// Whether a match with `key` in `scope` proves anything.
    pub(crate) fn is_of(&self, key: &StoredKey<'_>, scope: &Scope) -> bool {
        match key.material {
            Material::Secret(credentials) => credentials.access_key_id() == self.access_key_id,
            Material::Derived(key) => key.access_key_id() == self.access_key_id && key.scope() == scope,
            Material::DerivedSet(keys) => self.own(keys, scope).is_some(),
            #[cfg(feature = "sigv4a")]
            Material::Public(key) => {
                key.access_key_id() == self.access_key_id && self.algorithm == Algorithm::EcdsaP256Sha256
            }
            Material::Unknown | Material::Inactive => false,
        }
    }

    /// Refuses an unknown key, and a session token that is not the key's.
    pub(crate) fn check(&self, key: &StoredKey<'_>, scope: &Scope, now: OffsetDateTime) -> Result<(), Error> {
        let unknown = |detail: &'static str| Err(Error::new(ErrorKind::UnknownAccessKey, detail));
        let invalid = INVALID_TOKEN;
        match key.material {
            Material::Unknown => unknown(invalid),
            Material::Inactive => unknown("The AWS access key provided does not exist in our records."),
            Material::Secret(credentials) if credentials.access_key_id() != self.access_key_id => unknown(invalid),
            Material::Derived(key) if key.access_key_id() != self.access_key_id => unknown(invalid),
            Material::DerivedSet(keys) if self.own(keys, scope).is_none() => Err(self.without_key(keys, scope)),
            #[cfg(feature = "sigv4a")]
            Material::Public(key) if key.access_key_id() != self.access_key_id => unknown(invalid),
            _ => self.check_token(key, now),
        }
    }

    /// The error for a claim that none of `keys` is for. The client is told what it is told of an unknown access key id.
    #[cold]
    fn without_key(&self, keys: &[SigningKey], scope: &Scope) -> Error {
        let detail = match keys.iter().any(|key| key.access_key_id() == self.access_key_id) {
            true => Cow::Owned(format!("the access key id has no signing key for {scope}")),
            false => Cow::Borrowed("the access key id has no signing keys"),
        };
        Error::new(ErrorKind::UnknownAccessKey, detail).answered_as(INVALID_TOKEN)
    }

    fn check_token(&self, key: &StoredKey<'_>, now: OffsetDateTime) -> Result<(), Error> {
        let refuse = |kind, detail: &'static str| Err(Error::new(kind, detail));
        let over = key.session_end.is_some_and(|end| now > end);
        let is_same = |given, stored: &str| self.token_kind == key.token_kind && secret::same(given, stored.as_bytes());
        match (self.token, key.session_token) {
            (None, Some(_)) => refuse(ErrorKind::InvalidToken, INVALID_TOKEN),
            (Some(given), stored) if !stored.is_some_and(|stored| is_same(given, stored)) => {
                refuse(ErrorKind::InvalidToken, "The security token included in the request is invalid")
            }
            _ if over => refuse(ErrorKind::ExpiredToken, "The security token included in the request is expired"),
            _ => Ok(()),
        }
    }
}

/// What AWS answers to an unknown access key id.
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

/// The key for an unknown access key id, which keeps the work the same. A match with it is not accepted.
#[expect(clippy::expect_used, reason = "both are visible ASCII")]
static PLACEHOLDER: LazyLock<Credentials> =
    LazyLock::new(|| Credentials::new("placeholder", "placeholder").expect("they are valid"));
