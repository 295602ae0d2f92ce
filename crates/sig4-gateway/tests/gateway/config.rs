//! Configurations are read strictly, and what stands in their documentation can be read.

use sig4_gateway::ErrorKind;
use sig4_gateway::config::MAX_LEN;
use sig4_gateway::definition::Code;
use sig4_gateway::{ApiDefinition, Auth, DEFAULT_BODY_BUDGET, IntegrationKind, Stage, Upstream};
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

/// A policy: that of an API if its file is called so, else that of a user.
fn read(name: &str) -> io::Result<String> {
    let principal = if name == "policies/api.json" { "\"Principal\": \"*\", " } else { "" };
    Ok(format!(
        "{{\"Version\": \"2012-10-17\",
        \"Statement\": {{\"Effect\": \"Allow\", {principal}\"Action\": \"execute-api:Invoke\", \"Resource\": \"*\"}}}}"
    ))
}

/// The TOML examples in the documentation of a file.
fn examples(file: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)).unwrap();
    let lines =
        text.lines().map(|line| line.strip_prefix("//!").map_or(line, |line| line.strip_prefix(' ').unwrap_or(line)));
    let text: String = lines.map(|line| line.to_owned() + "\n").collect();
    text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_example_of_the_documentation_is_read() {
    for file in ["crates/sig4-gateway/src/config/mod.rs", "docs/cdk.md", "docs/serve.md"] {
        let examples = examples(file);
        assert!(!examples.is_empty(), "{file}");
        for example in examples {
            let api = ApiDefinition::from_toml(&example, &read).unwrap_or_else(|error| panic!("{error}:\n{example}"));
            assert!(api.routes().count() > 0 || api.directory().is_some());
        }
    }
}

#[test]
fn the_documented_configuration_means_what_it_says() {
    let example = &examples("crates/sig4-gateway/src/config/mod.rs")[0];
    assert_eq!(&examples("docs/serve.md")[0], example, "the guide has the same");
    let api = ApiDefinition::from_toml(example, &read).unwrap();
    assert_eq!((api.region(), api.account(), api.api_id()), ("us-east-1", "123456789012", "local"));
    assert_eq!(api.stages().map(Stage::name).collect::<Vec<_>>(), ["$default", "v1"]);
    assert!(api.cors().unwrap().allows("http://localhost:5173"));
    let orders = IntegrationKind::Function("orders");
    let [old, who] = ["http://127.0.0.1:8080/{proxy}", "http://127.0.0.1:8080/who"].map(Upstream::new);
    let who = who.with_client_header("x-real-ip");
    assert_eq!(api.body_budget(), DEFAULT_BODY_BUDGET);
    let routes: Vec<_> = api.routes().map(|route| (route.key(), route.auth(), route.integration().kind())).collect();
    let expected = [
        ("$default", Auth::Iam, orders),
        ("ANY /old/{proxy+}", Auth::Iam, IntegrationKind::HttpProxy(&old)),
        ("GET /echo", Auth::Iam, IntegrationKind::Echo),
        ("GET /who", Auth::Iam, IntegrationKind::HttpProxy(&who)),
        ("OPTIONS /{proxy+}", Auth::None, orders),
        ("POST /v1", Auth::Iam, orders),
    ];
    assert_eq!(routes, expected);
    let [orders, rust] = api.functions().collect::<Vec<_>>()[..] else { panic!("two functions") };
    assert_eq!((orders.code(), orders.handler()), (&Code::Folder("handler".to_owned()), "index.handler"));
    assert_eq!((orders.memory_mib(), orders.timeout()), (256, Duration::from_secs(10)));
    assert_eq!(orders.environment().collect::<Vec<_>>(), [("LEVEL", "debug")]);
    assert_eq!(rust.code(), &Code::Command("target/debug/bootstrap".to_owned()));
    assert_eq!(rust.timeout(), Duration::from_secs(3));
}

#[test]
fn a_number_has_the_radix_that_it_is_written_in() {
    for (number, meaning) in [("16", 16), ("0x10", 16), ("0o20", 16), ("0b1_0000", 16), ("1_000", 1000)] {
        let api = ApiDefinition::from_toml(&format!("body_budget = {number}"), &read).unwrap();
        assert_eq!(api.body_budget(), meaning, "{number}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, line, says) in [
        ("regoin = \"x\"", 1, "the key `regoin` is not known here: account,"),
        ("\n\nregion = 7", 3, "`region` is a string, not integer"),
        ("region = \"a\"\nregion = \"b\"", 2, "duplicate key"),
        ("region = ", 1, ""),
        ("[cors]\nallow_origin = []", 2, "`allow_origin` is not known here: allow_origins"),
        ("[cors]\nallow_origins = \"*\"", 2, "`allow_origins` is a list of strings"),
        ("[cors]\nallow_origins = [\n  7,\n]", 3, "`allow_origins` is a string"),
        ("[cors]\nmax_age = -1", 2, "`max_age` is negative"),
        ("[cors]\nmax_age = 18446744073709551616", 2, "`max_age` is too large"),
        ("[cors]\nallow_credentials = \"yes\"", 2, "`allow_credentials` is true or false"),
        ("default_authorizer = \"jwt\"", 1, "\"iam\" or \"none\", not \"jwt\""),
        ("[routes]\n\"GET /\" = {}", 2, "one of `echo = true`, `function` and `http_proxy`"),
        ("[routes]\n\"GET /\" = { echo = false }", 2, "one of `echo = true`"),
        ("[routes]\n\"GET /\" = { echo = true, function = \"f\" }", 2, "one of `echo = true`"),
        ("[routes]\n\"GET /\" = { function = \"f\" }", 2, "there is no [functions.f]"),
        ("[routes]\n\"GET /\" = { echo = true, authoriser = \"none\" }", 2, "`authoriser` is not known"),
        ("[routes]\n\"GET /\" = { echo = true, authorizer = \"NONE\" }", 2, "\"iam\" or \"none\""),
        ("[routes]\n\"GET /\" = { echo = true, client_headers = [\"x-real-ip\"] }", 2, "belongs to an `http_proxy`"),
        ("body_budget = \"1 GiB\"", 1, "`body_budget` is a whole number"),
        ("[functions.f]\nhandler = \"a.b\"", 1, "one of `code` and `command`"),
        ("[functions.f]\ncode = \"a\"", 1, "has no `handler`"),
        ("[functions.f]\ncommand = \"a\"\ntimeout = 1.5", 3, "`timeout` is a whole number"),
        ("[stages]\nv1 = { a = 1 }", 2, "`a` is a string"),
    ] {
        let error = ApiDefinition::from_toml(text, &read).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig, "{text}");
        let error = error.to_string();
        assert!(error.contains(&format!("line {line}, column ")) && error.contains(says), "{text}: {error}");
    }
}

#[test]
fn the_body_budget_is_that_of_the_configuration() {
    assert_eq!(ApiDefinition::from_toml("body_budget = 7", &read).unwrap().body_budget(), 7);
    assert_eq!(ApiDefinition::from_toml("", &read).unwrap().body_budget(), DEFAULT_BODY_BUDGET);
}

#[test]
fn a_secret_on_a_line_that_cannot_be_read_is_not_repeated() {
    let text = "[users.alice]\naccess_keys = [{ id = \"AKIDALICE\", secret = \"hush\" }\n";
    let error = ApiDefinition::from_toml(text, &read).unwrap_err().to_string();
    assert!(!error.contains("hush"), "{error}");
}

#[test]
fn mistakes_in_users_and_policies_are_said_with_their_line_too() {
    let alice = "[users.alice]\naccess_keys = [\n  { id = \"AKIDALICE\", secret = \"hush\" },\n]\n";
    for (more, line, says) in [
        ("polices = []", 5, "at users.alice.polices"),
        ("groups = [\"nobody\"]", 5, "at users.alice.groups[0]"),
        ("[[users.alice.policies]]\nStatement = { Effect = \"Alow\" }", 6, "Effect"),
        ("[users.\"a.b\"]\npath = 7", 6, "path"),
    ] {
        let error = ApiDefinition::from_toml(&[alice, more].concat(), &read).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&format!("line {line}, column ")) && text.contains(says), "{text}");
        assert!(error.kind() == ErrorKind::InvalidDirectory, "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
}

#[test]
fn users_come_with_their_policies() {
    let text = "[users.alice]\npolicies = [\"invoke.json\"]\naccess_keys = [{ id = \"AKIDALICE\", secret = \"s\" }]";
    let api = ApiDefinition::from_toml(text, &read).unwrap();
    let alice = api.directory().unwrap().find("AKIDALICE").unwrap();
    assert_eq!(alice.principal().arn(), "arn:aws:iam::123456789012:user/alice");
    let unreadable = ApiDefinition::from_toml(text, &|_| Err(io::ErrorKind::NotFound.into())).unwrap_err();
    assert!(unreadable.to_string().contains("invoke.json"), "{unreadable}");
}

#[test]
fn a_configuration_is_read_up_to_its_length() {
    let padded = |len: usize| ["#".repeat(len - 1), "\n".to_owned()].concat();
    ApiDefinition::from_toml(&padded(MAX_LEN), &read).unwrap();
    let error = ApiDefinition::from_toml(&padded(MAX_LEN + 1), &read).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    assert!(error.to_string().contains("more than 16777216 bytes"), "{error}");
}
