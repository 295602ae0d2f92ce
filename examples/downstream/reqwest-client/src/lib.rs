//! A client of an API with IAM authorization. It signs with `sig4` and sends with `reqwest`.

use reqwest::redirect;
use sig4::{Credentials, Signer};
use std::error::Error;
use time::OffsetDateTime;

/// Calls the API at one URL.
pub struct Orders {
    url: reqwest::Url,
    client: reqwest::Client,
    signer: Signer,
    credentials: Credentials,
}

impl Orders {
    /// A client that signs for `region`.
    ///
    /// # Errors
    ///
    /// If the URL or the region is malformed, or TLS cannot be set up.
    pub fn new(url: &str, region: &str, credentials: Credentials) -> Result<Self, Box<dyn Error>> {
        // A redirect would take the session token and the body along.
        let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build()?;
        Ok(Self { url: url.parse()?, client, signer: Signer::new(region, "execute-api")?, credentials })
    }

    /// Places an order, and returns the status and the body of the answer.
    ///
    /// # Errors
    ///
    /// If the request cannot be signed or sent.
    pub async fn place(&self, order: &'static str) -> Result<(u16, String), Box<dyn Error>> {
        let url = self.url.join("orders")?;
        let mut request = http::Request::post(url.as_str()).header("content-type", "application/json").body(order)?;
        self.signer.sign(&mut request, &self.credentials, OffsetDateTime::now_utc())?;
        let response = self.client.execute(request.try_into()?).await?;
        Ok((response.status().as_u16(), response.text().await?))
    }
}
