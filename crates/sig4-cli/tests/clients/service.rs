//! A Rust service that calls others through `SignLayer`.

use crate::callers::credentials;
use crate::client::Client;
use crate::install::Need;
use crate::job::{Answer, Job};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use sig4::Signer;
use sig4::tower::SignLayer;
use std::error::Error;
use tokio::runtime::{Builder, Runtime};
use tower::{Layer, ServiceExt};

/// It connects anew for every job.
pub struct Service {
    runtime: Runtime,
}

impl Service {
    pub fn find() -> Result<Box<dyn Client + Send>, Need> {
        Ok(Box::new(Self { runtime: Builder::new_current_thread().enable_all().build().unwrap() }))
    }
}

impl Client for Service {
    fn name(&self) -> &'static str {
        "SignLayer"
    }

    fn call(&mut self, job: &Job) -> Result<Answer, String> {
        self.runtime.block_on(send(job)).map_err(|error| error.to_string())
    }
}

async fn send(job: &Job) -> Result<Answer, Box<dyn Error + Send + Sync>> {
    let mut request = Request::builder().method(job.method).uri(&job.url);
    for (name, value) in &job.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Full::new(Bytes::from_static(job.body.as_bytes())))?;
    let client = legacy::Client::builder(TokioExecutor::new()).build_http();
    if !job.sign {
        return answer(client.request(request).await?).await;
    }
    let origin = format!("http://{}", request.uri().authority().ok_or("the URL has no host")?).parse()?;
    let layer = SignLayer::new(Signer::new(job.region, job.service).unwrap(), credentials(job.keys), origin);
    answer(layer.layer(client).oneshot(request).await?).await
}

async fn answer<B>(response: Response<B>) -> Result<Answer, Box<dyn Error + Send + Sync>>
where
    B: http_body::Body<Error: Error + Send + Sync + 'static>,
{
    let (head, body) = response.into_parts();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Answer {
        status: head.status.as_u16(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8(body.collect().await?.to_bytes().into())?,
    })
}
