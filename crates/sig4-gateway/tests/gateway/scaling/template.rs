//! A template or a configuration costs what its length costs, whatever it repeats: all instructions of reading it.

use serde_json::{Map, Value, json};
use sig4_gateway::ApiDefinition;
use sig4_gateway::template::{Assembly, Deployment};
use sig4_test_support::counted;
use std::hint::black_box;

/// Ten times the items cost at most so many times the instructions.
const MOST: f64 = 14.0;
/// How many items the smaller template has; the other one has ten times as many.
const ITEMS: usize = 12;

/// Reads a description with `n` of something.
pub fn work(shape: &str, n: usize) {
    match shape {
        "Stack" => read(&[("S", stack(n)), ("T", exports(n))], n),
        "Rest" => read(&[("S", rest(n))], n),
        "OpenApi" => read(&[("S", openapi(n))], n),
        "Conditions" => read(&[("S", conditions(n))], 0),
        "Config" => {
            let functions: String = (0..n).map(|n| format!("[functions.f{n}]\ncommand = \"c\"\n")).collect();
            let routes: String = (0..n).map(|n| format!("\"GET /{n}\" = {{ function = \"f{n}\" }}\n")).collect();
            let text = format!("[routes]\n{routes}{functions}");
            let api = ApiDefinition::from_toml(&text, &|_| Ok(String::new())).expect("it is read");
            assert_eq!(api.routes().count(), n);
        }
        other => panic!("{other} is no shape"),
    }
}

fn read(stacks: &[(&str, Value)], routes: usize) {
    let artifact = |name: &str| json!({"type": "aws:cloudformation:stack", "properties": {"templateFile": format!("{name}.template.json")}});
    let artifacts: Map<_, _> = stacks.iter().map(|(name, _)| ((*name).to_owned(), artifact(name))).collect();
    let manifest = json!({"artifacts": artifacts}).to_string();
    let file = |name: &str| match stacks.iter().find(|(stack, _)| name == format!("{stack}.template.json")) {
        Some((_, template)) => Ok(template.to_string()),
        None if name == "manifest.json" => Ok(manifest.clone()),
        None => Err(std::io::ErrorKind::NotFound.into()),
    };
    let assembly = Assembly::read(&file).expect("it is read");
    let api = assembly.stack(Some("S")).and_then(|stack| stack.definition(&Deployment::new("r-1")));
    let api = black_box(api.expect("it is an API"));
    assert_eq!(api.routes().count(), routes);
}

/// Routes with an integration, a function and a user each. Every name is made of the one before it, but begins anew after eight.
fn stack(n: usize) -> Value {
    let mut all = Map::from_iter([(
        "Api".to_owned(),
        json!({"Type": "AWS::ApiGatewayV2::Api", "Condition": "C0",
        "Properties": {"ProtocolType": "HTTP"}}),
    )]);
    for i in 0..n {
        let properties = |of_type: &str, properties: Value| json!({"Type": of_type, "Condition": format!("C{i}"), "Properties": properties});
        let table = if i % 8 == 0 { json!("t") } else { json!({"Fn::Sub": format!("${{Table{}}}x", i - 1)}) };
        all.insert(format!("Table{i}"), properties("AWS::DynamoDB::Table", json!({"TableName": table})));
        all.insert(
            format!("Function{i}"),
            properties(
                "AWS::Lambda::Function",
                json!({"Code": {"ZipFile": ""},
            "Environment": {"Variables": {"TABLE": {"Ref": format!("Table{i}")}}}}),
            ),
        );
        all.insert(
            format!("Integration{i}"),
            properties(
                "AWS::ApiGatewayV2::Integration",
                json!({"ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "IntegrationUri": uri(i)}),
            ),
        );
        all.insert(format!("Route{i}"), properties("AWS::ApiGatewayV2::Route", json!({"ApiId": {"Ref": "Api"},
            "RouteKey": format!("GET /{i}"), "Target": {"Fn::Join": ["/", ["integrations", {"Ref": format!("Integration{i}")}]]}})));
        all.insert(format!("User{i}"), properties("AWS::IAM::User", json!({"Groups": [{"Ref": format!("Group{i}")}]})));
        all.insert(format!("Group{i}"), properties("AWS::IAM::Group", json!({})));
        all.insert(
            format!("Policy{i}"),
            properties(
                "AWS::IAM::Policy",
                json!({"Groups": [{"Ref": format!("Group{i}")}],
            "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}}),
            ),
        );
    }
    json!({"Resources": all, "Conditions": chain(n)})
}

/// Methods of a REST API. The path of each resource is that of the one before it and one part more, but begins anew after eight.
fn rest(n: usize) -> Value {
    let api = json!({"Ref": "Api"});
    let mut all = Map::from_iter([("Api".to_owned(), json!({"Type": "AWS::ApiGateway::RestApi"}))]);
    for i in 0..n {
        let parent = match i % 8 {
            0 => json!({"Fn::GetAtt": ["Api", "RootResourceId"]}),
            _ => json!({"Ref": format!("Resource{}", i - 1)}),
        };
        all.insert(
            format!("Resource{i}"),
            json!({"Type": "AWS::ApiGateway::Resource",
                "Properties": {"RestApiId": api, "ParentId": parent, "PathPart": format!("p{i}")}}),
        );
        all.insert(
            format!("Method{i}"),
            json!({"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": api, "HttpMethod": "OPTIONS",
                "ResourceId": {"Ref": format!("Resource{i}")}, "AuthorizationType": "NONE", "Integration": {"Type": "MOCK",
                "RequestTemplates": {"application/json": "{ statusCode: 200 }"},
                "IntegrationResponses": [{"StatusCode": "204"}]}}}),
        );
    }
    json!({"Resources": all})
}

/// Operations of an OpenAPI definition, with a scheme each.
fn openapi(n: usize) -> Value {
    let scheme = |i| (format!("S{i}"), json!({"x-amazon-apigateway-authtype": "awsSigv4"}));
    let path = |i| {
        let integration = json!({"type": "http_proxy", "uri": "http://127.0.0.1:9/"});
        let operation = json!({"security": [{format!("S{i}"): []}], "x-amazon-apigateway-integration": integration});
        (format!("/{i}"), json!({"get": operation}))
    };
    let body = json!({"paths": (0..n).map(path).collect::<Map<_, _>>(),
        "securityDefinitions": (0..n).map(scheme).collect::<Map<_, _>>()});
    json!({"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}}})
}

/// What an integration leads to: a function of the stack, one of the other stack, or nothing.
fn uri(i: usize) -> Value {
    match i % 3 {
        0 => json!({"Fn::GetAtt": [format!("Function{i}"), "Arn"]}),
        1 => json!({"Fn::ImportValue": format!("E{i}")}),
        _ => json!({"Fn::ImportValue": format!("no export {i}")}),
    }
}

fn exports(n: usize) -> Value {
    let function =
        |i| (format!("F{i}"), json!({"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": ""}}}));
    let output = |i| {
        (
            format!("O{i}"),
            json!({"Value": {"Fn::GetAtt": [format!("F{i}"), "Arn"]}, "Export": {"Name": {"Fn::Sub": format!("E{i}")}}}),
        )
    };
    json!({"Resources": (0..n).map(function).collect::<Map<_, _>>(), "Outputs": (0..n).map(output).collect::<Map<_, _>>()})
}

/// Conditions that name the one before them three times.
fn chain(n: usize) -> Map<String, Value> {
    let mut all = Map::from_iter([("C0".to_owned(), json!({"Fn::Equals": [{"Ref": "AWS::Region"}, "r-1"]}))]);
    for i in 1..n {
        let one = json!({"Condition": format!("C{}", i - 1)});
        all.insert(format!("C{i}"), json!({"Fn::And": [one, one, one]}));
    }
    all
}

/// An API that is there if the last condition of a chain holds.
fn conditions(n: usize) -> Value {
    let api = json!({"Type": "AWS::ApiGatewayV2::Api", "Condition": format!("C{}", n.saturating_sub(1))});
    json!({"Resources": {"Api": api}, "Conditions": chain(n)})
}

macro_rules! grows_with_the_template {
    ($($name:ident $shape:literal)+) => {
        $(#[test]
        fn $name() {
            counted::assert_grows(concat!("Template:", $shape), &[], ITEMS, MOST);
        })+
    };
}

grows_with_the_template! {
    a_stack_of_everything_is_linear "Stack"
    the_methods_of_a_rest_api_are_linear "Rest"
    the_operations_of_an_openapi_definition_are_linear "OpenApi"
    a_chain_of_conditions_is_linear "Conditions"
    a_configuration_is_linear "Config"
}
