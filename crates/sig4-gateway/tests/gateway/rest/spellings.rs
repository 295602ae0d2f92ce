//! Spellings of a request that are to lead to a method without the authorizer of another one, or past a policy.

use super::{NO_METHOD, rest, send_to, shown};
use crate::support::{ACCOUNT, ALLOWED, REGION, call, identity, send, serve};
use sig4_gateway::{Auth, DomainMapping, Server};
use sig4_iam::Directory;

/// Open methods beside methods with an authorizer.
async fn mixed() -> Server {
    let api = rest().route_with("ANY /{proxy+}", Auth::None, shown()).route_with("ANY /open/{id}", Auth::None, shown());
    let api = api.route_with("GET /open/{id}/secret", Auth::Iam, shown());
    serve(api.route_with("ANY /admin/{proxy+}", Auth::Iam, shown()).route_with("GET /only", Auth::Iam, shown())).await
}

#[tokio::test]
async fn no_lenient_reading_leads_past_an_authorizer() {
    let server = mixed().await;
    for path in [
        // Merged slashes.
        "/prod/open/1//secret",
        "/prod/open//1/secret/",
        "/prod/open/1%2F%2Fsecret",
        "/prod/only//",
        "/prod/a/..//admin/x",
        // Backslashes.
        "/prod/admin\\x",
        "/prod/admin%5Cx",
        "/prod/%5cadmin/x",
        "/prod/a/..\\admin/x",
        "/prod/..%5C..%5Cprod/admin/x",
        // Parameters of segments.
        "/prod/admin;a=b/x",
        "/prod/;/admin/x",
        "/prod/admin%3B/x",
        "/prod/only;x",
        "/prod/a/..;/admin/x",
        "/prod/a/%2e%2e%3b/admin/x",
        // Encodings that only some decoders take.
        "/prod/%c0%ae%c0%ae/admin/x",
        "/prod/admin%c0%afx",
        "/prod/%e0%80%afadmin/x",
        "/prod/%u0061dmin/x",
        "/prod/admin%00/x",
    ] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{path}");
    }
    for (path, key) in [
        ("/prod/a//b", "ANY /{proxy+}"),
        ("/prod/a;x=1/b", "ANY /{proxy+}"),
        ("/prod/a\\b", "ANY /{proxy+}"),
        ("/prod/open//1", "ANY /{proxy+}"),
        ("/prod/open/a;x=1", "ANY /open/{id}"),
    ] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.split('|').next()), (200, Some(key)), "{path}: {answer:?}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn headers_and_other_methods_select_no_method() {
    let server = mixed().await;
    for header in ["x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"] {
        let answer = send(&server, "GET", "/prod/admin/x", &[(header, "/prod/open/1")], "").await;
        assert_eq!((answer.status, answer.body.as_str()), NO_METHOD, "{header}");
        let answer = send(&server, "GET", "/prod/only", &[(header, "OPTIONS")], "").await;
        assert_eq!((answer.status, answer.body.as_str()), NO_METHOD, "{header}");
    }
    for method in ["get", "Get", "ANY", "TRACE", "CONNECT", "PURGE"] {
        assert_eq!(send(&server, method, "/prod/open/1", &[], "").await.status, 400, "{method}");
    }
    // `GET /only` does not take it, and `ANY /{proxy+}` does.
    assert_eq!(send(&server, "HEAD", "/prod/only", &[], "").await.status, 200);
    for path in ["/Prod/open/1", "/PROD/open/1", "/prod%20/open/1", "/prod;/open/1", "/open/1", "//prod/open/1"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), NO_METHOD, "{path}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_domain_is_one_whatever_the_spelling_of_its_host() {
    let mapping = DomainMapping::new("api.example.com").with_base_path("shop").with_stage("prod");
    let server = serve(rest().with_domain(mapping).route_with("GET /pets", Auth::None, shown())).await;
    for host in
        ["api.example.com", "API.Example.COM:443", "api.example.com.", "api.example.com.:8443", "api.example.com:"]
    {
        assert_eq!(send_to(&server, host, "GET", "/shop/pets").await.status, 200, "{host}");
        assert_eq!(send_to(&server, host, "GET", "/prod/pets").await.status, 403, "{host}");
    }
    server.shutdown().await;
}

/// An API whose user may call everything but this path.
async fn denying(path: &str) -> Server {
    let policy = format!(
        r#"{{"Statement": [{{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}, {{"Effect": "Deny",
            "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/prod/*/{path}"}}]}}"#
    );
    let keys = Directory::new(ACCOUNT).with_identity(identity(ALLOWED, "alice", &policy)).unwrap();
    let api = rest().with_keys(keys).route_with("ANY /{proxy+}", Auth::Iam, shown());
    serve(api.route_with("ANY /admin/keys", Auth::Iam, shown())).await
}

#[tokio::test]
async fn a_deny_of_a_resource_denies_its_spellings_for_the_greedy_variable() {
    let server = denying("admin/keys").await;
    for path in [
        "/prod/admin/keys",
        "/prod/admin/keys/",
        "/prod/admin//keys",
        "/prod//admin/keys",
        "/prod/admin/keys//",
        "/prod/admin\\keys",
        "/prod/admin%5Ckeys",
        "/prod/admin;x/keys",
        "/prod/admin/keys;x=1",
        "/prod/;x/admin/keys/;x",
    ] {
        assert_eq!(call(&server, "GET", path, "", ALLOWED).await.status, 403, "{path}");
    }
    for path in ["/prod/admin/keys2", "/prod/admin/keys/1", "/prod/admin/Keys", "/prod/admin;x", "/prod/x//y"] {
        assert_eq!(call(&server, "GET", path, "", ALLOWED).await.status, 200, "{path}");
    }
    server.shutdown().await;
}
