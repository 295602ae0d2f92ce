//! Methods and paths: those that two readers can read differently are refused, signed or not.

use super::scene::{about, alice, allowed, api, authorizer, denied, outcome, signed_by, signer, unsigned};
use sig4_authorizer::Api;
use sig4_iam::tower::ExecuteApi;

#[tokio::test]
async fn an_ambiguous_path_is_refused_though_it_is_signed() {
    for path in [
        "//pets",
        "/pets//7",
        "/a/../secret",
        "/./pets",
        "/%2e%2e/pets",
        "/pets%2F7",
        "/pets%5C7",
        "/%73ecret",
        "/pets;a",
        "/..;/a",
        "/%FF",
        "/a%00",
        "/a%2e",
    ] {
        let parts = signed_by(&signer(), &alice(), unsigned("GET", path), "");
        let (_, record) = denied(&authorizer(api()), about(parts)).await;
        assert_eq!(outcome(&record), ("bad request", 400), "{path}");
    }
    for path in ["/", "/pets", "/pets/", "/caf%C3%A9", "/a%20b", "/~me", "/%7Eyou", "/a+b"] {
        let parts = signed_by(&signer(), &alice(), unsigned("GET", path), "");
        allowed(&authorizer(api()), about(parts)).await;
    }
}

#[tokio::test]
async fn a_target_that_is_not_a_path_is_refused() {
    let mut parts = unsigned("OPTIONS", "/");
    parts.uri = "*".parse().unwrap();
    let (_, record) = denied(&authorizer(api().with_preflight_exempt(true)), about(parts)).await;
    assert_eq!(outcome(&record), ("bad request", 400));
}

#[tokio::test]
async fn a_method_in_small_letters_is_refused() {
    for method in ["get", "Get", "dELETE"] {
        let parts = signed_by(&signer(), &alice(), unsigned(method, "/secret"), "");
        let (_, record) = denied(&authorizer(api()), about(parts)).await;
        assert_eq!(outcome(&record), ("bad request", 400), "{method}");
    }
}

#[tokio::test]
async fn a_stage_begins_the_path() {
    let staged = ExecuteApi::new("us-east-1", "123456789012", "abc").with_stage("prod").with_stage_in_path();
    let authorizer = authorizer(Api::new("pets", staged).unwrap());
    for (path, found) in [("/prod/pets", true), ("/prod", true), ("/pets", false), ("/products", false)] {
        let parts = signed_by(&signer(), &alice(), unsigned("GET", path), "");
        match found {
            true => drop(allowed(&authorizer, about(parts)).await),
            false => assert_eq!(outcome(&denied(&authorizer, about(parts)).await.1), ("denied", 404), "{path}"),
        }
    }
    let parts = signed_by(&signer(), &alice(), unsigned("GET", "/prod/secret"), "");
    assert_eq!(outcome(&denied(&authorizer, about(parts)).await.1), ("denied", 403));
}
