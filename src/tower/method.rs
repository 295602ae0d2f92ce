//! Methods that a server accepts.

use crate::error::{Error, ErrorKind};
use http::Method;

/// Refuses a method with lower-case letters. All registered methods are in capitals, and methods are case-sensitive: a server that
/// ignores case would treat `delete`, which no policy names, as `DELETE`.
///
/// [`AuthenticateLayer`](super::AuthenticateLayer) does it for each request.
///
/// ```
/// assert!(sig4::tower::check_method(&http::Method::DELETE).is_ok());
/// assert!(sig4::tower::check_method(&"delete".parse()?).is_err());
/// # Ok::<(), http::method::InvalidMethod>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidHeader`] if the method has a lower-case letter.
///
/// Source: RFC 9110 section 9.1.
pub fn check_method(method: &Method) -> Result<(), Error> {
    match method.as_str().bytes().any(|byte| byte.is_ascii_lowercase()) {
        true => Err(Error::new(ErrorKind::InvalidHeader, "the method has small letters: send it in capitals")),
        false => Ok(()),
    }
}
