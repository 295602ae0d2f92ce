//! REST APIs: the banner, the examples, and calls.

use crate::serve::serving::{ALLOWED, DENIED, SEED, Serving, folder, sig4};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

const API: &str = r#"kind = "rest"
id = "pets"

[domains."pets.test"]
base_path = "v1"
stage = "prod"

[cors]
allow_origins = ["https://a.example"]

[routes]
"GET /pets/{id}" = { echo = true }
"GET /health" = { mock = { status = 202 }, authorizer = "none" }
"ANY /old/{proxy+}" = { http_proxy = "http://127.0.0.1:9/{proxy}" }
"#;

fn api(name: &str) -> String {
    let file = folder(name).join("api.toml");
    fs::write(&file, API).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn the_banner_names_the_rest_api_its_stage_and_its_methods() {
    let serving = Serving::start(&["--config", &api("rest-banner")]);
    let banner = serving.banner.join("\n");
    let url = &serving.url;
    for line in [
        "region us-east-1, account 123456789012, REST API pets)",
        "note: there are no [stages], so the API has the stage `prod`, as the CDK makes it: paths begin with /prod",
        &format!("  stage {url}/prod"),
        "  domain pets.test/v1 -> stage prod",
        "  GET /health        open -> a MOCK response: 202",
        "  GET /pets/{id}     IAM  -> an echo",
        "  ANY /old/{proxy+}  IAM  -> http://127.0.0.1:9/{proxy}",
        &format!("  sig4 call {url}/prod/"),
    ] {
        assert!(banner.contains(line), "{line}\n{banner}");
    }
    assert!(serving.call("/prod/pets/1", &[]).contains("\"path\": "));
    assert!(serving.next_record().contains(" 200 GET /prod/pets/1 "));
    assert!(serving.plain("GET", "/prod/health", "").starts_with("HTTP/1.1 202 "));
    let origin = "origin: https://a.example\r\naccess-control-request-method: GET\r\n";
    let preflight = serving.plain("OPTIONS", "/prod/pets/1", origin);
    assert!(
        preflight.starts_with("HTTP/1.1 204 ")
            && preflight.contains("Access-Control-Allow-Origin: https://a.example\r\n")
    );
    assert_eq!(serving.call_as(ALLOWED, "/pets/1", &[]).status.code(), Some(1), "no stage");
}

/// A resource policy that allows everyone allows the demo user `denied`, too.
#[test]
fn the_banner_claims_nothing_that_a_resource_policy_decides() {
    let file = folder("rest-policy").join("api.toml");
    let policy = r#"[resource_policy]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "execute-api:/*" }]
"#;
    fs::write(&file, format!("{API}\n{policy}")).unwrap();
    let serving = Serving::start(&["--config", file.to_str().unwrap()]);
    let banner = serving.banner.join("\n");
    assert!(banner.contains(" may call what the resource policy allows"), "{banner}");
    assert!(!banner.contains("may call nothing"), "{banner}");
    assert!(serving.call_as(DENIED, "/prod/pets/1", &[]).status.success());
}

#[test]
fn json_has_the_kind_and_the_methods() {
    for (config, kind) in [(Some(api("rest-json")), "rest"), (None, "http")] {
        let mut command = sig4();
        command.args(["serve", "--listen", ":0", "--demo-seed", SEED, "--json"]);
        command.args(config.iter().flat_map(|file| ["--config", file]));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let banner: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(banner["kind"], kind);
        if kind == "rest" {
            assert_eq!(banner["stages"], json!(["prod"]));
            let mock = json!({"key": "GET /health", "authorizer": "none", "integration": "mock", "target": "202"});
            assert!(banner["routes"].as_array().unwrap().contains(&mock), "{banner}");
        }
    }
}

#[test]
fn examples_call_a_method_that_wants_a_signature_at_its_stage() {
    let output = sig4().args(["serve", "--examples", "--config", &api("rest-examples")]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("sig4 call http://127.0.0.1:3000/prod/"), "{text}");
    assert!(!text.contains("/health") && !text.contains("3000/pets"), "{text}");
}
