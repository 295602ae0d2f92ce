//! Callers that resource policies with negated elements and conditions are to keep out.
//!
//! Source: "AWS JSON policy elements: NotPrincipal", "IAM JSON policy elements: NotResource".

use super::rest;
use crate::support::{ACCOUNT, ALLOW_ALL, call, credentials, echo, send, serve};
use sig4_gateway::Auth;
use sig4_iam::{Directory, Identity, Policies, Policy, Principal, ResourcePolicy};

const OTHER: &str = "999988887777";
const CALLERS: [(&str, &str); 3] = [("AKIDALICE", ACCOUNT), ("AKIDBOB", ACCOUNT), ("AKIDOTHER", OTHER)];

/// Two users of the API's account and one of another, whose own policies allow everything.
fn keys() -> Directory {
    CALLERS.iter().fold(Directory::new(ACCOUNT), |keys, (id, account)| {
        let policies = Policies::new().with_identity(Policy::parse("own", ALLOW_ALL).unwrap());
        let principal = Principal::user(*account, id.to_lowercase()).unwrap();
        keys.with_identity(Identity::new(credentials((id, "secret")), principal).with_policies(policies)).unwrap()
    })
}

fn but(deny: &str) -> ResourcePolicy {
    let statements = format!(
        r#"{{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}},
           {{"Effect": "Deny", "Action": "execute-api:Invoke", {deny}}}"#
    );
    ResourcePolicy::parse("api", &format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)).unwrap()
}

#[tokio::test]
async fn negated_elements_spare_only_what_they_name() {
    let not_principal = |account: &str, name: &str| {
        let arns = format!(r#""arn:aws:iam::{account}:user/{name}", "arn:aws:iam::{account}:root""#);
        format!(r#""NotPrincipal": {{"AWS": [{arns}]}}, "Resource": "execute-api:/*""#)
    };
    let not_resource = |resource: &str| format!(r#""Principal": "*", "NotResource": "{resource}""#);
    for (deny, signed, anonymous) in [
        (not_principal(ACCOUNT, "akidalice"), [true, false, false], false),
        (not_principal(OTHER, "akidother"), [false, false, true], false),
        (not_resource("execute-api:/prod/GET/pets"), [true; 3], false),
        (not_resource("execute-api:/prod/GET/open"), [false; 3], true),
        (not_resource("execute-api:/Prod/GET/*"), [false; 3], false),
        (not_resource("execute-api:/prod/get/*"), [false; 3], false),
    ] {
        let api = rest().with_keys(keys()).with_resource_policy(but(&deny));
        let api = api.route_with("GET /pets", Auth::Iam, echo()).route_with("GET /open", Auth::None, echo());
        let server = serve(api).await;
        for ((id, _), expected) in CALLERS.iter().zip(signed) {
            let status = call(&server, "GET", "/prod/pets", "", (id, "secret")).await.status;
            assert_eq!(status, if expected { 200 } else { 403 }, "{id}: {deny}");
        }
        let status = send(&server, "GET", "/prod/open", &[], "").await.status;
        assert_eq!(status, if anonymous { 200 } else { 403 }, "{deny}");
        server.shutdown().await;
    }
}

/// The address and the transport are those of the connection, whatever the client writes.
#[tokio::test]
async fn headers_make_no_other_address_and_no_tls() {
    let forged = [
        ("x-forwarded-for", "10.1.2.3"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=10.1.2.3;proto=https"),
        ("x-real-ip", "10.1.2.3"),
        ("cloudfront-forwarded-proto", "https"),
        ("true-client-ip", "10.1.2.3"),
    ];
    for condition in [
        r#""NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#,
        r#""Bool": {"aws:SecureTransport": "false"}"#,
        r#""IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]}"#,
    ] {
        let deny = but(&format!(r#""Principal": "*", "Resource": "execute-api:/*", "Condition": {{{condition}}}"#));
        let server = serve(rest().with_resource_policy(deny).route_with("GET /open", Auth::None, echo())).await;
        let answer = send(&server, "GET", "/prod/open", &forged, "").await;
        assert_eq!(answer.status, 403, "{condition}");
        assert!(answer.body.ends_with(" with an explicit deny\"}"), "{answer:?}");
        server.shutdown().await;
    }
}
