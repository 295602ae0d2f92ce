//! What `sig4 call` sends, prints, and says of a refusal.

use crate::serve::serving::{ALLOWED, DENIED, Serving, folder, sig4};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// `sig4 call` with an access key that nobody has.
fn call(arguments: &[&str]) -> Command {
    let mut command = sig4();
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "hush").arg("call").args(arguments);
    command
}

/// A server that reads one request, answers it with `answer`, and gives the request back.
fn once(answer: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.to_owned();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read_request(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        request
    });
    (url, server)
}

/// A request's head, and its body if its length is stated.
fn read_request(stream: &mut impl Read) -> String {
    let mut request = Vec::new();
    loop {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{:?}", String::from_utf8_lossy(&request));
        request.push(byte[0]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text.into_owned();
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

#[test]
fn without_a_url_it_shows_a_call_that_is_let_in_and_two_that_are_not() {
    let output = sig4().arg("call").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = stdout(&output);
    let host = text.split_whitespace().next().unwrap().strip_prefix("https://").unwrap().to_owned();
    let signed: Vec<&str> = text.lines().collect();
    let after = |title: &str| signed[signed.iter().position(|line| *line == title).unwrap() + 1];
    let signature = after("--- signature ---");
    let (time, digest) = {
        let at = signed.iter().position(|line| *line == "--- string to sign ---").unwrap();
        (signed[at + 2], signed[at + 4])
    };
    assert!(signature.len() == 64 && digest.len() == 64 && time.len() == 16, "{text}");
    let masked = text.replace(&host, "HOST").replace(signature, "SIGNATURE").replace(digest, "DIGEST");
    let masked = masked.replace(time, "TIME").replace(time.split_once('T').unwrap().0, "DAY");
    let expected = include_str!("tour.txt");
    assert_eq!(masked, expected);
}

#[test]
fn every_part_of_the_request_goes_out_as_it_is_given() {
    let (url, server) = once(&answer("200 OK", "", "fine"));
    let folder = folder("sent");
    let body = folder.join("body").to_str().unwrap().to_owned();
    fs::write(&body, "from a file").unwrap();
    let target = "/a//b/../c%2fd;e=f?z=1&a=%20&a";
    let data = format!("@{body}");
    let arguments =
        ["-X", "PATCH", "-H", "X-One: 1", "-H", "x-empty;", "-d", &data, "--region", "r-1", "--service", "s"];
    let output = call(&[&(url + target)]).args(arguments).output().unwrap();
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), "fine"), "{output:?}");
    let request = server.join().unwrap();
    let lines: Vec<&str> = request.split("\r\n").collect();
    assert_eq!(lines[0], format!("PATCH {target} HTTP/1.1"));
    assert!(lines.contains(&"x-one: 1") && lines.contains(&"x-empty: "), "{request}");
    assert!(request.ends_with("\r\n\r\nfrom a file"), "{request}");
    let authorization = lines.iter().find(|line| line.starts_with("authorization: ")).unwrap();
    assert!(
        authorization.contains("/r-1/s/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-empty;x-one, "),
        "{request}"
    );
    assert!(lines.contains(&"content-type: application/x-www-form-urlencoded"), "as curl has it: {request}");
}

#[test]
fn each_way_to_give_a_call_is_let_in() {
    let serving = Serving::start(&[]);
    for (path, arguments, method, called, body) in [
        ("/x", &[][..], "GET", "/x", r#""""#),
        ("/x", &["-d", "text"], "POST", "/x", r#""text""#),
        ("/x", &["-X", "DELETE"], "DELETE", "/x", r#""""#),
        ("/x?b=2&a=%2F", &["-X", "PUT", "-d", "[1,{}]"], "PUT", "/x", "[\n        1,\n        {}\n    ]"),
        ("/a%20b/%C3%A9", &["-H", "x-a: b"], "GET", "/a b/é", r#""""#),
        ("/x", &["--presign"], "GET", "/x", r#""""#),
        (
            "/x",
            &["--presign=1", "-d", r#"{"b":1,"a":2}"#],
            "POST",
            "/x",
            "{\n        \"b\": 1,\n        \"a\": 2\n    }",
        ),
        ("", &["--service", "execute-api"], "GET", "/", r#""""#),
        ("/", &["-d", "{}"], "POST", "/", "{}"),
    ] {
        assert_eq!(serving.call(path, arguments), echoed(method, called, body), "{path} {arguments:?}");
    }
}

/// What the echo answers: `JSON.stringify` of it, indented by four.
fn echoed(method: &str, path: &str, body: &str) -> String {
    format!("{{\n    \"method\": \"{method}\",\n    \"path\": \"{path}\",\n    \"body\": {body}\n}}")
}

#[test]
fn a_profile_a_session_token_and_standard_input_are_used() {
    let (url, server) = once(&answer("200 OK", "", ""));
    let file = folder("profile").join("credentials").to_str().unwrap().to_owned();
    let profile = "[test]\naws_access_key_id = ASIDPROFILE\naws_secret_access_key = hush\naws_session_token = the-token\nregion = r-2\n";
    fs::write(&file, profile).unwrap();
    let mut command = sig4();
    command.env("AWS_SHARED_CREDENTIALS_FILE", &file).args(["call", &url, "--profile", "test", "-v", "-d", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(br#"{"a":1}"#).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let request = server.join().unwrap();
    assert!(request.contains("Credential=ASIDPROFILE/") && request.contains("/r-2/execute-api/"), "{request}");
    assert!(request.contains("x-amz-security-token: the-token\r\n") && request.ends_with(r#"{"a":1}"#), "{request}");
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    let shown = stderr(&output);
    assert!(shown.contains("> x-amz-security-token: (not shown)") && !shown.contains("hush"), "{shown}");
}

#[test]
fn the_stages_and_both_heads_are_shown_on_demand() {
    let serving = Serving::start(&[]);
    let output = serving.call_as(ALLOWED, "/x", &["-v", "-i"]);
    let shown = stderr(&output);
    for part in [
        "--- canonical request ---\nGET\n/x\n\nhost:",
        "--- string to sign ---\nAWS4-HMAC-SHA256\n",
        "--- signature ---\n",
        "--- sent ---\n> GET /x HTTP/1.1\n> host: 127.0.0.1:",
        "> authorization: AWS4-HMAC-SHA256 Credential=AKIADEMOALLOWED00000/",
        "< HTTP/1.1 200 OK\n",
        "< apigw-requestid: ",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let text = stdout(&output);
    assert!(text.starts_with("HTTP/1.1 200 OK\ncontent-type: application/json\n"), "{text}");
    assert!(text.ends_with(&format!("\n\n{}", echoed("GET", "/x", "\"\""))), "{text}");
}

#[test]
fn an_answer_goes_to_a_file_byte_for_byte() {
    let file = folder("output").join("answer").to_str().unwrap().to_owned();
    let (url, server) = once(&answer("200 OK", "", "\r\nno text \u{1}"));
    let output = call(&[&url, "--region", "r", "-o", &file]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{output:?}");
    assert_eq!(fs::read(&file).unwrap(), b"\r\nno text \x01");
    server.join().unwrap();
}

#[test]
fn the_exit_status_is_that_of_the_answer() {
    for (status, expected) in
        [("200 OK", 0), ("204 No Content", 0), ("304 Not Modified", 0), ("404 Not Found", 1), ("500 X", 1)]
    {
        let (url, server) = once(&answer(status, "", ""));
        let output = call(&[&url, "--region", "r"]).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{status}: {output:?}");
        server.join().unwrap();
    }
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = call(&["--region", "r", &format!("http://{gone}/")]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(stderr(&output).contains("cannot call http://"), "{output:?}");
    for (arguments, says) in [
        (vec!["ftp://127.0.0.1/".to_owned()], "give a URL of http, https, ws or wss"),
        (vec!["ws://127.0.0.1/".to_owned()], "http and https are spoken"),
        (vec!["http://127.0.0.1/a b".to_owned()], "write it percent-encoded"),
        (vec!["https://example.com/".to_owned()], "give --service"),
        (vec!["http://127.0.0.1/".to_owned(), "-d".to_owned(), "@/no/such".to_owned()], "cannot read `/no/such`"),
        (vec!["http://127.0.0.1/".to_owned(), "--cacert".to_owned(), "/no/such".to_owned()], "cannot read /no/such"),
    ] {
        let output = call(&["--region", "r"]).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(says), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn what_does_not_answer_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let output = call(&[&url, "--region", "r", "--timeout", "1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("did not answer within 1 s"), "{output:?}");
}

#[test]
fn a_redirect_is_not_followed_with_credentials() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let location = format!("location: http://{}/\r\n", other.local_addr().unwrap());
    let (url, server) = once(&answer("307 Temporary Redirect", &location, ""));
    let output = call(&[&url, "--region", "r"]).output().unwrap();
    server.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("a redirect is not followed"), "{output:?}");
    assert!(other.accept().is_err(), "nobody called");
}

#[test]
fn a_refusal_that_says_forbidden_alone_is_explained_as_far_as_it_can_be_seen() {
    let old = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    for (headers, id, token, says) in [
        (old, "AKIDEXAMPLE", None, "min ahead of the server's, and up to 5 min are accepted"),
        ("", "ASIAEXAMPLE", None, "token: a temporary key (ASIA…) is nothing without its session token"),
        ("", "AKIDEXAMPLE", None, "log: the server's log has the cause"),
        (
            "",
            "AKIDEXAMPLE",
            None,
            "policy: the caller needs execute-api:Invoke on arn:aws:execute-api:r:*:*/$default/GET/x ",
        ),
        (
            "",
            "AKIDEXAMPLE",
            None,
            "place: signed for execute-api in r: is it the region that the server prints at its start?",
        ),
        ("x-sig4-cause: expired: by an hour\r\n", "AKIDEXAMPLE", None, "The server says why:\n  expired: by an hour\n"),
    ] {
        let (url, server) = once(&answer("403 Forbidden", headers, r#"{"message":"Forbidden"}"#));
        let mut command = call(&[&(url + "/x"), "--region", "r"]);
        command.env("AWS_ACCESS_KEY_ID", id).envs(token.map(|token: &str| ("AWS_SESSION_TOKEN", token)));
        let output = command.output().unwrap();
        let request = server.join().unwrap();
        assert!(request.contains("\r\nx-sig4-explain: 1\r\n"), "{request}");
        assert!(request.contains("SignedHeaders=host;x-amz-date,"), "{request}");
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), r#"{"message":"Forbidden"}"#));
        assert!(stderr(&output).contains(says), "{says}: {}", stderr(&output));
    }
}

/// The whole way: the server finds the mistake, and the caller reads it.
#[test]
fn the_local_server_tells_why_it_refused() {
    let serving = Serving::start(&[]);
    let unknown = call(&["--region", "us-east-1", &format!("{}/x", serving.url)]).output().unwrap();
    assert!(stderr(&unknown).contains("The server says why:\n  access-key-unknown: "), "{}", stderr(&unknown));
    for (id, secret, arguments, says) in [
        (
            DENIED,
            serving.secret(DENIED),
            &[][..],
            "not-authorized: execute-api:Invoke on arn:aws:execute-api:us-east-1:",
        ),
        (ALLOWED, "another-secret".to_owned(), &[], "signature-mismatch: "),
        (ALLOWED, serving.secret(ALLOWED), &["--region", "eu-west-1"], "scope-region: "),
    ] {
        let mut command = call(&[&format!("{}/x", serving.url)]);
        command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_REGION", "us-east-1");
        let output = command.args(arguments).output().unwrap();
        let said = stderr(&output);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), r#"{"message":"Forbidden"}"#));
        assert!(said.contains(&format!("sig4: 403 Forbidden. The server says why:\n  {says}")), "{says}: {said}");
        assert!(said.contains("\n  remedy: ") && !said.contains("the likeliest"), "{said}");
    }
    let silent = Serving::start(&["--no-explain"]);
    let said = stderr(&silent.call_as(DENIED, "/x", &[]));
    assert!(!said.contains("not-authorized") && said.contains("log: the server's log has the cause"), "{said}");
}

#[test]
fn what_aws_says_of_a_mismatch_is_compared_with_what_was_signed() {
    let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
        Key and signing method. Consult the service documentation for details.\\n\\nThe Canonical String for this request \
        should have been\\n'GET\\n/x\\n\\nhost:another.example.com\\nx-amz-date:20261127T000000Z\\n\\nhost;x-amz-date\\n\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\\n\\nThe String-to-Sign should have been\\n\
        'AWS4-HMAC-SHA256\\n20261127T000000Z\\n20261127/r/execute-api/aws4_request\\n\
        0000000000000000000000000000000000000000000000000000000000000000'\\n";
    let body = format!(r#"{{"message":"{message}"}}"#);
    let (url, server) = once(&answer("403 Forbidden", "x-amzn-errortype: InvalidSignatureException\r\n", &body));
    let output = call(&[&(url + "/x"), "--region", "r"]).output().unwrap();
    server.join().unwrap();
    let said = stderr(&output);
    assert!(said.contains("another.example.com") && said.contains("line 4"), "{said}");
}

/// A name and a password before the host are no part of a signed request. A scheme is the same in any case.
#[test]
fn a_url_may_have_a_scheme_in_capitals_and_a_password_that_nobody_repeats() {
    let serving = Serving::start(&[]);
    let host = serving.url.strip_prefix("http://").unwrap();
    let with_keys = |arguments: &[&str]| {
        let mut command = call(arguments);
        command.env("AWS_ACCESS_KEY_ID", ALLOWED).env("AWS_SECRET_ACCESS_KEY", serving.secret(ALLOWED));
        command.output().unwrap()
    };
    let url = format!("HTTP://alice:s3same@{}/x", host.replace("127.0.0.1", "LocalHost"));
    let good = with_keys(&[&url, "--verbose"]);
    assert!(good.status.success(), "{}", stderr(&good));
    assert!(stderr(&good).contains("> host: LocalHost:") && stderr(&good).contains("/us-east-1/execute-api/"));
    let refused = call(&[&url]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = call(&[&format!("http://alice:s3same@{closed}/x")]).output().unwrap();
    assert!(stderr(&gone).contains(&format!("cannot call http://{closed}/x: ")), "{}", stderr(&gone));
    let far = call(&["https://alice:s3same@api.example.com/x"]).output().unwrap();
    assert!(stderr(&far).contains("the host `api.example.com` is not an AWS endpoint"), "{}", stderr(&far));
    let mut sign = sig4();
    sign.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "hush");
    sign.args([
        "sign",
        "GET",
        "--format",
        "curl-config",
        "HTTPS://alice:s3same@x.execute-api.us-east-1.amazonaws.com/a",
    ]);
    let signed = sign.output().unwrap();
    assert!(stdout(&signed).contains("url = \"https://x.execute-api."), "{} {}", stdout(&signed), stderr(&signed));
    for output in [good, refused, gone, far, signed] {
        let text = stdout(&output) + &stderr(&output);
        assert!(!text.contains("s3same") && !text.contains("alice"), "{text}");
    }
}

#[test]
fn an_api_of_another_partition_is_served_and_called() {
    let folder = folder("partition");
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke",
        "Resource": "arn:aws-eusc:execute-api:eusc-de-east-1:*:*/*/GET/*"}}"#;
    fs::write(folder.join("get.json"), policy).unwrap();
    let config = "region = \"eusc-de-east-1\"\n[routes]\n\"$default\" = { echo = true }\n[users.bob]\n\
        policies = [\"get.json\"]\naccess_keys = [{ id = \"AKIDBOB\", secret = \"b\" }]\n";
    let path = folder.join("api.toml");
    fs::write(&path, config).unwrap();
    let file = format!("carol=AKIDCAROL:c@{}", folder.join("get.json").display());
    let serving = Serving::start(&["--config", path.to_str().unwrap(), "--user", &file]);
    for (id, secret, name) in [("AKIDBOB", "b", "bob"), ("AKIDCAROL", "c", "carol")] {
        let mut command = call(&["--region", "eusc-de-east-1", &serving.url]);
        let output = command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let line = serving.next_line();
        assert!(line.contains(&format!("arn:aws-eusc:iam::123456789012:user/{name} [$default] allowed ")), "{line}");
    }
    let mut output = call(&["-X", "PUT", "--region", "eusc-de-east-1", &serving.url]);
    let output = output.env("AWS_ACCESS_KEY_ID", "AKIDBOB").env("AWS_SECRET_ACCESS_KEY", "b").output().unwrap();
    assert!(stderr(&output).contains("on arn:aws-eusc:execute-api:eusc-de-east-1:123456789012:local/$default/PUT/"));
    let line = serving.next_record();
    assert!(line.contains(" 403 PUT / ") && line.contains(" refused "), "{line}");
}
