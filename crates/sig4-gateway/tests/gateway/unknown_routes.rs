//! Routes and methods that cannot be told: in stacks that are not read, below conditions, and with values that only AWS knows. None is
//! missed, for a route with a variable in front would get its calls.

use serde_json::{Value, json};
use sig4_gateway::template::{Assembly, Deployment};
use sig4_gateway::{ApiDefinition, Auth, Error, IntegrationKind};
use std::collections::BTreeMap;

/// The API `Api` of the stack `S` beside a stack `T`. Both have the parameter `Stored` with this name, and the condition `Unknown`.
fn defined(stacks: [Value; 2], stored: &str) -> Result<ApiDefinition, Error> {
    let mut files = BTreeMap::new();
    let mut artifacts = BTreeMap::new();
    for (name, mut template) in ["S", "T"].into_iter().zip(stacks) {
        template["Parameters"] = json!({"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": stored}});
        template["Conditions"] = json!({"Unknown": {"Fn::Equals": [{"Ref": "Stored"}, "a"]}});
        files.insert(format!("{name}.template.json"), template);
        let properties = json!({"templateFile": format!("{name}.template.json")});
        artifacts.insert(name, json!({"type": "aws:cloudformation:stack", "properties": properties}));
    }
    files.insert("manifest.json".to_owned(), json!({"artifacts": artifacts}));
    let read = |name: &str| files.get(name).map(Value::to_string).ok_or_else(|| std::io::ErrorKind::NotFound.into());
    Assembly::read(&read)?.stack(Some("S"))?.definition(&Deployment::new("r-1"))
}

/// The stack of the API, with an open method or route in front of everything.
fn own(of_type: &str, more: Value) -> Value {
    let mut resources = json!({"Api": {"Type": of_type, "Properties": {}}});
    resources.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let export = |value: Value, name: &str| json!({"Value": value, "Export": {"Name": name}});
    let mut outputs = json!({"Id": export(json!({"Ref": "Api"}), "id")});
    if of_type == REST {
        outputs["Root"] = export(json!({"Fn::GetAtt": ["Api", "RootResourceId"]}), "root");
    }
    json!({"Resources": resources, "Outputs": outputs})
}

const REST: &str = "AWS::ApiGateway::RestApi";
const HTTP: &str = "AWS::ApiGatewayV2::Api";

fn method(other: Value) -> Value {
    let mut properties = json!({"RestApiId": {"Fn::ImportValue": "id"}, "ResourceId": {"Fn::ImportValue": "root"},
        "HttpMethod": "GET", "AuthorizationType": "AWS_IAM",
        "Integration": {"Type": "HTTP_PROXY", "Uri": "http://127.0.0.1:9/", "IntegrationHttpMethod": "GET"}});
    properties.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    json!({"Type": "AWS::ApiGateway::Method", "Properties": properties})
}

fn route(other: Value) -> Value {
    let mut properties =
        json!({"ApiId": {"Fn::ImportValue": "id"}, "RouteKey": "GET /", "AuthorizationType": "AWS_IAM"});
    properties.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": properties})
}

fn keys(api: &ApiDefinition) -> Vec<(&str, Auth)> {
    api.routes().map(|route| (route.key(), route.auth())).collect()
}

#[test]
fn a_stack_beside_the_api_with_a_route_that_cannot_be_told_is_refused() {
    for (of_type, entry) in [(REST, method(json!({}))), (HTTP, route(json!({})))] {
        let read = json!({"Resources": {"A": entry}});
        let api = defined([own(of_type, json!({})), read.clone()], "/x").unwrap();
        assert_eq!(keys(&api), [("GET /", Auth::Iam)]);
        let mut undecided = read.clone();
        undecided["Resources"]["B"] = entry.clone();
        undecided["Resources"]["B"]["Condition"] = json!("Unknown");
        let mut of_macro = read.clone();
        of_macro["Transform"] = json!("Mine");
        let mut of_module = read.clone();
        of_module["Resources"]["C"] = json!({"Type": "My::Own::Thing::MODULE"});
        for (beside, says) in [
            (undecided, "T.Resources.B: only AWS knows whether a condition holds"),
            (of_macro, "T.Transform: the macro `Mine`"),
            (of_module, "T.Resources.C: modules"),
        ] {
            let error = defined([own(of_type, json!({})), beside], "/x").unwrap_err().to_string();
            assert!(error.contains(says), "{of_type}: {error}");
        }
    }
}

#[test]
fn a_stack_beside_the_api_without_a_route_of_it_is_only_noted() {
    let elsewhere = method(json!({"RestApiId": "abc"}));
    let of_other = json!({"Transform": "Mine", "Resources": {"A": elsewhere}});
    let mut undecided = json!({"Resources": {"A": elsewhere}});
    undecided["Resources"]["A"]["Condition"] = json!("Unknown");
    let queue = json!({"Transform": "Mine", "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}});
    for beside in [of_other, undecided, queue] {
        let api = defined([own(REST, json!({})), beside], "/x").unwrap();
        assert_eq!(keys(&api), []);
        assert!(api.notes().count() > 0);
    }
}

#[test]
fn a_stored_parameter_is_neither_an_authorizer_nor_a_part_of_a_route() {
    let stored = || json!({"Ref": "Stored"});
    let path = |parent: Value, part: Value| {
        json!({"Type": "AWS::ApiGateway::Resource",
            "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": parent, "PathPart": part}})
    };
    let root = || json!({"Fn::GetAtt": ["Api", "RootResourceId"]});
    let mine = |other: Value| {
        let mut mine = method(json!({"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "R"}}));
        mine["Properties"].as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        mine
    };
    let plain = || path(root(), json!("a"));
    let says = "it has a value that only AWS knows";
    let empty = || json!({"Resources": {}});
    for (value, resource, entry, place) in [
        ("a", path(root(), stored()), mine(json!({})), "Resources.R.Properties.PathPart: "),
        ("R", path(stored(), json!("a")), mine(json!({})), "Resources.R.Properties.ParentId: "),
        ("GET", plain(), mine(json!({"HttpMethod": stored()})), "Resources.M.Properties.HttpMethod: "),
        ("R", plain(), mine(json!({"ResourceId": stored()})), "Resources.M.Properties.ResourceId: "),
    ] {
        let own = own(REST, json!({"R": resource, "M": entry}));
        let error = defined([own, empty()], value).unwrap_err().to_string();
        assert!(error.contains(place) && error.contains(says), "{error}");
    }
    let key = route(json!({"ApiId": {"Ref": "Api"}, "RouteKey": stored()}));
    let error = defined([own(HTTP, json!({"M": key})), empty()], "GET /").unwrap_err().to_string();
    assert!(error.contains("RouteKey") && error.contains(says), "{error}");
    let http = |auth: Value| route(json!({"ApiId": {"Ref": "Api"}, "AuthorizationType": auth}));
    for (value, of_type, entry) in [
        ("NONE", REST, mine(json!({"AuthorizationType": stored()}))),
        ("AWS_IAM", REST, mine(json!({"AuthorizationType": stored()}))),
        ("false", REST, mine(json!({"ApiKeyRequired": stored()}))),
        ("NONE", HTTP, http(stored())),
    ] {
        let more = if of_type == REST { json!({"R": plain(), "M": entry}) } else { json!({"M": entry}) };
        let api = defined([own(of_type, more), empty()], value).unwrap();
        let IntegrationKind::NotImplemented(why) = api.routes().next().unwrap().integration().kind() else {
            panic!("{value} is served: {:?}", keys(&api))
        };
        assert!(why.starts_with("Resources.M.Properties.") && why.matches("Resources").count() == 1, "{why}");
    }
}

#[test]
fn a_nested_stack_that_is_not_read_never_gets_the_api() {
    let nested = |parameters: Value| json!({"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x/n.json", "Parameters": parameters}}});
    let id = json!({"Ref": "Api"});
    for parameters in [
        json!({"Id": id}),
        json!({"Id": id, "Other": {"Fn::ImportValue": "of no stack"}}),
        json!({"Both": {"Fn::Join": [",", ["x", id]]}}),
    ] {
        let error = defined([own(REST, nested(parameters)), json!({"Resources": {}})], "/x").unwrap_err().to_string();
        assert!(error.contains("Resources.N.Properties.Parameters.") && error.contains("gets the API"), "{error}");
    }
    let other = json!({"Name": "localhost", "Other": {"Fn::ImportValue": "of no stack"}});
    assert!(defined([own(REST, nested(other)), json!({"Resources": {}})], "/x").is_ok());
}

#[test]
fn a_resource_without_a_type_is_refused() {
    for resource in [json!({}), json!("AWS::ApiGateway::Method"), json!({"Type": {"Ref": "Stored"}}), Value::Null] {
        let error = defined([own(REST, json!({"X": resource})), json!({"Resources": {}})], "/x").unwrap_err();
        assert!(error.to_string().contains("Resources.X: it has no Type"), "{error}");
    }
}
