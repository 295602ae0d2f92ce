//! A decision asks the allocator for nothing.

use crate::call::{Call, document, identity, resource};
use sig4_iam::Policies;
use sig4_test_support::allocations;

#[test]
fn a_typical_decision_allocates_nothing() {
    let own = document(
        r#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:abc/$default/*/${aws:PrincipalTag/dir, 'pets'}",
            "Condition": {"StringLike": {"aws:username": "al*"}, "DateGreaterThan": {"aws:CurrentTime": "2015"},
                          "IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}},
           {"Sid": "No", "Effect": "Deny", "Action": "*", "NotResource": "arn:aws:execute-api:*:*:*"}"#,
    );
    let api = document(
        r#"{"Effect": "Deny", "Principal": {"AWS": "999988887777"}, "Action": "*", "Resource": "execute-api:/*"}"#,
    );
    let (policies, api) = (Policies::new().with_identity(identity(&own)).with_boundary(identity(&own)), resource(&api));
    let call = Call::new();
    let context = call.context().with_source_ip([203, 0, 113, 9].into());
    let (count, decision) = allocations::during(|| sig4_iam::evaluate(&context, &policies, Some(&api)));
    assert!(decision.is_allowed() && count == 0, "{count} for: {decision}");
}
