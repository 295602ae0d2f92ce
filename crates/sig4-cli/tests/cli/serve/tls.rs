//! `sig4 serve --tls`: HTTPS with a certificate that clients of this machine can trust.

use crate::serve::serving::{ALLOWED, DENIED, SEED, Serving, folder, sig4};
use serde_json::Value;
use sig4_test_support::need::Need;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn serving(cache: &Path, arguments: &[&str]) -> Serving {
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0", "--demo-seed", SEED]).args(arguments);
    Serving::of(command.env("XDG_CACHE_HOME", cache))
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn sig4_call_trusts_the_server_and_nobody_else_does_until_told() {
    let cache = folder("tls-call");
    let serving = serving(&cache, &["--tls"]);
    assert!(serving.url.starts_with("https://127.0.0.1:"), "{}", serving.url);
    let call = |cache: &Path| {
        let mut command = sig4();
        command.env("AWS_ACCESS_KEY_ID", ALLOWED).env("AWS_SECRET_ACCESS_KEY", serving.secret(ALLOWED));
        let call = ["call", "--region", "us-east-1", "-d", "text", &(serving.url.clone() + "/hello")];
        command.env("XDG_CACHE_HOME", cache).args(call).output().unwrap()
    };
    assert!(text(call(&cache)).contains("text"));
    assert!(!call(&folder("tls-other")).status.success(), "another user does not trust it");
    let authority = cache.join("sig4/tls/authority.pem");
    let line = &serving.banner[1];
    assert!(line.contains(&format!("clients trust {} (SHA-256 ", authority.display())), "{line}");
    assert!(serving.banner.iter().any(|line| line.contains(&format!("--cacert {}", authority.display()))));
    assert!(!serving.banner.join("\n").contains("PRIVATE KEY"));
}

/// The authority is for hosts of this machine, also if a redirect of this machine leads there.
#[test]
fn a_redirect_to_the_server_is_followed() {
    let cache = folder("tls-redirect");
    let serving = serving(&cache, &["--tls"]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", serving.url);
    let redirecting = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        std::io::Write::write_all(&mut stream, answer.as_bytes()).unwrap();
    });
    let mut call = sig4();
    call.env("AWS_ACCESS_KEY_ID", ALLOWED).env("AWS_SECRET_ACCESS_KEY", "hush").env("XDG_CACHE_HOME", &cache);
    let output = call.args(["call", "--region", "us-east-1", "-L", &url]).output().unwrap();
    redirecting.join().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("Forbidden"), "the server answers what is not signed for it: {output:?}");
}

#[test]
fn sig4_call_is_told_why_it_is_refused() {
    let cache = folder("tls-told");
    let serving = serving(&cache, &["--tls"]);
    let body = "x".repeat(1 << 20);
    let file = cache.join("body");
    fs::write(&file, body).unwrap();
    let data = format!("@{}", file.display());
    let (allowed, denied) = (serving.secret(ALLOWED), serving.secret(DENIED));
    for (key, secret, cause) in [
        (ALLOWED, "wrong", "signature-mismatch"),
        (DENIED, denied.as_str(), "not-authorized"),
        ("AKIDNOBODY", allowed.as_str(), "access-key-unknown"),
    ] {
        for (protocol, version) in [(&[][..], "HTTP/2"), (&["--http1.1"], "HTTP/1.1")] {
            let mut call = sig4();
            call.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", secret).env("XDG_CACHE_HOME", &cache);
            call.args(["call", "--region", "us-east-1", "-i", "-d", &data, &serving.url]).args(protocol);
            let output = call.output().unwrap();
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(out.starts_with(&format!("{version} 403 Forbidden\n")), "{output:?}");
            assert!(err.contains(&format!("\n  {cause}: ")), "{cause}: {err}");
        }
    }
}

#[test]
fn curl_speaks_http_2_with_the_authority_that_is_exported() {
    if !Need::Curl.runs("no call of curl over HTTPS was tried") {
        return;
    }
    let cache = folder("tls-curl");
    let exported = cache.join("exported.pem");
    let export = |file: &str| sig4().args(["serve", "--tls-export", file]).env("XDG_CACHE_HOME", &cache).output();
    text(export(exported.to_str().unwrap()).unwrap());
    assert_eq!(text(export("-").unwrap()), fs::read_to_string(&exported).unwrap(), "it is made once");
    let serving = serving(&cache, &["--tls"]);
    let port = serving.url.rsplit(':').next().unwrap();
    let curl = |arguments: &[&str]| {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "-X", "OPTIONS"]);
        curl.args(arguments).output().unwrap()
    };
    let trust = ["--cacert", exported.to_str().unwrap()];
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("https://{host}:{port}/x");
        assert_eq!(text(curl(&[trust[0], trust[1], &url])), "2 200");
        assert_eq!(text(curl(&[trust[0], trust[1], "--http1.1", &url])), "1.1 200");
        assert!(!curl(&[&url]).status.success(), "nobody trusts it without being told");
    }
    let plain = text(curl(&[&format!("http://127.0.0.1:{port}/x")]));
    assert_eq!(plain, "1.1 400");
}

#[test]
fn examples_and_json_name_the_authority() {
    let cache = folder("tls examples");
    let examples = sig4().args(["serve", "--tls", "--examples"]).env("XDG_CACHE_HOME", &cache).output().unwrap();
    let examples = text(examples);
    let file = format!("'{}'", cache.join("sig4/tls/authority.pem").display());
    for begin in ["--cacert ", "REQUESTS_CA_BUNDLE=", "NODE_EXTRA_CA_CERTS=", "SSL_CERT_FILE="] {
        assert!(examples.contains(&format!("{begin}{file} ")), "{begin}: {examples}");
    }
    assert!(examples.contains("https://127.0.0.1:3000") && !examples.contains("http://"), "{examples}");
    assert!(!cache.join("sig4").exists(), "examples make nothing");
    let plain = text(sig4().args(["serve", "--examples"]).output().unwrap());
    assert!(!plain.contains("authority.pem"));
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0", "--tls", "--json"]).env("XDG_CACHE_HOME", &cache);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let banner: Value = serde_json::from_str(&line).unwrap();
    assert!(banner["url"].as_str().unwrap().starts_with("https://"));
    assert_eq!(banner["authority"]["sha256"].as_str().unwrap().len(), 32 * 3 - 1);
}

#[test]
fn a_certificate_that_was_renewed_is_served_with_watch() {
    let folder = folder("tls-renewed");
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let write = || {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        fs::write(&cert, made.cert.pem()).unwrap();
    };
    write();
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let serving = serving(&folder, &["--tls-cert", cert, "--tls-key", key, "--watch"]);
    let old = folder.join("old.pem");
    fs::copy(cert, &old).unwrap();
    let trusts = |file: &str| {
        let mut call = sig4();
        call.env("AWS_ACCESS_KEY_ID", ALLOWED).env("AWS_SECRET_ACCESS_KEY", serving.secret(ALLOWED));
        call.args(["call", "--region", "us-east-1", "--cacert", file, &serving.url]).output().unwrap().status.success()
    };
    assert!(trusts(cert));
    write();
    serving.error_with("loaded again: ");
    assert!(trusts(cert) && !trusts(old.to_str().unwrap()));
}

#[test]
fn a_certificate_can_be_given() {
    let folder = folder("tls-given");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = |name: &str, text: String| {
        fs::write(folder.join(name), text).unwrap();
        folder.join(name).to_str().unwrap().to_owned()
    };
    let (cert, key) = (file("cert.pem", made.cert.pem()), file("key.pem", made.signing_key.serialize_pem()));
    let other = file("other.pem", other.signing_key.serialize_pem());
    let serving = serving(&folder, &["--tls-cert", &cert, "--tls-key", &key]);
    let mut call = sig4();
    call.env("AWS_ACCESS_KEY_ID", ALLOWED).env("AWS_SECRET_ACCESS_KEY", serving.secret(ALLOWED));
    let call = call.args(["call", "--region", "us-east-1", "--cacert", &cert, &serving.url]).output().unwrap();
    assert!(call.status.success(), "{call:?}");
    assert!(!folder.join("sig4").exists(), "no authority is made");
    let refused = |arguments: &[&str]| {
        let output = sig4().args(["serve", "--listen", ":0"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let text = refused(&["--tls-cert", &cert, "--tls-key", &other]);
    assert!(text.contains("the private key does not belong to the first certificate"), "{text}");
    assert!(refused(&["--tls-cert", &cert, "--tls-key", "gone.pem"]).contains("cannot read gone.pem"));
    assert!(refused(&["--tls-cert", &cert]).contains("--tls-key"));
    assert!(refused(&["--tls", "--tls-cert", &cert, "--tls-key", &key]).contains("cannot be used with"));
}
