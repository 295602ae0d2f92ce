//! The authorizer that is asked: its identities, policies and store.

use crate::traffic::{self, DAY_OF_REQUESTS};
use sig4::Credentials;
use sig4::key::SigningKey;
use sig4::scope::Scope;
use sig4_authorizer::{Api, Authorizer};
use sig4_iam::tower::ExecuteApi;
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};

pub const ACCOUNT: &str = "123456789012";

/// How a replica knows an access key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// By its secret. A verifier derives the key of a day once, and keeps it while it has room.
    BySecret,
    /// By the keys of as many days, of which the day of the requests is the last one.
    ByDayKeys(u8),
}

/// The access key with a number.
pub fn credentials(n: usize) -> Credentials {
    Credentials::new(format!("AKIA{n:016}"), format!("a secret of tenant {n:022}")).expect("they are valid")
}

/// A tenant's policy, with as many statements, of which the last one allows the requests.
pub fn policy(statements: usize) -> Policy {
    let statement = |n: usize| {
        let path = if n + 1 == statements { "orders/*".to_owned() } else { format!("resource-{n}/*") };
        format!(
            r#"{{"Effect": "Allow", "Action": "execute-api:Invoke",
                "Resource": "arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/*/{path}"}}"#
        )
    };
    let all: Vec<_> = (0..statements).map(statement).collect();
    let json = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, all.join(","));
    Policy::parse("orders", &json).expect("it is one")
}

/// The identity with a number.
pub fn identity(n: usize, known: Known, policies: Policies) -> Identity {
    let credentials = credentials(n);
    let user = Principal::user(ACCOUNT, format!("tenant-{n}")).expect("a valid name");
    let identity = match known {
        Known::BySecret => Identity::new(credentials, user),
        Known::ByDayKeys(days) => {
            let first = DAY_OF_REQUESTS + 1 - days;
            let keys = (first..=DAY_OF_REQUESTS).map(|day| SigningKey::derive(&credentials, &scope(day))).collect();
            Identity::new(credentials, user).with_signing_keys(keys)
        }
    };
    identity.with_policies(policies)
}

fn scope(day: u8) -> Scope {
    Scope::parse(&format!("201508{day:02}/us-east-1/execute-api/aws4_request")).expect("it is one")
}

/// As many tenants, each with a policy of its own.
pub fn directory(tenants: usize, known: Known, statements: usize) -> Directory {
    (0..tenants).fold(Directory::new(ACCOUNT), |directory, n| {
        let policies = Policies::new().with_identity(policy(statements));
        directory.with_identity(identity(n, known, policies)).expect("no id stands twice")
    })
}

/// An authorizer whose clock stands at the time of the requests.
pub fn authorizer(directory: Directory) -> Authorizer {
    let api = Api::new("orders", ExecuteApi::new("us-east-1", ACCOUNT, "abc")).expect("the region is valid");
    Authorizer::new(api.with_hosts([traffic::HOST]), directory).with_clock(traffic::signed_at)
}
