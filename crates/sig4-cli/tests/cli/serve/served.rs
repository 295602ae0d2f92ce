//! What `sig4 serve` serves, and to whom.

use crate::serve::serving::{ALLOWED, DENIED, Serving, folder, has_node, sig4};
use serde_json::Value;
use sig4_test_support::fixtures::fixture;
use std::fs;
use std::process::{Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn template(name: &str) -> String {
    fixture(name).to_str().unwrap().to_owned()
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_cdks_stack_is_served_with_its_unmodified_handler() {
    if !has_node() {
        return;
    }
    let serving = Serving::start(&["--template", &template("echo.out")]);
    let body = serving.call("/hello%20there", &["-d", r#"{"message":"hello"}"#]);
    let expected = "{\n    \"method\": \"POST\",\n    \"path\": \"/hello there\",\n    \"body\": {\n        \"message\": \"hello\"\n    }\n}";
    assert_eq!(body, expected);
    let line = serving.next_line();
    assert!(line.contains(" 200 POST /hello%20there ") && line.contains("user/demo [$default] allowed "), "{line}");
}

/// The stack has a `$default` with an authorizer and CORS, so `OPTIONS /{proxy+}` is what a browser's preflight finds.
#[test]
fn a_page_gets_past_its_preflight_to_the_cdks_stack() {
    if !has_node() {
        return;
    }
    let serving = Serving::start(&["--template", &template("echo.out")]);
    let preflight = |origin: &str| {
        let headers = format!(
            "origin: {origin}\r\naccess-control-request-method: POST\r\n\
             access-control-request-headers: authorization,content-type,x-amz-date\r\n"
        );
        ["/", "/x"].map(|path| serving.plain("OPTIONS", path, &headers))
    };
    for line in [
        "HTTP/1.1 204 No Content\r\n",
        "Access-Control-Allow-Origin: http://localhost:5173\r\n",
        "Access-Control-Allow-Methods: *\r\n",
        "Access-Control-Allow-Headers: authorization,content-type,x-amz-date,x-amz-security-token\r\n",
        "Access-Control-Max-Age: 86400\r\n",
    ] {
        for answer in preflight("http://localhost:5173") {
            assert!(answer.contains(line), "{line}: {answer}");
        }
    }
    for answer in preflight("http://localhost:5174") {
        assert!(
            answer.starts_with("HTTP/1.1 204 ") && !answer.contains("Access-Control-"),
            "a foreign origin: {answer}"
        );
    }
}

#[test]
fn a_refused_call_is_logged_with_its_cause() {
    let serving = Serving::start(&[]);
    let output = serving.call_as(DENIED, "/x", &[]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), br#"{"message":"Forbidden"}"#.as_slice()));
    let record = serving.next_record();
    let [line, cause, remedy] = record.lines().collect::<Vec<_>>()[..] else { panic!("{record}") };
    assert!(line.contains("Z 403 GET /x "), "{line}");
    assert!(line.contains("ms arn:aws:iam::123456789012:user/denied [$default] refused id="), "{line}");
    assert!(
        cause.starts_with("    not-authorized: ") && cause.ends_with("no identity-based policy allows it"),
        "{cause}"
    );
    assert!(cause.contains("local/$default/GET/x: not allowed"), "{cause}");
    assert!(remedy.starts_with("    remedy: "), "{remedy}");
    assert!(serving.plain("GET", "/x", "").starts_with("HTTP/1.1 403 Forbidden\r\n"));
    let record = serving.next_record();
    assert!(record.contains("ms - [$default] refused id=") && record.contains("\n    not-signed: "), "{record}");
    let other = serving.call_as(ALLOWED, "/x", &["--service", "s3"]);
    assert_eq!(other.status.code(), Some(1));
    let record = serving.next_record();
    assert!(record.contains(" claimed:arn:aws:iam::123456789012:user/demo [$default] refused "), "{record}");
}

#[test]
fn verbose_errors_tell_the_caller() {
    let serving = Serving::start(&["--verbose-errors"]);
    let answer = serving.plain("GET", "/x", "");
    assert!(answer.contains("Missing Authentication Token"), "{answer}");
}

#[test]
fn a_stack_with_a_named_stage_an_es_module_inline_code_and_a_parameter_is_served() {
    if !has_node() {
        return;
    }
    let template = template("staged.out");
    let serving = Serving::start(&["--template", &template, "--region", "us-east-1", "--parameter", "Level=debug"]);
    let order = serving.call("/v1/orders/7", &[]);
    assert_eq!(order, r#"{"order":"7","table":"Prod-Orders-TableCD117FA1"}"#);
    assert_eq!(serving.call("/v1/inline", &[]), r#"{"inline":true}"#);
    let missing = serving.call_as(ALLOWED, "/orders/7", &[]);
    assert_eq!(missing.status.code(), Some(1), "the stage is part of the path");
    assert!(serving.banner[0].contains("Prod/Orders at ") && serving.banner[0].contains("account 111122223333"));
}

#[test]
fn a_configuration_is_served_with_its_users_and_their_policies() {
    let folder = folder("config");
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke",
        "Resource": "arn:aws:execute-api:us-east-1:123456789012:shop/$default/GET/*"}}"#;
    fs::write(folder.join("get.json"), policy).unwrap();
    let config = "id = \"shop\"\n[routes]\n\"ANY /{proxy+}\" = { echo = true }\n\
        [users.alice]\npolicies = [\"get.json\"]\naccess_keys = [{ id = \"AKIDALICE\", secret = \"hush\" }]\n";
    let path = folder.join("api.toml");
    fs::write(&path, config).unwrap();
    let serving = Serving::start(&["--config", path.to_str().unwrap()]);
    assert!(!serving.banner.iter().any(|line| line.contains("hush")), "no secret is printed: {:?}", serving.banner);
    let call = |id: &str, secret: &str, method: &str| {
        let mut command = sig4();
        command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
        command.args(["call", "--region", "us-east-1", "-X", method, &(serving.url.clone() + "/x")]);
        command.output().unwrap().status.code()
    };
    assert_eq!(call("AKIDALICE", "hush", "GET"), Some(0));
    assert_eq!(call("AKIDALICE", "hush", "POST"), Some(1), "the policy allows GET only");
    assert_eq!(call("AKIDALICE", "other", "GET"), Some(1));
    assert_eq!(call(ALLOWED, "hush", "GET"), Some(1), "there is no demo user besides");
}

#[test]
fn users_come_from_the_command_line_and_from_a_file() {
    let folder = folder("users");
    let policy = r#"{"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#;
    let [file, users] = ["any.json", "users.toml"].map(|name| folder.join(name).to_str().unwrap().to_owned());
    fs::write(&file, policy).unwrap();
    fs::write(&users, "[users.bob]\npolicies = [\"any.json\"]\naccess_keys = [{ id = \"AKIDBOB\", secret = \"b\" }]\n")
        .unwrap();
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0", "--user", &format!("alice=AKIDALICE@{file}"), "--users", &users]);
    let serving = Serving::of(command.env("SIG4_SECRET_AKIDALICE", "a"));
    for (id, secret) in [("AKIDALICE", "a"), ("AKIDBOB", "b")] {
        let mut command = sig4();
        command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
        let output = command.args(["call", "--region", "us-east-1", &serving.url]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let users = "access keys of arn:aws:iam::123456789012:user/bob, arn:aws:iam::123456789012:user/alice";
    assert!(serving.banner.iter().any(|line| line == users), "{:?}", serving.banner);
}

#[test]
fn demo_users_whose_secrets_can_be_guessed_are_for_this_machine_only() {
    let mut command = sig4();
    command.args(["serve", "--listen", "0.0.0.0:0", "--demo-seed", "s"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It must not get as far as to listen; if it did, it would not end by itself.
    let deadline = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
    // It has ended already where all is well.
    let _ended = child.kill();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(error(&output).contains("0.0.0.0:0 is not loopback, and secrets that come of --demo-seed are for"));
    let help = sig4().args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("[default: 127.0.0.1:3000]"), "loopback unless told");
}

#[test]
fn what_cannot_be_served_is_said_before_anything_listens() {
    let folder = folder("refused");
    let python = "[routes]\n\"$default\" = { function = \"f\" }\n[functions.f]\ncode = \".\"\nhandler = \"a.b\"\nruntime = \"ruby3.4\"\n";
    let [bad, gone, snake] = [
        ("bad.toml", "[routes]\n\"GET /\" = { ecko = true }\n"),
        (
            "gone.toml",
            "[routes]\n\"$default\" = { function = \"f\" }\n[functions.f]\ncode = \"no\"\nhandler = \"a.b\"\n",
        ),
        ("snake.toml", python),
    ]
    .map(|(name, text)| {
        fs::write(folder.join(name), text).unwrap();
        folder.join(name).to_str().unwrap().to_owned()
    });
    let echo = template("echo.out");
    for (arguments, says) in [
        (vec!["--config", &bad], "bad.toml:2:13: the key `ecko` is not known here"),
        (vec!["--config", "/no/such.toml"], "cannot read /no/such.toml"),
        (vec!["--config", &gone], "gone.toml:3: the code of f is not there"),
        (vec!["--config", &snake], "snake.toml:3: f wants the runtime `ruby3.4`: give --function 'f=COMMAND'"),
        (vec!["--template", &echo, "--stack", "Other"], "there is no stack `Other`, but EchoStack"),
        (vec!["--template", &echo, "--parameter", "A=b"], "the template has no parameter `A`"),
        (vec!["--template", &echo, "--stage", "v2"], "no stage `v2`, but $default"),
        (vec!["--template", &echo, "--function", "F=x"], "there is no function `F`; there are these: [Echo11F3FB29]"),
        (vec!["--user", "alice=AKID:hush@/no/such.json"], "cannot read the policy `/no/such.json`"),
        (vec!["--user", "alice=AKID:hush"], "expected NAME=AKID@policy.json"),
        (vec!["--access-log", "/no/such/folder/log"], "cannot write to `/no/such/folder/log`"),
    ] {
        let output = sig4().args(["serve", "--listen", "127.0.0.1:0"]).args(&arguments).output().unwrap();
        let text = error(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?}: {text}");
        assert!(!text.contains("hush"), "{text}");
    }
}

#[test]
fn the_access_log_has_the_names_of_context() {
    let folder = folder("log");
    let file = folder.join("access.jsonl").to_str().unwrap().to_owned();
    let serving = Serving::start(&["--access-log", &file]);
    serving.call("/x", &[]);
    serving.plain("GET", "/y", "user-agent: test\r\n");
    let _both = [serving.next_record(), serving.next_record()];
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [good, refused] = lines.as_slice() else { panic!("two lines: {text}") };
    for (name, value) in [
        ("httpMethod", "GET"),
        ("path", "/x"),
        ("routeKey", "$default"),
        ("stage", "$default"),
        ("identity.userArn", "arn:aws:iam::123456789012:user/demo"),
        ("identity.accessKey", ALLOWED),
        ("identity.sourceIp", "127.0.0.1"),
        ("accountId", "123456789012"),
        ("apiId", "local"),
    ] {
        assert_eq!(good[name], value, "{name}");
    }
    assert_eq!((&good["status"], &refused["status"]), (&200.into(), &403.into()));
    assert_eq!(refused["error.message"], "Forbidden");
    assert!(refused["authorizer.error"].as_str().unwrap().contains("missing authentication"), "{refused}");
    assert_eq!(refused["identity.userArn"], Value::Null, "a caller who is not proven is none");
    assert_eq!(refused["identity.userAgent"], "test");
}

#[test]
fn the_access_log_on_standard_output_has_it_to_itself() {
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0", "--access-log"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut banner = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut banner, &mut first).unwrap();
    let address = first.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["status"], 403);
}
