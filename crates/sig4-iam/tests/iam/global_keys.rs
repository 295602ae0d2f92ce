//! The table of global condition keys in `docs/iam.md`, row by row.
//!
//! Source: "AWS global condition context keys", reference_policies_condition-keys.html.

use crate::call::{ACCOUNT, ALLOW_ALL, INVOKE, PETS, document, now, with_condition};
use sig4_iam::{
    MAX_DIRECTORY_LEN, MAX_NESTING, MAX_NUMBER_LEN, MAX_POLICY_BYTES, MAX_POLICY_LEN, MAX_STATEMENTS, MAX_STEPS,
    MAX_VARIABLES, MAX_WILDCARDS, Policies, Policy, Principal, RequestContext, evaluate,
};
use std::collections::BTreeSet;
use time::Duration;

const PAGE: &str = include_str!("../../../../docs/iam.md");

/// The keys of AWS's page, by its groups: the principal, the role session, the network, the resource, the request.
const KEYS: &str = "aws:PrincipalArn aws:PrincipalAccount aws:PrincipalOrgPaths aws:PrincipalOrgID \
    aws:PrincipalTag/tag-key aws:PrincipalIsAWSService aws:PrincipalServiceName aws:PrincipalServiceNamesList \
    aws:PrincipalType aws:userid aws:username \
    aws:AssumedRoot aws:FederatedProvider aws:TokenIssueTime aws:SignInSessionArn aws:MultiFactorAuthAge \
    aws:MultiFactorAuthPresent aws:ChatbotSourceArn aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4 \
    aws:SourceIdentity ec2:RoleDelivery ec2:SourceInstanceArn glue:RoleAssumedBy glue:CredentialIssuingService \
    codebuild:BuildArn codebuild:ProjectArn lambda:SourceFunctionArn ssm:SourceInstanceArn identitystore:UserId \
    aws:SourceIp aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths \
    aws:VpcSourceIp \
    aws:ResourceAccount aws:ResourceOrgPaths aws:ResourceOrgID aws:ResourceTag/tag-key \
    aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CalledViaAWSMCP aws:ViaAWSService aws:ViaAWSMCPService \
    aws:CurrentTime aws:EpochTime aws:referer aws:RequestedRegion aws:RequestTag/tag-key aws:TagKeys \
    aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceOrgID aws:SourceOrgPaths aws:UserAgent \
    aws:IsMcpServiceAction";

/// The cells of a table that begins with this heading.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let rows = PAGE.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect())
        .collect()
}

fn of_organization(principal: Principal) -> Principal {
    principal.with_tag("team", "pets").with_org_id("o-a1b2c3d4e5").with_org_path("o-a1b2c3d4e5/r-ab12/")
}

fn alice() -> Principal {
    of_organization(Principal::user(ACCOUNT, "alice").unwrap().with_unique_id("AIDAEXAMPLEALICE0001").unwrap())
}

fn session() -> Principal {
    let session = Principal::role_session(ACCOUNT, "deploy", "ci").unwrap().with_unique_id("AROAEXAMPLEDEPLOY001");
    of_organization(session.unwrap())
        .with_token_issue_time(now() - Duration::HOUR)
        .with_multi_factor_at(now() - Duration::HOUR)
}

fn call(principal: &Principal) -> RequestContext<'_> {
    RequestContext::new(principal, INVOKE, PETS, now())
        .with_source_ip([203, 0, 113, 9].into())
        .with_secure_transport(true)
        .with_user_agent("curl/8.14.1")
        .with_referer("https://example.com/")
}

/// Whether a condition holds, in what allows and in what denies alike.
fn holds(context: &RequestContext<'_>, condition: &str) -> bool {
    let decide = |statements: &str| {
        let policy = Policy::parse("p", &document(statements)).unwrap();
        evaluate(context, &Policies::new().with_identity(policy), None).is_allowed()
    };
    let allowed = decide(&with_condition("Allow", condition));
    assert_ne!(allowed, decide(&format!("{ALLOW_ALL}, {}", with_condition("Deny", condition))), "{condition}");
    allowed
}

fn check(key: &str, principal: &Principal, value: &str) {
    let (context, who) = (call(principal), principal.arn());
    let is_absent = holds(&context, &format!(r#""Null": {{"{key}": "true"}}"#));
    assert_eq!(is_absent, value == "—", "{key} of {who}");
    let text = format!(r#""StringEquals": {{"{key}": "{value}"}}"#);
    assert_eq!(holds(&context, &text), value != "—", "{key} of {who} is {value}");
}

#[test]
fn every_row_of_the_table_is_so() {
    let rows = table("| Key | State |");
    let named: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(named, KEYS.split_whitespace().collect::<Vec<_>>(), "the keys of AWS's page, in its order");
    let mut states = BTreeSet::new();
    for row in rows {
        let [name, state, of_alice, of_session, ..] = row[..] else { panic!("{row:?}") };
        let key = name.replace("tag-key", "team");
        check(&key, &alice(), of_alice);
        check(&key, &session(), of_session);
        let is_there = [of_alice, of_session] != ["—"; 2];
        assert_eq!(is_there, state == "present", "{name}");
        states.insert(state);
        // A program may know better, but of the owner.
        let principal = alice();
        let set = holds(
            &call(&principal).with_condition_key(&key, ["by hand"]),
            &format!(r#""StringEquals": {{"{key}": "by hand"}}"#),
        );
        assert_eq!(set, !name.starts_with("aws:ResourceAccount") && !name.starts_with("aws:ResourceOrg"), "{name}");
    }
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["absent", "not modelled", "present"]);
}

#[test]
fn the_table_of_limits_names_the_limits() {
    let limits = [
        ("MAX_POLICY_LEN", MAX_POLICY_LEN),
        ("MAX_POLICY_BYTES", MAX_POLICY_BYTES),
        ("MAX_DIRECTORY_LEN", MAX_DIRECTORY_LEN),
        ("MAX_NESTING", MAX_NESTING),
        ("MAX_STATEMENTS", MAX_STATEMENTS),
        ("MAX_WILDCARDS", MAX_WILDCARDS),
        ("MAX_VARIABLES", MAX_VARIABLES),
        ("MAX_NUMBER_LEN", MAX_NUMBER_LEN),
        ("MAX_STEPS", MAX_STEPS),
    ];
    let rows = table("| What | Limit |");
    let written: Vec<_> = rows.iter().map(|row| (row[2], row[1].replace(',', "").parse().unwrap())).collect();
    assert_eq!(written, limits);
}
