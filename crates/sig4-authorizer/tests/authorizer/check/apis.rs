//! The API of a request, by name and by host.

use super::scene::{
    HOST, about, alice, allowed, api, api_named, authorizer, denied, outcome, signed, signed_by, signer, unsigned,
};
use http::request::Parts;
use sig4::Signer;
use sig4_authorizer::{Api, Authorizer};
use sig4_iam::tower::ExecuteApi;

fn two() -> Authorizer {
    let shop = Api::new("shop", ExecuteApi::new("eu-west-1", "123456789012", "def")).unwrap();
    authorizer(api()).with_api(shop.with_hosts(["shop.example:8443"])).unwrap()
}

/// A signed request to a host, for a region.
fn to(host: &str, region: &str) -> Parts {
    let request = http::Request::get("/pets").header("host", host).body(()).unwrap();
    signed_by(&Signer::new(region, "execute-api").unwrap(), &alice(), request.into_parts().0, "")
}

#[tokio::test]
async fn a_host_selects_the_api_and_its_region() {
    for (host, region, name) in [
        (HOST, "us-east-1", "pets"),
        ("PETS.example:8080", "us-east-1", "pets"),
        ("shop.example:8443", "eu-west-1", "shop"),
    ] {
        let (_, record) = allowed(&two(), about(to(host, region))).await;
        assert_eq!(record.api.as_deref(), Some(name));
    }
    let (_, record) = denied(&two(), about(to("shop.example:8443", "us-east-1"))).await;
    assert_eq!(outcome(&record), ("scope mismatch", 403));
    assert_eq!(record.api.as_deref(), Some("shop"));
}

#[tokio::test]
async fn an_unknown_host_is_refused() {
    for host in ["evil.example", "shop.example", "pets.example."] {
        let (denied, record) = denied(&two(), about(to(host, "us-east-1"))).await;
        assert_eq!(outcome(&record), ("unknown API", 403), "{host}");
        assert_eq!(record.api, None);
        assert!(!denied.is_failure);
    }
    let mut none = signed("GET", "/pets", "");
    none.headers.remove("host");
    none.uri = "/pets".parse().unwrap();
    let (_, record) = denied(&two(), about(none)).await;
    assert_eq!(outcome(&record), ("unknown API", 403));
}

#[tokio::test]
async fn two_hosts_are_refused() {
    let mut twice = signed("GET", "/pets", "");
    twice.headers.append("host", HOST.parse().unwrap());
    let mut other = signed("GET", "/pets", "");
    other.headers.insert("host", "shop.example:8443".parse().unwrap());
    let mut user = signed("GET", "/pets", "");
    user.uri = "/pets".parse().unwrap();
    user.headers.insert("host", "pets.example@evil.example".parse().unwrap());
    for parts in [twice, other, user] {
        let (_, record) = denied(&two(), about(parts)).await;
        assert_eq!(outcome(&record), ("inconsistent request", 400));
    }
}

#[tokio::test]
async fn a_name_of_the_proxy_selects_the_api_at_its_hosts() {
    let named = |name: &str| {
        let mut request = about(signed("GET", "/pets", ""));
        request.api = Some(name.to_owned());
        request
    };
    let (_, record) = allowed(&two(), named("pets")).await;
    assert_eq!(record.api.as_deref(), Some("pets"));
    let (_, record) = denied(&two(), named("shop")).await;
    assert_eq!(outcome(&record), ("unknown API", 403));
    let (failed, record) = denied(&two(), named("nothing")).await;
    assert_eq!(outcome(&record), ("unknown API", 500));
    assert!(failed.is_failure);
}

#[tokio::test]
async fn an_api_without_hosts_takes_the_hosts_of_no_other() {
    let authorizer = two().with_api(api_named("any")).unwrap();
    let (_, record) = allowed(&authorizer, about(to("other.example", "us-east-1"))).await;
    assert_eq!(record.api.as_deref(), Some("any"));
    assert!(two().with_api(api_named("pets")).is_err());
    assert!(two().with_api(api_named("new").with_hosts(["Pets.Example"])).is_err());
}

/// Traefik and Caddy route each of these to the service of `pets.example`: measured. The API of all other hosts must not decide about them.
#[tokio::test]
async fn a_host_with_two_readings_is_refused() {
    let authorizer = two().with_api(api_named("any")).unwrap();
    for host in ["pets.example:abc", "[pets.example]:80", "[pets.example]", "pets.example:80:80", "pets.example:+80"] {
        let (_, record) = denied(&authorizer, about(to(host, "us-east-1"))).await;
        assert_eq!(outcome(&record), ("inconsistent request", 400), "{host}");
    }
    for host in ["pets%2eexample", "pets.example,other.example", "::1", "[::1", "[::1]80", "[]", ":80", "[127.0.0.1]"] {
        let (_, record) = denied(&authorizer, about(to(host, "us-east-1"))).await;
        assert_eq!(outcome(&record), ("inconsistent request", 400), "{host}");
    }
    for host in ["pets.example.", "pets.example.:80", "pets.example..", "PETS.example.:8080"] {
        let (_, record) = denied(&authorizer, about(to(host, "us-east-1"))).await;
        assert_eq!(outcome(&record), ("unknown API", 403), "{host}");
    }
    for host in ["[::1]", "[2001:db8::1]:8443", "127.0.0.1:80", "other_1.example:", "xn--caf-dma.example"] {
        let (_, record) = allowed(&authorizer, about(to(host, "us-east-1"))).await;
        assert_eq!(record.api.as_deref(), Some("any"), "{host}");
    }
}

#[tokio::test]
async fn clients_may_sign_another_authority_than_the_proxy_sees() {
    let authorizer = authorizer(api_named("pets").with_hosts(["backend.internal"]).with_authority(HOST));
    let mut parts = signed("GET", "/pets", "");
    parts.uri = "/pets".parse().unwrap();
    parts.headers.insert("host", "backend.internal".parse().unwrap());
    allowed(&authorizer, about(parts)).await;
    let parts = signed_by(&signer(), &alice(), unsigned("GET", "/pets"), "");
    let (_, record) = denied(&authorizer, about(parts)).await;
    assert_eq!(outcome(&record), ("unknown API", 403));
}

#[tokio::test]
async fn a_fault_of_the_description_is_refused_with_its_reason() {
    let mut request = about(signed("GET", "/pets", ""));
    request.fault = Some("`path` is not `:path`");
    let (denied, record) = denied(&two(), request).await;
    assert_eq!(outcome(&record), ("inconsistent request", 400));
    assert_eq!(record.cause.as_deref(), Some("`path` is not `:path`"));
    assert_eq!(denied.response.body(), r#"{"message":"Bad Request"}"#);
}
