//! The store with a record of what it refused, which fails once for each upload to one bucket.

use crate::job::{ACCESS_KEY, REGION, SECRET_KEY};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use s3_store::Objects;
use sig4::Credentials;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// The most bytes of an error's document.
const DOCUMENT: usize = 64 << 10;

#[derive(Clone)]
pub struct Watched {
    /// The beginning of the paths for which the first upload fails.
    failing: &'static str,
    failed: Arc<Mutex<BTreeSet<String>>>,
    refused: Arc<Mutex<Vec<(String, String)>>>,
}

impl Watched {
    pub fn new(failing: &'static str) -> Self {
        Self { failing, failed: Arc::default(), refused: Arc::default() }
    }

    pub fn app(&self, objects: Objects) -> Router {
        let user = Credentials::new(ACCESS_KEY, SECRET_KEY).unwrap();
        s3_store::app(REGION, user, objects).unwrap().layer(from_fn_with_state(self.clone(), watch))
    }

    /// Whether a request whose path begins so was refused, and the answer contains a text.
    pub fn has_refused(&self, path: &str, text: &str) -> bool {
        let refused = self.refused.lock().unwrap();
        refused.iter().any(|(refused, answer)| refused.starts_with(path) && answer.contains(text))
    }

    /// How many uploads failed once although they were stored.
    pub fn failed(&self) -> usize {
        self.failed.lock().unwrap().len()
    }

    /// Every refusal, for a message.
    pub fn refusals(&self) -> String {
        let refused = self.refused.lock().unwrap();
        refused.iter().map(|(path, answer)| format!("{path}: {answer}\n")).collect()
    }
}

async fn watch(State(watched): State<Watched>, request: Request, next: Next) -> Response<Body> {
    let (method, target) = (request.method().clone(), request.uri().to_string());
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.status().is_success() {
        let fails = method == Method::PUT && target.starts_with(watched.failing);
        return if fails && watched.failed.lock().unwrap().insert(target) { failure() } else { response };
    }
    let (parts, body) = response.into_parts();
    let document = to_bytes(body, DOCUMENT).await.unwrap();
    let answer = String::from_utf8_lossy(&document).into_owned();
    watched.refused.lock().unwrap().push((path, answer));
    Response::from_parts(parts, document.into())
}

fn failure() -> Response<Body> {
    let mut response = Response::new("<Error><Code>InternalError</Code><Message>try again</Message></Error>".into());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
