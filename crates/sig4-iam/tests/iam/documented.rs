//! The examples of AWS's documentation: who may do what under which policies. Each names its page.

use crate::call::{Call, identity, resource};
use sig4_iam::{DecisionKind, Policies, Principal};

/// One example: the policies of a page, and what the page says of calls.
struct Example {
    /// Title, and page with its anchor; below <https://docs.aws.amazon.com/IAM/latest/UserGuide/> unless it says `apigateway`.
    source: &'static str,
    /// The caller, as an ARN.
    caller: &'static str,
    identity: &'static [&'static str],
    boundary: Option<&'static str>,
    session: Option<&'static str>,
    resource: Option<&'static str>,
    calls: &'static [Row],
}

/// Action, resource, keys with one value each, and what comes of it.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], DecisionKind);

const NOTHING: Example =
    Example { source: "", caller: "", identity: &[], boundary: None, session: None, resource: None, calls: &[] };

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const ALLOWED: DecisionKind = DecisionKind::Allowed;
const EXPLICIT: DecisionKind = DecisionKind::ExplicitDeny;
const IMPLICIT: DecisionKind = DecisionKind::ImplicitDeny;

fn principal(arn: &str) -> Principal {
    let parts: Vec<_> = arn.split(':').collect();
    match parts[5].split('/').collect::<Vec<_>>()[..] {
        ["user", name] => Principal::user(parts[4], name).unwrap(),
        ["assumed-role", role, session] => Principal::role_session(parts[4], role, session).unwrap(),
        _ => Principal::root(parts[4]).unwrap(),
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        source: "Policy evaluation for requests within a single account, \
                 reference_policies_evaluation-logic_policy-eval-basics.html#reference_policies_evaluation-logic_policies_evaluation_example",
        caller: "arn:aws:iam::123456789012:user/carlossalazar",
        identity: &[r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "AllowS3ListRead", "Effect": "Allow", "Action": ["s3:GetBucketLocation",
             "s3:GetAccountPublicAccessBlock", "s3:ListAccessPoints", "s3:ListAllMyBuckets"], "Resource": "arn:aws:s3:::*"},
            {"Sid": "AllowS3Self", "Effect": "Allow", "Action": "s3:*",
             "Resource": ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]},
            {"Sid": "DenyS3Logs", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::*log*"}]}"#],
        resource: Some(
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:user/carlossalazar"}, "Action": "s3:*",
            "Resource": ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]}]}"#,
        ),
        calls: &[
            ("s3:PutObject", "arn:aws:s3:::carlossalazar-logs/file", &[], EXPLICIT),
            ("s3:PutObject", "arn:aws:s3:::carlossalazar/file", &[], ALLOWED),
            ("s3:PutObject", "arn:aws:s3:::elsewhere/file", &[], IMPLICIT),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::elsewhere", &[], ALLOWED),
        ],
        ..NOTHING
    },
    Example {
        source: "The difference between explicit and implicit denies, \
                 reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html",
        caller: ALICE,
        identity: &[
            r#"{"Version": "2012-10-17", "Statement": [
                {"Sid": "AllowGetList", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
                {"Sid": "DenyReports", "Effect": "Deny", "Action": "iam:*Report", "Resource": "*"}]}"#,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:GenerateCredentialReport", "Resource": "*"}}"#,
        ],
        calls: &[
            ("iam:GetUser", "arn:aws:iam::123456789012:user/bob", &[], ALLOWED),
            ("iam:CreatePolicy", "arn:aws:iam::123456789012:policy/x", &[], IMPLICIT),
            ("iam:GetOrganizationsAccessReport", "arn:aws:iam::123456789012:x", &[], EXPLICIT),
            ("iam:GenerateCredentialReport", "arn:aws:iam::123456789012:x", &[], EXPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "Permissions boundaries for IAM entities, access_policies_boundaries.html",
        caller: "arn:aws:iam::123456789012:user/ShirleyRodriguez",
        identity: &[
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["iam:CreateUser", "s3:GetObject"], "Resource": "*"}}"#,
        ],
        boundary: Some(
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "cloudwatch:*", "ec2:*"], "Resource": "*"}]}"#,
        ),
        calls: &[
            ("iam:CreateUser", "arn:aws:iam::123456789012:user/x", &[], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::b/k", &[], ALLOWED),
            ("s3:PutObject", "arn:aws:s3:::b/k", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "Policies and permissions in IAM, access_policies.html#policies_session",
        caller: "arn:aws:sts::123456789012:assumed-role/reader/one",
        identity: &[
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
        ],
        session: Some(
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:*"], "Resource": "*"}}"#,
        ),
        calls: &[
            ("s3:GetObject", "arn:aws:s3:::b/k", &[], ALLOWED),
            ("s3:PutObject", "arn:aws:s3:::b/k", &[], IMPLICIT),
            ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM JSON policy elements: Resource, reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards",
        caller: ALICE,
        identity: &[
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::amzn-s3-demo-bucket/*/test/*"}}"#,
        ],
        calls: &[
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/test/object.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/object.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/2/test/3/object.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/2/3/test/4/object.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1///test///object.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1/test/.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket//test/object.jpg", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/1-test/object.jpg", &[], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/test/object.jpg", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM JSON policy elements: NotAction, reference_policies_elements_notaction.html",
        caller: ALICE,
        identity: &[r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "All", "Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"},
            {"Sid": "DenyAllUsersNotUsingMFA", "Effect": "Deny", "NotAction": "sts:*", "Resource": "*",
             "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}"#],
        calls: &[
            ("s3:GetObject", "arn:aws:s3:::b/k", &[("aws:MultiFactorAuthPresent", "true")], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::b/k", &[("aws:MultiFactorAuthPresent", "false")], EXPLICIT),
            ("s3:GetObject", "arn:aws:s3:::b/k", &[], EXPLICIT),
            ("sts:GetCallerIdentity", "arn:aws:sts::123456789012:x", &[], ALLOWED),
            ("iam:GetUser", "arn:aws:iam::123456789012:user/x", &[("aws:MultiFactorAuthPresent", "true")], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM JSON policy elements: NotResource, reference_policies_elements_notresource.html",
        caller: ALICE,
        identity: &[r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]}]}"#],
        calls: &[
            ("s3:GetObject", "arn:aws:s3:::HRBucket/Payroll/may", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::HRBucket/Payrolls", &[], EXPLICIT),
            ("s3:GetObject", "arn:aws:s3:::HRBucket", &[], EXPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM policy elements: Variables and tags, reference_policies_variables.html#policy-vars-intro",
        caller: ALICE,
        identity: &[r#"{"Version": "2012-10-17", "Statement": [
            {"Action": ["s3:ListBucket"], "Effect": "Allow", "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket"],
             "Condition": {"StringLike": {"s3:prefix": ["${aws:username}/*"]}}},
            {"Action": ["s3:GetObject", "s3:PutObject"], "Effect": "Allow",
             "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*"]}]}"#],
        calls: &[
            ("s3:ListBucket", "arn:aws:s3:::amzn-s3-demo-bucket", &[("s3:prefix", "alice/x")], ALLOWED),
            ("s3:ListBucket", "arn:aws:s3:::amzn-s3-demo-bucket", &[("s3:prefix", "bob/x")], IMPLICIT),
            ("s3:ListBucket", "arn:aws:s3:::amzn-s3-demo-bucket", &[], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/alice/x", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/bob/x", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM policy elements: Variables and tags, reference_policies_variables.html#policy-vars-intro, note: without \
                 its version a policy has no variables",
        caller: ALICE,
        identity: &[
            r#"{"Statement": [{"Action": ["s3:GetObject"], "Effect": "Allow", "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*"]}]}"#,
        ],
        calls: &[
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/alice/x", &[], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/x", &[], ALLOWED),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM policy elements: Variables and tags, reference_policies_variables.html#policy-vars-wheretouse",
        caller: ALICE,
        identity: &[r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "AllQueueActions", "Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:us-east-2:*:${aws:username}-queue"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::bucket/${aws:PrincipalTag/department}"]}]}"#],
        calls: &[
            ("sqs:SendMessage", "arn:aws:sqs:us-east-2:123456789012:alice-queue", &[], ALLOWED),
            ("sqs:SendMessage", "arn:aws:sqs:us-east-2:123456789012:bob-queue", &[], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::bucket/sales", &[("aws:PrincipalTag/department", "sales")], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::bucket/sales", &[("aws:PrincipalTag/department", "*")], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::bucket/", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "IAM policy elements: Variables and tags, reference_policies_variables.html#policy-vars-default-values and \
                 #policy-vars-specialchars",
        caller: ALICE,
        identity: &[r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::b/100${*}"]}}"#],
        calls: &[
            ("s3:GetObject", "arn:aws:s3:::b/company-wide", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::b/yellow", &[("aws:PrincipalTag/team", "yellow")], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::b/company-wide", &[("aws:PrincipalTag/team", "yellow")], IMPLICIT),
            ("s3:GetObject", "arn:aws:s3:::b/100*", &[], ALLOWED),
            ("s3:GetObject", "arn:aws:s3:::b/1000", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "AWS JSON policy elements: NotPrincipal, reference_policies_elements_notprincipal.html#specifying-notprincipal",
        caller: "arn:aws:iam::444455556666:user/Bob",
        identity: &[
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
        ],
        resource: Some(
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "NotPrincipal": {"AWS": [
            "arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root"]}, "Action": "s3:*",
            "Resource": ["arn:aws:s3:::BUCKETNAME", "arn:aws:s3:::BUCKETNAME/*"]}]}"#,
        ),
        calls: &[("s3:GetObject", "arn:aws:s3:::BUCKETNAME/x", &[], ALLOWED)],
        ..NOTHING
    },
    Example {
        source: "API Gateway resource policy examples, \
                 apigateway/latest/developerguide/apigateway-resource-policies-examples.html#apigateway-resource-policies-cross-account-example",
        caller: "arn:aws:iam::222222222222:user/Alice",
        identity: &[
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#,
        ],
        resource: Some(
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::222222222222:user/Alice", "222222222222"]}, "Action": "execute-api:Invoke",
            "Resource": ["arn:aws:execute-api:us-east-1:111111111111:abc/prod/GET/pets"]}]}"#,
        ),
        calls: &[
            ("execute-api:Invoke", "arn:aws:execute-api:us-east-1:111111111111:abc/prod/GET/pets", &[], ALLOWED),
            ("execute-api:Invoke", "arn:aws:execute-api:us-east-1:111111111111:abc/prod/POST/pets", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "API Gateway resource policy examples, \
                 apigateway/latest/developerguide/apigateway-resource-policies-examples.html#apigateway-resource-policies-source-ip-address-example",
        caller: "arn:aws:iam::111111111111:user/alice",
        resource: Some(
            r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": ["arn:aws:execute-api:us-east-1:111111111111:abc/*"]},
            {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": ["arn:aws:execute-api:us-east-1:111111111111:abc/*"],
             "Condition": {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}}]}"#,
        ),
        calls: &[
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:111111111111:abc/p/GET/",
                &[("aws:SourceIp", "192.0.2.77")],
                EXPLICIT,
            ),
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:111111111111:abc/p/GET/",
                &[("aws:SourceIp", "203.0.113.1")],
                ALLOWED,
            ),
            // The source of the call is unknown.
            ("execute-api:Invoke", "arn:aws:execute-api:us-east-1:111111111111:abc/p/GET/", &[], EXPLICIT),
            ("execute-api:Invoke", "arn:aws:execute-api:us-east-1:111111111111:def/p/GET/", &[], IMPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "API Gateway resource policy examples, \
                 apigateway/latest/developerguide/apigateway-resource-policies-examples.html#apigateway-resource-policies-source-vpc-example",
        caller: "arn:aws:iam::111111111111:user/alice",
        resource: Some(
            r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": ["execute-api:/*"]},
            {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": ["execute-api:/*"],
             "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}}]}"#,
        ),
        calls: &[
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:111111111111:abc/p/GET/",
                &[("aws:SourceVpc", "vpc-1a2b3c4d")],
                ALLOWED,
            ),
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:111111111111:abc/p/GET/",
                &[("aws:SourceVpc", "vpc-other")],
                EXPLICIT,
            ),
            ("execute-api:Invoke", "arn:aws:execute-api:us-east-1:111111111111:abc/p/GET/", &[], EXPLICIT),
        ],
        ..NOTHING
    },
    Example {
        source: "Control access for invoking an API, \
                 apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html",
        caller: ALICE,
        identity: &[r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["execute-api:Invoke"], "Resource": ["arn:aws:execute-api:us-east-1:*:a123456789/test/POST/mydemoresource/*"]},
            {"Effect": "Deny", "Action": ["execute-api:Invoke"], "Resource": ["arn:aws:execute-api:us-east-1:*:a123456789/test/*/secret*"]}]}"#],
        calls: &[
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:123456789012:a123456789/test/POST/mydemoresource/x/y",
                &[],
                ALLOWED,
            ),
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:123456789012:a123456789/test/GET/mydemoresource/x",
                &[],
                IMPLICIT,
            ),
            (
                "execute-api:InvalidateCache",
                "arn:aws:execute-api:us-east-1:123456789012:a123456789/test/POST/mydemoresource/x",
                &[],
                IMPLICIT,
            ),
            (
                "execute-api:Invoke",
                "arn:aws:execute-api:us-east-1:123456789012:a123456789/test/POST/mydemoresource/secret",
                &[],
                EXPLICIT,
            ),
        ],
        ..NOTHING
    },
];

#[test]
fn the_documentations_examples_are_decided_as_it_says() {
    let mut count = 0;
    for example in EXAMPLES {
        let parse = |json: &&str| identity(json);
        let mut policies = example.identity.iter().map(parse).fold(Policies::new(), Policies::with_identity);
        policies = example.boundary.iter().map(parse).fold(policies, Policies::with_boundary);
        policies = example.session.iter().map(parse).fold(policies, Policies::with_session);
        let api = example.resource.map(resource);
        for (action, arn, keys, expected) in example.calls {
            let caller = principal(example.caller);
            let call = Call::new().by(&caller).doing(action).on(arn);
            // The pages speak of one account's buckets and users.
            let call = if arn.starts_with("arn:aws:s3:") { call.owned_by(caller.account()) } else { call };
            let call = keys.iter().fold(call, |call, (name, value)| call.key(name, &[value]));
            let decision = call.decide(&policies, api.as_ref());
            assert_eq!(decision.kind(), *expected, "{}\n{action} on {arn} with {keys:?}: {decision}", example.source);
            count += 1;
        }
    }
    assert!(count >= 60, "{count}");
}
