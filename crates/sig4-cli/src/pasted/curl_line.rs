//! A command line of curl, as browsers copy it or as it was typed.

use super::outcome::{BodyState, Pasted, is_signed};
use super::shell_words::{Words, of_bash, of_cmd};
use crate::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, REFERER, USER_AGENT};

const FORM: &str = "a command line of curl";

/// The short options of curl that take a value.
const SHORT_WITH_VALUE: &str = "AbcCdDeEFhHKmoPQrtTuUwxXyYzZ";
/// The long options of curl that take no value, as far as people use them. Any other long option takes one.
const LONG_WITHOUT_VALUE: [&str; 36] = [
    "anyauth",
    "append",
    "basic",
    "compressed",
    "create-dirs",
    "digest",
    "fail",
    "fail-with-body",
    "get",
    "globoff",
    "head",
    "http0.9",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "include",
    "insecure",
    "ipv4",
    "ipv6",
    "junk-session-cookies",
    "location",
    "location-trusted",
    "next",
    "no-buffer",
    "no-keepalive",
    "no-progress-meter",
    "path-as-is",
    "progress-bar",
    "remote-name",
    "remote-time",
    "show-error",
    "silent",
    "tcp-nodelay",
    "verbose",
];

/// Reads a text that is a command line of curl.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let text = str::from_utf8(text).ok()?.trim_start();
    let text = text.strip_prefix("$ ").or_else(|| text.strip_prefix("> ")).unwrap_or(text).trim_start();
    let program = text.split(char::is_whitespace).next()?;
    if !matches!(program, "curl" | "curl.exe") {
        return None;
    }
    let is_cmd = text.contains("^\"") || text.lines().any(|line| line.ends_with(" ^"));
    let words = if is_cmd { Some(of_cmd(text)) } else { of_bash(text) };
    Some(match words {
        Some(words) => request(words, is_cmd),
        None => Err(format!("this is {FORM}, and a quote in it is not closed: copy all of it").into()),
    })
}

/// The options that make the request.
#[derive(Default)]
struct Options {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    data: Vec<String>,
    is_json: bool,
    is_get: bool,
    is_head: bool,
    is_globoff: bool,
    /// A file or form that the command sends and that is not read, in words.
    sends: Option<String>,
    user: Option<String>,
    signs: bool,
}

fn request(words: Words, is_cmd: bool) -> Result<Pasted, Failure> {
    let mut options = Options::default();
    let mut rest = words.words.into_iter().skip(1);
    while let Some(word) = rest.next() {
        if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
            let (name, given) =
                long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
            if LONG_WITHOUT_VALUE.contains(&name) || name.starts_with("no-") {
                options.flag(name);
            } else {
                let value = given.or_else(|| rest.next()).unwrap_or_default();
                options.take(name, value);
            }
        } else if let Some(short) = word.strip_prefix('-').filter(|short| !short.is_empty()) {
            options.take_short(short, &mut rest);
        } else {
            options.url.get_or_insert(word);
        }
    }
    let mut pasted = options.request(words.variable)?;
    if is_cmd && !pasted.request.body.is_empty() {
        pasted =
            pasted.with_uncertain_body("browsers write spaces for characters that are not ASCII in a command for cmd");
    }
    if words.is_cut {
        pasted =
            pasted.with_note("the URL is not in quotes, so that a shell cuts it at `&`: it is judged as if it were");
    }
    Ok(pasted)
}

impl Options {
    /// Takes a group of short options, such as `-sXPOST`.
    fn take_short(&mut self, group: &str, rest: &mut impl Iterator<Item = String>) {
        let mut letters = group.chars();
        while let Some(letter) = letters.next() {
            let name = match letter {
                'X' => "request",
                'H' => "header",
                'd' => "data",
                'F' => "form",
                'T' => "upload-file",
                'A' => "user-agent",
                'b' => "cookie",
                'e' => "referer",
                'u' => "user",
                'G' => "get",
                'g' => "globoff",
                'I' => "head",
                _ => "",
            };
            if SHORT_WITH_VALUE.contains(letter) {
                let attached = letters.as_str();
                let value = if attached.is_empty() { rest.next().unwrap_or_default() } else { attached.to_owned() };
                return self.take(name, value);
            }
            self.flag(name);
        }
    }

    fn flag(&mut self, name: &str) {
        match name {
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            "globoff" => self.is_globoff = true,
            _ => {}
        }
    }

    fn take(&mut self, name: &str, value: String) {
        let mut header = |name: &str, value: &str| self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        match name {
            "request" => self.method = Some(value),
            "url" => drop(self.url.get_or_insert(value)),
            "header" => {
                if let Some((name, value)) = value.split_once(':') {
                    // `-H name:` removes a header, and `-H name;` sends it empty.
                    if !value.trim().is_empty() {
                        header(name, value.trim());
                    }
                } else if let Some(name) = value.strip_suffix(';') {
                    header(name, "");
                }
            }
            "user-agent" => header(USER_AGENT.as_str(), &value),
            "referer" => header(REFERER.as_str(), &value),
            "cookie" if value.contains('=') => header(COOKIE.as_str(), &value),
            "oauth2-bearer" => header(AUTHORIZATION.as_str(), &format!("Bearer {value}")),
            "user" => self.user = Some(value),
            "aws-sigv4" => self.signs = true,
            "data-raw" => self.data.push(value),
            "data" | "data-ascii" | "data-binary" | "json" => {
                self.is_json |= name == "json";
                match value.strip_prefix('@') {
                    Some(file) => self.sends = Some(format!("the file `{file}`")),
                    None => self.data.push(value),
                }
            }
            "upload-file" => self.sends = Some(format!("the file `{value}`")),
            "data-urlencode" | "form" | "form-string" => self.sends = Some("a form".to_owned()),
            _ => {}
        }
    }

    fn request(mut self, variable: Option<String>) -> Result<Pasted, Failure> {
        if self.signs {
            return Err(UNSIGNED.into());
        }
        if let (Some(user), false) = (self.user.take(), self.has_header(AUTHORIZATION.as_str())) {
            self.headers.push((AUTHORIZATION.to_string(), format!("Basic {}", STANDARD.encode(user)).into_bytes()));
        }
        let url = self.url.take().ok_or_else(|| format!("this is {FORM}, and it has no URL"))?;
        let mut url = crate::url::with_scheme(&url).into_owned();
        if !self.is_globoff {
            // Chrome escapes what curl's globbing acts on.
            url = ["[", "]", "{", "}"].iter().fold(url, |url, mark| url.replace(&format!("\\{mark}"), mark));
        }
        let mut body = (!self.data.is_empty()).then(|| self.data.join(if self.is_json { "" } else { "&" }));
        if self.is_get {
            let data = body.take().unwrap_or_default();
            let joint = if url.contains('?') { '&' } else { '?' };
            url.extend([joint.to_string(), data]);
        }
        let has_body = body.is_some() || self.sends.is_some();
        let default = if self.is_head {
            Method::HEAD
        } else if has_body {
            Method::POST
        } else {
            Method::GET
        };
        if has_body && !self.has_header(CONTENT_TYPE.as_str()) {
            let media_type = if self.is_json { "application/json" } else { "application/x-www-form-urlencoded" };
            self.headers.push((CONTENT_TYPE.to_string(), media_type.into()));
        }
        let method = self.method.take().unwrap_or_else(|| default.to_string());
        let body = if self.sends.is_some() { None } else { Some(body.unwrap_or_default().into_bytes()) };
        let mut pasted = Pasted::of_url(FORM, &method, &url, self.headers, body)?;
        if !is_signed(&pasted.request) {
            return Err(UNSIGNED.into());
        }
        if let Some(variable) = variable {
            let note = format!(
                "the command has the variable ${variable} of the shell, whose value is not known: paste the output of curl -v"
            );
            pasted = pasted.with_note(note);
        }
        if let Some(what) = self.sends {
            pasted.body = BodyState::Missing;
            pasted = pasted.with_note(format!("the command sends {what}, which is not read from here"));
        }
        Ok(pasted)
    }

    fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }
}

/// What to do with a command that has no signature.
const UNSIGNED: &str = "this command line of curl has no signature: curl computes it when it runs. Run it with -v and paste what it \
                        prints, or send the request with `sig4 call`, which takes the same options";
