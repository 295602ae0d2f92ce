//! REST APIs of stacks: `fixtures/rest.out` is what `cdk synth` wrote of two REST APIs in a stack, methods of one of them in a nested
//! stack and in another stack, and a `LambdaRestApi` in a third. Permissions of Lambda are left out of it.

use serde_json::{Value, json};
use sig4_gateway::definition::RouteDefinition;
use sig4_gateway::template::{Assembly, Deployment, Stack};
use sig4_gateway::{
    ApiDefinition, Auth, DomainMapping, Error, GatewayResponse, GatewayResponseType, IntegrationKind, PayloadFormat,
};
use sig4_test_support::fixtures::reader;

fn read(stack: &str, deployment: &Deployment) -> Result<ApiDefinition, Error> {
    Assembly::read(&reader("rest.out"))?.stack(Some(stack))?.definition(deployment)
}

/// The methods: who may call them and their integrations.
fn methods(api: &ApiDefinition) -> Vec<(&str, &str, &str)> {
    let described = |route: &RouteDefinition| {
        let kind = match route.integration().kind() {
            IntegrationKind::Function(_) => "function",
            IntegrationKind::HttpProxy(_) => "proxy",
            IntegrationKind::Mock(_) => "mock",
            IntegrationKind::NotImplemented(_) => "501",
            other => panic!("{other:?}"),
        };
        (if route.auth() == Auth::Iam { "IAM" } else { "open" }, kind)
    };
    api.routes().map(|route| (route.key(), described(route))).map(|(key, (auth, kind))| (key, auth, kind)).collect()
}

fn why<'a>(api: &'a ApiDefinition, key: &str) -> &'a str {
    match api.routes().find(|route| route.key() == key).unwrap().integration().kind() {
        IntegrationKind::NotImplemented(why) => why,
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn a_rest_api_of_the_cdk_has_its_methods_settings_and_preflights() {
    let api = read("Shop", &Deployment::new("eu-west-1").with_api("Api")).unwrap();
    assert!(api.is_rest());
    let expected = [
        ("GET /", "IAM", "function"),
        ("GET /pets/{id}", "IAM", "function"),
        ("OPTIONS /", "open", "mock"),
        ("OPTIONS /pets", "open", "mock"),
        ("OPTIONS /pets/{id}", "open", "mock"),
        ("POST /pets", "IAM", "function"),
    ];
    assert_eq!(methods(&api), expected);
    assert!(api.routes().all(|route| route.payload_format() == PayloadFormat::V1));
    let stages: Vec<_> = api.stages().map(|stage| (stage.name(), stage.variables().collect::<Vec<_>>())).collect();
    assert_eq!(stages, [("prod", vec![("level", "debug")])]);
    let options = api.routes().find(|route| route.key() == "OPTIONS /").unwrap();
    let IntegrationKind::Mock(mock) = options.integration().kind() else { panic!("{options:?}") };
    assert_eq!(mock.status(), 204);
    let origin = mock.headers().find(|(name, _)| *name == "Access-Control-Allow-Origin");
    assert_eq!(origin, Some(("Access-Control-Allow-Origin", "http://localhost:5173")));
    assert_eq!(api.binary_media_types().collect::<Vec<_>>(), ["image/*"]);
    assert!(api.resource_policy().is_some());
    let responses: Vec<_> = api.gateway_responses().map(|response| response.response_type()).collect();
    assert_eq!(responses, [GatewayResponseType::Default4xx]);
    assert_eq!(api.principals().count(), 1);
}

#[test]
fn methods_of_nested_and_other_stacks_belong_to_the_api_that_they_name() {
    let api = read("Shop", &Deployment::new("eu-west-1").with_api("Back office")).unwrap();
    let expected = [
        ("ANY /site/{proxy+}", "IAM", "proxy"),
        ("GET /custom", "open", "501"),
        ("GET /health", "open", "mock"),
        ("GET /key", "open", "501"),
        ("GET /other", "IAM", "function"),
        ("GET /queue", "open", "501"),
        ("GET /reports", "IAM", "function"),
        ("POST /queue", "open", "501"),
        ("PUT /queue", "open", "501"),
    ];
    assert_eq!(methods(&api), expected);
    let proxy = api.routes().next().unwrap();
    let IntegrationKind::HttpProxy(upstream) = proxy.integration().kind() else { panic!("{proxy:?}") };
    assert_eq!(upstream.url(), "http://127.0.0.1:9/{path}");
    assert!(api.resource_policy().is_none(), "the policy is that of the other API");
    for (key, says) in [
        ("GET /custom", "AuthorizationType: the authorizer CUSTOM is not supported"),
        ("GET /key", "ApiKeyRequired: API keys are not supported"),
        ("GET /queue", "Integration.Type: `HTTP`: integrations whose requests and responses are mapped"),
        ("POST /queue", "Integration.Type: `AWS`: integrations whose"),
        ("PUT /queue", "Integration.ConnectionType: a VPC link"),
    ] {
        let why = why(&api, key);
        assert!(why.starts_with("Resources.Admin") && why.contains(says), "{why}");
    }
    let notes: Vec<_> = api.notes().collect();
    let chosen = "the API ApiF70053CD (REST API, name Api, path Shop/Api) is not the chosen one";
    assert!(notes.iter().any(|note| note.contains(chosen)), "{notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("AWS::ApiGateway::Authorizer: authorizers are left out")));
}

#[test]
fn a_lambda_rest_api_takes_the_root_and_everything_below_it() {
    let api = read("Proxy", &Deployment::new("eu-west-1")).unwrap();
    let expected = [
        ("ANY /", "IAM", "function"),
        ("ANY /{proxy+}", "IAM", "function"),
        ("OPTIONS /", "open", "mock"),
        ("OPTIONS /{proxy+}", "open", "mock"),
    ];
    assert_eq!(methods(&api), expected);
    let error = read("Shop", &Deployment::new("r")).unwrap_err().to_string();
    assert!(error.contains("several APIs, choose one by its logical id, name or path: "), "{error}");
    assert!(error.contains("(REST API, name Back office, path Shop/Admin)"), "{error}");
}

/// A template with the API `Api` and more resources.
fn defined(api: Value, more: Value) -> Result<ApiDefinition, Error> {
    let mut resources = json!({"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": api}});
    resources.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let text = json!({"Resources": resources, "Parameters": {"Stored": {"Type": "AWS::SSM::Parameter::Value<String>",
        "Default": "/x"}}, "Conditions": {"Unknown": {"Fn::Equals": [{"Ref": "Stored"}, "a"]}}})
    .to_string();
    let stack = Stack::of_template("S.template.json", &|name| match name {
        "S.template.json" => Ok(text.clone()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    });
    stack?.definition(&Deployment::new("r-1"))
}

fn resource(parent: Value, part: Value) -> Value {
    json!({"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": parent, "PathPart": part}})
}

/// An open method of a resource, in front of a proxy, with other properties.
fn method(resource: Value, other: Value) -> Value {
    let mut properties = json!({"RestApiId": {"Ref": "Api"}, "ResourceId": resource, "HttpMethod": "GET", "AuthorizationType": "NONE",
        "Integration": {"Type": "HTTP_PROXY", "Uri": "http://127.0.0.1:9/", "IntegrationHttpMethod": "GET"}});
    properties.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    json!({"Type": "AWS::ApiGateway::Method", "Properties": properties})
}

fn root() -> Value {
    json!({"Fn::GetAtt": ["Api", "RootResourceId"]})
}

#[test]
fn a_path_is_made_of_the_resources_above_it() {
    let more = json!({"A": resource(root(), json!("a")), "B": resource(json!({"Ref": "A"}), json!("{b}")),
        "C": resource(json!({"Fn::GetAtt": ["B", "ResourceId"]}), json!("{c+}")),
        "M": method(json!({"Ref": "C"}), json!({})), "N": method(root(), json!({"HttpMethod": "ANY"}))});
    let api = defined(json!({}), more).unwrap();
    assert_eq!(api.routes().map(RouteDefinition::key).collect::<Vec<_>>(), ["ANY /", "GET /a/{b}/{c+}"]);
    let notes: Vec<_> = api.notes().collect();
    assert!(notes.iter().any(|note| note.contains("served as if it were deployed to `prod`")), "{notes:?}");
}

#[test]
fn a_method_whose_path_is_unknown_is_refused_and_never_missed() {
    let stored = json!({"Ref": "Stored"});
    let there = |resource: Value| json!({"Unknown": resource});
    for (name, more, says) in [
        ("the resource is of no template", json!({"M": method(json!("abc"), json!({}))}), "no resource `abc`"),
        (
            "its parent is of none",
            json!({"A": resource(json!("abc"), json!("a")), "M": method(json!({"Ref": "A"}), json!({}))}),
            "no resource `abc`",
        ),
        (
            "its parent is itself",
            json!({"A": resource(json!("A"), json!("a")), "M": method(json!({"Ref": "A"}), json!({}))}),
            "form a circle",
        ),
        (
            "its part is two segments",
            json!({"A": resource(root(), json!("a/b")), "M": method(json!({"Ref": "A"}), json!({}))}),
            "not one segment",
        ),
        (
            "its part is empty",
            json!({"A": resource(root(), json!("")), "M": method(json!({"Ref": "A"}), json!({}))}),
            "not one segment",
        ),
        (
            "its part is a secret",
            json!({"A": resource(root(), json!("{{resolve:ssm:x}}")), "M": method(json!({"Ref": "A"}), json!({}))}),
            "not guessed",
        ),
        (
            "no such method",
            json!({"M": method(root(), json!({"HttpMethod": "TRACE"}))}),
            "no route has the method `TRACE`",
        ),
        (
            "its API is unknown",
            json!({"M": method(root(), json!({"RestApiId": stored}))}),
            "which API it belongs to cannot be told",
        ),
        ("twice", json!({"M": method(root(), json!({})), "N": method(root(), json!({}))}), "GET /"),
    ] {
        let error = match defined(json!({}), more).and_then(|api| api.check().map(|()| api)) {
            Ok(api) => panic!("{name}: {:?}", methods(&api)),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(says), "{name}: {error}");
    }
    let mut undecided = method(root(), json!({}));
    undecided["Condition"] = json!("Unknown");
    let error = defined(json!({}), there(undecided)).unwrap_err().to_string();
    assert!(error.contains("only AWS knows whether a condition holds"), "{error}");
}

#[test]
fn a_method_is_never_served_without_what_it_requires() {
    let integration = |other: Value| json!({"Integration": other});
    let unknown = json!({"Fn::If": ["Unknown", "AWS_IAM", "NONE"]});
    for (other, says) in [
        (json!({"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": "x"}), "authorizer COGNITO_USER_POOLS"),
        (json!({"AuthorizationType": "CUSTOM"}), "authorizer CUSTOM"),
        (json!({"AuthorizationType": "none"}), "no authorization type `none`"),
        (json!({"AuthorizationType": {"Ref": "AWS::NoValue"}}), "AuthorizationType: the method has none"),
        (json!({"AuthorizationType": "{{resolve:ssm:x}}"}), "is not resolved here"),
        (json!({"AuthorizerId": "x"}), "names an authorizer"),
        (json!({"ApiKeyRequired": true}), "API keys are not supported"),
        (json!({"ApiKeyRequired": "true"}), "API keys are not supported"),
        (json!({"ApiKeyRequired": "{{resolve:ssm:x}}"}), "is not resolved here"),
        (integration(json!({"Ref": "AWS::NoValue"})), "Integration: the method has none"),
        (integration(json!({"Uri": "http://x/"})), "there is no Type"),
        (integration(json!({"Type": "AWS_PROXY", "Uri": "arn:aws:lambda:r:1:function:x"})), "has the function"),
        (
            integration(json!({"Type": "AWS_PROXY", "Uri": "x/functions/y/response-streaming-invocations"})),
            "not streamed",
        ),
        (integration(json!({"Type": "HTTP_PROXY", "Uri": "{{resolve:ssm:x}}"})), "is not resolved here"),
        (
            integration(json!({"Type": "MOCK", "RequestTemplates": {"application/json": "#set($a = 1)"}})),
            "RequestTemplates",
        ),
        (
            integration(json!({"Type": "HTTP_PROXY", "Uri": "http://x/{a}",
                "RequestParameters": {"integration.request.path.a": "method.request.header.a"}})),
            "`method.request.header.a` is not supported here",
        ),
    ] {
        let api = defined(json!({}), json!({"M": method(root(), other)})).unwrap();
        let why = why(&api, "GET /");
        assert!(why.starts_with("Resources.M.Properties") && why.contains(says), "{why}");
    }
    let error = defined(json!({}), json!({"M": method(root(), json!({"AuthorizationType": unknown}))})).unwrap_err();
    assert!(error.to_string().contains("only AWS knows whether a condition holds"), "{error}");
}

#[test]
fn the_resource_policy_is_known_or_the_api_is_refused() {
    let policy = |resource: Value| {
        json!({"Policy": {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*",
        "Action": "execute-api:Invoke", "Resource": resource}}})
    };
    let region = json!({"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:*:*"});
    assert!(defined(policy(region), json!({})).unwrap().resource_policy().is_some());
    for (properties, says) in [
        (policy(json!({"Ref": "Stored"})), "has a value that only AWS knows"),
        (policy(json!({"Fn::If": ["Unknown", "a", "b"]})), "only AWS knows whether a condition holds"),
        (json!({"Policy": {"Statement": {"Effect": "Maybe"}}}), "Resources.Api.Properties.Policy: "),
        (json!({"BodyS3Location": {"Bucket": "b"}}), "not read from S3"),
        (json!({"CloneFrom": "abc"}), "in no template"),
        (json!({"Body": "openapi"}), "expected an OpenAPI definition"),
    ] {
        let error = defined(properties, json!({})).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn gateway_responses_are_read_and_others_are_noted() {
    let response = |of_type: &str, other: Value| {
        let mut properties = json!({"RestApiId": {"Ref": "Api"}, "ResponseType": of_type});
        properties.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        json!({"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties})
    };
    let denied = response(
        "ACCESS_DENIED",
        json!({"StatusCode": "404", "ResponseParameters": {"gatewayresponse.header.A": "'b'"},
            "ResponseTemplates": {"application/json": "{\"error\": $context.error.messageString}"}}),
    );
    let other = response("DEFAULT_5XX", json!({"ResponseTemplates": {"application/json": "#if(1)"}}));
    let unknown = response("LATER", json!({}));
    let api = defined(json!({}), json!({"A": denied, "B": other, "C": unknown})).unwrap();
    let expected = GatewayResponse::new(GatewayResponseType::AccessDenied)
        .with_status(404)
        .with_header("A", "'b'")
        .with_template("application/json", r#"{"error": $context.error.messageString}"#);
    assert_eq!(api.gateway_responses().collect::<Vec<_>>(), [&expected]);
    let notes: Vec<_> = api.notes().filter(|note| note.starts_with("a gateway response is left out: ")).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("Resources.B.Properties") && notes[1].contains("Resources.C.Properties"), "{notes:?}");
}

#[test]
fn custom_domains_are_mapped_to_the_stages_that_are_served() {
    let domain = json!({"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "api.example.com"}});
    let stage =
        json!({"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}});
    let mapping = |other: Value| {
        let mut properties =
            json!({"RestApiId": {"Ref": "Api"}, "DomainName": {"Ref": "Domain"}, "Stage": {"Ref": "Stage"}});
        properties.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        json!({"Type": "AWS::ApiGateway::BasePathMapping", "Properties": properties})
    };
    let more = json!({"Domain": domain, "Stage": stage, "A": mapping(json!({"BasePath": "shop"})),
        "B": mapping(json!({"Stage": "test"})), "C": mapping(json!({"DomainName": "{{resolve:ssm:x}}"})),
        "D": mapping(json!({"RestApiId": "other"}))});
    let api = defined(json!({}), more).unwrap();
    let expected = DomainMapping::new("api.example.com").with_base_path("shop").with_stage("prod");
    assert_eq!(api.domains().collect::<Vec<_>>(), [&expected]);
    let notes: Vec<_> = api.notes().collect();
    let says = |text: &str| assert!(notes.iter().any(|note| note.contains(text)), "{text}: {notes:?}");
    says("the custom domain `api.example.com` is mapped");
    says("`api.example.com` is left out: its stage is not served");
    says("a custom domain is left out: ");
}
