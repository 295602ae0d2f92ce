//! The bodies in chunks of real clients.

use super::upload::{credentials, verifier};
use sig4::request::RequestView;
use sig4::stream::BodyProof;
use sig4::{ErrorKind, Timestamp, Verifier};
use sig4_test_support::sdk_traffic::{Recorded, keys, recorded};

fn chunked() -> impl Iterator<Item = Recorded> {
    recorded().into_iter().filter(Recorded::is_chunked)
}

#[test]
fn every_body_in_chunks_is_judged_as_the_second_verifier_judges_it() {
    let (mut accepted, mut refused) = (0, 0);
    for line in chunked() {
        let verifier = Verifier::new(line.region.as_str(), "s3").unwrap();
        let (keys, view) = (keys(), line.request.view());
        let verdict = verifier.claim_view(&view).and_then(|claim| {
            let key = keys.iter().find(|key| key.access_key_id() == claim.access_key_id());
            claim.decode_whole(key, &line.request.body, line.signed_at().unwrap())
        });
        match (line.expected.as_str(), verdict) {
            ("accept", Ok(body)) => {
                let (end, chunked) = (body.end(), &line.chunked);
                assert_eq!(Some(end.decoded_len()), chunked["decoded_bytes"].as_u64(), "{}", line.id);
                let is_signed = line.payload == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
                let proof = if is_signed { BodyProof::Signed } else { BodyProof::Checksum };
                assert_eq!(end.proof(), proof, "{}", line.id);
                let trailer: Vec<_> = end.trailers().map(|(name, value)| format!("{name}:{value}")).collect();
                assert_eq!(chunked["trailer"].as_str().unwrap_or_default(), trailer.join(" "), "{}", line.id);
                accepted += 1;
            }
            ("refuse", Err(error)) => {
                let asymmetric = line.algorithm != "AWS4-HMAC-SHA256";
                let kind = if asymmetric { ErrorKind::AsymmetricSignature } else { ErrorKind::SignatureMismatch };
                assert_eq!(error.kind(), kind, "{}", line.id);
                refused += 1;
            }
            (expected, verdict) => panic!("{} {}: {expected}, not {verdict:?}", line.id, line.client),
        }
    }
    assert_eq!((accepted, refused), (37, 3));
}

/// The second part of an upload by minio-go 7.0.46 over TLS, with the option `TrailingHeaders`: 1 MiB of the letter `b`. The client sent it
/// to a server of Go on 2026-11-30.
#[test]
fn minio_go_s_unsigned_trailer_is_read_as_it_was_sent() {
    let headers: [(&str, &[u8]); 6] = [
        ("Host", b"127.0.0.1:39451"),
        (
            "Authorization",
            b"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1/s3/aws4_request, \
              SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer, \
              Signature=5f7190d5ff509af8c85f46545c22356b5c9242398020d1d23904f1375edd5224",
        ),
        ("X-Amz-Content-Sha256", b"STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("X-Amz-Date", b"20261130T112818Z"),
        ("X-Amz-Decoded-Content-Length", b"1048576"),
        ("X-Amz-Trailer", b"x-amz-checksum-crc32c"),
    ];
    let mut body = [b"10000\r\n", [b'b'; 65_536].as_slice(), b"\r\n"].concat().repeat(16);
    body.extend(b"0\r\nx-amz-checksum-crc32c:6MFSVQ==\n\r\n\r\n");
    assert_eq!(body.len(), 1_048_758, "its `Content-Length`");
    let (verifier, now) = (verifier(), Timestamp::parse("20261130T112818Z").unwrap());
    let view = RequestView::new("PUT", "/bucket/k", Some("partNumber=2&uploadId=u"), &headers);
    let decoded = verifier.claim_view(&view).unwrap().decode_whole(&credentials(), &body, now).unwrap();
    assert_eq!(decoded.end().trailers().collect::<Vec<_>>(), [("x-amz-checksum-crc32c", "6MFSVQ==")]);
    assert_eq!(
        (decoded.end().proof(), decoded.bytes().clone().even_unverified().len()),
        (BodyProof::Checksum, 1 << 20)
    );
}
