//! Attacks by paths: signed for one path and reaching another.
//!
//! Alice may `GET` and `POST` below `/public`. She signs what she likes and sends what she likes, through each combination of Envoy's
//! settings for paths. The service must never get a target that a reader could take for a path elsewhere. The readers here share no code
//! with the library.

use super::bodies::block;
use super::proxy::{Listener, Proxy};
use super::scene::{
    HOST, Headers, Records, Upstream, alice, api, authorizer, get, send, signed_for, with_host, written,
};
use serde_json::json;
use sig4_authorizer::Server;
use sig4_test_support::http2::frames;
use sig4_test_support::http2::peer::{Outcome, Peer};
use sig4_test_support::path_pieces;
use std::sync::Arc;

/// Every combination of the settings.
fn listeners() -> Vec<(String, Listener)> {
    let mut all = Vec::new();
    for normalize in [false, true] {
        for merge in [false, true] {
            for escaped in [
                "IMPLEMENTATION_SPECIFIC_DEFAULT",
                "KEEP_UNCHANGED",
                "REJECT_REQUEST",
                "UNESCAPE_AND_REDIRECT",
                "UNESCAPE_AND_FORWARD",
            ] {
                let settings = json!({
                    "normalize_path": normalize, "merge_slashes": merge, "path_with_escaped_slashes_action": escaped,
                });
                all.push((settings.to_string(), Listener::default().with_manager(settings)));
            }
        }
    }
    all
}

/// Raw targets, each of which some reader takes for a path outside `/public`, or has a reason to.
const TARGETS: &[&str] = &[
    "/public/../admin",
    "/public/..//admin",
    "/public/./../admin",
    "/public/a/../../admin",
    "/public/.%2e/admin",
    "/public/%2e%2e/admin",
    "/public/%2E%2E/admin",
    "/public/%2e./admin",
    "/public/%252e%252e/admin",
    "/public/..%2fadmin",
    "/public/..%2Fadmin",
    "/public%2f..%2fadmin",
    "/public%2F%2E%2E%2Fadmin",
    "/public/..%5cadmin",
    "/public/..%5Cadmin",
    "/public%5c..%5cadmin",
    "/public/..\\admin",
    "/public\\..\\admin",
    "/public/\\..\\..\\admin",
    "/public/..;/admin",
    "/public/..;x=y/admin",
    "/public/;/../admin",
    "/public;/../admin",
    "/public/..%3b/admin",
    "/public/..%3B/admin",
    "/public/%2e%2e%3b/admin",
    "/public/.;/.;/../admin",
    "//admin",
    "//public/../admin",
    "///admin",
    "/public//../admin",
    "/public//../../admin",
    "/.//admin",
    "/./admin",
    "/admin",
    "/admin/",
    "/admin/.",
    "/admin/public/..",
    "/admin#/public/a",
    "/public/a#/../admin",
    "/public/a#/../../admin",
    "/public/..#",
    "/admin%23/public/a",
    "/public/%23/../../admin",
    "/admin?/public/a",
    "/public/../admin?/public/a",
    "/admin%3f/public/a",
    "/public/a%3f/../../admin",
    "/public/%3f/../../admin",
    "/public/%00/../admin",
    "/public/../admin%00",
    "/admin%00/public/a",
    "/public/%0a/../../admin",
    "/public/..%0d%0a/admin",
    "/public/%ff/../../admin",
    "/public/..%c0%af/admin",
    "/public/%c0%ae%c0%ae/admin",
    "/public/%c0%ae%c0%ae%c0%afadmin",
    "/public/..%ef%bc%8fadmin",
    "/public/%ef%bc%8e%ef%bc%8e/admin",
    "/public/..%u002fadmin",
    "/public/%u002e%u002e/admin",
    "/public/..%2/admin",
    "/public/..%/admin",
    "/public/..%zz/admin",
    "/public/..%25%32%66admin",
    "/public/%25%32%65%25%32%65/admin",
    "/public/..%252fadmin",
    "/public/..%255cadmin",
    "/Public/../admin",
    "/PUBLIC/a",
    "/%70ublic/../admin",
    "/%61dmin",
    "/public/..\t/admin",
    "/public/%09../admin",
    "/public/..%20/admin",
    "/public/.. /admin",
    "/public/...",
    "/public/.../admin",
    "/public/..../admin",
    "/public/..",
    "/public/%2e%2e",
    "/public/.",
    "/public",
    "/publicadmin",
    "/public%2fadmin",
    "/public%2Fa",
    "/public/%2fadmin",
    "/public/%2f%2fadmin",
    "public/a",
    "admin",
    "*",
    "?",
    "/?",
    "?/public/a",
    "http://abc.execute-api.us-east-1.amazonaws.com/public/../admin",
    "http://abc.execute-api.us-east-1.amazonaws.com/admin",
    "http://abc.execute-api.us-east-1.amazonaws.com//admin",
    "http://abc.execute-api.us-east-1.amazonaws.com",
    "http://abc.execute-api.us-east-1.amazonaws.com?/public/a",
    "http://other/public/../admin",
    "http://other@abc.execute-api.us-east-1.amazonaws.com/admin",
    "http://abc.execute-api.us-east-1.amazonaws.com#/public/a",
    "http:///admin",
    "http:/admin",
    "http:admin",
    "//abc.execute-api.us-east-1.amazonaws.com/admin",
    "/public/http://abc/../../../admin",
    "/public/a/..%2f..%2fadmin",
    "/public/a/%2e%2e/%2e%2e/admin",
    "/public/a%2f..%2f..%2fadmin",
    "/public/a\\..\\..\\admin",
    "/public/a%5c..%5c..%5cadmin",
    "/public/a//..//..//admin",
    "/public/é/../../admin",
    "/public/\u{ff0e}\u{ff0e}/admin",
];

/// The paths that readers take a target for. Each decodes once, and may take `\` for `/`, cut a segment off at a raw `;`, and cut the path
/// off at a `?`, a `#` or a zero byte, before or after it decodes.
fn readings(target: &str) -> Vec<String> {
    let cut = |text: &str, ends: &[char]| text.split(ends).next().unwrap_or_default().to_owned();
    let plain = cut(target, &['?']);
    let without_parameters =
        |text: &str| text.split('/').map(|segment| cut(segment, &[';'])).collect::<Vec<_>>().join("/");
    let slashes = plain.replace('\\', "/");
    let mut all = vec![without_parameters(&plain), without_parameters(&slashes), cut(&plain, &['#']), slashes, plain];
    all.extend(all.clone().iter().filter_map(|text| path_pieces::decoded(text)));
    all.extend(all.clone().iter().flat_map(|text| [text.replace('\\', "/"), cut(text, &['?', '#', '\0'])]));
    let resolved: Vec<String> = all.iter().map(|text| resolved(text)).collect();
    [all, resolved].concat()
}

/// A path without dot segments and repeated slashes.
fn resolved(text: &str) -> String {
    let mut kept = Vec::new();
    for segment in text.split('/').filter(|segment| !["", "."].contains(segment)) {
        match segment {
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    format!("/{}", kept.join("/"))
}

/// Whether every reader takes the target for a path below `/public`.
fn is_public(target: &str) -> bool {
    readings(target).iter().all(|path| path.starts_with("/public/") || path == "/public")
        && !readings(target).iter().any(|path| path.contains("/../") || path.ends_with("/.."))
}

/// What Alice signs for a target: itself, and what Envoy makes of it.
fn signed_targets(target: &str) -> [String; 2] {
    let path =
        target.strip_prefix("http://").map_or(target, |rest| rest.split_at(rest.find('/').unwrap_or(rest.len())).1);
    [path.to_owned(), resolved(&path_pieces::decoded(path).unwrap_or_else(|| path.to_owned()))]
}

struct Scene {
    envoy: Proxy,
    upstream: Upstream,
    records: Records,
    _server: Server,
}

impl Scene {
    async fn new(what: &str, listeners: &[Listener]) -> Option<Self> {
        let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
        let envoy = Proxy::start(what, &server, &upstream, listeners)?;
        Some(Self { envoy, upstream, records, _server: server })
    }
}

/// What was tried.
#[derive(Debug, Default)]
struct Count {
    sent: usize,
    reached: usize,
}

impl Count {
    fn check(&mut self, scene: &Scene, tries: usize, sent: &str, signed: &str) {
        let seen = scene.upstream.take();
        for seen in &seen {
            assert!(is_public(&seen.target), "sent {sent}, signed {signed}: the service got {}", seen.target);
        }
        (self.sent, self.reached) = (self.sent + tries, self.reached + seen.len());
    }
}

#[test]
fn the_readers_of_paths_disagree_about_attacks() {
    assert!(is_public("/public/a") && is_public("/public/") && is_public("/public/a?b=/../../c"));
    for target in ["/public/../admin", "/public/..%2fadmin", "/public/..%5cadmin", "/public/..;/admin", "/admin"] {
        assert!(!is_public(target), "{target}");
    }
}

#[tokio::test]
async fn no_path_of_http_1_reaches_what_policies_deny() {
    let (settings, listeners): (Vec<_>, Vec<_>) = listeners().into_iter().unzip();
    let Some(scene) = Scene::new("paths of HTTP/1", &listeners).await else { return };
    let mut count = Count::default();
    for target in TARGETS {
        for signed in signed_targets(target) {
            let Some(headers) = signed_for(&alice(), "GET", HOST, &signed, &[], b"") else { continue };
            let request = written("GET", target, &with_host(headers), b"");
            to_all(&scene, settings.len(), &request).await;
            count.check(&scene, settings.len(), target, &signed);
        }
    }
    let good = written("GET", "/public/a", &with_host(get("/public/a")), b"");
    assert_eq!(to_all(&scene, settings.len(), &good).await, vec![200; settings.len()], "{:?}", scene.records.last());
    println!("HTTP/1: {count:?}, {} decided", scene.records.len());
    assert!(count.sent > 3000, "{count:?}");
}

#[tokio::test]
async fn no_path_of_http_2_reaches_what_policies_deny() {
    let (settings, listeners): (Vec<_>, Vec<_>) = listeners().into_iter().unzip();
    let listeners: Vec<_> = listeners.into_iter().map(Listener::with_tls).collect();
    let Some(scene) = Scene::new("paths of HTTP/2", &listeners).await else { return };
    let scene = Arc::new(scene);
    let tasks: Vec<_> = (0..settings.len()).map(|n| tokio::spawn(all_targets(Arc::clone(&scene), n))).collect();
    let mut count = Count::default();
    for task in tasks {
        count.sent += task.await.unwrap();
    }
    count.check(&scene, 0, "some target", "some path");
    println!("HTTP/2: {count:?}, {} decided", scene.records.len());
    assert!(count.sent > 1500, "{count:?}");
}

/// Sends every target to one listener. Returns how many there were.
async fn all_targets(scene: Arc<Scene>, listener: usize) -> usize {
    let mut connection = Connection::new(&scene, listener).await;
    let mut sent = 0;
    for target in TARGETS {
        let signed = &signed_targets(target)[listener % 2];
        let Some(headers) = signed_for(&alice(), "GET", HOST, signed, &[], b"") else { continue };
        connection.get(&scene, target, &headers).await;
        sent += 1;
    }
    assert_eq!(connection.get(&scene, "/public/a", &get("/public/a")).await, Outcome::Status(200), "{listener}");
    sent
}

/// Sends a request to every listener at a time. Returns the statuses.
async fn to_all(scene: &Scene, listeners: usize, request: &[u8]) -> Vec<u16> {
    let tasks: Vec<_> = (0..listeners)
        .map(|n| {
            let (port, request) = (scene.envoy.port(n), request.to_vec());
            tokio::spawn(async move { send(port, &request).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses
}

/// A connection that is opened again if Envoy closes it.
struct Connection {
    listener: usize,
    peer: Peer,
    stream: u32,
}

impl Connection {
    async fn new(scene: &Scene, listener: usize) -> Self {
        let address = ([127, 0, 0, 1], scene.envoy.port(listener)).into();
        Self { listener, peer: Peer::connect(&scene.envoy.certified, address, &[]).await, stream: 1 }
    }

    async fn get(&mut self, scene: &Scene, target: &str, headers: &Headers) -> Outcome {
        let head = frames::headers(self.stream, &block("GET", target, headers), true);
        let _ = self.peer.send(&head).await;
        let outcome = self.peer.outcome(self.stream).await;
        self.stream += 2;
        if matches!(outcome, Outcome::Closed | Outcome::GoAway(_)) {
            *self = Self::new(scene, self.listener).await;
        }
        outcome
    }
}
