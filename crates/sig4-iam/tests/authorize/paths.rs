//! The signature, the policies and the service see one and the same path.

use crate::scene::{ACCOUNT, alice, api, get, layer_of, plain, policy, send, signed, status, user, verifier};
use crate::scene::{now, presigned};
use http_body_util::Full;
use sig4::tower::ApiType;
use sig4::{Caller, Signer, Verifier};
use sig4_iam::tower::{AuthorizeLayer, ResourceAction};
use sig4_iam::{Directory, Policies, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn allowed(resources: &[(&str, &str)]) -> AuthorizeLayer<Directory> {
    let arn = |path: &str| format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/{path}");
    let policies = resources
        .iter()
        .fold(Policies::new(), |policies, (effect, path)| policies.with_identity(policy(effect, &arn(path))));
    layer_of(Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap())
}

/// Paths that two readers can read differently.
const AMBIGUOUS: &[&str] = &[
    "//admin",
    "/admin//x",
    "/admin//",
    "/%61dmin",
    "/%41dmin",
    "/%31",
    "/x/../admin",
    "/x/%2e%2E/admin",
    "/x/.%2e/admin",
    "/x/..%2Fadmin",
    "/x%2fadmin",
    "/./admin",
    "/admin/.",
    "/admin/..",
    "/a\\b",
    "/a%5Cb",
    "/a%5cb",
    "/a;b",
    "/..;/admin",
    "/a%2Db",
    "/a%2eb",
    "/a%5Fb",
    "/%zz",
    "/%",
    "/%4",
    "/a%%41",
    "/%FF",
    "/%C3",
    "/%C0%AF",
    "/a%00b",
    "/a%0Ab",
    "/a%7Fb",
    "/a%C2%85b",
    "/é",
];

#[tokio::test]
async fn a_path_with_two_readings_is_refused_before_anybody_is_asked() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let layer = allowed(&[("Allow", "*")]).exempt(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        true
    });
    for path in AMBIGUOUS {
        for request in [plain("GET", path, ""), plain("OPTIONS", path, ""), plain("GET", &format!("{path}?a=b"), "")] {
            assert_eq!(status(&layer, request).await, 400, "{path}");
        }
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0, "no exemption was asked for");
    let denied = allowed(&[("Deny", "*")]).with_verbose_errors(true);
    for path in AMBIGUOUS {
        let (answer, _) = send(&denied, plain("GET", path, "")).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.body.starts_with(r#"{"cause":"invalid path: "#), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_path_with_one_reading_is_handed_on_as_it_was_sent() {
    let layer = allowed(&[("Allow", "*")]);
    for (sent, path) in [
        ("/", "/"),
        ("/admin", "/admin"),
        ("/admin/", "/admin/"),
        ("/.a/..b/...", "/.a/..b/..."),
        ("/a%252Fb", "/a%2Fb"),
        ("/caf%c3%a9+%40", "/café+@"),
        ("/caf%C3%A9@", "/café@"),
        ("/a%20b%3Fc%23d%3Be", "/a b?c#d;e"),
        ("/~a/%7Eb/%7e", "/~a/~b/~"),
        ("/!$&'()*+,=:@", "/!$&'()*+,=:@"),
    ] {
        for request in [get(&format!("{sent}?q=%2e%2E/..//")), presigned(sent, &alice())] {
            let uri = request.uri().clone();
            let (answer, seen) = send(&layer, request).await;
            assert_eq!(answer.status, 200, "{sent}");
            let caller = seen.caller().unwrap();
            assert_eq!((seen.last().0.uri, caller.path()), (uri, path), "{sent}");
            let arn = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET{path}");
            assert_eq!(caller.arn(), arn, "{sent}");
        }
    }
}

#[tokio::test]
async fn a_target_that_is_no_path_is_refused() {
    for layer in [allowed(&[("Allow", "*")]), allowed(&[("Allow", "*")]).with_dangerous_path_rewriting()] {
        let layer = layer.exempt(|_| true);
        for (method, target) in [("OPTIONS", "*"), ("GET", "*"), ("CONNECT", "abc.example:443")] {
            let mut request = plain(method, "/", "");
            *request.uri_mut() = target.parse().unwrap();
            assert_eq!(status(&layer, request).await, 400, "{method} {target}");
        }
        let mut request = plain("GET", "/", "");
        *request.uri_mut() = "http://elsewhere.example".parse().unwrap();
        assert_eq!(status(&layer, request).await, 200, "an empty path is `/`");
    }
    let layer = allowed(&[("Allow", "*")]).exempt(|_| true);
    let mut request = plain("GET", "/", "");
    *request.uri_mut() = "http://elsewhere.example/x/..%2Fhealth".parse().unwrap();
    assert_eq!(status(&layer, request).await, 400, "the absolute form is read as any other");
}

#[tokio::test]
async fn what_is_denied_is_denied_by_the_names_that_routers_take_for_it() {
    let layer = || allowed(&[("Allow", "*"), ("Deny", "GET/admin"), ("Deny", "GET/users/"), ("Deny", "POST/*")]);
    for (method, path, expected) in [
        ("GET", "/admin", 403),
        ("GET", "/admin/", 403),
        ("HEAD", "/admin", 403),
        ("HEAD", "/admin/", 403),
        ("PUT", "/admin/", 200),
        ("GET", "/admin/x", 200),
        ("GET", "/users/", 403),
        ("HEAD", "/users/", 403),
        ("GET", "/users", 200),
        ("HEAD", "/users", 200),
        ("GET", "/", 200),
        ("HEAD", "/pets/", 200),
        ("POST", "/pets", 403),
        ("post", "/pets", 400),
        ("Post", "/pets", 400),
    ] {
        let request = || signed(method, path, "", &alice());
        assert_eq!(status(&layer(), request()).await, expected, "{method} {path}");
        assert_eq!(status(&layer().with_dangerous_path_rewriting(), request()).await, expected, "{method} {path}");
    }
    let layer = allowed(&[("Allow", "GET/pets/")]);
    assert_eq!(status(&layer, get("/pets/")).await, 200, "only a denial is of both");
    assert_eq!(status(&layer, get("/pets")).await, 403);
    assert_eq!(status(&layer, signed("HEAD", "/pets/", "", &alice())).await, 403);
    let open = layer.exempt(|_| true);
    assert_eq!(status(&open, plain("options", "/pets", "")).await, 400, "before the exemption is asked");
}

#[tokio::test]
async fn who_names_resources_is_asked_for_the_path_without_its_last_slash() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:files:us-east-1:123456789012:/private"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("files", policy).unwrap());
    let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap();
    let layer = AuthorizeLayer::with_resource_mapper(verifier(), keys, |caller: &Caller<'_>, path: &str| {
        ResourceAction::new(format!("files:{}", caller.method()), format!("arn:aws:files:us-east-1:{ACCOUNT}:{path}"))
    })
    .with_clock(now);
    for (path, expected) in [("/private", 403), ("/private/", 403), ("/private/x", 200), ("/public/", 200)] {
        assert_eq!(status(&layer, get(path)).await, expected, "{path}");
    }
}

/// A layer before S3's keys: Alice may get what is public.
fn photos() -> AuthorizeLayer<Directory> {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::bucket/public/*"}]}"#;
    let policies = Policies::new().with_identity(Policy::parse("photos", policy).unwrap());
    let keys = Directory::new(ACCOUNT).with_identity(user(alice(), "alice").with_policies(policies)).unwrap();
    let access = |_: &Caller<'_>, path: &str| {
        ResourceAction::new("s3:GetObject", format!("arn:aws:s3:::{}", path.trim_start_matches('/')))
            .with_account(ACCOUNT)
    };
    AuthorizeLayer::with_resource_mapper(Verifier::new("us-east-1", "s3").unwrap(), keys, access).with_clock(now)
}

#[tokio::test]
async fn a_key_of_s3_with_dots_is_not_public_for_the_policy_and_private_for_the_handler() {
    let get = |path: &str| {
        let mut request = plain("GET", path, "").map(|_| "");
        Signer::new("us-east-1", "s3").unwrap().sign(&mut request, &alice(), now()).unwrap();
        // The path goes out as it stands here, however the signer would write it.
        *request.uri_mut() = plain("GET", path, "").uri().clone();
        request.map(Full::from)
    };
    for path in [
        "/bucket/public/../private/k",
        "/bucket/public/%2e%2e/private/k",
        "/bucket/public/..%2Fprivate/k",
        "/bucket/public%2F..%2Fprivate%2Fk",
        "/bucket/public/./k",
        "/bucket/public/..",
    ] {
        assert_eq!(status(&photos(), get(path)).await, 400, "{path}");
        assert_eq!(status(&photos().with_dangerous_path_rewriting(), get(path)).await, 400, "{path}");
    }
    for (path, sent_on) in [("/bucket/public/k", "/bucket/public/k"), ("/bucket/public/%40k", "/bucket/public/@k")] {
        let seen = send(&photos(), get(path)).await.1;
        assert_eq!((seen.last().0.uri.path(), seen.count()), (path, 1));
        let seen = send(&photos().with_dangerous_path_rewriting(), get(path)).await.1;
        assert_eq!((seen.last().0.uri.path(), seen.caller().unwrap().path()), (sent_on, sent_on));
    }
    assert_eq!(status(&photos(), get("/bucket/private/k")).await, 403);
    assert_eq!(status(&photos(), get("/bucket/public//k")).await, 400);
    let seen = send(&photos().with_dangerous_path_rewriting(), get("/bucket/public//k")).await.1;
    assert_eq!(seen.caller().unwrap().path(), "/bucket/public//k", "S3 keeps empty segments in its keys");
}

#[tokio::test]
async fn with_rewriting_every_spelling_of_a_path_is_one_path() {
    let layer = allowed(&[("Allow", "*")]).with_dangerous_path_rewriting();
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
async fn with_rewriting_no_spelling_gets_around_a_deny() {
    let layer = allowed(&[
        ("Allow", "*"),
        ("Deny", "GET/admin/*"),
        ("Deny", "GET/users/bob@example.com"),
        ("Deny", "GET/café"),
    ])
    .with_dangerous_path_rewriting();
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
    for layer in [allowed(&[("Allow", "*")]), allowed(&[("Allow", "*")]).with_dangerous_path_rewriting()] {
        let layer = layer.exempt(|_| true);
        for path in ["/%FF", "/%C3", "/a%00b", "/a%0Ab", "/a%C2%85b", "/%zz", "/a%"] {
            assert_eq!(status(&layer, plain("GET", path, "")).await, 400, "{path}");
        }
    }
}

#[tokio::test]
async fn with_rewriting_no_spelling_widens_an_allow() {
    let layer = allowed(&[("Allow", "GET/public/*")]).with_dangerous_path_rewriting();
    for path in ["/public/../admin", "/public/%2e%2e/admin", "/public%2F..%2Fadmin", "/public/.."] {
        assert_eq!(status(&layer, get(path)).await, 403, "{path}");
    }
    assert_eq!(status(&layer, get("/public/a%2Fb")).await, 200);
    assert_eq!(status(&layer, signed("POST", "/public/a", "", &alice())).await, 403, "another method");
}

#[tokio::test]
async fn with_rewriting_what_is_let_through_is_what_the_service_gets() {
    let layer = AuthorizeLayer::new(verifier(), Directory::new(ACCOUNT), api())
        .with_clock(now)
        .with_dangerous_path_rewriting()
        .exempt(|parts| parts.uri.path().starts_with("/public/"));
    for (sent, expected) in [("/public/x", 200), ("//public/x", 200), ("/%70ublic/x", 200), ("/public/../admin", 403)] {
        let (answer, seen) = send(&layer, plain("GET", sent, "")).await;
        assert_eq!(answer.status, expected, "{sent}");
        assert!(expected == 403 || seen.last().0.uri.path() == "/public/x", "{sent}");
    }
}

#[tokio::test]
async fn a_path_that_leaves_its_root_is_not_understood() {
    let layer = allowed(&[("Allow", "*")]).with_dangerous_path_rewriting().with_api_type(ApiType::RestApi);
    let mut request = get("/a");
    *request.uri_mut() = format!("https://{}/../a", crate::scene::HOST).parse().unwrap();
    let (answer, _) = send(&layer, request).await;
    let got = (answer.status.as_u16(), answer.header("x-amzn-errortype"), answer.body.as_str());
    assert_eq!(got, (400, "BadRequest", ""), "as a REST API answers it");
}
