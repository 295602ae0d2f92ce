//! A request before it is signed: whether to sign it, and with which body.

use super::framing::{self, Framing};
use super::{Settings, foreign, origin, target};
use crate::payload::Payload;
use crate::sign::Signer;
use crate::sign::existing_signature::ExistingSignature;
use crate::tower::body::{BodyError, BodyReader, BoxError};
use crate::tower::error::{Error, ErrorKind};
use crate::tower::provider::CredentialsProvider;
use bytes::Bytes;
use http::request::Parts;
use http_body::{Body, SizeHint};

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
    /// The bytes of the body, which are signed.
    Read(Bytes),
    /// The body, unread, and the payload that the request declares.
    Declared(B, Payload<'static>),
}

impl<B: From<Bytes>> Content<B> {
    pub(super) fn payload(&self) -> Payload<'_> {
        match self {
            Self::Read(bytes) => Payload::Bytes(bytes),
            Self::Declared(_, payload) => *payload,
        }
    }

    /// A copy to send again, if the body was read.
    pub(super) fn to_resend(&self) -> Option<Self> {
        match self {
            Self::Read(bytes) => Some(Self::Read(bytes.clone())),
            Self::Declared(..) => None,
        }
    }

    pub(super) fn into_body(self) -> B {
        match self {
            Self::Read(bytes) => bytes.into(),
            Self::Declared(body, _) => body,
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

    /// Checks the headers against the body, and reads the body unless it is declared.
    pub(super) async fn content<B>(&self, parts: &Parts, body: B) -> Result<Content<B>, BoxError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let selection = &parts.extensions.get::<Signer>().unwrap_or(&self.signer).settings.selection;
        framing::check_connection(&parts.headers, |header| selection.signs(header))?;
        let framing = Framing::of(&parts.headers)?;
        if let Some(payload) = parts.extensions.get::<Payload<'static>>() {
            framing.check_declared(parts, &body, payload)?;
            return Ok(Content::Declared(body, *payload));
        }
        framing.check(&framing::hint_of(&body))?;
        let read = match BodyReader::new().with_limit(self.body_limit).check_declared(&parts.headers, &body) {
            Ok(()) => framing::read(body, self.body_limit).await,
            Err(failure) => Err(failure),
        };
        let (bytes, trailers) = read.map_err(unread)?;
        if trailers {
            return Err(framing::trailers().into());
        }
        framing.check(&SizeHint::with_exact(bytes.len().try_into()?))?;
        Ok(Content::Read(bytes))
    }
}

/// The error for a body that could not be read.
fn unread(error: BodyError) -> BoxError {
    match error {
        BodyError::Broken(error) => error,
        error @ (BodyError::NoRoom { .. } | BodyError::TimedOut | BodyError::Unverified(_)) => error.into(),
        BodyError::TooLong { limit } => {
            let detail = format!(
                "it is longer than the {limit} bytes that are read to sign it: raise the limit with `with_body_limit`, or declare the payload"
            );
            Error::new(ErrorKind::TooLongBody, detail).into()
        }
    }
}
