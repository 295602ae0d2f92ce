//! Changed requests: none is accepted.

use super::{both, gateway, replace, signature};
use crate::vector::Received;
use crate::verifier::{Scene, get, now, post};
use sig4::algorithm::Algorithm::EcdsaP256Sha256;
use sig4::verify::SeenSignatures;
use sig4::{Credentials, ErrorKind, Expires, StoredKey};
use std::sync::Arc;

#[test]
fn the_other_algorithm_s_name_makes_no_other_signature() {
    for (scene, from, to) in [
        (gateway().with_verifier(both), "AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA256"),
        (Scene::gateway().with_verifier(both), "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
    ] {
        let signed = scene.sign(post());
        scene.verify(&signed).unwrap();
        let mut renamed = signed.clone();
        replace(&mut renamed, from, to);
        let kind = scene.refuses(&renamed);
        assert!(matches!(kind, ErrorKind::MalformedCredential | ErrorKind::IncompleteSignature), "{kind:?}");
        // With the credential and the region set of the other algorithm.
        let (region, other) =
            if from.contains("ECDSA") { ("/execute-api/", "/us-east-1/execute-api/") } else { ("/us-east-1/", "/") };
        replace(&mut renamed, region, other);
        if renamed.header("x-amz-region-set").is_none() {
            renamed.headers.push(("x-amz-region-set".to_owned(), b"us-east-1".to_vec()));
            replace(&mut renamed, "SignedHeaders=host;x-amz-date", "SignedHeaders=host;x-amz-date;x-amz-region-set");
        }
        assert_eq!(scene.refuses(&renamed), ErrorKind::SignatureMismatch);
    }
}

#[test]
fn the_scope_has_no_region_and_every_part_counts() {
    let scene = gateway();
    let signed = scene.sign(post());
    for (from, to, kind) in [
        ("/execute-api/", "/us-east-1/execute-api/", ErrorKind::MalformedCredential),
        ("/20150830/", "/", ErrorKind::MalformedCredential),
        ("/20150830/", "/20150831/", ErrorKind::ScopeMismatch),
        ("/execute-api/", "/s3/", ErrorKind::ScopeMismatch),
        ("/aws4_request", "/aws4a_request", ErrorKind::ScopeMismatch),
        ("AKIDEXAMPLE", "AKIDOTHER", ErrorKind::UnknownAccessKey),
    ] {
        let mut changed = signed.clone();
        replace(&mut changed, from, to);
        assert_eq!(scene.refuses(&changed), kind, "{from} {to}");
    }
}

/// Every bit of the signature but those that turn `s` into `n - s`, and every form of DER but the strict one.
#[test]
fn a_changed_signature_does_not_match() {
    let scene = gateway();
    let signed = scene.sign(post());
    let digits = signature(&signed);
    let with = |signature: &str| {
        let mut changed = signed.clone();
        replace(&mut changed, &digits, signature);
        changed
    };
    for at in 0..digits.len() {
        let mut other = digits.clone().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        assert_eq!(scene.refuses(&with(std::str::from_utf8(&other).unwrap())), ErrorKind::SignatureMismatch, "{at}");
    }
    let upper = digits.to_ascii_uppercase();
    let long = "30".repeat(40_000 / 2);
    for other in [
        "",
        "30",
        "00",
        upper.as_str(),
        &format!("{digits}00"),
        &format!("00{digits}"),
        &format!("{digits}*"),
        digits.split_at(digits.len() - 2).0,
        digits.split_at(digits.len() - 1).0,
        "3006020100020100",
        "3006020101020101",
        "30060201010201ff",
        &"5d".repeat(32),
        long.as_str(),
    ] {
        assert_eq!(scene.refuses(&with(other)), ErrorKind::SignatureMismatch, "{other:.200}");
    }
}

/// `(r, s)` and `(r, n - s)`.
fn other_form(digits: &str) -> String {
    let (r, s) = integers(&bytes(digits));
    let other = minus(&ORDER, &s);
    let body = [integer(&r), integer(&other)].concat();
    let sequence = [&[0x30, u8::try_from(body.len()).unwrap()], body.as_slice()].concat();
    sequence.iter().map(|byte| format!("{byte:02x}")).collect()
}

const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

fn bytes(digits: &str) -> Vec<u8> {
    let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.as_bytes().as_chunks().0.iter().map(byte).collect()
}

/// The two integers of a DER signature, in 32 bytes each.
fn integers(der: &[u8]) -> ([u8; 32], [u8; 32]) {
    let first = usize::from(der[3]);
    let padded = |bytes: &[u8]| {
        let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let mut whole = [0; 32];
        whole[32 - digits.len()..].copy_from_slice(digits);
        whole
    };
    (padded(&der[4..4 + first]), padded(&der[6 + first..]))
}

fn integer(bytes: &[u8; 32]) -> Vec<u8> {
    let mut digits = bytes[bytes.iter().take_while(|byte| **byte == 0).count()..].to_vec();
    if digits[0] >= 0x80 {
        digits.insert(0, 0);
    }
    [&[2, u8::try_from(digits.len()).unwrap()], digits.as_slice()].concat()
}

fn minus(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let (mut difference, mut borrow) = ([0; 32], 0);
    for at in (0..32).rev() {
        let one = i16::from(a[at]) - i16::from(b[at]) - borrow;
        borrow = i16::from(one < 0);
        difference[at] = u8::try_from(one.rem_euclid(256)).unwrap();
    }
    difference
}

#[test]
fn both_forms_of_a_signature_match_and_count_as_one_use() {
    let seen = Arc::new(SeenSignatures::new(100));
    let scene = gateway().with_verifier(|v| v.with_seen_signatures(Arc::clone(&seen)));
    let signed = scene.sign(post());
    let digits = signature(&signed);
    let mut other = signed.clone();
    replace(&mut other, &digits, &other_form(&digits));
    assert_eq!(other_form(&other_form(&digits)), digits);
    gateway().verify(&other).unwrap();
    scene.verify(&signed).unwrap();
    assert_eq!(scene.refuses(&signed), ErrorKind::Replayed);
    assert_eq!(scene.refuses(&other), ErrorKind::Replayed);
}

#[test]
fn the_region_set_is_there_once_and_signed() {
    let scene = gateway();
    let signed = scene.sign(post());
    let lenient = gateway().with_verifier(|v| v.with_aws_compat().allow_unsigned_headers(["x-amz-region-set"]));
    for scene in [&scene, &lenient] {
        let mut changed = signed.clone();
        *changed.header_mut("x-amz-region-set") = b"*".to_vec();
        assert_eq!(scene.refuses(&changed), ErrorKind::SignatureMismatch);

        let mut unsigned = signed.clone();
        replace(&mut unsigned, ";x-amz-region-set", "");
        let kind = scene.refuses(&unsigned);
        assert!(matches!(kind, ErrorKind::UnsignedHeader | ErrorKind::IncompleteSignature), "{kind:?}");

        let twice = signed.clone().with("x-amz-region-set", "us-*");
        assert_eq!(scene.refuses(&twice), ErrorKind::AmbiguousAuthentication);
    }
    let without = signed.clone().without("x-amz-region-set");
    assert_eq!(scene.refuses(&without), ErrorKind::MissingSignedHeader);
    assert_eq!(lenient.refuses(&without), ErrorKind::IncompleteSignature, "an empty list is no list");
    let mut also_in_query = signed;
    also_in_query.query = Some("X-Amz-Region-Set=%2A".to_owned());
    assert_eq!(scene.refuses(&also_in_query), ErrorKind::AmbiguousAuthentication);
}

#[test]
fn the_region_set_of_a_url_is_there_once() {
    let scene = gateway();
    let presigned = scene.presign(get("/orders", None));
    scene.verify(&presigned).unwrap();
    let with_query = |change: &dyn Fn(&str) -> String| {
        let mut changed = presigned.clone();
        changed.query = Some(change(presigned.query.as_deref().unwrap()));
        changed
    };
    let set = "&X-Amz-Region-Set=us-%2A";
    assert_eq!(scene.refuses(&with_query(&|query| query.replace(set, ""))), ErrorKind::IncompleteSignature);
    assert_eq!(scene.refuses(&with_query(&|query| query.replace("=us-%2A", "=%2A"))), ErrorKind::SignatureMismatch);
    assert_eq!(scene.refuses(&with_query(&|query| format!("{query}{set}"))), ErrorKind::AmbiguousAuthentication);
    for (from, to) in [("ECDSA-P256", "HMAC"), ("X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&", "")] {
        let kind = scene.refuses(&with_query(&|query| query.replace(from, to)));
        assert!(matches!(kind, ErrorKind::UnsupportedAlgorithm | ErrorKind::MissingAuthentication), "{kind:?}");
    }
    let v4_only = Scene::gateway();
    assert_eq!(v4_only.refuses(&presigned), ErrorKind::AsymmetricSignature);
    let error = scene.verify(&v4_only.presign(get("/orders", None))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedAlgorithm);
    assert!(error.to_string().contains("AWS4-HMAC-SHA256"), "{error}");
}

#[test]
fn keys_of_others_and_unknown_keys_do_not_verify() {
    let scene = gateway();
    let signed = scene.sign(post());
    let verify = |key: StoredKey<'_>| {
        let claim = scene.verifier.claim_view(&signed.view()).unwrap();
        claim.verify(key, &signed.body, now()).unwrap_err().kind()
    };
    let rotated = Credentials::new("AKIDEXAMPLE", "another secret").unwrap();
    let other = Credentials::new("AKIDOTHER", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    assert_eq!(verify((&rotated).into()), ErrorKind::SignatureMismatch);
    assert_eq!(verify((&other).into()), ErrorKind::UnknownAccessKey);
    assert_eq!(verify(StoredKey::unknown()), ErrorKind::UnknownAccessKey);
    assert_eq!(verify(StoredKey::inactive()), ErrorKind::UnknownAccessKey);
    // The placeholder's own signature is not accepted either.
    let mut placeholder = gateway();
    placeholder.credentials = Credentials::new("placeholder", "placeholder").unwrap();
    let signed = placeholder.sign(post());
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    let refused = claim.verify(StoredKey::unknown(), &signed.body, now()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAccessKey);
}

/// Each part of the request that is signed, changed alone.
#[test]
fn what_is_signed_is_not_changed() {
    let scene = gateway();
    let signed = scene.sign(post().with("x-amz-meta-a", "1"));
    let changes: [&dyn Fn(&mut Received); 6] = [
        &|r| r.method = "PUT".to_owned(),
        &|r| r.path.push('x'),
        &|r| r.query = Some("a".to_owned()),
        &|r| r.body.push(b'x'),
        &|r| r.header_mut("x-amz-meta-a").push(b'x'),
        &|r| *r.header_mut("x-amz-date") = b"20150830T123601Z".to_vec(),
    ];
    for change in changes {
        let mut changed = signed.clone();
        change(&mut changed);
        assert_eq!(scene.refuses(&changed), ErrorKind::SignatureMismatch, "{changed:?}");
    }
    assert_eq!(scene.verify_at(&signed, now() + time::Duration::minutes(6)).unwrap_err().kind(), ErrorKind::Expired);
}

/// The lifetime of a URL is signed, counts, and has the limit of Signature Version 4.
#[test]
fn a_presigned_url_ends() {
    let scene = gateway();
    let minute = Expires::from_secs(60).unwrap();
    let presigned = scene.presign_for(get("/orders", None), minute);
    let at = |seconds: i64| scene.verify_at(&presigned, now() + time::Duration::seconds(seconds)).map_err(|e| e.kind());
    assert_eq!([at(0), at(60), at(61)], [Ok(()), Ok(()), Err(ErrorKind::Expired)]);
    assert_eq!(at(-3600), Err(ErrorKind::NotYetCurrent));
    let with_lifetime = |lifetime: &str| {
        let mut changed = presigned.clone();
        changed.query = changed.query.map(|query| query.replace("X-Amz-Expires=60", lifetime));
        scene.refuses(&changed)
    };
    assert_eq!(with_lifetime("X-Amz-Expires=3600"), ErrorKind::SignatureMismatch);
    assert_eq!(with_lifetime("X-Amz-Expires=604801"), ErrorKind::InvalidExpires);
    assert_eq!(with_lifetime("a=1"), ErrorKind::SignatureMismatch);
}

/// A verifier that accepts nothing refuses everything.
#[test]
fn no_algorithm_is_no_signature() {
    let none = Scene::gateway().with_verifier(|v| v.with_algorithms([]));
    assert_eq!(none.refuses(&none.sign(post())), ErrorKind::UnsupportedAlgorithm);
    assert_eq!(none.refuses(&gateway().sign(post())), ErrorKind::AsymmetricSignature);
    let again = none.with_verifier(|v| v.with_algorithms([EcdsaP256Sha256]));
    again.verify(&gateway().sign(post())).unwrap();
}
