//! `sig4 verify`, run as a user runs it.

mod explain;

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "AQoDYXdzEPT//wEXAMPLEtc764bNrC9SAPBSM22+wDOk4x4H==";
const AT: &str = "20150830T123600Z";
const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";

/// `sig4` with the example's credentials and nothing else in its environment.
fn sig4(command: &str) -> Command {
    let mut sig4 = Command::new(env!("CARGO_BIN_EXE_sig4"));
    sig4.arg(command).env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    sig4.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET).args(["--at", AT]);
    sig4
}

/// Runs the command on `input`. Nothing that it ever prints holds the secret key or the session token.
fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may end without reading, such as on a bad option.
    let _unread = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let all = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
    for secret in ["wJalrXUtnFEMI", "AQoDYXdzEPT"] {
        assert!(!all.contains(secret), "{all}");
    }
    output
}

/// The exit status, and what was printed.
fn told(command: &mut Command, input: &str) -> (i32, String) {
    let output = run(command, input.as_bytes());
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// What a command says that does not get as far as an answer.
fn misused(command: &mut Command, input: &[u8]) -> String {
    let output = run(command, input);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), b"".as_slice()), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A raw request that `sig4 sign` signed, with `args` on its command line.
fn signed_with(method: &str, url: &str, body: &str, args: &[&str]) -> String {
    let mut command = sig4("sign");
    command.args([method, url, "--data-raw", body, "-H", "content-type:"]).args(args);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let headers = String::from_utf8(output.stdout).unwrap();
    let (host, target) = url.split_once("://").unwrap().1.split_once('/').unwrap();
    let host = if headers.to_lowercase().contains("host: ") { String::new() } else { format!("Host: {host}\n") };
    format!("{method} /{target} HTTP/1.1\n{host}{headers}\n{body}")
}

fn signed(method: &str, url: &str, body: &str) -> String {
    signed_with(method, url, body, &[])
}

/// An order that is signed rightly.
fn order() -> String {
    signed("POST", &format!("https://{HOST}/orders/a%20b?x=1"), r#"{"a":1}"#)
}

/// A GET presigned for a minute.
fn presigned(url: &str, token: Option<&str>) -> String {
    let mut command = sig4("sign");
    command.args(["GET", url, "--presign", "60"]).envs(token.map(|token| ("AWS_SESSION_TOKEN", token)));
    let url = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let (host, target) = url.trim_end().split_once("://").unwrap().1.split_once('/').unwrap();
    format!("GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

/// A directory of this test's own, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-verify-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_signed_request_is_verified_from_standard_input_and_from_a_file() {
    let expected = format!(
        "verified: {ID} signed POST /orders/a%20b at {AT} (header)\nsigned headers: host;x-amz-date\nbody: signed\n"
    );
    let scratch = Scratch::new("file");
    for request in [order(), order().replacen("\n\n", "\r\n\r\n", 1)] {
        assert_eq!(told(&mut sig4("verify"), &request), (0, expected.clone()));
        let file = scratch.write("request", &request);
        assert_eq!(told(sig4("verify").args(["-f", &file]), ""), (0, expected.clone()));
        assert_eq!(told(sig4("verify").args(["--file", &file]), ""), (0, expected.clone()));
    }
}

#[test]
fn a_presigned_url_is_verified() {
    let url = "https://bucket.s3.us-east-1.amazonaws.com/key";
    let text = presigned(url, None);
    let expected = format!("verified: {ID} signed GET /key at {AT} (query)\nsigned headers: host\nbody: not signed\n");
    assert_eq!(told(&mut sig4("verify"), &text), (0, expected.clone()));
    let text = presigned(url, Some(TOKEN));
    assert_eq!(told(sig4("verify").env("AWS_SESSION_TOKEN", TOKEN), &text), (0, expected));
    let (status, said) = told(&mut sig4("verify"), &text);
    assert_eq!(status, 1);
    assert!(said.starts_with("refused: InvalidToken (400): The provided token is malformed"), "{said}");
}

#[test]
fn what_was_changed_on_the_way_is_refused() {
    let mismatch = "refused: InvalidSignatureException (403): The request signature we calculated does not match";
    for (from, to) in
        [("POST", "PUT"), ("x=1", "x=2"), ("a%20b", "a%20c"), (r#"{"a":1}"#, "{}"), ("Host: a", "Host: b")]
    {
        let (status, said) =
            told(sig4("verify").args(["--region=us-east-1", "--service=execute-api"]), &order().replacen(from, to, 1));
        assert_eq!(status, 1, "{from}");
        assert!(said.starts_with(mismatch) && said.lines().count() == 1, "{from}: {said}");
    }
}

#[test]
fn every_refusal_is_in_awss_words() {
    let stripped: String =
        order().lines().filter(|l| !l.starts_with("authorization")).map(|l| format!("{l}\n")).collect();
    let other_key = order().replace(ID, "AKIDOTHER");
    let other_region = order().replace("us-east-1/execute-api", "eu-west-1/execute-api");
    for (request, expected) in [
        (stripped, "MissingAuthenticationTokenException (403): Missing Authentication Token"),
        (other_key, "UnrecognizedClientException (403): The security token included in the request is invalid."),
        (
            other_region,
            "InvalidSignatureException (403): Credential should be scoped to a valid region, not 'eu-west-1'.",
        ),
    ] {
        assert_eq!(told(&mut sig4("verify"), &request), (1, format!("refused: {expected}\n")));
    }
    let mut late = Command::new(env!("CARGO_BIN_EXE_sig4"));
    late.args(["verify", "--at=20150830T124101Z"]).env_clear();
    late.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    let (status, said) = told(&mut late, &order());
    assert_eq!(status, 1);
    assert!(said.contains("Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z"), "{said}");
}

/// An unset variable must not verify what was signed with the empty secret.
#[test]
fn a_blank_secret_verifies_nothing() {
    for command in ["verify", "explain"] {
        for secret in ["", " ", "\n"] {
            let said = misused(sig4(command).env("AWS_SECRET_ACCESS_KEY", secret), order().as_bytes());
            assert!(said.contains("AWS_SECRET_ACCESS_KEY is not"), "{said}");
        }
    }
}

#[test]
fn without_a_time_of_receipt_it_is_now() {
    let mut now = Command::new(env!("CARGO_BIN_EXE_sig4"));
    now.arg("verify").env_clear().env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    let (status, said) = told(&mut now, &order());
    assert!(status == 1 && said.contains("Signature expired"), "{said}");
}

#[test]
fn the_outcome_is_a_json_object() {
    let json = |request: &str| {
        let (status, text) = told(sig4("verify").arg("--json"), request);
        assert_eq!(text.lines().count(), 1, "{text}");
        (status, serde_json::from_str::<Value>(&text).unwrap())
    };
    let (status, verified) = json(&order());
    let expected = serde_json::json!({
        "verified": true, "access_key_id": ID, "scope": "20150830/us-east-1/execute-api/aws4_request", "timestamp": AT,
        "carrier": "header", "signed_headers": ["host", "x-amz-date"], "signed_body": true,
    });
    assert_eq!((status, verified), (0, expected));
    let (status, refused) = json(&order().replace("x=1", "x=2"));
    assert_eq!(status, 1);
    assert_eq!(refused["verified"], false);
    assert_eq!((&refused["code"], &refused["status"]), (&"InvalidSignatureException".into(), &403.into()));
    assert!(refused["reason"].as_str().unwrap().starts_with("signature mismatch: "), "{refused}");
}

#[test]
fn what_is_no_request_or_has_no_key_is_a_usage_error() {
    let scratch = Scratch::new("usage");
    let bytes = scratch.write("bytes", [b'G', 0xff, b'\n']);
    for command in ["verify", "explain"] {
        for input in ["", "GET", "GET /\nno colon\n\n", "GET /\nContent-Length: x\n\n"] {
            let said = misused(&mut sig4(command), input.as_bytes());
            assert!(said.starts_with("sig4: ") && said.lines().count() == 1, "{command} {input}: {said}");
        }
        let said = misused(sig4(command).args(["-f", "/nonexistent/request"]), b"");
        assert!(said.contains("/nonexistent/request"), "{said}");
        misused(sig4(command).args(["-f", &bytes]), b"");
        let said = misused(sig4(command).env_remove("AWS_SECRET_ACCESS_KEY"), order().as_bytes());
        assert!(said.contains("AWS_SECRET_ACCESS_KEY is not"), "{said}");
        for option in ["--nonsense", "--at=now", "--path-encoding=twice"] {
            assert_eq!(run(sig4(command).arg(option), b"").status.code(), Some(2), "{option}");
        }
        let said = misused(&mut sig4(command), b"GET / HTTP/1.1\nAuthorization: x\nHost: localhost:8080\n\n");
        assert!(
            said.contains("neither the host `localhost:8080` nor a signature names the region: give --region"),
            "{said}"
        );
        let said = misused(&mut sig4(command), b"GET / HTTP/1.1\nAuthorization: x\n\n");
        assert!(said.contains("the request has no host, and no signature names the region: give --region"), "{said}");
    }
}

#[test]
fn a_request_without_a_signature_needs_no_region() {
    for (command, words) in [("verify", "Missing Authentication Token"), ("explain", "not-signed (certain)")] {
        let output = run(&mut sig4(command), b"GET / HTTP/1.1\nHost: localhost:8080\n\n");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(String::from_utf8(output.stdout).unwrap().contains(words), "{command}");
    }
}

#[test]
fn the_place_is_the_options_then_the_hosts_then_the_requests_own() {
    let local = signed_with("GET", "http://localhost:8080/a", "", &["--region", "eu-west-1", "--service", "lambda"]);
    let output = run(&mut sig4("verify"), local.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "sig4: region eu-west-1, from the signature\nsig4: service lambda, from the signature\n");
    let output = run(&mut sig4("verify"), order().as_bytes());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "sig4: region us-east-1, from the host\nsig4: service execute-api, from the host\n");
    let output = run(sig4("verify").args(["--region=us-east-2", "--service=sqs"]), order().as_bytes());
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), b"".as_slice()));
    assert!(String::from_utf8(output.stdout).unwrap().contains("Credential should be scoped to a valid region"));
}

#[test]
fn a_service_is_described_by_options() {
    let at = |host: &str, service: &str| {
        let url = format!("https://{host}/a%2Bb//c?d");
        signed_with("GET", &url, "", &["--region=us-east-1", "--service", service])
    };
    let verify = |request: &str, args: &[&str]| told(sig4("verify").args(args), request).0;
    let gateway = at("h:8443", "execute-api");
    assert_eq!(verify(&gateway, &[]), 0);
    assert_eq!(verify(&gateway, &["--no-normalize"]), 1);
    assert_eq!(verify(&gateway, &["--path-encoding=verbatim"]), 1);
    assert_eq!(verify(&gateway, &["--path-encoding=double", "--scheme=https"]), 0);
    assert_eq!(verify(&gateway.replace("Host: h:8443", "Host: inner"), &["--authority=h:8443"]), 0);
    let s3 = at("h", "s3");
    assert_eq!(verify(&s3, &["--path-encoding=canonical"]), 0);
    assert_eq!(verify(&s3, &["--path-encoding=double"]), 1);
    let unsigned = signed_with("POST", &format!("https://{HOST}/a"), "x", &["--unsigned-payload"]);
    assert_eq!(verify(&unsigned, &[]), 1);
    assert_eq!(verify(&unsigned, &["--unsigned-payload"]), 0);
    let spaced = order().replace(", Signature", ", Version=1, Signature");
    assert_eq!(verify(&spaced, &[]), 1);
    assert_eq!(verify(&spaced, &["--as-aws"]), 0);
}

/// A body in chunks is what the chunks hold; a length that can be read in two ways is none.
#[test]
fn a_body_in_chunks_is_put_together_and_an_ambiguous_length_is_refused() {
    let (head, body) = order().split_once("\n\n").map(|(head, body)| (head.to_owned(), body.to_owned())).unwrap();
    let (first, second) = body.split_at(3);
    let chunks = format!("3\r\n{first}\r\n{:x};x=1\r\n{second}\r\n0\r\n\r\n", second.len());
    let (status, said) = told(&mut sig4("verify"), &format!("{head}\nTransfer-Encoding: chunked\n\n{chunks}"));
    assert_eq!(status, 0, "{said}");
    for lengths in ["Content-Length: 7\nContent-Length: 3", "Content-Length: +7", "Content-Length: "] {
        misused(&mut sig4("verify"), format!("{head}\n{lengths}\n\n{body}").as_bytes());
    }
    let cut = &chunks[..chunks.len() - 8];
    misused(&mut sig4("verify"), format!("{head}\nTransfer-Encoding: chunked\n\n{cut}").as_bytes());
}

/// `--region-set` signs with Signature Version 4a, which `--sigv4a` accepts, and nothing else does.
#[test]
fn signature_version_4a_is_signed_and_accepted_on_demand() {
    let url = format!("https://{HOST}/orders?a=1");
    let signed = |arguments: &[&str]| {
        let output = run(sig4("sign").arg(&url).args(["--format", "http"]).args(arguments), b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let request = signed(&["--region-set", "us-*,eu-west-1"]);
    assert!(request.contains("AWS4-ECDSA-P256-SHA256") && request.contains("us-*,eu-west-1"), "{request}");
    for (arguments, expected, words) in [
        (&["--sigv4a"][..], 0, "x-amz-region-set"),
        (&["--sigv4a", "--region", "us-west-2"], 0, ""),
        (&["--sigv4a", "--region", "eu-west-2"], 1, "us-*,eu-west-1"),
        (&[], 1, "AWS4-ECDSA-P256-SHA256"),
    ] {
        let (status, text) = told(sig4("verify").args(arguments), &request);
        assert_eq!(status, expected, "{arguments:?} {text}");
        assert!(text.contains(words), "{text}");
    }
    // Version 4 is accepted besides.
    assert_eq!(told(sig4("verify").arg("--sigv4a"), &signed(&[])).0, 0);
    let presigned = run(sig4("presign").arg(&url).args(["--region-set", "*"]), b"");
    let presigned = String::from_utf8(presigned.stdout).unwrap();
    assert!(presigned.contains("X-Amz-Region-Set=%2A"), "{presigned}");
    assert_eq!(told(sig4("verify").args([presigned.trim(), "--sigv4a"]), "").0, 0);
    let both = run(sig4("sign").arg(&url).args(["--region-set", "*", "--region", "us-east-1"]), b"");
    assert_eq!(both.status.code(), Some(2));
}

/// The example of "Transferring Payload in Multiple Chunks" of Amazon S3: 66,560 times the letter `a` in two chunks.
fn documented_upload() -> Vec<u8> {
    let head = "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\nHost: s3.amazonaws.com\r\nx-amz-date: 20130524T000000Z\r\n\
                x-amz-storage-class: REDUCED_REDUNDANCY\r\nAuthorization: AWS4-HMAC-SHA256 \
                Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
                SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
                x-amz-decoded-content-length;x-amz-storage-class, \
                Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\r\n\
                x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nContent-Encoding: aws-chunked\r\n\
                x-amz-decoded-content-length: 66560\r\nContent-Length: 66824\r\n\r\n";
    let chunk = |len: usize, signature: &str| format!("{len:x};chunk-signature={signature}\r\n{}\r\n", "a".repeat(len));
    let chunks = [
        chunk(65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ];
    [head, &chunks.concat()].concat().into_bytes()
}

fn s3_at_that_time() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.arg("verify").env_clear().args(["--at", "20130524T000000Z"]);
    command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    command.env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    command
}

#[test]
fn a_body_in_signed_chunks_is_verified_to_its_last_byte() {
    let upload = documented_upload();
    let output = run(&mut s3_at_that_time(), &upload);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.ends_with("\nbody: signed, 66560 bytes in chunks\n"), "{said}");
    let output = run(s3_at_that_time().arg("--json"), &upload);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let decoded = serde_json::json!({ "length": 66_560, "proof": "signatures", "trailers": [] });
    assert_eq!((&json["verified"], &json["decoded_body"]), (&true.into(), &decoded));
    let mut changed = upload;
    let at = changed.len() - 300;
    changed[at] = b'b';
    let output = run(s3_at_that_time().arg("--json"), &changed);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &json["code"]), (Some(1), &"SignatureDoesNotMatch".into()));
    assert_eq!(json["reason"], "signature mismatch: the signature of a chunk does not match");
}

/// The token of S3 Express One Zone has a header and a parameter of its own, whatever the service of the signature is.
#[test]
fn the_token_of_an_s3_session_is_told_from_others() {
    let url = "https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/key";
    for service in ["s3", "s3express"] {
        let args = ["--region", "us-east-1", "--service", service];
        let session = |command: &str| {
            let mut command = sig4(command);
            command.env("AWS_SESSION_TOKEN", TOKEN).args(args);
            command
        };
        let signed = session("sign").args([url, "--s3-session", "--format", "http"]).output().unwrap();
        let signed = String::from_utf8(signed.stdout).unwrap();
        assert!(signed.contains("\nx-amz-s3session-token: ") && !signed.contains("x-amz-security-token"), "{service}");
        let url = session("presign").args([url, "--s3-session"]).output().unwrap();
        let url = String::from_utf8(url.stdout).unwrap();
        assert!(url.contains("&X-Amz-S3session-Token=") && !url.contains("X-Amz-Security-Token"), "{service}");
        let (status, text) = told(session("verify").args(["--s3-session"]), &signed);
        assert!(status == 0 && text.contains(";x-amz-s3session-token\n"), "{text}");
        let (status, text) = told(session("verify").args(["--s3-session", url.trim()]), "");
        assert_eq!(status, 0, "{text}");
        let (status, text) = told(&mut session("verify"), &signed);
        assert!(status == 1 && text.contains("InvalidToken"), "{text}");
    }
    let said = misused(sig4("sign").args([url, "--s3-session"]), b"");
    assert!(said.contains("--s3-session needs a session token"), "{said}");
}
