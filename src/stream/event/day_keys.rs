//! The keys of a stream that may last longer than a day.

use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::key::SigningKey;
use crate::key::scoped::ScopedKeys;
use crate::scope::Scope;
use crate::signature::Signature;
use crate::stream::chain::Chain;
use crate::time::{Day, Timestamp};
use std::fmt;

/// The source of the keys of other days.
pub(super) enum DayKeys {
    /// The secret, with the keys of its signer or verifier.
    Secret(Box<(ScopedKeys, Credentials)>),
    /// The stream has one key, for one day.
    OneDay,
    /// The stream has the keys of these days.
    Days(Box<[SigningKey]>),
}

impl DayKeys {
    /// The chain that begins with `seed`, the signature of a head of this time.
    pub(super) fn chain(
        keys: &ScopedKeys,
        credentials: &Credentials,
        timestamp: Timestamp,
        seed: &Signature,
    ) -> (Chain, Self) {
        let key = keys.signing_key(credentials, timestamp.day());
        (chain_of(&key, timestamp, seed), Self::Secret(Box::new((keys.clone(), credentials.clone()))))
    }

    /// The chain with one key.
    pub(super) fn chain_of_day(key: &SigningKey, seed: &Signature) -> (Chain, Self) {
        (chain_of(key, key.scope().day().midnight(), seed), Self::OneDay)
    }

    /// The chain that begins with a key for `scope`, and the keys of other days with it. All keys have to be of one access key id,
    /// because a stream does not name its own.
    pub(super) fn chain_of_days(keys: &[SigningKey], scope: &Scope, seed: &Signature) -> Result<(Chain, Self), Error> {
        let unknown = |detail| Error::new(ErrorKind::UnknownAccessKey, detail);
        let first = keys.iter().find(|key| key.scope() == scope);
        let first = first.ok_or_else(|| unknown("there is no key of the day to verify events with"))?;
        if keys.iter().any(|key| key.access_key_id() != first.access_key_id()) {
            return Err(unknown("the keys to verify events with are of several access keys"));
        }
        let is_of_stream = |key: &&SigningKey| key.scope().on(scope.day()) == *scope;
        let days = keys.iter().filter(is_of_stream).cloned().collect();
        Ok((chain_of(first, scope.day().midnight(), seed), Self::Days(days)))
    }

    /// Gives `chain` the key of `day`.
    pub(super) fn turn_to(&self, day: Day, chain: &mut Chain) -> Result<(), Error> {
        match self {
            _ if chain.scope().day() == day => Ok(()),
            Self::Secret(secret) => {
                let (keys, credentials) = &**secret;
                let key = keys.signing_key(credentials, day);
                chain.set_key(key.ready().clone(), *key.scope());
                Ok(())
            }
            Self::Days(keys) => {
                let key = keys.iter().find(|key| key.scope().day() == day).ok_or_else(|| no_key_of(day))?;
                chain.set_key(key.ready().clone(), *key.scope());
                Ok(())
            }
            Self::OneDay => {
                let detail = format!("the message is of {day}, and the key is for {}", chain.scope());
                Err(Error::new(ErrorKind::ScopeMismatch, detail))
            }
        }
    }
}

#[cold]
fn no_key_of(day: Day) -> Error {
    Error::new(ErrorKind::ScopeMismatch, format!("the message is of {day}, and there is no key of that day"))
}

/// Each event states its own time, and so the chain's time is not used.
fn chain_of(key: &SigningKey, timestamp: Timestamp, seed: &Signature) -> Chain {
    Chain::new(key.ready().clone(), *key.scope(), timestamp, *seed)
}

impl fmt::Debug for DayKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(..) => "Secret",
            Self::OneDay => "OneDay",
            Self::Days(..) => "Days",
        })
    }
}
