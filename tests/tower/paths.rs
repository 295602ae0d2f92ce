//! The signature, the policies and the service see one and the same path.

use crate::scene::{ACCOUNT, alice, api, get, layer_of, plain, policy, send, signed, status, user, verifier};
use crate::scene::{now, presigned};
use sig4::iam::{Directory, Policies};
use sig4::tower::AuthorizeLayer;

fn allowed(resources: &[(&str, &str)]) -> AuthorizeLayer<Directory> {
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/{path}");
    let policies = resources
        .iter()
        .fold(Policies::new(), |policies, (effect, path)| policies.with_identity(policy(effect, &arn(path))));
    layer_of(Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap())
}

#[tokio::test]
async fn every_spelling_of_a_path_is_one_path() {
    let layer = allowed(&[("Allow", "*")]);
    for (sent, path, routed) in [
        ("/admin", "/admin", "/admin"),
        ("//admin", "/admin", "/admin"),
        ("/%61dmin", "/admin", "/admin"),
        ("/x/../admin", "/admin", "/admin"),
        ("/x/%2e%2E/admin", "/admin", "/admin"),
        ("/x/..%2Fadmin", "/admin", "/admin"),
        ("/./admin", "/admin", "/admin"),
        ("/admin/", "/admin/", "/admin/"),
        ("/a%2fb", "/a/b", "/a/b"),
        ("/a%252Fb", "/a%2Fb", "/a%252Fb"),
        ("/caf%c3%a9+%40", "/café+@", "/caf%C3%A9+@"),
        ("/a%20b%3Fc", "/a b?c", "/a%20b%3Fc"),
        ("/", "/", "/"),
    ] {
        for request in [get(&format!("{sent}?q=%2e%2E")), presigned(sent, &alice())] {
            let (answer, seen) = send(&layer, request).await;
            assert_eq!(answer.status, 200, "{sent}");
            let caller = seen.caller().unwrap();
            assert_eq!((seen.last().0.uri.path(), caller.path()), (routed, path), "{sent}");
            let arn = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET{path}");
            assert_eq!(caller.arn(), arn, "{sent}");
        }
        let query = send(&layer, get(&format!("{sent}?q=%2e%2E"))).await.1.last().0.uri.query().map(str::to_owned);
        assert_eq!(query.as_deref(), Some("q=%2e%2E"), "the query stays as it was signed");
    }
}

#[tokio::test]
async fn no_spelling_gets_around_a_deny() {
    let layer = allowed(&[
        ("Allow", "*"),
        ("Deny", "GET/admin/*"),
        ("Deny", "GET/users/bob@example.com"),
        ("Deny", "GET/café"),
    ]);
    for path in [
        "/admin%2Fx",
        "/x/..%2Fadmin/x",
        "/users/bob@example.com",
        "/users/bob%40example.com",
        "/caf%C3%A9",
        "/caf%c3%a9",
        "/admin/x",
        "//admin/x",
        "/admin//x",
        "/%61dmin/x",
        "/public/../admin/x",
        "/public/%2e%2e/admin/x",
        "/./admin/x",
        "/admin/y/../x",
    ] {
        assert_eq!(status(&layer, get(path)).await, 403, "{path}");
    }
    assert_eq!(status(&layer, get("/admin/../x")).await, 200, "it is /x, and /x is what the service gets");
    assert_eq!(send(&layer, get("/admin/../x")).await.1.last().0.uri.path(), "/x");
}

#[tokio::test]
async fn what_has_no_one_form_is_refused() {
    let layer = allowed(&[("Allow", "*")]);
    for path in ["/%FF", "/%C3", "/a%00b", "/a%0Ab", "/a%C2%85b"] {
        assert_eq!(status(&layer, get(path)).await, 400, "{path}");
    }
}

#[tokio::test]
async fn no_spelling_widens_an_allow() {
    let layer = allowed(&[("Allow", "GET/public/*")]);
    for path in ["/public/../admin", "/public/%2e%2e/admin", "/public%2F..%2Fadmin", "/public/.."] {
        assert_eq!(status(&layer, get(path)).await, 403, "{path}");
    }
    assert_eq!(status(&layer, get("/public/a%2Fb")).await, 200);
    assert_eq!(status(&layer, signed("POST", "/public/a", "", &alice())).await, 403, "another method");
}

#[tokio::test]
async fn what_is_let_through_is_what_the_service_gets() {
    let layer = AuthorizeLayer::new(verifier(), Directory::new(ACCOUNT), api())
        .with_clock(now)
        .letting_through(|parts| parts.uri.path().starts_with("/public/"));
    for (sent, expected) in [("/public/x", 200), ("//public/x", 200), ("/%70ublic/x", 200), ("/public/../admin", 403)] {
        let (answer, seen) = send(&layer, plain("GET", sent, "")).await;
        assert_eq!(answer.status, expected, "{sent}");
        assert!(expected == 403 || seen.last().0.uri.path() == "/public/x", "{sent}");
    }
}

#[tokio::test]
async fn a_path_that_leaves_its_root_is_not_understood() {
    let layer = allowed(&[("Allow", "*")]);
    let mut request = get("/a");
    *request.uri_mut() = format!("https://{}/../a", crate::scene::HOST).parse().unwrap();
    assert_eq!(status(&layer, request).await, 400);
}
