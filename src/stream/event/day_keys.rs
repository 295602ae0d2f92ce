//! The keys of a stream that may last longer than a day.

use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::key::SigningKey;
use crate::key::scoped::ScopedKeys;
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
            Self::OneDay => {
                let detail = format!("the message is of {day}, and the key is for {}", chain.scope());
                Err(Error::new(ErrorKind::ScopeMismatch, detail))
            }
        }
    }
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
        })
    }
}
