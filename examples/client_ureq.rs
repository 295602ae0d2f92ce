//! Signs requests of ureq. `docs/signing.md` shows the function.
//!
//! ```sh
//! cargo run --example client_ureq --features tower
//! ```

mod server;

use sig4::{Credentials, Signer};
use std::error::Error;
use std::time::SystemTime;
use ureq::{Agent, http};

fn call(origin: &str, credentials: &Credentials) -> Result<(), Box<dyn Error + Send + Sync>> {
    let signer = Signer::new("us-east-1", "execute-api")?;
    let agent: Agent = Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
    let mut request = http::Request::post(format!("{origin}/pets?name=a+b")).body("a pet")?;
    signer.sign(&mut request, credentials, SystemTime::now())?;
    let response = agent.run(request)?;
    assert_eq!(response.status(), 200);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    call(&server::start()?, &server::alice()?)
}
