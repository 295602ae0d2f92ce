//! Who may use the Lambda Runtime API: no page in a browser, and no other user of the machine.

use crate::support::{LONG, send, serve};
use sig4_gateway::{ApiDefinition, FunctionConfiguration, LambdaFunction, Server};
use sig4_test_support::need::Need;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next HTTP/1.1";
const INIT_ERROR: &str = "POST /2018-06-01/runtime/init/error HTTP/1.1";

/// A function with one event that waits for a runtime, and the client that waits for the answer.
struct Waiting {
    function: LambdaFunction,
    server: Server,
    client: JoinHandle<u16>,
}

impl Waiting {
    async fn new(configuration: FunctionConfiguration) -> Self {
        let function = configuration.listen("127.0.0.1:0").await.unwrap();
        let server = serve(ApiDefinition::new("us-east-1").route("$default", &function)).await;
        let request = format!("GET / HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.addr());
        let addr = server.addr().to_string();
        let client = tokio::spawn(async move { status(&exchange(&addr, request.as_bytes()).await) });
        let arrived = async {
            while function.waiting() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(LONG, arrived).await.expect("the event waits");
        Self { function, server, client }
    }

    /// Asserts that no stranger took or failed the event, and that a runtime gets it.
    async fn assert_untouched(self, after: &str) {
        assert_eq!((self.function.waiting(), self.function.in_flight()), (1, 0), "the event was taken: {after}");
        let answer = exchange(&self.function.runtime_api(), request(&self.function, NEXT, "", "").as_bytes()).await;
        assert_eq!(status(&answer), 200, "{after}");
        let id = answer.lines().find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: ")).unwrap();
        let response = format!("POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1");
        let forged = request(&self.function, &response, "origin: https://page.example\r\n", "\"forged\"");
        assert_eq!(status(&exchange(&self.function.runtime_api(), forged.as_bytes()).await), 403, "{after}");
        let response = request(&self.function, &response, "", "\"true\"");
        assert_eq!(status(&exchange(&self.function.runtime_api(), response.as_bytes()).await), 202, "{after}");
        assert_eq!(self.client.await.unwrap(), 200, "{after}");
        self.server.shutdown().await;
    }
}

/// A request as a runtime sends it, with these headers besides.
fn request(function: &LambdaFunction, line: &str, headers: &str, body: &str) -> String {
    let (host, len) = (function.runtime_api(), body.len());
    format!("{line}\r\nhost: {host}\r\ncontent-length: {len}\r\nconnection: close\r\n{headers}\r\n{body}")
}

/// Sends bytes, and reads until the other side closes.
async fn exchange(addr: &str, bytes: &[u8]) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        // Who is refused may be refused before all is read.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::time::timeout(LONG, exchange).await.expect("an answer")
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// What Chromium, Firefox and Safari send for an image, a form, `fetch`, a socket, a link and an address that is typed in.
#[tokio::test]
async fn a_page_in_a_browser_neither_takes_an_event_nor_fails_one() {
    let of_page = [
        (NEXT, "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\nsec-fetch-dest: image\r\n"),
        (NEXT, "sec-fetch-mode: no-cors\r\n"),
        (
            NEXT,
            "sec-fetch-site: none\r\nsec-fetch-mode: navigate\r\nsec-fetch-user: ?1\r\nsec-fetch-dest: document\r\n",
        ),
        (NEXT, "sec-fetch-site: same-origin\r\nsec-fetch-mode: cors\r\nsec-fetch-dest: empty\r\n"),
        (NEXT, "sec-fetch-mode: cors\r\nsec-fetch-mode: cors\r\n"),
        (NEXT, "sec-fetch-storage-access: active\r\n"),
        (NEXT, "origin: null\r\n"),
        (NEXT, "origin:\r\n"),
        (NEXT, "referer: https://page.example/\r\n"),
        (NEXT, "user-agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15\r\n"),
        (NEXT, "origin: https://page.example\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"),
        (INIT_ERROR, "origin: https://page.example\r\ncontent-type: text/plain;charset=UTF-8\r\n"),
        (INIT_ERROR, "sec-fetch-mode: no-cors\r\ncontent-type: text/plain\r\n"),
        ("OPTIONS /2018-06-01/runtime/init/error HTTP/1.1", "origin: https://page.example\r\n"),
    ];
    let waiting = Waiting::new(FunctionConfiguration::new("echo")).await;
    for (line, headers) in of_page {
        let request = request(&waiting.function, line, headers, "");
        let answer = exchange(&waiting.function.runtime_api(), request.as_bytes()).await;
        assert_eq!(status(&answer), 403, "{headers}");
        assert!(!answer.contains("access-control-"), "{answer}");
        assert_eq!((waiting.function.waiting(), waiting.function.in_flight()), (1, 0), "{headers}");
    }
    waiting.assert_untouched("a page").await;
}

/// A name that is rebound to this machine makes a page same-origin; then the host alone tells it from a runtime.
#[tokio::test]
async fn a_request_for_another_host_is_refused() {
    let waiting = Waiting::new(FunctionConfiguration::new("echo")).await;
    let addr = waiting.function.runtime_api();
    let port = addr.rsplit(':').next().unwrap();
    let path = "/2018-06-01/runtime/invocation/next";
    for head in [
        format!("GET {path} HTTP/1.1\r\nhost: rebound.example:{port}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:1{port}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: x@{addr}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: {addr}.\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: {addr}, {addr}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\nhost: {addr}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost: rebound.example\r\nhost: {addr}\r\n"),
        format!("GET {path} HTTP/1.1\r\nhost:\r\n"),
        format!("GET {path} HTTP/1.1\r\n"),
        format!("GET {path} HTTP/1.0\r\n"),
        format!("GET {path} HTTP/1.0\r\nhost: {addr}\r\n"),
        format!("GET http://rebound.example{path} HTTP/1.1\r\nhost: {addr}\r\n"),
        format!("GET http://{addr}{path} HTTP/1.1\r\nhost: {addr}\r\n"),
    ] {
        let answer = exchange(&addr, format!("{head}connection: close\r\n\r\n").as_bytes()).await;
        assert_eq!(status(&answer), 403, "{head}");
        assert_eq!((waiting.function.waiting(), waiting.function.in_flight()), (1, 0), "{head}");
    }
    waiting.assert_untouched("another host").await;
}

#[tokio::test]
async fn a_refusal_is_told_with_its_reason() {
    let (sender, told) = std::sync::mpsc::channel();
    let log = move |why: &str| sender.send(why.to_owned()).unwrap();
    let waiting = Waiting::new(FunctionConfiguration::new("echo").with_refusal_log(log)).await;
    let addr = waiting.function.runtime_api();
    for (headers, says) in [
        ("host: rebound.example\r\n", format!("its host is `rebound.example`, and not `{addr}`")),
        ("host: a\r\nhost: b\r\n", format!("none or several `host` headers, and not `{addr}` alone")),
        (
            &format!("host: {addr}\r\norigin: https://page.example\r\n"),
            "it has the header `origin`, which a page".to_owned(),
        ),
        (&format!("host: {addr}\r\nsec-fetch-mode: no-cors\r\n"), "it has the header `sec-fetch-mode`".to_owned()),
        (&format!("host: {addr}\r\nuser-agent: Mozilla/5.0\r\n"), "its user agent is a browser".to_owned()),
    ] {
        exchange(&addr, format!("{NEXT}\r\n{headers}\r\n").as_bytes()).await;
        let why = told.recv_timeout(LONG).unwrap();
        assert!(why.starts_with("a request: ") && why.contains(&says), "{why}");
    }
    waiting.assert_untouched("refusals").await;
}

/// Node's `fetch` sends this one header, and no browser sends it alone.
#[tokio::test]
async fn the_fetch_of_node_is_a_runtime() {
    let waiting = Waiting::new(FunctionConfiguration::new("echo")).await;
    let headers = "accept: */*\r\naccept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\n";
    let request = request(&waiting.function, NEXT, headers, "");
    assert_eq!(status(&exchange(&waiting.function.runtime_api(), request.as_bytes()).await), 200);
    waiting.function.runtime_exited("it is gone");
    assert_eq!(waiting.client.await.unwrap(), 500);
    waiting.server.shutdown().await;
}

/// A shell that sends a request to `addr`, as the user `uid` if one is given, and what it prints.
#[cfg(target_os = "linux")]
pub(crate) async fn shell(uid: Option<&str>, addr: &str, request: &str, reads: bool) -> String {
    let (host, port) = addr.rsplit_once(':').unwrap();
    let read = if reads { "cat <&3" } else { ":" };
    let script = format!("exec 3<>/dev/tcp/{host}/{port}; printf '%s' \"$REQUEST\" >&3; {read}");
    let mut command = match uid {
        Some(uid) => {
            let mut command = tokio::process::Command::new("setpriv");
            command.args(["--reuid", uid, "--clear-groups", "bash", "-c", &script]);
            command
        }
        None => {
            let mut command = tokio::process::Command::new("bash");
            command.args(["-c", &script]);
            command
        }
    };
    let output = command.env("REQUEST", request).kill_on_drop(true).output();
    let output = tokio::time::timeout(LONG, output).await.expect("it ends").unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether processes of another user can be started, and the id of one.
#[cfg(target_os = "linux")]
pub(crate) async fn other_user() -> Option<&'static str> {
    let mut command = tokio::process::Command::new("setpriv");
    let output = command.args(["--reuid", "65534", "--clear-groups", "bash", "-c", "id -u"]).output().await;
    let found = output.is_ok_and(|output| output.stdout == b"65534\n");
    Need::OtherUser.is_met(found, "no process of another user was started").then_some("65534")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_user_of_the_machine_is_refused() {
    let Some(other) = other_user().await else { return };
    let (sender, told) = std::sync::mpsc::channel();
    let log = move |why: &str| sender.send(why.to_owned()).unwrap();
    let waiting = Waiting::new(FunctionConfiguration::new("echo").with_refusal_log(log)).await;
    let (addr, next) = (waiting.function.runtime_api(), request(&waiting.function, NEXT, "", ""));
    let init_error = request(&waiting.function, INIT_ERROR, "", "{}");
    for request in [&next, &init_error] {
        let answer = shell(Some(other), &addr, request, true).await;
        assert_eq!(status(&answer), 403, "{answer}");
        // One who is gone before it is looked at has no user any more, and is not taken for root.
        for _ in 0..10 {
            shell(Some(other), &addr, request, false).await;
        }
    }
    let why = told.recv_timeout(LONG).unwrap();
    assert!(why.starts_with("a connection: it is the user 65534's, and the server is the user "), "{why}");
    waiting.assert_untouched("another user").await;
    let waiting = Waiting::new(FunctionConfiguration::new("echo")).await;
    let (addr, next) = (waiting.function.runtime_api(), request(&waiting.function, NEXT, "", ""));
    assert_eq!(status(&shell(None, &addr, &next, true).await), 200, "the same program of the server's user");
    waiting.function.runtime_exited("it is gone");
    assert_eq!(waiting.client.await.unwrap(), 500);
    waiting.server.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_user_is_let_in_where_the_configuration_says_so() {
    let Some(other) = other_user().await else { return };
    let waiting = Waiting::new(FunctionConfiguration::new("echo").with_any_user(true)).await;
    let (addr, next) = (waiting.function.runtime_api(), request(&waiting.function, NEXT, "", ""));
    assert_eq!(status(&shell(Some(other), &addr, &next, true).await), 200);
    waiting.function.runtime_exited("it is gone");
    assert_eq!(waiting.client.await.unwrap(), 500);
    waiting.server.shutdown().await;
}

#[tokio::test]
async fn the_api_itself_is_for_everybody_on_the_machine() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", crate::support::echo())).await;
    let answer = send(&server, "GET", "/", &[("origin", "https://page.example")], "").await;
    assert_eq!(answer.status, 200);
    server.shutdown().await;
}
