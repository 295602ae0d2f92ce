//! A request, and what policies say of it.

use sig4::Timestamp;
use sig4_iam::{Decision, DecisionKind, Policies, Policy, Principal, RequestContext, ResourcePolicy, evaluate};
use time::OffsetDateTime;

pub const ACCOUNT: &str = "123456789012";
pub const OTHER: &str = "999988887777";
pub const INVOKE: &str = "execute-api:Invoke";
pub const PETS: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets";

/// 2015-08-30T12:36:00Z.
pub fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

/// A call; as it begins, it is Alice who gets the pets.
#[derive(Clone, Debug)]
pub struct Call {
    pub principal: Principal,
    pub action: String,
    pub resource: String,
    /// The account that the resource is said to belong to.
    pub owner: Option<String>,
    pub keys: Vec<(String, Vec<String>)>,
}

impl Call {
    pub fn new() -> Self {
        let principal = Principal::user(ACCOUNT, "alice").unwrap();
        Self { principal, action: INVOKE.to_owned(), resource: PETS.to_owned(), owner: None, keys: Vec::new() }
    }

    pub fn by(mut self, principal: &Principal) -> Self {
        self.principal = principal.clone();
        self
    }

    pub fn doing(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self
    }

    pub fn on(mut self, resource: &str) -> Self {
        resource.clone_into(&mut self.resource);
        self
    }

    pub fn owned_by(mut self, account: &str) -> Self {
        self.owner = Some(account.to_owned());
        self
    }

    pub fn key(mut self, name: &str, values: &[&str]) -> Self {
        self.keys.push((name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect()));
        self
    }

    pub fn context(&self) -> RequestContext<'_> {
        let context = RequestContext::new(&self.principal, &self.action, &self.resource, now());
        let context = self.owner.iter().fold(context, |context, owner| context.with_resource_account(owner));
        self.keys.iter().fold(context, |context, (name, values)| context.with_condition_key(name, values.clone()))
    }

    pub fn decide(&self, policies: &Policies, resource: Option<&ResourcePolicy>) -> Decision {
        evaluate(&self.context(), policies, resource)
    }

    /// With one policy of the identity.
    pub fn under(&self, policy: &str) -> Decision {
        self.decide(&Policies::new().with_identity(identity(policy)), None)
    }

    /// With a policy of the API, and one of the identity that says nothing of it.
    pub fn under_resource(&self, policy: &str) -> DecisionKind {
        self.decide(&Policies::new(), Some(&resource(policy))).kind()
    }
}

pub fn identity(json: &str) -> Policy {
    Policy::parse("test", json).unwrap_or_else(|error| panic!("{error}\n{json}"))
}

pub fn resource(json: &str) -> ResourcePolicy {
    ResourcePolicy::parse("api", json).unwrap_or_else(|error| panic!("{error}\n{json}"))
}

/// A document of the version with variables, of these statements.
pub fn document(statements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)
}

/// A statement on everything, with a condition.
pub fn with_condition(effect: &str, condition: &str) -> String {
    format!(r#"{{"Effect": "{effect}", "Action": "*", "Resource": "*", "Condition": {{{condition}}}}}"#)
}

pub const ALLOW_ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;

/// What a condition comes to: `None` if it cannot be told, when neither what it allows nor what it denies is let through.
pub fn condition(call: &Call, condition: &str) -> Option<bool> {
    let allowed = call.under(&document(&with_condition("Allow", condition))).is_allowed();
    let denying = document(&format!("{ALLOW_ALL}, {}", with_condition("Deny", condition)));
    let denied = !call.under(&denying).is_allowed();
    match (allowed, denied) {
        (true, true) => Some(true),
        (false, false) => Some(false),
        (false, true) => None,
        (true, false) => panic!("what allows holds, and what denies does not: {condition}"),
    }
}
