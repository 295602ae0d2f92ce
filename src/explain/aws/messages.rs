//! The causes named by AWS's codes and messages.
//!
//! Sources: "Troubleshoot HTTP 403 errors from API Gateway"; "Error responses" of S3; "AWS Auth Error Ordering"; messages quoted
//! in the issue threads of the causes.

use crate::explain::aws::causes::{
    ACCESS_DENIED, API_KEY_OR_FIREWALL, BODY_CHECKSUM, BUCKET_ELSEWHERE, HEAD_WITHOUT_BODY, HEADER_REQUIRED,
    KMS_DENIED, NOT_ENABLED, THROTTLED,
};
use crate::explain::aws::policies::denial;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::headers::causes::HEADER_NOT_SIGNED;
use crate::explain::key::causes::{
    EXPIRED, NOT_YET_CURRENT, SCOPE_DAY, SCOPE_REGION, SCOPE_SERVICE, SCOPE_TERMINATOR, SECRET_OF_OTHER_KEY,
    TOKEN_EXPIRED, TOKEN_WRONG,
};
use crate::explain::payload::causes::{PAYLOAD_HASH_ABSENT, PAYLOAD_MALFORMED, PAYLOAD_OTHER_HEADER};
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::structure::causes::{
    ACCESS_KEY_UNKNOWN, ALGORITHM_UNSUPPORTED, AUTHORIZATION_MALFORMED, CREDENTIAL_MALFORMED, DATE_MALFORMED,
    EXPIRES_MALFORMED, FORBIDDEN, MISMATCH, NOT_AUTHORIZED, NOT_SIGNED, QUERY_MALFORMED, ROUTE_UNKNOWN, SIGNED_TWICE,
    SIGV2,
};
use crate::explain::structure::{shortened, skew};
use crate::service_error as said;
use crate::time::Timestamp;

/// The longest code.
const MAX_CODE_LEN: usize = 64;

/// Parts of AWS's messages, with the cause and other causes of the same message. The first match counts.
const MESSAGES: &[(&str, Cause, &[Cause])] = &[
    ("does not match the signature you provided", MISMATCH, &[]),
    (said::TOKEN_EXPIRED, TOKEN_EXPIRED, &[]),
    (said::S3_TOKEN_EXPIRED, TOKEN_EXPIRED, &[]),
    ("The security token included in the request is invalid.", ACCESS_KEY_UNKNOWN, &[TOKEN_WRONG]),
    (said::TOKEN_INVALID, TOKEN_WRONG, &[ACCESS_KEY_UNKNOWN]),
    (said::S3_TOKEN_MALFORMED, TOKEN_WRONG, &[]),
    // The AWS SDK for Java 2 leaves the code out.
    ("Access Denied (Service: S3", ACCESS_DENIED, &[NOT_SIGNED]),
    ("does not exist in our records", ACCESS_KEY_UNKNOWN, &[]),
    ("not able to validate the provided access credentials", ACCESS_KEY_UNKNOWN, &[SECRET_OF_OTHER_KEY]),
    ("issing Authentication Token", NOT_SIGNED, &[ROUTE_UNKNOWN]),
    ("There were headers present in the request which were not signed", HEADER_NOT_SIGNED, &[]),
    ("must be a 'SignedHeader'", HEADER_NOT_SIGNED, &[]),
    ("Date must be in ISO-8601", DATE_MALFORMED, &[]),
    ("X-Amz-Date must be in the ISO8601", DATE_MALFORMED, &[]),
    ("AWS authentication requires a valid Date or x-amz-date header", DATE_MALFORMED, &[]),
    ("X-Amz-Expires must be", EXPIRES_MALFORMED, &[]),
    ("X-Amz-Expires should be", EXPIRES_MALFORMED, &[]),
    ("Request has expired", EXPIRED, &[]),
    ("exactly 5 slash-delimited elements", CREDENTIAL_MALFORMED, &[]),
    ("Unsupported AWS 'algorithm'", ALGORITHM_UNSUPPORTED, &[]),
    ("Unsupported Authorization Type", ALGORITHM_UNSUPPORTED, &[]),
    ("not a valid key=value pair", AUTHORIZATION_MALFORMED, &[]),
    ("Invalid key=value pair", AUTHORIZATION_MALFORMED, &[]),
    ("Authorization header requires", AUTHORIZATION_MALFORMED, &[]),
    ("AWS query-string parameters must include", AUTHORIZATION_MALFORMED, &[]),
    ("Query-string authentication version 4 requires", AUTHORIZATION_MALFORMED, &[]),
    ("Query-string authentication requires the Signature, Expires and AWSAccessKeyId", SIGV2, &[]),
    ("Please use AWS4-HMAC-SHA256", SIGV2, &[]),
    ("requests must specify Signature Version 4", SIGV2, &[]),
    ("Only one auth mechanism allowed", SIGNED_TWICE, &[]),
    ("Missing required header for this request: x-amz-content-sha256", PAYLOAD_HASH_ABSENT, &[]),
    ("x-amz-content-sha256 must be", PAYLOAD_MALFORMED, &[]),
    ("header does not match what was computed", PAYLOAD_OTHER_HEADER, &[]),
    ("your request was missing a required header", HEADER_REQUIRED, &[]),
    ("you specified did not match what we received", BODY_CHECKSUM, &[]),
    ("did not match the calculated checksum", BODY_CHECKSUM, &[]),
    ("must be addressed using the specified endpoint", BUCKET_ELSEWHERE, &[]),
    ("location constraint is incompatible", BUCKET_ELSEWHERE, &[]),
    ("needs a subscription for the service", NOT_ENABLED, &[]),
    ("An error occurred (403) when calling the Head", HEAD_WITHOUT_BODY, &[]),
    ("null (Service: ", HEAD_WITHOUT_BODY, &[]),
    ("customer master key that does not exist", KMS_DENIED, &[]),
];

/// AWS's codes, without `Exception` at their end, with the cause and other causes of the same code.
const CODES: &[(&[&str], Cause, &[Cause])] = &[
    (&["SignatureDoesNotMatch", "InvalidSignature"], MISMATCH, &[]),
    (&["ExpiredToken"], TOKEN_EXPIRED, &[]),
    (&["RequestExpired"], EXPIRED, &[]),
    // Without the two times that S3 adds, nothing tells which clock is ahead.
    (&["RequestTimeTooSkewed"], EXPIRED, &[NOT_YET_CURRENT]),
    (&["InvalidToken", "TokenRefreshRequired"], TOKEN_WRONG, &[]),
    (&["InvalidAccessKeyId"], ACCESS_KEY_UNKNOWN, &[]),
    (&["InvalidClientTokenId", "UnrecognizedClient"], ACCESS_KEY_UNKNOWN, &[TOKEN_WRONG]),
    (&["AuthFailure"], ACCESS_KEY_UNKNOWN, &[SECRET_OF_OTHER_KEY]),
    (&["MissingAuthenticationToken"], NOT_SIGNED, &[]),
    (&["IncompleteSignature", "AuthorizationHeaderMalformed"], AUTHORIZATION_MALFORMED, &[]),
    (&["AuthorizationQueryParametersError"], AUTHORIZATION_MALFORMED, &[]),
    (&["MalformedQueryString"], QUERY_MALFORMED, &[]),
    (&["XAmzContentSHA256Mismatch"], PAYLOAD_OTHER_HEADER, &[]),
    (&["BadDigest", "InvalidDigest"], BODY_CHECKSUM, &[]),
    (&["MissingSecurityHeader"], HEADER_REQUIRED, &[]),
    (&["PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraint"], BUCKET_ELSEWHERE, &[]),
    (&["OptInRequired", "SubscriptionRequired", "NotSignedUp", "AccountProblem", "RegionDisabled"], NOT_ENABLED, &[]),
    (
        &["Throttling", "ThrottledRequest", "Throttled", "TooManyRequests", "RequestLimitExceeded", "SlowDown"],
        THROTTLED,
        &[],
    ),
    (&["LimitExceeded", "ProvisionedThroughputExceeded", "RequestThrottled", "BandwidthLimitExceeded"], THROTTLED, &[]),
    (&["KMSAccessDenied", "KMS.AccessDenied"], KMS_DENIED, &[]),
    (&["Forbidden"], API_KEY_OR_FIREWALL, &[]),
    // S3 denies an unsigned request in the same words.
    (&["AccessDenied", "AllAccessDisabled"], ACCESS_DENIED, &[NOT_SIGNED]),
    (&["UnauthorizedOperation", "UnauthorizedAccess", "NotAuthorized", "AuthorizationError"], NOT_AUTHORIZED, &[]),
];

/// The code and the message of a refusal, with the two times that S3 states.
#[derive(Clone, Copy)]
pub(crate) struct AwsMessage<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) message: &'a str,
    /// The time of signing, or the end of the validity.
    pub(crate) request_time: Option<&'a str>,
    pub(crate) server_time: Option<&'a str>,
    /// The host by which S3 wants the bucket to be called.
    pub(crate) endpoint: Option<&'a str>,
}

/// The code in these words, such as `InvalidSignatureException`. Only known codes are found, since the words may be any.
pub(crate) fn code_in(text: &str) -> Option<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
    // A code is two words at least, unlike an ordinary word such as `Throttling`.
    let is_code = |word: &str| word.chars().skip(1).any(|c| c.is_ascii_uppercase()) && by_code(word).is_some();
    words.filter(|word| word.len() <= MAX_CODE_LEN).find(|word| is_code(word))
}

fn by_code(code: &str) -> Option<(Cause, &'static [Cause])> {
    let bare = code.strip_suffix("Exception").unwrap_or(code);
    let of_code = CODES.iter().find(|(codes, ..)| codes.contains(&bare));
    of_code.map(|(_, cause, others)| (*cause, *others))
}

/// Whether the text contains a known message.
pub(crate) fn contains_message(text: &str) -> bool {
    let known = [
        said::SIGNATURE_EXPIRED,
        said::SIGNATURE_NOT_YET_CURRENT,
        "Credential should be scoped",
        "is not authorized to perform",
    ];
    known.into_iter().chain(MESSAGES.iter().map(|(words, ..)| *words)).any(|words| text.contains(words))
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
        if let Some(denial) = denial(self.message) {
            return certain(&[denial]);
        }
        let Some((cause, others)) = self.known() else { return Vec::new() };
        let certainty = match cause {
            FORBIDDEN | HEAD_WITHOUT_BODY | MISMATCH => Certainty::Possible,
            _ if others.is_empty() => Certainty::Certain,
            _ => Certainty::Likely,
        };
        let said = self.endpoint.filter(|_| cause == BUCKET_ELSEWHERE);
        let said = said.unwrap_or_else(|| self.said());
        vec![Finding::new(&[cause.of(shortened(said))], certainty).proven_by(Proof::Answer).or(others)]
    }

    /// The line of the message that a person reads: below a traceback, the words of botocore, else the first one.
    fn said(&self) -> &str {
        let mut lines = self.message.lines().filter(|line| !line.is_empty());
        let of_botocore = lines.clone().find_map(|line| {
            let (_, rest) = line.split_once("An error occurred (")?;
            rest.split_once(" operation: ").map(|(_, said)| said)
        });
        of_botocore.or_else(|| lines.next()).unwrap_or_default()
    }

    /// The cause of the words, or else of the code.
    fn known(&self) -> Option<(Cause, &'static [Cause])> {
        let of_message = MESSAGES.iter().find(|(words, ..)| self.message.contains(words));
        let of_message = of_message.map(|(_, cause, others)| (*cause, *others));
        let forbidden = || (self.message == said::FORBIDDEN).then_some((FORBIDDEN, &[][..]));
        of_message.or_else(|| by_code(self.code?)).or_else(forbidden)
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
        let Some((signed, now)) = self.times() else {
            // SDKs and logs shorten messages. The code alone does not tell late from early.
            return (!skewed).then(|| cause.of(shortened(self.said())));
        };
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

    /// The part of the scope that is wrong, and the right one if the message has it: `region 'A' is wrong; expecting 'B'`.
    fn misplaced(&self, words: &str) -> String {
        let near = quoted_near(self.message, words);
        let before = self.message.split_once(words).map(|(before, _)| before).filter(|_| words.contains("expecting"));
        match before.and_then(|before| before.trim_end().strip_suffix('\'')?.rsplit('\'').next()) {
            Some(given) => format!("{}, not {near}", shortened(given)),
            None => near,
        }
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
        found.map(|(words, cause)| cause.of(self.misplaced(words))).collect()
    }
}

/// The quoted text nearest to these words.
fn quoted_near(message: &str, words: &str) -> String {
    let at = message.find(words).unwrap_or_default();
    let after = message.get(at..).and_then(|rest| rest.split('\'').nth(1));
    shortened(after.unwrap_or_default())
}
