//! Canonical requests and strings to sign in the debug logs of clients.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sig4::explain::{Certainty, ClientLog, Explainer, Report};
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};
use std::fs;
use std::path::PathBuf;

const CANONICAL: &str = "GET\n/a%2520b\nx=1\nhost:abc.execute-api.us-east-1.amazonaws.com\nx-amz-date:20260301T120000Z\n\n\
                         host;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const TO_SIGN: &str = "AWS4-HMAC-SHA256\n20260301T120000Z\n20260301/us-east-1/execute-api/aws4_request\n\
                       b08933f1aabddd29c79a7bb3de8123b58fae301bbf392b2d1edb6cf872be7e36";

/// A log that a client wrote. Its version is in its name.
fn log(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/sig4-cli/tests/subjects/logs");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_logs_of_clients_are_read() {
    for (name, client, signings) in [
        ("botocore-1.43.log", Some("botocore"), 2),
        ("awscrt-0.38.log", Some("botocore with awscrt"), 1),
        ("aws-sdk-go-1.44.log", Some("aws-sdk-go-v2"), 1),
        ("aws-sdk-go-v2-1.17.log", Some("aws-sdk-go-v2"), 1),
        ("aws-sigv4-1.6-plain.log", Some("aws-sdk-rust"), 1),
        ("aws-sigv4-1.6-json.log", Some("aws-sdk-rust"), 1),
        ("aws-sigv4-1.6-ansi.log", Some("aws-sdk-rust"), 1),
        ("smithy-signature-v4-5.log", None, 1),
        ("aws4-1.13.log", None, 1),
        ("aws4fetch-1.0.log", None, 1),
        ("awscurl-0.44.log", Some("awscurl"), 1),
        ("s3cmd-2.4.log", Some("s3cmd"), 2),
    ] {
        let log = ClientLog::parse(&log(name));
        assert_eq!((log.client(), log.signings().len()), (client, signings), "{name}");
        for signing in log.signings() {
            let canonical = signing.canonical_request().unwrap_or_else(|| panic!("{name}"));
            if let Some(to_sign) = signing.string_to_sign() {
                assert!(to_sign.ends_with(&hex::encode(Sha256::digest(canonical))), "{name}: {canonical}\n{to_sign}");
            }
        }
    }
}

/// The frames that loggers, collectors and people put around what a client signed.
#[test]
fn frames_are_cut_off() {
    let prefixed = |prefix: &str| -> String {
        let line = |(n, line): (usize, &str)| format!("{}{line}\n", prefix.replace("NN", &(n * 7).to_string()));
        format!("{CANONICAL}\n{TO_SIGN}").lines().enumerate().map(line).collect()
    };
    let trimmed = |prefix: &str| prefixed(prefix).lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    let json = serde_json::json!({ "creq": CANONICAL, "sts": TO_SIGN }).to_string();
    let logs: Vec<(&str, String)> = vec![
        (
            "Java 1",
            format!("DEBUG c.a.auth - AWS4 Canonical Request: '\"{CANONICAL}\"\nAWS4 String to Sign: '\"{TO_SIGN}\"\n"),
        ),
        (
            "Java 2",
            format!(
                "12:00:00 [main] DEBUG s.a - AWS4 Canonical Request: {CANONICAL}\n12:00:00 AWS4 String to sign: {TO_SIGN}\n12:00:00 done\n"
            ),
        ),
        (
            "C++",
            format!(
                "[DEBUG] 2026 AWSAuthV4Signer [1] Canonical Request String: {CANONICAL}\n[DEBUG] Final String to sign: {TO_SIGN}\n"
            ),
        ),
        ("boto 2", format!("CanonicalRequest:\n{CANONICAL}\nStringToSign:\n{TO_SIGN}\n")),
        (".NET", format!("CanonicalRequest = {CANONICAL}; StringToSign = {TO_SIGN}; ServiceName = x")),
        (
            "curl",
            format!(
                "* aws_sigv4: Canonical request (enclosed in []) - [{CANONICAL}]\n* aws_sigv4: String to sign (enclosed in []) - [{TO_SIGN}]\n"
            ),
        ),
        ("JSON", json.clone()),
        ("JSON in JSON", serde_json::json!({ "log": json, "stream": "stderr" }).to_string()),
        ("JSON three times", serde_json::json!({ "log": serde_json::json!({ "log": json }).to_string() }).to_string()),
        ("Python repr", format!("creq={:?} sts={:?}", CANONICAL, TO_SIGN).replace('"', "'")),
        ("rsyslog", format!("app: creq {CANONICAL}\n sts {TO_SIGN}").replace('\n', "#012")),
        ("Ruby", format!("canonical request:\n{CANONICAL}\nstring to sign:\n{TO_SIGN}\n")),
        ("container", prefixed("2026-03-01T12:00:00.NNZ stdout F ")),
        ("compose", prefixed("web-1  | ")),
        ("compose, trimmed", trimmed("web-1  | ")),
        ("syslog", prefixed("Mar  1 12:00:NN host app[4711]: ")),
        ("colours", prefixed("\u{1b}[2m12:00:NN\u{1b}[0m \u{1b}[34mDEBUG\u{1b}[0m ")),
        ("Windows", format!("AWS4 Canonical Request: {CANONICAL}\nString: {TO_SIGN}\n").replace('\n', "\r\n")),
        ("quoted mail", prefixed("> ")),
        ("indented", prefixed("        ")),
        ("one after the other", format!("{CANONICAL}\n{TO_SIGN}")),
    ];
    for (name, text) in logs {
        let log = ClientLog::parse(&text);
        assert_eq!(log.canonical_request(), Some(CANONICAL), "{name}: {text}");
        assert_eq!(log.string_to_sign(), Some(TO_SIGN), "{name}: {text}");
        assert_eq!(log.signings().len(), 1, "{name}: {text}");
        assert_eq!(log.missing(), None, "{name}");
    }
}

#[test]
fn wrong_canonical_requests_are_cut_out_as_they_are() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for (from, to) in [
        ("GET", "get"),
        ("/a%2520b", "/a b"),
        ("/a%2520b", "a%2520b"),
        ("/a%2520b", ""),
        ("x=1", "x=ü&y=a b"),
        ("x-amz-date", "x-empty;\nX-Amz-Date"),
        ("x-amz-date:", "x-a:\nx-a: 1, 2:3\nx-amz-date:"),
        ("\n\n", "\n"),
        ("host;x-amz-date", "host;;x-amz-date;"),
        (hash, "UNSIGNED-PAYLOAD"),
        (hash, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        (hash, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"),
        (hash, "{\"a\": 1}"),
        (hash, ""),
        (hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"),
    ] {
        let signed = CANONICAL.replacen(from, to, 1);
        let text =
            format!("12:00:00 DEBUG Canonical Request: '{signed}'\n12:00:00 DEBUG String to Sign: '{TO_SIGN}'\n");
        let log = ClientLog::parse(&text);
        assert_eq!(log.canonical_request(), Some(&*signed), "{from} to {to}");
        assert_eq!(log.string_to_sign(), Some(TO_SIGN), "{from} to {to}");
    }
}

/// A file that has nothing else is what the client signed, byte for byte.
#[test]
fn a_bare_text_is_taken_as_it_is() {
    for text in [
        CANONICAL.to_owned(),
        CANONICAL.replace('\n', "\r\n"),
        format!("{CANONICAL}\n"),
        format!("{CANONICAL}\r\n\r\n"),
        CANONICAL.replace("\n\n", "\n"),
        CANONICAL.replace("GET", "get"),
        CANONICAL.replace(";x-amz-date\n", ";x-amz-date\n{not a hash}"),
        "GET\n/\n\nhost:h\n\nhost\ne3b0".to_owned(),
        "PROPFIND\n/\n\nhost:h\n\nhost\ne3b0".to_owned(),
    ] {
        assert_eq!(ClientLog::parse(&text).canonical_request(), Some(&*text), "{text}");
    }
    assert_eq!(ClientLog::parse(&format!("{TO_SIGN}\r\n")).string_to_sign(), Some(&*format!("{TO_SIGN}\r\n")));
}

#[test]
fn the_signing_of_the_request_is_taken_and_else_the_last_one() {
    let of = |path: &str, second: u32| {
        let date = format!("20260301T1200{second:02}Z");
        CANONICAL.replace("/a%2520b", path).replace("20260301T120000Z", &date)
    };
    let signature = |n: u32| format!("Signature:\n{n:064x}\n");
    let path_of = |text: &str, request: &RequestView<'_>| {
        let log = ClientLog::parse(text);
        let canonical = log.signing_of(request).unwrap().canonical_request().unwrap().to_owned();
        canonical.lines().nth(1).unwrap().to_owned()
    };
    let text =
        [of("/a", 1), signature(1), of("/b", 2), signature(2), of("/b", 2), signature(3), of("/c", 3), signature(4)];
    let text: String = text.iter().map(|part| format!("{part}\n")).collect();
    let view = |path: &'static str, headers: &'static [(&'static str, &'static str)]| {
        path_of(&text, &RequestView::new("GET", path, Some("x=1"), &headers))
    };
    assert_eq!(view("/a", &[("X-Amz-Date", "20260301T120001Z")]), "/a");
    assert_eq!(view("/other", &[("x-amz-date", "20260301T120001Z")]), "/a", "the time counts more than the path");
    assert_eq!(view("/b", &[]), "/b");
    assert_eq!(view("/other", &[]), "/c", "the last one");
    let by_signature = [(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=A/20260301/r/s/aws4_request, SignedHeaders=host, \
         Signature=0000000000000000000000000000000000000000000000000000000000000002",
    )];
    assert_eq!(path_of(&text, &RequestView::new("GET", "/c", None, &by_signature)), "/b", "the signature counts most");
    let presigned = "X-Amz-Date=20260301T120001Z&X-Amz-Signature=1";
    assert_eq!(path_of(&text, &RequestView::new("GET", "/c", Some(presigned), &[("Host", "h")])), "/a");
}

#[test]
fn what_a_log_lacks_is_said_and_not_guessed() {
    let endpoint =
        "2026-03-01 12:00:00,1 botocore.endpoint [DEBUG] Making request for GET\n/path with params: {'url_path': '/'}";
    let crt = "Sending http request: headers={'User-Agent': b'Boto3/1.44.8 md/awscrt#0.38.0'}";
    let java = "12:00:00 [main] DEBUG software.amazon.awssdk.request - Sending Request: GET\n/\nhost: h\n";
    let sdk = "User-Agent: aws-sdk-nodejs/2.1 GET\n/path\n";
    for (text, said) in [
        (endpoint, "boto3.set_stream_logger('')"),
        (crt, "awscrt.io.init_logging"),
        (java, "TRACE"),
        (sdk, "createCanonicalRequest"),
        ("> GET / HTTP/1.1\n> User-Agent: curl/7.88.1\n> Host: h\n", "curl 8.14"),
        ("nothing of interest", "let the client write its debug log"),
        ("", "let the client write its debug log"),
    ] {
        let log = ClientLog::parse(text);
        assert_eq!((log.canonical_request(), log.string_to_sign(), log.signings().len()), (None, None, 0), "{text}");
        let missing = log.missing().unwrap();
        assert!(missing.starts_with("the log has no canonical request") && missing.contains(said), "{missing}");
    }
    let cut = CANONICAL.split_once("\n\n").unwrap().0;
    let log = ClientLog::parse(&format!("AWS4 Canonical Request: {cut}"));
    assert!(log.canonical_request().is_none() && log.missing().unwrap().contains("is cut off"), "{:?}", log.missing());
}

/// A debug log has AWS's answer, too, with the canonical request that AWS computed.
#[test]
fn the_canonical_request_of_awss_answer_is_not_the_clients() {
    let theirs = CANONICAL.replace("%2520", "%252520");
    let xml = format!("<StringToSign>{TO_SIGN}</StringToSign><CanonicalRequest>{theirs}</CanonicalRequest>");
    let json = format!(
        "The Canonical String for this request should have been\n'{theirs}'\n\nThe String-to-Sign should have been\n'{TO_SIGN}'\n"
    );
    for answer in [&xml, &format!("Response body: {xml:?}"), &json, &serde_json::json!({ "message": json }).to_string()]
    {
        let log = ClientLog::parse(&format!("DEBUG CanonicalRequest:\n{CANONICAL}\nDEBUG answer:\n{answer}\n"));
        assert_eq!(log.canonical_request(), Some(CANONICAL), "{answer}");
        let log = ClientLog::parse(answer);
        assert_eq!(log.canonical_request(), None, "{answer}");
        assert!(log.missing().unwrap().contains("AWS's answer"), "{answer}");
    }
}

#[test]
fn any_text_is_read_without_a_panic() {
    let text = format!("DEBUG CanonicalRequest:\nGET\r\n/ü \u{1b}[2m\nx\nhost:h\n\nhost\n'{CANONICAL}'\\n\\n\\n\\u00");
    for cut in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        let (before, after) = text.split_at(cut);
        for part in [before, after] {
            let log = ClientLog::parse(part);
            assert!(log.canonical_request().is_none_or(|found| found.contains('\n')), "{part}");
        }
    }
}

/// A request to `/a%20b` whose signature is that of a string to sign, with the secret's key.
fn explained(canonical: Option<&str>, signed: &str, log: &str) -> Report {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let credentials = Credentials::new("AKIDEXAMPLE", secret).unwrap();
    let tag = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let secret = ["AWS4", secret].concat().into_bytes();
    let parts = ["20260301", "us-east-1", "execute-api", "aws4_request"];
    let key = parts.iter().fold(secret, |key: Vec<u8>, part| tag(&key, part));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, \
         Signature={}",
        hex::encode(tag(&key, signed))
    );
    let host = "abc.execute-api.us-east-1.amazonaws.com";
    let headers = [("Host", host), ("X-Amz-Date", "20260301T120000Z"), ("Authorization", &authorization)];
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let mut explainer = Explainer::new(&verifier, &credentials).with_client_string_to_sign(log);
    if let Some(canonical) = canonical {
        explainer = explainer.with_client_canonical_request(canonical);
    }
    let now = Timestamp::parse("20260301T120000Z").unwrap().to_datetime();
    explainer.report(&RequestView::new("GET", "/a%20b", Some("x=1"), &headers), b"", now)
}

/// What the search cannot try is in the client's own string to sign.
#[test]
fn the_string_to_sign_tells_what_is_wrong() {
    let odd = CANONICAL.replace("/a%2520b", "/somewhere/else").replace("x=1", "y=2");
    let of = |canonical: &str| hex::encode(Sha256::digest(canonical));
    let with_hash = |canonical: &str| TO_SIGN.replace(&of(CANONICAL), &of(canonical));
    let late = |text: &str| text.replace("20260301T120000Z", "20260301T115500Z");
    for (canonical, signed, name, certainty) in [
        (None, late(TO_SIGN), "date-other-than-signed", Certainty::Certain),
        (None, TO_SIGN.replace("us-east-1", "mars-1"), "string-to-sign-scope", Certainty::Certain),
        (None, TO_SIGN.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), "string-to-sign-algorithm", Certainty::Certain),
        (None, with_hash(&odd), "canonical-request-differs", Certainty::Likely),
        (Some(&*odd), late(&with_hash(&odd)), "path-changed+query-changed+date-other-than-signed", Certainty::Certain),
        (Some(&*odd), with_hash("another"), "string-to-sign-hash-other", Certainty::Certain),
    ] {
        let report = explained(canonical, &signed, &signed);
        let finding = &report.findings()[0];
        assert_eq!((finding.name(), finding.certainty()), (name, certainty), "{report}");
    }
    // The text is right and the signature is not: so is the key.
    let report = explained(Some(CANONICAL), "something else", TO_SIGN);
    let finding = &report.findings()[0];
    assert_eq!((finding.name(), finding.certainty()), ("secret-of-other-key", Certainty::Likely), "{report}");
    // What is no string to sign says nothing.
    let report = explained(None, "something else", "noise\nof\na log");
    assert!(report.findings().iter().all(|finding| finding.certainty() == Certainty::Possible), "{report}");
}
