//! When tokens end, and that they do not show themselves.

use super::{credentials, now};
use sig4::token::{
    Bedrock, Dsql, Eks, EksAuthenticator, ElastiCache, IotMqtt, MemoryDb, Msk, Rds, Redshift, Token, VaultLogin,
    WebSocketConnect, WebSocketConnections,
};
use sig4::{Credentials, Error, ErrorKind, Expires, endpoint::Partition};
use time::Duration;

type Maker = Box<dyn Fn(&Credentials) -> Result<Token, Error>>;

fn makers() -> Vec<(Maker, i64)> {
    let rds = Rds::new("us-east-1", "db.example.com", 3306, "jane").unwrap();
    let dsql = Dsql::new("us-east-1", "abc.dsql.us-east-1.on.aws").unwrap().with_expires(Expires::MAX);
    let bedrock = Bedrock::new("us-east-1").unwrap();
    let eks = Eks::new("us-east-1", "c").unwrap();
    let vault = VaultLogin::new("us-east-1").unwrap();
    let cache = ElastiCache::new("us-east-1", "my-cache", "jane").unwrap();
    let memory = MemoryDb::new("us-east-1", "my-cluster", "jane").unwrap();
    let msk = Msk::new("us-east-1").unwrap();
    let iot = IotMqtt::new("us-east-1", "a.example.com").unwrap().with_expires(Expires::from_secs(86_400).unwrap());
    let iot = iot.unwrap();
    let socket = WebSocketConnect::new("us-east-1", "a.example.com", "/prod").unwrap();
    vec![
        (Box::new(move |credentials| cache.token(credentials, now())), 900),
        (Box::new(move |credentials| memory.token(credentials, now())), 900),
        (Box::new(move |credentials| msk.token(credentials, now())), 900),
        (Box::new(move |credentials| iot.token(credentials, now())), 86_400),
        (Box::new(move |credentials| socket.token(credentials, now())), 300),
        (Box::new(move |credentials| rds.token(credentials, now())), 900),
        (Box::new(move |credentials| dsql.token(credentials, now())), 604_800),
        (Box::new(move |credentials| bedrock.token(credentials, now())), 43_200),
        (Box::new(move |credentials| eks.token(credentials, now())), 900),
        (Box::new(move |credentials| vault.token(credentials, now())), 900),
    ]
}

/// Only S3 takes the token of an S3 session.
#[test]
fn credentials_of_an_s3_session_make_no_token() {
    let session = credentials().with_s3_session_token("token").unwrap();
    for (make, _) in makers() {
        assert_eq!(make(&session).unwrap_err().kind(), ErrorKind::InvalidSessionToken);
    }
    let redshift = Redshift::cluster("us-east-1", "my-cluster").unwrap();
    assert_eq!(redshift.request(&session, now()).unwrap_err().kind(), ErrorKind::InvalidSessionToken);
    let clients = WebSocketConnections::new("us-east-1", "a.example.com", "prod").unwrap();
    assert_eq!(clients.get("a=", &session, now()).unwrap_err().kind(), ErrorKind::InvalidSessionToken);
}

#[test]
fn a_token_ends_with_its_lifetime_or_with_its_credentials() {
    let start = now().to_datetime();
    for (make, lifetime) in makers() {
        let token = make(&credentials()).unwrap();
        assert_eq!((token.expiration(), token.is_shortened()), (start + Duration::seconds(lifetime), false));
        for (left, shortened) in [(lifetime + 1, false), (lifetime, false), (lifetime - 1, true), (30, true)] {
            let end = start + Duration::seconds(left);
            let token = make(&credentials().with_expiration(end)).unwrap();
            assert_eq!(token.is_shortened(), shortened, "{left}");
            assert_eq!(token.expiration(), end.min(start + Duration::seconds(lifetime)), "{left}");
        }
        let ended = make(&credentials().with_expiration(start)).unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::ExpiredCredentials);
    }
}

#[test]
fn the_lifetime_in_a_token_is_shortened_too() {
    let end = now().to_datetime() + Duration::seconds(30);
    let rds = Rds::new("us-east-1", "db.example.com", 3306, "jane").unwrap();
    let token = rds.token(&credentials().with_expiration(end), now()).unwrap();
    assert!(token.as_str().contains("&X-Amz-Expires=30&"), "{}", token.as_str());
}

#[test]
fn lifetimes_that_a_service_does_not_accept() {
    let seconds = |seconds| Expires::from_secs(seconds).unwrap();
    assert!(Bedrock::new("us-east-1").unwrap().with_expires(seconds(43_200)).is_ok());
    let long = Bedrock::new("us-east-1").unwrap().with_expires(seconds(43_201)).unwrap_err();
    assert_eq!(
        long.to_string(),
        "invalid expiry: 43201 s are more than the 43200 s that a token of Bedrock lasts at most"
    );
    let long = IotMqtt::new("us-east-1", "a.example.com").unwrap().with_expires(seconds(86_401)).unwrap_err();
    assert_eq!(long.kind(), ErrorKind::InvalidExpires);
}

#[test]
fn no_token_shows_itself() {
    let secret = credentials().with_session_token("HUSHHUSH").unwrap();
    for (make, _) in makers() {
        let shown = format!("{:?}", make(&secret).unwrap());
        assert!(shown.starts_with("Token { expiration: ") && !shown.contains("HUSH") && shown.len() < 80, "{shown}");
    }
    let token = Eks::new("us-east-1", "c").unwrap().token(&secret, now()).unwrap();
    let authenticator = EksAuthenticator::new("c", Partition::of_region("us-east-1")).unwrap();
    let shown = format!("{:?}", authenticator.check(token.as_str(), now()).unwrap());
    assert!(shown.contains("AKIDEXAMPLE") && !shown.contains("HUSH") && !shown.contains("Signature"), "{shown}");
}
