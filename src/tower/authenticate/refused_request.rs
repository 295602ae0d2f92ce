//! A refused request: what the hook for refusals gets.

use super::api_type::ApiType;
#[cfg(feature = "explain")]
use super::explained::Explained;
use super::refusal::Refusal;
use crate::credentials::Credentials;
#[cfg(feature = "explain")]
use crate::explain::report::Report;
#[cfg(feature = "explain")]
use crate::verify::key_store::AccessKey;
use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Response};
use http_body_util::Full;
use std::fmt;
use std::ops::Deref;

/// A refused request: the [`Refusal`], to which it dereferences, and the head of the request.
///
/// [`AuthenticateLayer::on_refusal`](super::AuthenticateLayer::on_refusal) hands it to your hook. It is owned and may be moved into a task.
///
/// | method | gives | |
/// |---|---|---|
/// | [`cause`](Refusal::cause) | why the request is refused | for the log |
/// | `explained` (feature `explain`) | why the signature does not match, and what to do | for the log, or for a caller whom you trust |
/// | [`claimed_access_key_id`](Refusal::claimed_access_key_id) | who the client says it is | proves nothing |
/// | [`proven_caller`](Refusal::proven_caller) | whose secret made the signature | proven |
/// | [`status`](Refusal::status), [`code`](Refusal::code), [`message`](Refusal::message) | what a REST API answers | for the caller |
/// | [`default_response`](Self::default_response) | the response of the layer without a hook | for the caller |
pub struct RefusedRequest<K = Credentials> {
    refusal: Refusal<K>,
    head: RequestHead,
    api_type: ApiType,
    verbose: bool,
    #[cfg(feature = "explain")]
    explained: Explained,
}

impl<K> RefusedRequest<K> {
    pub(super) const fn new(
        refusal: Refusal<K>,
        parts: Parts,
        api_type: ApiType,
        verbose: bool,
        #[cfg(feature = "explain")] explained: Explained,
    ) -> Self {
        Self {
            refusal,
            head: RequestHead(parts),
            api_type,
            verbose,
            #[cfg(feature = "explain")]
            explained,
        }
    }

    /// The refusal.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal<K> {
        &self.refusal
    }

    /// The head of the request.
    #[must_use]
    pub const fn head(&self) -> &RequestHead {
        &self.head
    }

    /// The response of the layer without a hook: that of its [API type](super::AuthenticateLayer::with_api_type).
    #[must_use]
    pub fn default_response(&self) -> Response<Full<Bytes>> {
        let response = match self.verbose {
            true => self.api_type.verbose_response(&self.refusal),
            false => self.api_type.response(&self.refusal),
        };
        response.map(Full::new)
    }
}

#[cfg(feature = "explain")]
impl<K: AccessKey> RefusedRequest<K> {
    /// The explanation of the refusal: its cause by name, and the remedy. It is made when it is first asked for.
    ///
    /// | refusal | report |
    /// |---|---|
    /// | a refused signature of an access key whose [secret](crate::StoredKey::secret) the store has | the request is examined, and the known mistakes of clients are searched |
    /// | any other refused signature | the mistake that the verifier's error and the request show |
    /// | a bad request, such as one with an ambiguous path | the mistake that the error shows |
    /// | a denial | `not-authorized`, with the reason of the decision |
    /// | anything else | `None` |
    ///
    /// A search takes up to 50 ms of a processor; move it to a thread for blocking work if that is too long for you. A layer and its
    /// clones search 8 times at once after a pause, and then 4 times a second. Further reports say in
    /// [`left_out`](Report::left_out) that nothing was searched. A report contains neither the secret nor the right signature, but it
    /// helps to make one: show it to callers whom you know, or write it into your log.
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use sig4::tower::AuthenticateLayer;
    /// # use sig4::{Credentials, verify::KeyStore};
    /// # fn example<K: KeyStore<Key = Credentials>>(layer: AuthenticateLayer<K>) {
    ///
    /// // For an API inside a company, whose callers may know their mistake.
    /// let layer = layer.on_refusal(|refused| async move {
    ///     let report = refused.explained().map(ToString::to_string);
    ///     (refused.status(), report.unwrap_or_default()).into_response()
    /// });
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn explained(&self) -> Option<&Report> {
        self.explained.report(&self.refusal, &self.head.0)
    }
}

impl<K> Deref for RefusedRequest<K> {
    type Target = Refusal<K>;

    fn deref(&self) -> &Refusal<K> {
        &self.refusal
    }
}

impl<K> fmt::Debug for RefusedRequest<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusedRequest")
            .field("refusal", &self.refusal)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The head of a request whose `Debug` shows neither the query nor the value of a header: a signature and a session token may be in
/// either.
///
/// The path is that of the received URI, as it was sent.
pub struct RequestHead(Parts);

impl RequestHead {
    /// The method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.0.method
    }

    /// The path, percent-encoded. Without the query, in which a presigned URL carries its signature and its session token.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.uri.path()
    }

    /// The value of a header, if there is one and it is text. The first of several.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name)?.to_str().ok()
    }

    /// The extensions of the request, such as axum's `ConnectInfo`.
    #[must_use]
    pub const fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// The head with its query and headers, whose `Debug` shows signatures and session tokens. Never log it.
    #[must_use]
    pub const fn expose_parts(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for RequestHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead")
            .field("method", &self.0.method)
            .field("path", &self.path())
            .field("headers", &HeaderNames(&self.0.headers))
            .finish_non_exhaustive()
    }
}

/// Shows the names of headers.
struct HeaderNames<'h>(&'h HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys().map(http::HeaderName::as_str)).finish()
    }
}
