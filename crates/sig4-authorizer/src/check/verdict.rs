//! The answer about a request.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response};

/// The answer about a request.
///
/// ```
/// use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest, Verdict};
/// use sig4_iam::{Directory, tower::ExecuteApi};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "pets"))?;
/// let authorizer = Authorizer::new(api, Directory::new("123456789012"));
/// let (unsigned, ()) = http::Request::get("https://pets.example/").body(())?.into_parts();
/// let (verdict, _) = authorizer.check("envoy", CheckRequest::new(unsigned, CheckBody::Absent)).await;
/// let Verdict::Denied(denied) = verdict else { return Err("it is not signed".into()) };
/// assert_eq!((denied.response.status().as_u16(), denied.is_failure), (403, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// The proxy passes the request on, with changes.
    Allowed(Allowed),
    /// The proxy answers with this response.
    Denied(Denied),
}

/// The changes to a request that the proxy passes on.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Allowed {
    /// Headers to set: earlier values are replaced.
    pub set_headers: Vec<(HeaderName, HeaderValue)>,
    /// Headers to remove. None of them is among [`set_headers`](Self::set_headers).
    pub remove_headers: Vec<String>,
    /// Query parameters to remove, as they are spelled in the request.
    pub remove_query: Vec<String>,
}

/// The response to a request that is not passed on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Denied {
    /// The response for the client. It does not tell the true cause.
    pub response: Response<Bytes>,
    /// Whether the authorizer is at fault, and not the request.
    pub is_failure: bool,
}
