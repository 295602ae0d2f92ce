//! Requests of Signature Version 4a that boto3, SDK for JavaScript and awscrt sent.

use sig4::algorithm::Algorithm::EcdsaP256Sha256;
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
