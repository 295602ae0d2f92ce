//! A request before it is signed: whether to sign it, and with which body.

use super::bounds::Chunking;
#[cfg(feature = "http-body")]
use super::chunked::Chunked;
use super::framing::{self, Framing};
#[cfg(feature = "http-body")]
use super::read_ahead::ReadAhead;
use super::{Settings, foreign, origin, target};
use crate::body::InMemoryBody;
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::sign::Signer;
use crate::sign::existing_signature::ExistingSignature;
#[cfg(feature = "http-body")]
use crate::stream::EncodedBody;
use crate::tower::body::{BodyError, BodyReader, BoxError};
use crate::tower::error::{Error, ErrorKind};
use crate::tower::provider::CredentialsProvider;
use bytes::Bytes;
use http::request::Parts;
use http_body::{Body, SizeHint};
use std::fmt;
use time::OffsetDateTime;

/// The way in which a request is sent.
pub(super) enum Handling {
    /// Unchanged: it is presigned.
    Unchanged,
    /// Without a signature and without credentials: it goes to a foreign origin.
    Stripped,
    /// Signed.
    Signed,
}

/// The body of a request, and the payload that is signed.
pub(super) enum Content<B> {
    /// The bytes of the body, which are signed unless the service's model leaves them unsigned.
    Read(Bytes),
    /// The body, unread, and the payload that the request declares.
    Declared(B, Payload<'static>),
    /// The body, which is encoded in chunks while it is sent.
    #[cfg(feature = "http-body")]
    Chunked(Box<Chunked<B>>),
}

impl<B: From<Bytes>> Content<B> {
    /// Signs the head of the request, and returns its body.
    pub(super) fn sign(
        self,
        parts: &mut Parts,
        signer: &Signer,
        credentials: &Credentials,
        now: OffsetDateTime,
    ) -> Result<B, Error> {
        match self {
            Self::Read(bytes) => {
                let content = bytes.content();
                let payload = signer.payload_of(&(&*parts).into(), &content)?;
                signer.sign_parts(parts, &payload, credentials, now)?;
                Ok(bytes.into())
            }
            Self::Declared(body, payload) => {
                signer.sign_parts(parts, &payload, credentials, now)?;
                Ok(body)
            }
            #[cfg(feature = "http-body")]
            Self::Chunked(chunked) => {
                let Chunked { body, plan, chunking } = *chunked;
                let encoder = signer.sign_chunked(parts, plan, credentials, now)?;
                Ok(chunking.0(EncodedBody::new(body, encoder)))
            }
        }
    }

    /// The body, if it was read.
    pub(super) const fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Read(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A copy to send again, if the body was read.
    pub(super) fn to_resend(&self) -> Option<Self> {
        match self {
            Self::Read(bytes) => Some(Self::Read(bytes.clone())),
            _ => None,
        }
    }
}

impl<C: CredentialsProvider> Settings<C> {
    /// Decides in which way a request is sent.
    pub(super) fn handling(&self, parts: &Parts) -> Result<Handling, Error> {
        target::check_form(parts)?;
        match origin::includes(&self.origins, parts) {
            true => target::check_host(parts, self.http1_host)?,
            false if self.passes_foreign => return Ok(Handling::Stripped),
            false => return Err(foreign::refused(parts)),
        }
        match parts.uri.query().is_some_and(ExistingSignature::is_presigned) {
            true => Ok(Handling::Unchanged),
            false => Ok(Handling::Signed),
        }
    }

    /// Checks the headers against the body, and reads the body unless it is declared or is sent in chunks.
    pub(super) async fn content<B>(
        &self,
        parts: &Parts,
        body: B,
        chunking: Option<Chunking<B>>,
    ) -> Result<Content<B>, BoxError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let signer = parts.extensions.get::<Signer>().unwrap_or(&self.signer);
        let selection = &signer.settings.selection;
        framing::check_connection(&parts.headers, |header| selection.signs(header))?;
        let framing = Framing::of(&parts.headers)?;
        if let Some(payload) = parts.extensions.get::<Payload<'static>>() {
            framing.check_declared(parts, &body, payload)?;
            return Ok(Content::Declared(body, *payload));
        }
        let hint = framing::hint_of(&body);
        framing.check(&hint)?;
        #[cfg(feature = "http-body")]
        if let Some((chunking, len)) = chunking.filter(|_| self.chunks.apply_to(signer)).zip(framing.len(&hint))
            && len > 0
        {
            // Boxed, so that it takes no room in the future of every request (row `SignLayer`).
            return Box::pin(self.in_chunks(parts, framing, body, chunking, len)).await;
        }
        #[cfg(not(feature = "http-body"))]
        let _ = chunking;
        self.read(framing, body).await.map(Content::Read)
    }

    /// A body of `len` bytes, to send in chunks. One that is at hand, or ends within the size of a chunk, is signed as a whole.
    #[cfg(feature = "http-body")]
    async fn in_chunks<B>(
        &self,
        parts: &Parts,
        framing: Framing,
        body: B,
        chunking: Chunking<B>,
        len: u64,
    ) -> Result<Content<B>, BoxError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let plan = self.chunks.plan(parts, len).map_err(Error::from)?;
        let body = ReadAhead::read(body, plan.chunk_size()).await.map_err(FromBody)?;
        match body.is_whole(self.body_limit) {
            true => self.read(framing, body).await.map(Content::Read),
            false => Ok(Content::Chunked(Box::new(Chunked { body, plan, chunking }))),
        }
    }

    /// Reads a body, which is signed as a whole.
    async fn read<B>(&self, framing: Framing, body: B) -> Result<Bytes, BoxError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let read = match BodyReader::check_least(self.body_limit, framing.content_length, &body) {
            Ok(()) => framing::read(body, self.body_limit).await,
            Err(failure) => Err(failure),
        };
        let (bytes, trailers) = read.map_err(unread)?;
        if trailers {
            return Err(framing::trailers().into());
        }
        framing.check(&SizeHint::with_exact(bytes.len().try_into()?))?;
        Ok(bytes)
    }
}

/// An error of a body that was read to sign it, which a provider of credentials cannot return.
#[derive(Debug)]
pub(crate) struct FromBody(pub(crate) BoxError);

impl FromBody {
    /// The error of the body as it is, and every other unchanged.
    pub(super) fn unwrapped(error: BoxError) -> BoxError {
        error.downcast::<Self>().map_or_else(|error| error, |error| error.0)
    }
}

impl fmt::Display for FromBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for FromBody {}

/// The error for a body that could not be read.
fn unread(error: BodyError) -> BoxError {
    match error {
        BodyError::Broken(error) => FromBody(error).into(),
        error @ (BodyError::NoRoom { .. } | BodyError::TimedOut | BodyError::Unverified(_)) => error.into(),
        BodyError::TooLong { limit } => {
            let detail = format!(
                "it is longer than the {limit} bytes that are read to sign it: raise the limit with `with_body_limit`, or declare the payload; \
                 to S3 a body of known length streams in chunks"
            );
            Error::new(ErrorKind::TooLongBody, detail).into()
        }
    }
}
