//! The names of a request's headers as the client spelled them, for events of REST APIs.
//!
//! The HTTP implementation has all names in lower case. Over HTTP/1.1, the names are therefore recorded before it parses them.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, Version};
use std::collections::HashMap;

/// The names of a request's headers in the spelling of the client. It is in the extensions of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReceivedNames(HashMap<HeaderName, String>);

impl ReceivedNames {
    /// Takes the recorded names of a request. Returns `None` unless they are the names of `parsed`: every name as often as it was
    /// parsed, and no other. The HTTP implementation itself drops repeated headers of a body's length, so these do not count.
    pub(crate) fn of_request<'n>(recorded: impl Iterator<Item = &'n str>, parsed: &HeaderMap) -> Option<Self> {
        let counts = |name: &HeaderName| ![CONTENT_LENGTH, TRANSFER_ENCODING].contains(name);
        let mut found: HashMap<HeaderName, usize> = HashMap::new();
        let mut names = HashMap::new();
        for spelled in recorded {
            let name = HeaderName::from_bytes(spelled.as_bytes()).ok()?;
            if counts(&name) {
                *found.entry(name.clone()).or_default() += 1;
                names.entry(name).or_insert_with(|| spelled.to_owned());
            }
        }
        let parsed_names = || parsed.keys().filter(|name| counts(name));
        let is_same = parsed_names().count() == found.len()
            && parsed_names().all(|name| found.get(name) == Some(&parsed.get_all(name).iter().count()));
        is_same.then_some(Self(names))
    }
}

/// How an event spells the names of headers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spelling<'r> {
    /// As the client did.
    Received(&'r ReceivedNames),
    /// In lower case, which is the only spelling of HTTP/2.
    Lower,
    /// In title case.
    Title,
}

impl<'r> Spelling<'r> {
    /// The spelling of a request to a REST API: that of the client, or title case where it is not known.
    pub(crate) fn of_client(version: Version, received: Option<&'r ReceivedNames>) -> Self {
        match received {
            Some(names) => Self::Received(names),
            None if version >= Version::HTTP_2 => Self::Lower,
            None => Self::Title,
        }
    }

    /// Spells a name.
    pub(crate) fn spell(self, name: &HeaderName) -> String {
        match self {
            Self::Received(names) => names.0.get(name).cloned().unwrap_or_else(|| title(name.as_str())),
            Self::Lower => name.as_str().to_owned(),
            Self::Title => title(name.as_str()),
        }
    }
}

/// Returns a name with an upper-case letter at the beginning and after every hyphen.
pub(crate) fn title(name: &str) -> String {
    let mut is_first = true;
    let letter = |c: char| {
        let spelled = if is_first { c.to_ascii_uppercase() } else { c };
        is_first = c == '-';
        spelled
    };
    name.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::{ReceivedNames, Spelling, title};
    use http::{HeaderMap, HeaderName, HeaderValue, Version};

    fn parsed(names: &[&'static str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for name in names {
            map.append(HeaderName::from_static(name), HeaderValue::from_static("v"));
        }
        map
    }

    #[test]
    fn names_that_were_not_parsed_so_are_not_taken() {
        let map = parsed(&["x-a", "x-b", "x-a", "content-length"]);
        for (recorded, is_taken) in [
            (&["X-A", "x-B", "x-a", "Content-Length"][..], true),
            (&["x-B", "X-A", "x-a", "content-length", "Content-Length"], true),
            (&["X-A", "x-B", "x-a"], true),
            (&["X-A", "x-B"], false),
            (&["X-A", "x-B", "x-B", "x-a"], false),
            (&["X-A", "x-B", "x-a", "x-c"], false),
            (&["X-A", "x-B", "x-c"], false),
            (&["X A", "x-B", "x-a"], false),
            (&[], false),
        ] {
            assert_eq!(ReceivedNames::of_request(recorded.iter().copied(), &map).is_some(), is_taken, "{recorded:?}");
        }
    }

    #[test]
    fn the_first_spelling_of_a_name_is_the_one_of_the_event() {
        let names = ReceivedNames::of_request(["x-Aa", "X-AA"].into_iter(), &parsed(&["x-aa", "x-aa"])).unwrap();
        let name = HeaderName::from_static("x-aa");
        assert_eq!(Spelling::of_client(Version::HTTP_11, Some(&names)).spell(&name), "x-Aa");
        assert_eq!(Spelling::of_client(Version::HTTP_11, None).spell(&name), "X-Aa");
        assert_eq!(Spelling::of_client(Version::HTTP_2, None).spell(&name), "x-aa");
        assert_eq!(title("x-amz--date-"), "X-Amz--Date-");
    }
}
