//! Who calls: three users, and a session of a role.

use crate::job::Keys;
use sig4::Credentials;
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};

const ACCOUNT: &str = "123456789012";

/// May do everything.
pub const WRITER: Keys = Keys("AKIDWRITER", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "");
/// May read and not write.
pub const READER: Keys = Keys("AKIDREADER", "je7MtGbClwBF/2Zp9Utk+h3yCo8nvbEXAMPLEKEY", "");
/// May do something that has nothing to do with the API.
pub const NEWCOMER: Keys = Keys("AKIDNEWCOMER", "Zp9UtkgLBvP2/h3yCo8nvbEXAMPLEKEYwJalrXUt", "");
/// May do everything while the session lasts.
pub const SESSION: Keys = Keys("ASIASESSION", "OgNzA5fYvCQ2Zp9Utk/h3yCo8nvb+EXAMPLEKEY", "IQoJb3JpZ2luX2VjE/+a==");

const ANYTHING: &str = r#"{"Version": "2012-10-17", "Statement":
    [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}"#;
const READING: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
    {"Sid": "OnlyReads", "Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/POST/*"}
]}"#;
const PICTURES: &str = r#"{"Version": "2012-10-17", "Statement":
    [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#;

/// A user, and the one policy of theirs.
pub struct User {
    pub name: &'static str,
    pub keys: Keys,
    pub policy: &'static str,
}

pub const USERS: &[User] = &[
    User { name: "writer", keys: WRITER, policy: ANYTHING },
    User { name: "reader", keys: READER, policy: READING },
    User { name: "newcomer", keys: NEWCOMER, policy: PICTURES },
];

/// All of them.
pub fn directory() -> Directory {
    let users = USERS.iter().map(|user| identity(user.keys, Principal::user(ACCOUNT, user.name).unwrap(), user.policy));
    let session = identity(SESSION, Principal::role_session(ACCOUNT, "Writers", "laptop").unwrap(), ANYTHING);
    let mut identities = users.chain([session]);
    identities.try_fold(Directory::new(ACCOUNT), Directory::with_identity).unwrap()
}

fn identity(keys: Keys, principal: Principal, policy: &str) -> Identity {
    let policies = Policies::new().with_identity(Policy::parse("the-only-one", policy).unwrap());
    Identity::new(credentials(keys), principal).with_policies(policies)
}

pub fn credentials(Keys(access_key, secret_key, token): Keys) -> Credentials {
    let credentials = Credentials::new(access_key, secret_key).unwrap();
    if token.is_empty() { credentials } else { credentials.with_session_token(token).unwrap() }
}
