//! The same options send the same bytes as a real curl.

use crate::grammar::{folder, sig4};
use sig4_test_support::need::Need;
use sig4_test_support::wire_request::WireRequest;
use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

/// What arrives of a request that a program sends with these options to `path`.
fn arrived(program: &str, path: &str, options: &[&str]) -> WireRequest {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{path}", listener.local_addr().unwrap());
    let server = thread::spawn(move || WireRequest::receive(&listener));
    let mut command = match program {
        "curl" => {
            let mut curl = Command::new("curl");
            curl.args(["-q", "-sS", "--noproxy", "*", "--max-time", "20", "--path-as-is", "-g"]);
            curl
        }
        _ => sig4(&["call", "--region", "us-east-1"]),
    };
    let output = command.args(options).arg(&url).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{program} {options:?}: {output:?}");
    server.join().unwrap()
}

/// The value of a header that both may send. curl sends an `accept` and a `user-agent` of its own.
fn header(request: &WireRequest, name: &str) -> Option<String> {
    let value = request.header(name)?.to_owned();
    (value != "*/*" && !value.starts_with("curl/")).then_some(value)
}

/// A text with the boundary of a form, if there is one, replaced.
fn without_boundary(request: &WireRequest, text: &str) -> String {
    let boundary = request.header("content-type").and_then(|value| Some(value.split_once("boundary=")?.1.to_owned()));
    boundary.map_or_else(|| text.to_owned(), |boundary| text.replace(&boundary, "BOUNDARY"))
}

fn assert_alike(path: &str, options: &[&str], is_form: bool) {
    let [curl, sig4] = ["curl", "sig4"].map(|program| arrived(program, path, options));
    assert_eq!((&curl.method, &curl.target), (&sig4.method, &sig4.target), "{options:?}");
    let body = |request: &WireRequest| without_boundary(request, &String::from_utf8_lossy(&request.body));
    assert_eq!(body(&curl), body(&sig4), "{options:?}");
    for name in ["content-type", "accept", "user-agent", "referer", "cookie", "x-a", "x-b"] {
        let [of_curl, of_sig4] = [&curl, &sig4].map(|r| header(r, name).map(|value| without_boundary(r, &value)));
        assert_eq!(of_curl, of_sig4, "{options:?}: {name}");
    }
    assert_eq!(is_form, header(&sig4, "content-type").is_some_and(|value| value.starts_with("multipart/")));
}

#[test]
fn data_arrives_as_curl_sends_it() {
    if !Need::Curl.runs("no request was compared with curl's") {
        return;
    }
    let lines = folder("alike").join("lines.txt");
    fs::write(&lines, "a=b\r\nc d&é\n\"x\"\n").unwrap();
    let lines = lines.to_str().unwrap();
    let at = |prefix: &str| format!("{prefix}@{lines}");
    for options in [
        &[][..],
        &["-d", "a=b"],
        &["-d", ""],
        &["-d", "a=b", "--data-raw", "@c", "--data-urlencode", "d=e f&+~é/", "-d", "g"],
        &["-d", &at("")],
        &["--data-binary", &at("")],
        &["--data-ascii", "x\ny"],
        &["--data-urlencode", &at("n"), "--data-urlencode", &at("")],
        &["--data-urlencode", "=a=b", "--data-urlencode", "a b"],
        &["--json", r#"{"a":1}"#],
        &["--json", r#"{"a":"#, "--json", "1}"],
        &["--json", "{}", "-H", "accept: text/plain", "-H", "Content-Type: application/x-amz-json-1.1"],
        &["-X", "PUT", "-d", "a", "-H", "content-type:"],
        &["-I"],
        &["-I", "-X", "HEAD"],
        &["-G", "-d", "a=b", "--data-urlencode", "c=d e"],
        &["-b", "a=b; c=d", "-b", "e=f", "-A", "agent/1", "-e", "http://r/"],
        &["-A", "agent/1", "-H", "User-Agent: mine", "-H", "X-A: 1", "-H", "X-B;"],
    ] {
        assert_alike("/p", options, false);
    }
    assert_alike("/p?q=1", &["-G", "-d", "a=b"], false);
    assert_alike("/p/../[x]?{y}", &[], false);
}

#[test]
fn forms_arrive_as_curl_sends_them() {
    if !Need::Curl.runs("no form was compared with curl's") {
        return;
    }
    let folder = folder("form");
    for (name, content) in
        [("a.txt", "line\r\n"), ("b.bin", "\u{1}\u{2}"), ("c.png", "x"), ("d.xml", "<a/>"), ("e.html", "")]
    {
        fs::write(folder.join(name), content).unwrap();
    }
    let file = |sign: &str, name: &str| format!("f={sign}{}", folder.join(name).display());
    for options in [
        &["-F", "a=b"][..],
        &["-F", "a=b", "-F", "c\"d=e f"],
        &["-F", &file("@", "a.txt"), "-F", &file("@", "b.bin"), "-F", &file("@", "c.png")],
        &["-F", &file("@", "d.xml"), "-F", &file("@", "e.html")],
        &["-F", &file("<", "a.txt")],
        &["-F", &(file("@", "a.txt") + ";type=text/csv;filename=other.csv")],
        &["-F", "a=\"b;c\";type=text/plain"],
        &["--form-string", "a=@b;c"],
        &["-X", "PUT", "-F", "a="],
    ] {
        assert_alike("/p", options, true);
    }
}

/// The one difference: data that is JSON says so.
#[test]
fn data_in_json_gets_its_content_type() {
    for (data, expected) in [("{\"a\":1}", "application/json"), ("{a}", "application/x-www-form-urlencoded")] {
        assert_eq!(arrived("sig4", "/", &["-d", data]).header("content-type"), Some(expected));
    }
}

/// `sig4 sign --format curl` is a command that sends what was signed.
#[test]
fn the_command_for_a_shell_sends_what_was_signed() {
    if !Need::Curl.runs("no command was pasted") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a/../[b]?c='d'", listener.local_addr().unwrap());
    let body = "it's\n{\"$HOME\": `id`}\\";
    let sign =
        sig4(&["sign", "PUT", &url, "-d", body, "-H", "x-a: 'b' \"c\"", "-H", "x-b;", "--format", "curl"]).output();
    let command = String::from_utf8(sign.unwrap().stdout).unwrap();
    assert!(command.starts_with("curl -X 'PUT' \\\n  --path-as-is "), "{command}");
    let server = thread::spawn(move || WireRequest::receive(&listener));
    let script = command.replacen("curl ", "curl -q -sS --noproxy '*' --max-time 20 ", 1);
    let status = Command::new("sh").args(["-c", &script]).env("HOME", "/nonexistent").status().unwrap();
    assert!(status.success(), "{command}");
    let arrived = server.join().unwrap();
    assert_eq!((arrived.method.as_str(), arrived.body.as_slice()), ("PUT", body.as_bytes()));
    let credentials = sig4::Credentials::new(crate::grammar::ID, crate::grammar::SECRET).unwrap();
    let now = sig4::Timestamp::parse(arrived.header("x-amz-date").unwrap()).unwrap().to_datetime();
    let verifier = sig4::Verifier::new("us-east-1", "execute-api").unwrap();
    verifier.claim_view(&arrived.view()).unwrap().verify(&credentials, &arrived.body, now).unwrap();
}
