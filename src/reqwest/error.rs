//! The error of the clients of reqwest.

use crate::sign::existing_signature::ExistingSignature;
use crate::tower::BoxError;
use crate::tower::sign::outgoing::FromBody;
use std::fmt;

/// An error of [`SignClient`](super::SignClient). `Display` holds no secret.
///
/// ```
/// use sig4::reqwest::{Error, SignClient};
/// use sig4::tower::{ErrorKind, SignLayer};
/// use sig4::{Credentials, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let signing = SignLayer::new(Signer::new("us-east-1", "execute-api")?, credentials, "https://api.example".parse()?);
/// let client = SignClient::new(signing, reqwest::Client::builder())?;
/// let error = runtime.block_on(client.get("https://elsewhere.example/pets").send()).unwrap_err();
/// assert!(matches!(error, Error::Signing(error) if error.kind() == ErrorKind::ForeignOrigin));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request cannot be signed, or cannot be sent as it was signed. Nothing was sent.
    #[error(transparent)]
    Signing(crate::tower::Error),
    /// The provider of the credentials failed, with this error. Nothing was sent.
    #[error("no credentials to sign with: {0}")]
    Credentials(#[source] BoxError),
    /// reqwest's own error: the URL is invalid, the body or the connection failed, or the server did not answer in time. The query of a presigned
    /// URL is removed from it.
    #[error(transparent)]
    Reqwest(::reqwest::Error),
}

impl Error {
    /// The error of an exchange, whose parts have errors of their own types.
    pub(super) fn of(error: BoxError) -> Self {
        match error.downcast::<crate::tower::Error>() {
            Ok(error) => Self::Signing(*error),
            Err(error) => match error.downcast::<FromBelow<::reqwest::Error>>() {
                Ok(error) => error.0.into(),
                Err(error) => Self::of_body(error),
            },
        }
    }
}

impl Error {
    /// The error of a body that was read to sign it. Every other comes from the provider of the credentials.
    fn of_body(error: BoxError) -> Self {
        match error.downcast::<FromBody>().map(|error| error.0.downcast::<::reqwest::Error>()) {
            Ok(Ok(error)) => (*error).into(),
            Ok(Err(error)) | Err(error) => Self::Credentials(error),
        }
    }
}

impl From<::reqwest::Error> for Error {
    fn from(error: ::reqwest::Error) -> Self {
        Self::Reqwest(redacted(error))
    }
}

/// An error of the client below, which a provider of credentials cannot return: its own requests may fail with errors of the same types.
#[derive(Debug)]
pub(super) struct FromBelow<E>(pub(super) E);

impl<E: fmt::Display> fmt::Display for FromBelow<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for FromBelow<E> {}

/// The error without the query of a presigned URL: everyone who has the URL can use it.
pub(super) fn redacted(mut error: ::reqwest::Error) -> ::reqwest::Error {
    if let Some(url) = error.url_mut()
        && url.query().is_some_and(ExistingSignature::is_presigned)
    {
        url.set_query(None);
    }
    error
}
