//! The headers: `-H`, and curl's options for single ones.
//!
//! Source: curl's manual page, `--header`, `--user-agent`, `--referer` and `--cookie`.

use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::print;
use clap::Args;
use http::header::{COOKIE, HOST, REFERER, USER_AGENT};

/// The header with a session token.
const TOKEN: &str = "x-amz-security-token";

/// The arguments that give headers.
#[derive(Args, Debug)]
#[command(next_help_heading = "Request")]
pub(super) struct HeaderArgs {
    /// A header to send and sign. `name;` sends an empty header, `name:` leaves out one that is sent by default. May be
    /// repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = HeaderArg::parse)]
    headers: Vec<HeaderArg>,
    /// The user-agent header
    #[arg(short = 'A', long, value_name = "NAME")]
    user_agent: Option<String>,
    /// The referer header
    #[arg(short = 'e', long, value_name = "URL")]
    referer: Option<String>,
    /// The cookie header. May be repeated. Files with cookies are not read
    #[arg(short = 'b', long = "cookie", value_name = "NAME=VALUE")]
    cookies: Vec<String>,
}

/// The value of one `-H`.
#[derive(Clone, Debug)]
enum HeaderArg {
    Given(GivenHeader),
    /// `name:`, which leaves a header out.
    Removed(String),
}

impl HeaderArg {
    fn parse(text: &str) -> Result<Self, String> {
        let header = GivenHeader::parse(text)?;
        let is_removal = header.value.is_empty() && text.contains(':');
        Ok(if is_removal { Self::Removed(header.name) } else { Self::Given(header) })
    }
}

impl HeaderArgs {
    /// Whether nothing is given.
    pub(super) fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.user_agent.is_none() && self.referer.is_none() && self.cookies.is_empty()
    }

    /// Whether `-H name:` leaves a header out.
    pub(super) fn removes(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|header| matches!(header, HeaderArg::Removed(removed) if removed.eq_ignore_ascii_case(name)))
    }

    /// The session token among the `-H` headers.
    pub(super) fn token(&self) -> Option<&str> {
        self.headers.iter().find_map(|header| match header {
            HeaderArg::Given(header) if header.is(TOKEN) => Some(header.value.as_str()),
            _ => None,
        })
    }

    /// The headers in their order. A header of `-H` replaces that of an option of its own, as with curl.
    pub(super) fn given(&self) -> Result<Vec<GivenHeader>, Failure> {
        if self.removes(HOST.as_str()) {
            return Err(
                "`-H host:` would leave out the host, and every signature covers it: leave out this option".into()
            );
        }
        let given = self.headers.iter().filter_map(|header| match header {
            HeaderArg::Given(header) => Some(header.clone()),
            HeaderArg::Removed(_) => None,
        });
        let mut headers: Vec<_> = given.collect();
        let cookies = self.cookies()?;
        for (name, value) in [(USER_AGENT, &self.user_agent), (REFERER, &self.referer), (COOKIE, &cookies)] {
            let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else { continue };
            print::keep_header(name.as_str(), value);
            if !headers.iter().any(|header| header.is(name.as_str())) && !self.removes(name.as_str()) {
                headers.push(GivenHeader { name: name.to_string(), value: value.to_owned() });
            }
        }
        Ok(headers)
    }

    /// The value of the cookie header.
    fn cookies(&self) -> Result<Option<String>, Failure> {
        if self.cookies.iter().any(|cookie| !cookie.is_empty() && !cookie.contains('=')) {
            return Err("-b takes cookies, as in `-b NAME=VALUE`; files with cookies are not read".into());
        }
        let cookies: Vec<_> = self.cookies.iter().map(String::as_str).filter(|cookie| !cookie.is_empty()).collect();
        Ok((!cookies.is_empty()).then(|| cookies.join(";")))
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderArg, HeaderArgs};

    fn args(headers: &[&str]) -> HeaderArgs {
        let headers = headers.iter().map(|text| HeaderArg::parse(text).unwrap()).collect();
        HeaderArgs {
            headers,
            user_agent: Some("ua".to_owned()),
            referer: None,
            cookies: vec!["a=b".to_owned(), "c=".to_owned()],
        }
    }

    fn names_and_values(args: &HeaderArgs) -> Vec<(String, String)> {
        args.given().unwrap().into_iter().map(|header| (header.name, header.value)).collect()
    }

    #[test]
    fn a_header_of_its_own_option_yields_to_dash_h() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(names_and_values(&args(&[])), [pair("user-agent", "ua"), pair("cookie", "a=b;c=")]);
        let given = args(&["User-Agent: mine", "cookie:", "x-a;", "x-b:"]);
        assert_eq!(names_and_values(&given), [pair("User-Agent", "mine"), pair("x-a", "")]);
        assert!(given.removes("X-B") && !given.removes("x-a"));
    }

    #[test]
    fn the_host_stays_and_cookies_are_no_files() {
        assert!(args(&["Host:"]).given().unwrap_err().to_string().contains("host"));
        let mut file = args(&[]);
        file.cookies = vec!["jar.txt".to_owned()];
        assert!(file.given().unwrap_err().to_string().contains("not read"));
    }
}
