//! Signing as a middleware of `reqwest-middleware`: whatever goes through the client is signed, each retry afresh if the
//! middleware that retries stands before it.
//!
//! ```sh
//! cargo run -p sig4-iam --example reqwest_middleware
//! ```

mod pets;

use http::{Extensions, HeaderName, HeaderValue};
use reqwest::{Request, Response, redirect};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use sig4::request::RequestView;
use sig4::{Credentials, Payload, Signer};
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use time::OffsetDateTime;

type Sending<'a> = Pin<Box<dyn Future<Output = reqwest_middleware::Result<Response>> + Send + 'a>>;

/// Signs the requests to one origin. Requests to other origins pass unsigned.
fn signing(signer: Signer, credentials: Credentials, origin: &str) -> impl Middleware {
    let (shared, origin) = (Arc::new((signer, credentials)), origin.to_owned());
    closure(move |mut request, extensions, next| {
        let (shared, own) = (Arc::clone(&shared), request.url().origin().ascii_serialization() == origin);
        Box::pin(async move {
            if own {
                sign(&mut request, &shared.0, &shared.1).map_err(reqwest_middleware::Error::middleware)?;
            }
            next.run(request, extensions).await
        })
    })
}

fn sign(request: &mut Request, signer: &Signer, credentials: &Credentials) -> Result<(), sig4::Error> {
    // A body that streams has no bytes to hash; AWS takes one only where the service allows it.
    let payload = match request.body() {
        None => Payload::Bytes(b""),
        Some(body) => body.as_bytes().map_or(Payload::Unsigned, Payload::Bytes),
    };
    let url = request.url();
    let view = RequestView::new(request.method().as_str(), url.path(), url.query(), request.headers())
        .with_authority(url.scheme(), url.authority());
    let signed = signer.sign_view(&view, &payload, credentials, OffsetDateTime::now_utc())?;
    let (added, removed): (Vec<_>, _) = (signed.headers().collect(), signed.removed_header());
    if let Some(name) = removed {
        request.headers_mut().remove(name);
    }
    for (name, value) in added {
        // What a signer writes is a header.
        let Ok(mut value) = HeaderValue::try_from(value) else { continue };
        value.set_sensitive(true);
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(())
}

/// A closure as a middleware: the compiler wants to be told its lifetimes.
fn closure<F>(handle: F) -> F
where
    F: for<'a> Fn(Request, &'a mut Extensions, Next<'a>) -> Sending<'a> + Send + Sync + 'static,
{
    handle
}

fn client(credentials: Credentials, origin: &str) -> Result<ClientWithMiddleware, Box<dyn Error + Send + Sync>> {
    // A client that follows a redirect, below the middleware, sends the session token and the body to wherever it leads.
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build()?;
    let signing = signing(Signer::new("us-east-1", "execute-api")?, credentials, origin);
    Ok(ClientBuilder::new(client).with(signing).build())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let origin = pets::start().await?;
    for (credentials, expected) in [(pets::alice()?, 200), (Credentials::new("AKIDALICE", "a guess")?, 403)] {
        let response = client(credentials, &origin)?.post(format!("{origin}/pets?a=1")).body("a pet").send().await?;
        println!("{}", response.status());
        assert_eq!(response.status(), expected);
    }
    let foreign = client(pets::alice()?, "https://elsewhere.example")?;
    assert_eq!(foreign.post(format!("{origin}/pets")).body("a pet").send().await?.status(), 403, "it is not signed");
    Ok(())
}
