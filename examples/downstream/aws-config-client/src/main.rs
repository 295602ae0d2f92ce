//! Calls an API with the credentials and the region that the AWS SDK for Rust finds. `docs/signing.md` shows the function.

use aws_config::BehaviorVersion;
use sig4::Signer;
use sig4::reqwest::SignClient;
use sig4::tower::{BoxError, CachedCredentials, SignLayer};

async fn call(origin: &str) -> Result<String, BoxError> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let provider = config.credentials_provider().ok_or("aws-config has no provider of credentials")?;
    let region = config.region().ok_or("no region: set AWS_REGION, or `region` in the profile")?;
    let signer = Signer::new(region.as_ref(), "execute-api")?;
    let signing = SignLayer::new(signer, CachedCredentials::new(provider), origin.parse()?);
    let client = SignClient::new(signing, reqwest::Client::builder())?;
    let response = client.post(format!("{origin}/orders")).body("a cat").send().await?;
    Ok(response.error_for_status()?.text().await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let origin = std::env::args().nth(1).ok_or("usage: aws-config-client ORIGIN")?;
    println!("{}", call(&origin).await?);
    Ok(())
}
