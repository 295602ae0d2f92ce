//! Functions in Python and in Rust, and the values of their environment variables.

use crate::serve::handlers::call;
use crate::serve::serving::{SEED, Serving, folder, handler, has_node, sig4};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The command that serves a configuration.
pub(crate) fn serve(config: &Path, more: &[&str]) -> Command {
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0", "--demo-seed", SEED, "--config"]).arg(config).args(more);
    command
}

/// `PATH` with one more folder before the others.
pub(crate) fn path_with(folder: &Path) -> String {
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

const PYTHON: &str = "
import json, os

def handler(event, context):
    if event['rawPath'] == '/bad':
        raise ValueError('broken')
    print('a line of the log')
    body = {'method': event['requestContext']['http']['method'], 'name': context.function_name, 'level': os.environ['LEVEL']}
    return {'statusCode': 200, 'headers': {'content-type': 'application/json'}, 'body': json.dumps(body)}
";

#[cfg(unix)]
#[test]
fn a_function_in_python_is_run_by_awslambdaric_and_loaded_again() {
    let python = install::awslambdaric(Path::new(env!("CARGO_TARGET_TMPDIR")));
    if !Need::Awslambdaric.is_met(python.is_some(), "no handler in Python was run") {
        return;
    }
    let more = "runtime = \"python3.13\"\ntimeout = 30\nenvironment = { LEVEL = \"debug\" }";
    let config = handler("python", "index.py", PYTHON, more);
    let mut command = serve(&config, &[]);
    let python = PathBuf::from(python.unwrap());
    if let Some(bin) = python.parent().filter(|bin| *bin != Path::new("")) {
        command.env("PATH", path_with(bin));
    }
    let serving = Serving::of(&mut command);
    let expected = r#"{"method": "GET", "name": "f", "level": "debug"}"#;
    assert_eq!(call(&serving, "/"), (200, expected.to_owned()));
    serving.error_with("a line of the log");
    assert_eq!(call(&serving, "/bad").0, 500);
    serving.error_with("ValueError");
    assert_eq!(call(&serving, "/").0, 200, "the process serves on");
    fs::write(config.with_file_name("index.py"), PYTHON.replace("{'method'", "{'verb'")).unwrap();
    serving.error_with("f: its code changed, and its runtime is restarted");
    assert!(call(&serving, "/").1.starts_with(r#"{"verb": "GET""#));
    assert!(!config.with_file_name("__pycache__").exists(), "the folder of the code is not written to");
}

#[cfg(unix)]
#[test]
fn without_awslambdaric_it_is_said_what_to_install() {
    use std::os::unix::fs::PermissionsExt;
    let bin = folder("no-python");
    let fake = bin.join("python3");
    fs::write(&fake, "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
    let config = handler("no-awslambdaric", "index.py", PYTHON, "runtime = \"python3.13\"");
    let output = serve(&config, &[]).env("PATH", path_with(&bin)).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    let wanted =
        "`python3` has no module `awslambdaric`: run `pip install awslambdaric`, or give --function 'f=COMMAND'";
    assert!(said.contains(wanted), "{said}");
}

/// The program of `crates/sig4-gateway/examples/lambda_http_echo.rs`. Cargo does not build examples for one test alone. With the profile
/// and the features of `cargo test` and of CI, the example shares their builds.
pub(crate) fn lambda_http_echo() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.args([
        "build",
        "--quiet",
        "--profile",
        "test",
        "--workspace",
        "--all-features",
        "--example",
        "lambda_http_echo",
    ]);
    assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    PathBuf::from(env!("CARGO_BIN_EXE_sig4")).with_file_name("examples").join("lambda_http_echo")
}

#[cfg(unix)]
#[test]
fn a_function_in_rust_is_run_from_where_cargo_lambda_builds_it_and_by_a_command() {
    let program = lambda_http_echo();
    let folder = folder("rust");
    let built = folder.join("target/lambda/echo");
    fs::create_dir_all(&built).unwrap();
    fs::copy(&program, built.join("bootstrap")).unwrap();
    let routes = "[routes]\n\"$default\" = { function = \"echo\", authorizer = \"none\" }\n[functions.echo]\n";
    let config = folder.join("api.toml");
    let expected = (200, r#"{"method":"GET","path":"/a b","body":""}"#.to_owned());
    let echoed = |serving: &Serving| {
        let (status, body) = call(serving, "/a%20b");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        (status, format!(r#"{{"method":{},"path":{},"body":{}}}"#, body["method"], body["path"], body["body"]))
    };
    fs::write(&config, format!("{routes}code = \"target/lambda/echo\"\nruntime = \"provided.al2023\"\n")).unwrap();
    let serving = Serving::of(&mut serve(&config, &[]));
    assert_eq!(echoed(&serving), expected);
    drop(serving);
    fs::write(&config, format!("{routes}command = \"./target/lambda/echo/bootstrap\"\n")).unwrap();
    let given = format!("echo={}", program.display());
    for more in [&[][..], &["--function", &given]] {
        assert_eq!(echoed(&Serving::of(&mut serve(&config, more))), expected, "{more:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_bootstrap_for_another_machine_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let more = "runtime = \"provided.al2023\"";
    let config = handler("other-machine", "bootstrap", "\u{7f}ELF of another machine", more);
    let bootstrap = config.with_file_name("bootstrap");
    fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755)).unwrap();
    let serving = Serving::of(&mut serve(&config, &[]));
    serving.error_with("it is built for another processor or system, or is no program");
    assert_eq!(call(&serving, "/").0, 500);
}

const ENVIRONMENT: &str =
    "exports.handler = async () => ['ONE', 'TWO', 'THREE', 'FOUR', 'OTHER'].map((n) => process.env[n]);";

#[test]
fn values_of_a_file_replace_those_of_the_api_and_of_the_server() {
    if !has_node() {
        return;
    }
    let variables = "environment = { ONE = \"api\", TWO = \"api\", THREE = \"api\", FOUR = \"api\" }";
    let config = handler("env-vars", "index.js", ENVIRONMENT, variables);
    let file = config.with_file_name("vars.json");
    let values = r#"{"Parameters": {"THREE": true, "FOUR": "all", "NONE": "hush-1"},
        "f": {"FOUR": 4, "OTHER": "hush-2"}, "ghost": {"ONE": "hush-3"}}"#;
    fs::write(&file, values).unwrap();
    let mut command =
        serve(&config, &["--env-vars", file.to_str().unwrap(), "--pass-env", "TWO", "--pass-env", "THREE"]);
    let serving = Serving::of(command.env("TWO", "server").env("THREE", "server"));
    assert_eq!(call(&serving, "/").1, r#"["api","server","true","4",null]"#);
    let notes = serving.errors().join("\n");
    for note in [
        "--env-vars: NONE: no function has such a variable",
        "--env-vars: OTHER: not f has such a variable",
        "--env-vars: there is no function `ghost`, and its values are not used; there are these: [f]",
    ] {
        assert!(notes.contains(note), "{note}: {notes}");
    }
    assert!(!notes.contains("hush"), "{notes}");
}

#[test]
fn a_file_of_values_that_is_none_is_refused_without_its_values() {
    let config = handler("env-vars-bad", "index.js", ENVIRONMENT, "");
    let file = config.with_file_name("vars.json");
    for (text, wanted) in [
        ("{\n\"f\": {\"ONE\": hush}}", "vars.json:2: it is not JSON"),
        ("[\"hush\"]", "expected an object of functions"),
        (r#"{"f": "hush"}"#, "`f` is not an object such as {\"NAME\": \"value\"}"),
        (r#"{"f": {"ONE": ["hush"]}}"#, "`f`.`ONE` is not a text"),
        (r#"{"f": {"ONE": "hush\u0000"}}"#, "`f`.`ONE` has a NUL"),
    ] {
        fs::write(&file, text).unwrap();
        let output = serve(&config, &["--env-vars", file.to_str().unwrap()]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(wanted) && !said.contains("hush"), "{said}");
    }
}

#[test]
fn a_variable_that_only_aws_knows_is_named_until_it_is_given() {
    if !has_node() {
        return;
    }
    let variables = "environment = { ONE = \"x-{{resolve:ssm:/db/url}}\" }";
    let config = handler("resolve", "index.js", ENVIRONMENT, variables);
    let file = config.with_file_name("vars.json");
    fs::write(&file, r#"{"f": {"ONE": "given"}}"#).unwrap();
    let wanted =
        "f: the variable ONE is `{{resolve:ssm:/db/url}}`, which is not resolved here: give its value with --env-vars";
    Serving::of(&mut serve(&config, &[])).error_with(wanted);
    let serving = Serving::of(&mut serve(&config, &["--env-vars", file.to_str().unwrap()]));
    assert!(call(&serving, "/").1.starts_with(r#"["given""#));
    assert!(!serving.errors().iter().any(|line| line.contains("resolve:")));
}

#[cfg(unix)]
#[test]
fn a_function_with_a_path_of_its_own_is_run_by_the_program_in_the_server_s() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async () => process.env.PATH;";
    let config = handler("own-path", "index.js", code, "environment = { PATH = \"/of-the-function\" }");
    let serving = Serving::of(&mut serve(&config, &[]));
    assert_eq!(call(&serving, "/"), (200, "/of-the-function".to_owned()));
    let client = "const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;
        (async () => { for (;;) { const event = await fetch(base + 'next'); await event.text();
        const id = event.headers.get('lambda-runtime-aws-request-id');
        await fetch(base + id + '/response', { method: 'POST', body: '\"given\"' }); } })()";
    fs::write(config.with_file_name("client.js"), client).unwrap();
    let command = format!("f=node {}", config.with_file_name("client.js").display());
    let serving = Serving::of(&mut serve(&config, &["--function", &command]));
    assert_eq!(call(&serving, "/"), (200, "given".to_owned()));
}
