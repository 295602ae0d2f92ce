//! Bytes from outside, through every command: what is printed has nothing that a terminal acts on, and an end.

use crate::output::run::{answer, bare, file, server, with_input};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::process::Output;

/// Pieces of which hostile texts are made.
const PIECES: [&[u8]; 28] = [
    b"\x1b[2J",
    b"\x1b]0;title\x07",
    b"\x9b31m",
    "\u{9b}31m".as_bytes(),
    "\u{90}q\u{9c}".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{2066}".as_bytes(),
    "\u{61c}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{85}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{e0041}".as_bytes(),
    "\u{ad}".as_bytes(),
    b"\r",
    b"\x08",
    b"\x7f",
    b"\xff\xfe",
    b"\xc3",
    b"\t",
    b"\xed\xa0\x80",
    b"sig4: all is well",
    "é".as_bytes(),
    b"<>&\"'`",
    b"\\u001b",
    b"%1b",
    b"a",
    b" ",
];

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 1..12).prop_map(|pieces| pieces.concat())
}

/// Whether a terminal shows a character.
fn is_shown(c: char) -> bool {
    let hidden = [
        '\u{ad}'..='\u{ad}',
        '\u{34f}'..='\u{34f}',
        '\u{61c}'..='\u{61c}',
        '\u{180b}'..='\u{180f}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{feff}'..='\u{feff}',
        '\u{fff9}'..='\u{fffb}',
        '\u{e0000}'..='\u{e0fff}',
    ];
    c == '\n' || !(c.is_control() || hidden.iter().any(|range| range.contains(&c)))
}

#[track_caller]
fn check_text(what: &str, bytes: &[u8]) {
    let text = str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}: {}", bytes.escape_ascii()));
    let wrong: Vec<_> = text.chars().filter(|c| !is_shown(*c)).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:?} in {text:?}");
}

#[track_caller]
fn check(what: &str, output: &Output) {
    check_text(&format!("{what}, stdout"), &output.stdout);
    check_err(what, output);
}

#[track_caller]
fn check_err(what: &str, output: &Output) {
    check_text(&format!("{what}, stderr"), &output.stderr);
    let err = String::from_utf8_lossy(&output.stderr);
    let is_forged = err.lines().any(|line| line.starts_with("sig4: all is well"));
    assert!(!is_forged, "{what}: a line of our own is forged: {err}");
}

/// Runs a test on a number of hostile texts.
fn each(cases: u32, test: impl Fn(&[u8])) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let run = |text: Vec<u8>| {
        test(&text);
        Ok(())
    };
    runner.run(&hostile(), run).unwrap();
}

/// Without ends of lines, which end a header or an argument.
fn in_line(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect()
}

const SIGNED_FOR: [&str; 6] = ["--region", "us-east-1", "--service", "execute-api", "--at", "20150830T123600Z"];

#[test]
fn request_files() {
    each(8, |text| {
        let text = &in_line(text);
        let authorization = |credential: &[u8], signed: &[u8]| {
            [
                b"authorization: AWS4-HMAC-SHA256 Credential=",
                credential,
                b"/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=",
                signed,
                b", Signature=00\n",
            ]
            .concat()
        };
        for request in [
            [b"GET /", text.as_slice(), b" HTTP/1.1\nhost: h\n\n"].concat(),
            [text, &b"\nhost: h\n\n"[..]].concat(),
            [b"GET /\nhost: ", text.as_slice(), b"\n\n"].concat(),
            [b"GET /\n", text.as_slice(), b"\n\n"].concat(),
            [b"GET /\n", text.as_slice(), b": x\n\n"].concat(),
            [b"GET /\nhost: h\nauthorization: ", text.as_slice(), b"\n\n"].concat(),
            [&b"GET /\nhost: h\nx-amz-date: "[..], text, b"\n", &authorization(b"AKID", b"host")].concat(),
            [&b"GET /\nhost: h\nx-amz-date: 20150830T123600Z\n"[..], &authorization(text, b"host")].concat(),
            [&b"GET /\nhost: h\nx-amz-date: 20150830T123600Z\n"[..], &authorization(b"AKID", text)].concat(),
            [&b"GET /?"[..], text, b"\nhost: h\nx-amz-date: 20150830T123600Z\n", &authorization(b"AKID", b"host")]
                .concat(),
        ] {
            for (command, options) in
                [("verify", &[][..]), ("verify", &["--json"]), ("explain", &[]), ("explain", &["--json"])]
            {
                for places in [&SIGNED_FOR[..], &SIGNED_FOR[4..]] {
                    let mut command_line = bare(&[&[command], places, options].concat());
                    command_line.env("AWS_ACCESS_KEY_ID", "AKID").env("AWS_SECRET_ACCESS_KEY", "hush");
                    check(command, &with_input(command_line, &request));
                }
            }
        }
    });
}

#[test]
fn answers_of_aws() {
    each(8, |text| {
        let lossy = String::from_utf8_lossy(text).into_owned();
        let canonical = format!("GET\n/{lossy}\na={lossy}\nhost:{lossy}\n{lossy}:x\n\nhost;{lossy}\nhash");
        let answers = [
            serde_json::json!({"message": format!(
                "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for \
                 this request should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{lossy}'\n"
            )})
            .to_string()
            .into_bytes(),
            format!(
                "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated {lossy}</Message>\
                 <CanonicalRequest>{canonical}</CanonicalRequest><StringToSign>{lossy}</StringToSign></Error>"
            )
            .into_bytes(),
            [b"<Error><Code>", text, b"</Code><Message>", text, b"</Message></Error>"].concat(),
        ];
        let own = file("own", "GET\n/\n\nhost:h\n\nhost\nhash");
        for body in answers {
            let name = file("aws", &body);
            for options in [&[][..], &["--json"], &["--canonical-request", &own]] {
                check("explain", &bare(&[&["explain", "--aws-response", &name], options].concat()).output().unwrap());
            }
            let header =
                String::from_utf8_lossy(&in_line(text)).replace(|c: char| c.is_ascii_control() && c != '\t', "");
            let authority =
                server(&answer("403 Forbidden", &format!("x-foreign: {header}\r\ndate: {header}\r\n"), &body));
            let mut call = bare(&["call", &format!("http://{authority}/"), "-v", "-o", "/dev/null"]);
            check("call", &call.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "hush").output().unwrap());
        }
    });
}

#[test]
fn answers_that_are_no_http() {
    each(8, |text| {
        for bytes in [
            text.to_vec(),
            [b"HTTP/1.1 ", text, b"\r\n\r\n"].concat(),
            [b"HTTP/1.1 200 OK\r\n", text, b"\r\n\r\n"].concat(),
        ] {
            let mut call = bare(&["call", &format!("http://{}/", server(&bytes)), "-v", "-o", "/dev/null"]);
            check("call", &call.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "hush").output().unwrap());
        }
    });
}

#[test]
fn lines_of_json() {
    each(8, |text| {
        let lossy = String::from_utf8_lossy(text).into_owned();
        let fields = serde_json::json!({
            "id": "1", "kind": "v4-header", "method": "GET", "url": "https://h/", "access_key": "A", "secret_key": "hush",
            "region": "r", "service": "s", "timestamp": "20150830T123600Z",
        });
        let mut input = [text, b"\n"].concat();
        for field in ["id", "kind", "method", "url", "access_key", "region", "service", "timestamp", "body"] {
            let mut line = fields.clone();
            line[field] = lossy.clone().into();
            input.extend((line.to_string() + "\n").into_bytes());
        }
        check("sign --jsonl", &with_input(bare(&["sign", "--jsonl"]), &input));
    });
}

#[test]
fn arguments() {
    each(8, |text| {
        let lossy = String::from_utf8_lossy(text).into_owned();
        for arguments in [
            &["sign", "GET", &lossy][..],
            &["sign", "GET", "https://h/", &lossy],
            &["sign", "GET", "https://h/", "--region", &lossy, "--service", "s"],
            &["sign", "GET", "https://h/", "--region", "r", "--service", &lossy],
            &["sign", "GET", "https://h/", "--region", "r", "--service", "s", "-H", &lossy],
            &["sign", "GET", "https://h/", "--profile", &lossy],
            &["sign", "GET", &format!("https://{lossy}/"), "--region", "r", "--service", "s"],
            &["sign", "GET", "https://h/", "--region", "r", "--service", "s", "-d", &format!("@{lossy}")],
            &["verify", "-f", &lossy],
            &["verify", &format!("--{lossy}")],
            &["serve", "--user", &lossy, "--listen", "192.0.2.1:1"],
            &["serve", "--config", &lossy, "--listen", "192.0.2.1:1"],
            &["serve", "--pass-env", &lossy, "--listen", "192.0.2.1:1"],
            &["conformance", "--ledger", &lossy, "--", "x"],
            &["conformance", "--filter", "get-vanilla-query-order-encoded", "--", &lossy],
            &[&lossy],
        ] {
            let mut command = bare(arguments);
            command.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "hush");
            let (what, output) = (format!("{arguments:?}"), command.output().unwrap());
            // Headers that could be signed are the product.
            if output.status.success() { check_err(&what, &output) } else { check(&what, &output) }
        }
    });
}

#[test]
fn files_that_describe_an_api() {
    each(8, |text| {
        let lossy = String::from_utf8_lossy(text).into_owned();
        for config in [
            format!("{lossy} = 1\n"),
            format!("[routes]\n{lossy}"),
            format!("[routes]\n'{lossy}' = {{ echo = true }}\n"),
            format!("[routes]\n'GET /a' = {{ function = '{lossy}' }}\n"),
            format!("[users.'{lossy}']\npolicies = ['{lossy}']\n"),
        ] {
            let config = file("config", config);
            check(
                "serve --config",
                &bare(&["serve", "--config", &config, "--listen", "192.0.2.1:1"]).output().unwrap(),
            );
        }
        let quoted = serde_json::Value::from(lossy.as_str());
        for template in [
            format!(
                "{{\"Resources\":{{{quoted}:{{\"Type\":\"AWS::ApiGatewayV2::Api\",\"Properties\":{{\"Name\":{quoted}}}}}}}}}"
            ),
            format!("{{\"Resources\":{{\"A\":{{\"Type\":{quoted}}}}}}}"),
            lossy.clone(),
        ] {
            let template = file("template-of-bytes", template);
            check(
                "serve --template",
                &bare(&["serve", "--template", &template, "--listen", "192.0.2.1:1"]).output().unwrap(),
            );
        }
    });
}

#[test]
#[cfg(unix)]
fn signers_that_are_checked() {
    each(2, |text| {
        let said = file("said", text);
        let answers = file("answers", [text, b"\n"].concat());
        let lossy = String::from_utf8_lossy(text).into_owned();
        let of_another = file("of-another", serde_json::json!({"id": lossy, "error": lossy}).to_string() + "\n");
        let error = serde_json::json!({"id": "classic/get-vanilla-query-order-encoded", "error": lossy, "headers": [[lossy, lossy]]});
        let failed = file("failed", error.to_string() + "\n");
        let mut signed = error;
        signed.as_object_mut().unwrap().remove("error");
        signed["authorization"] =
            format!("AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders={lossy}, Signature={lossy}").into();
        signed["canonical_request"] = lossy.clone().into();
        let signed = file("signed", signed.to_string() + "\n");
        let junit = file("junit", "");
        for script in [
            format!("cat {said} >&2; exit 1"),
            format!("cat {answers}; sleep 1"),
            format!("cat {of_another}; sleep 1"),
            format!("read -r line; cat {failed}; sleep 1"),
            format!("read -r line; cat {signed}; sleep 1"),
        ] {
            for options in [&["--all"][..], &["--json"]] {
                let arguments = [
                    "conformance",
                    "--filter",
                    "classic/get-vanilla-query-order-encoded",
                    "--kind",
                    "header",
                    "--junit",
                    &junit,
                ];
                let command = ["--timeout", "5", "--", "sh", "-c", &script];
                check(&script, &bare(&[&arguments[..], options, &command[..]].concat()).output().unwrap());
                check_text("junit", &std::fs::read(&junit).unwrap());
            }
        }
    });
}

#[test]
fn a_long_text_from_outside_is_cut_off_and_says_so() {
    let long = "x".repeat(10 << 20);
    let line = serde_json::json!({"id": 1, "kind": long}).to_string();
    let output = with_input(bare(&["sign", "--jsonl"]), line.as_bytes());
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.len() < 5000 && out.contains(" more bytes)"), "{} bytes: {}", out.len(), &out[out.len() - 100..]);

    let request = format!("GET / HTTP/1.1\nauthorization: x\nhost: {long}\n\n");
    let mut command = bare(&["verify"]);
    command.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "hush");
    let err = String::from_utf8(with_input(command, request.as_bytes()).stderr).unwrap();
    assert!(err.len() < 5000 && err.contains(" more bytes)"), "{} bytes", err.len());

    #[cfg(unix)]
    {
        let id = "classic/get-vanilla-query-order-encoded";
        let answer = file("long", serde_json::json!({"id": id, "error": long}).to_string() + "\n");
        let script = format!("read -r line; cat {answer}; sleep 1");
        let output =
            bare(&["conformance", "--filter", id, "--kind", "header", "--", "sh", "-c", &script]).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.len() < 10_000 && out.contains(" more bytes)"), "{} bytes", out.len());
    }
}
