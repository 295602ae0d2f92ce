//! The mistakes that the verifier's error and the request show without a search.

pub(crate) mod causes;
pub(crate) mod elsewhere;
pub(crate) mod hint;

use crate::auth::SignatureLocation;
use crate::auth::header::shown;
use crate::canonical::query::{halves, names};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::explain::cause::{Cause, Mistake};
use crate::explain::headers::causes::{
    HEADER_MISSING, HEADER_NAMES_EMPTY, HEADER_NAMES_REPEATED, HEADER_NOT_SIGNED, TOKEN_NOT_SIGNED, TOKEN_SIGNED_TWICE,
};
use crate::explain::key::causes::{
    DATE_HEADER_USED, EXPIRED, NOT_YET_CURRENT, SCOPE_DAY, SCOPE_REGION, SCOPE_SERVICE, SCOPE_TERMINATOR,
    SIGNATURE_BASE64, SIGNATURE_MALFORMED, SIGNATURE_UPPER, TOKEN_EXPIRED, TOKEN_MISSING, TOKEN_PERCENT_ENCODED,
    TOKEN_UNDEFINED, TOKEN_UNEXPECTED, TOKEN_WHITESPACE, TOKEN_WRONG,
};
use crate::explain::key::signing_step::{ScopeText, basic_of_http_date};
use crate::explain::key::step_key::Claimed;
use crate::explain::payload::causes::{
    PAYLOAD_HASH_ABSENT, PAYLOAD_HASH_TWICE, PAYLOAD_MALFORMED, PAYLOAD_OTHER_HEADER, PAYLOAD_STREAMING,
    PAYLOAD_UNSIGNED,
};
use crate::explain::search::observed_request::ObservedRequest;
use crate::explain::spelling::decode;
use crate::explain::structure::causes::{
    ACCESS_KEY_UNKNOWN, ALGORITHM_UNSUPPORTED, AUTHORIZATION_MALFORMED, CARRIER_REFUSED, CREDENTIAL_MALFORMED,
    DATE_MALFORMED, DATE_TWICE, EXPIRES_MALFORMED, HOST_AMBIGUOUS, LIMIT_EXCEEDED, NOT_SIGNED, PATH_MALFORMED,
    QUERY_MALFORMED, REFUSED, REPLAYED, REQUEST_MALFORMED, S3_SESSION, SIGNED_TWICE, SIGV2, SIGV4A,
};
use crate::explain::structure::elsewhere::{damaged, other_signature};
use crate::name;
use crate::printable::is_hidden;
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::request::RequestView;
use crate::scope::{Scope, TERMINATOR};
use crate::session_token::SessionTokenKind;
use crate::time::Timestamp;
use std::collections::HashSet;
use time::OffsetDateTime;

/// A refusal by a verifier, and the facts about the request.
pub(crate) struct Refusal<'r> {
    pub(crate) error: &'r Error,
    pub(crate) request: &'r RequestView<'r>,
    /// The body, if it was read.
    pub(crate) body: Option<&'r [u8]>,
    pub(crate) observed: Option<&'r ObservedRequest<'r>>,
    /// The credentials of the access key id that the request names, if they are at hand.
    pub(crate) credentials: Option<&'r Credentials>,
    /// The scope that the verifier expects, on the day of the signature.
    pub(crate) expected: Option<&'r Scope>,
    pub(crate) now: OffsetDateTime,
}

impl Refusal<'_> {
    /// The mistakes that the refusal names. Empty if it only says that the signature does not match.
    pub(crate) fn mistakes(&self) -> Vec<Mistake> {
        match self.error.kind() {
            ErrorKind::SignatureMismatch => self.signature_form().into_iter().collect(),
            ErrorKind::ScopeMismatch => self.scope(),
            _ => vec![self.mistake()],
        }
    }

    fn mistake(&self) -> Mistake {
        let said = || shortened(&self.error.to_string());
        match self.error.kind() {
            ErrorKind::AmbiguousAuthentication => self.ambiguous(),
            ErrorKind::AsymmetricSignature => SIGV4A.into(),
            ErrorKind::SignatureVersion2 => SIGV2.into(),
            ErrorKind::ContentMismatch => PAYLOAD_OTHER_HEADER.into(),
            ErrorKind::Expired => EXPIRED.of(self.lateness()),
            ErrorKind::NotYetCurrent => NOT_YET_CURRENT.of(self.lateness()),
            ErrorKind::ExpiredToken => TOKEN_EXPIRED.into(),
            ErrorKind::IncompleteSignature => self.incomplete().unwrap_or_else(|| AUTHORIZATION_MALFORMED.of(said())),
            ErrorKind::InvalidExpires => EXPIRES_MALFORMED.of(said()),
            ErrorKind::InvalidToken => self.token(),
            ErrorKind::MalformedCredential => CREDENTIAL_MALFORMED.of(said()),
            ErrorKind::MalformedDate => self.date().unwrap_or_else(|| DATE_MALFORMED.of(said())),
            ErrorKind::MissingAuthentication if self.observed.is_some() => CARRIER_REFUSED.of(said()),
            ErrorKind::MissingAuthentication => {
                other_signature(self.request, self.body).unwrap_or_else(|| self.unsigned())
            }
            ErrorKind::MissingSignedHeader => self.missing_header(),
            ErrorKind::Replayed => REPLAYED.into(),
            ErrorKind::UnknownAccessKey => self.access_key(),
            ErrorKind::UnsignedHeader => self.unsigned_header(),
            ErrorKind::UnsignedPayload => PAYLOAD_UNSIGNED.into(),
            kind => by_kind(kind).of(said()),
        }
    }

    /// A signature that is not lower-case hexadecimal.
    fn signature_form(&self) -> Option<Mistake> {
        let observed = self.observed?;
        let text = observed.params.signature.as_ref();
        if Claimed::is_well_formed(observed.params.algorithm, text) {
            return text.bytes().any(|b| b.is_ascii_uppercase()).then(|| SIGNATURE_UPPER.into());
        }
        let base64 = text.len() == 44 && text.ends_with('=');
        Some(if base64 { SIGNATURE_BASE64.into() } else { SIGNATURE_MALFORMED.of(format!("{} bytes", text.len())) })
    }

    fn scope(&self) -> Vec<Mistake> {
        let (Some(given), Some(expected)) = (self.observed.and_then(ObservedRequest::scope), self.expected) else {
            return vec![CREDENTIAL_MALFORMED.into()];
        };
        let ScopeText { day, region, service, terminator } = given;
        let mut mistakes = self.region_set();
        let parts = [
            (SCOPE_REGION, region.unwrap_or_default(), expected.region()),
            (SCOPE_SERVICE, service, expected.service()),
            (SCOPE_TERMINATOR, terminator, TERMINATOR),
        ];
        let day = [(SCOPE_DAY, day, expected.day().to_string())];
        let parts = parts.map(|(cause, given, expected)| (cause, given, expected.to_owned())).into_iter().chain(day);
        let differing = parts.filter(|(_, given, expected)| given != expected);
        mistakes.extend(differing.map(|(cause, given, expected)| other_than(cause, given, &expected)));
        mistakes
    }

    /// A region set of Signature Version 4a that has none of the verifier's regions.
    #[cfg(feature = "sigv4a")]
    fn region_set(&self) -> Vec<Mistake> {
        let Some((given, own)) = self.observed.and_then(ObservedRequest::region_sets) else { return Vec::new() };
        let is_other = RegionSet::parse_received(given.as_bytes()).is_ok_and(|given| !given.intersects(own));
        is_other.then(|| other_than(SCOPE_REGION, &given, own.as_str())).into_iter().collect()
    }

    #[cfg(not(feature = "sigv4a"))]
    const fn region_set(&self) -> Vec<Mistake> {
        Vec::new()
    }

    fn ambiguous(&self) -> Mistake {
        let count = |header: &str| {
            let mut count = 0;
            self.request.headers.visit(&mut |name, _| count += usize::from(name.eq_ignore_ascii_case(header)));
            count
        };
        let pieces = || self.request.query.unwrap_or_default().as_bytes().split(|b| *b == b'&');
        let parameters = |name: &str| pieces().filter(|piece| names(halves(piece).0, name)).count();
        if count(name::AUTHORIZATION) > 0
            && parameters(name::query::ALGORITHM) + parameters(name::query::CREDENTIAL) > 0
        {
            return SIGNED_TWICE.into();
        }
        let date = count(name::DATE_HEADER);
        let tokens = count(name::TOKEN_HEADER) + count(name::S3_TOKEN_HEADER);
        if tokens + parameters(name::query::TOKEN) + parameters(name::query::S3_TOKEN) > 1 {
            return TOKEN_SIGNED_TWICE.into();
        }
        if date + parameters(name::query::DATE) > 1 {
            return DATE_TWICE.into();
        }
        if self.observed.is_some_and(|observed| has_repeats(&observed.listed())) {
            return HEADER_NAMES_REPEATED.of(self.observed.map_or("", |e| &e.params.signed_headers));
        }
        let signatures = count(name::AUTHORIZATION) + parameters(name::query::SIGNATURE);
        let said = shortened(&self.error.to_string());
        match () {
            () if signatures > 1 || parameters(name::query::ALGORITHM) > 1 => SIGNED_TWICE.into(),
            () if count(name::CONTENT_SHA256_HEADER) > 1 => PAYLOAD_HASH_TWICE.of(said),
            () if count(name::HTTP_DATE) > 1 => DATE_TWICE.into(),
            () if signatures > 0 && parameters(name::query::SIGNATURE) == 0 && !self.has_repeated_parameters() => {
                AUTHORIZATION_MALFORMED.of(said)
            }
            () => QUERY_MALFORMED.of(said),
        }
    }

    /// Whether the query has a parameter twice that belongs to AWS.
    fn has_repeated_parameters(&self) -> bool {
        let pairs = self.request.query.unwrap_or_default().split('&');
        let names = pairs.map(|pair| pair.split('=').next().unwrap_or_default());
        let of_aws: Vec<_> = names.filter(|name| name.to_ascii_lowercase().starts_with("x-amz-")).collect();
        has_repeats(&of_aws)
    }

    /// An `Authorization` header that cannot be read, or a list with an empty name.
    fn incomplete(&self) -> Option<Mistake> {
        if let Some(damage) = damaged(self.request) {
            return Some(damage);
        }
        if let Some(observed) = self.observed {
            return observed
                .listed()
                .contains(&"")
                .then(|| HEADER_NAMES_EMPTY.of(observed.params.signed_headers.as_ref()));
        }
        let mut found = None;
        self.request.headers.visit(&mut |header, value| {
            if header.eq_ignore_ascii_case(name::AUTHORIZATION) {
                found = found.take().or_else(|| weekday_in_scope(value));
            }
        });
        found
    }

    /// The time of a `Date` header, if there is no other time.
    fn date(&self) -> Option<Mistake> {
        let observed = self.observed?;
        let given = observed.params.date.as_ref();
        let of_date =
            observed.params.location == SignatureLocation::Header && observed.header(name::DATE_HEADER).is_none();
        basic_of_http_date(given).filter(|_| of_date).map(|_| DATE_HEADER_USED.of(shortened(given)))
    }

    /// A query with another algorithm. Without an algorithm there is no signature.
    fn unsigned(&self) -> Mistake {
        let pieces = self.request.query.unwrap_or_default().as_bytes().split(|b| *b == b'&').map(halves);
        let algorithm = pieces.filter(|(raw_name, _)| names(raw_name, name::query::ALGORITHM)).map(|(_, value)| value);
        algorithm.map(decode).next().map_or_else(
            || NOT_SIGNED.into(),
            |algorithm| ALGORITHM_UNSUPPORTED.of(shown(&String::from_utf8_lossy(&algorithm))),
        )
    }

    /// By how much the request is late or early.
    fn lateness(&self) -> String {
        let signed = self.observed.and_then(ObservedRequest::timestamp);
        let now = Timestamp::of_any_year(self.now).ok();
        let (Some(signed), Some(now)) = (signed, now) else { return String::new() };
        let off = (now.to_datetime() - signed.to_datetime()).whole_seconds();
        let expires = self.observed.and_then(|e| e.params.expires.as_deref()).and_then(|text| text.parse::<i64>().ok());
        match expires.filter(|_| off > 0) {
            Some(expires) => format!(
                "valid for {} after {signed}, received {} too late",
                span(expires),
                span(off.saturating_sub(expires))
            ),
            None => skew(off, signed, now),
        }
    }

    fn token(&self) -> Mistake {
        let Some(credentials) = self.credentials else { return REFUSED.of(shortened(&self.error.to_string())) };
        let stored = credentials.session_token();
        let given = self.observed.and_then(|observed| observed.params.token.as_deref());
        if self.observed.is_some_and(|observed| observed.params.token_kind == SessionTokenKind::S3Session) {
            return S3_SESSION.into();
        }
        match (given, stored) {
            (None, _) => TOKEN_MISSING.into(),
            (Some(given), _) if is_missing_value(given) => TOKEN_UNDEFINED.of(String::from_utf8_lossy(given)),
            (Some(_), None) => TOKEN_UNEXPECTED.into(),
            (Some(given), Some(stored)) => token_form(given, stored.as_bytes()).into(),
        }
    }

    fn missing_header(&self) -> Mistake {
        let received = self.observed.iter().flat_map(|observed| &observed.headers);
        let received: HashSet<_> = received.map(|(name, _)| name.to_ascii_lowercase()).collect();
        let is_there =
            |name: &str| name.eq_ignore_ascii_case(name::AUTHORITY) || received.contains(&name.to_ascii_lowercase());
        let listed = self.observed.map(ObservedRequest::listed).unwrap_or_default();
        let missing: Vec<_> = listed.iter().filter(|name| !is_there(name)).map(|name| shortened(name)).collect();
        if missing.iter().all(String::is_empty) && listed.contains(&"") {
            return HEADER_NAMES_EMPTY.into();
        }
        match missing.iter().any(|name| name.eq_ignore_ascii_case(name::TOKEN_HEADER)) {
            true if missing.len() == 1 => TOKEN_MISSING.of("it is in the list of signed headers and was not sent"),
            _ => HEADER_MISSING.of(missing.join(", ")),
        }
    }

    fn access_key(&self) -> Mistake {
        match self.observed.map(ObservedRequest::access_key_id) {
            Some(given) if self.credentials.is_none_or(|own| own.access_key_id() != given) => {
                ACCESS_KEY_UNKNOWN.of(shortened(given))
            }
            _ => ACCESS_KEY_UNKNOWN.into(),
        }
    }

    /// The header that is not signed.
    fn unsigned_header(&self) -> Mistake {
        match self.error.header() {
            Some(header) if header.eq_ignore_ascii_case(name::TOKEN_HEADER) => TOKEN_NOT_SIGNED.into(),
            Some(header) => HEADER_NOT_SIGNED.of(shown(header).to_ascii_lowercase()),
            None => HEADER_NOT_SIGNED.of(name::HOST),
        }
    }
}

/// A part of the scope that differs from the verifier's.
fn other_than(cause: Cause, given: &str, expected: &str) -> Mistake {
    cause.of(format!("{}, not {expected}", shortened(given)))
}

/// The mistake that the verifier's error names without the request.
pub(crate) fn mistake_of(error: &Error) -> Option<Mistake> {
    let cause = match error.kind() {
        ErrorKind::Expired => EXPIRED,
        ErrorKind::NotYetCurrent => NOT_YET_CURRENT,
        ErrorKind::ExpiredToken => TOKEN_EXPIRED,
        ErrorKind::Replayed => REPLAYED,
        kind => Some(by_kind(kind)).filter(|cause| *cause != REFUSED)?,
    };
    Some(cause.of(shortened(&error.to_string())))
}

/// The kinds of error that name the mistake.
const fn by_kind(kind: ErrorKind) -> Cause {
    match kind {
        ErrorKind::InvalidHost | ErrorKind::MissingHost => HOST_AMBIGUOUS,
        ErrorKind::InvalidPath => PATH_MALFORMED,
        ErrorKind::MalformedQuery => QUERY_MALFORMED,
        ErrorKind::InvalidHeader | ErrorKind::InvalidQuery => REQUEST_MALFORMED,
        ErrorKind::InvalidPayload => PAYLOAD_MALFORMED,
        ErrorKind::MissingContentSha256 => PAYLOAD_HASH_ABSENT,
        ErrorKind::MissingAuthentication => NOT_SIGNED,
        ErrorKind::MissingSignedHeader => HEADER_MISSING,
        ErrorKind::UnsignedHeader => HEADER_NOT_SIGNED,
        ErrorKind::UnsignedPayload => PAYLOAD_UNSIGNED,
        ErrorKind::IncompleteSignature => AUTHORIZATION_MALFORMED,
        ErrorKind::MalformedCredential => CREDENTIAL_MALFORMED,
        ErrorKind::MalformedDate => DATE_MALFORMED,
        ErrorKind::InvalidExpires => EXPIRES_MALFORMED,
        ErrorKind::AsymmetricSignature => SIGV4A,
        ErrorKind::SignatureVersion2 => SIGV2,
        ErrorKind::StreamingPayload => PAYLOAD_STREAMING,
        ErrorKind::TooManyHeaders | ErrorKind::TooManyQueryPairs | ErrorKind::InvalidSessionToken => LIMIT_EXCEEDED,
        ErrorKind::UnknownAccessKey => ACCESS_KEY_UNKNOWN,
        ErrorKind::UnsupportedAlgorithm => ALGORITHM_UNSUPPORTED,
        _ => REFUSED,
    }
}

/// curl puts the first characters of a given `Date` into the scope, such as `Mon, 23 `.
fn weekday_in_scope(authorization: &[u8]) -> Option<Mistake> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let text = String::from_utf8_lossy(authorization.get(..512).unwrap_or(authorization));
    let day = DAYS.iter().find(|day| text.contains(&format!("/{day},")))?;
    Some(DATE_HEADER_USED.of(format!("the credential scope begins with {day}")))
}

fn has_repeats(names: &[&str]) -> bool {
    let mut lower: Vec<_> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    lower.sort();
    lower.windows(2).any(|pair| pair.first() == pair.last())
}

fn is_missing_value(token: &[u8]) -> bool {
    let token = token.trim_ascii();
    [&b""[..], b"undefined", b"null", b"none", b"nil", b"nan", b"[object object]"]
        .iter()
        .any(|text| token.eq_ignore_ascii_case(text))
}

/// The mistake that turns one token into the other.
fn token_form(given: &[u8], stored: &[u8]) -> Cause {
    let without_blanks: Vec<u8> = given.iter().filter(|b| !b.is_ascii_whitespace()).copied().collect();
    let spaced = crate::explain::spelling::replace(given, b" ", b"+");
    if decode(given) == stored || decode(stored) == given || spaced == stored {
        TOKEN_PERCENT_ENCODED
    } else if without_blanks == stored {
        TOKEN_WHITESPACE
    } else {
        TOKEN_WRONG
    }
}

/// The difference between two clocks, and whether it looks like a time zone.
pub(crate) fn skew(seconds: i64, signed: Timestamp, now: Timestamp) -> String {
    let direction = if seconds >= 0 { "behind" } else { "ahead of" };
    let mut text = format!("signed {signed}, received {now}: {} {direction} the verifier's clock", span(seconds));
    let (length, half_hour) = (seconds.unsigned_abs(), 30 * 60);
    let from_half_hour = (length + half_hour / 2) % half_hour;
    if length >= half_hour && length <= 14 * 3600 + 300 && from_half_hour.abs_diff(half_hour / 2) <= 120 {
        text += ", which looks like a local time that was taken for UTC";
    }
    text
}

/// A length of time in the two largest units.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds;
    let mut words = Vec::new();
    for (length, unit) in units {
        if rest >= length {
            words.push(format!("{} {unit}", rest / length));
            rest %= length;
        }
    }
    words.truncate(2);
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

/// The beginning of a text from outside, escaped to fit one line.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    let dots = if text.chars().nth(MOST).is_some() { "…" } else { "" };
    text.chars().take(MOST).map(|c| if is_hidden(c) { '?' } else { c }).chain(dots.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, TOKEN_PERCENT_ENCODED, TOKEN_WHITESPACE, TOKEN_WRONG, by_kind, skew, span, token_form};
    use crate::time::Timestamp;

    #[test]
    fn spans_have_two_units_and_time_zones_are_noticed() {
        assert_eq!([span(0), span(59), span(-3661), span(90_061)], ["0 s", "59 s", "1 h 1 min", "1 d 1 h"]);
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let text = |seconds| skew(seconds, at("20150830T123600Z"), at("20150830T143700Z"));
        assert!(text(7260).contains("2 h 1 min behind") && text(7260).contains("local time"));
        assert!(text(-19_800).contains("ahead of") && text(-19_800).contains("local time"));
        assert!(!text(600).contains("local time") && !text(4500).contains("local time"));
    }

    #[test]
    fn errors_of_the_form_name_their_mistake_without_the_request() {
        for (kind, name) in [
            (ErrorKind::MissingSignedHeader, "header-missing"),
            (ErrorKind::UnsignedPayload, "payload-unsigned"),
            (ErrorKind::IncompleteSignature, "authorization-malformed"),
            (ErrorKind::SignatureMismatch, "refused"),
        ] {
            assert_eq!(by_kind(kind).name(), name);
        }
    }

    #[test]
    fn a_token_is_told_from_its_disfigurements() {
        assert_eq!(token_form(b"a%2Fb%3D", b"a/b="), TOKEN_PERCENT_ENCODED);
        assert_eq!(token_form(b"a b", b"a+b"), TOKEN_PERCENT_ENCODED);
        assert_eq!(token_form(b"a/ b", b"a/b"), TOKEN_WHITESPACE);
        assert_eq!(token_form(b"c", b"a/b"), TOKEN_WRONG);
    }
}
