//! The time that an integration of a REST API has.

use super::secured;
use crate::support::{send, serve};
use sig4_gateway::{Auth, Integration, REST_INTEGRATION_TIMEOUT, Reply};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// 29 s by default, to the millisecond. The clock stands still.
#[tokio::test]
async fn an_integration_has_29_s() {
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let begun = Arc::new(Mutex::new(Some(begun)));
    let late = Integration::handler(move |_| {
        begun.lock().unwrap().take().unwrap().send(()).unwrap();
        std::future::pending::<Reply>()
    });
    let server = Arc::new(serve(secured().route_with("GET /late", Auth::None, late)).await);
    let asked = Arc::clone(&server);
    let call = tokio::spawn(async move { send(&asked, "GET", "/prod/late", &[], "").await });
    has_begun.await.unwrap();
    tokio::time::pause();
    tokio::time::advance(REST_INTEGRATION_TIMEOUT - Duration::from_millis(20)).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!call.is_finished(), "it may still answer");
    tokio::time::advance(Duration::from_millis(20)).await;
    tokio::time::resume();
    let answer = call.await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (504, r#"{"message": "Endpoint request timed out"}"#));
    assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some("InternalServerErrorException"));
    assert_eq!(answer.header("x-amzn-trace-id"), None);
}
