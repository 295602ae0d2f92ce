//! Preflights, and the headers that let a page read an answer.

use crate::support::{ALLOWED, Answer, DENIED, api, call_with, echo, send, serve};
use sig4_gateway::ErrorKind;
use sig4_gateway::{ApiDefinition, Auth, Cors, Event, Integration, Reply};

const PAGE: &str = "http://localhost:5173";

fn cors() -> Cors {
    Cors::new()
        .with_origins([PAGE])
        .with_methods(["GET", "POST"])
        .with_headers(["Authorization", "X-Amz-Date"])
        .with_exposed_headers(["X-Total"])
        .with_max_age(600)
}

/// What an answer says of CORS, in the order of the names.
fn said(answer: &Answer) -> Vec<(String, String)> {
    let lines = answer.head.lines().filter_map(|line| line.split_once(": "));
    let lines = lines.map(|(name, value)| (name.to_ascii_lowercase(), value));
    let mut said: Vec<_> = lines
        .filter(|(name, _)| name.starts_with("access-control-") || name == "vary")
        .map(|(name, value)| (name.trim_start_matches("access-control-").to_owned(), value.to_owned()))
        .collect();
    said.sort();
    said
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// In lower case, however the configuration writes them (go-to-k/cdk-real-drift#257), and without `expose-headers`
/// (aws/serverless-application-model#2478).
const PREFLIGHT: &[(&str, &str)] = &[
    ("allow-headers", "authorization,x-amz-date"),
    ("allow-methods", "GET,POST"),
    ("allow-origin", PAGE),
    ("max-age", "600"),
    ("vary", "origin"),
];
const ANSWER: &[(&str, &str)] = &[("allow-origin", PAGE), ("expose-headers", "x-total"), ("vary", "origin")];
/// A cache must not keep an answer without CORS headers for a page that is allowed.
const VARIES: &[(&str, &str)] = &[("vary", "origin")];

#[tokio::test]
async fn the_gateway_answers_a_preflight_itself() {
    let server = serve(api().with_cors(cors()).route("POST /items", echo())).await;
    let asks = ("access-control-request-method", "POST");
    for (headers, expected) in [
        (&[("origin", PAGE), asks][..], PREFLIGHT),
        (&[("origin", "https://evil.example"), asks], VARIES),
        (&[("origin", PAGE)], VARIES),
        (&[asks], VARIES),
        (&[("origin", PAGE), ("origin", PAGE), asks], VARIES),
        (&[("origin", "http://localhost:5173.evil.example"), asks], VARIES),
    ] {
        for path in ["/items", "/nowhere"] {
            let answer = send(&server, "OPTIONS", path, headers, "").await;
            assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{headers:?}");
            assert_eq!(said(&answer), owned(expected), "{headers:?}");
            assert!(answer.header("apigw-requestid").is_some());
        }
    }
    server.shutdown().await;
}

/// Every answer has the headers, so that a page can read why it was refused; and only those that the gateway has.
#[tokio::test]
async fn every_answer_to_a_page_has_the_configured_headers_and_no_others() {
    let backend = Integration::handler(|_: Event| async {
        let reply = Reply::text("x").with_header("access-control-allow-origin", "*").with_header("vary", "accept");
        reply.with_header("access-control-allow-credentials", "true")
    });
    let fails = Integration::handler(|_: Event| async { Err::<Reply, _>("no") });
    let api = api().with_cors(cors()).route("GET /", backend.clone()).route_with("GET /fails", Auth::None, fails);
    let server = serve(api).await;
    let page = [("origin", PAGE)];
    let both = owned(&[("allow-origin", PAGE), ("expose-headers", "x-total"), ("vary", "accept"), ("vary", "origin")]);
    assert_eq!(said(&call_with(&server, "GET", "/", &page, "", ALLOWED).await), both);
    for (answer, status) in [
        (call_with(&server, "GET", "/", &page, "", DENIED).await, 403),
        (send(&server, "GET", "/", &page, "").await, 403),
        (send(&server, "GET", "/nowhere", &page, "").await, 404),
        (send(&server, "GET", "/fails", &page, "").await, 500),
        (send(&server, "GET", "/", &[("origin", PAGE), ("x", &"x".repeat(10_240))], "").await, 431),
    ] {
        assert_eq!((answer.status, said(&answer)), (status, owned(ANSWER)));
    }
    let foreign = call_with(&server, "GET", "/", &[("origin", "https://evil.example")], "", ALLOWED).await;
    let varies = owned(&[("vary", "accept"), ("vary", "origin")]);
    assert_eq!((foreign.status, said(&foreign)), (200, varies.clone()), "it is answered, not readable");
    assert_eq!(said(&call_with(&server, "GET", "/", &[], "", ALLOWED).await), varies);
    let asks = [("origin", PAGE), ("access-control-request-method", "GET")];
    assert_eq!(said(&call_with(&server, "GET", "/", &asks, "", ALLOWED).await), both, "only OPTIONS asks");
    server.shutdown().await;
    let server = serve(ApiDefinition::new("us-east-1").route("GET /", backend)).await;
    let own = said(&send(&server, "GET", "/", &page, "").await);
    assert_eq!(own[1], ("allow-origin".to_owned(), "*".to_owned()), "without a configuration they are the backend's");
    server.shutdown().await;
}

/// The trap, the way out that AWS documents, and the routes that do not lead into it.
#[tokio::test]
async fn a_route_for_every_method_with_an_authorizer_takes_the_preflight() {
    let preflight = [("origin", PAGE), ("access-control-request-method", "POST")];
    for (keys, way_out, status) in [
        (&["$default"][..], None, 403),
        (&["ANY /{proxy+}"], None, 403),
        (&["$default"], Some("OPTIONS /{proxy+}"), 200),
        (&["ANY /{proxy+}"], Some("OPTIONS /{proxy+}"), 200),
        (&["POST /items"], None, 204),
        (&["POST /items", "$default"], None, 403),
    ] {
        let api = keys.iter().fold(api().with_cors(cors()), |api, key| api.route(*key, echo()));
        let api = way_out.into_iter().fold(api, |api, key| api.route_with(key, Auth::None, echo()));
        let server = serve(api).await;
        let answer = send(&server, "OPTIONS", "/items", &preflight, "").await;
        assert_eq!(answer.status, status, "{keys:?} {way_out:?}");
        assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some(PAGE), "{keys:?} {way_out:?}");
        let preflight_headers = answer.header("access-control-allow-methods").is_some();
        // Without them a browser would not go on, and the way out would be none: the backend's own headers do not count.
        assert_eq!(preflight_headers, status != 403, "{keys:?} {way_out:?}");
        assert!(answer.header("access-control-expose-headers").is_none(), "{keys:?} {way_out:?}");
        server.shutdown().await;
    }
    // The route that is the way out takes the API's own URL as well.
    let both = api().with_cors(cors()).route("$default", echo()).route_with("OPTIONS /{proxy+}", Auth::None, echo());
    let server = serve(both).await;
    for path in ["/", "/items/1"] {
        let answer = send(&server, "OPTIONS", path, &preflight, "").await;
        assert_eq!((answer.status, said(&answer)), (200, owned(PREFLIGHT)), "{path}");
        let asked = send(&server, "OPTIONS", path, &[("origin", PAGE)], "").await;
        assert_eq!((asked.status, said(&asked)), (200, owned(ANSWER)), "{path}: nothing is asked for");
    }
    server.shutdown().await;
    let open = serve(ApiDefinition::new("us-east-1").with_cors(cors()).route("$default", echo())).await;
    assert_eq!(send(&open, "OPTIONS", "/items", &preflight, "").await.status, 204, "the route has no authorizer");
    open.shutdown().await;
    let bare =
        serve(api().with_cors(cors()).route_with("OPTIONS /{proxy+}", Auth::None, Integration::unattached())).await;
    assert_eq!(
        send(&bare, "OPTIONS", "/items", &preflight, "").await.status,
        404,
        "an OPTIONS route without integration"
    );
    bare.shutdown().await;
}

#[tokio::test]
async fn all_origins_and_credentials() {
    for (cors, origin, expected) in [
        (Cors::new().with_origins(["*"]), PAGE, &[("allow-origin", "*")][..]),
        (
            Cors::new().with_origins(["https://*"]).with_credentials(true),
            "https://a.example",
            &[("allow-credentials", "true"), ("allow-origin", "https://a.example"), ("vary", "origin")],
        ),
        (Cors::new().with_origins(["https://*"]), PAGE, VARIES),
    ] {
        let server = serve(ApiDefinition::new("us-east-1").with_cors(cors).route("GET /", echo())).await;
        let answer = send(&server, "GET", "/", &[("origin", origin)], "").await;
        assert_eq!(said(&answer), owned(expected));
        server.shutdown().await;
    }
    let both = ApiDefinition::new("us-east-1").with_cors(Cors::new().with_origins(["*"]).with_credentials(true));
    assert_eq!(both.check().unwrap_err().kind(), ErrorKind::InvalidApi);
}
