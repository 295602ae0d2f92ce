//! To whom the resource belongs that a layer names.
//!
//! Source: "Cross-account policy evaluation logic", reference_policies_evaluation-logic-cross-account.html.

use crate::scene::{ACCOUNT, alice, get, identity, now, plain, signed_at, status, verifier};
use http_body_util::Full;
use sig4::{Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, ExecuteApi, ResourceAction};
use sig4_iam::{Directory, Policies, Policy, Principal, ResourcePolicy};

const OTHER: &str = "999988887777";

/// A principal of an account, with the key that the tests sign with.
fn keys(principal: Principal) -> Directory {
    Directory::new(principal.account()).with_identity(identity(alice(), principal)).unwrap()
}

fn user(account: &str) -> Principal {
    Principal::user(account, "alice").unwrap()
}

fn root(account: &str) -> Principal {
    Principal::root(account).unwrap()
}

/// What a layer that names photos answers, if it says that they belong to `owner`.
async fn photos(principal: Principal, arn: &'static str, owner: Option<&'static str>) -> u16 {
    let keys = Directory::new(principal.account())
        .with_identity(identity(alice(), principal).with_policies(Policies::new()))
        .unwrap();
    let layer =
        AuthorizeLayer::with_resource_mapper(Verifier::new("us-east-1", "s3").unwrap(), keys, move |_, path| {
            let access = ResourceAction::new("s3:GetObject", format!("{arn}{path}"));
            owner.into_iter().fold(access, ResourceAction::with_account)
        });
    let mut request = plain("GET", "/cat", "").map(|_| "");
    Signer::new("us-east-1", "s3").unwrap().sign(&mut request, &alice(), now()).unwrap();
    status(&layer.with_clock(now), request.map(Full::from)).await
}

/// The root user needs no policy, so that nothing but the owner decides.
#[tokio::test]
async fn what_nobody_is_known_to_own_is_not_the_callers() {
    for (arn, owner, mine, others) in [
        ("arn:aws:s3:::photos", None, 403, 403),
        ("arn:aws:s3:::photos", Some(ACCOUNT), 200, 403),
        ("arn:aws:s3:::photos", Some(OTHER), 403, 200),
        ("photos", None, 403, 403),
        ("photos", Some(ACCOUNT), 200, 403),
        ("arn:aws:sqs:us-east-1:123456789012:photos", None, 200, 403),
        ("arn:aws:sqs:us-east-1:123456789012:photos", Some(OTHER), 403, 403),
    ] {
        let answers = (photos(root(ACCOUNT), arn, owner).await, photos(root(OTHER), arn, owner).await);
        assert_eq!(answers, (mine, others), "{arn} of {owner:?}");
    }
    let china = root(ACCOUNT).with_partition("aws-cn").unwrap();
    assert_eq!(photos(china, "arn:aws:s3:::photos", Some(ACCOUNT)).await, 403);
}

#[tokio::test]
async fn an_api_belongs_to_its_account() {
    let layer = |principal: Principal| {
        AuthorizeLayer::new(verifier(), keys(principal), ExecuteApi::new("us-east-1", ACCOUNT, "abc")).with_clock(now)
    };
    let everyone =
        r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "execute-api:/*"}}"#;
    let everyone = || ResourcePolicy::parse("everyone", everyone).unwrap();
    for (principal, alone, with_policy) in [
        (user(ACCOUNT), 200, 200),
        (user(OTHER), 403, 200),
        (root(OTHER), 403, 200),
        (user(ACCOUNT).with_partition("aws-cn").unwrap(), 403, 200),
    ] {
        assert_eq!(status(&layer(principal.clone()), get("/pets")).await, alone, "{}", principal.arn());
        let both = layer(principal.clone()).with_resource_policy(everyone());
        assert_eq!(status(&both, get("/pets")).await, with_policy, "{}", principal.arn());
    }
    // An API with an invalid account has no known owner.
    let nowhere = AuthorizeLayer::new(verifier(), keys(user(ACCOUNT)), ExecuteApi::new("us-east-1", "", "abc"));
    assert_eq!(status(&nowhere.with_clock(now), signed_at("GET", "/pets", "", &alice(), now())).await, 403);
}

/// The endpoint's region is that of a resource whose ARN names none: the guard that AWS publishes lets it through at home.
///
/// Source: "AWS: Denies access to AWS based on the requested Region", reference_policies_examples_aws_deny-requested-region.html.
#[tokio::test]
async fn the_region_of_the_endpoint_is_the_requested_one() {
    for (region, expected) in [("us-east-1", 200), ("eu-west-1", 403)] {
        let guard = format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*"}}, {{"Effect": "Deny", "Action": "*",
                "Resource": "*", "Condition": {{"StringNotEquals": {{"aws:RequestedRegion": "{region}"}}}}}}]}}"#
        );
        let policies = Policies::new().with_identity(Policy::parse("guard", &guard).unwrap());
        let keys =
            Directory::new(ACCOUNT).with_identity(identity(alice(), user(ACCOUNT)).with_policies(policies)).unwrap();
        let layer = AuthorizeLayer::with_resource_mapper(Verifier::new("us-east-1", "s3").unwrap(), keys, |_, path| {
            ResourceAction::new("s3:GetObject", format!("arn:aws:s3:::photos{path}")).with_account(ACCOUNT)
        });
        let mut request = plain("GET", "/cat", "").map(|_| "");
        Signer::new("us-east-1", "s3").unwrap().sign(&mut request, &alice(), now()).unwrap();
        assert_eq!(status(&layer.with_clock(now), request.map(Full::from)).await, expected, "{region}");
    }
}
