//! Signing for reqwest in two lines: sign an `http::Request`, and turn it into one of reqwest's.
//!
//! ```sh
//! cargo run -p sig4-iam --example reqwest_two_lines
//! ```

mod pets;

use reqwest::redirect;
use sig4::{Credentials, Signer};
use std::error::Error;
use time::OffsetDateTime;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // reqwest rewrites some URLs (upper case in the host, `..`, `{`), so that the one to sign is the one that it has read.
    let url: reqwest::Url = format!("{}/pets", pets::start().await?).parse()?;
    // A client that follows a redirect sends the session token and the body to wherever it leads.
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build()?;
    let signer = Signer::new("us-east-1", "execute-api")?;
    for (credentials, expected) in [(pets::alice()?, 200), (Credentials::new("AKIDALICE", "a guess")?, 403)] {
        let mut request = http::Request::post(url.as_str()).header("content-type", "text/plain").body("a pet")?;

        signer.sign(&mut request, &credentials, OffsetDateTime::now_utc())?;
        let response = client.execute(request.try_into()?).await?;

        println!("{}", response.status());
        assert_eq!(response.status(), expected);
    }
    Ok(())
}
