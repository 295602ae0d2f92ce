#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4_fuzz::moment;
use sig4_iam::{Directory, Policies, Policy, Principal, RequestContext, ResourcePolicy, evaluate};

const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets/x:y";

fuzz_target!(|text: &str| {
    let _ = Directory::from_json(text);
    let own = Policy::parse("own", text).ok();
    let api = ResourcePolicy::parse("api", text).ok();
    if own.is_none() && api.is_none() {
        return;
    }
    let policies = own.into_iter().fold(Policies::new(), |all, policy| {
        let all = all.with_identity(policy.clone()).with_boundary(policy.clone());
        all.with_session(policy.clone()).with_service_control([policy])
    });
    let session = Principal::role_session("123456789012", "deploy", "ci").unwrap().with_tag("team", "pets");
    for principal in
        [Principal::user("123456789012", "alice").unwrap(), session, Principal::root("999988887777").unwrap()]
    {
        let context = RequestContext::new(&principal, "execute-api:Invoke", ARN, moment())
            .with_source_ip([203, 0, 113, 9].into())
            .with_secure_transport(true)
            .with_condition_key("test:Many", ["a", "b"]);
        let _ = evaluate(&context, &policies, api.as_ref()).to_string();
    }
});
