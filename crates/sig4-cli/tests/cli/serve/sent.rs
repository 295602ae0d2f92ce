//! What `sig4 call` signs is what arrives: the host, the target and the headers.

use crate::serve::serving::sig4;
use sig4::{Credentials, Timestamp, Verifier};
use sig4_test_support::need::Need;
use sig4_test_support::wire_request::WireRequest;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread::{self, JoinHandle};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "hush";

/// Verifies a request that arrived.
fn verify(arrived: &WireRequest, service: &str, token: Option<&str>) {
    let in_query = arrived.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Date=")));
    let now = Timestamp::parse(arrived.header("x-amz-date").or(in_query).unwrap()).unwrap().to_datetime();
    let verifier = Verifier::new("r", service).unwrap();
    let credentials = Credentials::new(ID, SECRET).unwrap().with_session_token(token.unwrap_or_default()).unwrap();
    let claim = verifier.claim_view(&arrived.view());
    let caller = claim.and_then(|claim| claim.verify(&credentials, &arrived.body, now));
    caller.unwrap_or_else(|e| panic!("{e}: {arrived:?}"));
}

/// A server on this machine that answers one request and gives it back.
struct OneRequestServer {
    port: u16,
    listener: TcpListener,
}

impl OneRequestServer {
    fn new(address: &str) -> Option<Self> {
        let listener = TcpListener::bind((address, 0)).ok()?;
        Some(Self { port: listener.local_addr().unwrap().port(), listener })
    }

    fn serve(self) -> JoinHandle<WireRequest> {
        thread::spawn(move || WireRequest::receive(&self.listener))
    }

    /// Asserts that no client connected.
    fn was_left_alone(&self) {
        self.listener.set_nonblocking(true).unwrap();
        assert_eq!(self.listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

fn call(url: &str, service: &str) -> Command {
    let mut command = sig4();
    command.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    command.args(["call", url, "--region", "r", "--service", service]);
    command
}

/// What arrives of a call to `target`, which is verified.
fn sent(service: &str, target: &str, arguments: &[&str]) -> WireRequest {
    let once = OneRequestServer::new("127.0.0.1").unwrap();
    let url = format!("http://127.0.0.1:{}{target}", once.port);
    let server = once.serve();
    let output = call(&url, service).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let arrived = server.join().unwrap();
    verify(&arrived, service, None);
    arrived
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_host_that_is_signed_is_the_one_that_arrives() {
    for (address, spelling, host) in [
        ("127.0.0.1", "http://127.0.0.1:PORT", "127.0.0.1:PORT"),
        ("127.0.0.1", "HTTP://127.0.0.1:PORT/?", "127.0.0.1:PORT"),
        ("127.0.0.1", "http://u:p@127.0.0.1:PORT/", "127.0.0.1:PORT"),
        ("127.0.0.1", "http://localhost:PORT/", "localhost:PORT"),
        ("127.0.0.1", "http://LocalHost:PORT/a", "LocalHost:PORT"),
        ("::1", "http://[::1]:PORT/", "[::1]:PORT"),
    ] {
        let Some(once) = OneRequestServer::new(address) else {
            Need::Ipv6.skip("no request was sent to [::1]");
            continue;
        };
        let (port, server) = (once.port.to_string(), once.serve());
        let output = call(&spelling.replace("PORT", &port), "s").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{spelling}: {output:?}");
        let arrived = server.join().unwrap();
        assert_eq!(arrived.header("host"), Some(host.replace("PORT", &port).as_str()), "{spelling}");
        verify(&arrived, "s", None);
    }
}

#[test]
fn a_host_that_clients_rewrite_is_refused_before_anything_is_sent() {
    let once = OneRequestServer::new("127.0.0.1").unwrap();
    for (host, advice) in [
        ("127.0.0.1:0PORT", "without leading zeros"),
        ("127.0.0.1:+PORT", "without a sign"),
        ("127.1:PORT", "four decimal numbers"),
        ("0x7f.1:PORT", "four decimal numbers"),
        ("2130706433:PORT", "four decimal numbers"),
        ("0177.0.0.1:PORT", "four decimal numbers"),
        ("127.0.0.1.:PORT", "four decimal numbers"),
        ("loc%61lhost:PORT", "percent-encoding"),
        ("localh\u{ad}ost:PORT", "ASCII"),
        ("127。0。0。1:PORT", "ASCII"),
        ("[::ffff:127.0.0.1]:PORT", "IPv4 address"),
        ("[::0001]:PORT", "shortest form"),
        ("localhost:", "without the `:`"),
        ("localhost:99999", "from 1 to 65535"),
        ("localhost:0", "from 1 to 65535"),
    ] {
        let url = format!("http://{}/", host.replace("PORT", &once.port.to_string()));
        for arguments in [&[][..], &["--presign"]] {
            let said = refused(&call(&url, "s").args(arguments).output().unwrap());
            assert!(said.contains(advice), "{url}: {said}");
        }
        // It is the spelling that is wrong, and not the region or the service of the host.
        let said = refused(&sig4().args(["call", &url]).output().unwrap());
        assert!(said.contains(advice), "{url}: {said}");
        let signed = sig4().args(["sign", "GET", &url]).output().unwrap();
        assert_eq!(signed.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&signed.stderr).contains(advice), "{url}: {signed:?}");
    }
    once.was_left_alone();
}

#[test]
fn a_tunnel_is_not_signed() {
    let once = OneRequestServer::new("127.0.0.1").unwrap();
    let url = format!("http://127.0.0.1:{}/", once.port);
    for method in ["CONNECT", "connect"] {
        let said = refused(&call(&url, "s").args(["-X", method]).output().unwrap());
        assert!(said.contains("`CONNECT` opens a tunnel"), "{said}");
    }
    once.was_left_alone();
}

#[test]
fn the_target_that_is_signed_is_the_one_that_arrives() {
    for (service, target, on_the_wire) in [
        ("s3", "/a+b", "/a%2Bb"),
        ("s3", "/a+b?q=c+d", "/a%2Bb?q=c%20d"),
        ("s3", "/a/../b//c", "/a/../b//c"),
        ("s3", "/a%7eb", "/a~b"),
        ("s", "/a+b/../c?q=c+d&e", "/a+b/../c?q=c+d&e"),
        ("s", "?a", "/?a"),
        ("s", "", "/"),
        ("s", "/a#fragment", "/a"),
    ] {
        assert_eq!(sent(service, target, &[]).target, on_the_wire, "{service} {target}");
    }
    let presigned = sent("s3", "/a+b", &["--presign"]).target;
    assert!(presigned.starts_with("/a%2Bb?X-Amz-Algorithm="), "{presigned}");
}

/// What is left of an earlier signature of another access key.
const STALE: &str = "Authorization: AWS4-HMAC-SHA256 Credential=ASIAOTHER/20150830/r/s/aws4_request, SignedHeaders=host, \
                     Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

#[test]
fn what_signing_replaces_and_removes_does_not_arrive() {
    let given =
        ["-H", STALE, "-H", "X-Amz-Security-Token: stale", "-H", "X-AMZ-DATE: 20150830T123600Z", "-H", "x-a: b"];
    let arrived = sent("s", "/", &given);
    assert_eq!(arrived.header("x-amz-security-token"), None);
    assert_eq!(arrived.header("x-a"), Some("b"));
    assert_ne!(arrived.header("x-amz-date"), Some("20150830T123600Z"));
    assert!(arrived.header("authorization").unwrap().contains("Credential=AKIDEXAMPLE/"));
    let arrived = sent("s3", "/", &["-d", "body", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]);
    assert_ne!(arrived.header("x-amz-content-sha256"), Some("UNSIGNED-PAYLOAD"));
}

/// The parameters of the URL stand for these headers, and a service refuses a request that is signed twice.
#[test]
fn a_presigned_url_is_called_without_the_headers_of_another_signature() {
    let given = ["--presign", "-H", STALE, "-H", "x-amz-date: 20150830T123600Z", "-H", "x-a: b"];
    let arrived = sent("s", "/", &given);
    for name in ["authorization", "x-amz-date"] {
        assert_eq!(arrived.header(name), None, "{name}");
    }
    assert_eq!(arrived.header("x-a"), Some("b"));
}

#[test]
fn a_length_or_a_framing_that_is_not_the_bodys_is_refused() {
    let once = OneRequestServer::new("127.0.0.1").unwrap();
    let url = format!("http://127.0.0.1:{}/", once.port);
    for (header, why) in [
        ("Content-Length: 3", "the body has 4 bytes"),
        ("content-length: 5", "the body has 4 bytes"),
        ("Transfer-Encoding: chunked", "leave out `transfer-encoding`"),
    ] {
        let said = refused(&call(&url, "s").args(["-d", "body", "-H", header]).output().unwrap());
        assert!(said.contains(why), "{said}");
        let mut sign = sig4();
        sign.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
        sign.args(["sign", "POST", &url, "--region", "r", "--service", "s", "-d", "body", "-H", header]);
        let output = sign.output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{output:?}");
    }
    once.was_left_alone();
    assert_eq!(sent("s", "/", &["-d", "body", "-H", "Content-Length: 4"]).header("content-length"), Some("4"));
}

#[test]
fn header_values_arrive_byte_for_byte() {
    let given =
        ["-H", "X-Tab: a\t b  c", "-H", "X-Utf8: é\u{202e}", "-H", "X-Empty;", "-H", "X-Twice: 2", "-H", "x-twice: 1"];
    let arrived = sent("s", "/", &given);
    assert_eq!(arrived.header("x-tab"), Some("a\t b  c"));
    assert_eq!(arrived.header("x-utf8"), Some("é\u{202e}"));
    assert_eq!(arrived.header("x-empty"), Some(""));
    let twice: Vec<_> = arrived.headers.iter().filter(|(n, _)| n == "x-twice").map(|(_, v)| v.as_slice()).collect();
    assert_eq!(twice, [b"2", b"1"]);
}

#[test]
fn a_call_with_temporary_credentials_is_presigned_for_as_long_as_they_last() {
    let once = OneRequestServer::new("127.0.0.1").unwrap();
    let url = format!("http://127.0.0.1:{}/", once.port);
    let server = once.serve();
    let end = time::OffsetDateTime::now_utc() + time::Duration::minutes(30);
    let end = format!("{}T{:02}:{:02}:{:02}Z", end.date(), end.hour(), end.minute(), end.second());
    let mut command = call(&url, "s");
    command.env("AWS_SESSION_TOKEN", "tick").env("AWS_CREDENTIAL_EXPIRATION", &end);
    let output = command.arg("--presign=86400").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(" s in place of 86400 s: its credentials end at "), "{said}");
    let arrived = server.join().unwrap();
    verify(&arrived, "s", Some("tick"));
    let expires = arrived.target.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Expires=")).unwrap();
    assert!((1..=1800).contains(&expires.parse::<u32>().unwrap()), "{expires}");
}

#[test]
fn a_call_with_credentials_that_have_ended_is_not_made() {
    let once = OneRequestServer::new("127.0.0.1").unwrap();
    let url = format!("http://127.0.0.1:{}/", once.port);
    for arguments in [&[][..], &["--presign"]] {
        let mut command = call(&url, "s");
        command.env("AWS_SESSION_TOKEN", "tick").env("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:36:00Z");
        let said = refused(&command.args(arguments).output().unwrap());
        assert!(said.contains("expired credentials: they ended at 20150830T123600Z"), "{said}");
    }
    once.was_left_alone();
}
