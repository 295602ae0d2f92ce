//! The names that tokens are made for, checked before they are signed: a service answers a misspelled host or user with no more than
//! "access denied".

use crate::authority;
use crate::bytes::percent::{self, EncodeSet};
use crate::error::{Error, ErrorKind};

/// The host of an endpoint, in lower case and without scheme, port and path.
pub(super) fn host(text: &str) -> Result<String, Error> {
    if text.contains('/') {
        return Err(Error::new(ErrorKind::InvalidHost, "write the host alone, without `https://` and without a path"));
    }
    let after_address = text.rsplit_once(']').map_or(text, |(_, rest)| rest);
    if after_address.contains(':') {
        return Err(Error::new(ErrorKind::InvalidHost, "write the host alone, without a port"));
    }
    authority(text)
}

/// A host with an optional port, in lower case.
pub(super) fn authority(text: &str) -> Result<String, Error> {
    let lower = text.to_ascii_lowercase();
    if lower.is_empty() {
        return Err(Error::new(ErrorKind::InvalidHost, "it is empty"));
    }
    authority::check(&lower).map_err(|advice| Error::new(ErrorKind::InvalidHost, advice))?;
    Ok(lower)
}

/// A name that a query or a form carries: not empty and without control characters. `what` says whose name it is.
pub(super) fn plain(what: &str, text: &str) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::InvalidName, format!("the {what} {why}")));
    if text.trim().is_empty() {
        return refuse("is empty");
    }
    if text.trim() != text || text.contains(char::is_control) {
        return refuse("has a control character, or white space around it");
    }
    Ok(text.to_owned())
}

/// A name that a header carries: visible ASCII characters.
pub(super) fn visible(what: &str, text: &str) -> Result<String, Error> {
    let name = plain(what, text)?;
    if !name.bytes().all(|b| b.is_ascii_graphic()) {
        let detail = format!("the {what} has a character that is not a visible ASCII character");
        return Err(Error::new(ErrorKind::InvalidName, detail));
    }
    Ok(name)
}

/// A name that is a segment of a path, percent-encoded. Clients remove the segments `.` and `..` from a URL, encoded or not.
pub(super) fn segment(what: &str, text: &str) -> Result<String, Error> {
    if matches!(text, "." | "..") {
        return Err(Error::new(
            ErrorKind::InvalidName,
            format!("the {what} is `{text}`, which clients remove from a URL"),
        ));
    }
    Ok(encoded(&visible(what, text)?))
}

/// A name that stands for a host: letters, digits, `-`, in lower case.
pub(super) fn label(what: &str, text: &str) -> Result<String, Error> {
    let lower = plain(what, text)?.to_ascii_lowercase();
    let is_label = lower.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_label || !lower.starts_with(|c: char| c.is_ascii_lowercase()) {
        let detail = format!(
            "the name of the {what} has only letters, digits and `-`, and begins with a letter: it is not the endpoint"
        );
        return Err(Error::new(ErrorKind::InvalidName, detail));
    }
    Ok(lower)
}

/// `text` as a value of a query.
#[expect(clippy::expect_used, reason = "percent-encoded text is ASCII")]
pub(super) fn encoded(text: &str) -> String {
    let mut out = Vec::new();
    percent::encode(text.as_bytes(), EncodeSet::Unreserved, &mut out);
    String::from_utf8(out).expect("percent-encoded text is ASCII")
}

#[cfg(test)]
mod tests {
    use super::{encoded, host, label, plain, segment, visible};

    #[test]
    fn names_are_checked_by_their_place() {
        assert_eq!(host("Db.Example.com").unwrap(), "db.example.com");
        assert_eq!(host("[::1]").unwrap(), "[::1]");
        for bad in [
            "",
            "https://db.example.com",
            "db.example.com:3306",
            "[::1]:3306",
            "::1",
            "db.example.com/x",
            "127.1",
            "a b",
            "jane@db",
        ] {
            assert!(host(bad).is_err(), "{bad}");
        }
        assert_eq!(plain("user", "jäne d").unwrap(), "jäne d");
        for bad in ["", " ", " jane", "jane\n", "ja\0ne"] {
            assert!(plain("user", bad).is_err(), "{bad}");
        }
        assert!(visible("cluster", "my.cluster_1").is_ok() && visible("cluster", "my cluster").is_err());
        assert_eq!(label("cache", "My-Cache-1").unwrap(), "my-cache-1");
        for bad in ["my-cache.abc.cache.amazonaws.com", "1cache", "-c", "a_b"] {
            assert!(label("cache", bad).is_err(), "{bad}");
        }
        assert_eq!(segment("connection id", "a/b=").unwrap(), "a%2Fb%3D");
        for bad in ["", ".", "..", "a b", "é"] {
            assert!(segment("connection id", bad).is_err(), "{bad}");
        }
        assert_eq!(encoded("a b/é=~"), "a%20b%2F%C3%A9%3D~");
    }
}
