//! Who calls, and the users file that the replicas read.

use serde_json::{Value, json};
use sig4::Credentials;

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "us-east-1";
/// The host that all requests are signed for.
pub const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";
/// The users with an access key each, who may call the API at all times.
const USERS: usize = 64;

/// Who signs a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Caller {
    /// A user who may call the API.
    User(usize),
    /// A session of a role, with a token.
    Session,
    /// A user whose policy allows an API of another account.
    Elsewhere,
    /// A user whose access key is inactive.
    Inactive,
    /// A user who is removed from the file during the load.
    Revoked,
    /// A user who is added to the file during the load.
    Added,
    /// Nobody in the file.
    Unknown,
}

impl Caller {
    /// The user that has turn `n`.
    pub const fn user(n: usize) -> Self {
        Self::User(n % USERS)
    }

    fn name(self) -> String {
        match self {
            Self::User(n) => format!("user-{n}"),
            Self::Session => "ci".to_owned(),
            Self::Elsewhere => "elsewhere".to_owned(),
            Self::Inactive => "inactive".to_owned(),
            Self::Revoked => "revoked".to_owned(),
            Self::Added => "added".to_owned(),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    fn access_key_id(self) -> String {
        let prefix = if self == Self::Session { "ASIA" } else { "AKIA" };
        format!("{prefix}{:0>16}", self.name().to_uppercase().replace('-', ""))
    }

    fn secret(self) -> String {
        format!("a secret of {:0>30}", self.name())
    }

    /// The access key, with the token of a session.
    pub fn credentials(self) -> Credentials {
        let credentials = Credentials::new(self.access_key_id(), self.secret()).expect("they are valid");
        match self {
            Self::Session => credentials.with_session_token(TOKEN).expect("it is valid"),
            _ => credentials,
        }
    }

    /// The access key id with a secret that is not its own.
    pub fn guessed(self) -> Credentials {
        Credentials::new(self.access_key_id(), "a guess of the secret").expect("they are valid")
    }

    /// The access key with a token that is not its own, or without one.
    pub fn with_token(self, token: Option<&str>) -> Credentials {
        let credentials = Credentials::new(self.access_key_id(), self.secret()).expect("they are valid");
        match token {
            Some(token) => credentials.with_session_token(token).expect("it is valid"),
            None => credentials,
        }
    }

    /// The ARN that the upstream is told.
    pub fn arn(self) -> String {
        match self {
            Self::Session => format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci"),
            _ => format!("arn:aws:iam::{ACCOUNT}:user/{}", self.name()),
        }
    }

    fn user_entry(self, policy: &Value) -> Value {
        let active = self != Self::Inactive;
        let key = json!({"id": self.access_key_id(), "secret": self.secret(), "active": active});
        json!({"policies": [policy], "access_keys": [key]})
    }
}

const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// The users file before and after it is replaced during the load.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UsersFile {
    First,
    Second,
}

impl UsersFile {
    /// Its content.
    pub fn json(self) -> String {
        let policy = policy(ACCOUNT);
        let mut users = serde_json::Map::new();
        let changing = if self == Self::First { Caller::Revoked } else { Caller::Added };
        for caller in (0..USERS).map(Caller::User).chain([changing, Caller::Inactive]) {
            users.insert(caller.name(), caller.user_entry(&policy));
        }
        users.insert(Caller::Elsewhere.name(), Caller::Elsewhere.user_entry(&self::policy("999999999999")));
        let session = Caller::Session;
        let key = json!({"id": session.access_key_id(), "secret": session.secret(), "token": TOKEN});
        let role = json!({"policies": [policy], "sessions": {"ci": {"access_key": key}}});
        json!({"account": ACCOUNT, "users": users, "roles": {"deploy": role}}).to_string()
    }
}

/// A policy that allows the orders of the API of an account.
fn policy(account: &str) -> Value {
    let resource = format!("arn:aws:execute-api:{REGION}:{account}:abc/$default/*/orders/*");
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}})
}
