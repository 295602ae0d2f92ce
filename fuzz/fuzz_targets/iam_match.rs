#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4_fuzz::glob::{matches, matches_arn};
use sig4_fuzz::moment;
use sig4_iam::{Policies, Policy, Principal, RequestContext, evaluate};

/// Whether a pattern of wildcards matches, and `None` if it is refused or would take too long.
fn decide(operator: &str, pattern: &str, text: &str) -> Option<bool> {
    let quoted: String = pattern.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let json = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {{"{operator}": {{"test:Key": "{quoted}"}}}}}}}}"#
    );
    let policies = Policies::new().with_identity(Policy::parse("p", &json).ok()?);
    let alice = Principal::user("123456789012", "alice").unwrap();
    let context = RequestContext::new(&alice, "a:b", "*", moment())
        .with_resource_account("123456789012")
        .with_condition_key("test:Key", [text]);
    let decision = evaluate(&context, &policies, None);
    (!decision.to_string().contains("too many steps")).then_some(decision.is_allowed())
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.matches(':').count() >= 5
}

fuzz_target!(|input: (String, String)| {
    let within_plane = |c: &char| *c <= '\u{ffff}';
    let [pattern, text] = [input.0, input.1].map(|text| text.chars().filter(within_plane).collect::<String>());
    if pattern.len() > 300 || text.len() > 300 {
        return;
    }
    if let Some(decided) = decide("StringLike", &pattern, &text) {
        assert_eq!(decided, matches(&pattern, &text), "{pattern:?} on {text:?}");
    }
    if let Some(decided) = decide("ArnLike", &pattern, &text) {
        assert_eq!(
            decided,
            is_arn(&text) && (pattern.chars().all(|c| c == '*') || matches_arn(&pattern, &text)),
            "{pattern:?} on {text:?}"
        );
    }
});
