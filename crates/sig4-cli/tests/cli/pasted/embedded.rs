//! Requests within other text, and texts that programs changed on the way.

use super::{AT, HOST, TARGET, assert_right, explained, lines, list};
use serde_json::json;

fn raw() -> String {
    format!("GET {TARGET} HTTP/1.1\nHost: {HOST}\n{}\n", lines(&list(), ""))
}

/// The text with something before each line.
fn marked(text: &str, mark: impl Fn(usize) -> String) -> String {
    text.lines().enumerate().map(|(n, line)| format!("{}{line}\n", mark(n + 1))).collect()
}

fn curl() -> String {
    let headers: Vec<_> = list().iter().map(|(name, value)| format!(" \\\n  -H '{name}: {value}'")).collect();
    format!("curl 'https://{HOST}{TARGET}'{}\n", headers.concat())
}

fn escaped(text: &str) -> String {
    let once = text.replace('&', "&amp;").replace('\'', "&#39;").replace('"', "&quot;");
    once.replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn a_request_is_found_within_other_words() {
    for request in [raw(), curl(), marked(&raw(), |_| "> ".into())] {
        assert_right(format!("Hello,\n\nthis one fails:\n\n{request}\nRegards: Bob\n"), &[]);
        assert_right(format!("It fails:\n```http\n{}\n```\nWhy?\n", request.trim_end()), &[]);
    }
    let log = format!("DEBUG: Request Details:\n---[ REQUEST POST-SIGN ]------\n{}\n------------\n", raw());
    assert_right(log.repeat(2), &[]);
}

#[test]
fn a_request_is_found_in_a_log_that_marks_each_line() {
    let answered = raw() + "HTTP/1.1 403 Forbidden\nDate: Sun, 30 Aug 2015 12:36:01 GMT\n\n{}\n";
    assert_right(marked(&answered, |n| format!("Nov 30 02:31:{:02} host app[123]: ", n + 1)), &[]);
    assert_right(marked(&answered, |n| format!("2026-11-30T02:31:09.{n:09}Z ")), &[]);
    assert_right(marked(&answered, |_| "app-1  | ".into()), &[]);
    assert_right(marked(&answered, |n| format!("{n}: ")), &[]);
    let curl_v = marked(&raw(), |_| "> ".into());
    assert_right(marked(&format!("* Connected\n{curl_v}"), |n| format!("{n:6}  ")), &[]);
    let wire: String =
        raw().lines().chain([""]).map(|line| format!("09,1 DEBUG wire: http-0 >> \"{line}[\\r][\\n]\"\n")).collect();
    assert_right(wire + "09,2 DEBUG wire: http-0 << \"HTTP/1.1 403 Forbidden[\\r][\\n]\"\n", &[]);
}

#[test]
fn requests_are_read_as_debugging_http_clients_print_them() {
    let end = "< HTTP/1.1 403 Forbidden\n<\n";
    assert_right(format!("* Connected\n> {}{end}", raw()), &[]);
    let ok = format!(
        "--> GET https://{HOST}{TARGET} http/1.1\n{}--> END GET\n<-- 403 https://{HOST} (5ms)\n",
        lines(&list(), "")
    );
    assert_right(&ok, &[]);
    assert_right(marked(&ok, |n| format!("11-30 02:31:{n:02} okhttp  I  ")), &[]);
    let ruby = raw().replace('\n', "\\r\\n");
    assert_right(format!("opening connection...\n<- \"{ruby}\"\n-> \"HTTP/1.1 403 Forbidden\\r\\n\"\n"), &[]);
    let headers: serde_json::Map<_, _> = list().into_iter().map(|(name, value)| (name, value.into())).collect();
    let sdk = json!({"method": "GET", "hostname": HOST, "path": "/orders/a%20b", "query": {"limit": "2", "after": "x/y"}, "headers": headers});
    let mut sdk = sdk;
    sdk["headers"]["host"] = HOST.into();
    assert_right(sdk.to_string(), &[]);
}

#[test]
fn what_mails_pages_and_terminals_change_is_undone_and_said() {
    let curl_v = marked(&raw(), |_| "> ".into());
    for (text, why) in [
        (marked(&curl_v, |_| "> ".into()), ""),
        (marked(&raw(), |_| ">> ".into()), ""),
        (marked(&curl(), |_| ">> ".into()), "quoted mail"),
        (format!("<pre>{}</pre>", escaped(&curl_v)), "escaped for HTML"),
        (escaped(&curl()), "escaped for HTML"),
        (raw().replace('\n', "\\n"), "in place of line ends"),
        (raw().replace('\n', "\\r\\n"), "in place of line ends"),
        (json!({"level": "debug", "msg": raw()}).to_string(), "in a string of JSON"),
        (format!("{{\"a\":1}}\n{}", json!({"msg": curl_v})), "in a string of JSON"),
        (curl().replace('\'', "\u{2019}"), "typographic"),
        (raw().replace(", ", ",\n"), "joined"),
        (raw().replace("SHA256 ", "SHA256\n"), "joined"),
        (raw().replace("Signature=", "Signat\nure="), "joined"),
    ] {
        let notes = assert_right(&text, &[]);
        assert!(notes.contains(why), "{text}\n{notes}");
    }
    let (_, _, notes) = explained(raw().replace("AWS4", "\u{200b}AWS4"), &[]);
    assert!(notes.contains("not ASCII"), "{notes}");
}

#[test]
fn a_text_that_is_cut_within_its_head_is_not_judged() {
    let whole = raw();
    let signature = whole.find("Signature=").unwrap() + "Signature=".len() + 64;
    for text in [whole.clone(), format!("In a mail:\n{whole}"), marked(&whole, |_| "> ".into())] {
        let end = text.find("Signature=").unwrap() + 10 + 63;
        for end in (1..end).step_by(7) {
            let (status, report, notes) = explained(&text[..end], &["--at", AT]);
            assert!(status == 2 && report.is_empty() && !notes.is_empty(), "{}\n{report}", &text[..end]);
        }
    }
    // Without the empty line a request may be complete.
    let last = whole.trim_end();
    assert!(last.len() >= signature);
    assert_right(last, &[]);
    let (status, report, _) = explained("GET / HTTP/1.1\nHost: h\n\n", &["--at", AT]);
    assert!(status == 1 && report.contains("not-signed (certain)"), "{report}");
}
