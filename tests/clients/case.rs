//! The cases: one good request, and each thing that can be wrong with it.

use crate::callers::{NEWCOMER, READER, SESSION, WRITER};
use crate::job::{Job, Keys};
use crate::tamper::Tamper;

pub const REGION: &str = "us-east-1";
pub const SERVICE: &str = "execute-api";
pub const BODY: &str = r#"{"message":"hello"}"#;
const TARGET: &str = "/pets/rex?size=1";

/// The case that an old curl cannot do.
pub const ENCODED: &str = "GET, percent-encoded";

/// One case of a client.
pub struct Case {
    pub name: &'static str,
    pub job: Job,
    /// The path as the function sees it.
    pub path: &'static str,
    /// Where the job's path is sent to.
    pub through: Through,
    pub expected: Expected,
}

/// The server that a job is sent to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Through {
    /// One whose clock is so many seconds ahead: there every signature is that old.
    Clock(i64),
    Proxy(Tamper),
}

/// What has to come of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// 200, with the echo of the request.
    Echo,
    /// 403, and the name of the cause in the access log; after a blank, what the log says of it as well.
    Refused(&'static str),
    /// The answer to a preflight: allowed for this origin or not.
    Preflight { allowed: bool },
}

/// All of them.
pub fn all() -> Vec<Case> {
    [good(), wrong_signer(), old(), tampered(), temporary(), preflights()].into_iter().flatten().collect()
}

/// Those that need nothing but the API: no other clock, no proxy and no session.
pub fn direct() -> Vec<Case> {
    [good(), wrong_signer(), preflights()].into_iter().flatten().collect()
}

/// The good request that the cases are made of.
pub fn post() -> Job {
    Job {
        method: "POST",
        url: TARGET.to_owned(),
        headers: vec![("content-type", "application/json".to_owned())],
        body: BODY,
        sign: true,
        keys: WRITER,
        region: REGION,
        service: SERVICE,
        foreign: false,
        screenshot: None,
    }
}

fn get(target: &str, keys: Keys) -> Job {
    Job { method: "GET", url: target.to_owned(), headers: Vec::new(), body: "", keys, ..post() }
}

const fn case(name: &'static str, job: Job, expected: Expected) -> Case {
    Case { name, job, path: "/pets/rex", through: Through::Clock(0), expected }
}

fn good() -> Vec<Case> {
    let echo = Expected::Echo;
    vec![
        case("GET", get(TARGET, WRITER), echo),
        case("POST JSON", post(), echo),
        case("GET, may only read", get(TARGET, READER), echo),
        Case { path: "/pets/café x", ..case(ENCODED, get("/pets/caf%C3%A9%20x?note=a%2Fb", WRITER), echo) },
    ]
}

fn wrong_signer() -> Vec<Case> {
    let refused = Expected::Refused;
    let Keys(key, ..) = WRITER;
    let Keys(_, other_secret, _) = READER;
    vec![
        case("no signature", Job { sign: false, ..post() }, refused("not-signed")),
        case(
            "wrong secret",
            Job { keys: Keys(key, other_secret, ""), ..post() },
            refused("signature-mismatch secret-of-other-key"),
        ),
        case(
            "unknown key",
            Job { keys: Keys("AKIDNOBODY", other_secret, ""), ..post() },
            refused("access-key-unknown"),
        ),
        case("denied by a statement", Job { keys: READER, ..post() }, refused("not-authorized OnlyReads")),
        case(
            "allowed by no policy",
            Job { keys: NEWCOMER, ..post() },
            refused("not-authorized no identity-based policy"),
        ),
        case("other region", Job { region: "eu-west-1", ..post() }, refused("scope-region")),
        case("other service", Job { service: "lambda", ..post() }, refused("scope-service")),
    ]
}

fn old() -> Vec<Case> {
    let at = |name, seconds, expected| Case { through: Through::Clock(seconds), ..case(name, post(), expected) };
    vec![
        at("4 minutes old", 4 * 60, Expected::Echo),
        at("6 minutes old", 6 * 60, Expected::Refused("expired")),
        at("6 minutes early", -6 * 60, Expected::Refused("not-yet-current")),
    ]
}

/// The same request through a proxy. What was changed cannot be known from a signature, unless it looks like one of the
/// known mistakes.
fn tampered() -> Vec<Case> {
    let line = |from, to| Tamper::Line(from, to);
    let through = |name, tamper, expected| Case { through: Through::Proxy(tamper), ..case(name, post(), expected) };
    let refused = Expected::Refused;
    vec![
        through("proxy that changes nothing", Tamper::Nothing, Expected::Echo),
        through("tampered method", line("POST ", "PUT "), refused("method-changed")),
        through("tampered path", line("/rex", "/max"), refused("signature-mismatch")),
        through("path gets a slash", line("/rex", "/rex/"), refused("path-trailing-slash")),
        through("tampered query", line("size=1", "size=9"), refused("signature-mismatch")),
        through("query gets a value", line("size=1", "size=1&size=9"), refused("query-first-value-only")),
        through("tampered body", Tamper::Body("hello", "hullo"), refused("signature-mismatch payload-changed")),
    ]
}

fn temporary() -> Vec<Case> {
    let Keys(key, secret, _) = SESSION;
    let with = |token| Job { keys: Keys(key, secret, token), ..post() };
    vec![
        case("session", Job { keys: SESSION, ..post() }, Expected::Echo),
        case("session without its token", with(""), Expected::Refused("token-missing")),
        case("session with another token", with("IQoJb3JpZ2luX2VjF/+b=="), Expected::Refused("token-wrong")),
    ]
}

/// The calls to which a browser's preflight belongs; no other case has their path, for a browser remembers what it was
/// allowed.
fn preflights() -> Vec<Case> {
    let ask =
        |name, allowed| case(name, Job { url: "/pets/asks".to_owned(), ..post() }, Expected::Preflight { allowed });
    vec![ask("preflight", true), ask("preflight, foreign origin", false)]
}
