//! Requests of Signature Version 4a that boto3, SDK for JavaScript and awscrt sent.

use sig4::algorithm::Algorithm::EcdsaP256Sha256;
use sig4::stream::BodyProof;
use sig4::{Error, ErrorKind, Verifier};
use sig4_test_support::sdk_traffic::{Recorded, keys, recorded};

fn verify(line: &Recorded) -> Result<String, Error> {
    let verifier =
        Verifier::new(line.region.as_str(), line.service.as_str()).unwrap().with_algorithms([EcdsaP256Sha256]);
    let claim = verifier.claim_view(&line.request.view())?;
    let keys = keys();
    let key = keys.iter().find(|key| key.access_key_id() == claim.access_key_id());
    let caller = claim.verify(key, line.request.body.as_slice(), line.signed_at().unwrap())?;
    Ok(caller.region_set().unwrap().to_string())
}

/// boto3 sends an upload over TLS in chunks that are not signed, also with Signature Version 4a.
#[test]
fn a_body_in_chunks_of_a_real_client_is_decoded() {
    let lines: Vec<_> = recorded().into_iter().filter(|line| line.algorithm == EcdsaP256Sha256.as_str()).collect();
    let [line] = lines.iter().filter(|line| line.is_chunked()).collect::<Vec<_>>()[..] else {
        panic!("one of the five")
    };
    let decode = |body: &[u8]| {
        let verifier =
            Verifier::new(line.region.as_str(), line.service.as_str()).unwrap().with_algorithms([EcdsaP256Sha256]);
        let claim = verifier.claim_view(&line.request.view())?;
        let keys = keys();
        let key = keys.iter().find(|key| key.access_key_id() == claim.access_key_id());
        let decoded = claim.decode_whole(key, body, line.signed_at().unwrap())?;
        Ok::<_, Error>((decoded.caller().region_set().unwrap().to_string(), decoded.end().proof()))
    };
    let body = line.request.body.as_slice();
    assert_eq!(decode(body).unwrap(), ("*".to_owned(), BodyProof::Checksum));
    let mut changed = body.to_vec();
    let first = changed.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    changed[first] ^= 1;
    assert_eq!(decode(&changed).unwrap_err().kind(), ErrorKind::ChecksumMismatch);
}

#[test]
fn requests_of_real_clients_verify() {
    let lines: Vec<_> = recorded().into_iter().filter(|line| line.algorithm == EcdsaP256Sha256.as_str()).collect();
    assert_eq!(lines.len(), 5);
    for line in &lines {
        let verdict = verify(line).map_err(|error| error.kind());
        match line.is_chunked() {
            true => assert_eq!(verdict, Err(ErrorKind::StreamingPayload), "{}", line.id),
            false => assert_eq!(verdict.as_deref(), Ok(if line.client == "awscrt-sigv4a" { "us-east-1" } else { "*" })),
        }
        let mut changed = line.clone();
        changed.request.target.push('x');
        assert!(verify(&changed).is_err());
    }
}
