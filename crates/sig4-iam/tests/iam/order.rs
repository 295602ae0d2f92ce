//! Which policies have to allow, and which one is named.

use crate::call::{ACCOUNT, ALLOW_ALL, Call, INVOKE, OTHER, PETS, document, identity, resource};
use sig4_iam::{DecisionKind, Policies, Policy, PolicyKind, Principal, ResourcePolicy};

const DENY_ALL: &str = r#"{"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}"#;
const SILENT: &str = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;

fn policy(name: &str, statement: &str) -> Policy {
    Policy::parse(name, &document(statement)).unwrap()
}

fn api_policy(effect: &str, principal: &str) -> ResourcePolicy {
    resource(&document(&format!(
        r#"{{"Sid": "{effect}", "Effect": "{effect}", "Principal": {principal}, "Action": "{INVOKE}", "Resource": "*"}}"#
    )))
}

/// What one of the policies says: it allows, denies, or neither.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Allow,
    Deny,
    Neither,
}

use Says::{Allow, Deny, Neither};

impl Says {
    const fn statement(self) -> &'static str {
        match self {
            Allow => ALLOW_ALL,
            Deny => DENY_ALL,
            Neither => SILENT,
        }
    }

    fn api(self) -> ResourcePolicy {
        match self {
            Allow => api_policy("Allow", r#""*""#),
            Deny => api_policy("Deny", r#""*""#),
            Neither => api_policy("Allow", r#"{"AWS": "111122223333"}"#),
        }
    }
}

/// "How API Gateway resource policies affect authorization workflow",
/// apigateway-authorization-flow.html#apigateway-resource-policies-iam-policies-interaction.
#[test]
fn tables_a_and_b_of_the_authorization_workflow() {
    use DecisionKind::{Allowed, ExplicitDeny, ImplicitDeny};
    for (user, api, same_account, other_account) in [
        (Allow, Allow, Allowed, Allowed),
        (Allow, Neither, Allowed, ImplicitDeny),
        (Allow, Deny, ExplicitDeny, ExplicitDeny),
        (Neither, Allow, Allowed, ImplicitDeny),
        (Neither, Neither, ImplicitDeny, ImplicitDeny),
        (Neither, Deny, ExplicitDeny, ExplicitDeny),
        (Deny, Allow, ExplicitDeny, ExplicitDeny),
        (Deny, Neither, ExplicitDeny, ExplicitDeny),
        (Deny, Deny, ExplicitDeny, ExplicitDeny),
    ] {
        let policies = Policies::new().with_identity(policy("user", user.statement()));
        for (account, expected) in [(ACCOUNT, same_account), (OTHER, other_account)] {
            for principal in
                [Principal::user(account, "alice").unwrap(), Principal::role_session(account, "deploy", "ci").unwrap()]
            {
                let decision = Call::new().by(&principal).decide(&policies, Some(&api.api()));
                assert_eq!(decision.kind(), expected, "{user:?} {api:?} {}: {decision}", principal.arn());
            }
        }
    }
}

/// Every way in which six policies can allow, deny or keep silent, for a user and a session, against the order as
/// "Policy evaluation logic" tells it (reference_policies_evaluation-logic_policy-eval-denyallow.html).
#[test]
fn every_combination_of_policies_follows_the_order() {
    const OPTIONS: [Option<Says>; 4] = [None, Some(Allow), Some(Deny), Some(Neither)];
    for number in 0..4_usize.pow(5) {
        let given = [0, 1, 2, 3, 4].map(|place| OPTIONS[number / 4_usize.pow(place) % 4]);
        let [outer, inner, identity, boundary, session] = given.map(|says| says.map(Says::statement));
        let mut policies = Policies::new();
        for level in [outer, inner].into_iter().flatten() {
            policies = policies.with_service_control([policy("scp", level)]);
        }
        policies = identity.into_iter().fold(policies, |all, own| all.with_identity(policy("own", own)));
        policies = boundary.into_iter().fold(policies, |all, most| all.with_boundary(policy("most", most)));
        policies = session.into_iter().fold(policies, |all, passed| all.with_session(policy("passed", passed)));
        for account in [ACCOUNT, OTHER] {
            let call = Call::new().by(&Principal::role_session(account, "deploy", "ci").unwrap());
            let expected = if given.contains(&Some(Deny)) {
                DecisionKind::ExplicitDeny
            } else if account == ACCOUNT && given[2] == Some(Allow) && !given.contains(&Some(Neither)) {
                DecisionKind::Allowed
            } else {
                DecisionKind::ImplicitDeny
            };
            let decision = call.decide(&policies, None);
            assert_eq!(decision.kind(), expected, "{given:?} in {account}: {decision}");
        }
    }
}

/// "How AWS enforcement code logic evaluates requests to allow or deny access", resource-based policies: whose implicit
/// denials still count depends on whom the API's policy names.
#[test]
fn whom_the_apis_policy_names_decides_what_else_has_to_allow() {
    let user = Principal::user(ACCOUNT, "alice").unwrap().with_unique_id("AIDAEXAMPLEALICE0001").unwrap();
    let session =
        Principal::role_session(ACCOUNT, "deploy", "ci").unwrap().with_unique_id("AROAEXAMPLEDEPLOY001").unwrap();
    let silent = || policy("silent", SILENT);
    // Whom it names, who calls, and whether the call is allowed: if no other policy is there, with a silent policy of the
    // identity, with a silent boundary, and with a silent policy of the session.
    for (named, caller, allowed) in [
        (r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#, &user, [true; 4]),
        (r#"{"AWS": "AIDAEXAMPLEALICE0001"}"#, &user, [true; 4]),
        (r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/ci"}"#, &session, [true; 4]),
        (r#"{"AWS": "arn:aws:iam::123456789012:role/deploy"}"#, &session, [true, true, false, false]),
        (r#"{"AWS": "AROAEXAMPLEDEPLOY001"}"#, &session, [true, true, false, false]),
        (r#""*""#, &user, [true; 4]),
        (r#""*""#, &session, [true; 4]),
        (r#"{"AWS": "*"}"#, &session, [true; 4]),
        // The account leaves it to its own policies.
        (r#"{"AWS": "123456789012"}"#, &user, [false; 4]),
        (r#"{"AWS": "arn:aws:iam::123456789012:root"}"#, &session, [false; 4]),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/bob"}"#, &user, [false; 4]),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/deploy"}"#, &session, [false; 4]),
        // The best of several counts, in either order.
        (r#"{"AWS": ["123456789012", "arn:aws:iam::123456789012:role/deploy"]}"#, &session, [true, true, false, false]),
        (r#"{"AWS": ["arn:aws:sts::123456789012:assumed-role/deploy/ci", "123456789012"]}"#, &session, [true; 4]),
    ] {
        let api = api_policy("Allow", named);
        let sets = [
            Policies::new(),
            Policies::new().with_identity(silent()),
            Policies::new().with_boundary(silent()),
            Policies::new().with_session(silent()),
        ];
        let decided = sets.map(|policies| Call::new().by(caller).decide(&policies, Some(&api)).is_allowed());
        assert_eq!(decided, allowed, "{named} for {}", caller.arn());
        // The organization's policies count in any case, and so does whatever denies.
        for policies in [
            Policies::new().with_service_control([silent()]),
            Policies::new().with_service_control([]),
            Policies::new().with_identity(policy("deny", DENY_ALL)),
            Policies::new().with_boundary(policy("deny", DENY_ALL)),
            Policies::new().with_session(policy("deny", DENY_ALL)),
        ] {
            assert!(!Call::new().by(caller).decide(&policies, Some(&api)).is_allowed(), "{named}");
        }
    }
}

#[test]
fn the_best_statement_of_the_apis_policy_counts_wherever_it_stands() {
    let statement = |principal: &str| {
        format!(r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "*", "Resource": "*"}}"#)
    };
    let role = statement("arn:aws:iam::123456789012:role/deploy");
    let session = statement("arn:aws:sts::123456789012:assumed-role/deploy/ci");
    let policies = Policies::new().with_boundary(policy("silent", SILENT));
    for statements in [format!("{role}, {session}"), format!("{session}, {role}")] {
        let call = Call::new().by(&Principal::role_session(ACCOUNT, "deploy", "ci").unwrap());
        assert!(call.decide(&policies, Some(&resource(&document(&statements)))).is_allowed(), "{statements}");
    }
}

#[test]
fn another_accounts_caller_needs_both_and_its_boundary_counts() {
    let caller = Principal::user(OTHER, "alice").unwrap();
    let named = api_policy("Allow", r#"{"AWS": "arn:aws:iam::999988887777:user/alice"}"#);
    let account = api_policy("Allow", r#"{"AWS": "999988887777"}"#);
    let own = || Policies::new().with_identity(policy("own", ALLOW_ALL));
    for api in [&named, &account] {
        let decide = |policies: Policies| Call::new().by(&caller).decide(&policies, Some(api)).is_allowed();
        assert!(decide(own()) && !decide(Policies::new()));
        assert!(!decide(own().with_boundary(policy("silent", SILENT))));
        assert!(!decide(own().with_session(policy("silent", SILENT))));
    }
    let decision = Call::new().by(&caller).decide(&own(), None);
    assert_eq!((decision.kind(), decision.policy_kind()), (DecisionKind::ImplicitDeny, Some(PolicyKind::Resource)));
}

#[test]
fn the_root_user_needs_no_allowance_and_is_denied_like_others() {
    let root = Principal::root(ACCOUNT).unwrap();
    let decide = |policies: Policies| Call::new().by(&root).decide(&policies, None).kind();
    assert_eq!(decide(Policies::new()), DecisionKind::Allowed);
    assert_eq!(decide(Policies::new().with_service_control([policy("scp", ALLOW_ALL)])), DecisionKind::Allowed);
    assert_eq!(decide(Policies::new().with_service_control([policy("scp", SILENT)])), DecisionKind::ImplicitDeny);
    assert_eq!(decide(Policies::new().with_service_control([policy("scp", DENY_ALL)])), DecisionKind::ExplicitDeny);
    let denied = |principal: &str| Call::new().by(&root).decide(&Policies::new(), Some(&api_policy("Deny", principal)));
    assert_eq!(denied(r#"{"AWS": "123456789012"}"#).kind(), DecisionKind::ExplicitDeny);
    assert_eq!(denied(r#"{"AWS": "999988887777"}"#).kind(), DecisionKind::Allowed);
    let stranger = Call::new().by(&Principal::root(OTHER).unwrap());
    assert!(!stranger.decide(&Policies::new(), None).is_allowed());
    let allowed = api_policy("Allow", r#"{"AWS": "arn:aws:iam::999988887777:root"}"#);
    assert!(stranger.decide(&Policies::new(), Some(&allowed)).is_allowed());
}

#[test]
fn the_decision_names_the_statement_in_words() {
    let two = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Sid": "Pets", "Effect": "Allow", "Action": "execute-api:*", "Resource": "*"}"#;
    let allowed = Call::new().decide(&Policies::new().with_identity(policy("callers", two)), None);
    let statement = allowed.statement().unwrap();
    assert_eq!((statement.policy(), statement.sid(), statement.index()), ("callers", Some("Pets"), 1));
    assert_eq!(statement.kind(), PolicyKind::Identity);
    assert_eq!(allowed.to_string(), r#"allowed by statement 2 ("Pets") of the identity-based policy "callers""#);

    let own = || Policies::new().with_identity(policy("own", ALLOW_ALL));
    for (policies, words, kind) in [
        (Policies::new(), "not allowed: no identity-based policy allows it", PolicyKind::Identity),
        (
            own().with_boundary(policy("most", SILENT)),
            "not allowed: no permissions boundary allows it",
            PolicyKind::Boundary,
        ),
        (own().with_session(policy("ci", SILENT)), "not allowed: no session policy allows it", PolicyKind::Session),
        (
            own().with_service_control([policy("scp", ALLOW_ALL)]).with_service_control([policy("unit", SILENT)]),
            "not allowed: no service control policy allows it",
            PolicyKind::ServiceControl,
        ),
        (
            own().with_boundary(policy("most", DENY_ALL)),
            r#"denied by statement 1 ("No") of the permissions boundary "most""#,
            PolicyKind::Boundary,
        ),
        (
            own().with_service_control([policy("scp", &DENY_ALL.replace(r#""Sid": "No", "#, ""))]),
            r#"denied by statement 1 of the service control policy "scp""#,
            PolicyKind::ServiceControl,
        ),
    ] {
        let decision = Call::new().decide(&policies, None);
        assert_eq!((decision.to_string().as_str(), decision.policy_kind()), (words, Some(kind)));
    }
    let denied = Call::new().decide(&own(), Some(&api_policy("Deny", r#""*""#)));
    assert_eq!(denied.to_string(), r#"denied by statement 1 ("Deny") of the resource-based policy "api""#);
    let open = Call::new().key("test:K", &["a", "b"]).under(&document(&format!(
        "{ALLOW_ALL}, {}",
        crate::call::with_condition("Deny", r#""StringEquals": {"test:K": "a"}"#)
    )));
    assert_eq!(open.kind(), DecisionKind::ExplicitDeny);
    assert!(
        open.to_string().starts_with("denied, as it cannot be told from the request whether statement 2"),
        "{open}"
    );
    assert_eq!(Call::new().by(&Principal::root(ACCOUNT).unwrap()).decide(&Policies::new(), None).statement(), None);
    assert!(identity(&document(ALLOW_ALL)).name() == "test" && PETS.contains(ACCOUNT));
}
