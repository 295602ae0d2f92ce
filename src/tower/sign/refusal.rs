//! What a service's refusal says of the clock and of the credentials.
//!
//! Sources:
//! - "Error responses" of Amazon S3 (`RequestTimeTooSkewed`, `ExpiredToken`, `InvalidAccessKeyId`, `InvalidToken`,
//!   `TokenRefreshRequired`); "Error codes for the Amazon EC2 API" (`RequestExpired`, `AuthFailure`); "Common Error Types"
//!   (`ExpiredTokenException`, `InvalidClientTokenId`, `RequestExpired`, `UnrecognizedClientException`);
//! - the lists by which the SDKs for JavaScript (clock) and for Ruby (credentials) try again. They also count
//!   `InvalidSignatureException` and `SignatureDoesNotMatch` as the clock's; here the message has to say so;
//! - "Troubleshoot HTTP 403 errors from API Gateway": HTTP APIs say `Forbidden`, whatever is wrong.

use super::peek::{self, SignResponseBody, Start};
use super::said::Said;
use crate::service_error::{
    FORBIDDEN, S3_TOKEN_EXPIRED, S3_TOKEN_MALFORMED, SIGNATURE_EXPIRED, SIGNATURE_NOT_YET_CURRENT, TOKEN_EXPIRED,
    TOKEN_INVALID, bare_code,
};
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;

/// The header in which most services repeat the code.
const CODE_HEADER: &str = "x-amzn-errortype";

const CLOCK_CODES: [&str; 3] = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];
/// How messages begin. What a message holds further on may be repeated from the request.
const CLOCK_WORDS: [&str; 2] = [SIGNATURE_EXPIRED, SIGNATURE_NOT_YET_CURRENT];

/// EC2 says `RequestExpired` of a session that is over, too, and `AuthFailure` of an unknown key, a wrong signature and a wrong
/// time.
const CREDENTIALS_CODES: [&str; 9] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
    "RequestExpired",
    AUTH_FAILURE,
];
const CREDENTIALS_WORDS: [&str; 4] = [TOKEN_EXPIRED, TOKEN_INVALID, S3_TOKEN_EXPIRED, S3_TOKEN_MALFORMED];
const AUTH_FAILURE: &str = "AuthFailure";

/// Whether the reason for a refusal is the time of signing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ClockFault {
    /// The answer says so.
    Stated,
    /// The answer says nothing: it has no body, or is one that a service gives whatever is wrong.
    Possible,
    /// The answer says something else.
    Absent,
}

/// What a refusal says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    pub(super) clock: ClockFault,
    /// Whether the credentials are expired, unknown or revoked, unless it is the clock.
    pub(super) credentials: bool,
}

/// Whether an answer may refuse a signature.
pub(super) fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// Reads what a refusal says, and gives the response back whole.
pub(super) async fn read<B: Body>(response: Response<B>) -> (Response<SignResponseBody<B>>, Refusal) {
    let (parts, body) = response.into_parts();
    let (body, start) = peek::peek(body).await;
    let refusal = Refusal::new(&parts.headers, &start);
    (Response::from_parts(parts, body), refusal)
}

impl Refusal {
    fn new(headers: &HeaderMap, start: &Start) -> Self {
        let text = String::from_utf8_lossy(start.bytes());
        let of_header =
            headers.get(CODE_HEADER).and_then(|value| value.to_str().ok()).map(bare_code).map(str::to_owned);
        let Said { code, message } = Said::of(&text);
        let says_nothing = start.is_whole() && start.bytes().is_empty();
        Self::of(of_header.or(code).as_deref(), message.as_deref(), says_nothing)
    }

    fn of(code: Option<&str>, message: Option<&str>, says_nothing: bool) -> Self {
        let has_code = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
        let has_words =
            |words: &[&str]| message.is_some_and(|message| words.iter().any(|words| message.starts_with(words)));
        let clock = match code {
            _ if has_code(&CLOCK_CODES) || has_words(&CLOCK_WORDS) => ClockFault::Stated,
            Some(AUTH_FAILURE) => ClockFault::Possible,
            None if message == Some(FORBIDDEN) || says_nothing => ClockFault::Possible,
            _ => ClockFault::Absent,
        };
        let credentials = has_code(&CREDENTIALS_CODES) || has_words(&CREDENTIALS_WORDS);
        Self { clock, credentials }
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockFault, Refusal};
    use crate::tower::sign::peek::Start;
    use http::HeaderMap;

    fn said(code: Option<&'static str>, body: &str) -> (ClockFault, bool) {
        let headers = code.map(|code| (http::HeaderName::from_static("x-amzn-errortype"), code.parse().unwrap()));
        let refusal = Refusal::new(&HeaderMap::from_iter(headers), &Start::of(body.as_bytes()));
        (refusal.clock, refusal.credentials)
    }

    #[test]
    fn a_fault_of_the_clock_is_told_from_others() {
        for (code, body, expected) in [
            (
                None,
                r#"{"message":"Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z (20170215T150034Z - 5 min.)"}"#,
                (ClockFault::Stated, false),
            ),
            (
                Some("InvalidSignatureException"),
                r#"{"message":"Signature not yet current: 20170215T160000Z is still later than 20170215T150534Z (20170215T150034Z + 5 min.)"}"#,
                (ClockFault::Stated, false),
            ),
            (
                None,
                "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z (20150830T125600Z - 15 min.)</Message></Error></ErrorResponse>",
                (ClockFault::Stated, false),
            ),
            (
                None,
                "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>",
                (ClockFault::Stated, false),
            ),
            (
                None,
                "<Response><Errors><Error><Code>RequestExpired</Code><Message>Request has expired.</Message></Error></Errors></Response>",
                (ClockFault::Stated, true),
            ),
            (Some("RequestInTheFuture"), "", (ClockFault::Stated, false)),
            (None, r#"{"message":"Forbidden"}"#, (ClockFault::Possible, false)),
            (None, r#"{"Message":"Forbidden"}"#, (ClockFault::Possible, false)),
            (None, "", (ClockFault::Possible, false)),
            (
                None,
                "<Response><Errors><Error><Code>AuthFailure</Code><Message>AWS was not able to validate the provided access credentials</Message></Error></Errors></Response>",
                (ClockFault::Possible, true),
            ),
            (Some("ForbiddenException"), r#"{"message":"Forbidden"}"#, (ClockFault::Absent, false)),
            (
                Some("AccessDeniedException"),
                r#"{"Message":"User: arn:aws:iam::1:user/a is not authorized to perform: execute-api:Invoke"}"#,
                (ClockFault::Absent, false),
            ),
            (
                Some("InvalidSignatureException"),
                r#"{"message":"The request signature we calculated does not match the signature you provided."}"#,
                (ClockFault::Absent, false),
            ),
            (
                None,
                "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match</Message></Error>",
                (ClockFault::Absent, false),
            ),
            (None, "<html><h1>403 Forbidden</h1></html>", (ClockFault::Absent, false)),
        ] {
            assert_eq!(said(code, body), expected, "{code:?} {body}");
        }
    }

    #[test]
    fn refused_credentials_are_told_by_code_or_by_words() {
        for (code, body) in [
            (Some("ExpiredTokenException"), r#"{"message":"The security token included in the request is expired"}"#),
            (Some("UnrecognizedClientException:http://internal.amazon.com/coral/com.amazon.coral.service/"), "{}"),
            (None, r#"{"message":"The security token included in the request is expired"}"#),
            (None, r#"{"message":"The security token included in the request is invalid."}"#),
            (None, r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException"}"#),
            (None, "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"),
            (
                None,
                "<Error><Code>InvalidToken</Code><Message>The provided token is malformed or otherwise invalid.</Message></Error>",
            ),
            (
                None,
                "<Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message></Error>",
            ),
            (
                None,
                "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>m</Message></Error></ErrorResponse>",
            ),
        ] {
            assert_eq!(said(code, body), (ClockFault::Absent, true), "{body}");
        }
    }
}
