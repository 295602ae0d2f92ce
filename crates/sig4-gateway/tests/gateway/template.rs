//! Templates that `cdk synth` wrote come to the API that the CDK would have deployed.

use sig4_gateway::definition::Code;
use sig4_gateway::template::{Assembly, Deployment, Stack};
use sig4_gateway::{ApiDefinition, Auth, IntegrationKind, Stage};
use sig4_gateway::{Error, ErrorKind};
use sig4_test_support::fixtures::{fixture, reader};
use std::fs;
use std::io;
use std::time::Duration;

fn routes(api: &ApiDefinition) -> Vec<(&str, Auth, IntegrationKind<'_>)> {
    api.routes().map(|route| (route.key(), route.auth(), route.integration().kind())).collect()
}

fn stages(api: &ApiDefinition) -> Vec<&str> {
    api.stages().map(Stage::name).collect()
}

#[test]
fn the_issues_stack_is_read_whole() {
    let assembly = Assembly::read(&reader("echo.out")).unwrap();
    let stack = assembly.stack(None).unwrap();
    assert_eq!((stack.name(), stack.region(), stack.account()), ("EchoStack", None, None));
    let api = stack.definition(&Deployment::new("eu-west-1").with_account("210987654321")).unwrap();
    assert_eq!((api.region(), api.account()), ("eu-west-1", "210987654321"));
    assert_eq!(stages(&api), ["$default"]);
    let echo = IntegrationKind::Function("Echo11F3FB29");
    let expected = [("$default", Auth::Iam, echo), ("OPTIONS /{proxy+}", Auth::None, echo)];
    assert_eq!(routes(&api), expected);
    let cors = api.cors().unwrap();
    assert!(cors.allows("http://localhost:5173") && !cors.allows("http://localhost:5174"));
    assert_eq!(api.notes().collect::<Vec<_>>(), <[&str; 0]>::default());
}

#[test]
fn a_function_comes_with_all_that_it_runs_with() {
    let stack = Stack::of_template("EchoStack.template.json", &reader("echo.out")).unwrap();
    let api = stack.definition(&Deployment::new("eu-west-1")).unwrap();
    let [function] = api.functions().collect::<Vec<_>>()[..] else { panic!("one function") };
    let Code::Folder(folder) = function.code() else { panic!("a folder") };
    assert!(fixture("echo.out").join(folder).join("index.js").exists(), "{folder}");
    assert_eq!((function.handler(), function.runtime()), ("index.handler", "nodejs22.x"));
    assert_eq!((function.memory_mib(), function.timeout()), (256, Duration::from_secs(10)));
    assert_eq!(function.function_name(), "EchoStack-Echo11F3FB29");
    let environment: Vec<_> = function.environment().collect();
    assert_eq!(environment, [("GREETING", "hello"), ("WHERE", "eu-west-1/EchoStack")]);
}

fn staged(deployment: &Deployment) -> Result<ApiDefinition, Error> {
    Assembly::read(&reader("staged.out"))?.stack(Some("Prod/Orders"))?.definition(deployment)
}

#[test]
fn a_stack_of_a_stage_with_a_named_stage_and_three_kinds_of_integrations_is_read() {
    let api = staged(&Deployment::new("eu-central-1")).unwrap();
    assert_eq!(stages(&api), ["v1"]);
    let [orders, inline] = ["OrdersHandlerA8584A8A", "Inline6CF80F9D"].map(IntegrationKind::Function);
    let upstream = sig4_gateway::Upstream::new("http://127.0.0.1:9/{proxy}");
    let proxy = IntegrationKind::HttpProxy(&upstream);
    let expected = [
        ("ANY /up/{proxy+}", Auth::Iam, proxy),
        ("GET /inline", Auth::Iam, inline),
        ("GET /orders/{id}", Auth::Iam, orders),
    ];
    assert_eq!(routes(&api), expected);
}

#[test]
fn conditions_parameters_and_mappings_reach_the_function() {
    for (level, mode) in [(None, "quiet"), (Some("debug"), "verbose")] {
        let deployment = Deployment::new("eu-central-1").with_account("111122223333");
        let deployment = level.iter().fold(deployment, |deployment, level| deployment.with_parameter("Level", *level));
        let api = staged(&deployment).unwrap();
        let orders = api.functions().find(|f| f.name() == "OrdersHandlerA8584A8A").unwrap();
        let Code::Folder(folder) = orders.code() else { panic!("a folder") };
        assert!(fixture("staged.out").join(folder).join("index.mjs").exists(), "{folder}");
        assert_eq!(orders.memory_mib(), 512);
        let table = "arn:aws:dynamodb:eu-central-1:111122223333:table/Prod-Orders-TableCD117FA1";
        let expected = [
            ("FIRST", "a"),
            ("LEVEL", level.unwrap_or("info")),
            ("MODE", mode),
            ("TABLE", "Prod-Orders-TableCD117FA1"),
            ("TABLE_ARN", table),
            ("WHERE", "eu-central-1/Prod-Orders/${Literal}"),
        ];
        assert_eq!(orders.environment().collect::<Vec<_>>(), expected);
        let inline = api.functions().find(|f| f.name() == "Inline6CF80F9D").unwrap();
        assert_eq!(inline.code(), &Code::Inline("exports.handler = async () => ({ inline: true });".to_owned()));
    }
}

#[test]
fn a_stack_knows_what_it_was_synthesised_for() {
    let assembly = Assembly::read(&reader("staged.out")).unwrap();
    let stack = assembly.stack(None).unwrap();
    assert_eq!((stack.name(), stack.display_name()), ("Prod-Orders", "Prod/Orders"));
    assert_eq!((stack.region(), stack.account()), (Some("eu-central-1"), Some("111122223333")));
}

fn read(template: &str, deployment: &Deployment) -> Result<ApiDefinition, Error> {
    let stack = Stack::of_template("T.template.json", &|name| match name {
        "T.template.json" => Ok(template.to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    });
    stack?.definition(deployment)
}

fn refused(template: &str, deployment: &Deployment) -> String {
    let error = read(template, deployment).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTemplate);
    error.to_string()
}

/// Why the one route of a template is not served.
fn unserved(template: &str) -> String {
    let api = read(template, &Deployment::new("r")).unwrap();
    let [route] = api.routes().collect::<Vec<_>>()[..] else { panic!("one route") };
    let IntegrationKind::NotImplemented(why) = route.integration().kind() else {
        panic!("{:?}", route.integration().kind())
    };
    why.to_owned()
}

/// A template with an API, and these resources besides.
fn with_api(more: &str) -> String {
    let api = r#""Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}}"#;
    format!(r#"{{"Resources": {{{api}{more}}}}}"#)
}

#[test]
fn a_route_is_never_served_without_the_authorizer_that_it_wants() {
    for (of_type, says) in [
        ("JWT", "the authorizer JWT is not supported"),
        ("CUSTOM", "the authorizer CUSTOM is not supported"),
        ("LATER", "no authorization type `LATER`"),
    ] {
        let route = format!(
            r#", "R": {{"Type": "AWS::ApiGatewayV2::Route", "Properties": {{"ApiId": {{"Ref": "Api"}},
            "RouteKey": "$default", "AuthorizationType": "{of_type}", "Target": "integrations/I"}}}}"#
        );
        let why = unserved(&with_api(&route));
        assert!(why.starts_with("Resources.R.Properties.AuthorizationType: ") && why.contains(says), "{why}");
    }
}

#[test]
fn a_route_that_names_an_authorizer_is_never_open() {
    for of_type in ["", r#""AuthorizationType": "NONE","#, r#""AuthorizationType": {"Ref": "AWS::NoValue"},"#] {
        let route = format!(
            r#", "R": {{"Type": "AWS::ApiGatewayV2::Route", "Properties": {{"ApiId": {{"Ref": "Api"}}, {of_type}
            "RouteKey": "$default", "AuthorizerId": "a1"}}}}"#
        );
        let why = unserved(&with_api(&route));
        assert!(why.starts_with("Resources.R.Properties.AuthorizerId: the route names an authorizer"), "{why}");
    }
}

#[test]
fn what_is_not_supported_is_not_served_and_says_where_it_stands() {
    let route = r#", "R": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"},
        "RouteKey": "$default", "Target": {"Fn::Join": ["", ["integrations/", {"Ref": "I"}]]}}}"#;
    for (integration, place, says) in [
        (
            r#""IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage""#,
            "IntegrationSubtype",
            "SQS-SendM",
        ),
        (r#""IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "3.0""#, "PayloadFormatVersion", "version 3.0"),
        (
            r#""IntegrationType": "AWS_PROXY", "IntegrationUri": "arn:x""#,
            "IntegrationUri",
            "no stack of the folder has the function `arn:x`",
        ),
        (r#""IntegrationType": "HTTP_PROXY", "ConnectionType": "VPC_LINK""#, "ConnectionType", "VPC link"),
        (r#""IntegrationType": "HTTP_PROXY", "IntegrationUri": "ftp://h""#, "IntegrationUri", "not the URL"),
        (r#""IntegrationType": "MOCK""#, "IntegrationType", "no integration of the type"),
        (
            r#""IntegrationType": {"Fn::ImportValue": "x"}"#,
            "IntegrationType[\"Fn::ImportValue\"]",
            "no other stack of the folder exports `x`",
        ),
    ] {
        let resource =
            format!(r#", "I": {{"Type": "AWS::ApiGatewayV2::Integration", "Properties": {{{integration}}}}}"#);
        let why = unserved(&with_api(&[route, &resource].concat()));
        let place = format!("Resources.I.Properties.{place}: ");
        assert!(why.starts_with(&place) && why.contains(says), "{why}");
    }
}

#[test]
fn a_template_without_one_api_says_what_it_has() {
    let two = with_api(r#", "B": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}}"#);
    let rest = with_api(r#", "B": {"Type": "AWS::ApiGateway::RestApi"}"#);
    let socket =
        r#"{"Resources": {"A": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "WEBSOCKET"}}}}"#;
    let sam = r#"{"Resources": {"A": {"Type": "AWS::Serverless::Function"}}}"#;
    let target = r#"{"Resources": {"A": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Target": "x"}}}}"#;
    for (template, says) in [
        (two.as_str(), "several APIs, choose one by its logical id, name or path: Api (HTTP API), B (HTTP API)"),
        (rest.as_str(), "choose one by its logical id, name or path: Api (HTTP API), B (REST API)"),
        (socket, "but a WebSocket API"),
        (sam, "the transform AWS::Serverless-2016-10-31 is not run here"),
        (target, "Resources.A.Properties.Target: a quick create is not supported"),
        ("{}", "the stack `T` has no HTTP API and no REST API"),
        ("[]", "not a JSON object"),
        ("Resources: {}", "only JSON is read"),
    ] {
        let error = refused(template, &Deployment::new("r"));
        assert!(error.contains(says), "{error}");
    }
    let stack = Stack::of_template("T.template.json", &|_| Ok(two.clone())).unwrap();
    assert!(stack.definition(&Deployment::new("r").with_api("B")).is_ok());
}

#[test]
fn parameters_that_do_not_fit_are_refused() {
    let deployment = Deployment::new("eu-central-1");
    for (name, value, says) in
        [("Levels", "info", "it has BootstrapVersion, Level"), ("Level", "loud", "AllowedValues")]
    {
        let error = staged(&deployment.clone().with_parameter(name, value)).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    // The CDK's own rule: the bootstrap stack must not be too old.
    let old = staged(&deployment.with_parameter("BootstrapVersion", "5")).unwrap_err().to_string();
    assert!(old.contains("Rules.CheckBootstrapVersion: the parameters break this rule"), "{old}");
}

#[test]
fn stages_are_chosen_by_name() {
    let stage = |name: &str| {
        format!(
            r#", "S{name}": {{"Type": "AWS::ApiGatewayV2::Stage", "Properties": {{"ApiId": {{"Ref": "Api"}},
            "StageName": "{name}", "StageVariables": {{"stage": "{name}"}}}}}}"#
        )
    };
    let two = with_api(&[stage("a"), stage("b")].concat());
    assert!(refused(&two, &Deployment::new("r").with_stage("c")).contains("no stage `c`, but a, b"));
    let stack = Stack::of_template("T.json", &|_| Ok(two.clone())).unwrap();
    assert_eq!(stages(&stack.definition(&Deployment::new("r")).unwrap()), ["a", "b"]);
    let api = stack.definition(&Deployment::new("r").with_stage("b")).unwrap();
    let variables: Vec<_> = api.stages().flat_map(Stage::variables).collect();
    assert_eq!((stages(&api), variables), (vec!["b"], vec![("stage", "b")]));
}

#[test]
fn the_walk_through_shows_the_handler_of_the_fixture() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cdk.md")).unwrap();
    let stack = Stack::of_template("EchoStack.template.json", &reader("echo.out")).unwrap();
    let api = stack.definition(&Deployment::new("r")).unwrap();
    let Code::Folder(folder) = api.functions().next().unwrap().code() else { panic!("a folder") };
    let handler = fs::read_to_string(fixture("echo.out").join(folder).join("index.js")).unwrap();
    assert!(page.contains(&format!("```js\n{handler}```")), "the page has another handler");
}
