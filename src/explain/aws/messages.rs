//! The causes named by AWS's codes and messages.
//!
//! Sources: "Troubleshoot HTTP 403 errors from API Gateway"; "Error responses" of S3; "AWS Auth Error Ordering"; messages quoted
//! in the issue threads of the causes.

use crate::explain::cause::{Cause, Mistake};
use crate::explain::headers::causes::HEADER_NOT_SIGNED;
use crate::explain::key::causes::{
    EXPIRED, NOT_YET_CURRENT, SCOPE_DAY, SCOPE_REGION, SCOPE_SERVICE, SCOPE_TERMINATOR, TOKEN_EXPIRED, TOKEN_WRONG,
};
use crate::explain::payload::causes::{PAYLOAD_HASH_ABSENT, PAYLOAD_OTHER_HEADER};
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::structure::causes::{
    ACCESS_KEY_UNKNOWN, ALGORITHM_UNSUPPORTED, AUTHORIZATION_MALFORMED, CREDENTIAL_MALFORMED, DATE_MALFORMED,
    FORBIDDEN, MISMATCH, NOT_AUTHORIZED, NOT_SIGNED, QUERY_MALFORMED, ROUTE_UNKNOWN, SIGNED_TWICE,
};
use crate::explain::structure::{shortened, skew};
use crate::service_error as said;
use crate::time::Timestamp;

/// Parts of AWS's messages, or its codes, with the cause and other causes of the same message. The first match counts.
const MESSAGES: &[(&str, Cause, &[Cause])] = &[
    ("is not authorized to perform", NOT_AUTHORIZED, &[]),
    ("does not match the signature you provided", MISMATCH, &[]),
    (said::TOKEN_EXPIRED, TOKEN_EXPIRED, &[]),
    (said::S3_TOKEN_EXPIRED, TOKEN_EXPIRED, &[]),
    ("ExpiredToken", TOKEN_EXPIRED, &[]),
    ("The security token included in the request is invalid.", ACCESS_KEY_UNKNOWN, &[TOKEN_WRONG]),
    (said::TOKEN_INVALID, TOKEN_WRONG, &[ACCESS_KEY_UNKNOWN]),
    (said::S3_TOKEN_MALFORMED, TOKEN_WRONG, &[]),
    ("does not exist in our records", ACCESS_KEY_UNKNOWN, &[]),
    ("InvalidAccessKeyId", ACCESS_KEY_UNKNOWN, &[]),
    ("issing Authentication Token", NOT_SIGNED, &[ROUTE_UNKNOWN]),
    ("There were headers present in the request which were not signed", HEADER_NOT_SIGNED, &[]),
    ("must be a 'SignedHeader'", HEADER_NOT_SIGNED, &[]),
    ("Date must be in ISO-8601", DATE_MALFORMED, &[]),
    ("exactly 5 slash-delimited elements", CREDENTIAL_MALFORMED, &[]),
    ("Unsupported AWS 'algorithm'", ALGORITHM_UNSUPPORTED, &[]),
    ("not a valid key=value pair", AUTHORIZATION_MALFORMED, &[]),
    ("Invalid key=value pair", AUTHORIZATION_MALFORMED, &[]),
    ("Authorization header requires", AUTHORIZATION_MALFORMED, &[]),
    ("AWS query-string parameters must include", AUTHORIZATION_MALFORMED, &[]),
    ("Only one auth mechanism allowed", SIGNED_TWICE, &[]),
    ("Missing required header for this request: x-amz-content-sha256", PAYLOAD_HASH_ABSENT, &[]),
    ("XAmzContentSHA256Mismatch", PAYLOAD_OTHER_HEADER, &[]),
    ("header does not match what was computed", PAYLOAD_OTHER_HEADER, &[]),
    ("MalformedQueryString", QUERY_MALFORMED, &[]),
    ("SignatureDoesNotMatch", MISMATCH, &[]),
    // Without the two times that S3 adds, nothing tells which clock is ahead.
    ("RequestTimeTooSkewed", EXPIRED, &[NOT_YET_CURRENT]),
    (said::FORBIDDEN, FORBIDDEN, &[]),
];

/// The code and the message of a refusal, with the two times that S3 states.
#[derive(Clone, Copy)]
pub(crate) struct AwsMessage<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) message: &'a str,
    /// The time of signing, or the end of the validity.
    pub(crate) request_time: Option<&'a str>,
    pub(crate) server_time: Option<&'a str>,
}

/// Whether the text contains a known message.
pub(crate) fn contains_message(text: &str) -> bool {
    let known = [said::SIGNATURE_EXPIRED, said::SIGNATURE_NOT_YET_CURRENT, "Credential should be scoped"];
    let messages = MESSAGES.iter().map(|(words, ..)| *words).filter(|words| words.contains(' '));
    known.into_iter().chain(messages).any(|words| text.contains(words))
}

impl AwsMessage<'_> {
    /// The findings of the message. Empty if it is unknown.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let certain = |mistakes: &[Mistake]| vec![Finding::new(mistakes, Certainty::Certain).proven_by(Proof::Answer)];
        if let Some(late) = self.lateness() {
            return certain(&[late]);
        }
        let scope = self.scope();
        if !scope.is_empty() {
            return certain(&scope);
        }
        let has = |words: &str| self.message.contains(words) || self.code.is_some_and(|code| code == words);
        let Some((_, cause, others)) = MESSAGES.iter().find(|(words, ..)| has(words)) else { return Vec::new() };
        let certainty = match *cause {
            FORBIDDEN | MISMATCH => Certainty::Possible,
            _ if others.is_empty() => Certainty::Certain,
            _ => Certainty::Likely,
        };
        let said = cause.of(shortened(self.message.lines().next().unwrap_or_default()));
        vec![Finding::new(&[said], certainty).proven_by(Proof::Answer).or(others)]
    }

    /// By how much a time is outside the window.
    fn lateness(&self) -> Option<Mistake> {
        let (early, late) = (said::SIGNATURE_NOT_YET_CURRENT, said::SIGNATURE_EXPIRED);
        let skewed = matches!(self.code, Some("RequestTimeTooSkewed"));
        let cause = match () {
            () if self.message.contains(late) || self.message.contains("Request has expired") => EXPIRED,
            () if self.message.contains(early) => NOT_YET_CURRENT,
            () if skewed => EXPIRED,
            () => return None,
        };
        let (signed, now) = self.times()?;
        let off = (now.to_datetime() - signed.to_datetime()).whole_seconds();
        let cause = if skewed && off < 0 { NOT_YET_CURRENT } else { cause };
        Some(cause.of(skew(off, signed, now)))
    }

    /// The time of the request and that of the server.
    fn times(&self) -> Option<(Timestamp, Timestamp)> {
        let basic = |text: &str| text.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>();
        if let (Some(request), Some(server)) = (self.request_time, self.server_time) {
            return Some((
                Timestamp::parse_any_year(&basic(request)).ok()?,
                Timestamp::parse_any_year(&basic(server)).ok()?,
            ));
        }
        let mut times =
            self.message.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|w| Timestamp::parse_any_year(w).ok());
        let (signed, _bound, now) = (times.next()?, times.next()?, times.next()?);
        Some((signed, now))
    }

    fn scope(&self) -> Vec<Mistake> {
        let words = [
            ("scoped to a valid region", SCOPE_REGION),
            ("is wrong; expecting", SCOPE_REGION),
            ("scoped to correct service", SCOPE_SERVICE),
            ("incorrect service", SCOPE_SERVICE),
            ("with a valid terminator", SCOPE_TERMINATOR),
            ("Date in Credential scope does not match", SCOPE_DAY),
        ];
        let found = words.iter().filter(|(words, _)| self.message.contains(words));
        found.map(|(words, cause)| cause.of(quoted_near(self.message, words))).collect()
    }
}

/// The quoted text nearest to these words.
fn quoted_near(message: &str, words: &str) -> String {
    let at = message.find(words).unwrap_or_default();
    let after = message.get(at..).and_then(|rest| rest.split('\'').nth(1));
    shortened(after.unwrap_or_default())
}
