//! The address for operators: probes and metrics. It has no secret, and only operators should reach it.
//!
//! | Path | Answer |
//! |---|---|
//! | `/healthz` | 200 while the process lives: what a liveness probe asks |
//! | `/readyz` | 200, or 503 with the reasons: what a readiness probe and the health check of a proxy ask |
//! | `/metrics` | the metrics in the text format of Prometheus |

use super::condition::Condition;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use serde_json::json;
use std::sync::Arc;

/// The media type of the text format of Prometheus.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The routes for operators.
pub(super) fn routes(condition: Arc<Condition>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics))
        .with_state(condition)
}

async fn readiness(State(condition): State<Arc<Condition>>) -> Response {
    let reasons = condition.reasons();
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({"ready": reasons.is_empty(), "reasons": reasons}).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body}\n")).into_response()
}

async fn metrics(State(condition): State<Arc<Condition>>) -> Response {
    ([(header::CONTENT_TYPE, METRICS_TYPE)], condition.metrics()).into_response()
}
