//! Signs requests of attohttpc. `docs/signing.md` shows the function.
//!
//! ```sh
//! cargo run --example client_attohttpc --features tower
//! ```

mod server;

use sig4::{Credentials, Signer};
use std::error::Error;
use std::time::SystemTime;

fn call(origin: &str, credentials: &Credentials) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut request = http::Request::post(format!("{origin}/pets?name=a+b")).body("a pet")?;
    Signer::new("us-east-1", "execute-api")?.sign(&mut request, credentials, SystemTime::now())?;
    let (parts, pet) = request.into_parts();
    let mut sending = attohttpc::post(parts.uri.to_string()).follow_redirects(false).bytes(pet);
    sending.headers_mut().extend(parts.headers);
    let response = sending.send()?;
    assert_eq!(response.status(), 200);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    call(&server::start()?, &server::alice()?)
}
