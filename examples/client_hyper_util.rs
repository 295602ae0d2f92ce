//! Signs requests of hyper-util. `docs/signing.md` shows the function.
//!
//! ```sh
//! cargo run --example client_hyper_util --features tower
//! ```

mod server;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sig4::tower::{BoxError, SignLayer};
use sig4::{Credentials, Signer};
use tower::{Layer, ServiceExt};

async fn call(origin: &str, credentials: Credentials) -> Result<(), BoxError> {
    let signer = Signer::new("us-east-1", "execute-api")?;
    let signing = SignLayer::new(signer, credentials, origin.parse()?);
    let client = signing.layer(Client::builder(TokioExecutor::new()).build_http());
    let request = Request::post(format!("{origin}/pets?name=a+b")).body(Full::<Bytes>::from("a pet"))?;
    let response = client.oneshot(request).await?;
    assert_eq!(response.status(), 200);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    call(&server::start()?, server::alice()?).await
}
