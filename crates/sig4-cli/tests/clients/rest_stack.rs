//! The REST APIs of `cdk/rest.mjs`, synthesised offline and served by `sig4 serve`, and the same of a template of SAM.

use crate::callers::WRITER;
use crate::found;
use crate::install::{Need, folder, npm, sam_translator, succeeds};
use crate::job::Keys;
use crate::stack::Served;
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

/// What `cdk synth` would write, once for all tests.
pub fn synthesised() -> Result<PathBuf, Need> {
    static WRITTEN: LazyLock<Result<PathBuf, Need>> = LazyLock::new(synthesise);
    WRITTEN.clone()
}

fn synthesise() -> Result<PathBuf, Need> {
    let app = npm("cdk").ok_or(Need::Npm)?;
    let out = app.join("rest.out");
    let _ = fs::remove_dir_all(&out);
    assert!(succeeds(Command::new("node").args(["rest.mjs", "rest.out"]).current_dir(&app)), "no stack is written");
    Ok(out)
}

/// The origin of a server.
fn origin(served: &Served) -> &str {
    let end = served.url.match_indices('/').nth(2).map_or(served.url.len(), |(end, _)| end);
    served.url.split_at(end).0
}

/// The status and the output of `sig4 call` as the user who may do everything.
fn signed(served: &Served, path: &str) -> (bool, String) {
    let Keys(access_key, secret_key, _) = WRITER;
    let mut call = Command::new(env!("CARGO_BIN_EXE_sig4"));
    call.args(["call", &format!("{}{path}", origin(served))]).stdin(Stdio::null());
    call.env("AWS_ACCESS_KEY_ID", access_key).env("AWS_SECRET_ACCESS_KEY", secret_key).env("AWS_REGION", "us-east-1");
    let output = call.output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(all).unwrap())
}

/// The answer to a request without a signature: its head and its body.
fn unsigned(served: &Served, method: &str, path: &str, headers: &str) -> String {
    let address = origin(served).strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn has_header(answer: &str, header: &str) -> bool {
    answer.lines().any(|line| line.eq_ignore_ascii_case(header))
}

#[test]
fn the_methods_of_a_rest_stack_answer_their_callers() {
    let Some(out) = found::or_skip(synthesised()) else { return };
    let served = Served::start(&out, &["--stack", "Pets"]);
    let (is_ok, said) = signed(&served, "/prod/pets/7");
    assert!(is_ok, "{said}");
    let event: Value = serde_json::from_str(said.trim()).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(event["resource"], "/pets/{id}");
    assert_eq!(event["path"], "/pets/7");
    assert_eq!(event["caller"], "arn:aws:iam::123456789012:user/writer");

    assert!(signed(&served, "/prod/key").1.contains("API keys are not supported"));

    assert!(unsigned(&served, "GET", "/prod/pets/7", "").starts_with("HTTP/1.1 403 "));
    assert!(unsigned(&served, "GET", "/prod/open", "").starts_with("HTTP/1.1 200 "));
    assert!(unsigned(&served, "GET", "/open", "").starts_with("HTTP/1.1 403 "), "the stage is part of the path");
}

#[test]
fn the_policy_and_the_gateway_responses_of_a_rest_stack_are_applied() {
    let Some(out) = found::or_skip(synthesised()) else { return };
    let served = Served::start(&out, &["--stack", "Pets"]);
    let (is_ok, said) = signed(&served, "/prod/secret");
    assert!(!is_ok && said.contains("403") && said.contains("not authorized to perform: execute-api:Invoke"), "{said}");
    let refused = unsigned(&served, "GET", "/prod/pets/7", "");
    assert!(refused.starts_with("HTTP/1.1 403 ") && refused.contains("Missing Authentication Token"), "{refused}");
    assert!(has_header(&refused, "access-control-allow-origin: *"), "{refused}");
}

#[test]
fn the_preflights_of_a_rest_stack_know_both_origins() {
    let Some(out) = found::or_skip(synthesised()) else { return };
    let served = Served::start(&out, &["--stack", "Pets"]);
    for (origin, allowed) in [
        ("http://localhost:5173", "http://localhost:5173"),
        ("https://pets.example.com", "https://pets.example.com"),
        ("https://other.example.com", "http://localhost:5173"),
    ] {
        let headers = format!("Origin: {origin}\r\nAccess-Control-Request-Method: GET\r\n");
        let answer = unsigned(&served, "OPTIONS", "/prod/pets/7", &headers);
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
        assert!(has_header(&answer, &format!("access-control-allow-origin: {allowed}")), "{answer}");
        assert!(has_header(&answer, "access-control-allow-methods: GET") && has_header(&answer, "vary: Origin"));
    }
}

#[test]
fn a_lambda_rest_api_answers_at_every_path() {
    let Some(out) = found::or_skip(synthesised()) else { return };
    let served = Served::start(&out, &["--stack", "All"]);
    for (path, resource) in [("/prod", "/"), ("/prod/", "/"), ("/prod/a/b", "/{proxy+}")] {
        let (is_ok, said) = signed(&served, path);
        assert!(is_ok && said.contains(&format!("\"resource\":\"{resource}\"")), "{path}: {said}");
    }
}

/// A template of SAM, its function, and what `scripts/sam-transform.py` makes of it.
fn transformed() -> Result<PathBuf, Need> {
    let python = sam_translator().ok_or(Need::SamTranslator)?;
    let folder = folder("sam");
    fs::create_dir_all(folder.join("pets")).unwrap();
    let handler = "exports.handler = async (e) => ({ statusCode: 200, body: e.resource ?? e.routeKey });\n";
    fs::write(folder.join("pets/index.js"), handler).unwrap();
    fs::write(folder.join("template.yaml"), TEMPLATE).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/sam-transform.py");
    let made = Command::new(python).arg(script).arg("template.yaml").current_dir(&folder).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let stack = folder.join("stack.template.json");
    fs::write(&stack, made.stdout).unwrap();
    Ok(stack)
}

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs20.x, Handler: index.handler, CodeUri: pets }
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Cors: \"'*'\"
      Auth: { DefaultAuthorizer: AWS_IAM, InvokeRole: NONE, AddDefaultAuthorizerToCorsPreflight: false }
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM }
  Pets:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get: { Type: Api, Properties: { RestApiId: !Ref Rest, Path: '/pets/{id}', Method: get } }
        Open: { Type: Api, Properties: { RestApiId: !Ref Rest, Path: /open, Method: any, Auth: { Authorizer: NONE } } }
        Http: { Type: HttpApi, Properties: { ApiId: !Ref Http, Path: '/pets/{id}', Method: get } }
";

#[test]
fn a_template_of_sam_is_served_after_its_transform() {
    let Some(stack) = found::or_skip(transformed()) else { return };
    let rest = Served::start(&stack, &["--api", "Rest"]);
    assert_eq!(signed(&rest, "/prod/pets/7"), (true, "/pets/{id}".to_owned()));
    assert!(unsigned(&rest, "GET", "/prod/pets/7", "").starts_with("HTTP/1.1 403 "));
    assert!(unsigned(&rest, "GET", "/prod/open", "").ends_with("\r\n\r\n/open"));
    let preflight = unsigned(&rest, "OPTIONS", "/prod/pets/7", "Origin: http://localhost:5173\r\n");
    assert!(preflight.starts_with("HTTP/1.1 200 ") && has_header(&preflight, "access-control-allow-origin: *"));
    drop(rest);
    let http = Served::start(&stack, &["--api", "Http"]);
    assert_eq!(signed(&http, "/pets/7"), (true, "GET /pets/{id}".to_owned()));
    assert!(unsigned(&http, "GET", "/pets/7", "").starts_with("HTTP/1.1 403 "));
}
