//! Several APIs, several stacks, and what belongs to which: `fixtures/shop.out` is what `cdk synth` wrote of two HTTP APIs and a
//! WebSocket API beside one another, a function of another stack, one of a nested stack, and users with `grantInvoke`.

use serde_json::{Value, json};
use sig4_gateway::definition::Code;
use sig4_gateway::template::{Assembly, Deployment};
use sig4_gateway::{ApiDefinition, Auth, Error, ErrorKind, IntegrationKind};
use sig4_test_support::fixtures::{fixture, reader};
use std::collections::BTreeMap;
use std::io;

fn shop(api: &str) -> Result<ApiDefinition, Error> {
    Assembly::read(&reader("shop.out"))?.stack(None)?.definition(&Deployment::new("eu-west-1").with_api(api))
}

/// The routes with who may call them; `501` for those that are not served.
fn routes(api: &ApiDefinition) -> Vec<(&str, &str)> {
    let auth = |route: &sig4_gateway::definition::RouteDefinition| match (route.integration().kind(), route.auth()) {
        (IntegrationKind::NotImplemented(_), _) => "501",
        (_, Auth::Iam) => "IAM",
        _ => "open",
    };
    api.routes().map(|route| (route.key(), auth(route))).collect()
}

#[test]
fn one_of_several_apis_is_served_however_it_is_named_and_nothing_of_the_others() {
    for api in ["OrdersA9B65338", "Orders", "Shop/Orders", "Shop/Orders/Resource", "/Shop/Orders"] {
        let orders = shop(api).unwrap();
        let expected = [
            ("GET /custom", "501"),
            ("GET /imported", "IAM"),
            ("GET /jwt", "501"),
            ("GET /nested", "IAM"),
            ("GET /old", "IAM"),
            ("GET /orders/{id}", "IAM"),
            ("POST /queue", "501"),
        ];
        assert_eq!(routes(&orders), expected, "{api}");
        assert!(orders.cors().is_none(), "the CORS configuration is that of the other API");
        assert_eq!(orders.stages().count(), 1);
        assert!(!orders.notes().any(|note| note.contains("DisableExecuteApiEndpoint")));
    }
    let site = shop("Site").unwrap();
    assert_eq!(routes(&site), [("$default", "open")]);
    assert!(site.cors().unwrap().allows("https://shop.example.com"));
    let notes: Vec<_> = site.notes().collect();
    assert!(notes.iter().any(|note| note.contains("DisableExecuteApiEndpoint: on AWS")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("the API Live848578DF is not served: its protocol is WEBSOCKET")));
    assert!(notes.iter().any(|note| {
        note.contains("the API OrdersA9B65338 (HTTP API, name Orders, path Shop/Orders) is not the chosen one")
    }));
}

#[test]
fn without_a_choice_the_apis_are_listed() {
    let stack = Assembly::read(&reader("shop.out")).unwrap().stack(None).unwrap().clone();
    let listed =
        "OrdersA9B65338 (HTTP API, name Orders, path Shop/Orders), SiteE53D7754 (HTTP API, name Site, path Shop/Site)";
    let error = stack.definition(&Deployment::new("r")).unwrap_err().to_string();
    assert!(error.contains("several APIs, choose one by its logical id, name or path: ") && error.ends_with(listed));
    for other in ["Live", "Shop/Live", "Order", "orders", "", "Shop"] {
        let error = shop(other).unwrap_err().to_string();
        assert!(error.contains(&format!("no API `{other}`, but {listed}")), "{error}");
    }
}

#[test]
fn functions_of_other_stacks_and_of_nested_ones_come_with_their_code() {
    let orders = shop("Orders").unwrap();
    let nested = "Shop-ReportsNestedStackReportsNestedStackResource6385503C";
    let functions: Vec<_> = orders.functions().map(|function| (function.name(), function.function_name())).collect();
    let (of_nested, name) = (format!("{nested}/Nested0E007A7E"), format!("{nested}-Nested0E007A7E"));
    let expected = [
        ("Handlers/Imported4F5B38B1", "Handlers-Imported4F5B38B1"),
        ("Own30425842", "Shop-Own30425842"),
        (of_nested.as_str(), name.as_str()),
    ];
    assert_eq!(functions, expected);
    for function in orders.functions() {
        let Code::Folder(folder) = function.code() else { panic!("a folder: {function:?}") };
        assert!(fixture("shop.out").join(folder).join("index.js").exists(), "{folder}");
        let own: Vec<_> = function.environment().collect();
        assert!(function.name().contains(own[0].1), "{own:?} of {}", function.name());
    }
}

#[test]
fn what_is_not_served_says_why() {
    let orders = shop("Orders").unwrap();
    for (key, place, says) in [
        ("GET /jwt", "Resources.OrdersGETjwt2EC7F792.Properties.AuthorizationType: ", "the authorizer JWT is not"),
        ("GET /custom", "Resources.OrdersGETcustom99C5F289.Properties.AuthorizationType: ", "authorizer CUSTOM"),
        ("POST /queue", "Resources.OrdersPOSTqueueQueue5D8390A9.Properties.IntegrationSubtype: ", "`SQS-SendMessage`"),
    ] {
        let route = orders.routes().find(|route| route.key() == key).unwrap();
        let IntegrationKind::NotImplemented(why) = route.integration().kind() else {
            panic!("{key}: {:?}", route.integration().kind())
        };
        assert!(why.starts_with(place) && why.contains(says), "{why}");
    }
}

/// An assembly of these stacks, each with its template. Other files are templates of nested stacks.
fn assembly(stacks: &[(&str, Value)], files: &[(&str, Value)]) -> Result<Assembly, Error> {
    let artifact = |name: &str| {
        json!({"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": format!("{name}.template.json")}})
    };
    let artifacts: BTreeMap<_, _> = stacks.iter().map(|(name, _)| (*name, artifact(name))).collect();
    let mut all = BTreeMap::from([("manifest.json".to_owned(), json!({"artifacts": artifacts}))]);
    all.extend(stacks.iter().map(|(name, template)| (format!("{name}.template.json"), template.clone())));
    all.extend(files.iter().map(|(name, file)| ((*name).to_owned(), file.clone())));
    Assembly::read(&|name| all.get(name).map(Value::to_string).ok_or_else(|| io::ErrorKind::NotFound.into()))
}

fn defined(stacks: &[(&str, Value)], files: &[(&str, Value)]) -> Result<ApiDefinition, Error> {
    assembly(stacks, files)?.stack(Some("S"))?.definition(&Deployment::new("r-1").with_api("Mine"))
}

fn api() -> Value {
    json!({"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}})
}

fn route(api: &Value, key: &str, auth: &str) -> Value {
    json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": api, "RouteKey": key, "AuthorizationType": auth,
        "Target": "integrations/I"}})
}

/// A proxy that leads somewhere.
fn integration() -> Value {
    json!({"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"ApiId": {"Ref": "Mine"},
        "IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://127.0.0.1:9/"}})
}

/// A stack with the API `Mine`, which has one route for those who sign, and with more resources.
fn stack(more: Value) -> Value {
    let mut resources =
        json!({"Mine": api(), "I": integration(), "R": route(&json!({"Ref": "Mine"}), "GET /mine", "AWS_IAM")});
    resources.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"Resources": resources})
}

fn nested(file: &str, parameters: &Value) -> Value {
    json!({"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": file},
        "Properties": {"TemplateURL": "x", "Parameters": parameters}})
}

/// The ways to take an open route of another API for one of this API.
#[test]
fn no_open_route_of_another_api_is_exposed() {
    let open = |api: Value| route(&api, "$default", "NONE");
    for (name, more) in [
        ("a reference", json!({"Other": api(), "O": open(json!({"Ref": "Other"}))})),
        (
            "an API whose logical id is the id that is served",
            json!({"local": api(), "O": open(json!({"Ref": "local"}))}),
        ),
        ("an attribute", json!({"local": api(), "O": open(json!({"Fn::GetAtt": ["local", "ApiId"]}))})),
        ("a substitution", json!({"local": api(), "O": open(json!({"Fn::Sub": "${local}"}))})),
        ("an id of elsewhere", json!({"O": open(json!("a1b2c3"))})),
        ("an import of elsewhere", json!({"O": open(json!({"Fn::ImportValue": "Other"}))})),
        (
            "an output of elsewhere",
            json!({"O": open(json!({"Fn::GetStackOutput": {"StackName": "T", "OutputName": "O"}}))}),
        ),
        ("a nested API", json!({"N": nested("n.json", &json!({"Id": "x"}))})),
        (
            "a parameter of a nested stack",
            json!({"Other": api(), "N": nested("n.json", &json!({"Id": {"Ref": "Other"}}))}),
        ),
        (
            "a WebSocket API",
            json!({"O": route(&json!({"Ref": "Live"}), "$default", "NONE"),
                "Live": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "WEBSOCKET"}}}),
        ),
    ] {
        let inner = json!({"Parameters": {"Id": {"Type": "String"}}, "Resources": {
            "Mine": api(), "A": route(&json!({"Ref": "Mine"}), "GET /a", "NONE"), "B": route(&json!({"Ref": "Id"}), "GET /b", "NONE")}});
        let other = json!({"Resources": {"local": api(), "Mine": api(), "O": open(json!({"Ref": "Mine"})), "P": open(json!({"Ref": "local"}))},
            "Outputs": {"O": {"Value": {"Ref": "Mine"}, "Export": {"Name": "Other"}}}});
        let stacks = [("S", stack(more)), ("T", other)];
        let assembly = assembly(&stacks, &[("n.json", inner)]).unwrap();
        // A nested stack has an API of the same logical id, so that the path tells them apart.
        let api = assembly.stack(Some("S")).unwrap().definition(&Deployment::new("r-1").with_api("Mine"));
        match api {
            Ok(api) => assert_eq!(routes(&api), [("GET /mine", "IAM")], "{name}"),
            Err(error) => assert!(error.to_string().contains("several APIs"), "{name}: {error}"),
        }
    }
}

/// A condition on a stored parameter could leave out a route, its authorizer or a denial.
#[test]
fn a_condition_that_only_aws_can_decide_opens_nothing() {
    let with = |more: Value, stored: &str| {
        let mut own = stack(more);
        own["Parameters"] = json!({"Stored": {"Type": stored, "Default": "/stage"}});
        own["Conditions"] = json!({"IsProd": {"Fn::Equals": [{"Ref": "Stored"}, "prod"]},
            "Deep": {"Fn::Not": [{"Fn::Not": [{"Condition": "IsProd"}]}]}});
        let inner = json!({"Resources": {"A": {"Type": "Custom::A"}}});
        defined(&[("S", own)], &[("n.json", inner)])
    };
    let at = |condition: &str, mut resource: Value| {
        resource["Condition"] = json!(condition);
        resource
    };
    let mine = json!({"Ref": "Mine"});
    let mut chosen = route(&mine, "GET /x", "NONE");
    chosen["Properties"]["AuthorizationType"] = json!({"Fn::If": ["Deep", "AWS_IAM", "NONE"]});
    for (name, more) in [
        ("a route", json!({"O": at("IsProd", route(&mine, "GET /x", "AWS_IAM"))})),
        (
            "a route, by another condition",
            json!({"O": at("Deep", route(&mine, "GET /x", "AWS_IAM")), "P": at("Deep", json!({"Type": "Custom::P"}))}),
        ),
        ("an authorizer", json!({"O": chosen})),
        ("a nested stack", json!({"N": at("IsProd", nested("n.json", &json!({})))})),
    ] {
        let error = with(more.clone(), "AWS::SSM::Parameter::Value<String>").unwrap_err().to_string();
        assert!(error.contains("only AWS knows whether a condition holds"), "{name}: {error}");
        assert!(with(more, "String").is_ok(), "{name}");
    }
    let statement = |effect: &str| json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*"});
    let policy = |statement: Value| json!({"PolicyName": "P", "PolicyDocument": {"Version": "2012-10-17", "Statement": statement}});
    let left_out = json!({"Fn::If": ["IsProd", statement("Deny"), {"Ref": "AWS::NoValue"}]});
    let user = json!({"U": {"Type": "AWS::IAM::User", "Properties": {"Policies": [policy(json!([statement("Allow"), left_out]))]}}});
    let principals = |stored: &str| with(user.clone(), stored).unwrap().principals().count();
    assert_eq!((principals("AWS::SSM::Parameter::Value<String>"), principals("String")), (0, 1));
}

#[test]
fn routes_in_a_stack_that_may_be_deployed_beside_are_noted() {
    let noted = |of_own: &str, of_other: &str, id: Value| {
        let artifact = |name: &str, environment: &str| {
            json!({"type": "aws:cloudformation:stack", "environment": environment,
                "properties": {"templateFile": format!("{name}.template.json")}})
        };
        let other = json!({"Resources": {"Own": api(), "O": route(&id, "GET /x", "AWS_IAM")}});
        let manifest = json!({"artifacts": {"S": artifact("S", of_own), "T": artifact("T", of_other)}});
        let assembly = Assembly::read(&|name| match name {
            "manifest.json" => Ok(manifest.to_string()),
            "S.template.json" => Ok(stack(json!({})).to_string()),
            "T.template.json" => Ok(other.to_string()),
            _ => Err(io::ErrorKind::NotFound.into()),
        });
        let api = assembly.unwrap().stack(Some("S")).unwrap().definition(&Deployment::new("us-east-1")).unwrap();
        api.notes().any(|note| note.contains("the stack `T` has routes of an API outside it, and is not read"))
    };
    let (unknown, here) = ("aws://unknown-account/unknown-region", "aws://111111111111/us-east-1");
    let (away, half) = ("aws://111111111111/eu-west-1", "aws://111111111111/unknown-region");
    let import = json!({"Fn::ImportValue": "Id"});
    for (own, other, id, expected) in [
        (unknown, here, &import, true),
        (here, unknown, &import, true),
        (here, half, &import, true),
        (here, away, &import, false),
        (here, unknown, &json!({"Ref": "Own"}), false),
    ] {
        assert_eq!(noted(own, other, id.clone()), expected, "{own} {other} {id}");
    }
}

#[test]
fn what_belongs_to_an_api_of_no_template_is_noted() {
    let noted = |id: Value| {
        let more = json!({"O": route(&id, "GET /o", "NONE"), "local": api(), "N": nested("n.json", &json!({}))});
        let inner = json!({"Resources": {"Inner": api(), "O": route(&json!({"Ref": "Inner"}), "GET /inner", "NONE")}});
        let api = defined(&[("S", stack(more))], &[("n.json", inner)]).unwrap();
        assert_eq!(routes(&api), [("GET /mine", "IAM")]);
        api.notes().any(|note| note.contains("no template of the folder has that API"))
    };
    assert!(noted(json!("a1b2c3d4e5")));
    assert!(!noted(json!({"Ref": "local"})));
}

/// A route of this API that is overlooked leaves its calls to another route, which may be open.
#[test]
fn no_route_of_the_api_is_overlooked() {
    let open = json!({"D": route(&json!({"Ref": "Mine"}), "$default", "NONE"),
        "N": nested("n.json", &json!({"Id": {"Ref": "Mine"}}))});
    let mut own = stack(open);
    own["Outputs"] = json!({"Id": {"Value": {"Ref": "Mine"}, "Export": {"Name": "MineId"}}});
    let inner = json!({"Parameters": {"Id": {"Type": "String"}},
        "Resources": {"A": route(&json!({"Ref": "Id"}), "ANY /nested", "AWS_IAM")}});
    let other = |id: Value| json!({"Resources": {"A": route(&id, "ANY /beside", "AWS_IAM"), "B": route(&id, "ANY /jwt", "JWT")}});
    for id in [
        json!({"Fn::ImportValue": "MineId"}),
        json!({"Fn::GetStackOutput": {"StackName": "S", "OutputName": "Id", "Region": {"Ref": "AWS::Region"}}}),
    ] {
        let api = defined(&[("S", own.clone()), ("T", other(id))], &[("n.json", inner.clone())]).unwrap();
        let expected = [
            ("$default", "open"),
            ("ANY /beside", "IAM"),
            ("ANY /jwt", "501"),
            ("ANY /nested", "IAM"),
            ("GET /mine", "IAM"),
        ];
        assert_eq!(routes(&api), expected);
    }
}

/// Whether it is a route of the API cannot be told.
#[test]
fn a_route_whose_api_is_unknown_is_refused_and_noted_of_another_stack() {
    let parameters = json!({"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/api/id"},
        "Missing": {"Type": "String"}});
    for (id, says) in [
        (
            json!({"Fn::ImportValue": "nowhere"}),
            "ApiId[\"Fn::ImportValue\"]: no other stack of the folder exports `nowhere`",
        ),
        (json!({"Fn::GetAtt": ["Made", "Id"]}), "ApiId: which API it belongs to cannot be told"),
        (json!({"Fn::GetAtt": ["Away", "Outputs.Id"]}), "ApiId: which API it belongs to cannot be told"),
        (json!({"Ref": "Made"}), "ApiId: which API it belongs to cannot be told"),
        (json!({"Ref": "Stored"}), "ApiId: which API it belongs to cannot be told"),
        (json!({"Fn::Sub": "${Made}-1"}), "ApiId: which API it belongs to cannot be told"),
        (
            json!({"Fn::Select": [0, {"Fn::Split": [".", {"Fn::GetAtt": ["Made", "Endpoint"]}]}]}),
            "ApiId: which API it belongs to cannot be told",
        ),
        (json!("{{resolve:ssm:/api/id}}"), "ApiId: which API it belongs to cannot be told"),
        (json!({"Fn::Sub": "{{resolve:ssm:/${AWS::Region}/id}}"}), "ApiId: which API it belongs to cannot be told"),
        (json!({"Ref": "Missing"}), "ApiId.Ref: the parameter `Missing` has no default"),
        (json!({"Ref": "Nothing"}), "ApiId.Ref: there is no `Nothing`"),
    ] {
        let more = json!({"O": route(&id, "ANY /x", "AWS_IAM"), "Made": {"Type": "Custom::Id"},
            "Away": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://elsewhere/x.json"}}});
        let mut own = stack(more.clone());
        own["Parameters"] = parameters.clone();
        let error = defined(&[("S", own)], &[]).unwrap_err().to_string();
        assert!(error.contains(&format!("Resources.O.Properties.{says}")), "{error}");
        let other = json!({"Parameters": parameters, "Resources": more});
        let api = defined(&[("S", stack(json!({}))), ("T", other)], &[]).unwrap();
        let noted = format!("the stack `T` is not read whole: invalid template: T.Resources.O.Properties.{says}");
        assert!(api.notes().any(|note| note.contains(&noted)), "{noted}: {:?}", api.notes().collect::<Vec<_>>());
    }
}

/// A stored value is not resolved, and nothing that decides about a call is guessed.
#[test]
fn dynamic_references_are_named_and_decide_nothing() {
    let reference = "{{resolve:ssm:/x}}";
    let in_key = json!({"O": route(&json!({"Ref": "Mine"}), &format!("GET /{reference}"), "AWS_IAM")});
    let error = defined(&[("S", stack(in_key))], &[]).unwrap_err().to_string();
    let says = format!("Resources.O.Properties.RouteKey: `{reference}` is not resolved here");
    assert!(error.contains(&says), "{error}");
    let joined = json!({"Fn::Join": ["", ["{{resolve:ssm:", "/x", "}}"]]});
    for value in [json!(reference), joined] {
        let mut with_authorizer = route(&json!({"Ref": "Mine"}), "GET /x", "AWS_IAM");
        with_authorizer["Properties"]["AuthorizationType"] = value.clone();
        let api = defined(&[("S", stack(json!({"O": with_authorizer})))], &[]).unwrap();
        assert!(routes(&api).contains(&("GET /x", "501")), "{:?}", routes(&api));
        let noted = format!("Resources.O.Properties.AuthorizationType: `{reference}` is not resolved here");
        assert!(api.notes().any(|note| note.contains(&noted)), "{:?}", api.notes().collect::<Vec<_>>());
    }
}

/// The same of what is resolved once and used again: names, outputs and parameters.
#[test]
fn what_is_unknown_stays_so_on_the_way() {
    let from = |value: Value, id: Value| {
        let mut own = stack(json!({"O": route(&id, "ANY /x", "AWS_IAM"), "Made": {"Type": "Custom::Id"},
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": value}},
            "Again": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Ref": "Table"}}},
            "N": nested("n.json", &json!({"Id": {"Ref": "Table"}}))}));
        own["Outputs"] = json!({"Id": {"Value": {"Ref": "Table"}, "Export": {"Name": {"Fn::Sub": "${Made}-x"}}}});
        let inner = json!({"Parameters": {"Id": {"Type": "String"}}, "Resources": {},
            "Outputs": {"Id": {"Value": {"Ref": "Id"}}}});
        defined(&[("S", own)], &[("n.json", inner)])
    };
    for id in [
        json!({"Ref": "Table"}),
        json!({"Ref": "Again"}),
        json!({"Fn::GetAtt": ["N", "Outputs.Id"]}),
        json!({"Fn::ImportValue": {"Fn::Sub": "${Made}-x"}}),
    ] {
        let error = from(json!({"Fn::GetAtt": ["Made", "Id"]}), id.clone()).unwrap_err().to_string();
        assert!(error.contains("which API it belongs to cannot be told"), "{id}: {error}");
        let known = from(json!({"Ref": "Mine"}), id.clone());
        // The name of the export has an unknown value in it, but what is imported has none.
        assert_eq!(routes(&known.unwrap()), [("ANY /x", "IAM"), ("GET /mine", "IAM")], "{id}");
    }
}

/// Its routes would be overlooked.
#[test]
fn a_nested_stack_that_gets_the_api_has_to_be_there() {
    let with = |id: Value| {
        let nested = json!({"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://elsewhere/x.json",
            "Parameters": {"Other": "x", "Id": id}}});
        defined(&[("S", stack(json!({"Away": nested})))], &[])
    };
    let error = with(json!({"Ref": "Mine"})).unwrap_err().to_string();
    let says = "Resources.Away.Properties.Parameters.Id: the nested stack gets the API, and is not read";
    assert!(error.contains(says), "{error}");
    assert!(with(json!("y")).unwrap().notes().any(|note| note.contains("the nested stack Away is not read")));
}

#[test]
fn a_route_does_not_lead_to_the_integration_of_another_api() {
    let mut other = integration();
    other["Properties"]["ApiId"] = json!({"Ref": "Other"});
    let api = defined(&[("S", stack(json!({"Other": api(), "I": other})))], &[]).unwrap();
    assert_eq!(routes(&api), [("GET /mine", "501")]);
}

#[test]
fn a_nested_stack_whose_condition_does_not_hold_is_not_there() {
    let inner = json!({"Parameters": {"Id": {"Type": "String"}},
        "Resources": {"I": integration(), "A": route(&json!({"Ref": "Id"}), "ANY /nested", "NONE")}});
    for (condition, count) in [(true, 2), (false, 1)] {
        let mut resource = nested("n.json", &json!({"Id": {"Ref": "Mine"}}));
        resource["Condition"] = json!("C");
        let mut template = stack(json!({"N": resource}));
        template["Conditions"] = json!({"C": condition});
        let api = defined(&[("S", template)], &[("n.json", inner.clone())]).unwrap();
        assert_eq!(api.routes().count(), count);
    }
}

#[test]
fn stacks_that_are_nested_without_end_are_refused() {
    let inner = json!({"Resources": {"N": nested("n.json", &json!({}))}});
    let error = defined(&[("S", stack(json!({"N": nested("n.json", &json!({}))})))], &[("n.json", inner)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTemplate);
    assert!(error.to_string().contains("n.json: the template is nested in itself"), "{error}");
    // Ten levels of ten would be 10^10 templates.
    let level = |to: usize| {
        let all: BTreeMap<_, _> =
            (0..10).map(|i| (format!("N{i}"), nested(&format!("{to}.json"), &json!({})))).collect();
        json!({"Resources": all})
    };
    let files: Vec<_> = (0..10).map(|i| (format!("{i}.json"), level(i + 1))).collect();
    let files: Vec<_> = files.iter().map(|(name, file)| (name.as_str(), file.clone())).collect();
    for depth in [3, 10] {
        let start = files.len() - depth;
        let error =
            defined(&[("S", level(start))], &[files.as_slice(), &[("10.json", json!({}))]].concat()).unwrap_err();
        let says = if depth == 10 { "nested in one another" } else { "more than 500 stacks" };
        assert!(error.to_string().contains(says), "{error}");
    }
    // The same of folders that name themselves.
    let artifact = json!({"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}});
    let all: BTreeMap<_, _> = (0..10).map(|i| (format!("A{i}"), artifact.clone())).collect();
    let manifest = json!({"artifacts": all}).to_string();
    let error = Assembly::read(&|_| Ok(manifest.clone())).unwrap_err().to_string();
    assert!(error.contains("more than 500 stacks and folders"), "{error}");
}

#[test]
fn an_ambiguous_import_and_an_output_of_elsewhere_are_refused() {
    let export = json!({"Outputs": {"O": {"Value": "http://127.0.0.1:9/", "Export": {"Name": "Url"}}}});
    let with = |uri: Value| {
        let mut own = integration();
        own["Properties"]["IntegrationUri"] = uri;
        stack(json!({"I": own}))
    };
    let import = json!({"Fn::ImportValue": "Url"});
    let output = |more: Value| {
        let mut members = json!({"StackName": "T", "OutputName": "O"});
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"Fn::GetStackOutput": members})
    };
    for (uri, stacks, expected) in [
        (import.clone(), vec!["T"], ""),
        (output(json!({})), vec!["T"], ""),
        (import.clone(), vec!["T", "U"], "several stacks export `Url`"),
        (import, vec![], "no other stack of the folder exports `Url`"),
        (output(json!({"Region": "other-1"})), vec!["T"], "outputs of other regions are not supported"),
        (output(json!({"RoleArn": "x"})), vec!["T"], "outputs of other accounts are not supported"),
        (output(json!({})), vec![], "there is no stack `T` in the folder"),
        (output(json!({"OutputName": "P"})), vec!["T"], "has no output `P`"),
    ] {
        let mut all = vec![("S", with(uri))];
        all.extend(stacks.into_iter().map(|name| (name, export.clone())));
        let api = defined(&all, &[]).unwrap();
        match api.routes().next().unwrap().integration().kind() {
            IntegrationKind::HttpProxy(_) => assert_eq!(expected, ""),
            IntegrationKind::NotImplemented(why) => assert!(!expected.is_empty() && why.contains(expected), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn users_and_roles_of_the_stack_come_with_their_policies() {
    let orders = shop("Orders").unwrap();
    let arns: Vec<_> = orders.principals().map(|principal| principal.principal().arn()).collect();
    let expected = [
        "arn:aws:iam::123456789012:user/Shop-ReaderF7BF189D",
        "arn:aws:iam::123456789012:user/clerk",
        "arn:aws:sts::123456789012:assumed-role/Shop-JobB9D00F9F/local",
    ];
    assert_eq!(arns, expected, "the roles of services are none");
    let policies = |n: usize| -> Vec<_> {
        let principal = orders.principals().nth(n).unwrap();
        principal.policies().identity().map(|policy| policy.name().to_owned()).collect()
    };
    assert_eq!([policies(0), policies(1), policies(2)].concat().len(), 3);
    let notes: Vec<_> = orders.notes().filter(|note| note.contains("no access key")).collect();
    assert!(notes.len() == 1 && notes[0].contains("the policy arn:aws:iam::aws:policy/AdministratorAccess is in no"));
}

/// A user with one policy that allows, and with more.
fn principals(user: Value, more: Value) -> (usize, Vec<String>) {
    let allow = json!({"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "P", "Users": [{"Ref": "U"}], "PolicyDocument":
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}}});
    let mut resources = json!({"U": {"Type": "AWS::IAM::User", "Properties": user}, "P": allow});
    resources["Made"] = json!({"Type": "Custom::Made"});
    resources.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let api = defined(&[("S", stack(resources))], &[]).unwrap();
    (api.principals().count(), api.notes().map(str::to_owned).collect())
}

/// A policy that is left out could be the one that denies.
#[test]
fn a_user_of_whom_something_is_unknown_gets_no_access_key() {
    let policy = |document: Value, users: Value| json!({"D": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "D", "Users": users, "PolicyDocument": document}}});
    let deny = |resource: Value| json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": resource}});
    let unknown = json!({"Fn::ImportValue": "nowhere"});
    assert_eq!(principals(json!({}), json!({})).0, 1);
    for (name, user, more) in [
        ("a document", json!({}), policy(deny(unknown.clone()), json!([{"Ref": "U"}]))),
        ("a document that is none", json!({}), policy(json!({"Statement": {"Effect": "Dany"}}), json!([{"Ref": "U"}]))),
        ("whom it is attached to", json!({}), policy(deny(json!("*")), json!([unknown.clone()]))),
        ("a policy of AWS", json!({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSDenyAll"]}), json!({})),
        ("a boundary", json!({"PermissionsBoundary": "arn:aws:iam::123456789012:policy/b"}), json!({})),
        ("a group", json!({"Groups": ["elsewhere"]}), json!({})),
        (
            "its own policy",
            json!({"Policies": [{"PolicyName": "x", "PolicyDocument": deny(unknown.clone())}]}),
            json!({}),
        ),
        (
            "a group that another resource names",
            json!({}),
            json!({"A": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": {"GroupName": "g", "Users": [{"Ref": "U"}]}}}),
        ),
        (
            "an inactive key",
            json!({}),
            json!({"K": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "U"}, "Status": "Inactive"}}}),
        ),
        (
            "another user of the same name",
            json!({"UserName": "u"}),
            json!({"V": {"Type": "AWS::IAM::User", "Properties": {"UserName": "u"}}}),
        ),
        ("a name that IAM refuses", json!({"UserName": "team/bob"}), json!({})),
        ("what is denied", json!({}), policy(deny(json!({"Fn::GetAtt": ["Made", "Arn"]})), json!([{"Ref": "U"}]))),
        (
            "a part of what is denied",
            json!({}),
            policy(deny(json!({"Fn::Sub": "arn:aws:execute-api:*:*:*/*/GET/${Made.Path}"})), json!([{"Ref": "U"}])),
        ),
        (
            "what its own policy denies",
            json!({"Policies": [{"PolicyName": "x", "PolicyDocument": deny(json!({"Fn::GetAtt": ["Made", "Arn"]}))}]}),
            json!({}),
        ),
        (
            "what the policy of its group denies",
            json!({"Groups": [{"Ref": "G"}]}),
            json!({"G": {"Type": "AWS::IAM::Group", "Properties": {"Policies": [
                {"PolicyName": "x", "PolicyDocument": deny(json!({"Fn::GetAtt": ["Made", "Arn"]}))}]}}}),
        ),
        (
            "what is stored elsewhere",
            json!({}),
            policy(deny(json!("arn:aws:execute-api:*:*:*/*/GET/{{resolve:ssm:/path}}")), json!([{"Ref": "U"}])),
        ),
        (
            "properties that something else makes",
            json!({"UserName": "u", "Fn::Transform": {"Name": "AWS::Include"}}),
            json!({}),
        ),
    ] {
        let (count, notes) = principals(user, more);
        assert_eq!(count, 0, "{name}");
        assert!(notes.iter().any(|note| note.contains("access key")), "{name}: {notes:?}");
    }
    // What is unknown and allows, or denies calls of another service, takes nothing away.
    for (effect, action) in [("Allow", "*"), ("Deny", "dynamodb:*")] {
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": [action],
            "Resource": {"Fn::GetAtt": ["Made", "Arn"]}}]});
        assert_eq!(principals(json!({}), policy(document, json!([{"Ref": "U"}]))).0, 1, "{effect}");
    }
}

#[test]
fn policies_of_every_kind_reach_their_user() {
    let document = |name: &str| {
        json!({"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17",
            "Statement": {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*"}}})
    };
    let merged = |one: Value, other: Value| {
        let mut members = one;
        members.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        members
    };
    let resources = json!({
        "U": {"Type": "AWS::IAM::User", "Properties": {"Path": "/staff/", "Policies": [document("own")],
            "ManagedPolicyArns": [{"Ref": "M"}], "PermissionsBoundary": {"Ref": "B"}, "Groups": [{"Ref": "G"}],
            "Tags": [{"Key": "team", "Value": "pets"}]}},
        "M": {"Type": "AWS::IAM::ManagedPolicy", "Properties": document("managed")},
        "B": {"Type": "AWS::IAM::ManagedPolicy", "Properties": document("boundary")},
        "N": {"Type": "AWS::IAM::ManagedPolicy", "Properties": merged(document("listed"), json!({"Users": [{"Ref": "U"}]}))},
        "P": {"Type": "AWS::IAM::UserPolicy", "Properties": merged(document("user"), json!({"UserName": {"Ref": "U"}}))},
        "G": {"Type": "AWS::IAM::Group", "Properties": {"Policies": [document("group's own")]}},
        "Q": {"Type": "AWS::IAM::GroupPolicy", "Properties": merged(document("group"), json!({"GroupName": {"Ref": "G"}}))},
        "H": {"Type": "AWS::IAM::Group", "Properties": {}},
        "A": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": {"GroupName": {"Ref": "H"}, "Users": [{"Ref": "U"}]}},
        "R": {"Type": "AWS::IAM::Policy", "Properties": merged(document("added"), json!({"Groups": [{"Ref": "H"}]}))}
    });
    let mut template = stack(json!({}));
    template["Resources"]["Route"] = template["Resources"]["R"].clone();
    template["Resources"].as_object_mut().unwrap().extend(resources.as_object().unwrap().clone());
    let api = defined(&[("S", template)], &[]).unwrap();
    let [user] = api.principals().collect::<Vec<_>>()[..] else { panic!("{:?}", api.notes().collect::<Vec<_>>()) };
    assert_eq!(user.principal().arn(), "arn:aws:iam::123456789012:user/staff/S-U");
    let mut names: Vec<_> = user.policies().identity().map(|policy| policy.name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["added", "group", "group's own", "listed", "managed", "own", "user"]);
    let boundary = user.policies().boundary().map(|policy| policy.name());
    assert_eq!(boundary, Some("boundary"));
}

/// What makes whole resources could make routes.
#[test]
fn a_template_that_something_rewrites_is_refused() {
    let with = |part: &str, value: Value| {
        let mut template = stack(json!({}));
        match part {
            "Transform" => template["Transform"] = value,
            _ => template["Resources"][part] = value,
        }
        template
    };
    for (part, value, says) in [
        (
            "Transform",
            json!("AWS::Serverless-2016-10-31"),
            "Transform: the macro `AWS::Serverless-2016-10-31` is not run",
        ),
        ("Transform", json!(["AWS::LanguageExtensions", "Mine"]), "Transform: the macro `Mine` is not run"),
        ("Transform", json!({"Name": "AWS::Include"}), "Transform: expected a macro's name"),
        (
            "Fn::Transform",
            json!({"Name": "AWS::Include"}),
            "Resources[\"Fn::Transform\"]: functions that make whole entries",
        ),
        (
            "Fn::ForEach::Routes",
            json!(["I", ["a"], {}]),
            "Resources[\"Fn::ForEach::Routes\"]: functions that make whole",
        ),
    ] {
        let error = defined(&[("S", with(part, value.clone()))], &[]).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        let beside = defined(&[("S", stack(json!({}))), ("T", with(part, value))], &[]).unwrap();
        assert_eq!(routes(&beside), [("GET /mine", "IAM")]);
        assert!(beside.notes().any(|note| note.contains(&format!("T.{says}"))));
    }
    assert!(defined(&[("S", with("Transform", json!("AWS::LanguageExtensions")))], &[]).is_ok());
}

/// What something else adds to a route could be its authorizer.
#[test]
fn a_function_among_members_and_a_module_are_refused() {
    let include = json!({"Name": "AWS::Include"});
    let beside = |path: &[&str]| {
        let mut template = stack(json!({"O": route(&json!({"Ref": "Mine"}), "ANY /x", "NONE")}));
        let at = path.iter().fold(&mut template, |at, step| &mut at[*step]);
        at["Fn::Transform"] = include.clone();
        template
    };
    for (template, at) in [
        (beside(&[]), "[\"Fn::Transform\"]"),
        (beside(&["Resources", "O"]), "Resources.O[\"Fn::Transform\"]"),
        (beside(&["Resources", "O", "Properties"]), "Resources.O.Properties[\"Fn::Transform\"]"),
        (
            beside(&["Resources", "Mine", "Properties", "CorsConfiguration"]),
            "Resources.Mine.Properties.CorsConfiguration[\"Fn::",
        ),
        (stack(json!({"O": {"Fn::Transform": include}})), "Resources.O[\"Fn::Transform\"]"),
        (stack(json!({"O": {"Type": "Mine::Api::Routes::MODULE"}})), "Resources.O: modules"),
    ] {
        let error = defined(&[("S", template)], &[]).unwrap_err().to_string();
        assert!(error.contains(&format!("invalid template: {at}")), "{at}: {error}");
    }
}
