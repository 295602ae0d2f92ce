//! Lines of `Condition`, and the values that operators and requests draw from.

use super::resources::near;
use crate::second_opinion::condition;
use crate::second_opinion::dice::Dice;
use serde_json::{Value, json};

pub const TEXTS: &[&str] = &[
    "alice",
    "Alice",
    "ALICE",
    "yellow",
    "",
    "a*c",
    "abc",
    "straße",
    "STRASSE",
    "STRAẞE",
    "É",
    "é",
    "ı",
    "I",
    "ſ",
    "K",
    "k",
    "a:b",
    "${aws:username}",
    "true",
    "10.0",
    "*",
];
pub const NUMBERS: &[&str] = &[
    "10",
    "10.0",
    "010",
    "9",
    "-10",
    "-9.5",
    "0",
    "-0",
    "9.99",
    "123456789012345678901234567890",
    "123456789012345678901234567891",
    "1440938160",
];
pub const DATES: &[&str] = &[
    "2015-08-30T12:36:00Z",
    "2015-08-30T12:36:01Z",
    "2015-08-30T12:36Z",
    "2015-08-30T14:36:00+02:00",
    "2015-08-30T12:36:00.5Z",
    "2015-08-30",
    "2015-08",
    "2015",
    "1440938160",
    "1440938161",
    "2016-02-29",
    "1969-12-31T23:59:59Z",
    "0",
    "20151330",
];
pub const ADDRESSES: &[&str] = &["203.0.113.9", "203.0.113.10", "::ffff:203.0.113.9", "2001:db8::1", "198.51.100.1"];
const NETWORKS: &[&str] = &[
    "203.0.113.0/24",
    "203.0.113.9",
    "203.0.113.8/31",
    "0.0.0.0/0",
    "::/0",
    "2001:db8::/32",
    "::ffff:203.0.113.0/120",
    "203.0.113.9/32",
];
pub const ARNS: &[&str] = &[
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:role/deploy",
    "arn:aws:sns:us-east-1:123456789012:topic",
    "arn:aws:sns:us-east-1:999988887777:topic:123456789012:x",
    "arn:aws:iam::123456789012:user/staff/alice",
    "arn:aws:s3:::bucket",
];
const BYTES: &[&str] = &["YWxpY2U=", "YWJj", ""];

const TEXT_KEYS: &[&str] = &[
    "aws:username",
    "aws:userid",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:PrincipalTag/team",
    "aws:PrincipalTag/TEAM",
    "aws:PrincipalOrgID",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:UserAgent",
    "aws:Referer",
    "test:text",
    "test:text",
    "test:Text",
    "test:list",
    "test:list",
    "test:none",
    "aws:PrincipalTag/É",
    "aws:PrincipalTag/é",
    "test:*",
    "aws:PrincipalTag/${aws:username}",
    "aws:PrincipalOrgPaths",
    "aws:ResourceOrgPaths",
    "aws:CalledVia",
];

/// Values at the edge of an operator's type, valid and invalid.
fn odd(operator: &str) -> &'static [&'static str] {
    match operator {
        name if name.starts_with("Numeric") => &["1e3", "+5", ".5", "5.", " 5", "0x10", "", "1_000", "--1", "NaN", "१"],
        name if name.starts_with("Date") => &[
            "2015-08-30T12:36:00",
            "2015-8-30",
            "2015-08-30t12:36:00z",
            "-1",
            "2015-02-29",
            "2015-13",
            "2015-08-30T24:00:00Z",
            "2015-08-30T12:36:00+25:00",
            "2015-08-30T12:36:00+0200",
            "2015-08-30T12Z",
            "2015-08-30T12:36:00-23:59",
            "20150830",
            "2015242",
            "1440938160.5",
            "123456789012",
            "2015-08-30 12:36:00Z",
            "20150830T123600Z",
            "15",
            "02015-08-30",
            "2015-08-30T12:36:60Z",
            "2015-08-30T12:36:00.Z",
            "",
            "2015-08Z",
        ],
        "Bool" | "Null" => &["TRUE", "True", "1", "", "yes", " true"],
        "BinaryEquals" => &["YWJj\n", "YWI=", "YWI", "YQ=", "YW_j", "====", "YR=="],
        name if name.ends_with("IpAddress") => &[
            "203.0.113.9/024",
            "203.0.113.009",
            "203.0.113",
            "2001:db8::1/129",
            "203.0.113.9/",
            "/24",
            "*",
            "203.0.113.*",
            "fe80::1%eth0",
            "203.0.113.9/+8",
            "",
        ],
        name if name.starts_with("Arn") => &[
            "arn:aws:s3:::",
            "arn:aws:sns:*",
            "arn:aws:iam::*",
            ":::::",
            "arn",
            "*:*:*:*:*:*",
            "ARN:aws:s3:::bucket",
            "?????????",
            "**",
            "arn:aws:iam::123456789012:user/*:x",
        ],
        _ => &[
            "${",
            "${ aws:username }",
            "${}",
            "$",
            "${aws:username, 'x}",
            "${aws:username,'x'}",
            "${aws:username ,'x'}",
            "${aws:username, x}",
            "}${*}{",
            "${**}",
            "$${aws:username}",
            "${aws:username, ''}",
            "${a:b:c}",
            "${username}",
        ],
    }
}

/// Keys and values of the operator's type.
fn of_type(operator: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match operator {
        name if name.starts_with("Numeric") => {
            (&["test:number", "test:number", "aws:EpochTime", "aws:MultiFactorAuthAge", "test:list"], NUMBERS)
        }
        name if name.starts_with("Date") => {
            (&["test:date", "aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"], DATES)
        }
        "Bool" => (
            &[
                "test:flag",
                "aws:SecureTransport",
                "aws:ViaAWSService",
                "aws:PrincipalIsAWSService",
                "aws:MultiFactorAuthPresent",
            ],
            &["true", "false"],
        ),
        "Null" => (
            &[
                "test:text",
                "test:list",
                "aws:username",
                "aws:TokenIssueTime",
                "aws:PrincipalTag/team",
                "aws:SourceIp",
                "aws:ResourceAccount",
                "aws:CalledVia",
                "aws:ViaAWSService",
                "aws:ResourceOrgID",
                "aws:MultiFactorAuthPresent",
                "test:*",
            ],
            &["true", "false"],
        ),
        "BinaryEquals" => (&["test:text", "test:list"], BYTES),
        name if name.ends_with("IpAddress") => (&["aws:SourceIp", "test:ip"], NETWORKS),
        name if name.starts_with("Arn") => (&["aws:PrincipalArn", "test:arn", "test:arn"], ARNS),
        _ => (TEXT_KEYS, TEXTS),
    }
}

/// Operator, key and values.
pub fn condition(dice: &mut Dice) -> (String, String, Value) {
    let names: Vec<_> = condition::names().collect();
    let operator = if dice.percent(30) {
        dice.text(&["StringEquals", "StringLike", "StringNotEquals", "Null"])
    } else {
        dice.text(&names)
    };
    let (keys, values) = of_type(&operator);
    let key = if dice.percent(92) { dice.text(keys) } else { dice.text(TEXT_KEYS) };
    let key = if dice.percent(10) { key.to_ascii_uppercase() } else { key };
    let least = usize::from(dice.percent(99));
    let wanted = dice.several(least, 3, |dice| value(dice, &operator, values));
    let wanted = if wanted.len() == 1 && dice.percent(60) { wanted[0].clone() } else { json!(wanted) };
    let prefix = dice.text(&["", "", "", "ForAnyValue:", "ForAllValues:"]);
    let suffix = dice.text(&["", "", "IfExists"]);
    if operator == "Null" && dice.percent(99) {
        return (operator, key, wanted);
    }
    (format!("{prefix}{operator}{suffix}"), key, wanted)
}

fn value(dice: &mut Dice, operator: &str, values: &[&str]) -> Value {
    let arn = operator.starts_with("Arn");
    if arn && dice.percent(35) {
        return json!(dice.text(&[
            "*",
            "arn:aws:iam::*:user/*",
            "arn:aws:iam::123456789012:user/${aws:username}",
            "arn:*:iam::*:*",
            "arn:aws:sns:*:123456789012:*",
            "${aws:PrincipalArn}",
            "arn:aws:iam::${aws:PrincipalAccount}:role/d?ploy",
            "arn:aws:sns:us-*:*:topic",
        ]));
    }
    if operator.starts_with("String") {
        match dice.below(10) {
            0 => {
                return json!(dice.text(&[
                    "${aws:username}",
                    "${aws:PrincipalTag/team}",
                    "${aws:PrincipalTag/team, 'yellow'}",
                    "${test:text}",
                    "${test:none}*",
                    "a${*}c",
                    "${test:list}",
                    "${$}{aws:username}",
                    "${?}",
                    "${test:none, ''}",
                    "$default",
                    "${test:text}c",
                ]));
            }
            1 => {
                return dice
                    .one(&[
                        json!(true),
                        json!(10),
                        json!(10.0),
                        json!("123456789012"),
                        json!("User"),
                        json!("AssumedRole"),
                        json!("o-example"),
                        json!("us-east-1"),
                        json!("o-example/r-1/"),
                    ])
                    .clone();
            }
            2 | 3 => return json!(near(dice, values)),
            _ => {}
        }
    }
    if dice.percent(1) {
        return json!(dice.text(odd(operator)));
    }
    let text = if arn && dice.percent(40) { near(dice, values) } else { dice.text(values) };
    // "Quotation marks are optional for numeric and Boolean values."
    let bare = matches!(text.as_str(), "true" | "false" | "10" | "9" | "-9.5" | "10.0" | "2015" | "0");
    if bare && !operator.starts_with("String") && dice.percent(30) {
        return serde_json::from_str(&text).unwrap();
    }
    json!(text)
}
