//! What people copy from browsers, pages and consoles.

use super::{AT, BODY, HOST, TARGET, assert_right, explained, lines, list, order, presigned, signed};

/// The command that browsers copy for bash.
fn bash(quote: impl Fn(&str) -> String, headers: &[(String, String)], body: Option<&str>) -> String {
    let mut command = format!("curl {}", quote(&format!("https://{HOST}{TARGET}")));
    for (name, value) in headers {
        command += &format!(" \\\n  -H {}", quote(&format!("{name}: {value}")));
    }
    if let Some(body) = body {
        command += &format!(" \\\n  --data-raw {}", quote(body));
    }
    command + " \\\n  --compressed"
}

/// The quotes of Chrome for cmd.exe.
fn caret_quoted(text: &str) -> String {
    let inner = text.replace('\\', "\\\\").replace('"', "\\\"");
    let kept = |c: char| c.is_ascii_alphanumeric() || " _-:=+~'/.,?;()*`".contains(c);
    let escaped: String = inner.chars().map(|c| if kept(c) { c.to_string() } else { format!("^{c}") }).collect();
    format!("^\"{escaped}^\"")
}

#[test]
fn commands_of_curl_that_browsers_copy_are_read() {
    let single = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let ansi = |text: &str| {
        let escaped: String = text
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
            .collect();
        format!("$'{escaped}'")
    };
    for command in [bash(single, &order(), Some(BODY)), bash(ansi, &order(), Some(BODY)), bash(single, &list(), None)] {
        assert!(assert_right(&command, &[]).contains("read as a command line of curl"));
    }
    let mut cmd = format!("curl --url {}", caret_quoted(&format!("https://{HOST}{TARGET}")));
    for (name, value) in order() {
        cmd += &format!(" ^\r\n  -H {}", caret_quoted(&format!("{name}: {value}")));
    }
    assert_right(format!("{cmd} ^\r\n  --data-raw {}", caret_quoted(BODY)), &[]);
    // Chrome writes spaces for what is not ASCII.
    let (status, report, notes) =
        explained(format!("{cmd} ^\n --data-raw {}", caret_quoted(&BODY.replace('é', " "))), &[]);
    assert!(status == 1 && !report.contains("payload") && notes.contains("--body FILE"), "{report}{notes}");
}

#[test]
fn what_chrome_escapes_for_globbing_is_unescaped() {
    let headers: String =
        signed("GET", "/a?b[]=c&d={e}", None, &[]).iter().map(|(n, v)| format!(" -H '{n}: {v}'")).collect();
    for command in [
        format!("curl --url 'https://{HOST}/a?b\\[\\]=c&d=\\{{e\\}}'{headers}"),
        format!("curl -g 'https://{HOST}/a?b[]=c&d={{e}}'{headers}"),
    ] {
        assert_right(&command, &[]);
    }
}

#[test]
fn commands_of_curl_that_were_typed_are_read() {
    let headers: String = list().iter().map(|(name, value)| format!(" -H '{name}: {value}'")).collect();
    for command in [
        format!("$ curl -sS -v https://{HOST}{}{headers} | jq .", TARGET.replace('&', "\\&")),
        format!("curl.exe -so out.json --url 'https://{HOST}{TARGET}'{headers} -m 5 -k; ls"),
        format!("curl -G -d limit=2 -d after=x%2Fy https://{HOST}/orders/a%20b{headers}"),
    ] {
        assert_right(&command, &[]);
    }
    let notes = assert_right(format!("curl{headers} https://{HOST}{TARGET}"), &[]);
    assert!(notes.contains("the URL is not in quotes"), "{notes}");
}

#[test]
fn a_command_of_curl_without_a_signature_is_said_to_have_none() {
    for command in [
        format!("curl --aws-sigv4 aws:amz:us-east-1:execute-api -u AKIDEXAMPLE:pass https://{HOST}/"),
        format!("curl https://{HOST}/ -d a=b"),
    ] {
        let (status, report, notes) = explained(&command, &[]);
        assert_eq!((status, report.as_str()), (2, ""));
        assert!(
            notes.contains("has no signature") && notes.contains("sig4 call") && !notes.contains("pass"),
            "{notes}"
        );
    }
    let file = format!("curl -T /etc/passwd -H 'authorization: x' https://{HOST}/");
    assert!(explained(&file, &[]).2.contains("--body FILE"));
}

#[test]
fn calls_of_fetch_are_read() {
    let headers: serde_json::Map<_, _> = order().into_iter().map(|(name, value)| (name, value.into())).collect();
    let options = serde_json::json!({"headers": headers, "body": BODY, "method": "POST", "mode": "cors"});
    for text in [
        format!("fetch(\"https://{HOST}{TARGET}\", {options:#});"),
        format!("await fetch(\"https://{HOST}{TARGET}\", {options})"),
    ] {
        assert!(assert_right(&text, &[]).contains("read as a call of fetch"));
    }
    let (status, _, notes) = explained("fetch(url, {method: 'POST'})", &[]);
    assert!(status == 2 && notes.contains("not in JSON"), "{notes}");
}

#[test]
fn presigned_urls_are_read_as_they_are_copied() {
    let url = presigned();
    let wrapped: Vec<_> = url.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect();
    for (text, note) in [
        (url.clone(), ""),
        (format!("  <{url}>\r\n"), ""),
        (format!("\"{url}\","), ""),
        (format!("GET {url}"), ""),
        (url.replace('&', "&amp;"), "escaped for HTML or JSON"),
        (url.replace('&', "\\u0026").replace('/', "\\/"), "escaped for HTML or JSON"),
        (wrapped.join("\n"), "joined from several lines"),
        (wrapped.join("\r\n   "), "joined from several lines"),
        (percent_encoding::utf8_percent_encode(&url, percent_encoding::NON_ALPHANUMERIC).to_string(), "as a whole"),
    ] {
        let notes = assert_right(&text, &[]);
        assert!(notes.contains(note) && notes.contains(&format!("the request's own time, {AT}")), "{text}: {notes}");
    }
}

#[test]
fn a_presigned_url_that_is_cut_is_said_to_be() {
    let url = presigned();
    let first = url.split('&').next().unwrap();
    let (algorithm, _) = url.split_once("&X-Amz-Signature").unwrap();
    let cut = format!(
        "https://bucket.s3.us-east-1.amazonaws.com/a?{}",
        first.split_once('?').unwrap().1.replace("versionId=3", "X-Amz-Algorithm=AWS4-HMAC-SHA256")
    );
    for (text, note) in [(cut.as_str(), "cut at its first `&`"), (algorithm, "ends before its X-Amz-Signature")] {
        let (status, _, notes) = explained(text, &[]);
        assert!(status == 1 && notes.contains(note), "{text}: {notes}");
        let (status, _, notes) = super::told(super::sig4("explain").arg(text), b"");
        assert!(status == 1 && notes.contains(note), "{text}: {notes}");
    }
}

#[test]
fn fields_of_http_2_are_read_as_tools_show_them() {
    let pseudo = [(":authority", HOST), (":method", "GET"), (":path", TARGET), (":scheme", "https")];
    let pseudo = pseudo.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let fields = [pseudo.to_vec(), list()].concat();
    let each = |write: &dyn Fn(&str, &str) -> String| {
        fields.iter().map(|(name, value)| write(name, value)).collect::<String>()
    };
    for text in [
        each(&|name, value| format!("{name}: {value}\n")),
        each(&|name, value| format!("          {name}: {value}\r\n")),
        each(&|name, value| format!("* [HTTP/2] [1] [{name}: {value}]\n")),
        each(&|name, value| format!("* h2h3 [{name}: {value}]\n")),
        each(&|name, value| format!("'{name}', '{value}'\n")),
        each(&|name, value| format!("{name}\n{value}\n")),
        format!(
            "[  0.1] send HEADERS frame\n{}[  0.2] recv :status: 403\n",
            each(&|name, value| format!("  {name}: {value}\n"))
        ),
        format!("Request URL\n{}\n:status: 403\ndate: x\n", each(&|name, value| format!("{name}: {value}\n"))),
    ] {
        assert!(assert_right(&text, &[]).contains("read as a list of HTTP/2 fields"), "{text}");
    }
}

#[test]
fn marked_and_indented_requests_are_read() {
    let head =
        |mark: &str| format!("{mark}GET {TARGET} HTTP/1.1\n{mark}Host: {HOST}\n{}{mark}\n", lines(&list(), mark));
    for text in [head(""), head("> "), head("* "), head("< "), head("    "), head("\t")] {
        assert_right(&text, &[]);
        assert_right(text.replace('\n', "\r\n"), &[]);
        assert_right(format!("\n \n{text}"), &[]);
        assert_right(format!("\u{feff}{text}"), &[]);
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_right(utf16, &[]);
    }
    let two = format!(
        "$ curl -v\n{}< HTTP/1.1 302 Found\n<\n{}< HTTP/2 403\n< date: Sun, 30 Aug 2015 12:36:05 GMT\n< \n",
        head("> "),
        head("> ")
    );
    let notes = assert_right(&two, &[]);
    assert!(notes.contains("2 requests: this is about the last one"), "{notes}");
    assert!(notes.contains("judged at the time of the answer, 20150830T123605Z"), "{notes}");
    let insomnia = format!(
        "* Preparing request to https://{HOST}\n\n> POST {TARGET} HTTP/1.1\n> Host: {HOST}\n{}\n| {BODY}\n\n* We are completely uploaded\n< HTTP/1.1 403 Forbidden\n",
        lines(&order(), "> ")
    );
    assert_right(&insomnia, &[]);
}
