//! Every function of CloudFormation, as the environment of a function shows what it gives.

use sig4_gateway::{Error, IntegrationKind};

use sig4_gateway::template::{Deployment, MAX_RESOLVED_BYTES, Stack};
use std::fmt::Write;

/// What `value` comes to in a template with a few other things in it.
fn resolved(value: &str) -> Result<Option<String>, String> {
    let template = r#"{
        "Parameters": {
            "Name": {"Type": "String", "Default": "n"},
            "Number": {"Type": "Number", "Default": 7},
            "List": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
            "Given": {"Type": "String"},
            "Missing": {"Type": "String"},
            "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/p"}
        },
        "Mappings": {"M": {"k": {"v": "mapped", "l": ["x", "y"]}}},
        "Conditions": {
            "Yes": {"Fn::Equals": [{"Ref": "AWS::Region"}, "r-1"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
            "All": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Or": [{"Condition": "No"}, {"Condition": "Yes"}]}]},
            "Seven": {"Fn::Equals": [7, {"Ref": "Number"}]},
            "Loop": {"Fn::Not": [{"Condition": "Back"}]},
            "Back": {"Fn::Not": [{"Condition": "Loop"}]}
        },
        "Resources": {
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
            "I": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::Sub": "arn:${AWS::Partition}:apigateway:r-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}}},
            "R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
                "ApiId": {"Ref": "Api"}, "RouteKey": "$default", "Target": {"Fn::Sub": "integrations/${I}"}}},
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}},
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Role": {"Type": "AWS::IAM::Role"},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "QueueToo"}}},
            "QueueToo": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Queue"}}},
            "Absent": {"Type": "AWS::S3::Bucket", "Condition": "No"},
            "F": {"Type": "AWS::Lambda::Function", "Properties": {
                "Code": {"ZipFile": ""}, "Handler": "index.handler", "Environment": {"Variables": {"V": VALUE}}}}
        }
    }"#;
    let template = template.replace("VALUE", value);
    let stack = Stack::of_template("S.json", &|_| Ok(template.clone())).unwrap();
    let api = stack.definition(&Deployment::new("r-1").with_account("123").with_parameter("Given", "g"));
    let api = api.map_err(|error| error.to_string())?;
    if let IntegrationKind::NotImplemented(why) = api.routes().next().unwrap().integration().kind() {
        return Err(why.to_owned());
    }
    let function = api.functions().next().unwrap();
    Ok(function.environment().find(|(name, _)| *name == "V").map(|(_, value)| value.to_owned()))
}

#[test]
fn functions_give_what_cloudformation_gives() {
    for (value, expected) in [
        (r#""plain""#, "plain"),
        ("7", "7"),
        ("true", "true"),
        (r#"{"Ref": "Name"}"#, "n"),
        (r#"{"Ref": "Number"}"#, "7"),
        (r#"{"Ref": "Given"}"#, "g"),
        (r#"{"Ref": "Stored"}"#, "/p"),
        (r#"{"Ref": "AWS::Region"}"#, "r-1"),
        (r#"{"Ref": "AWS::AccountId"}"#, "123"),
        (r#"{"Ref": "AWS::Partition"}"#, "aws"),
        (r#"{"Ref": "AWS::URLSuffix"}"#, "amazonaws.com"),
        (r#"{"Ref": "AWS::StackName"}"#, "S"),
        (r#"{"Ref": "AWS::StackId"}"#, "arn:aws:cloudformation:r-1:123:stack/S/local"),
        (r#"{"Ref": "Api"}"#, "local"),
        (r#"{"Ref": "Table"}"#, "orders"),
        (r#"{"Ref": "Bucket"}"#, "S-Bucket"),
        (r#"{"Ref": "F"}"#, "S-F"),
        (r#"{"Fn::GetAtt": ["F", "Arn"]}"#, "arn:aws:lambda:r-1:123:function:S-F"),
        (r#"{"Fn::GetAtt": "F.Arn"}"#, "arn:aws:lambda:r-1:123:function:S-F"),
        (r#"{"Fn::GetAtt": ["Role", "Arn"]}"#, "arn:aws:iam::123:role/S-Role"),
        (r#"{"Fn::GetAtt": ["Table", "Arn"]}"#, "arn:aws:dynamodb:r-1:123:table/orders"),
        (r#"{"Fn::GetAtt": ["Bucket", "Arn"]}"#, "arn:aws:s3:::S-Bucket"),
        (r#"{"Fn::GetAtt": ["Bucket", "DomainName"]}"#, "Bucket.DomainName"),
        (r#"{"Fn::GetAtt": ["Api", "ApiEndpoint"]}"#, "https://local.execute-api.r-1.amazonaws.com"),
        (r#"{"Fn::Join": ["-", ["a", {"Ref": "Name"}, 3]]}"#, "a-n-3"),
        (r#"{"Fn::Join": ["|", {"Ref": "List"}]}"#, "a|b|c"),
        (r#"{"Fn::Join": [",", {"Fn::Split": ["/", "a/b//c"]}]}"#, "a,b,,c"),
        (r#"{"Fn::Join": ["", ["a", {"Ref": "AWS::NoValue"}, "b"]]}"#, "ab"),
        (r#"{"Fn::Sub": "${Name}:${F.Arn}:${!Name}:$x"}"#, "n:arn:aws:lambda:r-1:123:function:S-F:${Name}:$x"),
        (r#"{"Fn::Sub": ["${X}${Name}", {"X": {"Ref": "Given"}}]}"#, "gn"),
        (r#"{"Fn::If": ["Yes", "y", {"Fn::ImportValue": "x"}]}"#, "y"),
        (r#"{"Fn::If": ["No", "y", "n"]}"#, "n"),
        (r#"{"Fn::If": ["All", "y", "n"]}"#, "y"),
        (r#"{"Fn::If": ["Seven", "y", "n"]}"#, "y"),
        (r#"{"Fn::Select": ["1", {"Ref": "List"}]}"#, "b"),
        (r#"{"Fn::Select": [1, {"Fn::GetAZs": ""}]}"#, "r-1b"),
        (r#"{"Fn::FindInMap": ["M", "k", "v"]}"#, "mapped"),
        (r#"{"Fn::Select": [1, {"Fn::FindInMap": ["M", {"Fn::Join": ["", ["k"]]}, "l"]}]}"#, "y"),
        (r#"{"Fn::FindInMap": ["M", "no", "v", {"DefaultValue": "d"}]}"#, "d"),
        (r#"{"Fn::Base64": "ab"}"#, "YWI="),
        (r#"{"Fn::Length": {"Ref": "List"}}"#, "3"),
        (r#"{"Fn::ToJsonString": {"a": {"Ref": "Name"}, "b": [1, {"Ref": "AWS::NoValue"}]}}"#, r#"{"a":"n","b":[1]}"#),
    ] {
        assert_eq!(resolved(value).unwrap().as_deref(), Some(expected), "{value}");
    }
    assert_eq!(resolved(r#"{"Ref": "AWS::NoValue"}"#).unwrap(), None);
    assert_eq!(resolved(r#"{"Fn::If": ["No", "y", {"Ref": "AWS::NoValue"}]}"#).unwrap(), None);
}

#[test]
fn what_cannot_be_resolved_is_named_with_its_place() {
    let place = "Resources.F.Properties.Environment.Variables.V";
    for (value, at, says) in [
        (r#"{"Ref": "Nothing"}"#, ".Ref", "there is no `Nothing`"),
        (r#"{"Ref": "AWS::Nothing"}"#, ".Ref", "no pseudo parameter"),
        (r#"{"Ref": "Missing"}"#, ".Ref", "the parameter `Missing` has no default"),
        (r#"{"Ref": "Absent"}"#, ".Ref", "its condition does not hold"),
        (r#"{"Fn::GetAtt": ["Nothing", "Arn"]}"#, r#"["Fn::GetAtt"]"#, "there is no `Nothing`"),
        (r#"{"Fn::GetAtt": "F"}"#, r#"["Fn::GetAtt"]"#, "expected a resource and its attribute"),
        (r#"{"Fn::Join": ["", [["a"]]]}"#, r#"["Fn::Join"][1][0]"#, "expected text, not a list"),
        (r#"{"Fn::Join": ["", "a"]}"#, r#"["Fn::Join"][1]"#, "expected a list, not text"),
        (r#"{"Fn::Join": [""]}"#, r#"["Fn::Join"]"#, "expected a list of 2, not of 1"),
        (r#"{"Fn::Sub": "${x"}"#, r#"["Fn::Sub"]"#, "`${` without `}`"),
        (r#"{"Fn::Sub": "${List}"}"#, r#"["Fn::Sub"]"#, "`${List}` is a list"),
        (r#"{"Fn::Select": [3, {"Ref": "List"}]}"#, r#"["Fn::Select"]"#, "no element 3 in a list of 3"),
        (r#"{"Fn::Split": ["", "a"]}"#, r#"["Fn::Split"][0]"#, "the delimiter is empty"),
        (r#"{"Fn::FindInMap": ["M", "no", "v"]}"#, r#"["Fn::FindInMap"]"#, "there is no Mappings.M.no.v"),
        (r#"{"Fn::If": ["Never", 1, 2]}"#, r#"["Fn::If"][0]"#, "there is no condition `Never`"),
        (r#"{"Fn::ImportValue": "x"}"#, r#"["Fn::ImportValue"]"#, "no other stack of the folder exports `x`"),
        (r#"{"Fn::Transform": {}}"#, r#"["Fn::Transform"]"#, "this function is not supported"),
        (r#"{"a": "b"}"#, "", "expected text, not an object"),
    ] {
        let error = resolved(value).unwrap_err();
        assert!(error.contains(&format!("{place}{at}: ")) && error.contains(says), "{value}: {error}");
    }
}

#[test]
fn circles_are_refused() {
    for value in [r#"{"Fn::If": ["Loop", 1, 2]}"#, r#"{"Ref": "Queue"}"#] {
        let error = resolved(value).unwrap_err();
        assert!(error.contains("depends on itself"), "{error}");
    }
}

#[test]
fn functions_that_grow_without_end_are_stopped() {
    // Each doubles what the one below it makes.
    let value = (0..40)
        .fold(r#""ten bytes!""#.to_owned(), |inner, _| format!(r#"{{"Fn::Sub": ["${{X}}${{X}}", {{"X": {inner}}}]}}"#));
    let error = resolved(&value).unwrap_err();
    assert!(error.contains("too much of it") && MAX_RESOLVED_BYTES < 10_000_000, "{error}");
    // The delimiter is counted before it is multiplied: these would be 3 GB.
    let items = vec!["1"; 30_000].join(",");
    let value = format!(r#"{{"Fn::Join": ["{}", [{items}]]}}"#, "-".repeat(100_000));
    assert!(resolved(&value).unwrap_err().contains("too much of it"));
}

/// A template whose API is there if the condition `C` holds, with these conditions.
fn with_conditions(conditions: &str) -> Result<(), Error> {
    let api = r#""Api": {"Type": "AWS::ApiGatewayV2::Api", "Condition": "C"}"#;
    let template = format!(r#"{{"Conditions": {{{conditions}}}, "Resources": {{{api}}}}}"#);
    Stack::of_template("S.json", &|_| Ok(template.clone()))?.definition(&Deployment::new("r")).map(drop)
}

#[test]
fn conditions_that_name_one_another_many_times_are_evaluated_once() {
    for function in ["Fn::And", "Fn::Or"] {
        let mut conditions = r#""C0": {"Fn::Equals": [1, 1]}"#.to_owned();
        for i in 1..=200 {
            let one = format!(r#"{{"Condition": "C{}"}}"#, i - 1);
            write!(conditions, r#", "C{i}": {{"{function}": [{one}, {one}, {one}]}}"#).unwrap();
        }
        with_conditions(&[&conditions, r#", "C": {"Condition": "C200"}"#].concat()).unwrap();
    }
}

#[test]
fn conditions_in_a_circle_are_refused_with_their_place() {
    let chain =
        |last: &str| format!(r#""C": {{"Fn::Not": [{{"Condition": "D"}}]}}, "D": {{"Fn::Or": [true, {last}]}}"#);
    for (conditions, says) in [
        (r#""C": {"Condition": "C"}"#.to_owned(), "Conditions.C: `C` depends on itself: C -> C"),
        (chain(r#"{"Condition": "C"}"#), "`C` depends on itself: C -> D -> C"),
        (chain(r#"{"Fn::Equals": [1, {"Fn::If": ["C", 1, 2]}]}"#), "`C` depends on itself: C -> D -> C"),
    ] {
        let error = with_conditions(&conditions).unwrap_err().to_string();
        assert!(error.contains("Conditions.") && error.contains(says), "{error}");
    }
}

#[test]
fn values_that_lie_deep_in_one_another_are_refused() {
    // Each is nearly as deep as JSON may be, and there are as many as may wait for one another.
    let mut resources = String::new();
    for i in 0..31 {
        let name = (0..35)
            .fold(format!(r#"{{"Ref": "R{}"}}"#, i + 1), |inner, _| format!(r#"{{"Fn::Select": [0, [{inner}]]}}"#));
        write!(resources, r#""R{i}": {{"Type": "T", "Properties": {{"TableName": {name}}}}},"#).unwrap();
    }
    let template = format!(
        r#"{{"Resources": {{{resources} "R31": {{"Type": "T"}}, "Api": {{"Type": "AWS::ApiGatewayV2::Api",
        "Properties": {{"ProtocolType": "HTTP", "Target": {{"Fn::Sub": "${{R0}}"}}}}}}}}}}"#
    );
    let stack = Stack::of_template("S.json", &|_| Ok(template.clone())).unwrap();
    let error = stack.definition(&Deployment::new("r")).unwrap_err().to_string();
    assert!(error.contains("values lie in one another"), "{error}");
}
