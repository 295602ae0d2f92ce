//! The method and the URL.
//!
//! ```text
//! words  = [ METHOD ] URL                    ; httpie's order
//! METHOD = 1*( %x41-5A / "-" / "_" )         ; a word of capitals; before a URL, any word without `.`, `:` and `/`
//! URL    = [ scheme "://" ] host-and-port …  ; `:3000` is localhost:3000
//! ```

use crate::body::Body;
use crate::failure::Failure;
use crate::url::{self, Url};
use clap::Args;
use http::Method;

/// The arguments that name the method and the URL.
#[derive(Args, Debug)]
#[command(next_help_heading = "Request")]
pub(super) struct TargetArgs {
    /// The method, if a URL follows [default: GET, or POST with a body]
    #[arg(value_name = "METHOD", help_heading = "Arguments")]
    first: Option<String>,
    /// The URL, signed byte for byte as given. Without a scheme it is http:// for this machine (`localhost:3000/x`, `:3000/x`)
    /// and https:// for other hosts
    #[arg(value_name = "URL", help_heading = "Arguments")]
    second: Option<String>,
    /// The method, as curl takes it
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    request: Option<String>,
    /// Ask for the head alone, with HEAD
    #[arg(short = 'I', long)]
    pub(super) head: bool,
    /// Put the data into the query of the URL, and send GET
    #[arg(short = 'G', long)]
    pub(super) get: bool,
}

impl TargetArgs {
    /// Whether nothing is given.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none() && self.request.is_none() && !self.head && !self.get
    }

    /// The method before the URL, and the whole URL.
    pub(super) fn words(&self) -> Result<(Option<String>, String), Failure> {
        let (method, url) = match (&self.first, &self.second) {
            (Some(method), Some(url)) if is_url(method) && !is_url(url) => {
                let swapped = is_method(url);
                let advice = if swapped { "the method stands before the URL" } else { "give one URL" };
                return Err(format!("there is a word after the URL: {advice}").into());
            }
            (Some(method), Some(_)) if is_url(method) => {
                return Err("there are two URLs: give one, after the method".into());
            }
            (Some(method), Some(url)) => (Some(capital(method)), url),
            (Some(word), None) if is_method(word) => {
                return Err("there is a method and no URL: give `METHOD URL`, or `URL` alone".into());
            }
            (Some(url), None) if is_url(url) || url == "localhost" => (None, url),
            (Some(_), None) => {
                return Err("this is no URL: write the host with a path or a scheme, as in `https://HOST`".into());
            }
            (None, _) => return Err("give a URL, as in `sig4 COMMAND [METHOD] URL`; --help has examples".into()),
        };
        Ok((method, url::with_scheme(url).into_owned()))
    }

    /// The method from the word before the URL, `-X` or `-I`, which agree.
    pub(super) fn method(&self, word: Option<&str>, default: &str) -> Result<String, Failure> {
        let head = self.head.then_some(Method::HEAD.as_str());
        let mut given = [word, self.request.as_deref(), head].into_iter().flatten();
        let Some(method) = given.next() else { return Ok(default.to_owned()) };
        if given.any(|other| other != method) {
            return Err("the method is given twice, and differs: by the word before the URL, -X or -I; give one".into());
        }
        Ok(method.to_owned())
    }
}

/// Whether a word is written as a URL.
fn is_url(word: &str) -> bool {
    word.contains(['.', ':', '/'])
}

/// Whether a word alone is written as a method.
fn is_method(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'))
}

/// A common method in any case, in capitals, as httpie reads it. Others stay as they are: methods are case-sensitive.
fn capital(method: &str) -> String {
    const COMMON: [Method; 7] =
        [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];
    let known = COMMON.iter().find(|known| known.as_str().eq_ignore_ascii_case(method));
    known.map_or(method, Method::as_str).to_owned()
}

/// The URL with the data after its query.
pub(super) fn joined_query(url: &str, data: &Body) -> Result<String, Failure> {
    if matches!(data, Body::None) {
        return Ok(url.to_owned());
    }
    let data = str::from_utf8(data.bytes()).map_err(|_| "-G puts the data into the URL, and it is not UTF-8")?;
    let parts = Url::split(url)?;
    let target = parts.target();
    let joint = match parts.query {
        None => "?",
        Some(query) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    Ok(parts.with_target(&[&target, joint, data].concat()))
}

#[cfg(test)]
mod tests {
    use super::{TargetArgs, joined_query};
    use crate::body::Body;

    fn words(first: &str, second: Option<&str>) -> Result<(Option<String>, String), String> {
        let second = second.map(str::to_owned);
        let args = TargetArgs { first: Some(first.to_owned()), second, request: None, head: false, get: false };
        args.words().map_err(|error| error.to_string())
    }

    #[test]
    fn a_method_may_stand_before_the_url() {
        for (first, second, method, url) in [
            ("https://h/", None, None, "https://h/"),
            ("GET", Some("https://h/"), Some("GET"), "https://h/"),
            ("delete", Some(":3000/x"), Some("DELETE"), "http://localhost:3000/x"),
            ("purge", Some("h.example"), Some("purge"), "https://h.example"),
            ("localhost", None, None, "http://localhost"),
            ("GET", Some("localhost"), Some("GET"), "http://localhost"),
        ] {
            assert_eq!(words(first, second), Ok((method.map(str::to_owned), url.to_owned())), "{first} {second:?}");
        }
    }

    #[test]
    fn words_that_may_mean_two_things_are_refused() {
        for (first, second, why) in [
            ("GET", None, "no URL"),
            ("POST-X", None, "no URL"),
            ("https://h/", Some("GET"), "the method stands before the URL"),
            ("https://h/", Some("x"), "give one URL"),
            ("https://h/", Some("https://i/"), "two URLs"),
        ] {
            assert!(words(first, second).unwrap_err().contains(why), "{first} {second:?}");
        }
    }

    #[test]
    fn methods_that_differ_are_refused() {
        let args = |request: Option<&str>, head| TargetArgs {
            first: None,
            second: None,
            request: request.map(str::to_owned),
            head,
            get: false,
        };
        let method = |word, request, head| args(request, head).method(word, "GET").map_err(|error| error.to_string());
        assert_eq!(method(None, None, false).unwrap(), "GET");
        assert_eq!(method(Some("PUT"), Some("PUT"), false).unwrap(), "PUT");
        assert_eq!(method(None, Some("PUT"), false).unwrap(), "PUT");
        assert_eq!(method(Some("HEAD"), None, true).unwrap(), "HEAD");
        for (word, request, head) in
            [(Some("PUT"), Some("put"), false), (Some("GET"), None, true), (None, Some("GET"), true)]
        {
            assert!(method(word, request, head).unwrap_err().contains("differs"));
        }
    }

    #[test]
    fn data_is_appended_to_the_query() {
        for (url, joined) in [
            ("https://h", "https://h/?a=b"),
            ("https://h/x#f", "https://h/x?a=b"),
            ("https://h/x?", "https://h/x?a=b"),
            ("https://h/x?c", "https://h/x?c&a=b"),
            ("https://h/x?c&", "https://h/x?c&a=b"),
        ] {
            assert_eq!(joined_query(url, &Body::Given(b"a=b".to_vec())).unwrap(), joined);
        }
        assert!(joined_query("https://h", &Body::Given(vec![0xff])).is_err());
    }
}
