//! Both layers with hyper and nothing else: a server behind `AuthorizeLayer`, and a client behind `SignLayer`.
//!
//! ```sh
//! cargo run -p sig4-iam --example hyper_client_and_server
//! ```

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::server::conn::http1;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use sig4::tower::{CachedCredentials, ExpiringCredentials, SignLayer};
use sig4::{Credentials, Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, AuthorizedCaller, ExecuteApi};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::convert::Infallible;
use std::error::Error;
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;
use tower::{Layer, Service, ServiceExt, service_fn};

/// A session that came from somewhere, with its token.
pub(crate) fn session() -> Result<Credentials, sig4::Error> {
    Credentials::new("ASIASESSION", "a-secret")?.with_session_token("the-token")
}

/// Greets the caller.
pub(crate) async fn greet(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let caller = request.extensions().get::<AuthorizedCaller>();
    let name = caller.map_or_else(|| "stranger".to_owned(), |caller| caller.principal().arn().to_owned());
    Ok(Response::new(Full::from(format!("hello {name}"))))
}

/// The layer before the greeting.
pub(crate) fn layer() -> Result<AuthorizeLayer<Directory>, Box<dyn Error + Send + Sync>> {
    let everything = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("everything", everything)?);
    let identity = Identity::new(session()?, Principal::role_session("123456789012", "greeter", "example")?)
        .with_policies(policies)
        .with_expiration(OffsetDateTime::now_utc() + Duration::hours(1));
    let keys = Directory::new("123456789012").with_identity(identity)?;
    let api = ExecuteApi::new("us-east-1", "123456789012", "greetings");
    Ok(AuthorizeLayer::new(Verifier::new("us-east-1", "execute-api")?, keys, api))
}

async fn serve(listener: TcpListener, layer: AuthorizeLayer<Directory>) -> std::io::Result<()> {
    let service = TowerToHyperService::new(layer.layer(service_fn(greet)));
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), service).await });
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, layer()?));

    let source = CachedCredentials::new(|| async {
        let end = OffsetDateTime::now_utc() + Duration::hours(1);
        Ok::<_, sig4::Error>(ExpiringCredentials::from(session()?).with_expiration(end)) // from a metadata service, say
    });
    let plain = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let layer = SignLayer::new(Signer::new("us-east-1", "execute-api")?, source, origin.parse()?);
    let mut client = layer.with_clock_skew_correction(true).layer(plain.clone());

    let request = || Request::post(format!("{origin}/greeting?in=en")).body(Full::from("please"));
    let response = client.ready().await?.call(request()?).await?;
    assert_eq!(response.status(), 200);
    let text = response.into_body().collect().await?.to_bytes();
    println!("{}", String::from_utf8_lossy(&text));
    assert_eq!(text, "hello arn:aws:sts::123456789012:assumed-role/greeter/example");

    let refused = plain.request(request()?).await?;
    println!("without the layer: {}", refused.status());
    assert_eq!(refused.status(), 403);
    Ok(())
}
