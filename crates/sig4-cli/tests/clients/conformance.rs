//! What `sig4 conformance` says of real signers: Debian's curl over the wire, botocore and aws4fetch by the signer protocol.
//!
//! A signer that is not there is installed into a folder of the build; without a network its test says so and is skipped.

use crate::install::{self, Need};
use serde_json::Value;
use std::process::{Command, Output, Stdio};

fn subject(file: &str) -> String {
    format!("{}/tests/subjects/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// `sig4 conformance --json` with these arguments.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (Value, Output) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.args(["conformance", "--json"]).args(arguments).envs(variables.iter().copied()).stdin(Stdio::null());
    let output = command.output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}")), output)
}

fn count(verdicts: &Value, of: &str) -> u64 {
    verdicts["counts"][of].as_u64().unwrap()
}

/// The verdict of a case, or the first cause of its failure.
fn told<'a>(verdicts: &'a Value, id: &str) -> &'a str {
    let case = verdicts["cases"].as_array().unwrap().iter().find(|case| case["id"] == id);
    let case = case.unwrap_or_else(|| panic!("{id} is not there"));
    case["causes"][0].as_str().unwrap_or_else(|| case["verdict"].as_str().unwrap())
}

#[test]
fn botocore_departs_where_its_ledger_says() {
    let Some(python) = install::botocore() else {
        return Need::Botocore.skip("its signatures were not compared");
    };
    let (ledger, signer) = (subject("botocore.ledger"), subject("botocore_signer.py"));
    let (verdicts, output) = run(&["--ledger", &ledger, "--", &python, &signer], &[]);
    assert_eq!(output.status.code(), Some(0), "{verdicts:#}");
    assert!(count(&verdicts, "pass") > 840, "{}", verdicts["counts"]);
    assert!((30..60).contains(&count(&verdicts, "known")), "{}", verdicts["counts"]);
    for (id, expected) in [
        ("classic/get-vanilla", "pass"),
        ("classic/get-relative", "pass"),
        ("classic/get-header-key-duplicate", "pass"),
        // Header mode sorts the query but does not canonicalise it; its presigner does.
        ("classic/get-vanilla-utf8-query", "query-not-encoded"),
        ("h00871", "query-not-encoded"),
        ("v4/get-vanilla-utf8-query/query", "pass"),
        // An empty pair of `&&`.
        ("h01704", "query-empty-pair-kept"),
        ("h01560", "date-header-used"),
        ("q00711", "method-not-upper-cased"),
    ] {
        assert_eq!(told(&verdicts, id), expected, "{id}");
    }
}

#[test]
fn awscrt_signs_as_sig4_does_and_a_piece_that_it_signed_wrong_is_named() {
    let Some(python) = install::awscrt() else {
        return Need::Awscrt.skip("its signatures were not compared");
    };
    let (ledger, signer) = (subject("awscrt.ledger"), subject("awscrt_signer.py"));
    let (verdicts, output) = run(&["--ledger", &ledger, "--", &python, &signer], &[]);
    assert_eq!(output.status.code(), Some(0), "{verdicts:#}");
    // It has no signer of chunks, and refuses to sign ten of the other requests.
    assert_eq!(["pass", "known", "skipped"].map(|of| count(&verdicts, of)), [1100, 1, 46], "{}", verdicts["counts"]);
    let cases = verdicts["cases"].as_array().unwrap();
    let passed = |kind: &str| cases.iter().filter(|case| case["kind"] == kind && case["verdict"] == "pass").count();
    assert_eq!([passed("v4-event-stream"), passed("v4a")], [18, 47]);
    assert_eq!(told(&verdicts, "h03454"), "path-read-as-url");

    // A digit is changed in the first signature of each stream, and digits in signatures of Signature Version 4a.
    let script = format!(
        r#"'{python}' '{signer}' | sed -u -E 's/("signatures": \["[0-9a-f]{{63}})./\1x/; s/(Signature=30[0-9a-f]{{20}})[0-9a-f]{{8}}/\1ffffffff/'"#
    );
    let narrowed = ["--kind", "events", "--", "sh", "-c", &script];
    let (verdicts, _) = run(&narrowed, &[]);
    assert_eq!(verdicts["causes"], serde_json::json!({ "event-signature": 18 }), "{verdicts:#}");
    let narrowed = ["--kind", "v4a", "--filter", "a000", "--", "sh", "-c", &script];
    let (verdicts, _) = run(&narrowed, &[]);
    assert_eq!(verdicts["causes"], serde_json::json!({ "v4a-signature": 4 }), "{verdicts:#}");
}

#[test]
fn aws4fetch_departs_where_its_ledger_says() {
    let Some(folder) = install::npm("node") else {
        return Need::Npm.skip("the signatures of aws4fetch were not compared");
    };
    let (ledger, signer) = (subject("aws4fetch.ledger"), subject("aws4fetch_signer.mjs"));
    let variables = [("AWS4FETCH", folder.to_str().unwrap())];
    let (verdicts, output) = run(&["--ledger", &ledger, "--", "node", &signer], &variables);
    assert_eq!(output.status.code(), Some(0), "{verdicts:#}");
    assert!(count(&verdicts, "pass") > 840, "{}", verdicts["counts"]);
    for (id, expected) in [
        ("classic/get-vanilla", "pass"),
        ("classic/get-slashes", "pass"),
        // Of repeated S3 query names the first, and of a `+` in an S3 path a space.
        ("h00358", "query-first-value-only"),
        ("h00048", "path-plus-as-space"),
        ("q00035", "header-values-comma-space"),
        ("h00057", "no-signature"),
    ] {
        assert_eq!(told(&verdicts, id), expected, "{id}");
    }
    // It signs neither content-type nor content-length, which a service accepts.
    let cases = verdicts["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["id"] == "v4/post-x-www-form-urlencoded/header").unwrap();
    assert_eq!((&case["verdict"], &case["same_signature"]), (&"pass".into(), &false.into()));
    assert_eq!(case["notes"][0], "leaves out content-length;content-type");
}

/// curl with these arguments for the body, over the cases that `filters` pick.
fn curl(body: &[&str], filters: &[&str]) -> Value {
    let filters = filters.iter().flat_map(|filter| ["--filter", *filter]);
    let signing = ["--aws-sigv4", "aws:amz:{region}:{service}", "--user", "{access_key}:{secret_key}"];
    let mut arguments = vec!["--listen"];
    arguments.extend(filters);
    arguments.extend(["--", "curl", "--silent", "--path-as-is", "--globoff", "--max-time", "10", "-X", "{method}"]);
    arguments.extend(signing);
    arguments.extend(["{token_header}", "{headers}"]);
    arguments.extend(body);
    arguments.push("{url}");
    run(&arguments, &[("http_proxy", ""), ("no_proxy", "127.0.0.1")]).0
}

#[test]
fn debians_curl_signs_the_path_and_the_query_as_they_are_sent() {
    let Ok(version) = Command::new("curl").arg("--version").output() else {
        return Need::Curl.skip("its signatures were not compared");
    };
    let ids = [
        ("classic/get-vanilla", "pass"),
        ("classic/get-unreserved", "pass"),
        ("classic/post-vanilla", "pass"),
        ("classic/post-header-key-sort", "pass"),
        ("classic/post-x-www-form-urlencoded", "pass"),
        ("v4/get-vanilla-with-session-token/header", "pass"),
        ("v4/double-url-encode/header", "path-encoded-once"),
        ("h00011", "path-encoded-once"),
        ("classic/get-relative", "path-not-normalized"),
        ("classic/get-vanilla-query-order-key-case", "query-unsorted"),
        ("classic/get-vanilla-query-order-value", "query-unsorted"),
        ("h02656", "query-bare-key"),
        ("h01704", "query-empty-pair-kept"),
        ("h02924", "query-not-encoded"),
        ("h00000", "header-names-empty"),
        ("h03036", "header-names-repeated"),
        ("h00241", "headers-missorted"),
        ("h01560", "date-header-used"),
    ];
    let filters: Vec<_> = ids.iter().map(|(id, _)| *id).collect();
    let verdicts = curl(&["{data}"], &filters);
    assert_eq!(told(&verdicts, "classic/get-vanilla"), "pass");
    if !version.stdout.starts_with(b"curl 7.88.") {
        return Need::Curl788.skip("the signatures of this version are not known");
    }
    for (id, expected) in ids {
        assert_eq!(told(&verdicts, id), expected, "{id}");
    }
    // An upload with -T is signed as if it had no body.
    let verdicts = curl(&["-T", "{body_file}"], &["h02528", "h00899"]);
    assert_eq!((told(&verdicts, "h02528"), told(&verdicts, "h00899")), ("payload-empty", "payload-empty"));
}

#[test]
fn a_client_that_rewrites_the_target_is_judged_by_what_it_sent() {
    if !Need::Curl.runs("its requests were not judged") {
        return;
    }
    let signing = ["--aws-sigv4", "aws:amz:{region}:{service}", "--user", "{access_key}:{secret_key}", "{url}"];
    let arguments = ["--listen", "--filter", "classic/get-relative-relative", "--", "curl", "--silent"];
    let (verdicts, output) = run(&[&arguments[..], &signing].concat(), &[("no_proxy", "127.0.0.1")]);
    assert_eq!(output.status.code(), Some(0), "{verdicts:#}");
    assert_eq!(verdicts["cases"][0]["notes"][0], "sent `/` instead of `/example1/example2/../..`");
}

#[test]
fn a_client_that_sends_nothing_or_no_signature_fails() {
    let listen = |script: &str| {
        let arguments = [
            "--listen",
            "--filter",
            "classic/get-vanilla-utf8",
            "--filter",
            "classic/get-unreserved",
            "--timeout",
            "2",
        ];
        let (verdicts, output) = run(&[&arguments[..], &["--", "sh", "-c", script]].concat(), &[]);
        assert_eq!(output.status.code(), Some(1), "{verdicts:#}");
        let cases = verdicts["cases"].as_array().unwrap();
        // A query that is not ASCII is nothing that a client can be asked to send.
        assert_eq!(cases.iter().filter(|case| case["verdict"] == "skipped").count(), 1, "{verdicts:#}");
        let failed = cases.iter().find(|case| case["verdict"] == "fail").unwrap();
        (failed["causes"][0].as_str().unwrap().to_owned(), failed["difference"].as_str().unwrap().to_owned())
    };
    let said = |text: &str| ("no-signature".to_owned(), text.to_owned());
    assert_eq!(listen("echo 'no key' >&2; exit 1"), said("the client sent nothing: no key"));
    assert_eq!(listen("exec sleep 5"), said("the client sent nothing within 2 s"));
    if Need::Curl.runs("no unsigned request was judged") {
        assert_eq!(listen("curl --silent --noproxy '*' \"$SIG4_URL\"").0, "not-signed");
    }
}

#[test]
fn a_client_finds_the_case_in_its_environment() {
    if !Need::Curl.runs("its requests were not judged") {
        return;
    }
    // sig4 itself as the client: it signs what the environment says, and curl sends it.
    let script = format!(
        "AWS_REGION=\"$SIG4_REGION\" {} sign \"$SIG4_METHOD\" \"$SIG4_URL\" --service \"$SIG4_SERVICE\" --format curl-config \
         | curl --silent --noproxy '*' -K -",
        env!("CARGO_BIN_EXE_sig4")
    );
    let filters = ["--filter", "classic/get-", "--filter", "classic/post-vanilla"];
    let (verdicts, output) = run(&[&["--listen"], &filters[..], &["--", "sh", "-c", &script]].concat(), &[]);
    assert_eq!(output.status.code(), Some(0), "{verdicts:#}");
    assert!(count(&verdicts, "pass") > 15, "{verdicts:#}");
}
