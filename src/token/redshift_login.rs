//! The answer of Redshift: a database user, and a password that ends.
//!
//! Source: the service models of `redshift` (2012-12-01) and `redshift-serverless` (2021-04-21) in botocore.

use super::issued::Token;
use crate::bytes::{json, xml};
use crate::error::{Error, ErrorKind};
use crate::time::Timestamp;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// The longest answer that is read, in bytes.
pub const MAX_REDSHIFT_ANSWER_LEN: usize = 65_536;

/// A database user of Redshift and the password, as [`Redshift::login`](super::Redshift::login) reads them. `Debug` does not show the
/// password.
#[must_use]
#[derive(Clone, Debug)]
pub struct RedshiftLogin {
    user: String,
    password: Token,
}

impl RedshiftLogin {
    /// The user to log in as, with the prefix that Redshift puts before the name: `IAM:jane`, `IAMA:jane` if it was created, `IAMR:role`.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password, and when it ends. A session that is open stays open.
    pub const fn password(&self) -> &Token {
        &self.password
    }

    /// The answer of a cluster.
    pub(super) fn of_xml(answer: &str) -> Result<Self, Error> {
        let answer = within_limit(answer)?;
        let element = |open, close| xml::element(answer, open, close).ok_or_else(|| lacks(open));
        let text = |content| xml::text(content).ok_or_else(|| invalid("an element has markup in it"));
        let user = text(element("<DbUser>", "</DbUser>")?)?;
        let password = text(element("<DbPassword>", "</DbPassword>")?)?;
        let end = Timestamp::parse_extended(element("<Expiration>", "</Expiration>")?).map_err(|_| no_time())?;
        Self::new(user.as_str(), password, end.to_datetime())
    }

    /// The answer of a workgroup.
    pub(super) fn of_json(answer: &str) -> Result<Self, Error> {
        let members = json::Members::read(within_limit(answer)?).ok_or_else(|| invalid("it is not a JSON object"))?;
        let text = |name| match members.only(name) {
            Some(json::Value::Text(text)) => Ok(text.as_str()),
            _ => Err(lacks(name)),
        };
        let password = Zeroizing::new(text("dbPassword")?.to_owned());
        let end = match members.only("expiration") {
            Some(json::Value::Number(seconds)) => moment(seconds).ok_or_else(no_time)?,
            _ => return Err(lacks("expiration")),
        };
        Self::new(text("dbUser")?, password, end)
    }

    fn new(user: &str, password: Zeroizing<String>, end: OffsetDateTime) -> Result<Self, Error> {
        if user.is_empty() || password.is_empty() {
            return Err(invalid("the user or the password is empty"));
        }
        Ok(Self { user: user.to_owned(), password: Token::of_service(password, end) })
    }
}

/// The whole seconds of a number of seconds since 1970, which may have a fraction and an exponent.
fn moment(seconds: &str) -> Option<OffsetDateTime> {
    let since = Duration::checked_seconds_f64(seconds.parse().ok()?)?;
    OffsetDateTime::UNIX_EPOCH.checked_add(Duration::seconds(since.whole_seconds()))
}

fn within_limit(answer: &str) -> Result<&str, Error> {
    if answer.len() > MAX_REDSHIFT_ANSWER_LEN { Err(invalid("it is longer than 65536 bytes")) } else { Ok(answer) }
}

fn lacks(name: &str) -> Error {
    invalid(format!("it has not one `{}`", name.trim_matches(['<', '>'])))
}

fn no_time() -> Error {
    invalid("its expiration is not a time")
}

#[cold]
fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidAnswer, detail)
}
