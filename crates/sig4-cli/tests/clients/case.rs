//! The cases: one good request, and each thing that can be wrong with it.

use crate::callers::{NEWCOMER, READER, SESSION, WRITER};
use crate::job::{Job, Keys};
use crate::tamper::Tamper;

pub const REGION: &str = "us-east-1";
pub const SERVICE: &str = "execute-api";
pub const BODY: &str = r#"{"message":"hello"}"#;
const UTF_8: &str = r#"{"message":"grüße, 世界 🐾"}"#;
/// The case that an old curl cannot do.
pub const ENCODED: &str = "GET, percent-encoded";

/// Where the cases call: the API's own URL, as `$API_URL` is, and a path below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    Root,
    Below,
}

impl At {
    pub const fn path(self) -> &'static str {
        match self {
            Self::Root => "/",
            Self::Below => "/pets/rex",
        }
    }

    /// What is called: the plain URL at the root, and one with a query below.
    fn target(self) -> String {
        match self {
            Self::Root => "/".to_owned(),
            Self::Below => self.with_query(),
        }
    }

    fn with_query(self) -> String {
        format!("{}?size=1", self.path())
    }
}

/// One case of a client.
pub struct Case {
    pub name: &'static str,
    pub at: At,
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

impl Case {
    /// Whether it needs nothing but the API: no other clock, no proxy and no session.
    pub fn is_direct(&self) -> bool {
        let (Keys(key, ..), Keys(session, ..)) = (self.job.keys, SESSION);
        self.through == Through::Clock(0) && key != session
    }
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

/// All of them, at the root and below it. The preflights come first, for a browser remembers what it was allowed.
pub fn all() -> Vec<Case> {
    let at = |at| [preflights(at), good(at), wrong_signer(at), old(at), tampered(at), temporary(at)];
    [At::Root, At::Below].into_iter().flat_map(at).flatten().collect()
}

/// Those that need nothing but the API.
pub fn direct() -> Vec<Case> {
    all().into_iter().filter(Case::is_direct).collect()
}

/// Those at an API over TLS: the direct ones, and what goes another way in HTTP/2 or in a REST API. At the root the good ones are
/// enough.
pub fn over_tls() -> Vec<Case> {
    let is_enough = |case: &Case| case.at == At::Below || case.expected == Expected::Echo;
    direct().into_iter().filter(is_enough).chain(further(At::Below)).collect()
}

/// Those at an API behind a proxy that need no other clock: a request that is changed on its way, also a presigned one, and sessions.
pub fn through_proxies() -> Vec<Case> {
    let at = At::Below;
    let presigned = |name, from, to, expected| {
        let job = Job { presigned: true, url: at.with_query(), ..get(at, WRITER) };
        let through = Through::Proxy(if from == to { Tamper::Nothing } else { Tamper::Line(from, to) });
        Case { through, ..case(name, at, job, expected) }
    };
    let refused = Expected::Refused("signature-mismatch");
    let presigned = [
        presigned("presigned, unchanged", "", "", Expected::Echo),
        presigned("presigned, tampered path", "/rex", "/max", refused),
        presigned("presigned, tampered query", "size=1", "size=9", refused),
        presigned("presigned, tampered method", "GET ", "PUT ", refused),
        presigned("presigned, other access key", "=AKIDWRITER", "=AKIDREADER", refused),
    ];
    [tampered(at), temporary(at)].into_iter().flatten().chain(presigned).collect()
}

fn further(at: At) -> Vec<Case> {
    let (Keys(key, ..), Keys(_, other_secret, _)) = (WRITER, READER);
    let forger = Keys(key, other_secret, "");
    let presigned = |keys| Job { presigned: true, ..get(at, keys) };
    let refused = |name, job, cause| case(name, at, job, Expected::Refused(cause));
    vec![
        case("POST, UTF-8", at, Job { body: UTF_8, ..post(at) }, Expected::Echo),
        case("presigned", at, presigned(WRITER), Expected::Echo),
        refused("presigned, wrong secret", presigned(forger), "signature-mismatch secret-of-other-key"),
        refused("presigned, by no policy", presigned(NEWCOMER), "not-authorized no identity-based policy"),
        refused("GET, wrong secret", get(at, forger), "signature-mismatch secret-of-other-key"),
        refused("GET, by no policy", get(at, NEWCOMER), "not-authorized no identity-based policy"),
    ]
}

/// The good request that the cases are made of.
pub fn post(at: At) -> Job {
    Job {
        method: "POST",
        url: at.target(),
        headers: vec![("Content-Type", "application/json".to_owned())],
        body: BODY,
        sign: true,
        presigned: false,
        keys: WRITER,
        region: REGION,
        service: SERVICE,
        foreign: false,
        screenshot: None,
    }
}

/// The good request without a body.
pub fn get(at: At, keys: Keys) -> Job {
    Job { method: "GET", headers: Vec::new(), body: "", keys, ..post(at) }
}

const fn case(name: &'static str, at: At, job: Job, expected: Expected) -> Case {
    Case { name, at, job, path: at.path(), through: Through::Clock(0), expected }
}

fn good(at: At) -> Vec<Case> {
    let echo = Expected::Echo;
    let encoded = Job { url: "/pets/caf%C3%A9%20x?note=a%2Fb".to_owned(), ..get(at, WRITER) };
    let mut good = vec![
        case("GET", at, get(at, WRITER), echo),
        case("POST JSON", at, post(at), echo),
        case("GET, may only read", at, get(at, READER), echo),
    ];
    if at == At::Below {
        good.push(Case { path: "/pets/café x", ..case(ENCODED, at, encoded, echo) });
    }
    good
}

fn wrong_signer(at: At) -> Vec<Case> {
    let refused = |name, job, cause| case(name, at, job, Expected::Refused(cause));
    let Keys(key, ..) = WRITER;
    let Keys(_, other_secret, _) = READER;
    let with = |keys| Job { keys, ..post(at) };
    vec![
        refused("no signature", Job { sign: false, ..post(at) }, "not-signed"),
        refused("GET, no signature", Job { sign: false, ..get(at, WRITER) }, "not-signed"),
        refused("wrong secret", with(Keys(key, other_secret, "")), "signature-mismatch secret-of-other-key"),
        refused("unknown key", with(Keys("AKIDNOBODY", other_secret, "")), "access-key-unknown"),
        refused("denied by a statement", with(READER), "not-authorized OnlyReads"),
        refused("allowed by no policy", with(NEWCOMER), "not-authorized no identity-based policy"),
        refused("other region", Job { region: "eu-west-1", ..post(at) }, "scope-region"),
        refused("other service", Job { service: "lambda", ..post(at) }, "scope-service"),
    ]
}

fn old(place: At) -> Vec<Case> {
    let at =
        |name, seconds, expected| Case { through: Through::Clock(seconds), ..case(name, place, post(place), expected) };
    vec![
        at("4 minutes old", 4 * 60, Expected::Echo),
        at("6 minutes old", 6 * 60, Expected::Refused("expired")),
        at("6 minutes early", -6 * 60, Expected::Refused("not-yet-current")),
    ]
}

/// The same request through a proxy. What was changed cannot be known from a signature, unless it looks like one of the
/// known mistakes.
fn tampered(at: At) -> Vec<Case> {
    let line = |from, to| Tamper::Line(from, to);
    let through = |name, tamper, expected| {
        let job = Job { url: at.with_query(), ..post(at) };
        Case { through: Through::Proxy(tamper), ..case(name, at, job, expected) }
    };
    let refused = Expected::Refused;
    // A path that got a first segment looks like one that was signed without its stage.
    let (other_path, cause) = match at {
        At::Root => (line("/?", "/max?"), "path-missing-stage"),
        At::Below => (line("/rex", "/max"), "signature-mismatch"),
    };
    let mut tampered = vec![
        through("proxy that changes nothing", Tamper::Nothing, Expected::Echo),
        through("tampered method", line("POST ", "PUT "), refused("method-changed")),
        through("tampered path", other_path, refused(cause)),
        through("tampered query", line("size=1", "size=9"), refused("signature-mismatch")),
        through("query gets a value", line("size=1", "size=1&size=9"), refused("query-first-value-only")),
        through("tampered body", Tamper::Body("hello", "hullo"), refused("signature-mismatch payload-changed")),
    ];
    if at == At::Below {
        tampered.push(through("path gets a slash", line("/rex", "/rex/"), refused("path-trailing-slash")));
    }
    tampered
}

fn temporary(at: At) -> Vec<Case> {
    let Keys(key, secret, _) = SESSION;
    let with = |token| Job { keys: Keys(key, secret, token), ..post(at) };
    let other = "IQoJb3JpZ2luX2VjF/+b==";
    vec![
        case("session", at, Job { keys: SESSION, ..post(at) }, Expected::Echo),
        case("session without its token", at, with(""), Expected::Refused("token-missing")),
        case("session with another token", at, with(other), Expected::Refused("token-wrong")),
    ]
}

/// The calls to which a browser's preflight belongs.
fn preflights(at: At) -> Vec<Case> {
    let ask = |name, allowed| case(name, at, post(at), Expected::Preflight { allowed });
    vec![ask("preflight", true), ask("preflight, foreign origin", false)]
}
