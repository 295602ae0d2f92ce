//! The fields of an HTTP/2 or HTTP/3 request, with pseudo-headers, as browsers, curl, nghttp and Envoy print them.
//!
//! ```text
//! :method: GET                     developer tools of browsers, nghttp -v
//! * [HTTP/2] [1] [:method: GET]    curl 8
//! * h2h3 [:method: GET]            curl 7.88
//! ':method', 'GET'                 log of Envoy
//! :method                          developer tools of Chrome since 2023: the value is on the next line
//! GET
//! ```

use super::outcome::Pasted;
use super::text::lines;
use crate::failure::Failure;
use crate::raw_request::RawRequest;
use http::header::{COOKIE, HOST};

const FORM: &str = "a list of HTTP/2 fields";
/// The pseudo-headers of a request.
const PSEUDO: [&str; 4] = [":method", ":path", ":authority", ":scheme"];

/// Reads the last list of fields with a `:method`.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let text = String::from_utf8_lossy(text);
    let fields = on_one_line(&text).or_else(|| on_two_lines(&text))?;
    Some(request(fields))
}

type Field = (String, String);

/// The fields of lines with a name and a value each.
fn on_one_line(text: &str) -> Option<Vec<Field>> {
    let mut last: Option<Vec<Field>> = None;
    let mut open: Vec<Field> = Vec::new();
    let is_request = |fields: &[Field]| fields.iter().any(|(name, _)| name == ":method");
    for line in lines(text.as_bytes()).map(|line| str::from_utf8(line).unwrap_or_default()) {
        match field(line) {
            Some((name, value)) => {
                // A pseudo-header again is that of another request or of the answer.
                if name.starts_with(':')
                    && (open.iter().any(|(other, _)| *other == name) || !PSEUDO.contains(&name.as_str()))
                {
                    last = Some(std::mem::take(&mut open)).filter(|fields| is_request(fields)).or(last);
                }
                if open.is_empty() && !name.starts_with(':') {
                    continue;
                }
                open.push((name, value));
            }
            None => last = Some(std::mem::take(&mut open)).filter(|fields| is_request(fields)).or(last),
        }
    }
    Some(open).filter(|fields| is_request(fields)).or(last)
}

/// The field of a line.
fn field(line: &str) -> Option<Field> {
    let mut line = line.trim().trim_start_matches("> ").trim_end_matches(',');
    if let Some(rest) = line.strip_prefix("* ") {
        line = rest.get(rest.rfind('[').filter(|_| rest.ends_with(']'))?..)?;
    }
    // Values may hold brackets, but the list of curl has one field in each pair.
    line = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')).unwrap_or(line);
    let pair = match line.strip_prefix('\'').and_then(|line| line.strip_suffix('\'')) {
        Some(quoted) => quoted.split_once("', '")?,
        None => {
            let at = line.get(1..)?.find(':')? + 1;
            let (name, value) = line.split_at_checked(at)?;
            (name, value.strip_prefix(':')?)
        }
    };
    let is_name = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace) && name.is_ascii();
    is_name(pair.0).then(|| (pair.0.to_owned(), pair.1.trim().to_owned()))
}

/// The fields of lines of which every second is a value.
fn on_two_lines(text: &str) -> Option<Vec<Field>> {
    let lines: Vec<_> = lines(text.as_bytes()).map(|line| str::from_utf8(line).unwrap_or_default().trim()).collect();
    let is_pseudo = |line: &&str| PSEUDO.contains(line);
    let method = lines.iter().rposition(|line| *line == ":method")?;
    let before = lines.get(..method)?.chunks(1).rev().flatten().step_by(1).enumerate();
    // Names are on every second line, so that the list begins at the first pseudo-header an even number of lines above.
    let start = before
        .filter(|(distance, line)| distance % 2 == 1 && is_pseudo(line))
        .map(|(distance, _)| method - distance - 1);
    let start = start.take(PSEUDO.len()).min().unwrap_or(method);
    let pairs = lines.get(start..)?.chunks_exact(2);
    let pair = |pair: &[&str]| match pair {
        [name, value] if !name.is_empty() && !name.contains(char::is_whitespace) => {
            Some((name.trim_end_matches(':').to_owned(), (*value).to_owned()))
        }
        _ => None,
    };
    Some(pairs.map_while(pair).collect())
}

fn request(fields: Vec<Field>) -> Result<Pasted, Failure> {
    let pseudo = |name: &str| fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    let missing = |name: &str| format!("this is {FORM}, and it has no `{name}`");
    let method = pseudo(":method").ok_or_else(|| missing(":method"))?;
    let path = pseudo(":path").ok_or_else(|| missing(":path"))?;
    let (authority, scheme) = (pseudo(":authority"), pseudo(":scheme"));
    let mut request = RawRequest::parse_head(format!("{method} {path} HTTP/2").as_bytes())?;
    let mut cookies = Vec::new();
    for (name, value) in fields.into_iter().filter(|(name, _)| !name.starts_with(':')) {
        // RFC 9113 section 8.2.3: the parts of a cookie may be fields of their own.
        match name.eq_ignore_ascii_case(COOKIE.as_str()) {
            true => cookies.push(value),
            false => request.headers.push((name, value.into_bytes())),
        }
    }
    if !cookies.is_empty() {
        request.headers.push((COOKIE.to_string(), cookies.join("; ").into_bytes()));
    }
    if let (None, Some(authority)) = (request.header(HOST.as_str()), authority) {
        request.headers.push((HOST.to_string(), authority.into_bytes()));
    }
    let mut pasted = Pasted::new(FORM, request, None);
    pasted.scheme = scheme;
    Ok(pasted)
}
