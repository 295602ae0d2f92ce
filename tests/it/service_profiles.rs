//! Operations whose body the model of the service leaves unsigned are signed and verified without it; all others with it.
//!
//! The signatures of botocore 1.43.11 were recorded at 2026-11-29T22:12:03Z.

use http::Request;
use sig4::{Credentials, ErrorKind, Payload, Signer, Timestamp, Verifier};
use time::OffsetDateTime;

fn now() -> OffsetDateTime {
    Timestamp::parse("20261129T221203Z").unwrap().to_datetime()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// Service, request with its headers, and botocore's signature.
type Recorded = (&'static str, http::request::Builder, &'static str);

fn recorded() -> [Recorded; 5] {
    let block = Request::put("https://ebs.us-east-1.amazonaws.com/snapshots/snap-1234567890abcdef0/blocks/1")
        .header("x-amz-data-length", "524288")
        .header("x-amz-checksum", "a")
        .header("x-amz-checksum-algorithm", "SHA256");
    let content = Request::post("https://runtime.lex.us-east-1.amazonaws.com/bot/b/alias/a/user/uu/content")
        .header("content-type", "text/plain");
    let utterance = "https://runtime-v2-lex.us-east-1.amazonaws.com/bots/ABCDEFGHIJ/botAliases/ABCDEFGHIJ/botLocales/en_US/\
                     sessions/11/utterance";
    let utterance = Request::post(utterance).header("content-type", "text/plain");
    let object = Request::put("https://data.mediastore.us-east-1.amazonaws.com/a/b");
    let part = "https://storage-omics.us-east-1.amazonaws.com/sequencestore/1234567890/upload/1234567890/part\
                ?partSource=SOURCE1&partNumber=1";
    [
        ("ebs", block, "23419e41745d8948f2a15571d21cd1191e60b26970527c2f4261cd0e12d17563"),
        ("lex", content, "0368a3f1b0945b37566fdb3f706122534dca3791ebbdf1a56069e386a2e79b90"),
        ("lex", utterance, "482ac5c858bf660158578ed9a9df5a0f13b71fddddc66b159bcc4bc0d8f804d9"),
        ("mediastore", object, "c7d33927dcbf529d8397f4c98f6c1506f2a9c850c084b680fd4d0715dd3997ce"),
        ("omics", Request::put(part), "607d20d13583b321f19186b40a035bac3a1778177a7455fe5ad1362abafa48cf"),
    ]
}

#[test]
fn botocore_signs_the_same() {
    for (service, builder, signature) in recorded() {
        let mut request = builder.body("hello").unwrap();
        let ours = Signer::new("us-east-1", service).unwrap().sign(&mut request, &credentials(), now()).unwrap();
        assert_eq!(ours.to_string(), signature, "{service} {}", request.uri());
        assert_eq!(request.headers()["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    }
}

#[test]
fn a_verifier_for_the_service_accepts_the_operation_unsigned() {
    for (service, builder, _) in recorded() {
        let mut request = builder.body("hello").unwrap();
        Signer::new("us-east-1", service).unwrap().sign(&mut request, &credentials(), now()).unwrap();
        let (parts, body) = request.into_parts();
        let verifier = Verifier::new("us-east-1", service).unwrap();
        let caller = verifier.claim(&parts).unwrap().verify(&credentials(), body, now()).unwrap();
        assert_eq!(caller.access_key_id(), "AKIDEXAMPLE000000001");
        let strict = verifier.clone().with_unsigned_payload(false);
        assert_eq!(strict.claim(&parts).unwrap_err().kind(), ErrorKind::UnsignedPayload, "{service}");
    }
}

#[test]
fn other_operations_of_the_service_are_signed_with_their_body() {
    for (service, _, _) in recorded() {
        let signer = Signer::new("us-east-1", service).unwrap();
        let verifier = Verifier::new("us-east-1", service).unwrap();
        let mut request =
            Request::post(format!("https://{service}.us-east-1.amazonaws.com/snapshots")).body("hello").unwrap();
        signer.sign(&mut request, &credentials(), now()).unwrap();
        assert!(!request.headers().contains_key("x-amz-content-sha256"), "{service}");
        let (mut parts, body) = request.into_parts();
        verifier.claim(&parts).unwrap().verify(&credentials(), body, now()).unwrap();
        signer.sign_parts(&mut parts, &Payload::Unsigned, &credentials(), now()).unwrap();
        assert_eq!(verifier.claim(&parts).unwrap_err().kind(), ErrorKind::UnsignedPayload, "{service}");
    }
}

/// An operation of `unsigned_operations.tsv`.
struct Modelled {
    service: String,
    method: String,
    path: String,
    is_unsigned: bool,
    name: String,
}

/// Every operation of the services that have one whose body is not signed, by the models of botocore 1.44.8.
fn modelled() -> Vec<Modelled> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/unsigned_operations.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let read = |line: &str| {
        let fields: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let [service, method, path, signed, name] = <[String; 5]>::try_from(fields).unwrap();
        // A label that ends with `+` takes several segments.
        let segments = path.split('/').map(|segment| match segment {
            greedy if greedy.ends_with("+}") => "a/b",
            label if label.starts_with('{') => "a1",
            literal => literal,
        });
        let path = segments.collect::<Vec<_>>().join("/");
        Modelled { service, method, path, is_unsigned: signed == "unsigned", name }
    };
    text.lines().filter(|line| !line.starts_with('#')).map(read).collect()
}

#[test]
fn the_models_of_the_services_and_no_other_operations_are_unsigned() {
    let operations = modelled();
    assert_eq!((operations.len(), operations.iter().filter(|one| one.is_unsigned).count()), (300, 6));
    for Modelled { service, method, path, is_unsigned, name } in operations {
        let uri = format!("https://h.us-east-1.amazonaws.com{path}");
        let mut request = Request::builder().method(method.as_str()).uri(uri).body("hello").unwrap();
        Signer::new("us-east-1", service.as_str()).unwrap().sign(&mut request, &credentials(), now()).unwrap();
        let stated = request.headers().get("x-amz-content-sha256").is_some_and(|hash| hash == "UNSIGNED-PAYLOAD");
        assert_eq!(stated, is_unsigned, "{service} {name}");
        // The S3 family takes a body that is not signed with every operation.
        let (mut parts, _) = request.into_parts();
        let signer = Signer::new("us-east-1", service.as_str()).unwrap();
        signer.sign_parts(&mut parts, &Payload::Unsigned, &credentials(), now()).unwrap();
        let verifier = Verifier::new("us-east-1", service.as_str()).unwrap();
        let taken = verifier.claim(&parts).is_ok();
        assert_eq!(taken, is_unsigned || service == "s3-object-lambda", "{service} {name}");
    }
}
