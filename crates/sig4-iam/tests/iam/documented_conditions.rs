//! The examples of conditions in AWS's documentation. Each names its page, below
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use crate::call::{Call, condition};

const OPERATORS: &str =
    "IAM JSON policy elements: Condition operators, reference_policies_elements_condition_operators.html";
const SETS: &str =
    "Multivalued context key examples, reference_policies_condition_examples-multi-valued-context-keys.html";
const SINGLE: &str = "Single-valued vs. multivalued context keys, \
                      reference_policies_condition-single-vs-multi-valued-context-keys.html";

/// The page, the condition, the key and its values if it is there, and whether the condition holds.
type Row = (&'static str, &'static str, &'static str, Option<&'static [&'static str]>, bool);

const ROWS: &[Row] = &[
    (
        OPERATORS,
        r#""StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}"#,
        "aws:PrincipalTag/job-category",
        Some(&["iamuser-admin"]),
        true,
    ),
    (
        OPERATORS,
        r#""StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}"#,
        "aws:PrincipalTag/job-category",
        Some(&["IAMUser-admin"]),
        false,
    ),
    (
        OPERATORS,
        r#""StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}"#,
        "aws:PrincipalTag/job-category",
        None,
        false,
    ),
    (
        OPERATORS,
        r#""StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}"#,
        "s3:prefix",
        Some(&[""]),
        true,
    ),
    (
        OPERATORS,
        r#""StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}"#,
        "s3:prefix",
        Some(&["home/alice/"]),
        true,
    ),
    (
        OPERATORS,
        r#""StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}"#,
        "s3:prefix",
        Some(&["home/bob/"]),
        false,
    ),
    (OPERATORS, r#""NumericLessThanEquals": {"s3:max-keys": "10"}"#, "s3:max-keys", Some(&["10"]), true),
    (OPERATORS, r#""NumericLessThanEquals": {"s3:max-keys": "10"}"#, "s3:max-keys", Some(&["11"]), false),
    (OPERATORS, r#""NumericLessThanEquals": {"s3:max-keys": "10"}"#, "s3:max-keys", None, false),
    (
        OPERATORS,
        r#""DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}"#,
        "aws:TokenIssueTime",
        Some(&["2020-01-01T00:00:02Z"]),
        true,
    ),
    (
        OPERATORS,
        r#""DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}"#,
        "aws:TokenIssueTime",
        Some(&["2020-01-01T00:00:01Z"]),
        false,
    ),
    (
        OPERATORS,
        r#""DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}"#,
        "aws:TokenIssueTime",
        None,
        false,
    ),
    (OPERATORS, r#""Bool": {"aws:SecureTransport": "false"}"#, "aws:SecureTransport", Some(&["false"]), true),
    (OPERATORS, r#""Bool": {"aws:SecureTransport": "false"}"#, "aws:SecureTransport", Some(&["true"]), false),
    (OPERATORS, r#""Bool": {"aws:SecureTransport": "false"}"#, "aws:SecureTransport", Some(&[]), false),
    (
        OPERATORS,
        r#""BinaryEquals": {"key:x": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}"#,
        "key:x",
        Some(&["QmluYXJ5VmFsdWVJbkJhc2U2NA=="]),
        true,
    ),
    (OPERATORS, r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#, "aws:SourceIp", Some(&["203.0.113.255"]), true),
    (OPERATORS, r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#, "aws:SourceIp", Some(&["203.0.114.0"]), false),
    (OPERATORS, r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#, "aws:SourceIp", Some(&[]), false),
    (
        OPERATORS,
        r#""IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}"#,
        "aws:SourceIp",
        Some(&["2001:db8:1234:5678::1"]),
        true,
    ),
    (
        OPERATORS,
        r#""StringLike": {"a:b": "arn:aws:someservice:*:111122223333:finance/*"}"#,
        "a:b",
        Some(&["arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"]),
        true,
    ),
    (
        OPERATORS,
        r#""ArnLike": {"a:b": "arn:aws:someservice:*:111122223333:finance/*"}"#,
        "a:b",
        Some(&["arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"]),
        false,
    ),
    (
        OPERATORS,
        r#""ArnLike": {"a:b": "arn:aws:someservice:*:111122223333:finance/*"}"#,
        "a:b",
        Some(&["arn:aws:someservice:us-east-2:111122223333:finance/document.txt"]),
        true,
    ),
    (
        OPERATORS,
        r#""ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-2:123456789012:TOPIC-ID"}"#,
        "aws:SourceArn",
        Some(&["arn:aws:sns:us-east-2:123456789012:TOPIC-ID"]),
        true,
    ),
    (
        OPERATORS,
        r#""ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-2:123456789012:TOPIC-ID"}"#,
        "aws:SourceArn",
        None,
        false,
    ),
    (OPERATORS, r#""StringLike": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}"#, "ec2:InstanceType", None, false),
    (
        OPERATORS,
        r#""StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}"#,
        "ec2:InstanceType",
        None,
        true,
    ),
    (
        OPERATORS,
        r#""StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}"#,
        "ec2:InstanceType",
        Some(&["m3.large"]),
        true,
    ),
    (
        OPERATORS,
        r#""StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}"#,
        "ec2:InstanceType",
        Some(&["c5.large"]),
        false,
    ),
    (OPERATORS, r#""StringNotEqualsIfExists": {"aws:RequestTag/x": "y"}"#, "aws:RequestTag/x", None, true),
    (OPERATORS, r#""Null": {"aws:TokenIssueTime": "true"}"#, "aws:TokenIssueTime", None, true),
    (
        OPERATORS,
        r#""Null": {"aws:TokenIssueTime": "true"}"#,
        "aws:TokenIssueTime",
        Some(&["2020-01-01T00:00:01Z"]),
        false,
    ),
    (SETS, r#""ForAllValues:StringNotLike": {"aws:TagKeys": "key1*"}"#, "aws:TagKeys", Some(&["key1:legal"]), false),
    (
        SETS,
        r#""ForAllValues:StringNotLike": {"aws:TagKeys": "key1*"}"#,
        "aws:TagKeys",
        Some(&["key1:hr", "key1:personnel"]),
        false,
    ),
    (SETS, r#""ForAllValues:StringNotLike": {"aws:TagKeys": "key1*"}"#, "aws:TagKeys", Some(&["key2:audit"]), true),
    (SETS, r#""ForAllValues:StringNotLike": {"aws:TagKeys": "key1*"}"#, "aws:TagKeys", None, true),
    (
        SINGLE,
        r#""ForAllValues:StringLike": {"dynamodb:Attributes": ["PostDateTime", "Message", "Tags"]}"#,
        "dynamodb:Attributes",
        Some(&["PostDateTime", "Message"]),
        true,
    ),
    (
        SINGLE,
        r#""ForAllValues:StringLike": {"dynamodb:Attributes": ["PostDateTime", "Message", "Tags"]}"#,
        "dynamodb:Attributes",
        Some(&["PostDateTime", "UserName"]),
        false,
    ),
    (
        SINGLE,
        r#""ForAllValues:StringLike": {"dynamodb:Attributes": ["PostDateTime", "Message", "Tags"]}"#,
        "dynamodb:Attributes",
        None,
        true,
    ),
    (
        SINGLE,
        r#""ForAllValues:StringLike": {"dynamodb:Attributes": ["PostDateTime", "Message", "Tags"]}"#,
        "dynamodb:Attributes",
        Some(&[""]),
        true,
    ),
    (
        SINGLE,
        r#""ForAnyValue:StringLike": {"dynamodb:Attributes": ["ID", "PostDateTime"]}"#,
        "dynamodb:Attributes",
        Some(&["UserName", "Message", "PostDateTime"]),
        true,
    ),
    (
        SINGLE,
        r#""ForAnyValue:StringLike": {"dynamodb:Attributes": ["ID", "PostDateTime"]}"#,
        "dynamodb:Attributes",
        Some(&["UserName"]),
        false,
    ),
    (
        SINGLE,
        r#""ForAnyValue:StringLike": {"dynamodb:Attributes": ["ID", "PostDateTime"]}"#,
        "dynamodb:Attributes",
        None,
        false,
    ),
    (
        SINGLE,
        r#""ForAnyValue:StringLike": {"dynamodb:Attributes": ["ID", "PostDateTime"]}"#,
        "dynamodb:Attributes",
        Some(&[""]),
        false,
    ),
];

#[test]
fn the_documentations_conditions_hold_where_it_says() {
    for (source, text, key, values, holds) in ROWS {
        let call = values.iter().fold(Call::new(), |call, values| call.key(key, values));
        assert_eq!(condition(&call, text), Some(*holds), "{source}: {text} on {values:?}");
    }
}
