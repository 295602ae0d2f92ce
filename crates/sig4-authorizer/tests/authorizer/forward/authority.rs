//! The authorizer that the proxies ask, with two users: `alice` may do everything but delete and what is below `/admin`, `bob` may read
//! `/pets`, and so may a session of the role `deploy`.

use super::client::TOKEN;
use sig4_authorizer::{Api, Authorizer, CheckRecord, Observe, Server};
use sig4_iam::Directory;
use sig4_iam::tower::ExecuteApi;
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

/// A running authorizer.
pub(super) struct Authority {
    pub(super) port: u16,
    records: Records,
    _server: Server,
    _runtime: Runtime,
}

#[derive(Clone, Default)]
struct Records(Arc<Mutex<Vec<CheckRecord>>>);

impl Observe for Records {
    fn observe(&self, record: &CheckRecord) {
        self.0.lock().unwrap().push(record.clone());
    }
}

impl Authority {
    /// Starts it. It is told whether the service `checks` bodies.
    pub(super) fn start(checks: bool) -> Self {
        let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc")).unwrap();
        let api = api.with_public_path("GET", "/health").unwrap().with_body_check(checks);
        let records = Records::default();
        let authorizer = Authorizer::new(api, directory()).with_observer(records.clone());
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::bind("127.0.0.1:0", authorizer)).unwrap();
        Self { port: server.local_addr().port(), records, _server: server, _runtime: runtime }
    }

    /// The causes of the refusals since the last call.
    pub(super) fn causes(&self) -> Vec<String> {
        let records = std::mem::take(&mut *self.records.0.lock().unwrap());
        records.into_iter().map(|record| record.cause.unwrap_or_else(|| "allowed".to_owned())).collect()
    }
}

fn directory() -> Directory {
    let all = "arn:aws:execute-api:us-east-1:123456789012:abc/$default";
    let policy = |effect: &str, resource: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement":
              {{"Effect": "{effect}", "Action": "execute-api:Invoke", "Resource": "{all}{resource}"}}}}"#
        )
    };
    let key = |user: &str| format!(r#"[{{"id": "AKIA{}", "secret": "secret of {user}"}}]"#, user.to_uppercase());
    let users = format!(
        r#"{{"account": "123456789012", "users": {{
          "alice": {{"policies": [{}, {}, {}], "access_keys": {}}},
          "bob": {{"policies": [{}], "access_keys": {}}}
        }}, "roles": {{
          "deploy": {{"policies": [{}], "sessions": {{
            "ci": {{"access_key": {{"id": "ASIADEPLOY", "secret": "secret of the session", "token": "{TOKEN}"}}}}
          }}}}
        }}}}"#,
        policy("Allow", "/*"),
        policy("Deny", "/*/admin*"),
        policy("Deny", "/DELETE/*"),
        key("alice"),
        policy("Allow", "/GET/pets*"),
        key("bob"),
        policy("Allow", "/GET/pets*"),
    );
    Directory::from_json(&users).unwrap()
}
