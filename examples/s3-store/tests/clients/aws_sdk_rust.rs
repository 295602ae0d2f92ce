//! The AWS SDK for Rust, with bodies of bytes, bodies that stream from a file, and bodies that can be read once.

use crate::files;
use crate::job::{ACCESS_KEY, Batch, Endpoint, REGION, SECRET_KEY, Said, Upload};
use crate::trial::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use axum::body::Bytes;
use http_body::Frame;
use http_body_util::StreamBody;
use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Runtime;

pub struct AwsSdkRust;

impl Client for AwsSdkRust {
    fn upload(&mut self, batches: &[Batch<'_>], folder: &Path) -> Said {
        Runtime::new().unwrap().block_on(async {
            let mut said = Said::new();
            for Batch { endpoint, uploads } in batches {
                let client = client(endpoint);
                for upload in uploads {
                    let file = folder.join(files::name(upload.size));
                    let error = upload_one(&client, endpoint.bucket, upload, &file).await.err();
                    said.insert((endpoint.bucket.to_owned(), upload.key()), error);
                }
            }
            said
        })
    }
}

async fn upload_one(client: &aws_sdk_s3::Client, bucket: &str, upload: &Upload, file: &Path) -> Result<(), String> {
    let bytes = std::fs::read(file).unwrap();
    let put = client.put_object().bucket(bucket).key(upload.key());
    let put = match upload.how {
        "bytes" => put.body(bytes.clone().into()),
        "gzip" => put.body(from_path(file).await).content_encoding("gzip"),
        "once" => {
            let frame = |piece: &[u8]| Ok::<_, Infallible>(Frame::data(Bytes::copy_from_slice(piece)));
            let frames: Vec<_> = bytes.chunks(10_007).map(frame).collect();
            let body = StreamBody::new(futures_util::stream::iter(frames));
            put.body(ByteStream::from_body_1_x(body)).content_length(upload.size.try_into().unwrap())
        }
        "stream" => put.body(from_path(file).await),
        algorithm => put.body(from_path(file).await).checksum_algorithm(ChecksumAlgorithm::from(algorithm)),
    };
    put.send().await.map_err(|error| DisplayErrorContext(error).to_string())?;
    let object = client.get_object().bucket(bucket).key(upload.key()).send().await;
    let object = object.map_err(|error| DisplayErrorContext(error).to_string())?;
    let read = object.body.collect().await.map_err(|error| error.to_string())?.into_bytes();
    if read == bytes { Ok(()) } else { Err("it reads other bytes".to_owned()) }
}

async fn from_path(file: &Path) -> ByteStream {
    ByteStream::from_path(file).await.unwrap()
}

fn client(endpoint: &Endpoint) -> aws_sdk_s3::Client {
    let mut authorities = TrustStore::empty();
    if let Some(authority) = &endpoint.authority {
        authorities = authorities.with_pem_certificate(std::fs::read(authority).unwrap());
    }
    let tls = TlsContext::builder().with_trust_store(authorities).build().unwrap();
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https();
    let retries = RetryConfig::standard().with_max_attempts(endpoint.attempts);
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
        .region(Region::from_static(REGION))
        .endpoint_url(&endpoint.url)
        .force_path_style(true)
        .retry_config(retries.with_initial_backoff(Duration::from_millis(10)))
        .http_client(http);
    aws_sdk_s3::Client::from_conf(config.build())
}
