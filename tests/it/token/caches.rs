//! ElastiCache and MemoryDB, as botocore's `SigV4QueryAuth` presigns their requests.

use super::{assert_same, both, now, text};
use sig4::token::{ElastiCache, MemoryDb};

#[test]
fn elasticache() {
    for (credentials, end) in both() {
        for cache in ["my-cache", "My-Cache"] {
            let user = ElastiCache::new("us-east-1", cache, "user-01").unwrap();
            assert_same(user.token(&credentials, now()).unwrap().as_str(), &text(&["elasticache", end].concat()));
            let serverless = user.with_serverless(true).token(&credentials, now()).unwrap();
            assert_same(serverless.as_str(), &text(&["elasticache+serverless", end].concat()));
        }
    }
}

#[test]
fn memorydb() {
    for (credentials, end) in both() {
        let user = MemoryDb::new("us-east-1", "my-cache", "user-01").unwrap();
        assert_same(user.token(&credentials, now()).unwrap().as_str(), &text(&["memorydb", end].concat()));
    }
}
