//! `sig4 explain`, run as a user runs it.

use super::{AT, HOST, ID, SECRET, Scratch, misused, order, presigned, run, sig4, told};
use serde_json::Value;
use sig4::explain::ClientLog;
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::path::Path;
use std::process::Command;

/// `sig4 explain` at the time of curl's requests.
fn explain_curl() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.args(["explain", "--at=20261123T230620Z"]).env_clear().env("HOME", "/nonexistent");
    command.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    command
}

/// What curl 7.88.1 sent with `--aws-sigv4 aws:amz:us-east-1:execute-api`, as a listener on the loopback interface
/// received it.
fn of_curl(start: &str, signed: &str, signature: &str, rest: &str) -> String {
    format!(
        "{start} HTTP/1.1\r\nHost: 127.0.0.1:47099\r\nAuthorization: AWS4-HMAC-SHA256 Credential={ID}/20261123/us-east-1/execute-api/aws4_request, \
         SignedHeaders={signed}, Signature={signature}\r\nX-Amz-Date: 20261123T230614Z\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n{rest}"
    )
}

#[test]
fn requests_that_curl_sent_are_explained() {
    let path = of_curl(
        "GET /orders/a%20b?x=1",
        "host;x-amz-date",
        "7ffcb83d8dbe10274ae391ab08e22c70e5ac553827576854cc20f8fbc0a7fb0e",
        "\r\n",
    );
    let query = of_curl(
        "GET /orders?limit=2&after=1",
        "host;x-amz-date",
        "e284538798bd97698e2601c94a8851f08a6cdb4d447977e8816b78e4134bc85d",
        "\r\n",
    );
    let good = of_curl(
        "POST /orders",
        "content-type;host;x-amz-date",
        "bfc19036af5f5542207d8fa26e3b860113be68bc7200864af45110938b303897",
        "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    );
    for (request, cause) in [(path, "path-encoded-once"), (query, "query-unsorted")] {
        let (status, report) = told(&mut explain_curl(), &request);
        assert_eq!(status, 1, "{report}");
        assert!(report.contains(cause), "{report}");
    }
    let (status, report) = told(&mut explain_curl(), &good);
    assert_eq!(status, 0, "{report}");
}

#[test]
fn a_right_request_has_nothing_wrong_and_a_wrong_one_is_explained() {
    for request in [order(), presigned("https://bucket.s3.us-east-1.amazonaws.com/key", None)] {
        assert_eq!(told(&mut sig4("explain"), &request).0, 0);
        let (status, report) = told(
            &mut sig4("explain"),
            &request.replace("20150830/", "20150829/").replace("20150830%2F", "20150829%2F"),
        );
        assert_eq!(status, 1);
        assert!(report.contains("scope-day"), "{report}");
        assert!(!report.contains('\u{1b}'), "a pipe is no terminal: {report}");
    }
    let scratch = Scratch::new("explain");
    let file = scratch.write("request", order().replace("POST", "post"));
    let (status, report) = told(sig4("explain").args(["-f", &file]), "");
    assert!(status == 1 && report.contains("method-not-upper-cased"), "{report}");
}

#[test]
fn a_report_is_a_json_object() {
    let wrong = order().replace("/execute-api", "/lambda");
    for (request, status, verdict) in [(order(), 0, "nothing-wrong"), (wrong, 1, "explained")] {
        let (exit, text) = told(sig4("explain").arg("--json"), &request);
        assert_eq!((exit, text.lines().count()), (status, 1), "{text}");
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["verdict"], verdict, "{report}");
    }
}

/// The canonical request of the order, as a client has it that does not encode the path again.
fn wrong_canonical(host: &str) -> String {
    let sha256 = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    format!("POST\n/orders/a%20b\nx=1\nhost:{host}\nx-amz-date:{AT}\n\nhost;x-amz-date\n{sha256}")
}

#[test]
fn the_explanation_takes_a_hint() {
    let scratch = Scratch::new("hints");
    let body = scratch.write("body", r#"{"a":1}"#);
    let sent = order().replace(r#"{"a":1}"#, r#"{"a":1,"b":2}"#);
    let (status, report) = told(sig4("explain").args(["--original-body", &body]), &sent);
    assert!(status == 1 && report.contains("payload-reserialized (certain)"), "{report}");

    let proxied = order().replace(&format!("Host: {HOST}"), "Host: 10.0.0.1:8080");
    let (status, report) = told(sig4("explain").args(["--host", "other.example.com", "--host", HOST]), &proxied);
    assert!(status == 1 && report.contains("host-of-proxy (certain)"), "{report}");

    let canonical = scratch.write("canonical", wrong_canonical(HOST));
    let right = order();
    let tampered = right.replace(signature_of(&right), &"0".repeat(64));
    let (status, report) = told(sig4("explain").args(["--canonical-request", &canonical]), &tampered);
    assert!(status == 1 && report.contains("path-encoded-once (likely)"), "{report}");
}

/// The command's answer, and its notes.
fn told_with_notes(command: &mut Command, input: &str) -> (String, String) {
    let output = run(command, input.as_bytes());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_canonical_request_is_taken_out_of_a_log() {
    let scratch = Scratch::new("logs");
    let right = order();
    let tampered = right.replace(signature_of(&right), &"0".repeat(64));
    let time = "2015-08-30 12:36:00,123 botocore.auth [DEBUG] ";
    let other = wrong_canonical(HOST).replace("x=1", "x=2").replace(AT, "20150830T123559Z");
    let log = format!("{time}CanonicalRequest:\n{}\n{time}CanonicalRequest:\n{other}\n", wrong_canonical(HOST));
    for text in [log.clone(), log.replace('\n', "\r\n"), serde_json::json!({ "log": log }).to_string()] {
        let file = scratch.write("log", text);
        let (report, notes) = told_with_notes(sig4("explain").args(["--canonical-request", &file]), &tampered);
        assert!(report.contains("path-encoded-once") && !report.contains("query"), "{report}");
        assert!(notes.contains("the log has 2 signings; number 1 fits best and is compared"), "{notes}");
    }
}

/// A log without a canonical request is no canonical request that differs in everything.
#[test]
fn a_log_that_has_no_canonical_request_accuses_nothing() {
    let scratch = Scratch::new("noise");
    let right = order();
    let tampered = right.replace(signature_of(&right), &"0".repeat(64));
    let log = "2015-08-30 12:36:00,123 botocore.endpoint [DEBUG] Making request for OperationModel(name=GetObject)\n\
               with params: {'url_path': '/a', 'headers': {'User-Agent': 'Boto3/1.44.8'}}\n\
               2015-08-30 12:36:00,124 urllib3.connectionpool [DEBUG] https://h:443 \"GET /a HTTP/1.1\" 403 None\n";
    let file = scratch.write("log", log);
    let (with_log, notes) = told_with_notes(sig4("explain").args(["--canonical-request", &file]), &tampered);
    let (without, _) = told_with_notes(&mut sig4("explain"), &tampered);
    assert_eq!(with_log, without);
    assert!(
        notes.contains("the log has no canonical request; botocore writes it")
            && notes.contains("boto3.set_stream_logger"),
        "{notes}"
    );
}

#[test]
fn the_right_signature_is_shown_to_who_asks() {
    let right = order();
    let signature = signature_of(&right);
    let wrong = right.replace(signature, &"0".repeat(64));
    for json in [&[][..], &["--json"]] {
        let (_, hidden) = told(sig4("explain").args(json), &wrong);
        assert!(!hidden.contains(signature), "{hidden}");
        let (status, shown) = told(sig4("explain").arg("--show-signature").args(json), &wrong);
        assert!(status == 1 && shown.contains(signature), "{shown}");
    }
    let (_, hidden) = told(&mut sig4("verify"), &wrong);
    assert!(!hidden.contains(signature), "{hidden}");
}

fn signature_of(request: &str) -> &str {
    &request.split_once("Signature=").unwrap().1[..64]
}

/// `sig4 explain` with no credentials at hand.
fn keyless() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.arg("explain").env_clear().env("HOME", "/nonexistent");
    command
}

#[test]
fn what_aws_answered_is_explained_without_a_request_and_without_a_key() {
    let scratch = Scratch::new("answers");
    let expired = r#"{"message":"Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z (20170215T150034Z - 5 min.)"}"#;
    let region = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n{\"message\":\"Credential should be scoped to a \
                  valid region, not 'us-east-1'. \"}";
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you \
               provided does not exist in our records.</Message><AWSAccessKeyId>AKIDOTHER</AWSAccessKeyId></Error>";
    for (answer, cause) in [(expired, "expired"), (region, "scope-region"), (xml, "access-key-unknown")] {
        let file = scratch.write("answer", answer);
        let (status, report) = told(keyless().args(["--aws-response", &file]), "");
        assert!(status == 1 && report.contains(&format!(" {cause} (certain): ")), "{report}");
        let (status, report) = told(keyless().args(["--aws-response", &file, "--json"]), "");
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!((status, &report["findings"][0]["name"]), (1, &cause.into()), "{report}");
    }
}

#[test]
fn awss_canonical_request_is_compared_with_the_clients() {
    let scratch = Scratch::new("compared");
    let client = scratch.write("client", wrong_canonical(HOST));
    let right = wrong_canonical(HOST).replace("/a%20b", "/a%2520b");
    let string_to_sign =
        format!("AWS4-HMAC-SHA256\n{AT}\n20150830/us-east-1/execute-api/aws4_request\n{}", "0".repeat(64));
    let json = serde_json::json!({ "message": format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and \
         signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have \
         been\n'{right}'\n\nThe String-to-Sign should have been\n'{string_to_sign}'\n"
    ) });
    let xml = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature \
         you provided.</Message><StringToSign>{string_to_sign}</StringToSign><CanonicalRequest>{right}</CanonicalRequest></Error>"
    );
    for answer in [json.to_string(), xml] {
        let file = scratch.write("answer", &answer);
        let (status, report) = told(keyless().args(["--aws-response", &file, "--canonical-request", &client]), "");
        assert_eq!(status, 1);
        assert!(report.contains("path-encoded-once"), "{report}");
        assert!(
            report.contains(
                "expects    /orders/a%2520b\n  client signed      /orders/a%20b\n                              ^^^^^\n"
            ),
            "{report}"
        );
        let (status, report) = told(keyless().args(["--aws-response", &file]), "");
        assert!(status == 1 && report.contains("signature-mismatch (possible)"), "{report}");
    }
}

#[test]
fn what_is_no_answer_is_a_usage_error() {
    let scratch = Scratch::new("no-answer");
    let file = scratch.write("answer", "all is well");
    let said = misused(keyless().args(["--aws-response", &file]), b"");
    assert!(said.ends_with("is not an error response of AWS\n"), "{said}");
    misused(keyless().args(["--aws-response", "/nonexistent/answer"]), b"");
    misused(sig4("explain").args(["--canonical-request", "/nonexistent/text"]), order().as_bytes());
    misused(keyless().args(["--aws-response", &file, "-f", &file]), b"");
}

/// S3's answer to the request, with what it computed for it.
fn s3_answer(request: &str, canonical: &str) -> String {
    format!(
        "HTTP/1.1 403 Forbidden\r\nServer: AmazonS3\r\n\r\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we \
         calculated does not match the signature you provided.</Message><AWSAccessKeyId>{ID}</AWSAccessKeyId><StringToSign>\
         AWS4-HMAC-SHA256\n{AT}\n20150830/us-east-1/execute-api/aws4_request\n{}</StringToSign><SignatureProvided>{}\
         </SignatureProvided><CanonicalRequest>{canonical}</CanonicalRequest></Error>",
        "0".repeat(64),
        signature_of(request)
    )
}

#[test]
fn an_answer_is_searched_with_the_secret_and_joined_with_the_request() {
    let scratch = Scratch::new("searched");
    let request = order();
    let right = wrong_canonical(HOST).replace("/a%20b", "/a%2520b");
    // The service computes another path than the one that was signed.
    let answer = scratch.write("answer", s3_answer(&request, &right.replace("/orders/", "/stage/orders/")));
    let (status, report) = told(keyless().args(["--aws-response", &answer]), "");
    assert!(
        status == 1 && report.contains("--- AWS's canonical request") && report.contains("/stage/orders/a%2520b"),
        "{report}"
    );
    let (status, report) = told(sig4("explain").args(["--aws-response", &answer]), "");
    assert!(status == 1 && report.contains("(certain)") && report.contains("path-"), "{report}");
    assert!(!report.contains("--- AWS's canonical request"), "{report}");
    let (status, report) = told(sig4("explain").args(["-f", "-", "--aws-response", &answer]), &request);
    assert!(status == 1 && report.contains("request-changed-on-the-way"), "{report}");
    // It computes the same: the secrets differ.
    let answer = scratch.write("answer", s3_answer(&request, &right));
    for args in [&["--aws-response", &answer][..], &["-f", "-", "--aws-response", &answer]] {
        let (status, report) = told(sig4("explain").args(args), &request);
        assert!(status == 1 && report.contains("secret-differs-at-service (certain)"), "{report}");
    }
    // The answer is about permissions.
    let denied = scratch.write("denied", "An error occurred (AccessDenied) when calling the X operation: User: u is not authorized to \
                               perform: s3:GetObject on resource: r because no session policy allows the s3:GetObject action");
    let (status, report) = told(sig4("explain").args(["-f", "-", "--aws-response", &denied]), &request);
    assert!(status == 1 && report.contains("denied-by-session-policy (certain)"), "{report}");
    misused(keyless().args(["--aws-response", &answer, "--show-signature"]), b"");
}

#[test]
fn the_string_to_sign_is_taken_out_of_a_log() {
    let scratch = Scratch::new("to-sign");
    let right = order();
    let tampered = right.replace(signature_of(&right), &"0".repeat(64));
    let canonical = wrong_canonical(HOST).replace("/a%20b", "/a%2520b");
    let to_sign =
        format!("AWS4-HMAC-SHA256\n20150830T123559Z\n20150830/us-east-1/execute-api/aws4_request\n{}", "1".repeat(64));
    let log = scratch.write("log", format!("CanonicalRequest:\n{canonical}\nStringToSign:\n{to_sign}\n"));
    for args in [&["--string-to-sign", &log, "--canonical-request", &log][..], &["--canonical-request", &log]] {
        let (status, report) = told(sig4("explain").args(args), &tampered);
        assert!(
            status == 1 && report.contains("string-to-sign-hash-other+date-other-than-signed (likely)"),
            "{report}"
        );
    }
    let (status, report) = told(sig4("explain").args(["--string-to-sign", &log]), &tampered);
    assert!(status == 1 && report.contains("date-other-than-signed"), "{report}");
    let empty = scratch.write("empty", "nothing");
    let (_, notes) = told_with_notes(sig4("explain").args(["--string-to-sign", &empty]), &tampered);
    assert!(notes.contains("the log has no string to sign"), "{notes}");
}

/// The logger of botocore that is installed writes what the reader of logs looks for.
#[test]
fn the_log_of_the_installed_botocore_is_read() {
    let program = "import logging, sys, botocore.auth as auth, botocore.awsrequest as request, botocore.credentials as credentials\n\
                   logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)\n\
                   made = request.AWSRequest('GET', 'https://abc.execute-api.us-east-1.amazonaws.com/a%20b?x=1')\n\
                   keys = credentials.Credentials('AKIDEXAMPLE', 'example')\n\
                   auth.SigV4Auth(keys, 'execute-api', 'us-east-1').add_auth(made)\n";
    let Some(python) = install::botocore(Path::new(env!("CARGO_TARGET_TMPDIR"))) else {
        return Need::Botocore.skip("the log of a new botocore was not read");
    };
    let output = Command::new(python).args(["-c", program]).output().unwrap();
    let log = ClientLog::parse(&String::from_utf8_lossy(&output.stdout));
    assert_eq!((log.client(), log.signings().len()), (Some("botocore"), 1));
    let (canonical, to_sign) = (log.canonical_request().unwrap(), log.string_to_sign().unwrap());
    assert!(
        canonical.starts_with("GET\n/a%2520b\nx=1\nhost:") && to_sign.starts_with("AWS4-HMAC-SHA256\n"),
        "{canonical}\n{to_sign}"
    );
}

/// What the README and the guide show.
#[test]
fn the_readmes_request_is_explained_as_the_readme_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/subjects/curl.http");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.env_clear().env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    command.args([
        "explain",
        "-f",
        file,
        "--at",
        "20261123T230614Z",
        "--region",
        "us-east-1",
        "--service",
        "execute-api",
    ]);
    let (status, report) = told(&mut command, "");
    assert_eq!(status, 1, "{report}");
    assert!(include_str!("../../../../../docs/explaining.md").contains(&report), "{report}");
    let readme = include_str!("../../../../../README.md");
    let line = |words: &str| report.lines().find(|line| line.contains(words)).unwrap();
    for words in ["The client signed", "service expects", "client signed  "] {
        assert!(readme.contains(line(words)), "{words}: {report}");
    }
}
