//! S3's messages for a wrong credential or lifetime, which depend on the value.
//!
//! Source: measurements against S3 that brekkylab/backlot (September 2026) and versity/versitygw record.

use crate::auth::SignatureLocation;
use crate::auth::header::shown;
use crate::scope::{Scope, TERMINATOR};

/// The message for a lifetime that is not within 1 s to 7 days.
pub(super) fn expires(text: &str) -> &'static str {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let is_zero = digits.bytes().all(|b| b == b'0');
    match (is_number, negative || is_zero) {
        (false, _) => "X-Amz-Expires should be a number",
        // S3 takes 0 and then answers that the request has expired.
        (true, true) => "X-Amz-Expires must be non-negative",
        (true, false) => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds"
        }
    }
}

/// The message for a URL without a lifetime.
pub(super) const NO_EXPIRES: &str = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, \
     X-Amz-SignedHeaders, and X-Amz-Expires parameters.";

/// The message for a credential that does not have five parts.
pub(crate) fn malformed_credential(location: SignatureLocation) -> String {
    let form = "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    format!("{}{form}", prefix(location))
}

/// The message for a credential of another scope. It names the first wrong part, in S3's order.
pub(crate) fn scope_mismatch(
    [day, region, service, terminator]: [&str; 4],
    expected: &Scope,
    location: SignatureLocation,
) -> String {
    let prefix = prefix(location);
    if region != expected.region() {
        format!("{prefix}the region '{}' is wrong; expecting '{}'", shown(region), expected.region())
    } else if service != expected.service() {
        let expected = expected.service();
        format!("{prefix}incorrect service \"{}\". This endpoint belongs to \"{expected}\".", shown(service))
    } else if terminator != TERMINATOR {
        format!("{prefix}incorrect terminal \"{}\". This endpoint uses \"{TERMINATOR}\".", shown(terminator))
    } else {
        match location {
            SignatureLocation::Header => {
                format!("{prefix}Invalid credential date. Date is not the same as X-Amz-Date.")
            }
            SignatureLocation::Query => {
                let (day, expected) = (shown(day), expected.day());
                format!("Invalid credential date \"{day}\". This date is not the same as X-Amz-Date: \"{expected}\".")
            }
        }
    }
}

const fn prefix(location: SignatureLocation) -> &'static str {
    match location {
        SignatureLocation::Header => "The authorization header is malformed; ",
        SignatureLocation::Query => "Error parsing the X-Amz-Credential parameter; ",
    }
}
