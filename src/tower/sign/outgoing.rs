//! A request on its way to be signed, and what is signed of its body.

use super::{Settings, foreign, origin};
use crate::earlier::Earlier;
use crate::error::{Error, ErrorKind};
use crate::payload::Payload;
use crate::sign::Signer;
use crate::tower::body::{self, BodyFailure, BoxError};
use crate::tower::source::CredentialsSource;
use bytes::Bytes;
use http::Request;
use http::request::Parts;
use http_body::Body;
use time::OffsetDateTime;

/// What becomes of a request.
pub(super) enum Course {
    /// It goes as it is: it is presigned.
    AsItIs,
    /// It goes without a signature and without credentials: it is for another origin.
    Bare,
    /// It is signed.
    Signed,
}

/// The body, and what is signed of it.
pub(super) enum Content<B> {
    /// Its bytes.
    Read(Bytes),
    /// What somebody says.
    Declared(B, Payload<'static>),
}

impl<B: From<Bytes>> Content<B> {
    pub(super) fn payload(&self) -> Payload<'_> {
        match self {
            Self::Read(bytes) => Payload::Bytes(bytes),
            Self::Declared(_, payload) => *payload,
        }
    }

    /// The same once more, if it can be had.
    pub(super) fn again(&self) -> Option<Self> {
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

impl<C: CredentialsSource> Settings<C> {
    /// What becomes of a request.
    pub(super) fn course(&self, parts: &Parts) -> Result<Course, Error> {
        match origin::includes(&self.origins, parts) {
            true if parts.uri.query().is_some_and(Earlier::is_presigned) => Ok(Course::AsItIs),
            true => Ok(Course::Signed),
            false if self.passes_foreign => Ok(Course::Bare),
            false => Err(foreign::refused(parts)),
        }
    }

    /// Reads what is signed of the body.
    pub(super) async fn content<B>(&self, parts: &Parts, body: B) -> Result<Content<B>, BoxError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        if let Some(payload) = parts.extensions.get::<Payload<'static>>() {
            return Ok(Content::Declared(body, *payload));
        }
        let read = match body::check_declared(&parts.headers, &body, self.body_limit) {
            Ok(()) => body::read(body, self.body_limit, None, |_| ()).await,
            Err(failure) => Err(failure),
        };
        read.map(Content::Read).map_err(|failure| match failure {
            BodyFailure::Broken(error) => error,
            failure @ BodyFailure::NoRoom { .. } => failure.into(),
            BodyFailure::TooLong { limit } => {
                let detail = format!("it is longer than the {limit} bytes that are read to sign it");
                Error::new(ErrorKind::TooLongBody, detail).into()
            }
        })
    }

    fn corrected_now(&self) -> OffsetDateTime {
        let now = self.clock.now();
        self.skew.as_ref().map_or(now, |skew| skew.corrected(now))
    }

    /// The request, signed.
    pub(super) async fn sign<B: From<Bytes>>(
        &self,
        mut parts: Parts,
        content: Content<B>,
    ) -> Result<Request<B>, BoxError> {
        let lease = self.source.credentials(self.corrected_now()).await?;
        let now = self.corrected_now();
        let signer = parts.extensions.get::<Signer>().cloned();
        let signer = signer.as_ref().unwrap_or(&self.signer);
        signer.sign_parts(&mut parts, &content.payload(), lease.credentials(), now)?;
        Ok(Request::from_parts(parts, content.into_body()))
    }
}
