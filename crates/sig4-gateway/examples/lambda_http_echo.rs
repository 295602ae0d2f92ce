//! A Lambda function made with `lambda_http` that echoes its event, of an HTTP API or of a REST API. Every value of the query parameter
//! `tag` becomes a header `x-tag`.
//!
//! Any host of the Lambda Runtime API runs it, among them the embedded API of `sig4_gateway`:
//!
//! ```sh
//! AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001 cargo run --example lambda_http_echo
//! ```

use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(echo)).await
}

async fn echo(request: Request) -> Result<Response<Body>, Error> {
    let body = match request.body().as_ref() {
        b"" => json!(""),
        sent => serde_json::from_slice(sent)?,
    };
    let answer = json!({ "method": request.method().as_str(), "path": request.raw_http_path(), "body": body });
    let query = request.query_string_parameters();
    let response = Response::builder().header("content-type", "application/json");
    let tags = query.all("tag").unwrap_or_default();
    let response = tags.into_iter().fold(response, |response, tag| response.header("x-tag", tag));
    Ok(response.body(answer.to_string().into())?)
}
