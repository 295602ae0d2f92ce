//! The bodies in chunks of real clients.

use sig4::stream::BodyProof;
use sig4::{ErrorKind, Verifier};
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
