//! `sig4 serve` and `sig4 conformance`, and the processes that they start.

use crate::output::planted::{
    API_KEY, BEARER, COOKIE, ID, KEY, PASSWORD, SIGNATURE, SSE_C, TOKEN, checked, encoded, found, headers, other_token,
    query, signing,
};
use crate::output::run::{bare, file, folder, with_input};
use std::fs;
use std::io::{BufRead, BufReader, PipeReader, Read, Write, pipe};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

/// A server that ends with the test.
struct Server {
    child: Child,
    /// Its standard output and its standard error.
    out: BufReader<PipeReader>,
    address: String,
    /// What it printed until it listened, and since.
    printed: String,
}

impl Server {
    fn start(command: &mut Command) -> Self {
        let (out, writer) = pipe().unwrap();
        command.args(["--listen", "127.0.0.1:0"]).stdout(writer.try_clone().unwrap()).stderr(writer);
        let child = command.spawn().unwrap();
        // The other end is the server's alone.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let out = BufReader::new(out);
        let mut server = Self { child, out, address: String::new(), printed: String::new() };
        while !server.read_line().contains("http://") {}
        let (_, rest) = server.printed.split_once("http://").unwrap();
        server.address = rest.split(' ').next().unwrap().to_owned();
        server
    }

    /// Reads a line that it prints.
    fn read_line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "{}", self.printed);
        self.printed += &line;
        line
    }

    /// Sends a request, and reads until its line of the log is there.
    fn send(&mut self, request: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
        while !self.read_line().contains("/key") {}
    }

    /// Ends it.
    fn end(mut self) -> Output {
        self.child.kill().unwrap();
        let mut rest = Vec::new();
        self.out.read_to_end(&mut rest).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Output { stderr: [self.printed.as_bytes(), &rest].concat(), ..output }
    }
}

fn request(more: &str) -> String {
    let headers: String = headers().into_iter().chain([other_token()]).map(|header| header + "\r\n").collect();
    format!("GET /key?{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}{more}\r\n", query())
}

#[test]
fn the_log_of_a_server_has_no_secret() {
    let log = folder("log").join("access.log");
    for to in ["-", log.to_str().unwrap()] {
        let to = format!("--access-log={to}");
        let arguments = ["serve", "--demo-seed", "0123456789 seed", "--verbose-errors", &to];
        let mut server = Server::start(&mut bare(&arguments));
        for more in [
            String::new(),
            format!("Authorization: Bearer {BEARER}\r\n"),
            format!("Authorization: {BEARER}\r\n"),
            format!("Authorization: {API_KEY}={BEARER}\r\n"),
            format!(
                "x-amz-date: 20150830T123600Z\r\nx-amz-security-token: {TOKEN}\r\nAuthorization: AWS4-HMAC-SHA256 \
                 Credential={ID}/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature={SIGNATURE}\r\n"
            ),
            format!(
                "x-amz-date: 20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 \
                 Credential=AKIADEMOALLOWED00000/20150830/us-east-1/execute-api/aws4_request, \
                 SignedHeaders=cookie;host;x-amz-date, Signature={}\r\n",
                "0f".repeat(32)
            ),
        ] {
            server.send(&request(&more));
        }
        checked(&to, &server.end(), &[]);
    }
    let written = fs::read(&log).unwrap();
    assert_eq!((found(&written), written.iter().filter(|byte| **byte == b'\n').count()), (vec![], 6));
}

#[test]
fn users_configurations_and_templates_that_cannot_be_read_tell_no_secret() {
    let missing = "/nonexistent/policy.json";
    let policy = file("policy", format!("{{\"Version\": \"{SSE_C}\", \"secret\": \"{SSE_C}\"}}"));
    for user in [
        format!("alice=AKID:{KEY}@{missing}"),
        format!("alice=AKID:{KEY}@{policy}"),
        format!("alice=AKID@{missing}"),
        format!("{KEY}=AKID:{KEY}@{policy}"),
    ] {
        let output = bare(&["serve", "--user", &user]).env("SIG4_SECRET_AKID", KEY).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        checked(&user, &output, &[]);
    }
    let access_key = |key: &str| format!("[users.alice]\naccess_keys = [{key}]\n");
    for (what, config) in [
        ("no end", access_key(&format!("{{ id = \"AKID\", secret = \"{SSE_C} }}"))),
        ("a list", access_key(&format!("{{ id = \"AKID\", secret = [\"{SSE_C}\"] }}"))),
        ("no quotes", access_key(&format!("{{ id = \"AKID\", secret = {SSE_C} }}"))),
        ("an unknown key", access_key(&format!("{{ id = \"AKID\", secret = \"x\", sekret = \"{SSE_C}\" }}"))),
        ("the key for the id", access_key(&format!("{{ id = \"{SSE_C}\", secret = \"AKID\" }}"))),
        ("the same twice", access_key(&format!("{{ id = \"AKID\", secret = \"{SSE_C}\" }}")).repeat(2)),
        ("no assignment", format!("secret {SSE_C}\n")),
        ("an upstream", format!("[routes]\n\"GET /a\" = {{ http_proxy = \"http://u:{PASSWORD}@h:x/{{y\" }}\n")),
    ] {
        let config = file(&what.replace(' ', "-"), config);
        for option in ["--config", "--users"] {
            let output = bare(&["serve", option, &config, "--listen", "192.0.2.1:1"]).output().unwrap();
            assert!(!output.status.success(), "{what}: {output:?}");
            checked(what, &output, &[]);
        }
    }
    let template = file("template", format!("{{\"Resources\": {{\"A\": {{\"Type\": \"x\", \"secret\": \"{SSE_C}\"}}"));
    checked("a template", &bare(&["serve", "--template", &template]).output().unwrap(), &[]);
    let mut users = bare(&["serve", "--users", "-"]);
    users.env("SIG4_DEMO_SEED", KEY);
    checked("standard input", &with_input(users, access_key(&format!("{{ secret = \"{SSE_C}\"")).as_bytes()), &[]);
}

/// What a process that `command` starts finds in its environment.
fn environment_of(command: &mut Command, written: &std::path::Path) -> String {
    command.env("AWS_SECURITY_TOKEN", TOKEN).env("AWS_BEARER_TOKEN_BEDROCK", BEARER).env("SIG4_SECRET_AKID", SSE_C);
    command.env("SIG4_DEMO_SEED", API_KEY).env("AWS_SECRET_KEY", COOKIE).env("PLAIN", "stays");
    let _output = command.output().unwrap();
    fs::read_to_string(written).unwrap()
}

#[test]
#[cfg(unix)]
fn the_signers_that_are_checked_get_no_secret() {
    for listen in [false, true] {
        let written = folder("environment").join(format!("of-{listen}"));
        let script =
            format!("tr '\\0' '\\n' < /proc/self/environ > {0}.new; env >> {0}.new; mv {0}.new {0}", written.display());
        let mut command = signing(bare(&["conformance", "--filter", "classic/get-vanilla-query-order-key-case"]));
        if listen {
            command.arg("--listen");
        }
        let environment = environment_of(command.args(["--timeout", "2", "--", "sh", "-c", &script]), &written);
        assert!(environment.contains("PLAIN=stays"), "{environment}");
        assert_eq!(found(environment.as_bytes()), [""; 0], "{environment}");
        assert!(!environment.contains(ID), "{environment}");
    }
}

#[test]
#[cfg(unix)]
fn functions_get_no_secret_and_their_lines_reach_the_standard_error() {
    let at = folder("function");
    let script = "env > environment.new; mv environment.new environment; printf 'out \\033[2J\\n'; \
                  printf 'err \\302\\233\\342\\200\\256 \\377\\tx' >&2";
    fs::write(at.join("run.sh"), script).unwrap();
    let config = "[routes]\n\"$default\" = { function = \"f\", authorizer = \"none\" }\n[functions.f]\ncommand = \"sh run.sh\"\n";
    fs::write(at.join("api.toml"), config).unwrap();
    let mut command = signing(bare(&["serve", "--config", at.join("api.toml").to_str().unwrap()]));
    command.env("SIG4_DEMO_SEED", SSE_C).env("SIG4_SECRET_AKID", API_KEY);
    let mut server = Server::start(&mut command);
    while !server.printed.contains("the runtime ended") {
        server.read_line();
    }
    let lines = server.printed.clone();
    drop(server.end());
    assert!(lines.contains("out \\u{1b}[2J\n"), "{lines}");
    assert!(lines.contains("err \\u{9b}\\u{202e} \u{fffd}    x\n"), "{lines}");
    let environment = fs::read(at.join("environment")).unwrap();
    assert_eq!(found(&environment), [""; 0]);
    assert!(String::from_utf8(environment).unwrap().contains("AWS_LAMBDA_RUNTIME_API="));
}

#[test]
fn the_published_keys_of_the_cases_are_no_secrets() {
    let script = "while read -r line; do id=${line#*\\\"id\\\":\\\"}; id=${id%%\\\"*}; \
                  printf '{\"id\":\"%s\",\"error\":\"x-amz-security-token: published\"}\\n' \"$id\"; done";
    let output = bare(&["conformance", "--filter", "get-vanilla-with-session-token", "--", "sh", "-c", script])
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("x-amz-security-token: published"), "{out}");
    assert!(encoded(COOKIE).contains("%20"));
}
