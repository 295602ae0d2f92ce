//! The AWS SDK for Rust, with bodies of bytes and bodies that stream from a file.

use crate::job::{ACCESS_KEY, Endpoint, REGION, SECRET_KEY, Said, Upload};
use crate::trial::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use std::path::Path;
use tokio::runtime::Runtime;

pub struct AwsSdkRust;

impl Client for AwsSdkRust {
    fn upload(&self, endpoint: &Endpoint, uploads: &[Upload], folder: &Path) -> Said {
        let client = client(endpoint);
        Runtime::new().unwrap().block_on(async {
            let mut said = Said::new();
            for upload in uploads {
                let file = folder.join(upload.size.name());
                let body = match upload.how {
                    "bytes" => std::fs::read(&file).unwrap().into(),
                    _ => ByteStream::from_path(&file).await.unwrap(),
                };
                let put = client.put_object().bucket(endpoint.bucket).key(upload.how).body(body).send().await;
                said.insert(upload.how.to_owned(), put.err().map(|error| DisplayErrorContext(error).to_string()));
            }
            said
        })
    }
}

fn client(endpoint: &Endpoint) -> aws_sdk_s3::Client {
    let mut authorities = TrustStore::empty();
    if let Some(authority) = &endpoint.authority {
        authorities = authorities.with_pem_certificate(std::fs::read(authority).unwrap());
    }
    let tls = TlsContext::builder().with_trust_store(authorities).build().unwrap();
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https();
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
        .region(Region::from_static(REGION))
        .endpoint_url(&endpoint.url)
        .force_path_style(true)
        .retry_config(RetryConfig::disabled())
        .http_client(http);
    aws_sdk_s3::Client::from_conf(config.build())
}
