#![no_main]

use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use sig4::key::SigningKey;
use sig4::payload::ContentSha256;
use sig4::scope::Scope;
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Payload, Signer, Timestamp, Verifier};
use sig4_fuzz::moment;

// Digests, derived keys and signatures are those of the crates `sha2` and `hmac`, and a body in pieces has the digest of the whole.
fuzz_target!(|input: (Vec<Vec<u8>>, String, String, String)| {
    let (pieces, secret, region, service) = input;
    let body = pieces.concat();
    let digest: [u8; 32] = Sha256::digest(&body).into();
    assert_eq!(ContentSha256::of(&Payload::Bytes(&body)), ContentSha256::of(&Payload::Sha256(digest)));

    let scope = Scope::parse(&format!("20150830/{region}/{service}/aws4_request"));
    let (Ok(credentials), Ok(scope)) = (Credentials::new("AKIDEXAMPLE", secret.as_str()), scope) else { return };
    let key = SigningKey::derive(&credentials, &scope);
    let first = hmac(["AWS4", &secret].concat().as_bytes(), b"20150830");
    let steps = [&region, &service, "aws4_request"];
    assert_eq!(*key.to_bytes(), steps.iter().fold(first, |key, step| hmac(&key, step.as_bytes())));
    let string_to_sign = StringToSign::new(Timestamp::new(moment()).expect("it is a time"), &scope, digest);
    let signature = key.sign(&string_to_sign).expect("it is of the key's scope");
    assert_eq!(*signature.as_bytes(), hmac(&*key.to_bytes(), &string_to_sign.to_bytes()));

    let (signer, verifier) = (Signer::new(&*region, &*service), Verifier::new(&*region, &*service));
    let (signer, verifier) = (signer.expect("the scope has them"), verifier.expect("the scope has them"));
    let mut request = Request::post("https://example.com/").body(body).expect("it is a request");
    signer.sign(&mut request, &credentials, moment()).expect("it is signed");
    let (parts, _) = request.into_parts();
    let claim = verifier.claim(&parts).expect("it is signed");
    let mut stream = claim.stream(&credentials, moment()).expect("the body decides, or the signature matches");
    pieces.iter().for_each(|piece| stream.update(piece));
    stream.finish().expect("the body is the one that was signed");
});

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key)
        .expect("HMAC takes any key")
        .chain_update(message)
        .finalize()
        .into_bytes()
        .into()
}
