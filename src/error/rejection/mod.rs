//! AWS's answers to requests that a verifier refuses: one table for each dialect.
//!
//! The tables have no `_`, so a new [`ErrorKind`] does not compile until each of them has a code for it. The dialects differ in
//! their codes, in the status (API Gateway answers every bad signature with 403), and in the words. S3 also answers a presigned URL
//! differently from a header-signed request.

mod answer;

mod s3;
mod services;

use super::kind::ErrorKind;
use answer::{Answer, Words};
use http::StatusCode;
use std::borrow::Cow;

/// AWS's answer to a request that a verifier refuses.
///
/// ```
/// use sig4::{Verifier, request::RequestView};
///
/// let headers: [(&str, &[u8]); 1] = [("host", b"abc.execute-api.us-east-1.amazonaws.com")];
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// let error = verifier.claim_view(&RequestView::new("GET", "/", None, &headers)).unwrap_err();
/// let rejection = error.rejection().expect("a verifier's errors have one");
/// assert_eq!((rejection.code(), rejection.status().as_u16()), ("MissingAuthenticationTokenException", 403));
/// assert_eq!(rejection.message(), Some("Missing Authentication Token"));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Rejection {
    code: &'static str,
    status: StatusCode,
    message: Option<Cow<'static, str>>,
}

impl Rejection {
    /// The code, in the service's spelling: `SignatureDoesNotMatch`, API Gateway's `InvalidSignatureException`, or one of S3's own such
    /// as `RequestTimeTooSkewed`.
    ///
    /// Sources: "Common Error Types"; the `x-amzn-ErrorType` header of API Gateway; "Error responses" of Amazon S3.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The status: 400 or 403; 500 for a fault of the server; 501 for a feature that is not implemented.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The message: AWS's own words where they are known. `None` if AWS answers without a body.
    ///
    /// It may repeat parts of the request unchanged. Escape it for the place where you show it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

/// The form of a service's refusals.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Dialect {
    /// The codes of the query protocol, which most services speak.
    Query,
    /// API Gateway: other codes, and 403 for every bad signature.
    ApiGateway,
    /// The S3 family, for a request that is not presigned.
    S3Header,
    /// The S3 family, for a presigned URL.
    S3Query,
}

impl Dialect {
    /// The same dialect, for a presigned URL.
    pub(crate) const fn of_presigned(self) -> Self {
        match self {
            Self::S3Header | Self::S3Query => Self::S3Query,
            Self::Query | Self::ApiGateway => self,
        }
    }

    /// Whether it is the dialect of the S3 family.
    pub(crate) const fn is_s3(self) -> bool {
        matches!(self, Self::S3Header | Self::S3Query)
    }

    /// The answer of a service of this dialect to an error of this kind. `detail` is the error's own words.
    #[cold]
    pub(super) fn rejection(self, kind: ErrorKind, detail: Cow<'static, str>) -> Rejection {
        let Answer { code, status, words } = self.answer(kind);
        let message = match words {
            Words::Detail => Some(detail),
            Words::Fixed(words) => Some(Cow::Borrowed(words)),
            Words::Silent => None,
        };
        Rejection { code, status, message }
    }

    const fn answer(self, kind: ErrorKind) -> Answer {
        match self {
            Self::Query => services::query(kind),
            Self::ApiGateway => services::api_gateway(kind),
            Self::S3Header => {
                let [to_header, _] = s3::answers(kind);
                to_header
            }
            Self::S3Query => {
                let [_, to_query] = s3::answers(kind);
                to_query
            }
        }
    }
}
