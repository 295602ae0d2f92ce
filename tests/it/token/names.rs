//! Names are checked before a token is made.

use sig4::ErrorKind::{self, InvalidHost, InvalidName, InvalidRegion};
use sig4::token::{
    Dsql, Eks, EksAuthenticator, ElastiCache, IotMqtt, MemoryDb, Msk, Rds, Redshift, VaultLogin, WebSocketConnect,
    WebSocketConnections,
};
use sig4::{Error, endpoint::Partition};

fn refused<T>(made: Result<T, Error>, kind: ErrorKind, advice: &str) {
    let error = made.err().unwrap_or_else(|| panic!("{advice} is accepted"));
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(advice), "{error}");
}

#[test]
fn hosts() {
    let rds = |host: &str| Rds::new("us-east-1", host, 3306, "jane");
    refused(rds(""), InvalidHost, "empty");
    refused(rds("https://db.example.com"), InvalidHost, "without `https://`");
    refused(rds("db.example.com:3306"), InvalidHost, "without a port");
    refused(rds("bücher.example"), InvalidHost, "ASCII form");
    refused(rds("jane@db.example.com"), InvalidHost, "consists of");
    refused(Rds::new("us-east-1", "db.example.com", 0, "jane"), InvalidHost, "the port is 0");
    refused(Dsql::new("us-east-1", "abc.on.aws/x"), InvalidHost, "without a path");
    refused(IotMqtt::new("us-east-1", "wss://a.example.com/mqtt"), InvalidHost, "without");
    refused(WebSocketConnect::new("us-east-1", "a.example.com:x", "/"), InvalidHost, "port");
    refused(WebSocketConnections::new("us-east-1", "a b", "prod"), InvalidHost, "consists of");
    refused(Dsql::new("us-east-1", "[::1]:3306"), InvalidHost, "without a port");
    assert!(Rds::new("us-east-1", "[::1]", 3306, "jane").is_ok());
}

#[test]
fn regions() {
    refused(Rds::new("us-east-1a", "db.example.com", 1, "u"), InvalidRegion, "us-east-1");
    refused(Msk::new("a/b"), InvalidRegion, "");
    refused(VaultLogin::new(""), InvalidRegion, "");
    let authenticator = EksAuthenticator::new("c", Partition::of_region("us-east-1")).unwrap();
    for region in ["", "us.east", "US-EAST-1", "a/b", "us_east", "us-east-1a"] {
        refused(authenticator.clone().with_region(region), InvalidRegion, "");
    }
}

#[test]
fn users_and_clusters() {
    let user = |user: &str| Rds::new("us-east-1", "db.example.com", 3306, user);
    refused(user(""), InvalidName, "the user is empty");
    refused(user("jane\n"), InvalidName, "control character");
    refused(user(" jane"), InvalidName, "white space");
    refused(Eks::new("us-east-1", ""), InvalidName, "the cluster is empty");
    refused(Eks::new("us-east-1", "my cluster"), InvalidName, "visible ASCII");
    refused(EksAuthenticator::new("clüster", Partition::of_region("us-east-1")), InvalidName, "visible ASCII");
    let endpoint = "my-cache.abc.0001.use1.cache.amazonaws.com";
    refused(ElastiCache::new("us-east-1", endpoint, "u"), InvalidName, "it is not the endpoint");
    refused(MemoryDb::new("us-east-1", "1-c", "u"), InvalidName, "begins with a letter");
    refused(Msk::new("us-east-1").unwrap().with_user_agent("a\r\nb"), InvalidName, "control character");
    refused(Redshift::cluster("us-east-1", "a.b"), InvalidName, "only letters, digits");
    refused(VaultLogin::global().unwrap().with_server_id("a b"), InvalidName, "visible ASCII");
    refused(WebSocketConnections::new("us-east-1", "a.example.com", "/prod"), InvalidName, "without a `/`");
    refused(WebSocketConnections::new("us-east-1", "a.example.com", ".."), InvalidName, "clients remove");
    refused(VaultLogin::global().unwrap().with_role(""), InvalidName, "the role is empty");
}
