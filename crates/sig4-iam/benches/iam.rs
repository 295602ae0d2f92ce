//! The cost of a decision.

#![allow(clippy::expect_used, reason = "a bench may fail by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use sig4_iam::{Decision, Policies, Policy, Principal, RequestContext, evaluate};
use sig4_test_support::allocations;
use std::hint::black_box;
use time::OffsetDateTime;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// Several statements, ARNs with wildcards, conditions, and variables.
const TYPICAL: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Logs", "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
     "Resource": "arn:aws:logs:*:123456789012:log-group:/aws/lambda/*"},
    {"Sid": "Buckets", "Effect": "Allow", "Action": "s3:Get*", "Resource": ["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"]},
    {"Sid": "Office", "Effect": "Deny", "Action": "execute-api:*", "Resource": "*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}}},
    {"Sid": "NoDelete", "Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/DELETE/*"},
    {"Sid": "Own", "Effect": "Allow", "Action": "execute-api:Invoke",
     "Resource": ["arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/$default/*/orders/${aws:username}/*",
                  "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/$default/GET/catalogue*"],
     "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["pets", "toys"]}, "Bool": {"aws:SecureTransport": "true"}}}]}"#;

const RESOURCE: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/$default/GET/orders/alice/2026-11-27/17";

/// Not inlined, so that valgrind can count in it: `--toggle-collect='*iam::decide*'`.
#[inline(never)]
fn decide(principal: &Principal, policies: &Policies, now: OffsetDateTime) -> Decision {
    let context = RequestContext::new(principal, "execute-api:Invoke", RESOURCE, now)
        .with_source_ip([203, 0, 113, 9].into())
        .with_secure_transport(true)
        .with_user_agent("curl/8.14.1");
    evaluate(&context, policies, None)
}

fn iam(c: &mut Criterion) {
    let alice = Principal::user("123456789012", "alice").expect("a valid name").with_tag("team", "pets");
    let policy = || Policy::parse("typical", TYPICAL).expect("it is a policy");
    let policies = Policies::new().with_identity(policy());
    let now = OffsetDateTime::UNIX_EPOCH;
    let typical = || decide(black_box(&alice), black_box(&policies), now);
    let (count, decision) = allocations::during(typical);
    assert!(decision.is_allowed(), "{decision}");
    println!("a typical policy is decided with {count} allocations");
    c.bench_function("evaluate: a typical policy", |b| b.iter(typical));
    let all = policies.clone().with_boundary(policy()).with_session(policy()).with_service_control([policy()]);
    c.bench_function("evaluate: four of them", |b| b.iter(|| decide(black_box(&alice), black_box(&all), now)));
    c.bench_function("parse: a typical policy", |b| b.iter(policy));
}

criterion_group!(benches, iam);
criterion_main!(benches);
