//! The route, the policies and the event have one path, whatever its spelling.

use crate::one_path::Api;
use crate::support::LONG;
use proptest::prelude::*;
use sig4_test_support::path_pieces as pieces;

/// How often a signed and an unsigned request for each reaches the handler.
const SPELLINGS: &[(&str, usize)] = &[
    ("/", 1),
    ("/pets/7", 1),
    ("/pets/..%2Fhealth", 1),
    ("/pets/%2e%2e%2fhealth", 1),
    ("/admin/..%2Fpublic%2F7", 2),
    ("/public/..%2Fadmin%2F7", 1),
    ("/public/%2e%2e/admin/7", 1),
    ("/public/7", 2),
    ("/public/", 2),
    ("/%70ublic%2F7", 2),
    ("//public//7", 2),
    ("/public/..;/admin/7", 2),
    ("/public/..%5Cadmin%5C7", 2),
    ("/prod/public/7", 2),
    ("/prod", 1),
    ("/prod/", 1),
    ("/%70rod/..%2Fprod%2Fpublic/7", 2),
    ("/public/7%3F", 2),
    ("/public%3F/7", 1),
    ("/admin%3F/public/7", 1),
    ("/admin/7%3F/../../public/7", 1),
    ("/@me", 1),
    ("/%40me", 1),
    ("/caf%C3%A9/%7Ea", 1),
    ("/public/%zz", 0),
    ("/public/%FF", 0),
    ("/public/%00", 0),
    ("*", 0),
];

#[tokio::test]
async fn every_spelling_is_one_path_for_route_policy_and_event() {
    let api = Api::start().await;
    for (path, expected) in SPELLINGS {
        assert_eq!(api.check(path).await, *expected, "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever the path, the route and its variables, the resource of the policies and the path of the event are one.
    #[test]
    fn route_policy_and_event_have_one_path(
        paths in prop::collection::vec(prop_oneof![
            3 => prop::collection::vec(any::<u8>(), 0..8).prop_map(|choices| pieces::of(&choices)),
            1 => "/[!-~]{0,12}",
        ], 16),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let all = async {
            let api = Api::start().await;
            for path in &paths {
                api.check(path).await;
            }
        };
        runtime.block_on(async { tokio::time::timeout(LONG, all).await }).unwrap();
    }
}
