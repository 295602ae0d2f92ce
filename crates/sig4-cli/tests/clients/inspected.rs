//! The page of `sig4 serve --inspect` in Chromium, driven by `inspect/drive.mjs`, and pictures of it.

use crate::found;
use crate::install::{Need, folder, npm, sources};
use crate::page::chromium;
use serde_json::{Value, json};
use sig4::settings::PathEncoding;
use sig4::{Credentials, Signer};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const SIG4: &str = env!("CARGO_BIN_EXE_sig4");
/// The most bytes of a picture in `docs/`.
const MOST_OF_PICTURE: usize = 150_000;

/// A server with the page.
struct Served {
    child: Child,
    api: String,
    page: String,
    secret: String,
    denied_secret: String,
}

impl Served {
    fn start() -> Self {
        let mut command = Command::new(SIG4);
        command.args(["serve", "--listen", "127.0.0.1:0", "--demo-seed", "inspected", "--inspect"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let banner: Vec<_> = lines.by_ref().take_while(|line| !line.starts_with("for awscurl, ")).collect();
        std::thread::spawn(move || lines.for_each(drop));
        let word = |line: &str, at: usize| line.split_whitespace().nth(at).unwrap().to_owned();
        let line = |begin: &str| banner.iter().find(|line| line.starts_with(begin)).unwrap();
        let api = banner[0].split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        let (page, secret) = (word(line("the requests, on a page:"), 5), word(line("user demo"), 3));
        Self { child, api, page, secret, denied_secret: word(line("user denied"), 3) }
    }

    /// A signed request of the user who may call everything, as text.
    fn signed(&self, method: &str, path: &str, encoding: PathEncoding, body: &str) -> String {
        self.signed_with(("AKIADEMOALLOWED00000", &self.secret), method, path, encoding, body)
    }

    fn signed_with(
        &self,
        (id, secret): (&str, &str),
        method: &str,
        path: &str,
        encoding: PathEncoding,
        body: &str,
    ) -> String {
        let request = http::Request::builder().method(method).uri(format!("{}{path}", self.api));
        let mut request = request.header("content-type", "application/json").body(body.to_owned()).unwrap();
        let credentials = Credentials::new(id, secret).unwrap();
        let signer = Signer::new("us-east-1", "execute-api").unwrap().with_path_encoding(encoding);
        signer.sign(&mut request, &credentials, time::OffsetDateTime::now_utc()).unwrap();
        let headers = request.headers().iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()));
        let headers = headers.collect::<String>();
        self.text(method, path, &headers, body)
    }

    fn text(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let (host, length) = (self.api.trim_start_matches("http://"), body.len());
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
    }

    fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.api.trim_start_matches("http://")).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }

    /// Sends one request of each kind. Returns the one with a mistake.
    fn send_all(&self) -> String {
        let user = ("AKIADEMODENIED000000", &*self.denied_secret);
        let denied = self.signed_with(user, "GET", "/orders/7", PathEncoding::Double, "");
        assert_eq!(self.send(&denied), "HTTP/1.1 403 Forbidden");
        let hostile = "x-a: <script>hacked = 1</script>\r\ncontent-type: application/json\r\n";
        let body = "{\"a\":\"</pre><img src=x onerror='hacked = 1'><script>hacked = 1</script>\u{202e}\"}";
        assert_eq!(self.send(&self.text("OPTIONS", "/hostile", hostile, body)), "HTTP/1.1 200 OK");
        self.send(&self.text("GET", "/<img/src=x/onerror=hacked=1><b>", "", ""));
        let right = self.signed("POST", "/orders", PathEncoding::Double, "{\"id\":7}");
        assert_eq!(self.send(&right), "HTTP/1.1 200 OK");
        let wrong = self.signed("GET", "/a%20b", PathEncoding::Verbatim, "");
        assert_eq!(self.send(&wrong), "HTTP/1.1 403 Forbidden");
        wrong
    }
}

impl Served {
    /// `sig4 explain` finds the refused request in what the browser recorded.
    fn explains(&self, har: &Path) {
        let mut command = Command::new(SIG4);
        command.arg("explain").arg("-f").arg(har).args(["--region", "us-east-1", "--service", "execute-api"]);
        command.env("AWS_ACCESS_KEY_ID", "AKIADEMOALLOWED00000").env("AWS_SECRET_ACCESS_KEY", &self.secret);
        let output = command.env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE").output().unwrap();
        let [report, notes] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert!(notes.contains("HAR") && report.contains("path-encoded-once (certain)"), "{report}{notes}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the driver saw.
fn seen(served: &Served, pasted: &str, shots: &Path) -> Result<Value, Need> {
    let chromium = chromium()?;
    let packages = npm("react").ok_or(Need::Npm)?;
    let program = sources("inspect").join("drive.mjs");
    let mut command = Command::new("node");
    command.arg(program).arg(chromium).current_dir(packages).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let job = json!({"page": served.page, "api": served.api, "pasted": pasted, "shots": shots});
    writeln!(child.stdin.as_mut().unwrap(), "{job}").unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

/// Where the test puts its pictures.
fn pictures() -> PathBuf {
    let pictures = folder("inspect-pictures");
    fs::create_dir_all(&pictures).unwrap();
    pictures
}

#[test]
fn the_page_is_used_with_the_keyboard_and_shows_requests_as_they_come() {
    let served = Served::start();
    let (wrong, shots) = (served.send_all(), pictures());
    let Some(seen) = found::or_skip(seen(&served, &wrong, &shots)) else { return };
    assert_eq!(seen["problems"], json!([]), "the console");
    let origin = served.page.rsplitn(3, '/').nth(2).unwrap();
    assert_eq!(seen["origins"], json!([origin]), "the page asks its own server alone");
    list(&seen);
    stages(&seen);
    form(&seen);
    looks(&seen);
    strangers(&seen);
    assert_eq!(seen["recorded"], 403, "{seen:#}");
    served.explains(&shots.join("recorded.har"));
    keep_pictures(&shots);
}

fn text<'v>(seen: &'v Value, pointer: &str) -> &'v str {
    seen.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {seen:#}"))
}

fn list(seen: &Value) {
    let listed: Vec<_> = seen["listed"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let begins = [
        "403GET /a%20b",
        "200POST /orders",
        "400GET /<img/src=x/onerror=hacked=1><b>",
        "200OPTIONS /hostile",
        "403GET /orders/7",
    ];
    assert_eq!(listed.len(), begins.len(), "{listed:?}");
    for (row, begin) in listed.iter().zip(begins) {
        assert!(row.starts_with(begin), "{row} does not begin with {begin}");
    }
    assert!(listed[1].contains("arn:aws:iam::123456789012:user/demoallowed"), "{listed:?}");
    assert!(listed[0].contains("claims to be arn:aws:iam::123456789012:user/demo"), "{listed:?}");
    assert!(text(seen, "/first").starts_with("403GET /live"), "a new request is on top");
    assert_eq!(seen["foreign"], 0, "HTML of a path is text");
    let snapshot = text(seen, "/snapshot");
    for role in [
        "table \"Requests (6)\"",
        "columnheader \"Decision\"",
        "button \"POST /orders\"",
        "textbox \"The request as text",
    ] {
        assert!(snapshot.contains(role), "{role}: {snapshot}");
    }
}

fn stages(seen: &Value) {
    assert_eq!(seen["tab"], true, "Tab leads to the list");
    let wrong = &seen["wrong"];
    assert!(text(wrong, "/chosen").contains("/a%20b") && text(wrong, "/expanded").contains("/a%20b"));
    assert_ne!(text(wrong, "/outline"), "none", "the focus is seen");
    assert!(text(wrong, "/title").starts_with("GET /a%20b 403"), "the title has the focus");
    assert_eq!(
        wrong["headings"],
        json!(["Canonical request", "Explanation", "String to sign", "Request and response"])
    );
    assert!(text(wrong, "/sides/the client signed").contains("/a%20b"));
    assert!(text(wrong, "/sides/the service computes").contains("/a%2520b"));
    assert_eq!(wrong.pointer("/marks/0"), Some(&json!([""])), "the client signed nothing there");
    assert_eq!(wrong.pointer("/marks/1"), Some(&json!(["52"])), "{wrong:#}");
    assert!(text(wrong, "/sides/the report of sig4 explain").contains("path-encoded-once"));
    assert_eq!(seen.pointer("/closed/hidden"), Some(&Value::Bool(true)));
    assert!(text(seen, "/closed/focused").contains("/a%20b"), "the focus is where it was");
    let right = &seen["right"];
    assert!(text(right, "/notes/0").contains("allowed by statement 1"), "{right:#}");
    assert!(text(right, "/sides/event that the integration got").contains("\"rawPath\": \"/orders\""));
    assert!(text(right, "/sides/its reply").contains("\"method\": \"POST\""));
    let by_policy = seen["refusedByPolicy"]["notes"].to_string();
    for note in [
        "not allowed: no identity-based policy",
        "not-authorized: ",
        "Remedy: ",
        "The client signed what the service computes.",
    ] {
        assert!(by_policy.contains(note), "{note}: {by_policy}");
    }
    assert!(text(seen, "/hostile/sides/request").contains("<script>hacked = 1</script>"));
    assert!(text(seen, "/hostile/sides/request").contains("\\u{202e}"));
    assert_eq!(seen["afterHostile"], json!([true, 0]), "HTML of a body is text");
}

fn form(seen: &Value) {
    let answer = text(seen, "/answer");
    assert!(answer.contains("judged at the request's own time") && answer.contains("path-encoded-once"), "{answer}");
    assert_eq!(seen["answerMarks"], json!(["", "52"]));
    assert!(!text(seen, "/refused").is_empty());
    assert_eq!(seen["reloaded"], 6, "a reload shows the last requests");
    assert!(text(seen, "/lost").starts_with("12 requests were dropped here"));
}

fn looks(seen: &Value) {
    for scheme in ["light", "dark"] {
        let contrast = &seen["contrast"][scheme];
        let lowest = contrast.pointer("/lowest/0").and_then(Value::as_f64).unwrap();
        assert!(lowest >= 4.5 && contrast["count"].as_u64().unwrap() > 50, "{scheme}: {contrast}");
    }
    assert!(seen["narrow"].as_i64().unwrap() <= 0, "a narrow page does not scroll sideways");
}

fn strangers(seen: &Value) {
    assert_eq!(seen["stranger"], json!(["failed", "failed", "opaque", "opaque", "failed"]), "nothing is read");
    let answers = seen["strangerAnswers"].as_array().unwrap();
    assert!(answers.len() >= 2 && answers.iter().all(|status| status == 403), "{answers:?}");
}

/// The pictures of the guide are made anew if SIG4_RENEW asks for it.
fn keep_pictures(shots: &Path) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for name in ["inspect-light.png", "inspect-dark.png"] {
        if std::env::var_os("SIG4_RENEW").is_some() {
            fs::copy(shots.join(name), docs.join(name)).unwrap();
        }
        for picture in [shots.join(name), docs.join(name)] {
            let picture = fs::read(picture).unwrap();
            assert!(picture.starts_with(b"\x89PNG") && picture.len() <= MOST_OF_PICTURE, "{name}: {}", picture.len());
        }
    }
}
