//! Templates of SAM after the transform, in which the routes of an API are the OpenAPI definition in its `Body`.
//! `fixtures/sam` has a template with a REST API and an HTTP API that aws-sam-translator 1.110.0 wrote, without permissions and roles.

use serde_json::{Value, json};
use sig4_gateway::template::{Deployment, Stack};
use sig4_gateway::{ApiDefinition, Auth, Error, IntegrationKind, PayloadFormat};
use sig4_test_support::fixtures::reader;

fn fixture(api: &str) -> Result<ApiDefinition, Error> {
    Stack::of_template("pets.template.json", &reader("sam"))?.definition(&Deployment::new("eu-west-1").with_api(api))
}

/// The routes: who may call them, their integrations and the versions of their events.
fn routes(api: &ApiDefinition) -> Vec<(&str, &str, &str, &str)> {
    let described = |route: &sig4_gateway::definition::RouteDefinition| {
        let kind = match route.integration().kind() {
            IntegrationKind::Function(_) => "function",
            IntegrationKind::Mock(_) => "mock",
            IntegrationKind::HttpProxy(_) => "proxy",
            IntegrationKind::NotImplemented(_) => "501",
            other => panic!("{other:?}"),
        };
        let format = if route.payload_format() == PayloadFormat::V1 { "1.0" } else { "2.0" };
        (if route.auth() == Auth::Iam { "IAM" } else { "open" }, kind, format)
    };
    let routes = api.routes().map(|route| (route.key(), described(route)));
    routes.map(|(key, (auth, kind, format))| (key, auth, kind, format)).collect()
}

#[test]
fn the_rest_api_of_a_transformed_template_is_its_body() {
    let api = fixture("Api").unwrap();
    assert!(api.is_rest());
    let expected = [
        ("ANY /any/{proxy+}", "open", "function", "1.0"),
        ("GET /pets/{id}", "IAM", "function", "1.0"),
        ("OPTIONS /any/{proxy+}", "open", "mock", "1.0"),
        ("OPTIONS /pets/{id}", "open", "mock", "1.0"),
    ];
    assert_eq!(routes(&api), expected);
    assert_eq!(api.stages().map(|stage| stage.name()).collect::<Vec<_>>(), ["prod"]);
    assert_eq!(api.binary_media_types().collect::<Vec<_>>(), ["image/png"]);
    assert!(api.resource_policy().is_some());
    assert_eq!(api.gateway_responses().count(), 1);
    let options = api.routes().nth(3).unwrap();
    let IntegrationKind::Mock(mock) = options.integration().kind() else { panic!("{options:?}") };
    assert_eq!(mock.status(), 200);
    let origin = mock.headers().find(|(name, _)| *name == "Access-Control-Allow-Origin").unwrap();
    assert_eq!(origin.1, "http://localhost:5173");
    let notes: Vec<_> = api.notes().collect();
    assert!(notes.iter().any(|note| note.contains("the stage `Stage`, which a deployment makes, is left out")));
}

#[test]
fn the_http_api_of_a_transformed_template_is_its_body() {
    let api = fixture("Http").unwrap();
    assert!(!api.is_rest());
    let expected = [
        ("$default", "open", "function", "2.0"),
        ("GET /h/{id}", "open", "function", "2.0"),
        ("POST /hi", "IAM", "function", "1.0"),
    ];
    assert_eq!(routes(&api), expected);
    assert!(api.cors().unwrap().allows("http://localhost:5173"));
}

/// A REST API with this OpenAPI definition.
fn defined(of_type: &str, body: Value) -> Result<ApiDefinition, Error> {
    let text = json!({"Resources": {"Api": {"Type": of_type, "Properties": {"Body": body}}},
        "Parameters": {"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"}},
        "Conditions": {"Unknown": {"Fn::Equals": [{"Ref": "Stored"}, "a"]}, "No": {"Fn::Equals": ["a", "b"]}}})
    .to_string();
    let stack = Stack::of_template("S.template.json", &|name| match name {
        "S.template.json" => Ok(text.clone()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    });
    stack?.definition(&Deployment::new("r-1"))
}

/// A definition with the schemes of IAM, of API keys and of an authorizer, and one operation with other members.
fn body(operation: Value) -> Value {
    let mut members = json!({"x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET",
        "uri": "http://127.0.0.1:9/"}});
    members.as_object_mut().unwrap().extend(operation.as_object().unwrap().clone());
    json!({"swagger": "2.0", "paths": {"/": {"get": members}}, "securityDefinitions": {
        "AWS_IAM": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "Custom": {"type": "apiKey", "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": {}}}})
}

const REST: &str = "AWS::ApiGateway::RestApi";

#[test]
fn an_operation_is_never_served_without_what_its_security_requires() {
    let auth = "x-amazon-apigateway-auth";
    for (operation, expected) in [
        (json!({}), "open"),
        (json!({"security": []}), "open"),
        (json!({"security": [{"NONE": []}]}), "open"),
        (json!({"security": [{"AWS_IAM": []}]}), "IAM"),
        (json!({auth: {"type": "AWS_IAM"}}), "IAM"),
        (json!({"security": [{"AWS_IAM": []}], auth: {"type": "AWS_IAM"}}), "IAM"),
        (json!({"security": [{"Fn::If": ["No", {"NONE": []}, {"AWS_IAM": []}]}]}), "IAM"),
        (json!({"security": [{"AWS_IAM": []}], auth: {"type": "NONE"}}), "501"),
        (json!({auth: {"type": "CUSTOM"}}), "501"),
        (json!({auth: {}}), "501"),
        (json!({"security": [{"api_key": []}]}), "501"),
        (json!({"security": [{"AWS_IAM": []}, {"api_key": []}]}), "501"),
        (json!({"security": [{"AWS_IAM": [], "api_key": []}]}), "501"),
        (json!({"security": [{"Custom": []}]}), "501"),
        (json!({"security": [{"Other": []}]}), "501"),
        (json!({"security": [{"NONE": []}, {"AWS_IAM": []}]}), "501"),
        (json!({"security": [{}]}), "501"),
        (json!({"security": "AWS_IAM"}), "501"),
        (json!({"security": [{"AWS_IAM": [{"Ref": "Stored"}]}]}), "501"),
    ] {
        for of_type in [REST, "AWS::ApiGatewayV2::Api"] {
            let api = defined(of_type, body(operation.clone())).unwrap();
            let served = routes(&api);
            let served = if served[0].2 == "501" { "501" } else { served[0].1 };
            assert_eq!(served, expected, "{of_type} {operation}");
        }
    }
    let mut common = body(json!({}));
    common["security"] = json!([{"AWS_IAM": []}]);
    assert_eq!(routes(&defined(REST, common).unwrap())[0].2, "501");
}

#[test]
fn a_scheme_of_the_name_none_is_what_its_definition_says() {
    let mut named = body(json!({"security": [{"NONE": []}]}));
    named["securityDefinitions"]["NONE"] = json!({"type": "apiKey"});
    assert_eq!(routes(&defined(REST, named).unwrap())[0].2, "501");
}

#[test]
fn a_scheme_whose_type_only_aws_knows_is_not_that_of_iam() {
    let mut stored = body(json!({"security": [{"AWS_IAM": []}]}));
    let of_type = json!({"Fn::If": ["No", "custom", {"Fn::Select": [0, ["awsSigv4"]]}]});
    stored["securityDefinitions"]["AWS_IAM"]["x-amazon-apigateway-authtype"] = of_type;
    assert_eq!(routes(&defined(REST, stored.clone()).unwrap())[0].1, "IAM");
    let of_type = json!({"Fn::Select": [1, ["/x", "awsSigv4", {"Ref": "Stored"}]]});
    stored["securityDefinitions"]["AWS_IAM"]["x-amazon-apigateway-authtype"] = of_type;
    assert_eq!(routes(&defined(REST, stored).unwrap())[0].2, "501");
}

#[test]
fn an_operation_that_may_be_missed_is_refused() {
    let open = json!({"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": "http://127.0.0.1:9/"}});
    let paths = |paths: Value| json!({"openapi": "3.0.1", "paths": paths});
    for (paths, says) in [
        (json!({"/": {"Fn::If": ["Unknown", {"get": open}, {"Ref": "AWS::NoValue"}]}}), "only AWS knows whether"),
        (json!({"/": {"get": {"Fn::If": ["Unknown", open, {"Ref": "AWS::NoValue"}]}}}), "only AWS knows whether"),
        (json!({"/": {"trace": open}}), "Body.paths[\"/\"].trace: it is not a method"),
        (json!({"/": {"$ref": "#/x"}}), "it is not a method"),
        (json!({"/": {"Fn::Transform": {"Name": "AWS::Include"}}}), "not supported"),
        (json!({"Fn::Transform": {"Name": "AWS::Include"}, "/": {}}), "functions that make whole entries"),
        (json!({"a": {"get": open}}), "Body.paths.a.get: "),
        (json!({"/": []}), "expected an object"),
    ] {
        let error = defined(REST, self::paths(paths)).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    // What is known to be absent is absent, and a whole path may be a function.
    let known = json!({"/": {"Fn::If": ["No", {"get": open}, {"post": open}]}, "/a": {"get": {"Ref": "AWS::NoValue"}}});
    assert_eq!(routes(&defined(REST, paths(known)).unwrap()), [("POST /", "open", "proxy", "1.0")]);
}

fn paths(paths: Value) -> Value {
    json!({"openapi": "3.0.1", "paths": paths})
}

#[test]
fn an_integration_that_cannot_be_resolved_answers_501() {
    let integration =
        |integration: Value| paths(json!({"/": {"get": {"x-amazon-apigateway-integration": integration}}}));
    for (members, says) in [
        (json!({"type": "aws"}), "mapped by templates"),
        (json!({"type": "http_proxy", "uri": {"Fn::ImportValue": "x"}}), "exports `x`"),
        (json!({"$ref": "#/components/x"}), "there is no type"),
        (json!({"type": "mock", "requestTemplates": {"application/json": "$input.body"}}), "$input"),
    ] {
        let api = defined(REST, integration(members)).unwrap();
        let IntegrationKind::NotImplemented(why) = api.routes().next().unwrap().integration().kind() else { panic!() };
        assert!(why.contains(says), "{why}");
    }
    let api = defined(REST, paths(json!({"/": {"get": {}}}))).unwrap();
    assert_eq!(routes(&api)[0].2, "501", "a method without an integration");
}

#[test]
fn a_template_that_is_not_transformed_names_its_resources() {
    let function = |n: usize| (format!("F{n}"), json!({"Type": "AWS::Serverless::Function"}));
    let resources: serde_json::Map<_, _> = (0..7).map(function).collect();
    let text = json!({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}).to_string();
    let error =
        Stack::of_template("S.json", &|_| Ok(text.clone())).unwrap().definition(&Deployment::new("r")).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("python3 scripts/sam-transform.py template.yaml > stack.template.json"), "{error}");
    assert!(error.ends_with("F3 (AWS::Serverless::Function), F4 (AWS::Serverless::Function), 2 more"), "{error}");
}
