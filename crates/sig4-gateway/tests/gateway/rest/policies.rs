//! Resource policies of REST APIs.
//!
//! Source: "How API Gateway resource policies affect authorization workflow", tables A and B and "API Gateway resource policy only";
//! "API Gateway resource policy examples".

use super::answers::only_member;
use crate::support::{ACCOUNT, ALLOW_ALL, Answer, DENY_ALL, REGION, call, credentials, echo, send, serve};
use sig4_gateway::{ApiDefinition, Auth, Server};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal, ResourcePolicy};

const OTHER: &str = "999988887777";
const TARGET: &str = "/prod/pets/7";

/// The callers of the tables: in both accounts one whose own policy allows, one without a policy, and one whose policy denies.
const CALLERS: [(&str, &str, Option<&str>); 6] = [
    ("AKIDSAMEALLOW", ACCOUNT, Some(ALLOW_ALL)),
    ("AKIDSAMENEITHER", ACCOUNT, None),
    ("AKIDSAMEDENY", ACCOUNT, Some(DENY_ALL)),
    ("AKIDOTHERALLOW", OTHER, Some(ALLOW_ALL)),
    ("AKIDOTHERNEITHER", OTHER, None),
    ("AKIDOTHERDENY", OTHER, Some(DENY_ALL)),
];

fn directory() -> Directory {
    CALLERS.iter().fold(Directory::new(ACCOUNT), |directory, (id, account, policy)| {
        let policies = policy
            .map_or_else(Policies::new, |policy| Policies::new().with_identity(Policy::parse("own", policy).unwrap()));
        let principal = Principal::user(*account, id.to_lowercase()).unwrap();
        directory.with_identity(Identity::new(credentials((id, "secret")), principal).with_policies(policies)).unwrap()
    })
}

fn rest() -> ApiDefinition {
    ApiDefinition::rest(REGION)
        .with_account(ACCOUNT)
        .with_api_id("abc")
        .with_keys(directory())
        .with_stage("prod")
        .with_stage("dev")
        .route_with("ANY /pets/{id}", Auth::Iam, echo())
        .route_with("ANY /open/{id}", Auth::None, echo())
}

fn policy(statements: &str) -> ResourcePolicy {
    ResourcePolicy::parse("api", &format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)).unwrap()
}

fn statement(effect: &str, principal: &str, resource: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": "execute-api:Invoke", "Resource": "{resource}",
             "Condition": {condition}}}"#
    )
}

fn everyone(effect: &str, resource: &str) -> String {
    statement(effect, r#""*""#, resource, "{}")
}

async fn served(statements: &str) -> Server {
    serve(rest().with_resource_policy(policy(statements))).await
}

/// What a call ends with: allowed, or denied by a statement or for want of one.
fn outcome(answer: &Answer) -> &'static str {
    match answer.status {
        200 => "allow",
        403 if answer.body.contains("with an explicit deny") => "explicit deny",
        403 => {
            assert!(only_member(&answer.body, "Message").contains("is not authorized to perform"), "{answer:?}");
            "implicit deny"
        }
        _ => panic!("{answer:?}"),
    }
}

/// The cells of a table: the resource policy, and what the callers whose own policies allow, say nothing and deny get.
async fn assert_table(account: &str, cells: [(&str, [&str; 3]); 3]) {
    let callers: Vec<_> = CALLERS.iter().filter(|(_, own, _)| *own == account).collect();
    for (statements, expected) in cells {
        let server = served(statements).await;
        for ((id, ..), expected) in callers.iter().zip(expected) {
            let answer = call(&server, "GET", TARGET, "", (id, "secret")).await;
            assert_eq!(outcome(&answer), expected, "{id}: {statements}: {answer:?}");
        }
        server.shutdown().await;
    }
}

/// A policy that says nothing of the call.
fn silent() -> String {
    everyone("Allow", "execute-api:/prod/GET/elsewhere")
}

#[tokio::test]
async fn table_a_a_caller_of_the_same_account_needs_either_policy() {
    let (allow, silent, deny) = (everyone("Allow", "execute-api:/*"), silent(), everyone("Deny", "execute-api:/*"));
    assert_table(
        ACCOUNT,
        [
            (&allow, ["allow", "allow", "explicit deny"]),
            (&silent, ["allow", "implicit deny", "explicit deny"]),
            (&deny, ["explicit deny"; 3]),
        ],
    )
    .await;
}

#[tokio::test]
async fn table_b_a_caller_of_another_account_needs_both_policies() {
    let of_other = format!(r#"{{"AWS": "{OTHER}"}}"#);
    let allow = statement("Allow", &of_other, "execute-api:/prod/GET/pets/*", "{}");
    let (silent, deny) = (silent(), statement("Deny", &of_other, "execute-api:/*", "{}"));
    assert_table(
        OTHER,
        [
            (&allow, ["allow", "implicit deny", "explicit deny"]),
            (&silent, ["implicit deny", "implicit deny", "explicit deny"]),
            (&deny, ["explicit deny"; 3]),
        ],
    )
    .await;
}

#[tokio::test]
async fn without_a_resource_policy_another_account_is_denied_and_open_methods_are_open() {
    let server = serve(rest()).await;
    for (id, expected) in [("AKIDSAMEALLOW", "allow"), ("AKIDOTHERALLOW", "implicit deny")] {
        assert_eq!(outcome(&call(&server, "GET", TARGET, "", (id, "secret")).await), expected, "{id}");
    }
    assert_eq!(outcome(&send(&server, "GET", "/prod/open/7", &[], "").await), "allow");
    server.shutdown().await;
}

#[tokio::test]
async fn an_anonymous_caller_needs_a_statement_for_everyone() {
    let here = "execute-api:/prod/GET/open/*";
    for (statements, expected) in [
        (everyone("Allow", here), "allow"),
        (statement("Allow", r#"{"AWS": "*"}"#, here, "{}"), "allow"),
        (statement("Allow", &format!(r#"{{"AWS": "{ACCOUNT}"}}"#), here, "{}"), "implicit deny"),
        (
            statement("Allow", &format!(r#"{{"AWS": "arn:aws:iam::{ACCOUNT}:user/akidsameallow"}}"#), here, "{}"),
            "implicit deny",
        ),
        (silent(), "implicit deny"),
        ([everyone("Allow", "execute-api:/*"), everyone("Deny", here)].join(","), "explicit deny"),
        (statement("Allow", r#""*""#, here, r#"{"StringLike": {"aws:PrincipalArn": "*"}}"#), "implicit deny"),
        (
            [
                everyone("Allow", here),
                statement(
                    "Deny",
                    r#""*""#,
                    here,
                    &format!(r#"{{"StringNotEquals": {{"aws:PrincipalAccount": "{ACCOUNT}"}}}}"#),
                ),
            ]
            .join(","),
            "explicit deny",
        ),
    ] {
        let server = served(&statements).await;
        let answer = send(&server, "GET", "/prod/open/7", &[], "").await;
        assert_eq!(outcome(&answer), expected, "{statements}");
        if expected != "allow" {
            let suffix = if expected == "explicit deny" { " with an explicit deny" } else { "" };
            let message = format!(
                "User: anonymous is not authorized to perform: execute-api:Invoke on resource: \
                 arn:aws:execute-api:us-east-1:********9012:abc/prod/GET/open/7{suffix}"
            );
            assert_eq!(only_member(&answer.body, "Message"), message);
            assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some("AccessDeniedException"));
            // A signature makes nobody of a caller whom the method does not ask for one.
            let signed = call(&server, "GET", "/prod/open/7", "", ("AKIDSAMEALLOW", "secret")).await;
            assert_eq!(outcome(&signed), expected, "{statements}");
        }
        server.shutdown().await;
    }
}

/// Source: "API Gateway resource policy examples": `execute-api:/stage-name/GET/pets`, which API Gateway completes.
#[tokio::test]
async fn the_short_form_of_a_resource_names_the_stage_the_method_and_the_path() {
    for (resource, allowed) in [
        ("execute-api:/prod/GET/open/7", [true, false, false, false]),
        ("execute-api:/prod/*/open/7", [true, true, false, false]),
        ("execute-api:/*/GET/open/*", [true, false, true, true]),
        ("execute-api:/*", [true; 4]),
        ("arn:aws:execute-api:us-east-1:123456789012:abc/prod/*", [true, true, true, false]),
        ("arn:aws:execute-api:us-east-1:123456789012:other/*", [false; 4]),
        ("execute-api:/prod/GET/open/8", [false, false, true, false]),
    ] {
        let server = served(&everyone("Allow", resource)).await;
        let calls =
            [("GET", "/prod/open/7"), ("POST", "/prod/open/7"), ("GET", "/prod/open/8"), ("GET", "/dev/open/7")];
        for ((method, target), expected) in calls.into_iter().zip(allowed) {
            let answer = send(&server, method, target, &[], "").await;
            assert_eq!(answer.status == 200, expected, "{resource}: {method} {target}: {answer:?}");
        }
        server.shutdown().await;
    }
}

#[tokio::test]
async fn another_spelling_of_a_path_evades_no_deny() {
    let both = [everyone("Allow", "execute-api:/*"), everyone("Deny", "execute-api:/prod/GET/open/admin")].join(",");
    let server = served(&both).await;
    for (target, expected) in [
        ("/prod/open/admin", "explicit deny"),
        ("/prod/open/%61dmin", "explicit deny"),
        ("/prod/open/admin/", "explicit deny"),
        ("/prod/open/adm", "allow"),
    ] {
        assert_eq!(outcome(&send(&server, "GET", target, &[], "").await), expected, "{target}");
    }
    server.shutdown().await;
}

/// Source: "AWS condition keys that can be used in API Gateway resource policies".
#[tokio::test]
async fn the_client_and_its_transport_are_known_and_vpc_endpoints_are_not() {
    let allow = everyone("Allow", "execute-api:/*");
    let deny = |condition: &str| [allow.clone(), statement("Deny", r#""*""#, "execute-api:/*", condition)].join(",");
    for (statements, expected) in [
        (deny(r#"{"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}"#), "allow"),
        (deny(r#"{"IpAddress": {"aws:SourceIp": "127.0.0.1"}}"#), "explicit deny"),
        (deny(r#"{"Bool": {"aws:SecureTransport": "true"}}"#), "allow"),
        (deny(r#"{"Bool": {"aws:SecureTransport": "false"}}"#), "explicit deny"),
        (deny(r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}"#), "explicit deny"),
        (deny(r#"{"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}"#), "explicit deny"),
        (deny(r#"{"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}"#), "allow"),
        (
            statement("Allow", r#""*""#, "execute-api:/*", r#"{"StringEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}"#),
            "implicit deny",
        ),
        (deny(r#"{"StringLike": {"aws:UserAgent": "curl/*"}}"#), "allow"),
    ] {
        let server = served(&statements).await;
        assert_eq!(outcome(&send(&server, "GET", "/prod/open/7", &[], "").await), expected, "{statements}");
        let signed = call(&server, "GET", TARGET, "", ("AKIDSAMENEITHER", "secret")).await;
        assert_eq!(outcome(&signed), expected, "{statements}");
        server.shutdown().await;
    }
}

/// AWS needs a new deployment for a changed policy. Here the definition is replaced.
#[tokio::test]
async fn a_changed_policy_holds_from_the_next_request() {
    let server = served(&everyone("Allow", "execute-api:/*")).await;
    assert_eq!(outcome(&send(&server, "GET", "/prod/open/7", &[], "").await), "allow");
    server.replace(rest().with_resource_policy(policy(&everyone("Deny", "execute-api:/*")))).unwrap();
    assert_eq!(outcome(&send(&server, "GET", "/prod/open/7", &[], "").await), "explicit deny");
    server.shutdown().await;
}

#[tokio::test]
async fn a_denied_anonymous_call_is_refused_in_the_log() {
    let (records, logged) = std::sync::mpsc::channel();
    let api = rest().with_resource_policy(policy(&silent()));
    let server = serve(api.with_access_log(move |record| drop(records.send(record.clone())))).await;
    send(&server, "GET", "/prod/open/7", &[], "").await;
    let record = logged.recv_timeout(crate::support::LONG).unwrap();
    assert_eq!((record.decision(), record.caller_arn()), (sig4_gateway::AuthDecision::Refused, None));
    let cause = record.cause().unwrap();
    assert!(cause.contains("no resource-based policy allows it"), "{cause}");
    server.shutdown().await;
}

#[test]
fn an_http_api_has_none() {
    let api = ApiDefinition::new(REGION).with_resource_policy(policy(&silent()));
    assert_eq!(
        api.check().unwrap_err().to_string(),
        "invalid API: an HTTP API has no resource policy: only REST APIs have one"
    );
}
