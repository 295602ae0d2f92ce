//! Resources of requests, and patterns for them.

use crate::second_opinion::dice::Dice;

const RESOURCES: &[&str] = &[
    "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets",
    "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets",
    "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets/alice",
    "arn:aws:execute-api:us-east-1:123456789012:abc/prod/POST/",
    "arn:aws:execute-api:us-east-1:999988887777:abc/$default/GET/pets",
    "arn:aws-cn:execute-api:cn-north-1:123456789012:abc/$default/GET/pets",
    "arn:aws:s3:::bucket/alice/x",
    "arn:aws:s3:::bucket/Alice/x",
    "arn:aws:s3:::bucket/yellow",
    "arn:aws:s3:::bucket/",
    "arn:aws:s3:::bucket",
    "arn:aws:s3:::bucket/a*c",
    "arn:aws:s3:::bucket/${aws:username}",
    "arn:aws:s3:::bucket/a:b:c",
    "arn:aws-cn:s3:::bucket/alice/x",
    "arn:aws:sqs:us-east-1:123456789012:alice-queue",
    "arn:aws:sqs:us-east-1:999988887777:alice-queue",
    "arn:aws:sqs:us-east-1:123456789012:x:alice-queue",
];

pub fn resource(dice: &mut Dice) -> String {
    if dice.percent(4) {
        return dice.text(&[
            "bucket",
            "",
            "arn:aws:s3",
            "arn:aws:s3:::",
            "https://example.com/pets",
            "*",
            "arn:aws:sqs::999988887777:q",
            "arn::s3:::bucket/yellow",
            "arn::sqs:us-east-1:123456789012:alice-queue",
            "arn:aws:sqs:us-east-1:12345:alice-queue",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "ARN:aws:sqs:us-east-1:123456789012:alice-queue",
            "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:alice-queue",
            ":::::",
            "arn:aws:execute-api:us-east-1:123456789012:abc",
            "x:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets",
        ]);
    }
    dice.text(RESOURCES)
}

pub fn pattern(dice: &mut Dice, of_resource: bool) -> String {
    if dice.percent(45) {
        return "*".to_owned();
    }
    if of_resource && dice.percent(15) {
        return dice.text(&[
            "execute-api:/*",
            "execute-api:/$default/GET/pets",
            "execute-api:/prod/*/pets*",
            "execute-api:/*/GET/${aws:username}",
        ]);
    }
    let broken = dice.percent(1);
    let pool = match (of_resource, dice.below(4)) {
        _ if broken => MALFORMED_RESOURCES,
        (_, 0) => RESOURCE_PATTERNS,
        (false, 1) => INCOMPLETE_RESOURCES,
        _ => return near(dice, RESOURCES),
    };
    dice.text(pool)
}

const RESOURCE_PATTERNS: &[&str] = &[
    "arn:aws:s3:::bucket/${aws:username}/*",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team}",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'yellow'}",
    "arn:aws:s3:::bucket/${AWS:principaltag/TEAM, 'yellow'}*",
    "arn:aws:s3:::bucket/a${*}c",
    "arn:aws:s3:::bucket/${$}{aws:username}",
    "arn:aws:s3:::bucket/${aws:username}${aws:userid}",
    "arn:aws:s3:::*",
    "arn:aws:sqs:us-east-1:*:${aws:username}-queue",
    "arn:aws:sqs:*:*:alice-queue",
    "arn:aws:sqs:*:*:*:alice-queue",
    "arn:aws:execute-api:*:*:*/$default/*",
    "arn:aws:execute-api:*:*:abc/prod/*",
    "arn:aws:execute-api:us-east-1:123456789012:abc/*/${test:list}",
    "arn:aws:execute-api:us-*:?23456789012:abc/*",
    "arn:*:execute-api:*:123456789012:abc/*",
];

const INCOMPLETE_RESOURCES: &[&str] = &[
    "arn:aws:execute-api:*:abc/*",
    "arn:aws:execute-api:*:*",
    "arn:aws:execute-api:us-east-1:*",
    "arn:aws:execute-api:us-*:abc/prod/*",
    "arn:aws:sqs:*:alice-queue",
    "arn:aws:sqs",
    "arn:aws:s3:*",
    "arn:aws:sqs:*:*-queue",
];

const MALFORMED_RESOURCES: &[&str] = &[
    "arn:aws:*",
    "arn:aws:s*:::bucket",
    "arn:aws",
    "arn",
    "**",
    "arn:aws:s3:::bucket/${ aws:username }",
    "arn:aws:s3:::bucket/${a${aws:username}}",
    "arn:aws:s3:::${",
    "arn:aws:s3:::${}",
    "arn:aws:s3::${aws:PrincipalAccount}:bucket",
    "arn:aws:s3:::${aws:username, 'x}",
    "execute-api:/${",
    "execute-api:prod",
];

/// One of the texts, a near miss, or a pattern for it.
pub fn near(dice: &mut Dice, of: &[&str]) -> String {
    let text = dice.text(of);
    let characters: Vec<char> = text.chars().collect();
    // `arn:`, the partition and the service stay as they are.
    let least = if text.starts_with("arn:") { 13 } else { 0 };
    if characters.len() <= least {
        return text;
    }
    let at = least + dice.below(characters.len() - least);
    let before: String = characters[..at].iter().collect();
    let after: String = characters[at + 1..].iter().collect();
    let part = before.matches(':').count();
    match dice.below(8) {
        // An ARN keeps its six parts.
        0 if part > 4 || least == 0 => format!("{before}*"),
        1 => format!("{before}*{after}"),
        2 => format!("{before}?{after}"),
        3 => format!("{before}{after}"),
        4 => format!("{before}{}{after}", characters[at].to_ascii_uppercase()),
        5 => format!("{text}*"),
        6 => segment_replaced(dice, &text),
        _ => text,
    }
}

fn segment_replaced(dice: &mut Dice, text: &str) -> String {
    let mut parts: Vec<_> = text.split(':').collect();
    let at = dice.below(parts.len());
    if at > 2 || parts.len() < 4 {
        parts[at] = *dice.one(&["*", "", "us-*", "?", "*2"]);
    }
    parts.join(":")
}
