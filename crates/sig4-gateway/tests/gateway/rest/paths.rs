//! The readings of a path: the router, the policies and the event of a REST API.

use super::{NO_METHOD, rest, shown};
use crate::support::{ACCOUNT, ALLOWED, LONG, REGION, call, identity, send, serve};
use proptest::prelude::*;
use sig4_gateway::{ApiDefinition, Auth, Integration, Server};
use sig4_iam::Directory;
use sig4_test_support::path_pieces as pieces;

const BAD: (u16, &str) = (400, "");

fn open(api: ApiDefinition, keys: &[&str]) -> ApiDefinition {
    keys.iter().fold(api, |api, key| api.route_with(*key, Auth::None, shown()))
}

/// Source: localstack/localstack, snapshots of `tests/aws/services/apigateway`; aws/aws-lambda-dotnet, `*Rest.json`.
#[tokio::test]
async fn the_event_has_the_path_as_it_was_sent() {
    let server = serve(open(rest(), &["GET /{proxy+}", "GET /pets/{id}"])).await;
    for (path, expected) in [
        ("/prod/proxy-value", "GET /{proxy+}|/proxy-value|/prod/proxy-value|proxy=proxy-value"),
        ("/prod/proxy-value/", "GET /{proxy+}|/proxy-value/|/prod/proxy-value/|proxy=proxy-value"),
        ("/prod/a//b", "GET /{proxy+}|/a//b|/prod/a//b|proxy=a//b"),
        ("/prod//x", "GET /{proxy+}|/x|/prod//x|proxy=x"),
        ("/prod///x//", "GET /{proxy+}|/x//|/prod///x//|proxy=x/"),
        ("/prod/pets/John%20Doe", "GET /pets/{id}|/pets/John%20Doe|/prod/pets/John%20Doe|id=John%20Doe"),
        (
            "/prod/pets/test%2Balias@a",
            "GET /pets/{id}|/pets/test%2Balias@a|/prod/pets/test%2Balias@a|id=test%2Balias@a",
        ),
        ("/prod/pets/a+b/", "GET /pets/{id}|/pets/a+b/|/prod/pets/a+b/|id=a+b"),
        ("/prod/pets/%25zz", "GET /pets/{id}|/pets/%25zz|/prod/pets/%25zz|id=%25zz"),
        ("/prod/pets/caf%C3%A9", "GET /pets/{id}|/pets/caf%C3%A9|/prod/pets/caf%C3%A9|id=caf%C3%A9"),
        ("/prod/a%2Fb", "GET /{proxy+}|/a%2Fb|/prod/a%2Fb|proxy=a%2Fb"),
        ("/prod/pets/a%3Fb", "GET /pets/{id}|/pets/a%3Fb|/prod/pets/a%3Fb|id=a%3Fb"),
    ] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{path}");
    }
    server.shutdown().await;
}

/// As it was sent the path selects a method, and decoded it selects none.
#[tokio::test]
async fn a_variable_takes_an_encoded_slash() {
    let api = open(rest(), &["GET /pets/{id}", "POST /pets/{id}/{toy}", "ANY /pets/{id}/{toy}/{part}"]);
    let server = serve(api.route_with("GET /pets/{id}/{toy}/x", Auth::Iam, shown())).await;
    for path in ["a%2Fb", "a%2fb/", "%2F", "a%2F"] {
        let answer = send(&server, "GET", &format!("/prod/pets/{path}"), &[], "").await;
        let id = path.trim_end_matches('/');
        let expected = format!("GET /pets/{{id}}|/pets/{path}|/prod/pets/{path}|id={id}");
        let served = (200, expected.as_str());
        // Decoded, the slash at the end does not count, so that the path is for `/pets/{id}` as well.
        assert_eq!((answer.status, answer.body.as_str()), served, "{path}");
    }
    for path in ["/prod/pets/a%2Fb%2Fc", "/prod/pets/a%2Fb%2Fx", "/prod/pets%2Fa"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), BAD, "{path}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_path_with_two_meanings_is_refused() {
    let api = open(rest().with_stage("test"), &["GET /{proxy+}", "GET /pets/{id}", "GET /x"]);
    let server = serve(api.route_with("GET /admin", Auth::Iam, shown())).await;
    for path in [
        // The encoded path leads to another method than the decoded one.
        "/prod/%78",
        "/prod/%61dmin",
        "/prod/%2Fadmin",
        "/prod/admin%2F",
        "/prod/pets%2F1",
        // They lead to different stages.
        "/%70rod/x",
        "/prod%2Fx",
        "/prod%2F..%2Ftest/x",
        // Dot segments.
        "/prod/../test/x",
        "/prod/pets/../x",
        "/prod/pets/.",
        "/prod/pets/%2e%2E",
        "/prod/a%2F..%2Fadmin",
        "/prod/./x",
        // No text.
        "/prod/%",
        "/prod/%zz",
        "/prod/%FF",
        "/prod/%C0%AF",
        "/prod/a%00",
        "/prod/a%0Ab",
        "/prod/%C2%85",
    ] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), BAD, "{path}");
    }
    // Both readings lead nowhere.
    for path in ["/%6eone/x", "/none%2Fx", "/"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), NO_METHOD, "{path}");
    }
    server.shutdown().await;
}

/// An API whose method takes every path below `/`, and a user with these statements about it.
async fn with_policy(statements: &[(&str, &str)]) -> Server {
    let statement = |(effect, path): &(&str, &str)| {
        let resource = format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/prod/GET/{path}");
        format!(r#"{{"Effect": "{effect}", "Action": "execute-api:Invoke", "Resource": "{resource}"}}"#)
    };
    let statements: Vec<_> = statements.iter().map(statement).collect();
    let policy = format!(r#"{{"Statement": [{}]}}"#, statements.join(","));
    let keys = Directory::new(ACCOUNT).with_identity(identity(ALLOWED, "alice", &policy)).unwrap();
    serve(rest().with_keys(keys).route_with("GET /{proxy+}", Auth::Iam, shown())).await
}

/// Calls the paths and returns those that reached the handler.
async fn reached<'p>(server: Server, paths: &[&'p str]) -> Vec<&'p str> {
    let mut reached = Vec::new();
    for path in paths {
        match call(&server, "GET", path, "", ALLOWED).await.status {
            200 => reached.push(*path),
            status => assert_eq!(status, 403, "{path}"),
        }
    }
    server.shutdown().await;
    reached
}

#[tokio::test]
async fn policies_allow_every_reading() {
    let paths = ["/prod/a%20b", "/prod/x", "/prod//x", "/prod/%78", "/prod/a%2Fb"];
    for (allowed, expected) in [
        (&["x", "a%20b"][..], &["/prod/x"][..]),
        (&["x", "a b"], &["/prod/x"]),
        (&["x", "/x"], &["/prod/x", "/prod//x"]),
        (&["/x"], &[]),
        (&["%78"], &[]),
        (&["%78", "x"], &["/prod/x", "/prod/%78"]),
        (&["a%20b", "a b", "a/b"], &["/prod/a%20b"]),
        (&["a%2Fb", "a/b"], &["/prod/a%2Fb"]),
        (&["*"], &paths),
    ] {
        let statements: Vec<_> = allowed.iter().map(|path| ("Allow", *path)).collect();
        assert_eq!(reached(with_policy(&statements).await, &paths).await, expected, "{allowed:?}");
    }
}

#[tokio::test]
async fn a_deny_of_one_reading_denies() {
    let paths =
        ["/prod/x", "/prod/x/", "/prod//x", "/prod///x/", "/prod/%78", "/prod/%78%2F", "/prod/y/x", "/prod/%2Fx"];
    for (denied, expected) in [
        // Also without the slash at the end, which does not count for the router.
        ("x", &["/prod/y/x"][..]),
        ("x/", &["/prod/x", "/prod//x", "/prod/%78", "/prod/y/x", "/prod/%2Fx"]),
        ("/x", &["/prod/x", "/prod/x/", "/prod///x/", "/prod/%78", "/prod/%78%2F", "/prod/y/x"]),
        ("%78", &["/prod/x", "/prod/x/", "/prod//x", "/prod///x/", "/prod/%78%2F", "/prod/y/x", "/prod/%2Fx"]),
        ("y/*", &["/prod/x", "/prod/x/", "/prod//x", "/prod///x/", "/prod/%78", "/prod/%78%2F", "/prod/%2Fx"]),
    ] {
        let server = with_policy(&[("Allow", "*"), ("Deny", denied)]).await;
        assert_eq!(reached(server, &paths).await, expected, "{denied}");
    }
}

/// Source: "Amazon API Gateway quotas", method ARN length.
#[tokio::test]
async fn an_arn_that_is_too_long_is_refused() {
    let server = with_policy(&[("Allow", "*")]).await;
    let room = 1600 - format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/prod/GET/").len();
    for (path, status) in [
        ("a".repeat(room), 200),
        ("a".repeat(room + 1), 414),
        // Decoded it is short enough.
        ("%20".repeat(room / 3), 200),
        ("%20".repeat(room / 3 + 1), 414),
    ] {
        assert_eq!(call(&server, "GET", &format!("/prod/{path}"), "", ALLOWED).await.status, status, "{}", path.len());
    }
    server.shutdown().await;
}

/// The resources of the random APIs, each with a method or not.
const RESOURCES: [&str; 10] = [
    "/",
    "/health",
    "/pets",
    "/pets/{id}",
    "/public",
    "/public/{rest+}",
    "/admin/{rest+}",
    "/@me",
    "/v1/pets/{id}/{rest+}",
    "/a/7",
];

/// Paths of these resources, whose spelling is changed.
const CALLED: [&str; 7] = ["/health", "/pets/7", "/public/a", "/public/", "/admin/a/b", "/@me", "/a/7"];

/// A path in which some bytes are encoded.
fn spelled(called: usize, encoded: u16) -> String {
    let path = CALLED.get(called).unwrap().bytes().enumerate();
    path.map(|(n, b)| if n > 0 && encoded >> n & 1 == 1 { format!("%{b:02x}") } else { char::from(b).to_string() })
        .collect()
}

/// Selects a resource for a path below the stage, in a way that shares no code with the library.
fn selected<'k>(keys: &[&'k str], path: &str) -> Option<&'k str> {
    let path = format!("/{}", path.trim_start_matches('/'));
    let path = if path.len() > 1 { path.strip_suffix('/').unwrap_or(&path) } else { &path };
    let sent: Vec<_> = path.split('/').skip(1).collect();
    let rank = |key: &str| {
        let parts: Vec<_> = key.split('/').skip(1).collect();
        let is_greedy = key.ends_with("+}");
        let fits = if is_greedy { sent.len() >= parts.len() } else { sent.len() == parts.len() };
        let rest = sent.get(parts.len() - 1..).unwrap_or_default().join("/");
        let one = |(part, text): (&&str, &&str)| match part.starts_with('{') {
            true => part.ends_with("+}") || !text.is_empty(),
            false => part == text,
        };
        let is_match = fits && parts.iter().zip(&sent).all(one) && !(is_greedy && rest.is_empty());
        let ranks: Vec<_> = parts.iter().map(|part| !part.starts_with('{')).collect();
        is_match.then_some((!is_greedy, ranks))
    };
    keys.iter().filter_map(|key| Some((rank(key)?, *key))).max().map(|(_, key)| key)
}

/// The path below the stage.
fn below(path: &str) -> Option<&str> {
    let below = path.strip_prefix("/prod")?;
    (below.is_empty() || below.starts_with('/')).then_some(below)
}

/// Sends an unsigned request, and checks that its path as it was sent leads to the method that took it, and that the decoded path
/// leads to no different one.
async fn check(server: &Server, keys: &[&str], closed: &[&str], path: &str) {
    let Ok(uri) = path.parse::<http::Uri>() else { return };
    let path = uri.path();
    let answer = send(server, "GET", path, &[], "").await;
    let Some(decoded) = decode(path) else {
        assert_eq!(answer.status, 400, "{path}");
        return;
    };
    let expected = below(&decoded).and_then(|below| selected(keys, below));
    if expected.is_some_and(|key| closed.contains(&key)) {
        assert!(matches!(answer.status, 400 | 403), "{path}: {}", answer.status);
    }
    if answer.status == 200 {
        let key = answer.body.split('|').next().and_then(|key| key.strip_prefix("GET "));
        assert!(expected.is_none() || key == expected, "{path}: decoded, {expected:?}");
        assert_eq!(key, below(path).and_then(|below| selected(keys, below)), "{path}: the path as it was sent");
        assert!(!decoded.split('/').any(|segment| segment == "." || segment == ".."), "{path}");
    }
}

/// The path, decoded once. `None` if it is no text without control characters.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..2).filter(|_| *first == b'%');
        match digits.and_then(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None if *first == b'%' => return None,
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the resources and the path: the readings of a request that is served do not select two methods, and no spelling of a path
    /// whose decoded form belongs to a method with an authorizer reaches a method without one.
    #[test]
    fn no_spelling_reaches_another_method(
        present in any::<u16>(),
        iam in any::<u16>(),
        root in 0..3_usize,
        paths in prop::collection::vec(prop_oneof![
            6 => prop::collection::vec(any::<u8>(), 0..6).prop_map(|choices| format!("/prod{}", pieces::of(&choices))),
            6 => (0..CALLED.len(), any::<u16>(), any::<u16>())
                .prop_map(|(called, one, other)| format!("/prod{}", spelled(called, one & other))),
            1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(|choices| pieces::of(&choices)),
            1 => "/prod/[!-~]{0,12}",
        ], 24),
    ) {
        let all: Vec<_> = RESOURCES.iter().chain(["/{proxy+}", "/{one}"].get(root)).copied().collect();
        let bit = |mask: u16, n: usize| mask >> n & 1 == 1;
        let keys: Vec<_> = all.iter().enumerate().filter(|(n, _)| *n >= 10 || bit(present, *n)).map(|(_, key)| *key).collect();
        let closed: Vec<_> = keys.iter().enumerate().filter(|(n, _)| bit(iam, *n)).map(|(_, key)| *key).collect();
        let api = keys.iter().fold(rest(), |api, key| {
            let auth = if closed.contains(key) { Auth::Iam } else { Auth::None };
            api.route_with(format!("GET {key}"), auth, shown())
        });
        let api = if keys.is_empty() { api.route_with("POST /", Auth::None, Integration::echo()) } else { api };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let requests = async {
            let server = serve(api).await;
            for path in &paths {
                check(&server, &keys, &closed, path).await;
            }
            server.shutdown().await;
        };
        runtime.block_on(async { tokio::time::timeout(LONG, requests).await }).unwrap();
    }
}
