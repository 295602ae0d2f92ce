//! Reads from a service's refusal whether the clock or the credentials are the reason.
//!
//! Sources:
//! - "Error responses" of Amazon S3 (`RequestTimeTooSkewed`, `ExpiredToken`, `InvalidAccessKeyId`, `InvalidToken`,
//!   `TokenRefreshRequired`); "Error codes for the Amazon EC2 API" (`RequestExpired`, `AuthFailure`); "Common Error Types"
//!   (`ExpiredTokenException`, `InvalidClientTokenId`, `RequestExpired`, `UnrecognizedClientException`);
//! - the lists by which the SDKs for JavaScript (clock) and for Ruby (credentials) try again. They also count
//!   `InvalidSignatureException` and `SignatureDoesNotMatch` as the clock's; here the message has to name the time;
//! - "Troubleshoot HTTP 403 errors from API Gateway": HTTP APIs answer every refusal with `Forbidden`.

use super::error_body::ErrorBody;
use super::peek::{self, BodyStart, SignResponseBody};
use crate::service_error::{
    FORBIDDEN, S3_TOKEN_EXPIRED, S3_TOKEN_MALFORMED, SIGNATURE_EXPIRED, SIGNATURE_NOT_YET_CURRENT, TOKEN_EXPIRED,
    TOKEN_INVALID, bare_code,
};
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;

/// The header in which most services repeat the code.
const CODE_HEADER: &str = "x-amzn-errortype";

const CLOCK_CODES: [&str; 3] = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"];
/// The beginnings of messages. The rest of a message may be repeated from the request.
const CLOCK_WORDS: [&str; 2] = [SIGNATURE_EXPIRED, SIGNATURE_NOT_YET_CURRENT];

/// EC2 also answers `RequestExpired` to an expired session, and `AuthFailure` to an unknown key, a wrong signature and a wrong
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

/// Whether the time of signing is the reason for a refusal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ClockFault {
    /// The answer names the time.
    Reported,
    /// The answer gives no reason: it has no body, or is the service's answer to every refusal.
    Possible,
    /// The answer gives a different reason.
    Absent,
}

/// The reasons that a refusal gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ServiceRefusal {
    pub(super) clock: ClockFault,
    /// Whether the credentials are expired, unknown or revoked. If the clock is the reason, this does not count.
    pub(super) credentials: bool,
}

/// Whether an answer may refuse a signature.
pub(super) fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// Reads the reasons of a refusal, and gives the response back whole.
pub(super) async fn read<B: Body>(response: Response<B>) -> (Response<SignResponseBody<B>>, ServiceRefusal) {
    let (parts, body) = response.into_parts();
    let (body, start) = peek::peek(body).await;
    let refusal = ServiceRefusal::new(&parts.headers, &start);
    (Response::from_parts(parts, body), refusal)
}

impl ServiceRefusal {
    fn new(headers: &HeaderMap, start: &BodyStart) -> Self {
        let text = String::from_utf8_lossy(start.bytes());
        let of_header =
            headers.get(CODE_HEADER).and_then(|value| value.to_str().ok()).map(bare_code).map(str::to_owned);
        let ErrorBody { code, message } = ErrorBody::parse(&text);
        let is_empty = start.is_whole() && start.bytes().is_empty();
        Self::classify(of_header.or(code).as_deref(), message.as_deref(), is_empty)
    }

    fn classify(code: Option<&str>, message: Option<&str>, is_empty: bool) -> Self {
        let has_code = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
        let has_words =
            |words: &[&str]| message.is_some_and(|message| words.iter().any(|words| message.starts_with(words)));
        let clock = match code {
            _ if has_code(&CLOCK_CODES) || has_words(&CLOCK_WORDS) => ClockFault::Reported,
            Some(AUTH_FAILURE) => ClockFault::Possible,
            None if message == Some(FORBIDDEN) || is_empty => ClockFault::Possible,
            _ => ClockFault::Absent,
        };
        let credentials = has_code(&CREDENTIALS_CODES) || has_words(&CREDENTIALS_WORDS);
        Self { clock, credentials }
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockFault, ServiceRefusal};
    use crate::tower::sign::peek::BodyStart;
    use http::HeaderMap;

    fn reasons(code: Option<&'static str>, body: &str) -> (ClockFault, bool) {
        let headers = code.map(|code| (http::HeaderName::from_static("x-amzn-errortype"), code.parse().unwrap()));
        let refusal = ServiceRefusal::new(&HeaderMap::from_iter(headers), &BodyStart::of(body.as_bytes()));
        (refusal.clock, refusal.credentials)
    }

    #[test]
    fn a_fault_of_the_clock_is_told_from_others() {
        for (code, body, expected) in [
            (
                None,
                r#"{"message":"Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z (20170215T150034Z - 5 min.)"}"#,
                (ClockFault::Reported, false),
            ),
            (
                Some("InvalidSignatureException"),
                r#"{"message":"Signature not yet current: 20170215T160000Z is still later than 20170215T150534Z (20170215T150034Z + 5 min.)"}"#,
                (ClockFault::Reported, false),
            ),
            (
                None,
                "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z (20150830T125600Z - 15 min.)</Message></Error></ErrorResponse>",
                (ClockFault::Reported, false),
            ),
            (
                None,
                "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>",
                (ClockFault::Reported, false),
            ),
            (
                None,
                "<Response><Errors><Error><Code>RequestExpired</Code><Message>Request has expired.</Message></Error></Errors></Response>",
                (ClockFault::Reported, true),
            ),
            (Some("RequestInTheFuture"), "", (ClockFault::Reported, false)),
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
            assert_eq!(reasons(code, body), expected, "{code:?} {body}");
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
            assert_eq!(reasons(code, body), (ClockFault::Absent, true), "{body}");
        }
    }
}
