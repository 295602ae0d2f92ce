//! Calls an API with the credentials and the region that the AWS SDK for Rust finds. `docs/signing.md` shows the function.

use aws_config::SdkConfig;
use sig4::Signer;
use sig4::reqwest::SignClient;
use sig4::tower::{BoxError, CachedCredentials, SignLayer};

async fn call(config: &SdkConfig, origin: &str) -> Result<String, BoxError> {
    let region = config.region().ok_or("no region: set AWS_REGION, or `region` in the profile")?;
    let provider = config.credentials_provider().ok_or("no provider of credentials")?;
    let signer = Signer::new(region.as_ref(), "execute-api")?;
    let signing = SignLayer::new(signer, CachedCredentials::new(provider), origin.parse()?);
    let client = SignClient::new(signing, reqwest::Client::builder())?;
    let response = client.post(format!("{origin}/orders")).body("a cat").send().await?;
    Ok(response.error_for_status()?.text().await?)
}

/// The environment alone, because this crate has aws-config without its HTTP client. A program that has it writes
/// `aws_config::load_defaults(BehaviorVersion::latest()).await`.
async fn config() -> SdkConfig {
    use aws_config::BehaviorVersion;
    use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};

    let loader = aws_config::defaults(BehaviorVersion::latest()).region(EnvironmentVariableRegionProvider::new());
    loader.credentials_provider(EnvironmentVariableCredentialsProvider::new()).load().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let origin = std::env::args().nth(1).ok_or("usage: aws-config-client ORIGIN")?;
    println!("{}", call(&config().await, &origin).await?);
    Ok(())
}
