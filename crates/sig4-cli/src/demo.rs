//! Two users for demonstration: `demo` may call everything, `denied` may call nothing.

use crate::failure::Failure;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sig4::Credentials;
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};

/// The variable with the seed of the demo users' secrets.
pub(crate) const SEED_VARIABLE: &str = "SIG4_DEMO_SEED";

/// The name of the policy that allows everything.
const POLICY: &str = "InvokeEverything";

const INVOKE_EVERYTHING: &str = r#"{"Version": "2012-10-17",
    "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}"#;

/// The letters of a secret. None of them needs quoting in a shell or a URL.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The users.
#[derive(Debug)]
pub(crate) struct Demo {
    pub(crate) allowed: DemoUser,
    pub(crate) denied: DemoUser,
}

/// A user. The secret may be shown, because it is valid only for this server.
#[derive(Debug)]
pub(crate) struct DemoUser {
    pub(crate) name: &'static str,
    pub(crate) access_key_id: &'static str,
    pub(crate) secret: String,
}

impl Demo {
    /// The users, with secrets derived from `seed`.
    pub(crate) fn new(seed: &Seed) -> Result<Self, Failure> {
        let user = |name, access_key_id| {
            let secret = seed.secret(access_key_id)?;
            Ok::<_, Failure>(DemoUser { name, access_key_id, secret })
        };
        Ok(Self { allowed: user("demo", "AKIADEMOALLOWED00000")?, denied: user("denied", "AKIADEMODENIED000000")? })
    }

    /// The users as principals of `account` in `partition`.
    pub(crate) fn directory(&self, account: &str, partition: &str) -> Result<Directory, Failure> {
        let everything = Policies::new().with_identity(Policy::parse(POLICY, INVOKE_EVERYTHING)?);
        let allowed = self.allowed.identity(account, partition)?.with_policies(everything);
        Ok(Directory::new(account).with_identity(allowed)?.with_identity(self.denied.identity(account, partition)?)?)
    }
}

impl DemoUser {
    /// The user's access key.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        Ok(Credentials::new(self.access_key_id, self.secret.clone())?)
    }

    fn identity(&self, account: &str, partition: &str) -> Result<Identity, Failure> {
        let principal = Principal::user(account, self.name)?.with_partition(partition)?;
        Ok(Identity::new(self.credentials()?, principal))
    }
}

/// The bytes that the demo users' secrets are derived from.
pub(crate) struct Seed(Vec<u8>);

impl Seed {
    /// The bytes of the given text, or random bytes without one.
    pub(crate) fn new(given: Option<&str>) -> Result<Self, Failure> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|error| format!("no random numbers: {error}"))?;
        Ok(Self(given.map_or(random.as_slice(), str::as_bytes).to_vec()))
    }

    /// A text that nobody guesses: 32 random bytes in hexadecimal digits.
    pub(crate) fn random_text() -> Result<String, Failure> {
        Ok(hex::encode(Self::new(None)?.0))
    }

    /// Forty letters for an access key id.
    pub(crate) fn secret(&self, access_key_id: &str) -> Result<String, Failure> {
        let bytes = [keyed(&self.0, b"a", access_key_id)?, keyed(&self.0, b"b", access_key_id)?].concat();
        let letter = |byte: u8| LETTERS.get(usize::from(byte % 64)).copied().map(char::from);
        Ok(bytes.into_iter().take(40).filter_map(letter).collect())
    }
}

/// A made-up access key id of 20 characters, the same for the same ARN.
pub(crate) fn key_id(prefix: &str, arn: &str) -> Result<String, Failure> {
    let letter = |byte: u8| char::from(b'A' + byte % 26);
    let rest = keyed(b"access key id", b"", arn)?.into_iter().map(letter);
    Ok(prefix.chars().chain(rest).take(20).collect())
}

fn keyed(key: &[u8], part: &[u8], text: &str) -> Result<Vec<u8>, Failure> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(part);
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::{Demo, Seed};

    #[test]
    fn secrets_come_from_the_seed_or_from_chance() {
        let secrets = |seed| {
            Seed::new(seed)
                .and_then(|seed| Demo::new(&seed))
                .map(|demo| [demo.allowed.secret, demo.denied.secret])
                .unwrap()
        };
        assert_eq!(secrets(Some("x")), secrets(Some("x")));
        assert_ne!(secrets(Some("x")), secrets(Some("y")));
        assert_ne!(secrets(None), secrets(None));
        let [one, other] = secrets(None);
        assert!(
            one != other && one.len() == 40 && one.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
    }
}
