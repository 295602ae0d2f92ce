//! Signed requests for the tests of a service, in one line.
//!
//! ```
//! use axum::{Router, body::Body, routing::get};
//! use http::Request;
//! use sig4::testing;
//! use tower::{Layer, ServiceExt};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let app = testing::layer().layer(Router::new().route("/pets", get("a list of pets")));
//!
//! let request = testing::signed(Request::get("/pets").body(Body::empty())?);
//! assert_eq!(app.clone().oneshot(request).await?.status(), 200);
//!
//! let request = testing::wrong_secret(Request::get("/pets").body(Body::empty())?);
//! assert_eq!(app.oneshot(request).await?.status(), 403);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **For tests only.** The keys are the published examples of AWS's documentation, which everybody knows, and the clock stands at
//! [`NOW`] in 2015: no service accepts the signatures, and a service with this clock and these keys accepts everybody. Enable the
//! feature `testing` in `[dev-dependencies]`, and never elsewhere.
//!
//! | Function | Request | Answer of a layer |
//! |---|---|---|
//! | [`signed`] | signed in its headers | the service's |
//! | [`presigned`] | with a presigned URL | the service's |
//! | [`signed_with_session`] | signed with temporary credentials | the service's |
//! | [`expired`] | signed an hour ago | 403 |
//! | [`wrong_secret`] | signed with another secret | 403 |
//! | [`unknown_key`] | signed with a key that the store does not have | 403 |
//! | [`tampered`] | signed, and its body changed | 403 |
//!
//! Build the service under test with [`layer`], or with [`verifier`], [`keys`] and [`now`]:
//! `AuthenticateLayer::new(testing::verifier(), testing::keys()).with_clock(testing::now)`. [`TestSigner`] signs for another region or
//! service, with other credentials, or at another time.
#![allow(clippy::expect_used, clippy::missing_panics_doc, clippy::panic, reason = "a test that cannot go on fails")]

use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::payload::Payload;
use crate::sign::Signer;
use crate::time::Moment;
use crate::tower::AuthenticateLayer;
use crate::verify::{KeyFuture, KeyStore, Verifier};
use bytes::{BufMut, Bytes, BytesMut};
use http::header::{HOST, HeaderValue};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use http_body::Body;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use time::{Duration, OffsetDateTime};

/// The access key id of the user in AWS's documentation.
pub const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";

/// The published secret of [`ACCESS_KEY_ID`].
pub const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The access key id of the temporary credentials in AWS's documentation.
pub const SESSION_ACCESS_KEY_ID: &str = "ASIAIOSFODNN7EXAMPLE";

/// The session token of [`SESSION_ACCESS_KEY_ID`].
pub const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// The region of [`signed`] requests.
pub const REGION: &str = "us-east-1";

/// The service of [`signed`] requests.
pub const SERVICE: &str = "execute-api";

/// The host of a request whose URI has no authority and that has no `Host` header.
pub const DEFAULT_HOST: &str = "api.example";

/// The time of the tests: 2015-08-30T12:36:00Z, as in AWS's examples.
pub const NOW: OffsetDateTime = match OffsetDateTime::from_unix_timestamp(1_440_938_160) {
    Ok(now) => now,
    Err(_) => panic!("it is within the range of the type"),
};

/// A key that [`TestKeys`] do not have, and a secret that is not that of [`ACCESS_KEY_ID`].
const OTHER_ACCESS_KEY_ID: &str = "AKIAI44QH8DHBEXAMPLE";
const OTHER_SECRET: &str = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY";

/// [`NOW`], as the clock of a layer: `layer.with_clock(testing::now)`.
#[must_use]
pub const fn now() -> OffsetDateTime {
    NOW
}

/// The long-term credentials that [`signed`] uses.
#[must_use]
pub fn credentials() -> Credentials {
    of_documentation(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
}

/// The temporary credentials that [`signed_with_session`] uses.
#[must_use]
pub fn session_credentials() -> Credentials {
    let session = of_documentation(SESSION_ACCESS_KEY_ID, OTHER_SECRET);
    session.with_session_token(SESSION_TOKEN).expect("the published token is valid")
}

fn of_documentation(access_key_id: &str, secret: &str) -> Credentials {
    Credentials::new(access_key_id, secret).expect("the published credentials are valid")
}

/// A verifier of [`signed`] requests.
#[must_use]
pub fn verifier() -> Verifier {
    Verifier::new(REGION, SERVICE).expect("region and service are valid")
}

/// A key store with [`credentials`] and [`session_credentials`].
#[must_use]
pub fn keys() -> TestKeys {
    TestKeys::default()
}

/// A layer that authenticates [`signed`] requests: with [`verifier`], [`keys`] and the clock [`now`].
#[must_use]
pub fn layer() -> AuthenticateLayer<TestKeys> {
    AuthenticateLayer::new(verifier(), keys()).with_clock(now)
}

/// The request, signed in its headers. See [`TestSigner::sign`].
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn signed<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    TestSigner::default().sign(request)
}

/// The request with a presigned URL that is valid for 15 minutes. See [`TestSigner::presign`].
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn presigned<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    let lifetime = Expires::from_secs(900).expect("it is a valid lifetime");
    TestSigner::default().presign(request, lifetime)
}

/// The request, signed with [`session_credentials`].
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn signed_with_session<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    TestSigner::default().with_credentials(session_credentials()).sign(request)
}

/// The request, signed an hour before [`NOW`]: for a verifier, the signature has expired.
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn expired<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    TestSigner::default().with_time(NOW - Duration::HOUR).sign(request)
}

/// The request, signed with [`ACCESS_KEY_ID`] and a secret that is not its own.
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn wrong_secret<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    TestSigner::default().with_credentials(of_documentation(ACCESS_KEY_ID, OTHER_SECRET)).sign(request)
}

/// The request, signed with a key that [`keys`] do not have.
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn unknown_key<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    TestSigner::default().with_credentials(of_documentation(OTHER_ACCESS_KEY_ID, OTHER_SECRET)).sign(request)
}

/// The request, signed in its headers, with a body that was changed afterwards: the last byte differs, or an empty body has a byte.
///
/// # Panics
///
/// If the request cannot be signed.
#[must_use]
#[track_caller]
pub fn tampered<B: Body + From<Bytes>>(request: Request<B>) -> Request<B> {
    signed(request).map(|body| {
        let mut bytes = BytesMut::from(in_memory(body));
        match bytes.last_mut() {
            Some(last) => *last ^= 1,
            None => bytes.put_u8(b'!'),
        }
        B::from(bytes.freeze())
    })
}

/// Signs requests for tests: with the published [`credentials`], at [`NOW`].
///
/// ```
/// use bytes::Bytes;
/// use http_body_util::Full;
/// use sig4::testing::{self, TestSigner};
/// use sig4::{Signer, Verifier};
///
/// let s3 = TestSigner::new(Signer::new("eu-west-1", "s3")?);
/// let put = http::Request::put("https://photos.s3.eu-west-1.amazonaws.com/cat.jpg");
/// let request = s3.sign(put.body(Full::new(Bytes::from("a cat")))?);
/// let (parts, _body) = request.into_parts();
/// let verifier = Verifier::new("eu-west-1", "s3")?;
/// let caller = verifier.claim(&parts)?.verify(&testing::credentials(), "a cat", testing::NOW)?;
/// assert_eq!(caller.access_key_id(), testing::ACCESS_KEY_ID);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TestSigner {
    signer: Signer,
    credentials: Credentials,
    now: OffsetDateTime,
}

impl TestSigner {
    /// Signs with this signer.
    #[must_use]
    pub fn new(signer: Signer) -> Self {
        Self { signer, credentials: credentials(), now: NOW }
    }

    /// Sets the credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Sets the time of signing.
    ///
    /// # Panics
    ///
    /// If the time is outside the range of [`OffsetDateTime`].
    #[must_use]
    #[track_caller]
    pub fn with_time(mut self, now: impl Moment) -> Self {
        self.now = or_panic(now.into_datetime(), "the time cannot be used");
        self
    }

    /// The request, signed in its headers. A request without a host gets the `Host` header [`DEFAULT_HOST`].
    ///
    /// The body is any that holds its bytes, such as axum's, reqwest's or `Full<Bytes>`.
    ///
    /// # Panics
    ///
    /// If the request cannot be signed, or if its body is a stream that has to wait for its bytes.
    #[must_use]
    #[track_caller]
    pub fn sign<B: Body + From<Bytes>>(&self, request: Request<B>) -> Request<B> {
        let (mut parts, body) = with_host(request).into_parts();
        let body = in_memory(body);
        let signed = self.signer.sign_parts(&mut parts, &Payload::Bytes(&body), &self.credentials, self.now);
        or_panic(signed, "the request cannot be signed");
        Request::from_parts(parts, body.into())
    }

    /// The request with a presigned URL. A request without a host gets the `Host` header [`DEFAULT_HOST`].
    ///
    /// # Panics
    ///
    /// If the request cannot be presigned, or if its body is a stream that has to wait for its bytes.
    #[must_use]
    #[track_caller]
    pub fn presign<B: Body + From<Bytes>>(&self, request: Request<B>, lifetime: Expires) -> Request<B> {
        let (mut parts, body) = with_host(request).into_parts();
        let body = in_memory(body);
        let payload = self.signer.presign_payload(&body);
        let presigned = self.signer.presign_parts(&parts, &payload, &self.credentials, lifetime, self.now);
        let presigned = or_panic(presigned, "the request cannot be presigned");
        let mut uri = parts.uri.into_parts();
        uri.path_and_query = Some(PathAndQuery::try_from(presigned.target()).expect("a URL was presigned"));
        parts.uri = Uri::from_parts(uri).expect("only path and query have changed");
        Request::from_parts(parts, body.into())
    }
}

/// For [`REGION`] and [`SERVICE`].
impl Default for TestSigner {
    fn default() -> Self {
        Self::new(Signer::new(REGION, SERVICE).expect("region and service are valid"))
    }
}

/// The value, or a panic at the line of the test. A closure would be named in its place.
#[track_caller]
fn or_panic<T>(result: Result<T, Error>, what: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}

fn with_host<B>(mut request: Request<B>) -> Request<B> {
    if request.uri().authority().is_none() && !request.headers().contains_key(HOST) {
        request.headers_mut().insert(HOST, HeaderValue::from_static(DEFAULT_HOST));
    }
    request
}

/// The bytes of a body that has them.
#[track_caller]
fn in_memory<B: Body>(body: B) -> Bytes {
    let (mut body, mut bytes) = (pin!(body), BytesMut::new());
    loop {
        match body.as_mut().poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    bytes.put(data);
                }
            }
            Poll::Ready(None) => return bytes.freeze(),
            Poll::Ready(Some(Err(_))) => panic!("the body of a test request failed"),
            Poll::Pending => panic!("the body of a test request is a stream that waits: give its bytes"),
        }
    }
}

/// A key store for tests: it has the published [`credentials`] and [`session_credentials`], and those that are added.
#[derive(Clone, Debug)]
pub struct TestKeys(HashMap<String, Arc<Credentials>>);

impl TestKeys {
    /// Adds a key.
    #[must_use]
    pub fn with_key(mut self, credentials: Credentials) -> Self {
        self.0.insert(credentials.access_key_id().to_owned(), Arc::new(credentials));
        self
    }
}

impl Default for TestKeys {
    fn default() -> Self {
        Self(HashMap::new()).with_key(credentials()).with_key(session_credentials())
    }
}

impl KeyStore for TestKeys {
    type Key = Credentials;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Credentials> {
        self.0.key(access_key_id)
    }
}
