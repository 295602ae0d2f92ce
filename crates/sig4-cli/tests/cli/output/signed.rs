//! `sig4 sign`.

use crate::output::planted::{
    ALL, API_KEY, BEARER, COOKIE, ID, KEY, PASSWORD, S3_SESSION, SIGNATURE, SSE_C, TOKEN, checked, encoded, found,
    headers, other_token, query, signing,
};
use crate::output::run::{bare, file, with_input};
use serde_json::{Value, json};

/// `sig4 sign` of a request that carries all secrets there are.
fn sign(options: &[&str]) -> std::process::Command {
    let url = format!("https://user:{PASSWORD}@bucket.s3.us-east-1.amazonaws.com/key?{}", query());
    let mut command = signing(bare(&["sign", "GET", &url, "--at", "20150830T123600Z"]));
    for header in headers() {
        command.args(["-H", &header]);
    }
    command.args(options);
    command
}

#[test]
fn the_product_is_whole_and_nothing_else_has_a_secret() {
    let all = ALL.map(|(name, _)| name);
    for options in [
        &[][..],
        &["--format", "curl"],
        &["--format", "curl-config"],
        &["--format", "http"],
        &["--format", "json"],
        &["--presign", "60"],
    ] {
        let output = sign(options).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        checked("sign", &output, &all);
        assert!(found(&output.stdout).contains(&"session token"), "{output:?}");
    }
}

#[test]
fn a_note_with_the_url_to_send_to_has_no_secret() {
    let url = format!("https://bucket.s3.us-east-1.amazonaws.com/a+b?{}", query());
    let output = signing(bare(&["sign", "GET", &url])).output().unwrap();
    checked("another path", &output, &["session token"]);
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(
        err.contains("send to https://bucket.s3.us-east-1.amazonaws.com/a%2Bb?") && err.contains("api_key=(not shown)"),
        "{err}"
    );
    let output = signing(bare(&["--show-secrets", "sign", "GET", &url])).output().unwrap();
    assert!(found(&output.stderr).contains(&"API key"), "{output:?}");
}

#[test]
fn stages_have_no_secret_unless_they_are_asked_for() {
    for presign in [&[][..], &["--presign", "60"]] {
        for stage in ["canonical", "string-to-sign", "all"] {
            let options = [presign, &["--show", stage]].concat();
            let output = sign(&options).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            checked(&options.join(" "), &output, &[]);
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            let is_redacted = out.contains("(not shown)");
            assert_eq!(is_redacted, stage != "string-to-sign", "{out}");
            let said =
                "sig4: secrets are not shown, so this is not what was signed, byte for byte; --show-secrets shows them";
            assert_eq!(err.lines().any(|line| line == said), is_redacted, "a digest of it would be wrong: {err}");
            let output = sign(&[options.as_slice(), &["--show-secrets"]].concat()).output().unwrap();
            let shown = found(&output.stdout);
            assert_eq!(
                shown.contains(&"session token") && shown.contains(&"S3 session token"),
                is_redacted,
                "{output:?}"
            );
            assert!(!String::from_utf8_lossy(&output.stderr).contains("not shown"), "{output:?}");
        }
    }
}

#[test]
fn the_signature_of_a_stage_is_what_was_asked_for() {
    let output = sign(&["--show", "all"]).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let signature = out.split_once("--- signature ---\n").unwrap().1.lines().next().unwrap().to_owned();
    assert!(signature.len() == 64 && out.contains(&format!("Signature={signature}\n")), "{out}");
}

#[test]
fn failures_repeat_no_secret() {
    let secret_in_path = format!("https://u:{PASSWORD}@h/{KEY} x?X-Amz-Signature={SIGNATURE}");
    for arguments in [
        &["GET", &secret_in_path][..],
        &["GET", &format!("u:{PASSWORD}@h/?X-Amz-Signature={SIGNATURE}")],
        &["GET", &format!("https://u:{PASSWORD}@/?X-Amz-Signature={SIGNATURE}")],
        &["GET", &format!("https://u:{PASSWORD}@h/?X-Amz-Signature={SIGNATURE}\n")],
        &["GET", &format!("https://u:{PASSWORD}@unknown.example/?X-Amz-Signature={SIGNATURE}")],
        &["GET", &format!("https://u:{PASSWORD}@h:99999/?X-Amz-Signature={SIGNATURE}")],
        &["GET", "https://h/", "--region", KEY, "--service", "s3"],
        &["GET", "https://h/", "--region", "r", "--service", TOKEN],
        &["GET", "https://h/", "--region", "r", "--service", "s3", "-d", &format!("@{KEY}")],
        &["GET", "https://h/", "--region", "r", "--service", "s3", "-H", &format!("cookie: {COOKIE}\u{1}")],
        &["GET", "https://h/", "--region", "r", "--service", "s3", "-H", &format!("host: {KEY}/")],
        &["GET", "https://h/", "--region", "r", "--service", "s3", "-H", &format!("{TOKEN}: x")],
        &[KEY, "https://h/", "--region", "r", "--service", TOKEN],
        &["GET", "https://h/", "--region", "r", "--service", "s3", "-H", &other_token()],
        &["GET", "https://h/", "--profile", KEY],
    ] {
        let output = signing(bare(&["sign"])).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}: {output:?}");
        checked(&format!("{arguments:?}"), &output, &[]);
    }
}

#[test]
fn the_keys_of_a_profile_are_known() {
    let profile =
        format!("[default]\naws_access_key_id = {ID}\naws_secret_access_key = {KEY}\naws_session_token = {TOKEN}\n");
    let profile = file("profile", profile);
    for secret in [KEY, TOKEN] {
        let mut command = bare(&["sign", "GET", "https://h/", "--region", "r", "--service", "s3"]);
        command.env("AWS_SHARED_CREDENTIALS_FILE", &profile).args(["-d", &format!("@{secret}")]);
        let output = command.output().unwrap();
        checked(secret, &output, &[]);
        assert!(String::from_utf8(output.stderr).unwrap().contains("cannot read"));
    }
}

#[test]
fn lines_of_json_are_answered_without_what_was_not_asked_for() {
    let good = json!({
        "id": "1", "kind": "v4-header", "method": "GET", "url": format!("https://u:{PASSWORD}@h/"),
        "headers": [], "body": "", "access_key": "AKID", "secret_key": KEY, "session_token": TOKEN,
        "region": "r", "service": "s", "timestamp": "20150830T123600Z",
    });
    let with = |field: &str, value: Value| {
        let mut line = good.clone();
        line[field] = value;
        line.to_string()
    };
    let lines = [
        with("kind", json!(1)),
        with("method", json!(format!("{KEY} {TOKEN}"))),
        with("url", json!(format!("https://u:{PASSWORD}@h:x/?X-Amz-Signature={SIGNATURE}"))),
        with("url", json!(format!("u:{PASSWORD}@h"))),
        with("headers", json!([["cookie", format!("{COOKIE}\n")]])),
        with("headers", json!({"cookie": COOKIE})),
        with("body", json!(SSE_C.to_owned() + "\u{1}")),
        with("secret_key", json!([KEY])),
        with("session_token", json!(format!("{TOKEN}\n"))),
        with("timestamp", json!(BEARER)),
        with("settings", json!({"double_encode": API_KEY})),
        format!("{{\"secret_key\":\"{KEY}\",\"session_token\":\"{TOKEN}\""),
        format!("{{\"secret_key\":\"{KEY}\" \"session_token\":\"{S3_SESSION}\"}}"),
        format!("\"{KEY}\""),
    ];
    let output = with_input(bare(&["sign", "--jsonl"]), (lines.join("\n") + "\n").as_bytes());
    checked("lines", &output, &[]);
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().filter(|line| line.contains("\"error\":")).count(), lines.len(), "{answers}");
    let output = with_input(bare(&["sign", "--jsonl"]), good.to_string().as_bytes());
    checked("a good line", &output, &["session token"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains(TOKEN), "its canonical request is the product");
    assert!(encoded(TOKEN).contains("%2F"));
}
