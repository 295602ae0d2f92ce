//! Signs requests of reqwest. `docs/signing.md` shows the function.
//!
//! ```sh
//! cargo run --example client_reqwest --features reqwest
//! ```

mod server;

use sig4::reqwest::SignClient;
use sig4::tower::{BoxError, SignLayer};
use sig4::{Credentials, Signer};

async fn call(origin: &str, credentials: Credentials) -> Result<(), BoxError> {
    let signer = Signer::new("us-east-1", "execute-api")?;
    let signing = SignLayer::new(signer, credentials, origin.parse()?);
    let client = SignClient::new(signing, reqwest::Client::builder())?;
    let response = client.post(format!("{origin}/pets?name=a+b")).body("a pet").send().await?;
    assert_eq!(response.status(), 200);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    call(&server::start()?, server::alice()?).await
}
