//! Region sets on both sides.

use super::{scene, signature};
use crate::verifier::{Scene, post};
use sig4::algorithm::Algorithm::EcdsaP256Sha256;
use sig4::region_set::RegionSet;
use sig4::{Credentials, ErrorKind, Signer, Verifier};

/// What a verifier in `region`, or for the regions `own`, says of a request for `signed`.
fn verdict(signed: &str, region: &str, own: Option<&str>) -> Result<(), ErrorKind> {
    let mut verifier = Verifier::new(region, "execute-api").unwrap().with_algorithms([EcdsaP256Sha256]);
    if let Some(own) = own {
        verifier = verifier.with_region_set(RegionSet::parse(own).unwrap());
    }
    let mut scene = Scene { verifier, ..Scene::gateway() };
    scene.signer = Signer::new_v4a(signed, "execute-api").unwrap();
    scene.verify(&scene.sign(post())).map_err(|error| error.kind())
}

#[test]
fn the_request_is_for_the_region_of_the_verifier() {
    for (signed, region) in [
        ("us-east-1", "us-east-1"),
        ("us-*", "us-east-1"),
        ("*", "eu-west-1"),
        ("eu-west-1, us-east-1", "us-east-1"),
        ("us-east-*,eu-*", "eu-central-1"),
    ] {
        assert_eq!(verdict(signed, region, None), Ok(()), "{signed} {region}");
    }
    for (signed, region) in [
        ("us-east-1", "us-west-2"),
        ("us-*", "eu-west-1"),
        ("us-east-1,us-east-2", "us-east-3"),
        ("us-east", "us-east-1"),
    ] {
        assert_eq!(verdict(signed, region, None), Err(ErrorKind::ScopeMismatch), "{signed} {region}");
    }
}

#[test]
fn a_verifier_may_serve_several_regions() {
    assert_eq!(verdict("us-west-2", "us-east-1", Some("us-east-1,us-west-2")), Ok(()));
    assert_eq!(verdict("us-*", "us-east-1", Some("*-west-2")), Ok(()));
    assert_eq!(verdict("eu-west-1", "us-east-1", Some("*")), Ok(()));
    assert_eq!(verdict("us-east-1", "us-east-1", Some("eu-*")), Err(ErrorKind::ScopeMismatch));
}

/// The order of the two settings does not matter, and the regions alone accept nothing.
#[test]
fn the_regions_do_not_choose_the_algorithm() {
    let regions = RegionSet::parse("eu-*").unwrap();
    let mut scene = Scene::gateway();
    scene.signer = Signer::new_v4a("eu-west-1", "execute-api").unwrap();
    let signed = scene.sign(post());
    let only_regions = scene.with_verifier(|v| v.with_region_set(regions));
    assert_eq!(only_regions.refuses(&signed), ErrorKind::AsymmetricSignature);
    only_regions.with_verifier(|v| v.with_algorithms([EcdsaP256Sha256])).verify(&signed).unwrap();
}

/// White space is the header's own business: the canonical request has it trimmed, and so does the list.
#[test]
fn blanks_in_a_list_do_not_matter() {
    let scene = scene("execute-api");
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let signer = Signer::new_v4a(" eu-west-1 ,\tus-east-1 ", "execute-api").unwrap();
    assert_eq!(signer.region_set().unwrap().as_str(), "eu-west-1,us-east-1");
    let signed = Scene { signer, credentials, ..scene }.sign(post());
    assert!(!signature(&signed).is_empty());
    let mut padded = signed.clone();
    *padded.header_mut("x-amz-region-set") = b"  eu-west-1,us-east-1\t".to_vec();
    super::gateway().verify(&padded).unwrap();
}

#[test]
fn a_malformed_list_is_refused_before_the_signature_is_looked_at() {
    let scene = super::gateway();
    let signed = scene.sign(post());
    for bad in ["", ",", "us-east-1,", "us-east-1,,x", "us east-1", "us-east-1;x", "us-east-1,a/b", &"a,".repeat(600)] {
        let mut changed = signed.clone();
        *changed.header_mut("x-amz-region-set") = bad.into();
        let expected = if bad.contains(';') { ErrorKind::ScopeMismatch } else { ErrorKind::IncompleteSignature };
        assert_eq!(scene.refuses(&changed), expected, "{bad}");
    }
}
