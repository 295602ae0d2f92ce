//! The layer that signs requests.

mod attempt;
pub(crate) mod bounds;
pub(crate) mod check;
#[cfg(feature = "http-body")]
pub(crate) mod chunked;
mod foreign;
mod framing;
pub(crate) mod origin;
pub(crate) mod outgoing;
mod peek;
#[cfg(feature = "http-body")]
pub(crate) mod read_ahead;
mod record;
mod service_refusal;
mod error_body;
mod service;
pub(crate) mod signed_body;
pub(crate) mod skew;
mod target;
pub(crate) mod transport;

pub use peek::SignResponseBody;
pub use service::Sign;

use super::body::DEFAULT_BODY_LIMIT;
use super::clock::Clock;
use crate::sign::Signer;
#[cfg(feature = "http-body")]
use crate::stream::ChecksumAlgorithm;
use bounds::{AnyBody, SameBody};
#[cfg(feature = "http-body")]
use chunked::{ChunkSettings, ChunkSigning};
use origin::Origin;
use skew::Skews;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use time::OffsetDateTime;
use tower_layer::Layer;

/// Signs the requests of a client to the origins that it is for.
///
/// A request is signed when it is sent. Put the layer below layers that send a request again, such as `tower::retry`: each try
/// is then signed afresh, with the current time and credentials.
///
/// Put it below a layer that follows redirects, too. A request to a foreign [`Origin`] is not sent: the client gets an
/// [`Error`](super::Error) of the kind [`ForeignOrigin`](super::ErrorKind::ForeignOrigin).
/// [`with_foreign_passthrough`](Self::with_foreign_passthrough) sends it without a signature and without credentials instead.
///
/// Switch redirects off in the client below the layer, with reqwest by `reqwest::redirect::Policy::none()`. A client that
/// follows a redirect takes the session token, other `x-amz-*` headers and the body to the new origin.
///
/// A request with an `X-Amz-Signature` in its query, complete or not, counts as presigned and is sent unchanged. The body of
/// every other request is read into memory, up to a limit, and hashed. With the feature `http-body` a body that streams to S3 is
/// signed in chunks while it is sent (`with_chunk_signing`). With a [`Payload<'static>`](crate::Payload) in the
/// request's extensions the body is *declared*: the payload is signed, and the body is not read. A [`Signer`] in the extensions
/// replaces the layer's.
///
/// A client of reqwest is signed by `sig4::reqwest::SignClient`, which the feature `reqwest` adds.
///
/// # What it guarantees, and what it cannot
///
/// | about | guaranteed | not guaranteed |
/// |---|---|---|
/// | origins | nothing is sent to an origin that is not listed; or, [if asked for](Self::with_foreign_passthrough), neither a signature nor the headers named there | that a listed origin deserves trust; that the body and headers of your own, which are sent to other origins then, hold no secret; checking the server's certificate is the transport's task |
/// | layers above | each retry, and each redirect within the origins, is signed afresh | |
/// | layers below | nothing; [`SignedCheckLayer`](super::SignedCheckLayer) reports what they change, in tests and debug builds | that they leave the request as it was signed |
/// | redirects below | nothing | that token and body stay with the origin: switch redirects off in every client below |
/// | the host | `Host` header and URI name the same host, so that HTTP/1 and HTTP/2 send what is signed (HTTP/1 alone [if asked for](Self::with_http1_host_header)); no header is added | that no proxy puts another host there |
/// | the length of the body | `content-length` and `transfer-encoding` match the body, or the request is refused | what a transport adds if both are missing |
/// | a body that is read | the bytes that are hashed are the bytes that are sent; a body over the limit, or one with trailers, is refused | |
/// | a declared body | one whose headers contradict its size hint or announce trailers is refused | that its bytes have the declared hash; that it has no trailers: HTTP/2 sends those that no header announces, unsigned |
/// | headers of the connection | a request that signs one, or whose `connection` names a signed header, is refused | |
/// | a body in chunks | each byte is signed, or covered by a checksum, as it is sent; a body that is not as long as declared fails | that it can be sent again |
/// | sending again | at most once, only because of the clock, only [if asked for](Self::with_clock_skew_correction), only with a body that was read | that the first try had no effect, if the answer gave no reason and the method is idempotent |
/// | the clock | requests are signed with the time of sending, by the server's clock if that is asked for | that a transport which queues requests sends them within the 5 to 15 minutes that a service allows |
///
/// `docs/sign-layer.md` lists the rules, and hyper's behaviour with a request that breaks them. Each of these is an
/// [`Error`](super::Error), and nothing is sent: [`InvalidFraming`](super::ErrorKind::InvalidFraming),
/// [`InvalidHeader`](crate::ErrorKind::InvalidHeader), [`InvalidHost`](crate::ErrorKind::InvalidHost), and
/// [`InvalidPath`](crate::ErrorKind::InvalidPath) for the target `*` and one without a path. `CONNECT` is not signed.
///
/// # Refused requests
///
/// If the answer is 400, 401 or 403, the layer first reads the beginning of its body: up to 8 KiB, for 2 seconds at most. The client gets the whole body, as a [`SignResponseBody`].
///
/// - If the answer names expired or unknown credentials, the layer [invalidates](super::CredentialsProvider::invalidate) them at
///   their provider. It does not send the request again for that; a retry from above gets new credentials.
/// - A code or a message counts where a service writes it, in `x-amzn-errortype` or in JSON or XML that is not compressed. A text that
///   an application repeats from the request does not count.
/// - The time limit is tokio's. Outside of a tokio runtime, and in one without a timer, only the bytes that have already arrived are read. Build
///   runtimes with `enable_time`: a missing timer shows as a panic, which is caught but still reported by the panic hook, and which
///   aborts a program that is built with `panic = "abort"`.
///
/// # Example
///
/// The body is a [`SignableBody`](super::SignableBody), such as `Full<Bytes>` and the bodies of axum and reqwest; or any body at
/// all, [if asked for](Self::with_any_body). The client's own errors come through unchanged, in a `Box`. Code that is generic over its
/// client names one bound: [`HttpClient`](super::HttpClient).
///
/// ```
/// # use {bytes::Bytes, http::{Request, Response}, http_body_util::Full, tower::{Layer, ServiceExt}};
/// use sig4::tower::{Error, ErrorKind, SignLayer};
/// use sig4::{Credentials, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// # let client = tower::service_fn(async |request: Request<Full<Bytes>>| {
/// #     let status = if request.headers().contains_key("authorization") { 200 } else { 403 };
/// #     let mut response = Response::new(Full::<Bytes>::default());
/// #     *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
/// #     Ok::<_, std::io::Error>(response)
/// # });
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let signer = Signer::new("us-east-1", "execute-api")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let layer = SignLayer::new(signer, credentials, "https://abc.execute-api.us-east-1.amazonaws.com".parse()?);
/// let client = layer.layer(client); // of hyper-util, say
/// # let send = |uri: &str| {
/// #     let request = Request::get(uri).body(Full::<Bytes>::default()).unwrap();
/// #     runtime.block_on(client.clone().oneshot(request))
/// # };
///
/// let response = send("https://abc.execute-api.us-east-1.amazonaws.com/pets")?;
/// assert_eq!(response.status(), 200);
/// let error = send("https://evil.example/pets").unwrap_err();
/// let error: &Error = error.downcast_ref().expect("the client was not asked");
/// assert_eq!(error.kind(), ErrorKind::ForeignOrigin);
/// # Ok(())
/// # }
/// ```
pub struct SignLayer<C, F = SameBody> {
    settings: Settings<C>,
    form: PhantomData<fn() -> F>,
}

pub(crate) struct Settings<C> {
    signer: Signer,
    provider: Arc<C>,
    origins: Vec<Origin>,
    passes_foreign: bool,
    body_limit: usize,
    records: bool,
    http1_host: bool,
    clock: Clock,
    skews: Option<Arc<Skews>>,
    #[cfg(feature = "http-body")]
    chunks: ChunkSettings,
}

impl<C> SignLayer<C> {
    /// Signs requests to `origin` with credentials from a [provider](super::CredentialsProvider).
    #[must_use]
    pub fn new(signer: Signer, provider: C, origin: Origin) -> Self {
        let settings = Settings {
            signer,
            provider: Arc::new(provider),
            origins: vec![origin],
            passes_foreign: false,
            body_limit: DEFAULT_BODY_LIMIT,
            records: false,
            http1_host: false,
            clock: Clock::default(),
            skews: None,
            #[cfg(feature = "http-body")]
            chunks: ChunkSettings::default(),
        };
        Self { settings, form: PhantomData }
    }

    /// Takes requests with bodies of every type, buffered or streaming: `BoxBody`, `UnsyncBoxBody`, `StreamBody`, hyper's
    /// `Incoming` and the others. The client behind the layer gets them as [`SignedBody`](super::SignedBody).
    ///
    /// Without this setting the client gets bodies of the type that the request has, and the type has to be a
    /// [`SignableBody`](super::SignableBody):
    /// one that can be made from the bytes that were hashed. A body is treated alike with and without it: it is read up to a limit and hashed,
    /// or streams if its payload is declared. Only with it a body can stream to S3 in chunks.
    ///
    /// ```
    /// # use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::combinators::BoxBody;
    /// use http_body_util::{BodyExt, Full};
    /// use hyper_util::client::legacy::Client;
    /// use hyper_util::rt::TokioExecutor;
    /// use sig4::tower::{AnyBody, HttpClient, SignLayer};
    /// use sig4::Credentials;
    /// use tower::Layer;
    ///
    /// type Body = BoxBody<Bytes, std::io::Error>;
    ///
    /// fn client(signing: &SignLayer<Credentials, AnyBody>) -> impl HttpClient<Body> {
    ///     signing.layer(Client::builder(TokioExecutor::new()).build_http()) // the client's body type is inferred
    /// }
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// # let signer = sig4::Signer::new("us-east-1", "execute-api")?;
    /// let signing = SignLayer::new(signer, credentials, "https://api.example".parse()?).with_any_body();
    /// let client = client(&signing);
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[must_use]
    pub fn with_any_body(self) -> SignLayer<C, AnyBody> {
        SignLayer { settings: self.settings, form: PhantomData }
    }
}

impl<C, F> SignLayer<C, F> {
    /// The settings, for clients that are no services of `tower`.
    #[cfg(feature = "reqwest")]
    pub(crate) fn into_settings(self) -> Settings<C> {
        self.settings
    }

    /// Signs requests to this origin as well.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.settings.origins.push(origin);
        self
    }

    /// Sets whether requests to other origins are sent: without a signature, and without the headers that may carry credentials.
    /// The default is `false`.
    ///
    /// These are removed for every URL, because the sender of a redirect chooses its query: `authorization`,
    /// `proxy-authorization`, `www-authenticate`, `cookie`, `cookie2`, `x-api-key`, `referer`, every `x-amz-*`, `x-amzn-*` and
    /// `x-aws-*`, and every header whose value is [marked sensitive](http::HeaderValue::set_sensitive). Other headers and the body go along.
    ///
    /// A presigned URL of a foreign origin loses its `x-amz-*` headers, too, and then does not verify if they were signed. Send it
    /// with a client without the layer, or name its origin [here](Self::with_origin): a presigned request is not signed again there.
    #[must_use]
    pub const fn with_foreign_passthrough(mut self, passes: bool) -> Self {
        self.settings.passes_foreign = passes;
        self
    }

    /// Sets the limit of a body that is read to be hashed, in bytes. A longer body is an error of the kind
    /// [`TooLongBody`](super::ErrorKind::TooLongBody). The default is [`DEFAULT_BODY_LIMIT`].
    #[must_use]
    pub const fn with_body_limit(mut self, limit: usize) -> Self {
        self.settings.body_limit = limit;
        self
    }

    /// Sets how the chunks of a body that streams to S3 are signed. The default is [`ChunkSigning::ByScheme`].
    ///
    /// A request for a service of the S3 family (`s3`, `s3express`, `s3-outposts`, `s3-object-lambda`) is sent in chunks if the client
    /// takes [bodies of any type](SignLayer::with_any_body), or is one of reqwest, and the length of the body is known: by its size
    /// hint, or by a `content-length` of the request. The layer reads ahead up to the size of a chunk. A body that ends by then, or
    /// is in memory, is signed as a whole.
    ///
    /// S3 has to be told the length before the body. A body of unknown length is therefore read into memory up to the
    /// [limit](Self::with_body_limit). So is every body for another service, since none but S3 takes chunks.
    ///
    /// A request whose body streams is not sent again, because its body is gone: not after a corrected clock, and not by a `tower::retry`
    /// above, which needs a body that can be cloned.
    ///
    /// ```
    /// use sig4::stream::ChecksumAlgorithm;
    /// use sig4::tower::{ChunkSigning, SignLayer};
    /// use sig4::{Credentials, Signer};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let signing = SignLayer::new(signer, credentials, "https://photos.s3.us-east-1.amazonaws.com".parse()?)
    ///     .with_any_body()
    ///     .with_chunk_signing(ChunkSigning::Signed)
    ///     .with_chunk_checksum(ChecksumAlgorithm::Crc64Nvme);
    /// # let _ = signing;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "http-body")]
    #[must_use]
    pub const fn with_chunk_signing(mut self, signing: ChunkSigning) -> Self {
        self.settings.chunks.signing = signing;
        self
    }

    /// Sets the checksum in the trailer of a body in chunks. By default unsigned chunks have a CRC32, and signed chunks have none.
    #[cfg(feature = "http-body")]
    #[must_use]
    pub const fn with_chunk_checksum(mut self, checksum: ChecksumAlgorithm) -> Self {
        self.settings.chunks.checksum = Some(checksum);
        self
    }

    /// Sets whether the layer follows the server's clock once the server refuses a request because of its time. It then sends that
    /// request again, once, if its body was read to be hashed. The default is `false`.
    ///
    /// The answer has to be a 400, 401 or 403 with a `Date` that is more than 4 minutes from the time at which that very request
    /// was signed, and no `Age`. The rest depends on the reason that the answer gives:
    ///
    /// | the answer | the clock is learnt | GET, HEAD, PUT, DELETE, OPTIONS, TRACE | POST, PATCH and others |
    /// |---|---|---|---|
    /// | names the time: `RequestTimeTooSkewed`, `RequestExpired`, `RequestInTheFuture`, `Signature expired: …`, `Signature not yet current: …` | yes | sent again | sent again |
    /// | gives no reason: no body, an HTTP API's `Forbidden` without a code, EC2's `AuthFailure` | yes | sent again | not sent again |
    /// | gives a different reason | no | not sent again | not sent again |
    ///
    /// A service that refuses a signature for its time executes nothing. A 403 without a reason may also come from the handler. A
    /// request that is not idempotent is therefore not repeated after it; the next request is signed by the corrected clock.
    ///
    /// Each scheme, host and port has a clock of its own, of which the latest 1,024 are remembered, for all clones of the
    /// layer. The [provider](super::CredentialsProvider) of the credentials is asked with the corrected time. A server can thus
    /// get requests to itself that are signed for up to [`MAX_CLOCK_SKEW`](super::MAX_CLOCK_SKEW) ahead: use this with servers that
    /// you trust, over TLS.
    #[must_use]
    pub fn with_clock_skew_correction(mut self, corrects: bool) -> Self {
        self.settings.skews = corrects.then(Arc::default);
        self
    }

    /// Sets whether each request carries a record of what was signed in its extensions, for a
    /// [`SignedCheckLayer`](super::SignedCheckLayer) below. The default is `false`. A record costs a digest of the body and of
    /// each signed header; `cfg!(debug_assertions)` keeps it out of release builds.
    #[must_use]
    pub const fn with_signed_record(mut self, records: bool) -> Self {
        self.settings.records = records;
        self
    }

    /// Sets whether the `Host` header and the URI may name different hosts. The default is `false`: such a request is refused.
    ///
    /// A private API behind a VPC endpoint, a tunnel or an emulator of AWS may need this: the connection goes to the host of the URI, and
    /// the header says which API answers there. Both have to be [origins](Self::with_origin) of the layer. The header is signed.
    ///
    /// Use it only with transports that speak HTTP/1 alone. HTTP/2 sends the host of the URI as well, and a server that gets two
    /// hosts refuses the request or uses the unsigned host. The layer refuses a request of the version HTTP/2; it cannot see a
    /// transport that negotiates the version with the server.
    ///
    /// Source: "Invoke a private API" of API Gateway, the `Host` header.
    ///
    /// ```
    /// # use {bytes::Bytes, http::{Request, Response}, http_body_util::Full, tower::{Layer, ServiceExt}};
    /// use sig4::tower::{Origin, SignLayer};
    /// use sig4::{Credentials, Signer};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # let transport = tower::service_fn(async |_: Request<Full<Bytes>>| Ok::<_, std::io::Error>(Response::new(Full::<Bytes>::default())));
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let endpoint = "https://vpce-0123-abcd.execute-api.us-east-1.vpce.amazonaws.com";
    /// let client = SignLayer::new(Signer::new("us-east-1", "execute-api")?, credentials, endpoint.parse()?)
    ///     .with_origin(Origin::execute_api("abc", "us-east-1")?)
    ///     .with_http1_host_header(true)
    ///     .layer(transport);
    /// let request = Request::get(format!("{endpoint}/test/pets")).header("host", "abc.execute-api.us-east-1.amazonaws.com");
    /// assert_eq!(runtime.block_on(client.oneshot(request.body(Full::default())?))?.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn with_http1_host_header(mut self, allowed: bool) -> Self {
        self.settings.http1_host = allowed;
        self
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.settings.clock = Clock::new(now);
        self
    }
}

impl<S, C, F> Layer<S> for SignLayer<C, F> {
    type Service = Sign<S, C, F>;

    fn layer(&self, inner: S) -> Self::Service {
        Sign::new(inner, self.settings.clone())
    }
}

impl<C, F> Clone for SignLayer<C, F> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone(), form: PhantomData }
    }
}

impl<C> Clone for Settings<C> {
    fn clone(&self) -> Self {
        Self {
            signer: self.signer.clone(),
            provider: Arc::clone(&self.provider),
            origins: self.origins.clone(),
            passes_foreign: self.passes_foreign,
            body_limit: self.body_limit,
            records: self.records,
            http1_host: self.http1_host,
            clock: self.clock.clone(),
            skews: self.skews.clone(),
            #[cfg(feature = "http-body")]
            chunks: self.chunks,
        }
    }
}

impl<C, F> fmt::Debug for SignLayer<C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignLayer")
            .field("signer", &self.settings.signer)
            .field("origins", &self.settings.origins)
            .field("skews", &self.settings.skews)
            .finish_non_exhaustive()
    }
}
