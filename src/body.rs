//! Bodies in memory, whose hash a signature covers.
//!
//! [`Signer::sign`](crate::Signer::sign), [`Signer::presign`](crate::Signer::presign) and [`Claim::verify`](crate::Claim::verify) take
//! every body that implements [`InMemoryBody`]: no body at all, text, bytes, and references, options and boxes of these.

use crate::crypto::sha256;
use crate::error::{Error, ErrorKind};
use crate::payload::Payload;
use bytes::{Bytes, BytesMut};
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A body whose bytes are in memory.
///
/// | type | body |
/// |---|---|
/// | `()`, `None` | empty |
/// | `str`, `String`, `[u8]`, `[u8; N]`, `Vec<u8>`, `Bytes`, `BytesMut` | these bytes |
/// | `&T`, `&mut T`, `Option<T>`, `Box<T>`, `Rc<T>`, `Arc<T>`, `Cow<T>` | as `T` |
/// | `Empty`, `Full` and `Either` of `http-body-util` (feature `tower`) | their bytes |
///
/// The bytes are not copied. A stream is not in memory. To sign a request whose body is a stream:
///
/// - collect the stream into [`Bytes`], and sign the request with them;
/// - or sign the head with [`Signer::sign_parts`](crate::Signer::sign_parts) and a declared payload, such as
///   [`Payload::Unsigned`] for S3;
/// - or use `SignLayer` of the feature `tower`.
///
/// A type whose value turns out to be a stream, [`Content::Stream`], is signed as [`Payload::Unsigned`] if it goes to S3 over TLS, and is
/// an error otherwise.
///
/// The compiler refuses a stream:
///
/// ```compile_fail,E0277
/// struct Stream;
///
/// # let credentials = sig4::Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
/// # let now = sig4::Timestamp::parse("20150830T123600Z").unwrap();
/// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body(Stream).unwrap();
/// sig4::Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, &credentials, now).unwrap();
/// ```
///
/// A type of your own implements the trait:
///
/// ```
/// use sig4::body::{Content, InMemoryBody};
/// use sig4::{Credentials, ErrorKind, Signer, Timestamp};
///
/// enum Body {
///     Text(String),
///     Stream(Box<dyn std::io::Read>),
/// }
///
/// impl InMemoryBody for Body {
///     fn content(&self) -> Content<'_> {
///         match self {
///             Self::Text(text) => text.content(),
///             Self::Stream(_) => Content::Stream,
///         }
///     }
/// }
///
/// let signer = Signer::new("us-east-1", "execute-api")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20150830T123600Z")?;
/// let url = "https://abc.execute-api.us-east-1.amazonaws.com/";
/// signer.sign(&mut http::Request::post(url).body(Body::Text("hello".into()))?, &credentials, now)?;
///
/// let mut stream = http::Request::post(url).body(Body::Stream(Box::new(std::io::empty())))?;
/// assert_eq!(signer.sign(&mut stream, &credentials, now).unwrap_err().kind(), ErrorKind::UnbufferedBody);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a body in memory, so its hash cannot be signed",
    label = "this body does not give its bytes",
    note = "for a stream: collect it into `Bytes`, declare a payload with `sign_parts(&mut parts, &Payload::Unsigned, …)`, or use `sig4::tower::SignLayer`",
    note = "for another type that holds its bytes: pass `&Payload::Bytes(body.as_ref())` to `sign_parts`, or implement `sig4::body::InMemoryBody`",
    note = "`Empty`, `Full<Bytes>` and `Either` of `http-body-util` need the feature `tower` of sig4"
)]
pub trait InMemoryBody {
    /// The body's bytes, or the answer that they are not in memory.
    fn content(&self) -> Content<'_>;
}

/// The content of a body. `Debug` does not show the bytes.
#[derive(Clone)]
#[non_exhaustive]
pub enum Content<'b> {
    /// The bytes.
    Bytes(&'b [u8]),
    /// The bytes, of a type that shares them and lends them only by value.
    Shared(Bytes),
    /// The SHA-256 of the bytes. Compute it from the bytes: a hash in a header proves nothing.
    Sha256([u8; 32]),
    /// A stream, which only now turns out to be one. Signing, except for S3 over TLS, and verifying fail with
    /// [`ErrorKind::UnbufferedBody`].
    Stream,
}

impl Content<'_> {
    /// The bytes, if they are in memory.
    ///
    /// ```
    /// use sig4::body::{Content, InMemoryBody};
    ///
    /// assert_eq!("hello".content().as_bytes(), Some(b"hello".as_slice()));
    /// assert_eq!(Some(()).content().as_bytes(), Some(b"".as_slice()));
    /// assert_eq!(Content::Stream.as_bytes(), None);
    /// ```
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Shared(bytes) => Some(bytes),
            Self::Sha256(_) | Self::Stream => None,
        }
    }

    /// The payload to sign.
    #[inline]
    pub(crate) fn payload(&self) -> Result<Payload<'_>, Error> {
        match self {
            Self::Bytes(bytes) => Ok(Payload::Bytes(bytes)),
            Self::Shared(bytes) => Ok(Payload::Bytes(bytes)),
            Self::Sha256(digest) => Ok(Payload::Sha256(*digest)),
            Self::Stream => Err(unbuffered()),
        }
    }

    /// The SHA-256 of the bytes.
    #[inline]
    pub(crate) fn digest(&self) -> Result<[u8; 32], Error> {
        match self {
            Self::Bytes(bytes) => Ok(sha256::digest(bytes)),
            Self::Shared(bytes) => Ok(sha256::digest(bytes)),
            Self::Sha256(digest) => Ok(*digest),
            Self::Stream => Err(unbuffered()),
        }
    }
}

impl<'b> From<&'b [u8]> for Content<'b> {
    fn from(bytes: &'b [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Bytes> for Content<'_> {
    fn from(bytes: Bytes) -> Self {
        Self::Shared(bytes)
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.as_bytes()) {
            (_, Some(bytes)) => write!(f, "Content({} bytes)", bytes.len()),
            (Self::Sha256(_), None) => f.write_str("Content(SHA-256)"),
            _ => f.write_str("Content(stream)"),
        }
    }
}

#[cold]
fn unbuffered() -> Error {
    let detail = "its bytes are not in memory: collect the stream, or sign the head with a declared payload";
    Error::new(ErrorKind::UnbufferedBody, detail)
}

macro_rules! bytes {
    ($($body:ty),*) => {
        $(impl InMemoryBody for $body {
            #[inline]
            fn content(&self) -> Content<'_> {
                Content::Bytes(self.as_ref())
            }
        })*
    };
}

bytes!(str, String, [u8], Vec<u8>, Bytes, BytesMut);

impl<const N: usize> InMemoryBody for [u8; N] {
    #[inline]
    fn content(&self) -> Content<'_> {
        Content::Bytes(self)
    }
}

impl InMemoryBody for () {
    #[inline]
    fn content(&self) -> Content<'_> {
        Content::Bytes(b"")
    }
}

macro_rules! pointers {
    ($($pointer:ty),*) => {
        $(impl<B: InMemoryBody + ?Sized> InMemoryBody for $pointer {
            #[inline]
            fn content(&self) -> Content<'_> {
                (**self).content()
            }
        })*
    };
}

pointers!(&B, &mut B, Box<B>, Rc<B>, Arc<B>);

impl<B: InMemoryBody + ToOwned + ?Sized> InMemoryBody for Cow<'_, B> {
    #[inline]
    fn content(&self) -> Content<'_> {
        (**self).content()
    }
}

impl<B: InMemoryBody> InMemoryBody for Option<B> {
    #[inline]
    fn content(&self) -> Content<'_> {
        self.as_ref().map_or(Content::Bytes(b""), B::content)
    }
}

#[cfg(feature = "tower")]
mod http_body_types {
    use super::{Content, InMemoryBody};
    use bytes::Bytes;
    use http_body::Body;
    use http_body_util::{Either, Empty, Full};
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    impl<D> InMemoryBody for Empty<D> {
        fn content(&self) -> Content<'_> {
            Content::Bytes(b"")
        }
    }

    impl InMemoryBody for Full<Bytes> {
        fn content(&self) -> Content<'_> {
            data(self.clone()).map_or(Content::Bytes(b""), Content::Shared)
        }
    }

    impl InMemoryBody for Full<&[u8]> {
        fn content(&self) -> Content<'_> {
            Content::Bytes(data(*self).unwrap_or_default())
        }
    }

    impl<L: InMemoryBody, R: InMemoryBody> InMemoryBody for Either<L, R> {
        fn content(&self) -> Content<'_> {
            match self {
                Self::Left(left) => left.content(),
                Self::Right(right) => right.content(),
            }
        }
    }

    /// The only frame of a `Full`, which gives its data by value only. It never waits.
    fn data<D: bytes::Buf>(mut full: Full<D>) -> Option<D> {
        match Pin::new(&mut full).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
            _ => None,
        }
    }
}
