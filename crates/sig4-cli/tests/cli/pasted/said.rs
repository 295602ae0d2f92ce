//! What is said of a text that has no request, of its time, and of the options.

use super::{AT, BODY, HOST, TARGET, assert_right, explained, lines, list, order, sig4, signed, told};
use std::fs;
use std::path::Path;

fn raw(headers: &[(String, String)], method: &str, body: &str) -> String {
    format!("{method} {TARGET} HTTP/1.1\nHost: {HOST}\n{}\n{body}", lines(headers, ""))
}

#[test]
fn a_text_that_is_no_request_is_named() {
    for (text, why) in [
        ("", "the text is empty"),
        ("hello world", "docs/explaining.md"),
        ("HTTP/1.1 403 Forbidden\n\n{}", "--aws-response"),
        ("<?xml version=\"1.0\"?><Error><Code>x</Code></Error>", "--aws-response"),
        ("{\"message\":\"Forbidden\"}", "--aws-response"),
        ("GET\n/\n\nhost:h\n\nhost\ne3b0", "--canonical-request"),
        ("2026-01-01 DEBUG botocore.auth CanonicalRequest:\nGET\n/\n", "--canonical-request"),
        ("AWS4-HMAC-SHA256\n2015", "a string to sign"),
        ("{\"a\": ", "cut or malformed at line 1"),
        ("{'Host': 'h'}", "the method and the URL are missing"),
        ("> GET / HTTP/1.1\n> Host: h\n", "ends within the head"),
        ("send: b'GET / HTTP/1.1\\r\\nHost: h'", "ends within the head"),
        ("---request begin---\nGET / HTTP/1.1\nHost: h\n", "ends within the head"),
        ("=> Send header, 40 bytes (0x28)\n0000: GET / HTTP/1.1\n0010: Host: h\n", "ends within the head"),
        ("curl 'https://h/", "a quote in it is not closed"),
        ("curl -v", "has no URL"),
        (":method: GET\n:authority: h\n", "it has no `:path`"),
        ("\u{7f}ELF\0\0", "binary"),
    ] {
        let (status, report, notes) = explained(text, &[]);
        assert_eq!((status, report.as_str()), (2, ""), "{text}");
        assert!(notes.contains(why), "{text}: {notes}");
    }
}

#[test]
fn explain_takes_the_time_of_the_request_and_verify_that_of_the_clock() {
    let text = raw(&list(), "GET", "");
    let notes = assert_right(&text, &[]);
    assert!(
        notes
            .contains(&format!("judged at the request's own time, {AT} (by the clock of this machine it has expired)")),
        "{notes}"
    );
    assert!(!assert_right(&text, &["--at", AT]).contains("judged"));
    let (status, report, _) = explained(&text, &["--at", "20150830T133600Z"]);
    assert!(status == 1 && report.contains("expired"), "{report}");
    let (status, out, _) = told(&mut sig4("verify"), text.as_bytes());
    assert!(status == 1 && out.contains("Signature expired"), "{out}");
    assert_eq!(
        told(
            sig4("verify").args(["--at", AT]),
            format!("> {}", text.trim_end().replace('\n', "\n> ") + "\n> \n").as_bytes()
        )
        .0,
        0
    );
    // The answer says when the service saw the request.
    let late = format!("{text}\nHTTP/1.1 403 Forbidden\r\nDate: Sun, 30 Aug 2015 13:36:00 GMT\r\n\r\n{{}}");
    let (status, report, notes) = explained(&late, &[]);
    assert!(status == 1 && report.contains("expired") && notes.contains("the time of the answer"), "{report}{notes}");
}

#[test]
fn a_missing_body_is_asked_for_and_not_blamed() {
    let length = [("Content-Length".to_owned(), BODY.len().to_string())];
    let headers = [order(), length.to_vec()].concat();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pasted-body.json");
    fs::write(&file, BODY).unwrap();
    let with_body = ["--body", file.to_str().unwrap()];
    assert_right(raw(&headers, "POST", BODY), &[]);
    assert_right(raw(&headers, "POST", &format!("{BODY}\n\nHTTP/1.1 403 Forbidden\n\n{{}}")), &[]);
    for shown in ["", "{\"name\": \"caf\u{e9}\", \"n\": 1}", "{", "\n\nHTTP/1.1 403 Forbidden\n\n{}"] {
        let text = raw(&headers, "POST", shown);
        let (status, report, notes) = explained(&text, &[]);
        assert!(status == 1 && notes.contains("--body FILE"), "{shown}: {notes}");
        assert!(!report.contains("payload"), "{shown}: {report}");
        assert_right(&text, &with_body);
        let (status, out, notes) = told(sig4("verify").args(["--at", AT]), text.as_bytes());
        assert!(status == 2 && out.is_empty() && notes.contains("the body is missing"), "{out}{notes}");
        assert_eq!(told(sig4("verify").args(["--at", AT]).args(with_body), text.as_bytes()).0, 0);
    }
    let (status, _, notes) = explained("", &["--body", "-"]);
    assert!(status == 2 && notes.contains("either the request or its body"), "{notes}");
}

#[test]
fn a_body_that_a_text_without_a_length_leaves_out_is_not_blamed() {
    // A length is missing from what tools and people copy. The header x-amz-content-sha256 shows that there was a body.
    let hash = "X-Amz-Content-Sha256: 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let signed = |method: &str, body: Option<&str>, more: &[&str]| {
        let mut headers = signed(method, TARGET, body, more);
        headers.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        headers.dedup_by_key(|(name, _)| name.to_ascii_lowercase());
        headers.retain(|(name, _)| !["content-length", "host"].contains(&&*name.to_ascii_lowercase()));
        headers
    };
    for (body, more) in [(BODY, &[][..]), ("{}", &[]), ("null", &[]), ("a=1", &[]), ("{}", &[hash])] {
        let text = raw(&signed("POST", Some(body), more), "POST", "");
        let (status, report, notes) = explained(&text, &[]);
        assert!(status == 1 && notes.contains("--body FILE"), "{body}, {more:?}: {report}{notes}");
        assert!(!report.contains("payload") && report.contains("`--body FILE`"), "{body}, {more:?}: {report}");
    }
    let text = raw(&signed("GET", Some("{}"), &[hash]), "GET", "");
    let (status, report, notes) = explained(&text, &[]);
    assert!(status == 1 && notes.contains("--body FILE") && !report.contains("payload"), "{report}{notes}");
    // A mistake elsewhere is still proven where nothing of the body is in doubt.
    let headers = signed("POST", None, &[]);
    assert_right(raw(&headers, "POST", ""), &[]);
    let (_, report, _) = explained(raw(&headers, "PUT", ""), &[]);
    assert!(report.contains("method-changed (certain)"), "{report}");
}

#[cfg(unix)]
#[test]
fn the_clipboard_is_read_with_a_program_of_the_platform() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pasted-clipboard");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("text"), raw(&list(), "GET", "")).unwrap();
    let program = folder.join("xclip");
    fs::write(
        &program,
        format!("#!/bin/sh\nwhile read -r line; do echo \"$line\"; done < '{}'\n", folder.join("text").display()),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let (status, report, notes) = told(sig4("explain").arg("--clipboard").env("PATH", &folder), b"");
    assert_eq!((status, report.as_str()), (0, "Nothing is wrong: the request verifies.\n"), "{notes}");
    fs::write(&program, "#!/bin/sh\nexit 1\n").unwrap();
    for (path, why) in [(folder.as_path(), "xclip cannot read it"), (Path::new("/nonexistent"), "none of the programs")]
    {
        let (status, _, notes) = told(sig4("explain").arg("--clipboard").env("PATH", path), b"");
        assert!(status == 2 && notes.contains(why) && notes.contains("-f FILE"), "{notes}");
    }
    let (status, _, notes) = told(sig4("explain").args(["--clipboard", "https://h/"]), b"");
    assert!(status == 2 && notes.contains("not both"), "{notes}");
}
