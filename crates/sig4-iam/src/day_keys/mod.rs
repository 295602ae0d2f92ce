//! Signing keys of access keys whose secrets are elsewhere.

mod text;

use crate::error::{Error, ErrorKind};
use crate::limits::{MAX_DAY_KEYS, MAX_DAY_KEYS_PER_ID};
use sig4::Credentials;
use sig4::algorithm::Algorithm;
use sig4::key::SigningKey;
use sig4::scope::Scope;
use sig4::time::Day;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Signing keys, each of one access key id, day, region and service: what a replica holds in place of secrets.
///
/// A process with the secrets [derives](Self::derive) them and hands them over as a [text](Self::to_text). A replica [parses](Self::parse)
/// the text and reads its directory [with them](crate::Directory::from_json_with_day_keys). It verifies the same requests, and cannot
/// make a key of another day, region or service. Signature Version 4a has no such keys: its derived key is of all days.
///
/// The keys are wiped when the last identity that shares them is dropped, and `Debug` does not show them.
///
/// ```
/// use sig4::Credentials;
/// use sig4::scope::Scope;
/// use sig4_iam::{DayKeys, Directory};
///
/// // Where the secrets are:
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let scopes = ["20150830", "20150831"].map(|day| Scope::parse(&format!("{day}/us-east-1/iam/aws4_request")));
/// let [first, second] = scopes;
/// let text = DayKeys::derive([&credentials], &[first?, second?])?.to_text();
/// assert!(text.contains("AKIDEXAMPLE 20150830/us-east-1/iam/aws4_request "));
///
/// // Where requests are verified:
/// let day_keys = DayKeys::parse(&text)?;
/// let users = r#"{"account": "123456789012", "users": {"alice": {"access_keys": [{"id": "AKIDEXAMPLE"}]}}}"#;
/// let directory = Directory::from_json_with_day_keys(users, |file| std::fs::read_to_string(file), &day_keys)?;
/// assert_eq!(directory.find("AKIDEXAMPLE").map(|alice| alice.signing_keys().len()), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct DayKeys {
    /// By access key id, and then by scope.
    keys: BTreeMap<Box<str>, Arc<Vec<SigningKey>>>,
}

impl DayKeys {
    /// Derives the keys of these access keys for these scopes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidDayKeys`] if an access key id or a scope stands twice, if a scope is of Signature Version 4a, or if there are
    /// more than [`MAX_DAY_KEYS`] keys, or [`MAX_DAY_KEYS_PER_ID`] scopes.
    pub fn derive<'c>(credentials: impl IntoIterator<Item = &'c Credentials>, scopes: &[Scope]) -> Result<Self, Error> {
        let mut derived = Self::default();
        for credentials in credentials {
            let mut own = OwnKeys::with_capacity(scopes.len());
            for scope in scopes {
                own.push(scope, || Ok(SigningKey::derive(credentials, scope)))?;
            }
            derived.add(credentials.access_key_id(), own)?;
        }
        Ok(derived)
    }

    fn add(&mut self, access_key_id: &str, own: OwnKeys) -> Result<(), Error> {
        if self.len() + own.0.len() > MAX_DAY_KEYS {
            return Err(invalid(format!("there are more than {MAX_DAY_KEYS} keys")));
        }
        match self.keys.insert(access_key_id.into(), Arc::new(own.0)) {
            Some(_) => Err(invalid(format!("the access key id {access_key_id:?} stands twice"))),
            None => Ok(()),
        }
    }

    /// The keys of an access key id.
    #[must_use]
    pub fn of(&self, access_key_id: &str) -> &[SigningKey] {
        self.keys.get(access_key_id).map_or(&[], |keys| keys.as_slice())
    }

    /// The same, to share.
    pub(crate) fn shared(&self, access_key_id: &str) -> Arc<Vec<SigningKey>> {
        self.keys.get(access_key_id).cloned().unwrap_or_default()
    }

    /// The access key ids, ordered.
    pub fn access_key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(|id| &**id)
    }

    /// The days that any key is of, in order.
    #[must_use]
    pub fn days(&self) -> Vec<Day> {
        self.iter().map(|key| key.scope().day()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Pairs of region and service that any key is for, in order.
    #[must_use]
    pub fn regions_and_services(&self) -> BTreeSet<(&str, &str)> {
        self.iter().map(|key| (key.scope().region(), key.scope().service())).collect()
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.values().map(|keys| keys.len()).sum()
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn iter(&self) -> impl Iterator<Item = &SigningKey> {
        self.keys.values().flat_map(|keys| keys.iter())
    }
}

impl fmt::Debug for DayKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DayKeys").field("access_keys", &self.keys.len()).field("keys", &self.len()).finish()
    }
}

/// The keys of one access key id. The vector has its final size at once: growing would leave copies of keys behind.
struct OwnKeys(Vec<SigningKey>);

impl OwnKeys {
    fn with_capacity(len: usize) -> Self {
        Self(Vec::with_capacity(len.min(MAX_DAY_KEYS_PER_ID)))
    }

    /// Adds the key that `key` makes for `scope`.
    fn push(&mut self, scope: &Scope, key: impl FnOnce() -> Result<SigningKey, Error>) -> Result<(), Error> {
        if scope.algorithm() != Algorithm::HmacSha256 {
            return Err(invalid("a key of Signature Version 4a is of all days, and no day key"));
        }
        if self.0.iter().any(|key| key.scope() == scope) {
            return Err(invalid(format!("the scope {scope} stands twice")));
        }
        if self.0.len() >= MAX_DAY_KEYS_PER_ID {
            return Err(invalid(format!("an access key id has more than {MAX_DAY_KEYS_PER_ID} keys")));
        }
        self.0.push(key()?);
        Ok(())
    }
}

#[cold]
fn invalid(reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidDayKeys, reason)
}
