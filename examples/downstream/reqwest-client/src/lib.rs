//! A client of an API with IAM authorization. It signs with `sig4` and sends with `reqwest`.

use sig4::reqwest::SignClient;
use sig4::tower::SignLayer;
use sig4::{Credentials, Signer};
use std::error::Error;

/// Calls the API at one origin.
pub struct Orders {
    origin: String,
    client: SignClient,
}

impl Orders {
    /// A client that signs for `region`.
    ///
    /// # Errors
    ///
    /// If the origin or the region is malformed, or the client cannot be set up.
    pub fn new(origin: &str, region: &str, credentials: Credentials) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let signing = SignLayer::new(Signer::new(region, "execute-api")?, credentials, origin.parse()?);
        Ok(Self { origin: origin.to_owned(), client: SignClient::new(signing, reqwest::Client::builder())? })
    }

    /// Places an order, and returns the status and the body of the answer.
    ///
    /// # Errors
    ///
    /// If the request cannot be signed or sent.
    pub async fn place(&self, order: &'static str) -> Result<(u16, String), Box<dyn Error + Send + Sync>> {
        let request = self.client.post(format!("{}/orders", self.origin)).header("content-type", "application/json");
        let response = request.body(order).send().await?;
        Ok((response.status().as_u16(), response.text().await?))
    }
}
