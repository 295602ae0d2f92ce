//! `Action`, `Resource` and their negations, and invalid documents.

use crate::call::{ALLOW_ALL, Call, document};
use sig4_iam::ErrorKind;
use sig4_iam::{DecisionKind, Policy, ResourcePolicy};

fn allows(element: &str, value: &str, call: &Call) -> bool {
    let other = if element.ends_with("Action") { r#""Resource": "*""# } else { r#""Action": "*""# };
    call.under(&document(&format!(r#"{{"Effect": "Allow", "{element}": {value}, {other}}}"#))).is_allowed()
}

#[test]
fn actions_are_compared_without_regard_to_case() {
    for (pattern, action, matches) in [
        (r#""execute-api:Invoke""#, "execute-api:Invoke", true),
        (r#""EXECUTE-API:invoke""#, "execute-api:Invoke", true),
        (r#""execute-api:invoke""#, "Execute-Api:INVOKE", true),
        (r#""execute-api:*""#, "execute-api:ManageConnections", true),
        (r#""execute-api:I*e""#, "execute-api:InvalidateCache", true),
        (r#""execute-api:Invok?""#, "execute-api:Invoke", true),
        (r#""execute-api:Invok?""#, "execute-api:Invokee", false),
        (r#""execute-api:Inv""#, "execute-api:Invoke", false),
        (r#""execute:*""#, "execute-api:Invoke", false),
        (r#""*""#, "execute-api:Invoke", true),
        (r#""*:*""#, "execute-api:Invoke", true),
        (r#"["s3:*", "execute-api:Invoke"]"#, "execute-api:Invoke", true),
        (r#"["s3:*", "execute-api:Invoke"]"#, "sqs:SendMessage", false),
    ] {
        assert_eq!(allows("Action", pattern, &Call::new().doing(action)), matches, "{pattern} for {action}");
        assert_eq!(allows("NotAction", pattern, &Call::new().doing(action)), !matches, "not {pattern} for {action}");
    }
}

/// "IAM JSON policy elements: Resource", reference_policies_elements_resource.html, and the API Gateway guide's
/// "Control access for invoking an API", api-gateway-control-access-using-iam-policies-to-invoke-api.html.
#[test]
fn resources_are_compared_part_by_part_and_a_star_crosses_slashes() {
    let api = |rest: &str| format!("arn:aws:execute-api:us-east-1:123456789012:{rest}");
    for (pattern, rest, matches) in [
        (r#""*""#, "abc/$default/GET/pets", true),
        (r#""arn:aws:execute-api:*:*:*""#, "abc/$default/GET/pets", true),
        (
            r#""arn:aws:execute-api:us-east-1:*:abc/test/POST/mydemoresource/*""#,
            "abc/test/POST/mydemoresource/a/b/c",
            true,
        ),
        (r#""arn:aws:execute-api:us-east-1:*:abc/test/POST/mydemoresource/*""#, "abc/test/POST/mydemoresource", false),
        (r#""arn:aws:execute-api:us-east-1:*:abc/*/GET/pets/a1b2""#, "abc/prod/GET/pets/a1b2", true),
        (r#""arn:aws:execute-api:us-east-1:*:abc/*/GET/pets/a1b2""#, "abc/prod/x/GET/pets/a1b2", true),
        (r#""arn:aws:execute-api:us-east-1:*:abc/*/GET/Pets""#, "abc/prod/GET/pets", false),
        (r#""arn:aws:execute-api:us-east-1:*:abc/$default/GET/""#, "abc/$default/GET/", true),
        (r#""arn:aws:execute-api:us-east-1:*:abc/$default/GET/""#, "abc/$default/GET/x", false),
        (r#""arn:aws:execute-api:us-????-1:123456789012:abc/*""#, "abc/p/GET/x:y:z", true),
        (r#""arn:aws:execute-api:us-?-1:123456789012:abc/*""#, "abc/p/GET/", false),
        (r#""arn:*:execute-api:*:*:abc/*""#, "abc/p/GET/", true),
        (r#""arn:aws-cn:execute-api:*:*:*""#, "abc/p/GET/", false),
        (r#""arn:aws:execute-api:*:999988887777:*""#, "abc/p/GET/", false),
        (r#""arn:aws:s3:::*""#, "abc/p/GET/", false),
        // What is cut short is filled up with stars.
        (r#""arn:aws:execute-api""#, "abc/p/GET/", true),
        (r#""arn:aws:execute-api:us-east-1""#, "abc/p/GET/", true),
        (r#""arn:aws:execute-api:eu-west-1""#, "abc/p/GET/", false),
        (r#""arn:aws:execute-api:*:*""#, "abc/p/GET/", true),
        (r#"["arn:aws:s3:::x", "arn:aws:execute-api:*:*:abc/p/*"]"#, "abc/p/GET/", true),
    ] {
        let call = Call::new().on(&api(rest));
        assert_eq!(allows("Resource", pattern, &call), matches, "{pattern} for {rest}");
        assert_eq!(allows("NotResource", pattern, &call), !matches, "not {pattern} for {rest}");
    }
}

/// "IAM JSON policy elements: Resource": a `*` at the end of a segment "can expand to match beyond the colon boundaries". The
/// caller chooses the path, so a path with colons must neither gain an allow nor avoid a deny.
#[test]
fn a_path_with_colons_does_not_reach_another_apis_policy() {
    let call = Call::new().on("arn:aws:execute-api:us-east-1:123456789012:def/$default/GET/x:abc/y");
    let pattern = r#""arn:aws:execute-api:*:*:abc/*""#;
    assert!(!allows("Resource", pattern, &call), "allowed part by part only");
    assert!(!allows("NotResource", pattern, &call), "left out in the wider reading, too");
    for (element, denied) in [("Resource", true), ("NotResource", true)] {
        let text = format!(r#"{ALLOW_ALL}, {{"Effect": "Deny", "Action": "*", "{element}": {pattern}}}"#);
        assert_eq!(call.under(&document(&text)).kind() == DecisionKind::ExplicitDeny, denied, "{element}");
    }
}

/// "API Gateway resource policy examples", apigateway-resource-policies-examples.html: `execute-api:/stage/METHOD/path`
/// stands for the API that the policy belongs to.
#[test]
fn an_apis_policy_may_leave_its_own_arn_out() {
    for (pattern, matches) in [
        ("execute-api:/*", true),
        ("execute-api:/$default/GET/pets", true),
        ("execute-api:/*/GET/*", true),
        ("execute-api:/*/POST/*", false),
        ("execute-api:/GET/pets", false),
        ("execute-api:/abc/$default/GET/pets", false),
    ] {
        let text = document(&format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "{pattern}"}}"#
        ));
        assert_eq!(Call::new().under_resource(&text) == DecisionKind::Allowed, matches, "{pattern}");
        let s3 = Call::new().on("arn:aws:s3:::x/$default/GET/pets").doing("execute-api:Invoke");
        assert_eq!(s3.under_resource(&text), DecisionKind::ImplicitDeny, "{pattern}");
    }
    let text = document(r#"{"Effect": "Allow", "Action": "*", "Resource": "execute-api:/*"}"#);
    assert!(Policy::parse("own", &text).is_err());
}

#[test]
fn what_is_no_arn_is_not_allowed_and_is_denied() {
    for resource in ["", "pets", "arn:aws:execute-api", "arn:aws:execute-api:us-east-1:123456789012"] {
        let call = Call::new().on(resource);
        assert!(!allows("Resource", r#""arn:aws:execute-api:*:*:*""#, &call), "{resource}");
        assert!(!allows("NotResource", r#""arn:aws:s3:::x""#, &call), "{resource}");
        let text = format!(r#"{ALLOW_ALL}, {{"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::x"}}"#);
        assert_eq!(call.under(&document(&text)).kind(), DecisionKind::ExplicitDeny, "{resource}");
    }
}

/// Each is an invalid policy, never one that allows nothing or everything.
#[test]
fn malformed_documents_are_errors() {
    let statement = |members: &str| document(&format!("{{{members}}}"));
    let ok = r#""Effect": "Allow", "Action": "*", "Resource": "*""#;
    let mut bad: Vec<String> = [
        "",
        "null",
        "[]",
        "7",
        "\"x\"",
        "{",
        "{}",
        "{} {}",
        "nul",
        r#"{"Version": "2012-10-17"}"#,
        r#"{"Version": "2012-10-17", "Statement": []}"#,
        r#"{"Version": "2012-10-17", "Statement": "x"}"#,
        r#"{"Version": "2012-10-17", "Statement": [[]]}"#,
        r#"{"Version": "2012-10-17", "Statement": null}"#,
    ]
    .map(str::to_owned)
    .into();
    for version in [r#""2012-10-18""#, r#""""#, "20121017", "null", r#"["2012-10-17"]"#, r#""2012-10-17 ""#] {
        bad.push(format!(r#"{{"Version": {version}, "Statement": {{{ok}}}}}"#));
    }
    bad.push(format!(r#"{{"Id": "x", "Statement": {{{ok}}}}}"#));
    bad.push(format!(r#"{{"version": "2012-10-17", "Statement": {{{ok}}}}}"#));
    bad.push(format!(r#"{{"Statement": {{{ok}}}, "Statement": {{{ok}}}}}"#));
    bad.push(format!(r#"{{"Statement": [{{"Sid": "A", {ok}}}, {{"Sid": "A", {ok}}}]}}"#));
    bad.extend(
        [
            r#""Action": "*", "Resource": "*""#,
            r#""Effect": "allow", "Action": "*", "Resource": "*""#,
            r#""Effect": "", "Action": "*", "Resource": "*""#,
            r#""Effect": true, "Action": "*", "Resource": "*""#,
            r#""Effect": ["Allow"], "Action": "*", "Resource": "*""#,
            r#""Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*""#,
            r#""Effect": "Allow", "Resource": "*""#,
            r#""Effect": "Allow", "Action": "*""#,
            r#""Effect": "Allow", "Action": "*", "NotAction": "s3:*", "Resource": "*""#,
            r#""Effect": "Allow", "Action": "*", "Resource": "*", "NotResource": "arn:aws:s3:::x""#,
            r#""Effect": "Allow", "Action": [], "Resource": "*""#,
            r#""Effect": "Allow", "Action": "*", "Resource": []"#,
            r#""Effect": "Allow", "Action": [["*"]], "Resource": "*""#,
            r#""Effect": "Allow", "Action": null, "Resource": "*""#,
            r#""Effect": "Allow", "Action": "*", "Resource": 7"#,
            r#""Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*""#,
            r#""Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": "*""#,
            r#""Effect": "Allow", "Action": "*", "Resource": "*", "Comment": "x""#,
            r#""effect": "Allow", "Action": "*", "Resource": "*""#,
            r#""Sid": "a b", "Effect": "Allow", "Action": "*", "Resource": "*""#,
            r#""Sid": 1, "Effect": "Allow", "Action": "*", "Resource": "*""#,
        ]
        .map(statement),
    );
    for action in [
        "",
        "Invoke",
        ":Invoke",
        "execute-api:",
        "execute-*:Invoke",
        "exec api:Invoke",
        "s3:Get Object",
        "s3:Gét",
        "s3:*:*",
    ] {
        bad.push(statement(&format!(r#""Effect": "Allow", "Action": "{action}", "Resource": "*""#)));
    }
    for resource in [
        "",
        "x",
        "**",
        "arn",
        "arn:aws",
        "arn:aws:",
        "arn::s3:::x",
        "arn:aws:*:::x",
        "arn:aws:s?:::x",
        "ARN:aws:s3:::x",
        " arn:aws:s3:::x",
    ] {
        bad.push(statement(&format!(r#""Effect": "Allow", "Action": "*", "Resource": "{resource}""#)));
    }
    for condition in [
        "[]",
        "null",
        "\"x\"",
        r#"{"StringEqual": {"a:b": "x"}}"#,
        r#"{"stringEquals": {"a:b": "x"}}"#,
        r#"{"StringEqualsIfExist": {"a:b": "x"}}"#,
        r#"{"NullIfExists": {"a:b": "true"}}"#,
        r#"{"ForAllValues:Null": {"a:b": "true"}}"#,
        r#"{"ForSomeValues:StringEquals": {"a:b": "x"}}"#,
        r#"{"StringEquals": "x"}"#,
        r#"{"StringEquals": {"a:b": []}}"#,
        r#"{"StringEquals": {"a:b": null}}"#,
        r#"{"StringEquals": {"a:b": {"c": "d"}}}"#,
        r#"{"StringEquals": {"a:b": [["x"]]}}"#,
        r#"{"StringEquals": {"ab": "x"}}"#,
        r#"{"StringEquals": {":b": "x"}}"#,
        r#"{"StringEquals": {"a:": "x"}}"#,
        r#"{"StringEquals": {"a:b": "x", "a:b": "y"}}"#,
        r#"{"StringEquals": {"a:b": "x", "A:B": "y"}}"#,
        r#"{"StringEquals": {"a:b": "x"}, "StringEquals": {"a:c": "y"}}"#,
        r#"{"NumericEquals": {"a:b": "1e3"}}"#,
        r#"{"NumericEquals": {"a:b": "x"}}"#,
        r#"{"NumericEquals": {"a:b": true}}"#,
        r#"{"NumericEquals": {"a:b": ["1", "x"]}}"#,
        r#"{"DateEquals": {"a:b": "30.8.2015"}}"#,
        r#"{"DateEquals": {"a:b": "2015-08-*"}}"#,
        r#"{"Bool": {"a:b": "yes"}}"#,
        r#"{"Bool": {"a:b": 1}}"#,
        r#"{"Null": {"a:b": "maybe"}}"#,
        r#"{"BinaryEquals": {"a:b": "x"}}"#,
        r#"{"IpAddress": {"a:b": "10.0.0.0/33"}}"#,
        r#"{"IpAddress": {"a:b": "10.0.*"}}"#,
        r#"{"ArnLike": {"a:b": "arn:aws:s3"}}"#,
        r#"{"ArnLike": {"a:b": "x"}}"#,
    ] {
        bad.push(statement(&format!(r#"{ok}, "Condition": {condition}"#)));
    }
    for text in &bad {
        let error = Policy::parse("p", text).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::InvalidPolicy, "{text}");
        assert!(text.contains("Principal") || ResourcePolicy::parse("p", text).is_err(), "{text}");
    }
    assert!(bad.len() > 95, "{}", bad.len());
}

#[test]
fn what_the_grammar_allows_is_read() {
    for text in [
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
        r#" {"Statement": [{"Sid": "", "Effect": "Allow", "NotAction": ["s3:*"], "NotResource": ["arn:aws:s3:::x"]},
             {"Sid": "", "Effect": "Deny", "Action": "s3:Get*", "Resource": "arn:aws:s3:::x", "Condition": {}}]} "#,
        r#"{"Version": "2008-10-17", "Statement": [{"Sid": "Stmt1", "Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}"#,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"NumericLessThan": {"s3:max-keys": 10}, "Bool": {"aws:SecureTransport": true},
            "StringEquals": {"s3:x": [1, true, "x", -2.5, ""]}, "ArnLike": {"aws:PrincipalArn": "*"}}}]}"#,
    ] {
        assert!(Policy::parse("p", text).is_ok(), "{text}");
    }
    let resource = r#"{"Version": "2012-10-17", "Id": "any text", "Statement": [
        {"Sid": "with spaces", "Effect": "Allow", "Principal": {"AWS": "123456789012", "Service": ["a", "b"]},
         "Action": "*", "Resource": "*"}]}"#;
    assert!(ResourcePolicy::parse("p", resource).is_ok());
    assert!(ResourcePolicy::parse("p", &document(ALLOW_ALL)).is_err(), "whom it applies to is missing");
}

/// Such an ARN would match nothing, so that what denies with it would never apply. A path may hold spaces.
#[test]
fn a_space_before_the_resource_of_an_arn_is_an_error() {
    for arn in [
        "arn: aws:s3:::b",
        "arn:aws:s3 :::b",
        "arn:aws:sqs:us-east-1 :123456789012:q",
        "arn:aws:sqs::\\t123456789012:q",
    ] {
        let text = document(&format!(r#"{{"Effect": "Deny", "Action": "*", "Resource": "{arn}"}}"#));
        let error = Policy::parse("p", &text).expect_err(arn).to_string();
        assert!(error.contains("a space stands before the fifth colon"), "{error}");
    }
    let spaced = document(r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/my photo "}"#);
    assert!(Policy::parse("p", &spaced).is_ok());
}
