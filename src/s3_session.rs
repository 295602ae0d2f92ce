//! The request for credentials of S3 Express One Zone, and its answer.
//!
//! `CreateSession` is signed with the service `s3express` and ordinary credentials. Its answer has credentials for one bucket and five
//! minutes, whose token has [a header of its own](Credentials::with_s3_session_token). They sign requests for objects. `CopyObject`,
//! `HeadBucket` and the requests that manage buckets are signed with ordinary credentials.
//!
//! ```
//! use sig4::s3_session::{CreateSession, SessionMode, session_credentials};
//! use sig4::{Credentials, Signer, Timestamp};
//!
//! let credentials = Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
//! let signer = Signer::new("us-east-1", "s3express")?;
//! let host = "bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com";
//! let now = Timestamp::parse("20261129T220138Z")?;
//!
//! let mut request = CreateSession::new(host).with_mode(SessionMode::ReadOnly).request()?;
//! signer.sign(&mut request, &credentials, now)?;
//! assert_eq!(request.uri(), "https://bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/?session");
//!
//! // The client sends it and receives:
//! let answer = "<CreateSessionResult><Credentials><AccessKeyId>ASIDEXAMPLE000000001</AccessKeyId>\
//!     <SecretAccessKey>kWcrlUX5JEDGM</SecretAccessKey><SessionToken>AbC</SessionToken>\
//!     <Expiration>2026-11-29T22:06:38Z</Expiration></Credentials></CreateSessionResult>";
//! let session = session_credentials(answer)?;
//! let mut get = http::Request::get(format!("https://{host}/key")).body(())?;
//! signer.sign(&mut get, &session, now)?;
//! assert_eq!(get.headers()["x-amz-s3session-token"], "AbC");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: `CreateSession` in the Amazon S3 API Reference; botocore 1.43.11 and the AWS SDK for JavaScript 3.1174 as references.

use crate::bytes::xml;
use crate::credentials::{Credentials, SecretKey};
use crate::error::{Error, ErrorKind};
use crate::time::Timestamp;
use http::Request;
use zeroize::Zeroizing;

/// The header that limits a session.
const MODE_HEADER: &str = "x-amz-create-session-mode";
/// The path and query of the request.
const TARGET: &str = "/?session";
/// The longest answer that is read, in bytes.
pub const MAX_SESSION_ANSWER_LEN: usize = 65_536;

/// What a session may do.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SessionMode {
    /// `ReadWrite`: every request for objects. The default.
    #[default]
    ReadWrite,
    /// `ReadOnly`: `GetObject`, `HeadObject`, `ListObjectsV2`, `ListParts`, `ListMultipartUploads` and `GetObjectAttributes`.
    ReadOnly,
}

impl SessionMode {
    /// The value of `x-amz-create-session-mode`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "ReadWrite",
            Self::ReadOnly => "ReadOnly",
        }
    }
}

/// A request for the credentials of a session. See the [module](self) for an example.
#[derive(Clone, Debug)]
pub struct CreateSession<'a> {
    host: &'a str,
    mode: Option<SessionMode>,
}

impl<'a> CreateSession<'a> {
    /// A request to the host of a directory bucket, such as `bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com`.
    #[must_use]
    pub const fn new(host: &'a str) -> Self {
        Self { host, mode: None }
    }

    /// Sets what the session may do.
    #[must_use]
    pub const fn with_mode(mut self, mode: SessionMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The request, to be signed for the service `s3express`. Add headers before it is signed, such as `x-amz-server-side-encryption` and
    /// `x-amz-server-side-encryption-aws-kms-key-id` for how objects of the session are encrypted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidHost`] if a URL cannot have the host.
    pub fn request(&self) -> Result<Request<()>, Error> {
        let request = Request::get(["https://", self.host, TARGET].concat());
        let request = match self.mode {
            Some(mode) => request.header(MODE_HEADER, mode.as_str()),
            None => request,
        };
        let invalid = || Error::new(ErrorKind::InvalidHost, "a URL cannot have the host of the bucket");
        let request = request.body(()).map_err(|_| invalid())?;
        let is_host =
            request.uri().host() == Some(self.host) && request.uri().path_and_query().is_some_and(|t| t == TARGET);
        if is_host { Ok(request) } else { Err(invalid()) }
    }
}

/// Reads the credentials of a session, with their token and expiration, from the answer to a [`CreateSession`].
///
/// The answer is XML. The reader takes each of the four elements of `Credentials` once, and refuses an answer that has one twice, or
/// without an end. It refuses comments, CDATA sections and document types, which S3 does not write.
///
/// # Errors
///
/// [`ErrorKind::InvalidSession`] if the answer is longer than [`MAX_SESSION_ANSWER_LEN`] bytes, or an element is not there, comes
/// twice or has markup in it, or there is other markup than elements. Also the errors of [`Credentials::new`] and [`Credentials::with_s3_session_token`]. No error repeats the
/// answer.
pub fn session_credentials(answer: &str) -> Result<Credentials, Error> {
    if answer.len() > MAX_SESSION_ANSWER_LEN {
        return Err(invalid("it is too long"));
    }
    if answer.contains("<!") {
        return Err(invalid("it has a comment, a CDATA section or a document type"));
    }
    let credentials = element(answer, "<Credentials>", "</Credentials>")?;
    let id = text(element(credentials, "<AccessKeyId>", "</AccessKeyId>")?)?;
    let secret = text(element(credentials, "<SecretAccessKey>", "</SecretAccessKey>")?)?;
    let token = text(element(credentials, "<SessionToken>", "</SessionToken>")?)?;
    let end = element(credentials, "<Expiration>", "</Expiration>")?;
    let end = Timestamp::parse_extended(end).map_err(|_| invalid("its `Expiration` is not a time"))?;
    let credentials = Credentials::new(id.as_str(), SecretKey::new(secret.as_str())?)?;
    Ok(credentials.with_s3_session_token(token.as_str())?.with_expiration(end.to_datetime()))
}

/// The content of the only element of a name, without attributes.
fn element<'a>(text: &'a str, open: &'static str, close: &'static str) -> Result<&'a str, Error> {
    xml::element(text, open, close).ok_or_else(|| invalid(format!("it has not one `{open}`")))
}

/// The text of an element.
fn text(content: &str) -> Result<Zeroizing<String>, Error> {
    xml::text(content).ok_or_else(|| invalid("an element has markup in it"))
}

fn invalid(detail: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidSession, detail)
}

#[cfg(test)]
mod tests {
    use super::{CreateSession, session_credentials};
    use crate::error::ErrorKind;
    use crate::session_token::SessionTokenKind;

    const ANSWER: &str = "<?xml version=\"1.0\"?><CreateSessionResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Credentials>\
                          <SessionToken>a&amp;b</SessionToken><SecretAccessKey>hush</SecretAccessKey><AccessKeyId>ASIDEXAMPLE\
                          </AccessKeyId><Expiration>2026-11-29T22:06:38.123Z</Expiration></Credentials></CreateSessionResult>";

    #[test]
    fn the_answer_has_credentials_with_their_end() {
        let session = session_credentials(ANSWER).unwrap();
        assert_eq!((session.access_key_id(), session.session_token()), ("ASIDEXAMPLE", Some("a&b")));
        assert_eq!(session.session_token_kind(), Some(SessionTokenKind::S3Session));
        assert_eq!(session.secret_key().expose(), "hush");
        assert_eq!(session.expiration().unwrap().unix_timestamp(), 1_795_989_998);
    }

    #[test]
    fn an_answer_that_can_be_read_in_two_ways_is_refused() {
        let twice = ANSWER.replace("<AccessKeyId>", "<AccessKeyId>AKID</AccessKeyId><AccessKeyId>");
        for answer in [
            twice.as_str(),
            "",
            "<Error><Code>AccessDenied</Code></Error>",
            &ANSWER.replace("</SessionToken>", ""),
            &ANSWER.replace("hush", "<!-- -->hush"),
            &ANSWER.replace("hush", "&#104;ush"),
            &ANSWER.replace("22:06:38.123Z", "soon"),
            &ANSWER.replace("2026-11-29T22", "20261129T22"),
            &ANSWER.replace("<Credentials>", "<!--<Credentials>").replace("</Credentials>", "</Credentials>-->"),
            &ANSWER.replace("<Credentials>", "<![CDATA[<Credentials>").replace("</Credentials>", "</Credentials>]]>"),
            &ANSWER.replace("<CreateS", "<!DOCTYPE a [<!ENTITY b \"c\">]><CreateS"),
            &(ANSWER.to_owned() + &" ".repeat(65_536)),
        ] {
            let error = session_credentials(answer).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidSession, "{answer}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }

    #[test]
    fn a_host_that_is_more_than_a_host_is_refused() {
        for host in ["", "a/b", "user@a", "a?b", "a#b", "a b"] {
            assert_eq!(CreateSession::new(host).request().unwrap_err().kind(), ErrorKind::InvalidHost, "{host}");
        }
        let request = CreateSession::new("b.example").request().unwrap();
        assert_eq!((request.uri().to_string().as_str(), request.headers().len()), ("https://b.example/?session", 0));
    }
}
