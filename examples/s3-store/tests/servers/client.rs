//! A client that sends a request as it stands.

use axum::body::Bytes;
use http::Request;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// The status of an answer, its `content-encoding` and its body.
pub struct Answer {
    pub status: u16,
    pub encoding: Option<String>,
    pub body: Bytes,
}

/// Sends a request, on a connection of its own.
pub async fn send(mut request: Request<Bytes>) -> Result<Answer, String> {
    // hyper states no length of a body without bytes, and rclone asks for one.
    let len = request.body().len();
    request.headers_mut().insert(CONTENT_LENGTH, len.into());
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.map(Full::new)).await.map_err(|error| format!("{error:?}"))?;
    let status = response.status().as_u16();
    let encoding = response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok(Answer { status, encoding, body })
}
