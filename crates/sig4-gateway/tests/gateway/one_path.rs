//! One path for the route, the policy and the event of the HTTP API, which reads every spelling of a path.

use sig4::{Credentials, Signer};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply, Server, Stage};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use sig4_test_support::path_pieces::normalized;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ACCOUNT: &str = "123456789012";
const STAGE: &str = "prod";
/// Routes for signed requests, and one for all.
const SIGNED: [&str; 8] = [
    "ANY /health",
    "ANY /@me",
    "ANY /pets/{id}",
    "ANY /admin/{rest+}",
    "ANY /{one}",
    "ANY /{one}/x/{two}",
    "ANY /v1/pets/{id}/{rest+}",
    "$default",
];
const OPEN: &str = "ANY /public/{rest+}";

/// An API, and what reached its handler last.
pub struct Api {
    server: Server,
    seen: Arc<Mutex<Option<Event>>>,
    alice: Credentials,
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_440_938_160).expect("a time")
}

impl Api {
    /// Serves the API on a free port.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub async fn start() -> Self {
        let (alice, seen) =
            (Credentials::new("AKIDALICE", "a secret").unwrap(), Arc::<Mutex<Option<Event>>>::default());
        let everything =
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        let policies = Policies::new().with_identity(Policy::parse("everything", everything).expect("a policy"));
        let user = Principal::user(ACCOUNT, "alice").expect("a name");
        let keys = Directory::new(ACCOUNT).with_identity(Identity::new(alice.clone(), user).with_policies(policies));
        let sink = Arc::clone(&seen);
        let sees = Integration::handler(move |event: Event| {
            *sink.lock().expect("the lock") = Some(event);
            async { Reply::text("seen") }
        });
        let api = ApiDefinition::new("us-east-1")
            .with_account(ACCOUNT)
            .with_api_id("abc")
            .with_keys(keys.expect("one key"))
            .with_clock(now)
            .with_stage(Stage::new("$default"))
            .with_stage(Stage::new(STAGE))
            .with_default_authorizer(Auth::Iam);
        let api = SIGNED.iter().fold(api, |api, key| api.route(*key, sees.clone()));
        let server = api.route_with(OPEN, Auth::None, sees).serve("127.0.0.1:0").await.expect("a free port");
        Self { server, seen, alice }
    }

    /// Sends a request for the path, signed and not, and returns how often it reached the handler.
    ///
    /// # Panics
    ///
    /// If it was routed, authorized and handed on by different paths.
    pub async fn check(&self, path: &str) -> usize {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let Ok(mut request) = http::Request::delete(format!("{}{path}", self.server.url())).body("") else { return 0 };
        let raw = request.uri().path().to_owned();
        let mut reached = usize::from(self.send(&raw, "").await.is_some_and(|event| judge(&raw, &event, false)));
        if Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, &self.alice, now()).is_ok() {
            let mut headers = String::new();
            for (name, value) in request.headers().iter().filter(|(name, _)| *name != "host") {
                let _ = write!(headers, "{name}: {}\r\n", value.to_str().unwrap_or_default());
            }
            reached += usize::from(self.send(&raw, &headers).await.is_some_and(|event| judge(&raw, &event, true)));
        }
        reached
    }

    /// What reached the handler.
    async fn send(&self, raw: &str, headers: &str) -> Option<Event> {
        *self.seen.lock().expect("the lock") = None;
        let mut stream = TcpStream::connect(self.server.addr()).await.expect("the server listens");
        let head =
            format!("DELETE {raw} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n", self.server.addr());
        let (mut answer, sent) = (Vec::new(), stream.write_all(head.as_bytes()).await);
        let read = stream.read_to_end(&mut answer).await;
        assert!(sent.is_ok() && read.is_ok() && answer.starts_with(b"HTTP/1.1 "), "{raw}");
        let seen = self.seen.lock().expect("the lock").take();
        assert_eq!(answer.starts_with(b"HTTP/1.1 200 "), seen.is_some(), "{raw}: {}", String::from_utf8_lossy(&answer));
        seen
    }
}

/// The path that the route and its variables make; `None` of `$default`.
fn routed(event: &Event) -> Option<String> {
    let (_, pattern) = event.route_key().split_once(' ')?;
    let segments =
        pattern.split('/').map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(name) => event.path_parameter(name.trim_end_matches('+')).expect("the variable of the route"),
            None => segment,
        });
    Some(segments.collect::<Vec<_>>().join("/"))
}

/// Whether the event is of this path alone, which it is, or this panics.
fn judge(raw: &str, event: &Event, signed: bool) -> bool {
    assert!(normalized(raw).is_some(), "{raw}: what cannot be decoded was handled");
    // As API Gateway hands a path on: it ends before an encoded question mark.
    let end = raw.to_ascii_uppercase().find("%3F").unwrap_or(raw.len());
    let path = normalized(raw.get(..end).unwrap_or_default())
        .unwrap_or_else(|| panic!("{raw}: what cannot be decoded was handled"));
    assert_eq!(event.raw_path(), path, "{raw}: the path of the event");
    let (stage, within) = match path.strip_prefix("/prod") {
        Some("") => (STAGE, "/"),
        Some(within) if within.starts_with('/') => (STAGE, within),
        _ => ("$default", &*path),
    };
    if let Some(routed) = routed(event) {
        assert_eq!(routed, within, "{raw}: the route and its variables");
    }
    match event.caller() {
        Some(caller) => {
            let arn = format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/{stage}/DELETE{within}");
            assert_eq!((caller.path(), caller.arn()), (&*path, &*arn), "{raw}: what the policies saw");
            assert!(signed && event.route_key() != OPEN, "{raw}");
        }
        None => {
            assert!(event.route_key() == OPEN && within.starts_with("/public/"), "{raw}: {}", event.route_key());
        }
    }
    true
}
