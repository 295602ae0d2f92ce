//! Whether path and query have one reading only.

use crate::bytes::percent;
use crate::error::{Error, ErrorKind};
use crate::settings::PathEncoding;
use std::borrow::Cow;

/// Refuses a query with a malformed percent sequence.
#[cold]
pub(crate) fn check_query(query: Option<&str>) -> Result<(), Error> {
    query.and_then(|query| percent::malformed(query.as_bytes())).map_or(Ok(()), |after| Err(malformed_query(after)))
}

/// Refuses a path with a malformed percent sequence, and a path that leaves its root.
#[cold]
pub(crate) fn check_path(path: &str, encoding: PathEncoding) -> Result<(), Error> {
    let path = path.as_bytes();
    let refuse = |detail: &'static str| Err(Error::new(ErrorKind::InvalidPath, detail));
    if !(path.is_empty() || path.starts_with(b"/")) {
        return refuse("it does not begin with a '/'");
    }
    if percent::malformed(path).is_some() {
        return refuse("a '%' is not followed by two hexadecimal digits");
    }
    // A path that is signed decoded is also handed out decoded, so its percent sequences are read first.
    let read = if encoding == PathEncoding::Canonical { percent::decode(path) } else { Cow::Borrowed(path) };
    let mut depth = 0_usize;
    for segment in read.split(|b| *b == b'/') {
        match segment {
            b"" | b"." => {}
            b".." if depth == 0 => return refuse("it leaves its root"),
            b".." => depth -= 1,
            _ => depth += 1,
        }
    }
    Ok(())
}

fn malformed_query(after: &[u8]) -> Error {
    let detail = if after.len() < 2 {
        "Incomplete trailing escape % sequence".to_owned()
    } else {
        format!("Illegal hex character in escape % pattern: %{}", String::from_utf8_lossy(after))
    };
    Error::new(ErrorKind::MalformedQuery, detail)
}
