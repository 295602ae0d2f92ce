//! The caller of a request whose signature matched.

use crate::auth::SignatureLocation;
use crate::credentials::Credentials;
use crate::scope::Scope;
use crate::time::Timestamp;
use crate::tower::path::DecodedPath;
use crate::verify::caller::Caller;
use http::request::Parts;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// A request whose signature matched, before the [decision](super::Decide).
///
/// Only [`Authenticator`](super::Authenticator) makes one, from the [`Caller`] of a signature that matched.
pub struct VerifiedRequest<'r, K> {
    pub(super) caller: &'r Caller<'r>,
    pub(super) access_key_id: &'r Arc<str>,
    pub(super) key: &'r Arc<K>,
    pub(super) parts: &'r Parts,
    pub(super) path: &'r DecodedPath<'r>,
    pub(super) now: OffsetDateTime,
}

impl<'r, K> VerifiedRequest<'r, K> {
    /// The caller, with the part of the request that the signature covers.
    #[must_use]
    pub const fn caller(&self) -> &'r Caller<'r> {
        self.caller
    }

    /// The key store's entry for the caller's access key id.
    #[must_use]
    pub const fn key(&self) -> &'r Arc<K> {
        self.key
    }

    /// The head of the request. Only the parts that [`caller`](Self::caller) returns are signed.
    #[must_use]
    pub const fn parts(&self) -> &'r Parts {
        self.parts
    }

    /// The path, decoded once.
    #[must_use]
    pub fn path(&self) -> &'r str {
        self.path
    }

    /// The time at which the request is verified.
    #[must_use]
    pub const fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// The caller as a value of its own, for the extensions of the request.
    #[must_use]
    pub fn authenticated(&self) -> AuthenticatedCaller<K> {
        let caller = self.caller;
        AuthenticatedCaller(Arc::new(Known {
            access_key_id: Arc::clone(self.access_key_id),
            key: Arc::clone(self.key),
            path: self.path().to_owned(),
            scope: *caller.scope(),
            timestamp: caller.timestamp(),
            location: caller.signature_location(),
            signed_headers: caller.signed_headers(),
            signed_body: caller.signed_body(),
        }))
    }
}

impl<K> fmt::Debug for VerifiedRequest<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedRequest")
            .field("caller", self.caller)
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// An authenticated caller. `K` is the type of the [key store](crate::verify::KeyStore)'s entries.
///
/// [`AuthenticateLayer`](super::AuthenticateLayer) puts it into the extensions of a request that it passes on, and removes one
/// that was there before. Only a [`VerifiedRequest`], whose signature matched, makes one. Neither of
/// these two functions compiles:
///
/// ```compile_fail
/// fn skip_the_layer(caller: sig4::Caller<'_>) -> sig4::tower::AuthenticatedCaller {
///     caller.into()
/// }
/// ```
///
/// ```compile_fail
/// fn anybody() -> sig4::tower::AuthenticatedCaller {
///     sig4::tower::AuthenticatedCaller::default()
/// }
/// ```
///
/// With the feature `axum` it is an extractor: a handler takes it as an argument, or as an `Option` if the route is
/// [exempt](super::AuthenticateLayer::exempt). A route without the layer is answered with 500.
///
/// It knows which headers were signed. Check this before you trust a header:
///
/// ```
/// use sig4::tower::AuthenticatedCaller;
///
/// fn tenant<B>(request: &http::Request<B>) -> Option<&str> {
///     let caller = request.extensions().get::<AuthenticatedCaller>()?;
///     let tenant = request.headers().get("x-tenant").filter(|_| caller.signed("x-tenant"))?;
///     tenant.to_str().ok()
/// }
/// # assert_eq!(tenant(&http::Request::new(())), None);
/// ```
pub struct AuthenticatedCaller<K = Credentials>(Arc<Known<K>>);

struct Known<K> {
    access_key_id: Arc<str>,
    key: Arc<K>,
    path: String,
    scope: Scope,
    timestamp: Timestamp,
    location: SignatureLocation,
    signed_headers: String,
    signed_body: bool,
}

impl<K> AuthenticatedCaller<K> {
    /// The access key id whose secret made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The key store's entry for the access key id.
    #[must_use]
    pub fn key(&self) -> &Arc<K> {
        &self.0.key
    }

    /// The path that was authenticated, decoded once. It is the path that the server received, also behind a nested router whose
    /// layer [knows it](super::AuthenticateLayer::with_original_uri). After
    /// [`with_dangerous_path_rewriting`](super::AuthenticateLayer::with_dangerous_path_rewriting) it is the path that the
    /// request was rewritten to.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Day, region and service of the key.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// The time of signing.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.0.timestamp
    }

    /// The part of the request that carried the signature.
    #[must_use]
    pub fn signature_location(&self) -> SignatureLocation {
        self.0.location
    }

    /// The names of the headers that were signed, in lower case, in order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.0.signed_headers.split(';')
    }

    /// Whether a header was signed; `name` may be in any case. A header that was not signed may come from a proxy between the
    /// caller and the server, or from an attacker.
    #[must_use]
    pub fn signed(&self, name: &str) -> bool {
        self.signed_headers().any(|signed| signed.eq_ignore_ascii_case(name))
    }

    /// Whether the signature covers the body.
    #[must_use]
    pub fn signed_body(&self) -> bool {
        self.0.signed_body
    }
}

impl<K> Clone for AuthenticatedCaller<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> fmt::Debug for AuthenticatedCaller<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedCaller")
            .field("access_key_id", &self.access_key_id())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
