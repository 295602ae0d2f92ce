//! The HTTP API that is called.

use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply, Server, Timeouts, TlsConfig};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use sig4_test_support::http2::certified::Certified;
use sig4_test_support::load::requests::{credentials, signed_at};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const ACCOUNT: &str = "123456789012";

/// A long response. All responses share it, so that the server alone takes memory.
static LARGE: &[u8] = &[b'x'; 5 << 20];

/// The API over TLS, if there is a certificate.
fn secured(api: ApiDefinition, tls: Option<&Certified>) -> ApiDefinition {
    let Some(Certified { certificate, private_key, .. }) = tls else { return api };
    api.with_tls(TlsConfig::from_pem(certificate, private_key).expect("the certificate is valid"))
}

/// An API that answers signed orders with their body, has open routes and failing routes, and keeps a log.
pub async fn start(tls: Option<&Certified>) -> Server {
    let timeouts = Timeouts::new().with_integration(Duration::from_millis(50)).with_head(Duration::from_secs(2));
    serve(timeouts.with_body(Duration::from_secs(2)).with_write(Duration::from_secs(2)), tls).await
}

/// The same, which waits as long as it does by default.
pub async fn patient(tls: Option<&Certified>) -> Server {
    serve(Timeouts::new(), tls).await
}

async fn serve(timeouts: Timeouts, tls: Option<&Certified>) -> Server {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke",
        "Resource": "arn:aws:execute-api:us-east-1:123456789012:abc/$default/*/orders/*"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("orders", policy).expect("it is one"));
    let identity =
        Identity::new(credentials(), Principal::user(ACCOUNT, "alice").expect("a valid name")).with_policies(policies);
    let keys = Directory::new(ACCOUNT).with_identity(identity).expect("it is the first");
    let echo = Integration::handler(|event: Event| async move { Reply::new().with_body(event.body().clone()) });
    let dies = Integration::handler(|event: Event| async move {
        assert_ne!(event.raw_path(), "/dies", "it is meant to die");
    });
    // This panic is intended.
    std::panic::set_hook(Box::new(|_| {}));
    let api = ApiDefinition::new("us-east-1").with_account(ACCOUNT).with_api_id("abc").with_keys(keys);
    secured(api, tls)
        .with_clock(signed_at)
        .with_timeouts(timeouts)
        .with_access_log(|record| drop(record.to_string()))
        .route_with("ANY /orders/{id}", Auth::Iam, echo.clone())
        .route("ANY /open", echo)
        .route("GET /large", Integration::handler(|_: Event| async { Reply::new().with_body(LARGE) }))
        .route("GET /dies", dies)
        .route("GET /hangs", Integration::handler(|_: Event| std::future::pending::<()>()))
        .serve("127.0.0.1:0")
        .await
        .expect("it is well described")
}

/// An API that counts its requests.
pub async fn counting(tls: Option<&Certified>) -> (Server, Arc<AtomicUsize>) {
    let entered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&entered);
    let handler = Integration::handler(move |_: Event| {
        count.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            "ok"
        }
    });
    let api = secured(ApiDefinition::new("us-east-1"), tls).route("GET /", handler);
    (api.serve("127.0.0.1:0").await.expect("it is well described"), entered)
}
