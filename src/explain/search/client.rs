//! What is known of the client that sent a request: the mistakes that it makes.
//!
//! Several causes may give the same bytes. The first is then one that the client is known for. Its mistakes are also combined
//! before all others, because a client makes them together.
//!
//! Source: differential tests of the signers.

use crate::explain::cause::Cause;
use crate::explain::headers::causes::{
    HEADER_FIRST_VALUE_ONLY, HEADER_LAST_VALUE_ONLY, HEADER_NAMES_EMPTY, HEADER_NAMES_REPEATED, HEADER_NBSP_FOLDED,
    HEADER_TAB_KEPT, HEADER_VALUES_COMMA_SPACE, HEADERS_MISSORTED, HOST_LOWER_CASED, HOST_WITHOUT_PORT,
};
use crate::explain::path::causes::{
    PATH_EMPTY, PATH_ENCODED_ONCE, PATH_FINAL_DOTS, PATH_NORMALIZED, PATH_NOT_NORMALIZED, PATH_PLUS_AS_SPACE,
    PATH_READ_AS_URL, PATH_SLASHES_MERGED, PATH_VERBATIM,
};
use crate::explain::payload::causes::{PAYLOAD_EMPTY, PAYLOAD_SIGNED, PAYLOAD_UNSIGNED};
use crate::explain::query::causes::{
    QUERY_BARE_KEY, QUERY_BARE_KEY_DROPPED, QUERY_BARE_KEY_NULL, QUERY_CUT, QUERY_EMPTY_PAIR_KEPT,
    QUERY_FIRST_VALUE_ONLY, QUERY_LAST_VALUE_ONLY, QUERY_NOT_ENCODED, QUERY_PLUS_AS_SPACE, QUERY_SEMICOLON_DROPPED,
    QUERY_SORTED_AS_PAIRS, QUERY_SORTED_BEFORE_ENCODING, QUERY_UNSORTED, QUERY_VERBATIM,
};

/// The most bytes of a `User-Agent` that are read.
const MAX_AGENT_LEN: usize = 512;

/// The mistakes of the client with this `User-Agent`, or, if that tells nothing, with this list of signed headers. Empty if
/// the client is unknown.
pub(crate) fn habits(user_agent: &[u8], listed: &[&str]) -> &'static [Cause] {
    let read = user_agent.get(..MAX_AGENT_LEN).unwrap_or(user_agent);
    let agent = String::from_utf8_lossy(read).to_ascii_lowercase();
    let of_agent = CLIENTS.iter().find(|(part, _)| agent.contains(part)).map(|(_, causes)| *causes);
    of_agent.unwrap_or_else(|| of_list(listed))
}

/// The mistakes of the client that writes such a list. Only curl before 8 lists a header once for each time that it is given,
/// or an empty name. The SDKs of AWS sign headers of their own; of those for Go and JavaScript, each signs one that the
/// others leave out.
fn of_list(listed: &[&str]) -> &'static [Cause] {
    let has = |name: &str| listed.contains(&name);
    let in_a_row = |pair: &[&str]| matches!(pair, [one, other] if one == other);
    match () {
        () if has("") || listed.windows(2).any(in_a_row) => CURL_7,
        () if has("amz-sdk-invocation-id") && has("x-amz-user-agent") => SMITHY,
        () if has("amz-sdk-invocation-id") && has("accept-encoding") => GO,
        () if has("content-length") && !has("amz-sdk-invocation-id") => GO,
        () => &[],
    }
}

/// Parts of `User-Agent` in lower case, and the mistakes of that client. The first part that is found counts.
const CLIENTS: &[(&str, &[Cause])] = &[
    ("curl/8", &[PATH_ENCODED_ONCE, PATH_VERBATIM, QUERY_PLUS_AS_SPACE, HEADER_NAMES_EMPTY, PAYLOAD_EMPTY]),
    ("curl/", CURL_7),
    ("botocore", BOTOCORE),
    ("boto3/", BOTOCORE),
    ("aws-cli/", BOTOCORE),
    ("aws-sdk-go", GO),
    ("go-http-client/", GO),
    ("aws-sdk-rust/", &[HEADER_TAB_KEPT, PATH_FINAL_DOTS, PATH_VERBATIM]),
    ("aws-sdk-js/", SMITHY),
    ("aws-sdk-nodejs/", SMITHY),
    ("aws-sdk-cpp/", &[PATH_READ_AS_URL, PATH_VERBATIM]),
    ("object_store/", REQSIGN),
    ("opendal", REQSIGN),
    ("python-requests/", PYTHON),
    ("python-httpx/", PYTHON),
    ("node", FETCH),
    ("undici", FETCH),
];

const CURL_7: &[Cause] = &[
    PATH_ENCODED_ONCE,
    PATH_VERBATIM,
    PATH_NOT_NORMALIZED,
    QUERY_VERBATIM,
    QUERY_UNSORTED,
    QUERY_NOT_ENCODED,
    QUERY_BARE_KEY,
    QUERY_EMPTY_PAIR_KEPT,
    HEADERS_MISSORTED,
    HEADER_NAMES_REPEATED,
    HEADER_NAMES_EMPTY,
    PAYLOAD_EMPTY,
];

const BOTOCORE: &[Cause] = &[
    PATH_VERBATIM,
    PATH_EMPTY,
    QUERY_NOT_ENCODED,
    QUERY_EMPTY_PAIR_KEPT,
    QUERY_FIRST_VALUE_ONLY,
    HOST_LOWER_CASED,
    HOST_WITHOUT_PORT,
    HEADER_NBSP_FOLDED,
];

const GO: &[Cause] = &[
    PATH_NOT_NORMALIZED,
    PATH_VERBATIM,
    QUERY_SORTED_BEFORE_ENCODING,
    QUERY_SEMICOLON_DROPPED,
    HEADER_TAB_KEPT,
    HOST_WITHOUT_PORT,
];

const SMITHY: &[Cause] =
    &[PATH_VERBATIM, QUERY_BARE_KEY_DROPPED, QUERY_BARE_KEY_NULL, QUERY_CUT, HEADER_LAST_VALUE_ONLY, PAYLOAD_SIGNED];

const REQSIGN: &[Cause] = &[PATH_ENCODED_ONCE, PATH_NOT_NORMALIZED, HEADER_FIRST_VALUE_ONLY, PAYLOAD_UNSIGNED];

const PYTHON: &[Cause] = &[
    PATH_ENCODED_ONCE,
    PATH_NOT_NORMALIZED,
    QUERY_SORTED_AS_PAIRS,
    QUERY_LAST_VALUE_ONLY,
    QUERY_VERBATIM,
    QUERY_NOT_ENCODED,
];

const FETCH: &[Cause] = &[
    PATH_SLASHES_MERGED,
    PATH_NORMALIZED,
    PATH_PLUS_AS_SPACE,
    QUERY_FIRST_VALUE_ONLY,
    HEADER_VALUES_COMMA_SPACE,
    HOST_LOWER_CASED,
];

#[cfg(test)]
mod tests {
    use super::{BOTOCORE, CURL_7, GO, SMITHY, habits};

    #[test]
    fn a_client_is_known_by_a_part_of_its_user_agent() {
        for (agent, expected) in [
            ("Boto3/1.44.8 md/Botocore#1.44.8 ua/2.1", BOTOCORE),
            ("aws-sdk-go-v2/1.17.1 os/linux", GO),
            ("Go-http-client/1.1", GO),
            ("curl/7.88.1", CURL_7),
            ("Mozilla/5.0", &[]),
            ("", &[]),
        ] {
            assert_eq!(habits(agent.as_bytes(), &["host"]), expected, "{agent}");
        }
        assert_ne!(habits(b"curl/8.14.1", &["host"]), CURL_7);
    }

    #[test]
    fn a_client_without_a_known_user_agent_is_known_by_its_list() {
        for (list, expected) in [
            ("host;x-a;x-a;x-amz-date", CURL_7),
            ("host;x-amz-date;", CURL_7),
            ("content-length;content-type;host;x-amz-date", GO),
            ("accept-encoding;amz-sdk-invocation-id;amz-sdk-request;host;x-amz-date", GO),
            ("amz-sdk-invocation-id;amz-sdk-request;host;x-amz-date;x-amz-user-agent", SMITHY),
            ("amz-sdk-invocation-id;content-length;host;x-amz-date", &[]),
            ("host;x-amz-date", &[]),
        ] {
            let listed: Vec<_> = list.split(';').collect();
            for agent in ["", "Mozilla/5.0"] {
                assert_eq!(habits(agent.as_bytes(), &listed), expected, "{list}");
            }
            assert_eq!(habits(b"boto3/1.44", &listed), BOTOCORE, "the header counts more");
        }
    }
}
