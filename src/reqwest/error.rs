//! The error of the clients of reqwest.

use crate::tower::BoxError;

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
    /// reqwest's own error: the URL is invalid, the connection failed, or the server did not answer in time.
    #[error(transparent)]
    Reqwest(#[from] ::reqwest::Error),
}

impl Error {
    /// The error of an exchange, whose parts have errors of their own types.
    pub(super) fn of(error: BoxError) -> Self {
        match error.downcast::<crate::tower::Error>() {
            Ok(error) => Self::Signing(*error),
            Err(error) => match error.downcast::<::reqwest::Error>() {
                Ok(error) => Self::Reqwest(*error),
                Err(error) => Self::Credentials(error),
            },
        }
    }
}
