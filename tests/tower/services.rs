//! SignLayer with a body that streams, for each service and both versions of the signature.

use crate::frames::Frames;
use crate::scene::{Keys, alice, now};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use sig4::algorithm::Algorithm;
use sig4::tower::{AuthenticateLayer, BoxError, ChunkSigning, ErrorKind, ReceivedBody, SignLayer};
use sig4::{Signer, Verifier};
use std::io;
use tower::{Layer, ServiceExt};

const URL: &str = "https://photos.example/cats/7";

fn body() -> Vec<u8> {
    (0..=250).cycle().take(200_000).collect()
}

/// Sends a body that streams through a signing layer straight into a verifying one. Returns the payload that the head states, and the
/// bytes that the handler read.
async fn sent(
    service: &str,
    signer: &Signer,
    chunks: ChunkSigning,
    limit: usize,
) -> Result<(Option<String>, Bytes), BoxError> {
    let verifier = Verifier::new("us-east-1", service)
        .unwrap()
        .with_algorithms([Algorithm::HmacSha256, Algorithm::EcdsaP256Sha256])
        .with_unsigned_payload(true);
    let handler = tower::service_fn(async |request: Request<ReceivedBody>| {
        let payload = request.headers().get("x-amz-content-sha256").cloned();
        let read = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        let mut response = Response::new(Full::<Bytes>::from(read));
        payload.into_iter().for_each(|payload| drop(response.headers_mut().insert("x-payload", payload)));
        Ok::<_, io::Error>(response)
    });
    let server = AuthenticateLayer::new(verifier, Keys).with_clock(now).with_streaming_body().layer(handler);
    let signing = SignLayer::new(signer.clone(), alice(), "https://photos.example".parse().unwrap()).with_clock(now);
    let client = signing.with_any_body().with_chunk_signing(chunks).with_body_limit(limit).layer(server);
    let request = Request::put(URL).body(Frames::in_pieces(&body(), 1500)).unwrap();
    let response = client.oneshot(request).await?;
    assert_eq!(response.status(), 200, "{service}");
    let payload = response.headers().get("x-payload").map(|payload| payload.to_str().unwrap().to_owned());
    assert_eq!(Body::size_hint(response.body()).exact(), Some(200_000));
    Ok((payload, response.into_body().collect().await?.to_bytes()))
}

/// The services of S3 take chunks. A limit of one chunk shows that the body is not read into memory.
#[tokio::test]
async fn the_services_of_s3_get_chunks_in_both_versions() {
    for service in ["s3", "s3express", "s3-outposts", "s3-object-lambda"] {
        for (signer, algorithm) in [
            (Signer::new("us-east-1", service).unwrap(), "AWS4-HMAC-SHA256"),
            (Signer::new_v4a("*", service).unwrap(), "AWS4-ECDSA-P256-SHA256"),
        ] {
            for (chunks, marker) in [
                (ChunkSigning::ByScheme, "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned()),
                (ChunkSigning::Signed, format!("STREAMING-{algorithm}-PAYLOAD")),
            ] {
                let (payload, read) = sent(service, &signer, chunks, 1000).await.unwrap();
                assert_eq!((payload, &read[..]), (Some(marker), &body()[..]), "{service}");
            }
        }
    }
}

/// Other services take no chunks: a body within the limit is signed as a whole, and a longer one is refused with the reason.
#[tokio::test]
async fn other_services_get_a_body_that_is_signed_as_a_whole() {
    for service in ["execute-api", "glacier", "es", "lambda", "mediastore"] {
        for signer in [Signer::new("us-east-1", service).unwrap(), Signer::new_v4a("*", service).unwrap()] {
            let (payload, read) = sent(service, &signer, ChunkSigning::Signed, 200_000).await.unwrap();
            assert!(payload.is_none_or(|payload| !payload.starts_with("STREAMING")), "{service}");
            assert_eq!(read, body());
            let error = sent(service, &signer, ChunkSigning::Signed, 199_999).await.unwrap_err();
            let error: &sig4::tower::Error = error.downcast_ref().unwrap();
            assert_eq!(error.kind(), ErrorKind::TooLongBody, "{service}");
        }
    }
}
