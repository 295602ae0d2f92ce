//! The named bounds of the layers for clients.

#[cfg(feature = "http-body")]
use super::read_ahead::ReadAhead;
use super::signed_body::SignedBody;
#[cfg(feature = "http-body")]
use crate::stream::EncodedBody;
use crate::tower::body::BoxError;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

/// A client of `tower` that sends HTTP requests with bodies of the type `B`.
///
/// It names the bounds of [`SignLayer`](crate::tower::SignLayer) and [`SignedCheckLayer`](crate::tower::SignedCheckLayer). Every
/// [`Service`] that meets them implements it, and so do the clients behind both layers. A function that is generic over its
/// client needs this bound alone:
///
/// ```
/// # use {http_body_util::Full, http::{Request, Response}};
/// use bytes::Bytes;
/// use sig4::tower::{BoxError, HttpClient, SignLayer};
/// use sig4::Credentials;
/// use tower::{Layer, ServiceExt};
///
/// type Body = Full<Bytes>;
///
/// fn wrap<S: HttpClient<Body>>(client: S, signing: &SignLayer<Credentials>) -> impl HttpClient<Body, Error = BoxError> {
///     signing.layer(client)
/// }
/// # fn main() -> Result<(), BoxError> {
/// # let transport = tower::service_fn(async |request: Request<Full<Bytes>>| {
/// #     assert!(request.headers().contains_key("authorization"));
/// #     Ok::<_, std::io::Error>(Response::new(Full::<Bytes>::default()))
/// # });
/// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// # let signer = sig4::Signer::new("us-east-1", "execute-api")?;
/// # let signing = SignLayer::new(signer, credentials, "https://api.example".parse()?);
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let request = Request::get("https://api.example/pets").body(Full::default())?;
/// let response = runtime.block_on(wrap(transport, &signing).oneshot(request))?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a client that sends `http::Request<{B}>`",
    label = "not an `HttpClient<{B}>`",
    note = "an `HttpClient<B>` is `Clone + Send + 'static` and a `tower_service::Service<http::Request<B>>` that answers with an `http::Response` and has a future that is `Send`",
    note = "behind `SignLayer::with_any_body`, the client's own body type is `SignedBody<_>`; leave it out, as in `Client<_, _>`, to have it inferred"
)]
pub trait HttpClient<B>:
    Service<Request<B>, Response = Response<<Self as HttpClient<B>>::ResponseBody>, Error: Into<BoxError>, Future: Send>
    + Clone
    + Send
    + 'static
{
    /// The body of its responses.
    type ResponseBody: Body<Data: Send, Error: Send> + Send;
}

#[diagnostic::do_not_recommend]
impl<S, B, R> HttpClient<B> for S
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>, Future: Send> + Clone + Send + 'static,
    R: Body<Data: Send, Error: Send> + Send,
{
    type ResponseBody = R;
}

/// A body of requests that can be made from the bytes that were hashed, such as `Full<Bytes>`, axum's `Body`, reqwest's `Body`
/// and [`SignedBody`].
///
/// Every [`Body`] that is `From<Bytes> + Send + 'static` implements it. For the others there is
/// [`SignLayer::with_any_body`](crate::tower::SignLayer::with_any_body).
///
/// ```compile_fail,E0277
/// # use bytes::Bytes;
/// fn signable<B: sig4::tower::SignableBody>() {}
/// signable::<http_body_util::Full<Bytes>>();
/// signable::<http_body_util::combinators::BoxBody<Bytes, std::io::Error>>(); // the message names `with_any_body`
/// ```
#[diagnostic::on_unimplemented(
    message = "`SignLayer` cannot make a `{Self}` from the bytes that it read and hashed",
    label = "no `SignableBody`: it is not an `http_body::Body + From<Bytes> + Send + 'static`",
    note = "call `.with_any_body()` on the `SignLayer`, and let the client's body type be inferred: the client then gets a `SignedBody<_>`",
    note = "`()`, texts and vectors are no `http_body::Body`: send `Empty<Bytes>` or `Full<Bytes>` of `http_body_util` instead"
)]
pub trait SignableBody: Body<Data: Send, Error: Into<BoxError>> + From<Bytes> + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<B> SignableBody for B where B: Body<Data: Send, Error: Into<BoxError>> + From<Bytes> + Send + 'static {}

/// The type of the bodies that a client behind a [`SignLayer`](crate::tower::SignLayer) gets for bodies of the type `B`:
/// [`SameBody`] or [`AnyBody`].
#[diagnostic::on_unimplemented(
    message = "`SignLayer` cannot send a body of the type `{B}`",
    label = "no body that can be signed",
    note = "it takes an `http_body::Body + Send + 'static`, such as `Full<Bytes>`; wrap a text or bytes in `http_body_util::Full`"
)]
pub trait BodyForm<B>: sealed::Form {
    /// The body that is sent.
    type Sent: SignableBody;

    #[doc(hidden)]
    fn sent(body: B) -> Self::Sent;

    /// Makes a body of the type that is sent from one in chunks, if the type has room for it.
    #[doc(hidden)]
    #[must_use]
    fn chunking() -> Option<Chunking<Self::Sent>> {
        None
    }
}

/// Makes a body from one in chunks.
#[doc(hidden)]
#[allow(missing_debug_implementations, unnameable_types, reason = "it is in the signature of a hidden function")]
#[cfg(feature = "http-body")]
pub struct Chunking<B>(pub(crate) fn(EncodedBody<ReadAhead<B>>) -> B);

/// No body is sent in chunks without the feature `http-body`.
#[doc(hidden)]
#[allow(missing_debug_implementations, unnameable_types, reason = "it is in the signature of a hidden function")]
#[cfg(not(feature = "http-body"))]
pub struct Chunking<B>(std::convert::Infallible, std::marker::PhantomData<B>);

/// The client gets bodies of the type of the request. They have to be [`SignableBody`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SameBody;

/// The client gets a [`SignedBody`] for a body of any type.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AnyBody;

impl<B: SignableBody> BodyForm<B> for SameBody {
    type Sent = B;

    fn sent(body: B) -> B {
        body
    }
}

#[diagnostic::do_not_recommend]
impl<B> BodyForm<B> for AnyBody
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type Sent = SignedBody<B>;

    fn sent(body: B) -> SignedBody<B> {
        SignedBody::new(body)
    }

    #[cfg(feature = "http-body")]
    fn chunking() -> Option<Chunking<SignedBody<B>>> {
        Some(Chunking(SignedBody::encoded))
    }
}

mod sealed {
    #[allow(unnameable_types, reason = "it seals a trait")]
    pub trait Form {}
    impl Form for super::SameBody {}
    impl Form for super::AnyBody {}
}
