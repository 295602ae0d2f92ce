//! What `sig4 serve` keeps from whom: pages in a browser, other users of the machine, and the functions that it runs.

use crate::serve::serving::{SEED, Serving, handler, has_node, sig4};
use serde_json::{Map, Value};
use sig4_test_support::need::Need;
use std::path::Path;

/// A page whose own name is rebound to this machine is of one origin with the API, and neither CORS nor the authorizer of an
/// open route keeps anything from it.
#[test]
fn a_page_with_a_rebound_name_is_refused_and_the_log_says_why() {
    let serving = Serving::start(&["--allow-host", "api.test"]);
    let port = serving.address().rsplit(':').next().unwrap();
    for (method, host) in [
        ("GET", format!("rebound.example:{port}")),
        ("OPTIONS", format!("rebound.example:{port}")),
        ("GET", "rebound.example".to_owned()),
        ("GET", "localhost".to_owned()),
        ("GET", format!("0.0.0.0:{port}")),
        ("GET", format!("localhost.rebound.example:{port}")),
        ("GET", "abc.execute-api.us-east-1.amazonaws.com".to_owned()),
    ] {
        let answer = serving.plain_to(&host, method, "/x", "");
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{host}: {answer}");
        assert!(answer.ends_with("{\"message\":\"Forbidden\"}"), "{host}: {answer}");
        let line = serving.next_record();
        assert!(
            line.contains(&format!("does not answer to the host `{host}`")) && line.contains("--allow-host"),
            "{line}"
        );
    }
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        format!("shop.localhost:{port}"),
        "api.test".to_owned(),
    ] {
        // The route of the preflight asks for no signature.
        let answer = serving.plain_to(&host, "OPTIONS", "/x", "");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{host}: {answer}");
    }
}

#[test]
fn an_address_that_others_reach_answers_to_every_host() {
    let serving = Serving::start_at("0.0.0.0:0", &[]);
    assert!(serving.plain_to("anything.example", "OPTIONS", "/x", "").starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn a_stranger_at_the_runtime_api_is_said() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async () => process.env.AWS_LAMBDA_RUNTIME_API;";
    let serving = Serving::start(&["--config", handler("stranger", "index.js", code, "").to_str().unwrap()]);
    let answer = serving.plain("GET", "/", "");
    let address = answer.rsplit("\r\n").next().unwrap();
    let request = "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nhost: rebound.example\r\ncontent-length: 0\r\n\r\n";
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    serving.error_with("f: its Runtime API refused a request: its host is `rebound.example`, and not `127.0.0.1:");
}

/// A container's runtime is often root's.
#[cfg(target_os = "linux")]
#[test]
fn a_runtime_of_another_user_needs_a_flag() {
    let is_root = std::process::Command::new("setpriv").args(["--reuid", "65534", "--clear-groups", "true"]).status();
    let is_root = is_root.is_ok_and(|status| status.success());
    if !has_node() || !Need::OtherUser.is_met(is_root, "no runtime of another user was started") {
        return;
    }
    let config = handler("other-user", "index.js", "", "timeout = 1");
    // Its five lines stand in the command, for the other user need not be able to read a file of this one.
    let runtime = "const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`; \
        (async () => { for (;;) { const next = await fetch(base + `next`); await next.text(); \
        const id = next.headers.get(`lambda-runtime-aws-request-id`); if (!id) process.exit(1); \
        await fetch(base + id + `/response`, { method: `POST`, body: String(process.getuid()) }); } })();";
    let command = format!("setpriv --reuid 65534 --clear-groups node -e '{runtime}'");
    let arguments = ["--config", config.to_str().unwrap(), "--runtime-command", &command];
    let refused = Serving::start(&arguments);
    refused.error_with("f: its Runtime API refused a connection: it is the user 65534's, and the server is the user ");
    let let_in = Serving::start(&[arguments.as_slice(), &["--runtime-of-any-user"]].concat());
    assert!(let_in.plain("GET", "/", "").ends_with("\r\n\r\n65534"));
}

/// A handler that answers with its environment.
fn environment_handler(name: &str, more: &str) -> std::path::PathBuf {
    handler(name, "index.js", "exports.handler = async () => process.env;", more)
}

/// The environment of the handler, where the server has tokens and keys in its own.
fn environment(config: &Path, arguments: &[&str]) -> Map<String, Value> {
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0", "--demo-seed", SEED, "--config", config.to_str().unwrap()]);
    for (name, value) in [
        ("GITHUB_TOKEN", "ghp_host"),
        ("AWS_ACCESS_KEY_ID", "AKIAHOST"),
        ("AWS_SECRET_ACCESS_KEY", "host-secret"),
        ("AWS_SESSION_TOKEN", "host-token"),
        ("AWS_SECURITY_TOKEN", "host-token"),
        ("AWS_PROFILE", "host"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("NODE_OPTIONS", "--no-deprecation"),
        ("SSH_AUTH_SOCK", "/no/such/socket"),
        ("SIG4_TESTED", "of the host"),
        ("LANG", "C.UTF-8"),
        ("TZ", "Europe/Berlin"),
    ] {
        command.env(name, value);
    }
    let serving = Serving::of(command.args(arguments));
    let answer = serving.plain("GET", "/", "");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[test]
fn a_function_gets_lambda_s_environment_and_not_the_server_s() {
    if !has_node() {
        return;
    }
    let config = environment_handler("environment", "environment = { TABLE = \"pets\" }");
    let environment = environment(&config, &[]);
    let mut names: Vec<_> = environment.keys().map(String::as_str).filter(|name| !name.starts_with("__CF")).collect();
    names.sort_unstable();
    let expected = [
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "HOME",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "PATH",
        "TABLE",
        "TZ",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    ];
    assert_eq!(names, expected);
    let text = Value::Object(environment.clone()).to_string();
    for of_host in ["ghp_host", "AKIAHOST", "host-secret", "host-token"] {
        assert!(!text.contains(of_host), "{of_host}");
    }
    assert_eq!(
        (&environment["TABLE"], &environment["LANG"], &environment["TZ"]),
        (&"pets".into(), &"C.UTF-8".into(), &":UTC".into())
    );
    assert_eq!(environment["HOME"], std::env::var("HOME").unwrap());
    assert_eq!(environment["PATH"], std::env::var("PATH").unwrap());
}

#[test]
fn what_is_passed_by_name_reaches_the_function() {
    if !has_node() {
        return;
    }
    let config = environment_handler("passed", "environment = { SIG4_TESTED = \"of the configuration\" }");
    let names = ["GITHUB_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "SIG4_TESTED", "TZ", "SIG4_NOT_SET"];
    let arguments: Vec<_> = names.iter().flat_map(|name| ["--pass-env", name]).collect();
    let environment = environment(&config, &arguments);
    for (name, value) in [
        ("GITHUB_TOKEN", Some("ghp_host")),
        ("AWS_ACCESS_KEY_ID", Some("AKIAHOST")),
        ("AWS_SECRET_ACCESS_KEY", Some("host-secret")),
        ("AWS_SESSION_TOKEN", None),
        ("AWS_PROFILE", None),
        ("SIG4_TESTED", Some("of the host")),
        ("TZ", Some("Europe/Berlin")),
        ("SIG4_NOT_SET", None),
    ] {
        assert_eq!(environment.get(name).and_then(Value::as_str), value, "{name}");
    }
}

#[test]
fn variables_that_run_a_function_are_not_passed() {
    for (name, says) in [
        ("AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_RUNTIME_API is the server's to set"),
        ("_HANDLER", "_HANDLER is the server's to set"),
        ("A=B", "is not the name of a variable"),
        ("", "is not the name of a variable"),
    ] {
        let output = sig4().args(["serve", "--listen", "127.0.0.1:0", "--pass-env", name]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && text.contains(says), "{name}: {text}");
    }
}
