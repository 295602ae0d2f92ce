//! Stacks with several APIs, functions and users, served by the command.

use crate::serve::serving::{Serving, folder, has_node, sig4};
use serde_json::json;
use sig4_test_support::fixtures::fixture;

/// The words of the banner's line about a user or a role.
fn user<'s>(serving: &'s Serving, name: &str) -> Vec<&'s str> {
    let line = serving.banner.iter().find(|line| line.split(' ').nth(1) == Some(name));
    line.unwrap_or_else(|| panic!("{name}: {:?}", serving.banner)).split(' ').collect()
}

/// The status of a call of a path by a user or a role of the stack, and the answer.
fn called(serving: &Serving, name: &str, path: &str) -> (bool, String) {
    let words = user(serving, name);
    let mut command = sig4();
    command.env("AWS_ACCESS_KEY_ID", words[2]).env("AWS_SECRET_ACCESS_KEY", words[3]);
    if words[0] == "role" {
        command.env("AWS_SESSION_TOKEN", words[4]);
    }
    let output = command.args(["call", "--region", "us-east-1", &(serving.url.clone() + path)]).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn routes_that_cannot_be_served_are_listed_and_answer_501_while_the_others_work() {
    let template = fixture("shop.out").to_str().unwrap().to_owned();
    let serving = Serving::start(&["--template", &template, "--api", "Shop/Orders"]);
    let listed = |text: &str| assert!(serving.banner.iter().any(|line| line.contains(text)), "{:?}", serving.banner);
    listed("  GET /jwt          501  -> not served: Resources.OrdersGETjwt2EC7F792.Properties.AuthorizationType: ");
    listed("  GET /orders/{id}  IAM  -> Own30425842");
    listed("note: the API SiteE53D7754 (HTTP API, name Site, path Shop/Site) is not the chosen one, and is not served");
    for (method, path, status, says) in [
        ("GET", "/jwt", "501 Not Implemented", "the authorizer JWT is not supported"),
        ("GET", "/custom", "501 Not Implemented", "the authorizer CUSTOM is not supported"),
        ("POST", "/queue", "501 Not Implemented", "`SQS-SendMessage`, are not supported"),
        ("GET", "/orders/7", "403 Forbidden", "Forbidden"),
        ("GET", "/imported", "403 Forbidden", "Forbidden"),
        // Its function gets events of payload format 1.0.
        ("GET", "/old", "403 Forbidden", "Forbidden"),
        // The open `$default` of the other API.
        ("GET", "/", "404 Not Found", "Not Found"),
        ("GET", "/site", "404 Not Found", "Not Found"),
    ] {
        let answer = serving.plain(method, path, "authorization: Bearer x\r\n");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")) && answer.contains(says), "{path}: {answer}");
    }
}

#[test]
fn functions_of_every_stack_are_called_by_those_whom_the_stack_allows() {
    if !has_node() {
        return;
    }
    let template = fixture("shop.out").to_str().unwrap().to_owned();
    let serving = Serving::start(&["--template", &template, "--api", "Orders"]);
    for (path, function) in [("/orders/7", "Own"), ("/imported", "Imported"), ("/nested", "Nested")] {
        assert_eq!(serving.call(path, &[]), format!(r#"{{"function":"{function}"}}"#));
    }
    for (name, path, allowed) in [
        ("Shop-ReaderF7BF189D", "/orders/7", true),
        ("Shop-ReaderF7BF189D", "/imported", false),
        ("Shop-JobB9D00F9F", "/orders/7", true),
        ("Shop-JobB9D00F9F", "/nested", false),
        ("clerk", "/nested", true),
        ("clerk", "/imported", true),
    ] {
        let (success, answer) = called(&serving, name, path);
        assert_eq!(success, allowed, "{name} {path}: {answer}");
    }
    assert!(!serving.banner.iter().any(|line| line.starts_with("user Shop-Admin")), "{:?}", serving.banner);
}

#[test]
fn a_function_that_cannot_be_run_leaves_the_others_at_work() {
    let folder = folder("python");
    let function = |runtime: &str| {
        json!({"Type": "AWS::Lambda::Function", "Properties": {"Runtime": runtime, "Handler": "index.handler",
            "Code": {"ZipFile": "exports.handler = async () => 'ran';"}}})
    };
    let integration = |function: &str| {
        json!({"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"ApiId": {"Ref": "Mine"},
            "IntegrationType": "AWS_PROXY", "IntegrationUri": {"Fn::GetAtt": [function, "Arn"]}}})
    };
    let route = |key: &str, integration: &str| {
        json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Mine"}, "RouteKey": key,
            "Target": format!("integrations/{integration}")}})
    };
    let template = json!({"Resources": {"Mine": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}}, "Snake": function("ruby3.4"), "Node": function("nodejs22.x"),
        "I": integration("Snake"), "J": integration("Node"), 
        "R": route("GET /snake", "I"), "Q": route("GET /node", "J")}});
    let path = folder.join("S.template.json");
    std::fs::write(&path, template.to_string()).unwrap();
    let serving = Serving::start(&["--template", path.to_str().unwrap()]);
    let why = "Snake wants the runtime `ruby3.4`: give --function 'Snake=COMMAND' to run it";
    assert!(
        serving.banner.iter().any(|line| line.contains(&format!("501  -> not served: {why}"))),
        "{:?}",
        serving.banner
    );
    let answer = serving.plain("GET", "/snake", "");
    assert!(answer.starts_with("HTTP/1.1 501 ") && answer.contains(why), "{answer}");
    if has_node() {
        assert!(serving.plain("GET", "/node", "").ends_with("ran"));
    }
}

#[test]
fn a_line_break_in_a_name_of_a_stack_ends_no_line() {
    let function = json!({"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "ruby\nforged", "Handler": "index.handler",
        "Code": {"ZipFile": ""}}});
    let node = json!({"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler",
        "Code": {"ZipFile": ""}, "Environment": {"Variables": {"A": "{{resolve:ssm:/x\nforged}}"}}}});
    let api = json!({"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}});
    let integration = |function: &str| {
        json!({"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"ApiId": {"Ref": "Mine"},
            "IntegrationType": "AWS_PROXY", "IntegrationUri": {"Fn::GetAtt": [function, "Arn"]}}})
    };
    let route = |key: &str, integration: &str| {
        json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Mine"}, "RouteKey": key,
            "Target": format!("integrations/{integration}")}})
    };
    let template = json!({"Resources": {"Mine": api, "F": function, "N": node, "I": integration("F"), "J": integration("N"),
        "R": route("GET /f", "I"), "Q": route("GET /n", "J")}});
    let path = folder("forged").join("S.template.json");
    std::fs::write(&path, template.to_string()).unwrap();
    let serving = Serving::start(&["--template", path.to_str().unwrap()]);
    let note = serving.error_with("the variable A is ");
    assert!(note.contains(r"/x\u{a}forged"), "{note}");
    let banner = &serving.banner;
    assert!(banner.iter().any(|line| line.contains(r"the runtime `ruby\u{a}forged`")), "{banner:?}");
}

/// A template with functions at these paths in the tree of constructs, each with its logical id and a route of that name.
fn stack_of(functions: &[(&str, &str)]) -> serde_json::Value {
    let mut resources = serde_json::Map::new();
    resources
        .insert("Mine".to_owned(), json!({"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}}));
    for (id, path) in functions {
        let function = json!({"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": path}, "Properties": {
            "Runtime": "nodejs22.x", "Handler": "index.handler", "Environment": {"Variables": {"NAME": "template"}},
            "Code": {"ZipFile": "exports.handler = async () => process.env.NAME;"}}});
        let integration = json!({"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"ApiId": {"Ref": "Mine"},
            "IntegrationType": "AWS_PROXY", "IntegrationUri": {"Fn::GetAtt": [id, "Arn"]}}});
        let route = json!({"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Mine"},
            "RouteKey": format!("GET /{id}"), "Target": {"Fn::Join": ["", ["integrations/", {"Ref": format!("I{id}")}]]}}});
        resources.extend([((*id).to_owned(), function), (format!("I{id}"), integration), (format!("R{id}"), route)]);
    }
    json!({"Resources": resources})
}

#[test]
fn a_function_is_named_by_the_id_of_its_construct_if_no_other_has_it() {
    let folder = folder("construct-ids");
    let (template, values) = (folder.join("Shop.template.json"), folder.join("values.json"));
    let functions = [
        ("OrdersF3", "Shop/Orders/Resource"),
        ("HandlerA1", "Shop/A/Handler/Resource"),
        ("HandlerB2", "Shop/B/Handler/Resource"),
        // The logical id of another function is no name of this one.
        ("Stock", "Shop/Shelf"),
        ("OtherC3", "Shop/Stock/Resource"),
    ];
    std::fs::write(&template, stack_of(&functions).to_string()).unwrap();
    let (template, file) = (template.to_str().unwrap(), values.to_str().unwrap());
    let failed = |arguments: &[&str]| {
        let start = ["serve", "--listen", "127.0.0.1:0", "--template", template];
        let output = sig4().args(start).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let several = "`Handler` is the construct id of several functions: [HandlerA1 (path Shop/A/Handler/Resource), \
        HandlerB2 (path Shop/B/Handler/Resource)]; give the logical id of one";
    let text = failed(&["--function", "Handler=true"]);
    assert!(text.contains(&format!("--function: {several}")), "{text}");
    assert!(failed(&["--function", "Shop=true"]).contains("there is no function `Shop`; there are these: ["));
    for (values, says) in [
        (r#"{"Handler": {"NAME": "hush"}}"#, format!("--env-vars: {several}")),
        (r#"{"Orders": {}, "OrdersF3": {"NAME": "hush"}}"#, "the function OrdersF3 is there twice".to_owned()),
    ] {
        std::fs::write(file, values).unwrap();
        let text = failed(&["--env-vars", file]);
        assert!(text.contains(&says) && !text.contains("hush"), "{text}");
    }
    if !has_node() {
        return;
    }
    let given = r#"{"Orders": {"NAME": "orders"}, "HandlerA1": {"NAME": "a"}, "Stock": {"NAME": "stock"}}"#;
    std::fs::write(file, given).unwrap();
    let serving = Serving::start(&["--template", template, "--env-vars", file, "--function", "Orders=node missing.js"]);
    for (id, name) in [("HandlerA1", "a"), ("HandlerB2", "template"), ("Stock", "stock"), ("OtherC3", "template")] {
        assert!(serving.plain("GET", &format!("/{id}"), "").ends_with(name), "{id}");
    }
    assert!(serving.plain("GET", "/OrdersF3", "").starts_with("HTTP/1.1 500 "), "the command of --function runs it");
    let serving = Serving::start(&["--template", template, "--env-vars", file]);
    assert!(serving.plain("GET", "/OrdersF3", "").ends_with("orders"));
}
