//! The expiration of temporary credentials, and its effect on a presigned URL.
//!
//! Source: `AWS_CREDENTIAL_EXPIRATION` as botocore's `EnvProvider` reads it and `aws configure export-credentials --format env` prints
//! it; RFC 3339 for its form.

use crate::failure::Failure;
use sig4::sign::Presigned;
use sig4::{Credentials, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The environment variable with the expiration of the credentials in the environment.
const VARIABLE: &str = "AWS_CREDENTIAL_EXPIRATION";

/// Parses a time. Errors call it `name`.
pub(crate) fn moment(name: &str, text: &str) -> Result<OffsetDateTime, Failure> {
    let parsed = OffsetDateTime::parse(text.trim(), &Rfc3339);
    parsed.map_err(|_| format!("`{name}` is not a time such as 2015-08-30T12:36:00Z").into())
}

/// The note about a URL that its credentials shorten.
pub(crate) fn shortened(presigned: &Presigned, credentials: &Credentials) -> Option<String> {
    let asked = presigned.shortened_from()?;
    let end = credentials.expiration().and_then(|end| Timestamp::new(end).ok());
    let end = end.map_or_else(String::new, |end| format!(" at {end}"));
    Some(format!("the URL lasts {} s in place of {asked} s: its credentials end{end}", presigned.expires()))
}

/// The note about a URL whose session token ends at an unknown time.
pub(crate) fn unknown(credentials: &Credentials) -> Option<String> {
    let is_unknown = credentials.session_token().is_some() && credentials.expiration().is_none();
    is_unknown.then(|| {
        format!("the URL ends when the session token does, which may be before its time: {VARIABLE} would say when")
    })
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_are_read_as_aws_tools_write_them() {
        for text in ["2015-08-30T12:36:00Z", "2015-08-30T12:36:00+00:00", " 2015-08-30T14:36:00.000+02:00\n"] {
            assert_eq!(moment("x", text).unwrap().unix_timestamp(), 1_440_938_160, "{text}");
        }
        for text in ["", "soon", "1440938160", "20150830T123600Z", "2015-08-30T12:36:00", "2015-02-30T12:36:00Z"] {
            let why = moment("NAME", text).unwrap_err().to_string();
            assert!(why.starts_with("`NAME` is not a time"), "{text}: {why}");
        }
    }
}
