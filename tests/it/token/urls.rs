//! MSK, Bedrock and IoT Core, whose tokens have parameters after the signed ones.

use super::{assert_same, both, decoded, now, text, value};
use sig4::token::{Bedrock, IotMqtt, Msk};

/// As aws-msk-iam-sasl-signer-python makes it.
#[test]
fn msk() {
    for (credentials, end) in both() {
        let brokers = Msk::new("eu-west-1").unwrap().with_user_agent("aws-msk-iam-sasl-signer-python/1.0.2").unwrap();
        let token = brokers.token(&credentials, now()).unwrap();
        assert_same(&decoded(token.as_str()), &text(&["msk", end].concat()));
        assert!(decoded(token.as_str()).ends_with("&User-Agent=aws-msk-iam-sasl-signer-python%2F1.0.2"));
        let millis = value(&["msk end", end].concat()).as_i64().unwrap();
        assert_eq!(token.expiration().unix_timestamp() * 1000, millis);
    }
}

#[test]
fn msk_names_this_crate_by_default() {
    let token = Msk::new("us-east-1").unwrap().token(&both()[0].0, now()).unwrap();
    assert!(decoded(token.as_str()).ends_with(concat!("&User-Agent=sig4%2F", env!("CARGO_PKG_VERSION"))));
}

/// As aws-bedrock-token-generator makes it.
#[test]
fn bedrock() {
    for (credentials, end) in both() {
        let key = Bedrock::new("us-west-2").unwrap().token(&credentials, now()).unwrap();
        let url = |key: &str| decoded(key.strip_prefix("bedrock-api-key-").unwrap());
        assert_same(&url(key.as_str()), &url(&text(&["bedrock", end].concat())));
        assert!(url(key.as_str()).ends_with("&Version=1"));
    }
}

/// Without a session token the order of the parameters is the same, and so is every byte, the padding of base 64 among them.
#[test]
fn long_term_credentials_give_the_same_bytes() {
    let (credentials, _) = &both()[0];
    let brokers = Msk::new("eu-west-1").unwrap().with_user_agent("aws-msk-iam-sasl-signer-python/1.0.2").unwrap();
    assert_eq!(brokers.token(credentials, now()).unwrap().as_str(), text("msk raw"));
    assert_eq!(Bedrock::new("us-west-2").unwrap().token(credentials, now()).unwrap().as_str(), text("bedrock"));
}

/// As awscrt signs the handshake for the AWS IoT Device SDK: the session token does not change the signature.
#[test]
fn iot() {
    for (credentials, end) in both() {
        let endpoint = IotMqtt::new("us-east-1", "abc-ats.iot.us-east-1.amazonaws.com").unwrap();
        let url = endpoint.token(&credentials, now()).unwrap();
        let target = text(&["iot 900", end].concat());
        assert_same(url.as_str(), &["wss://abc-ats.iot.us-east-1.amazonaws.com", &target].concat());
    }
}
