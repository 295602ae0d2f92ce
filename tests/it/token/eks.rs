//! Tokens of EKS, as `aws eks get-token` makes them, and their signature.

use super::{assert_same, both, credentials, decoded, encoded, now, text, value};
use sig4::endpoint::Partition;
use sig4::token::{Eks, EksAuthenticator};
use sig4::{Credentials, ErrorKind, StoredKey, Timestamp, Verifier};
use time::Duration;

fn url(token: &str) -> String {
    decoded(token.strip_prefix("k8s-aws-v1.").unwrap())
}

#[test]
fn tokens() {
    for (credentials, end) in both() {
        for (name, region) in [("eks", "us-west-2"), ("eks cn", "cn-north-1")] {
            let token = Eks::new(region, "my-cluster").unwrap().token(&credentials, now()).unwrap();
            assert_same(&url(token.as_str()), &url(&text(&[name, end].concat())));
        }
    }
}

/// The tokens of the AWS CLI are taken, and verify with their key.
#[test]
fn tokens_of_the_aws_cli_verify() {
    for (credentials, end) in both() {
        for (name, region) in [("eks", "us-west-2"), ("eks cn", "cn-north-1")] {
            let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region(region)).unwrap();
            let claim = authenticator.check(&text(&[name, end].concat()), now()).unwrap();
            assert_eq!((claim.access_key_id(), claim.timestamp()), ("AKIDEXAMPLE", now()));
            let verifier = Verifier::new(region, "sts").unwrap();
            assert_eq!(claim.verify(&verifier, &credentials, now()).unwrap().access_key_id(), "AKIDEXAMPLE");
        }
    }
}

/// The request to STS has `accept`, so a token may sign it.
#[test]
fn a_token_that_signs_accept_verifies() {
    for (credentials, end) in both() {
        let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region("us-west-2")).unwrap();
        let token = text(&["eks accept", end].concat());
        assert!(url(&token).contains("X-Amz-SignedHeaders=accept%3Bhost%3Bx-k8s-aws-id"));
        let claim = authenticator.check(&token, now()).unwrap();
        assert!(claim.verify(&Verifier::new("us-west-2", "sts").unwrap(), &credentials, now()).is_ok());
    }
}

/// An authenticator takes the endpoints of STS in its partition that the resolver of botocore makes, and those of no other partition.
#[test]
fn endpoints_of_sts() {
    let partitions: Vec<_> = Partition::all().collect();
    assert_eq!(partitions.len(), 8);
    let hosts = |partition: &Partition| -> Vec<String> {
        let hosts = value(&format!("sts hosts {}", partition.name()));
        hosts.as_array().unwrap().iter().map(|host| host.as_str().unwrap().to_owned()).collect()
    };
    for partition in &partitions {
        let authenticator = EksAuthenticator::new("my-cluster", *partition).unwrap();
        for other in &partitions {
            for host in hosts(other) {
                let url = url(&text("eks")).replace("sts.us-west-2.amazonaws.com", &host);
                let token = ["k8s-aws-v1.", &encoded(&url)].concat();
                assert_eq!(
                    authenticator.check(&token, now()).is_ok(),
                    partition == other,
                    "{} {host}",
                    partition.name()
                );
            }
        }
    }
}

fn refusal(token: &str, cluster: &str, key: &Credentials, at: Timestamp) -> Option<ErrorKind> {
    let authenticator = EksAuthenticator::new(cluster, Partition::of_region("us-west-2")).unwrap();
    let claim = authenticator.check(token, now()).unwrap();
    claim.verify(&Verifier::new("us-west-2", "sts").unwrap(), key, at).err().map(|error| error.kind())
}

#[test]
fn another_cluster_or_key_does_not_verify() {
    let token = text("eks");
    assert_eq!(refusal(&token, "my-cluster", &credentials(), now()), None);
    assert_eq!(refusal(&token, "My-cluster", &credentials(), now()), Some(ErrorKind::SignatureMismatch));
    let other = Credentials::new("AKIDEXAMPLE", "another secret").unwrap();
    assert_eq!(refusal(&token, "my-cluster", &other, now()), Some(ErrorKind::SignatureMismatch));
}

/// The lifetime of 60 s that the URL states does not count, and the 15 minutes of STS do.
#[test]
fn a_token_verifies_for_fifteen_minutes() {
    let at = |seconds| Timestamp::new(now().to_datetime() + Duration::seconds(seconds)).unwrap();
    for (seconds, expected) in
        [(900, None), (901, Some(ErrorKind::Expired)), (-900, None), (-901, Some(ErrorKind::NotYetCurrent))]
    {
        assert_eq!(refusal(&text("eks"), "my-cluster", &credentials(), at(seconds)), expected, "{seconds}");
    }
}

/// The end of a session counts at the time of verifying, and not at the time of signing.
#[test]
fn a_session_that_ended_does_not_verify() {
    let (_, temporary) = (0, both()[1].0.clone());
    let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region("us-west-2")).unwrap();
    let claim = authenticator.check(&text("eks token"), now()).unwrap();
    let verifier = Verifier::new("us-west-2", "sts").unwrap();
    let end = now().to_datetime() + Duration::seconds(10);
    let verify = |at| claim.verify(&verifier, StoredKey::from(&temporary).with_expiration(end), at);
    assert!(verify(now().to_datetime()).is_ok());
    assert_eq!(verify(end + Duration::SECOND).unwrap_err().kind(), ErrorKind::ExpiredToken);
}

#[test]
fn another_region_is_another_scope() {
    let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region("us-west-2")).unwrap();
    let claim = authenticator.check(&text("eks"), now()).unwrap();
    let error = claim.verify(&Verifier::new("us-east-1", "sts").unwrap(), &credentials(), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScopeMismatch);
}

/// What is sent to STS: the URL of the token, unchanged, and the cluster's own name.
#[test]
fn the_request_to_sts() {
    let authenticator = EksAuthenticator::new("other", Partition::of_region("us-west-2")).unwrap();
    let request = authenticator.check(&text("eks token"), now()).unwrap().sts_request();
    assert_eq!(request.method(), "GET");
    assert_eq!(request.uri().to_string(), url(&text("eks token")));
    assert_eq!(
        (&request.headers()["x-k8s-aws-id"], &request.headers()["accept"]),
        (&"other".parse().unwrap(), &"application/json".parse().unwrap())
    );
    assert_eq!(request.headers().len(), 2);
}
