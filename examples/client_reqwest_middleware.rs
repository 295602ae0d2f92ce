//! Signs requests of reqwest-middleware. `docs/signing.md` shows the function.
//!
//! ```sh
//! cargo run --example client_reqwest_middleware --features reqwest-middleware
//! ```

mod server;

use reqwest::redirect::Policy;
use reqwest_middleware::ClientBuilder;
use sig4::reqwest::SignMiddleware;
use sig4::tower::{BoxError, SignLayer};
use sig4::{Credentials, Signer};

async fn call(origin: &str, credentials: Credentials) -> Result<(), BoxError> {
    let signer = Signer::new("us-east-1", "execute-api")?;
    let signing = SignLayer::new(signer, credentials, origin.parse()?);
    let client = reqwest::Client::builder().redirect(Policy::none()).build()?;
    let client = ClientBuilder::new(client).with(SignMiddleware::new(signing)).build();
    let response = client.post(format!("{origin}/pets?name=a+b")).body("a pet").send().await?;
    assert_eq!(response.status(), 200);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    call(&server::start()?, server::alice()?).await
}
