//! Placeholders for the parts of a case in a client's arguments, and the same values in its environment.

use serde_json::json;
use sig4_conformance::SigningCase;
use std::process::Command;

/// The values of a case for a client.
#[derive(Debug)]
pub(super) struct CaseValues<'a> {
    pub(super) case: &'a SigningCase,
    /// `127.0.0.1:PORT`.
    pub(super) host: &'a str,
    pub(super) body_file: &'a str,
    /// The headers of the case, without those that a client makes itself.
    pub(super) headers: Vec<(&'a str, &'a str)>,
}

impl CaseValues<'_> {
    fn url(&self) -> String {
        let target = self.case.target();
        let slash = if target.starts_with('/') { "" } else { "/" };
        ["http://", self.host, slash, &target].concat()
    }

    /// The arguments that replace a given argument.
    pub(super) fn expand(&self, argument: &str) -> Vec<String> {
        let option = |name: &str, value: String| vec![name.to_owned(), value];
        match argument {
            "{headers}" => self.headers.iter().flat_map(|(name, value)| option("-H", line(name, value))).collect(),
            "{token_header}" => match self.case.credentials().session_token() {
                Some(token) => option("-H", line("x-amz-security-token", token)),
                None => Vec::new(),
            },
            "{data}" if self.case.body().is_empty() => Vec::new(),
            "{data}" => option("--data-binary", format!("@{}", self.body_file)),
            text => vec![self.replaced(text)],
        }
    }

    /// Every placeholder in `text` replaced, in one pass.
    fn replaced(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let known = after.split_once('}').and_then(|(name, after)| Some((self.value(name)?, after)));
            match known {
                Some((value, after)) => {
                    out.push_str(&value);
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out + rest
    }

    fn value(&self, name: &str) -> Option<String> {
        let case = self.case;
        Some(match name {
            "method" => case.method().to_owned(),
            "url" => self.url(),
            "host" => self.host.to_owned(),
            "path" => case.path().to_owned(),
            "query" => case.query().unwrap_or_default().to_owned(),
            "region" => case.region().to_owned(),
            "service" => case.service().to_owned(),
            "access_key" => case.credentials().access_key_id().to_owned(),
            "secret_key" => case.secret_access_key().to_owned(),
            "session_token" => case.credentials().session_token().unwrap_or_default().to_owned(),
            "body_file" => self.body_file.to_owned(),
            _ => return None,
        })
    }

    /// Sets the values in the environment of `command`.
    pub(super) fn put_into(&self, command: &mut Command) {
        let credentials = self.case.credentials();
        command
            .env("SIG4_METHOD", self.case.method())
            .env("SIG4_URL", self.url())
            .env("SIG4_REGION", self.case.region())
            .env("SIG4_SERVICE", self.case.service())
            .env("SIG4_BODY_FILE", self.body_file)
            .env("SIG4_HEADERS", json!(self.headers).to_string())
            .env("AWS_ACCESS_KEY_ID", credentials.access_key_id())
            .env("AWS_SECRET_ACCESS_KEY", self.case.secret_access_key());
        match credentials.session_token() {
            Some(token) => command.env("AWS_SESSION_TOKEN", token),
            None => command.env_remove("AWS_SESSION_TOKEN"),
        };
        // The size of an environment is limited, so a large case is left out.
        let case = self.case.to_json();
        if case.len() < 100_000 {
            command.env("SIG4_CASE", case);
        }
    }
}

/// A header for curl's `-H`: an empty header ends with a semicolon.
fn line(name: &str, value: &str) -> String {
    if value.trim().is_empty() { format!("{name};") } else { format!("{name}: {value}") }
}

#[cfg(test)]
mod tests {
    use super::{CaseValues, line};
    use sig4_conformance::Suite;

    fn expanded(id: &str, argument: &str) -> Vec<String> {
        let suite = Suite::all().filtered(|case| case.id() == id);
        let headers = vec![("X-A", "b"), ("X-Empty", " ")];
        let told = CaseValues { case: &suite.cases()[0], host: "127.0.0.1:8080", body_file: "/b", headers };
        told.expand(argument)
    }

    #[test]
    fn placeholders_are_replaced_once_and_other_braces_are_left() {
        let get = |argument| expanded("classic/get-vanilla-query-order-key-case", argument);
        assert_eq!(get("{method} {url}"), ["GET http://127.0.0.1:8080/?Param2=value2&Param1=value1"]);
        assert_eq!(get("{access_key}:{secret_key}"), ["AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"]);
        assert_eq!(get("{{host}{nothing}{\"a\":1}{"), ["{127.0.0.1:8080{nothing}{\"a\":1}{"]);
        assert_eq!(
            get("aws:amz:{region}:{service} {path}?{query}"),
            ["aws:amz:us-east-1:service /?Param2=value2&Param1=value1"]
        );
    }

    #[test]
    fn some_arguments_become_several_or_none() {
        assert_eq!(expanded("classic/get-vanilla", "{headers}"), ["-H", "X-A: b", "-H", "X-Empty;"]);
        assert_eq!(expanded("classic/get-vanilla", "{data}"), [""; 0]);
        assert_eq!(expanded("classic/get-vanilla", "{token_header}"), [""; 0]);
        assert_eq!(expanded("classic/post-x-www-form-urlencoded-parameters", "{data}"), ["--data-binary", "@/b"]);
        let token = expanded("v4/get-vanilla-with-session-token/header", "{token_header}");
        assert!(
            matches!(token.as_slice(), [option, value] if option == "-H" && value.starts_with("x-amz-security-token: "))
        );
        assert_eq!(line("a", ""), "a;");
    }
}
