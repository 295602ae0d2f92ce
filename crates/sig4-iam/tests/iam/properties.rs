//! What holds for any policies and any request.

use crate::call::{ACCOUNT, Call, OTHER};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sig4_iam::{DecisionKind, Policies, Policy, Principal, ResourcePolicy};

/// One element or its negation, with values that often match.
fn element(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = String> {
    (any::<bool>(), prop::collection::vec(select(values), 1..3)).prop_map(move |(negated, values)| {
        let not = if negated { "Not" } else { "" };
        format!(r#""{not}{name}": {values:?}"#)
    })
}

const CONDITIONS: &[&str] = &[
    "{}",
    r#"{"StringEquals": {"test:A": ["x", "y"]}}"#,
    r#"{"StringNotEquals": {"test:A": ["x", "z"]}}"#,
    r#"{"StringLikeIfExists": {"test:A": "x*"}}"#,
    r#"{"ForAnyValue:StringEquals": {"test:A": "x"}}"#,
    r#"{"ForAllValues:StringNotEquals": {"test:A": "${aws:username}"}}"#,
    r#"{"Null": {"test:A": "true"}}"#,
    r#"{"StringLike": {"aws:username": "${test:A}"}}"#,
    r#"{"NumericLessThan": {"test:A": 5}, "Bool": {"aws:SecureTransport": "true"}}"#,
];

/// A statement without its effect, for an identity.
fn scope() -> impl Strategy<Value = String> {
    let action = element("Action", &["*", "execute-api:*", "EXECUTE-API:Invoke", "execute-api:Inv?ke", "s3:*"]);
    let resource = element(
        "Resource",
        &[
            "*",
            "arn:aws:execute-api:*:*:*",
            "arn:aws:execute-api:*:123456789012:abc/*",
            "arn:aws:execute-api:*:*:abc/$default/*/pets*",
            "arn:aws:execute-api:*:*:*/${aws:username}",
            "arn:aws:execute-api:*:*:*/${test:A}/*",
            "arn:aws:s3:::b/*",
        ],
    );
    (action, resource, select(CONDITIONS))
        .prop_map(|(action, resource, condition)| format!(r#"{action}, {resource}, "Condition": {condition}"#))
}

fn effect() -> impl Strategy<Value = &'static str> {
    prop_oneof![2 => Just("Allow"), 1 => Just("Deny")]
}

fn statement() -> impl Strategy<Value = String> {
    (effect(), scope()).prop_map(|(effect, scope)| format!(r#"{{"Effect": "{effect}", {scope}}}"#))
}

fn resource_statement() -> impl Strategy<Value = String> {
    let principal = select(&[
        r#""*""#,
        r#"{"AWS": "123456789012"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#,
        r#"{"AWS": "arn:aws:iam::999988887777:user/alice"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:role/deploy"}"#,
        r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/ci"}"#,
    ]);
    (effect(), principal, scope()).prop_map(|(effect, principal, scope)| {
        format!(r#"{{"Effect": "{effect}", "Principal": {principal}, {scope}}}"#)
    })
}

/// The statements of every policy there may be.
#[derive(Clone, Debug)]
struct World {
    identity: Vec<Vec<String>>,
    boundary: Option<Vec<String>>,
    session: Vec<Vec<String>>,
    levels: Vec<Vec<Vec<String>>>,
    resource: Option<Vec<String>>,
}

fn world() -> impl Strategy<Value = World> {
    let document = || prop::collection::vec(statement(), 1..4);
    (
        prop::collection::vec(document(), 0..3),
        prop::option::weighted(0.3, document()),
        prop::collection::vec(document(), 0..2),
        prop::collection::vec(prop::collection::vec(document(), 1..3), 0..2),
        prop::option::of(prop::collection::vec(resource_statement(), 1..4)),
    )
        .prop_map(|(identity, boundary, session, levels, resource)| World {
            identity,
            boundary,
            session,
            levels,
            resource,
        })
}

fn call() -> impl Strategy<Value = Call> {
    let principals = [
        Principal::user(ACCOUNT, "alice").unwrap(),
        Principal::user(OTHER, "alice").unwrap(),
        Principal::role_session(ACCOUNT, "deploy", "ci").unwrap(),
        Principal::root(ACCOUNT).unwrap(),
    ];
    let paths = &["pets", "pets/x", "alice", "x/y", ""];
    let keys: &[&[&str]] = &[&[], &["x"], &["alice"], &["3"], &["x", "z"]];
    (select(principals.to_vec()), select(paths), prop::option::of(select(keys)), any::<bool>()).prop_map(
        |(principal, path, key, secure)| {
            let call = Call::new()
                .by(&principal)
                .on(&format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET/{path}"))
                .key("aws:SecureTransport", &[if secure { "true" } else { "false" }]);
            key.into_iter().fold(call, |call, values| call.key("test:A", values))
        },
    )
}

fn policy(statements: &[String]) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(","));
    Policy::parse("p", &text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

impl World {
    fn decide(&self, call: &Call) -> DecisionKind {
        let mut policies = self.identity.iter().fold(Policies::new(), |all, own| all.with_identity(policy(own)));
        policies = self.boundary.iter().fold(policies, |all, most| all.with_boundary(policy(most)));
        policies = self.session.iter().fold(policies, |all, passed| all.with_session(policy(passed)));
        for level in &self.levels {
            policies = policies.with_service_control(level.iter().map(|document| policy(document)));
        }
        let resource = self.resource.as_ref().map(|statements| {
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(","));
            ResourcePolicy::parse("r", &text).unwrap()
        });
        call.decide(&policies, resource.as_ref()).kind()
    }

    /// Every document, and whether it is the resource's.
    fn documents(&mut self) -> Vec<(&mut Vec<String>, bool)> {
        let Self { identity, boundary, session, levels, resource } = self;
        let own = identity.iter_mut().chain(boundary).chain(session).chain(levels.iter_mut().flatten());
        own.map(|document| (document, false)).chain(resource.iter_mut().map(|document| (document, true))).collect()
    }

    /// The same with a statement of that effect more, somewhere.
    fn with(&self, effect: &str, scope: &str, document: Index, place: Index) -> Option<Self> {
        let mut other = self.clone();
        let mut documents = other.documents();
        if documents.is_empty() {
            return None;
        }
        let number = document.index(documents.len());
        let (document, has_principal) = &mut documents[number];
        let principal = if *has_principal { r#""Principal": "*", "# } else { "" };
        let at = place.index(document.len() + 1);
        document.insert(at, format!(r#"{{"Effect": "{effect}", {principal}{scope}}}"#));
        Some(other)
    }

    fn reversed(&self) -> Self {
        let mut other = self.clone();
        for (document, _) in other.documents() {
            document.reverse();
        }
        other.identity.reverse();
        other.session.reverse();
        other.levels.reverse();
        other.levels.iter_mut().for_each(|level| level.reverse());
        other
    }
}

const fn rank(outcome: DecisionKind) -> u8 {
    match outcome {
        DecisionKind::Allowed => 1,
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(800) })]

    #[test]
    fn a_deny_more_never_widens(
        world in world(), call in call(), scope in scope(), document: Index, place: Index,
    ) {
        if let Some(stricter) = world.with("Deny", &scope, document, place) {
            prop_assert!(rank(stricter.decide(&call)) <= rank(world.decide(&call)));
        }
    }

    #[test]
    fn an_allow_more_never_narrows(
        world in world(), call in call(), scope in scope(), document: Index, place: Index,
    ) {
        if let Some(laxer) = world.with("Allow", &scope, document, place) {
            prop_assert!(rank(laxer.decide(&call)) >= rank(world.decide(&call)));
        }
    }

    #[test]
    fn order_changes_nothing(world in world(), call in call()) {
        prop_assert_eq!(world.reversed().decide(&call), world.decide(&call));
    }

    #[test]
    fn one_document_or_several_are_the_same(world in world(), call in call()) {
        let mut joined = world.clone();
        let all: Vec<_> = joined.identity.drain(..).flatten().collect();
        if !all.is_empty() {
            joined.identity.push(all);
        }
        prop_assert_eq!(joined.decide(&call), world.decide(&call));
    }

    #[test]
    fn a_policy_that_is_taken_away_never_widens_but_for_what_limits(world in world(), call in call()) {
        let without = World { identity: Vec::new(), resource: None, ..world.clone() };
        if world.decide(&call) != DecisionKind::Allowed {
            // What remains can allow only the root user, whom nothing but those policies denied.
            let root = call.principal.kind() == sig4_iam::PrincipalKind::Root;
            prop_assert!(root || without.decide(&call) != DecisionKind::Allowed);
        }
    }
}

/// The properties would hold of an evaluator that decides nothing.
#[test]
fn the_worlds_are_decided_in_every_way() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = [0; 3];
    for _ in 0..1_000 {
        let (world, call) = (world(), call()).new_tree(&mut runner).unwrap().current();
        seen[match world.decide(&call) {
            DecisionKind::Allowed => 0,
            DecisionKind::ExplicitDeny => 1,
            _ => 2,
        }] += 1;
    }
    assert!(seen.iter().all(|count| *count >= 50), "{seen:?}");
}
