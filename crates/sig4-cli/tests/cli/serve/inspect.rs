//! `sig4 serve --inspect`: what the page shows, and who cannot have it.

use crate::serve::inspecting::{Inspecting, Watching};
use crate::serve::serving::{ALLOWED, DENIED, SEED, Serving, folder, handler, has_node, sig4};
use serde_json::{Value, json};
use sig4::settings::PathEncoding;
use sig4::{Credentials, Signer};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

fn start() -> (Serving, Inspecting) {
    start_with(&[])
}

fn start_with(arguments: &[&str]) -> (Serving, Inspecting) {
    let serving = Serving::start(&[&["--inspect"], arguments].concat());
    let inspecting = Inspecting::of(&serving);
    (serving, inspecting)
}

#[test]
fn without_the_option_there_is_no_page() {
    let serving = Serving::start(&[]);
    assert!(!serving.banner.iter().any(|line| line.contains("on a page")), "{:?}", serving.banner);
}

#[test]
fn the_url_of_the_page_is_in_the_json_of_the_server() {
    let mut command = sig4();
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--demo-seed", SEED, "--inspect"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (ended, _) = (child.kill(), child.wait());
    ended.unwrap();
    let banner: Value = serde_json::from_str(&line).unwrap();
    let url = banner["inspect"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with('/') && url.len() > 50, "{url}");
}

#[test]
fn the_page_is_for_this_machine_only() {
    for address in ["0.0.0.0:0", "192.0.2.1:3001", "[::]:0"] {
        let output = sig4().args(["serve", "--inspect", address]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && text.contains("for this machine only"), "{address}: {text}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = sig4().args(["serve", "--listen", "127.0.0.1:0", "--inspect", &address]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(2) && text.contains("--inspect: ") && text.contains("in use"), "{text}");
}

#[test]
fn the_files_of_the_page_come_with_a_policy_that_lets_nothing_else_in() {
    let (_serving, page) = start();
    for (path, kind, begin) in [
        ("/", "text/html; charset=utf-8", "<!doctype html>"),
        ("/page.css", "text/css; charset=utf-8", ":root"),
        ("/page.js", "text/javascript; charset=utf-8", "// The page"),
    ] {
        let answer = page.get(path);
        assert!(answer.status == 200 && answer.body.starts_with(begin), "{path}: {answer:?}");
        for header in [
            &format!("content-type: {kind}"),
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(answer.head.contains(&format!("\r\n{header}")), "{path}: {header} is not in {}", answer.head);
        }
        assert!(!answer.head.contains("access-control-"), "{}", answer.head);
        let loaded = answer.body.matches("http:").count() + answer.body.matches("https:").count();
        assert_eq!(loaded, 0, "{path} loads nothing from elsewhere");
    }
    let script = page.get("/page.js").body;
    for writer in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("] {
        assert!(!script.contains(writer), "{writer}");
    }
    for (method, path, status) in [
        ("GET", "/none", 404),
        ("GET", "/requests/7", 404),
        ("GET", "/requests/x", 404),
        ("PUT", "/", 405),
        ("POST", "/", 405),
    ] {
        assert_eq!(page.request(method, &page.path(path), "", b"").status, status, "{method} {path}");
    }
}

#[test]
fn other_hosts_and_other_pages_get_403_and_the_reason_is_said() {
    let (serving, page) = start();
    let (address, port) = (page.address.clone(), page.address.rsplit(':').next().unwrap().to_owned());
    for (headers, why) in [
        (format!("host: rebound.example:{port}\r\n"), "its host is `rebound.example:"),
        (format!("host: localhost:{port}\r\n"), "its host is `localhost:"),
        (format!("host: {address}\r\nhost: {address}\r\n"), "none or several `host` headers"),
        (format!("host: {}\r\n", serving.address()), "its host is `127.0.0.1:"),
        ("origin: http://evil.example\r\n".to_owned(), "its `origin` is `http://evil.example`"),
        (format!("origin: {}\r\n", serving.url), "its `origin` is `http://127.0.0.1:"),
        ("origin: null\r\n".to_owned(), "its `origin` is `null`"),
        ("sec-fetch-site: cross-site\r\n".to_owned(), "its `sec-fetch-site` is `cross-site`"),
        ("sec-fetch-site: same-site\r\n".to_owned(), "its `sec-fetch-site` is `same-site`"),
        ("referer: http://evil.example/\r\n".to_owned(), "its `referer` is `http://evil.example/`"),
    ] {
        for (method, path, body) in [("GET", "/", ""), ("GET", "/requests", ""), ("POST", "/explain", "GET / HTTP/1.1")]
        {
            let answer = page.request(method, &page.path(path), &headers, body.as_bytes());
            assert!(answer.status == 403 && answer.body.is_empty(), "{headers}{method} {path}: {answer:?}");
        }
        // Of a flood of refusals some are not said, so each kind is looked for once.
        serving.error_with(why);
    }
    let last = if page.token.ends_with('0') { "1" } else { "0" };
    let almost = format!("/{}{last}/", &page.token[..page.token.len() - 1]);
    let other = format!("/{}/page.js", "0".repeat(page.token.len()));
    let bare = format!("/{}", page.token);
    for target in
        ["/", "/page.js", "/requests", "/explain", &almost, &other, &bare, &format!("{bare}x/"), &format!("/{bare}/")]
    {
        assert_eq!(page.request("GET", target, "", b"").status, 403, "{target}");
    }
    assert_eq!(page.raw(format!("GET {} HTTP/1.0\r\nhost: {address}\r\n\r\n", page.path("/")).as_bytes()).status, 403);
    let whole = format!("GET http://{address}{} HTTP/1.1\r\nhost: {address}\r\n\r\n", page.path("/"));
    assert_eq!(page.raw(whole.as_bytes()).status, 403);
    // A form cannot send the type of a pasted request.
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""] {
        let headers = if kind.is_empty() { String::new() } else { format!("content-type: {kind}\r\n") };
        assert_eq!(page.request("POST", &page.path("/explain"), &headers, b"x").status, 415, "{kind}");
    }
    let own = format!("origin: http://{address}\r\nsec-fetch-site: same-origin\r\nuser-agent: Mozilla/5.0\r\n");
    assert_eq!(page.request("GET", &page.path("/"), &own, b"").status, 200);
}

/// Rows come while they are watched, and when a page is opened later.
#[test]
fn a_request_is_listed_with_its_caller_its_decision_and_its_stages() {
    let (serving, page) = start();
    let mut watching = page.watch("");
    serving.call("/orders?b=2&a=1", &["-d", "{\"id\":7}", "-H", "content-type: application/json"]);
    serving.call_as(DENIED, "/orders", &[]);
    serving.plain("GET", "/orders", "");
    let rows: Vec<Value> = (0..3).map(|_| watching.row()).collect();
    let of = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        (row["id"].as_u64(), row["status"].as_u64(), text("method"), text("path"), text("caller"), text("decision"))
    };
    let user = |name: &str| format!("arn:aws:iam::123456789012:user/{name}");
    let expected = |id, status, method: &str, caller: &str, decision: &str| {
        (Some(id), Some(status), method.to_owned(), "/orders".to_owned(), caller.to_owned(), decision.to_owned())
    };
    assert_eq!(of(&rows[0]), expected(1, 200, "POST", &user("demo"), "allowed"));
    assert_eq!(of(&rows[1]), expected(2, 403, "GET", &user("denied"), "refused"));
    assert_eq!(of(&rows[2]), expected(3, 403, "GET", "-", "refused"));
    assert_eq!(page.watch("?after=2").row(), rows[2], "a page that is opened later");

    let allowed = page.details(1);
    let canonical = allowed["canonical"]["computed"].as_str().unwrap();
    assert!(canonical.starts_with("POST\n/orders\na=1&b=2\ncontent-type:application/json\nhost:"), "{canonical}");
    assert_eq!(allowed["canonical"]["signed"], allowed["canonical"]["computed"]);
    assert!(allowed["string_to_sign"].as_str().unwrap().starts_with("AWS4-HMAC-SHA256\n"));
    assert!(allowed["statement"].as_str().unwrap().starts_with("allowed by statement 1 "), "{allowed}");
    let event: Value = serde_json::from_str(allowed["event"].as_str().unwrap()).unwrap();
    assert_eq!((event["rawQueryString"].as_str(), event["body"].as_str()), (Some("b=2&a=1"), Some("{\"id\":7}")));
    assert_eq!(event["headers"]["authorization"], "(not shown)");
    assert!(allowed["request"]["head"].as_str().unwrap().starts_with("POST /orders?b=2&a=1 HTTP/1.1\n"));
    assert!(allowed["response"]["body"].as_str().unwrap().contains("\"method\": \"POST\""), "{allowed}");
    let denied = page.details(2);
    assert!(denied["statement"].as_str().unwrap().contains("not allowed: no identity-based policy"), "{denied}");
    assert_eq!(denied["canonical"]["matches"], true);
    assert!(page.details(3)["report"].as_str().unwrap().contains("not-signed"));
}

#[test]
fn a_mistake_has_both_canonical_requests() {
    let (serving, page) = start();
    // The path is encoded once, as curl before version 8 does.
    let (stdout, _) = signed(&serving, "/a%20b", PathEncoding::Verbatim);
    assert!(send(&serving, &stdout).starts_with("HTTP/1.1 403 "));
    let details = page.details(1);
    let line = |which: &str| details["canonical"][which].as_str().unwrap().lines().nth(1).unwrap().to_owned();
    assert_eq!((line("signed"), line("computed")), ("/a%20b".to_owned(), "/a%2520b".to_owned()));
    assert!(details["report"].as_str().unwrap().contains("path-encoded-once"), "{details}");
}

/// A report of a right signature says nothing about policies and integrations, so their causes are shown beside it.
#[test]
fn the_cause_of_a_failed_integration_is_shown_in_place_of_a_reply() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async (event) => {\n\
        if (event.rawPath === '/throw') throw new Error('boom');\n\
        if (event.rawPath === '/exit') process.exit(3);\n\
        if (event.rawPath === '/status') return { statusCode: 'x' };\n\
        return { statusCode: 200, isBase64Encoded: true, body: Buffer.from([137, 80, 0, 255, 0, 1]).toString('base64') };\n};";
    let config = handler("inspect-failures", "index.js", code, "");
    let (serving, page) = start_with(&["--config", config.to_str().unwrap()]);
    for (id, (path, reply)) in [
        ("/throw", "(no valid reply: Error: boom)"),
        ("/status", "(no valid reply: invalid reply: `statusCode` is no status)"),
        ("/exit", "(no valid reply: the runtime ended"),
        ("/binary", "(6 bytes that are not text)"),
    ]
    .into_iter()
    .enumerate()
    {
        send(&serving, format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", serving.address()).as_bytes());
        let details = page.details(id as u64 + 1);
        assert!(details["reply"].as_str().is_some_and(|shown| shown.starts_with(reply)), "{path}: {details}");
        assert_eq!(details["response"]["body"].as_str().unwrap().contains("Internal Server Error"), path != "/binary");
    }
}

#[test]
fn a_right_signature_is_shown_as_right_when_something_else_is_wrong() {
    let (serving, page) = start();
    let hour = time::Duration::HOUR;
    for (id, (region, age, cause)) in [
        ("us-east-1", hour, "expired"),
        ("us-east-1", -hour, "not-yet-current"),
        ("eu-west-1", time::Duration::ZERO, "scope-region"),
    ]
    .into_iter()
    .enumerate()
    {
        let (request, _) =
            signed_at(&serving, "/orders", PathEncoding::Double, region, time::OffsetDateTime::now_utc() - age);
        assert!(send(&serving, &request).starts_with("HTTP/1.1 403 "));
        let details = page.details(id as u64 + 1);
        assert!(details["report"].as_str().unwrap().contains(cause), "{cause}: {details}");
        assert_eq!((&details["canonical"]["matches"], &details["verifies"]), (&json!(true), &json!(false)), "{cause}");
        assert_eq!(details["canonical"]["signed"], details["canonical"]["computed"], "{cause}");
    }
    serving.call_as(DENIED, "/orders", &[]);
    let denied = page.details(4);
    assert_eq!((&denied["canonical"]["matches"], &denied["verifies"]), (&json!(true), &json!(true)), "{denied}");
    assert!(denied["remedy"].as_str().unwrap().contains("policies"), "{denied}");
}

#[test]
fn a_secret_in_the_base64_of_an_event_is_not_shown() {
    let (serving, page) = start();
    let secret = serving.secret(ALLOWED);
    let body = format!("{{\"mine\":\"{secret}\",\"password\":\"correct-horse\"}}");
    let (address, length) = (serving.address(), body.len());
    let head = format!("OPTIONS /x HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n");
    send(&serving, format!("{head}content-type: application/octet-stream\r\n\r\n{body}").as_bytes());
    let details = page.details(1);
    let event: Value = serde_json::from_str(details["event"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&event["isBase64Encoded"], event["body"].as_str().map(|body| body.trim_end_matches('='))),
        (&json!(true), Some("(not shown)"))
    );
    // The beginning of the body, in Base64.
    assert!(!details.to_string().contains("eyJtaW5lIjoi"), "{details}");
}

/// The text of a signed request of this path, and the digits of its signature.
fn signed(serving: &Serving, path: &str, encoding: PathEncoding) -> (Vec<u8>, String) {
    signed_at(serving, path, encoding, "us-east-1", time::OffsetDateTime::now_utc())
}

fn signed_at(
    serving: &Serving,
    path: &str,
    encoding: PathEncoding,
    region: &str,
    at: time::OffsetDateTime,
) -> (Vec<u8>, String) {
    let mut request = http::Request::get(serving.url.clone() + path).body("").unwrap();
    let credentials = Credentials::new(ALLOWED, serving.secret(ALLOWED)).unwrap();
    let signer = Signer::new(region, "execute-api").unwrap().with_path_encoding(encoding);
    signer.sign(&mut request, &credentials, at).unwrap();
    let mut text = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", serving.address());
    for (name, value) in request.headers() {
        text += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    let signature = text.split("Signature=").nth(1).unwrap().trim_end().to_owned();
    (text.into_bytes().into_iter().chain(*b"\r\n").collect(), signature.split("\r\n").next().unwrap().to_owned())
}

/// The same request in forms in which people have it: the log of `curl -v`, a command line, a HAR file.
fn forms(request: &str) -> [(&'static str, String); 3] {
    let lines = || request.lines().filter(|line| !line.is_empty());
    let log = lines().map(|line| format!("> {line}\n")).collect::<String>() + ">\n< HTTP/1.1 403 Forbidden\n";
    let headers: Vec<_> = lines().skip(1).map(|line| line.split_once(": ").unwrap()).collect();
    let host = headers.iter().find(|(name, _)| *name == "host").unwrap().1;
    let url = format!("http://{host}/a%20b");
    let options = headers.iter().map(|(name, value)| format!(" -H '{name}: {value}'")).collect::<String>();
    let listed: Vec<_> = headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let entry = json!({"request": {"method": "GET", "url": url, "headers": listed}, "response": {"status": 403}});
    let har = json!({"log": {"version": "1.2", "entries": [entry]}}).to_string();
    [("curl -v", log), ("curl", format!("curl '{url}'{options}")), ("HAR", har)]
}

/// Sends a request as it is to the API.
fn send(serving: &Serving, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.write_all(request).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn no_secret_no_token_and_no_signature_is_in_a_row_or_a_stage() {
    let folder = folder("inspect-secrets");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let (secret, token) = ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789");
    fs::write(folder.join("invoke.json"), policy).unwrap();
    let mut command = sig4();
    command.current_dir(&folder).env("SIG4_SECRET_AKIDALICE", secret);
    command.args(["serve", "--listen", "127.0.0.1:0", "--inspect", "--user", "alice=AKIDALICE@invoke.json"]);
    let serving = Serving::of(&mut command);
    let page = Inspecting::of(&serving);
    let call = |path: &str, secret: &str, more: &[&str]| {
        let mut command = sig4();
        command.env("AWS_ACCESS_KEY_ID", "AKIDALICE").env("AWS_SECRET_ACCESS_KEY", secret);
        command.args(["call", "--region", "us-east-1", &(serving.url.clone() + path)]).args(more).output().unwrap()
    };
    let body = format!(
        "{{\"mine\":\"{secret}\",\"password\":\"correct-horse\",\"nested\":\"{{\\\"session_token\\\":\\\"{token}\\\"}}\"}}"
    );
    let cookie = [
        "-H",
        "cookie: session=0123456789abcdef",
        "-H",
        "x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789",
    ];
    call("/x", secret, &[&["-d", &body], &cookie[..]].concat());
    call("/y?X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789", "another-secret-0123456789", &cookie);
    serving.plain("GET", &format!("/z/{secret}"), "authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abcdefghijkl\r\n");
    let texts: Vec<String> = (1..=3).map(|id| page.details(id).to_string()).collect();
    let rows = page.watch("").row().to_string();
    for hidden in [secret, &token[..20], "0123456789abcdef", "correct-horse", "eyJhbGciOiJIUzI1NiJ9.e30"] {
        for text in texts.iter().chain([&rows]) {
            assert!(!text.contains(hidden), "{hidden} is in {text}");
        }
    }
    // Each has a signature of 64 digits, and none is shown.
    for text in &texts[..2] {
        assert!(text.contains("Credential=AKIDALICE/") && text.contains("Signature=(not shown)\\n"), "{text}");
    }
}

#[test]
fn the_secrets_of_a_function_s_environment_are_not_shown() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });";
    let more = "environment = { DB_PASSWORD = \"correct-horse-battery\", STRIPE_KEY = \"sk_live_0123456789\", TABLE = \"pets-table\" }";
    let config = handler("inspect-environment", "index.js", code, more);
    let (serving, page) = start_with(&["--config", config.to_str().unwrap()]);
    assert!(serving.plain("GET", "/", "").contains("correct-horse-battery"), "the caller gets what the function says");
    let body = page.details(1)["response"]["body"].as_str().unwrap().to_owned();
    assert!(body.contains("pets-table") && body.contains("\"DB_PASSWORD\":\"(not shown)\""), "{body}");
    assert!(!body.contains("correct-horse") && !body.contains("sk_live"), "{body}");
}

#[test]
fn what_a_caller_chooses_is_escaped_where_a_terminal_or_a_page_could_act_on_it() {
    let (serving, page) = start();
    let head = |target: &str| format!("POST {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", serving.address());
    // No URL has such characters, so it never becomes a request.
    let target = "/<img/src=x/onerror=alert(1)>";
    send(&serving, (head(target) + "\r\n").as_bytes());
    assert_eq!(page.watch("").row()["path"].as_str(), Some(target));
    let header = b"x-a: <script>\xe2\x80\xae</script>\r\ncontent-length: 14\r\n\r\n";
    send(&serving, &[head("/%3Cb%3E").as_bytes(), header, b"</script>\x1b[2J\xff"].concat());
    send(&serving, &[head("/x").as_bytes(), b"x-a: \xff\xfe\r\n\r\n"].concat());
    let details = page.details(2).to_string();
    assert!(details.contains("<script>") && !details.contains(['\u{202e}', '\u{1b}']), "{details}");
    assert!(page.details(3)["request"]["head"].as_str().unwrap().contains("x-a: \u{fffd}\u{fffd}"));
    assert!(page.get("/requests/2").head.contains("content-type: application/json\r\n"));
}

#[test]
fn a_pasted_request_is_explained_with_the_keys_of_the_users() {
    let (serving, page) = start();
    let (right, signature) = signed(&serving, "/orders", PathEncoding::Double);
    let explained = |pasted: &[u8]| -> Value {
        let answer = page.explain(pasted);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.body.contains(&signature), "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    };
    let good = explained(&right);
    assert!(good["report"].as_str().unwrap().contains("Nothing is wrong"), "{good}");
    assert!(good["notes"][0].as_str().unwrap().starts_with("judged at the request's own time, "), "{good}");
    let (once, _) = signed(&serving, "/a%20b", PathEncoding::Verbatim);
    let wrong = explained(&once);
    assert!(wrong["report"].as_str().unwrap().contains("path-encoded-once"), "{wrong}");
    assert!(wrong["canonical"]["signed"].as_str().unwrap().starts_with("GET\n/a%20b\n"), "{wrong}");
    for (form, pasted) in forms(&String::from_utf8(once).unwrap()) {
        let wrong = explained(pasted.as_bytes());
        assert!(wrong["notes"][0].as_str().unwrap().starts_with("read as "), "{form}: {wrong}");
        assert!(wrong["report"].as_str().is_some_and(|report| report.contains("path-encoded-once")), "{form}: {wrong}");
        assert!(wrong["canonical"]["signed"].as_str().unwrap().starts_with("GET\n/a%20b\n"), "{form}: {wrong}");
    }
    for (pasted, says) in [
        (&b""[..], "error"),
        (b"\xff\xfe\x00", "error"),
        (b"<script>alert(1)</script>", "error"),
        (b"GET / HTTP/1.1\nhost: h\n\n", "not-signed"),
    ] {
        assert!(explained(pasted).to_string().contains(says), "{pasted:?}");
    }
    let other = String::from_utf8(right).unwrap().replace(ALLOWED, "AKIDNOBODY");
    let unknown = explained(other.as_bytes())["error"].as_str().unwrap().to_owned();
    assert!(unknown.contains("no served user has the access key id") && unknown.contains(ALLOWED), "{unknown}");
    assert_eq!(page.explain(&vec![b'x'; 1024 * 1024 + 1]).status, 413);
    assert!(explained(&vec![b'\n'; 1024 * 1024])["error"].is_string());
}

/// So many pages watch, so many connections are open, and the rest is refused. The API answers all the while.
#[test]
fn a_thousand_open_streams_stop_neither_the_api_nor_the_page() {
    let (serving, page) = start();
    let mut all: Vec<Watching> = (0..1000).map(|_| page.watch("")).collect();
    assert_eq!(serving.plain("OPTIONS", "/x", "").lines().next(), Some("HTTP/1.1 200 OK"));
    let answers: Vec<String> = all.iter_mut().map(Watching::status).collect();
    let count = |begin: &str| answers.iter().filter(|answer| answer.starts_with(begin)).count();
    assert_eq!(count("HTTP/1.1 200 "), 16, "{answers:?}");
    // The others of 64 connections are told, and those beyond are closed.
    assert!(count("HTTP/1.1 503 ") >= 48, "{answers:?}");
    drop(all);
    // The server learns of closed connections one after the other.
    let is_back = (0..400).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(25));
        page.watch("").status().starts_with("HTTP/1.1 200 ")
    });
    assert!(is_back);
}

#[test]
fn a_page_that_reads_slowly_loses_rows_and_learns_how_many() {
    let (serving, page) = start();
    let mut slow = page.watch_slowly();
    assert!(slow.status().starts_with("HTTP/1.1 200 "));
    // Rows of 2 KiB fill the buffers of the connection.
    let (count, target) = (510, "x".repeat(2000));
    for _ in 0..count {
        serving.plain("OPTIONS", &format!("/{target}"), "");
    }
    page.details(count);
    let (mut rows, mut dropped, mut is_count) = (0, 0, false);
    while rows + dropped < count {
        match slow.field() {
            (name, _) if name == "event" => is_count = true,
            (name, value) if name == "data" && is_count => {
                dropped += value.parse::<u64>().unwrap();
                is_count = false;
            }
            (name, _) => rows += u64::from(name == "data"),
        }
    }
    assert!(dropped > 0, "{rows} rows");
    assert_eq!(rows + dropped, count, "no row is lost silently");
    assert_eq!(page.watch("").row()["id"].as_u64(), Some(count - 499), "a page that is opened now has the last 500");
}
