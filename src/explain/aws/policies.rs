//! Which policy denied a request, in the words of AWS's answer.
//!
//! Source: "Troubleshoot access denied error messages" in the IAM User Guide.

use crate::explain::aws::causes::{
    DENIED_BY_BOUNDARY, DENIED_BY_ENDPOINT, DENIED_BY_IDENTITY, DENIED_BY_RESOURCE, DENIED_BY_RESOURCE_CONTROL,
    DENIED_BY_SERVICE_CONTROL, DENIED_BY_SESSION, DENIED_BY_TRUST, KMS_DENIED,
};
use crate::explain::cause::{Cause, Mistake};
use crate::explain::structure::causes::NOT_AUTHORIZED;
use crate::explain::structure::shortened;

/// The kinds of policies, as a message names them after `no`, or after `explicit deny in a`.
const POLICIES: [(&str, Cause); 8] = [
    ("identity-based policy", DENIED_BY_IDENTITY),
    ("resource-based policy", DENIED_BY_RESOURCE),
    ("service control policy", DENIED_BY_SERVICE_CONTROL),
    ("resource control policy", DENIED_BY_RESOURCE_CONTROL),
    ("permissions boundary", DENIED_BY_BOUNDARY),
    ("session policy", DENIED_BY_SESSION),
    ("VPC endpoint policy", DENIED_BY_ENDPOINT),
    ("role trust policy", DENIED_BY_TRUST),
];

/// The cause of a denial, with the words about who may not do what. `None` if the message is about something else.
pub(crate) fn denial(message: &str) -> Option<Mistake> {
    let (subject, rest) = split_at(message, "is not authorized to perform")?;
    let sentence = rest.lines().next().unwrap_or_default();
    let cause = by_policy(sentence).unwrap_or_else(|| by_action(sentence));
    // The caller, the action and the resource: the rest is in the words of the cause.
    let end = [" with an explicit deny", " because no "].iter().filter_map(|words| sentence.find(words)).min();
    let facts = sentence.get(..end.unwrap_or(sentence.len())).unwrap_or_default().trim_end();
    let deny = if sentence.contains("explicit deny") { "explicit deny: " } else { "" };
    let caller = subject.lines().last().unwrap_or_default().trim();
    let caller = caller.rsplit_once("User: ").map_or(caller, |(_, caller)| caller);
    Some(cause.of(shortened(&format!("{deny}{caller} {facts}"))))
}

fn split_at<'m>(message: &'m str, words: &str) -> Option<(&'m str, &'m str)> {
    let at = message.find(words)?;
    Some((message.get(..at)?, message.get(at..)?))
}

fn by_policy(sentence: &str) -> Option<Cause> {
    let (_, reason) = sentence.split_once("explicit deny in a").or_else(|| sentence.split_once("because no "))?;
    let reason = reason.strip_prefix('n').unwrap_or(reason).trim_start();
    POLICIES.iter().find(|(words, _)| reason.starts_with(words)).map(|(_, cause)| *cause)
}

fn by_action(sentence: &str) -> Cause {
    match sentence {
        _ if sentence.contains(" kms:") => KMS_DENIED,
        _ if sentence.contains(" sts:AssumeRole") => DENIED_BY_TRUST,
        _ => NOT_AUTHORIZED,
    }
}

#[cfg(test)]
mod tests {
    use super::{POLICIES, denial};

    #[test]
    fn the_policy_is_named_in_each_wording() {
        let user = "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\"";
        for (words, cause) in POLICIES {
            let article = if words.starts_with('i') { "an" } else { "a" };
            for message in [
                format!("{user} with an explicit deny in {article} {words}"),
                format!("{user} with an explicit deny in {article} {words}: arn:aws:organizations::1:policy/o-1/x/p-1"),
                format!("{user} because no {words} allows the s3:GetObject action"),
            ] {
                let found = denial(&message).unwrap();
                assert_eq!(found.cause, cause, "{message}");
                let detail = found.detail.unwrap();
                assert_eq!(detail.starts_with("explicit deny: "), message.contains("explicit"), "{detail}");
                assert!(
                    detail.contains("user/bob") && detail.contains("s3:GetObject") && !detail.contains("because"),
                    "{detail}"
                );
            }
        }
    }

    #[test]
    fn without_a_policy_the_action_tells() {
        for (message, name) in [
            (
                "User: a is not authorized to perform: execute-api:Invoke on resource: r with an explicit deny",
                "not-authorized",
            ),
            ("User: a is not authorized to perform: kms:Decrypt on resource: r", "denied-by-kms-key"),
            ("User: a is not authorized to perform: sts:AssumeRole on resource: r", "denied-by-trust-policy"),
            ("User: a is not authorized to perform: x:Y", "not-authorized"),
        ] {
            assert_eq!(denial(message).unwrap().cause.name(), name);
        }
        assert!(denial("Access Denied").is_none());
    }
}
