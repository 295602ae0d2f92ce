//! One client against one API, case by case.

use crate::case::{Case, Expected};
use crate::client::Client;
use crate::job::{Answer, Job};
use crate::rest;
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

/// What the access log does not have after this long it will not have.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request as an access log has it.
#[derive(Clone, Debug)]
pub struct Logged {
    pub id: String,
    pub method: String,
    pub status: u16,
    pub cause: String,
}

/// The API that a client calls.
pub trait Target {
    /// Where the case sends its request.
    fn url(&self, case: &Case) -> String;

    /// What the access log has until now, the oldest first.
    fn log(&self) -> Vec<Logged>;

    /// The status of the answer to the preflight of an origin that is allowed or not.
    fn preflight_status(&self, allowed: bool) -> u16;

    /// Whether it is a REST API, whose refusals say why.
    fn is_rest(&self) -> bool {
        false
    }

    /// Whether its function sees paths decoded, as that of an HTTP API, and not as they were sent.
    fn sees_decoded_paths(&self) -> bool {
        !self.is_rest()
    }

    /// Whether a preflight of each origin is told which origin is allowed.
    fn tells_every_origin(&self) -> bool {
        self.is_rest()
    }
}

/// A client, and what it calls.
pub struct Trial<'t> {
    pub client: &'t mut dyn Client,
    pub target: &'t dyn Target,
    /// The page's origin, which the API allows.
    pub origin: &'t str,
}

impl Trial<'_> {
    /// What came of a case as it stands in the table, or why that is not what had to come.
    pub fn run(&mut self, case: &Case) -> Result<String, String> {
        let job = Job { url: self.target.url(case), ..case.job.clone() };
        match self.client.expected(case) {
            Expected::Preflight { allowed } if self.client.is_browser() => self.browser_asks(&job, allowed),
            Expected::Preflight { allowed } => self.asks(job, allowed),
            Expected::Echo => self.echoes(&job, case),
            Expected::Refused(cause) => self.refused(&job, cause),
        }
    }

    fn echoes(&mut self, job: &Job, case: &Case) -> Result<String, String> {
        let before = self.target.log().len();
        let answer = self.client.call(job)?;
        // So that the next case does not take this one's entry for its own.
        self.entry(before, &answer).ok_or_else(|| format!("the access log has nothing of {answer:?}"))?;
        let sent = case.job.url.split('?').next().unwrap_or_default();
        echoed(&answer, case, if self.target.sees_decoded_paths() { case.path } else { sent })
    }

    /// A refusal of an HTTP API says nothing of its cause; the access log does.
    fn refused(&mut self, job: &Job, cause: &str) -> Result<String, String> {
        let before = self.target.log().len();
        let answer = self.client.call(job)?;
        let logged = self.entry(before, &answer);
        let logged = logged.ok_or_else(|| format!("the access log has nothing of {answer:?}"))?;
        let name = logged.cause.split(':').next().unwrap_or_default();
        let (expected, said) = cause.split_once(' ').unwrap_or((cause, ""));
        let is_right = match self.target.is_rest() {
            true => rest::says(&answer, name, self.client.is_browser()),
            false => answer.body == r#"{"message":"Forbidden"}"#,
        };
        if (answer.status, logged.status) == (403, 403) && is_right && name == expected && logged.cause.contains(said) {
            Ok(format!("403 {name}"))
        } else {
            Err(format!("{answer:?}, and {logged:?}"))
        }
    }

    /// What the access log has of a call. A browser does not show a page the id of the request: there it is the one entry since
    /// the call that is not the preflight's.
    fn entry(&self, before: usize, answer: &Answer) -> Option<Logged> {
        let id = if self.target.is_rest() { "x-amzn-requestid" } else { "apigw-requestid" };
        let is_meant = |logged: &&Logged| match answer.header(id) {
            Some(id) => logged.id == id,
            None => logged.method != "OPTIONS",
        };
        self.logged(|log| log[before..].iter().find(is_meant).cloned())
    }

    /// What there is to find in the access log, which gets a request a little later than the client its answer.
    fn logged<T>(&self, find: impl Fn(&[Logged]) -> Option<T>) -> Option<T> {
        let begun = Instant::now();
        loop {
            match find(&self.target.log()) {
                None if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
                found => return found,
            }
        }
    }

    /// The others send what a browser would.
    fn asks(&mut self, job: Job, allowed: bool) -> Result<String, String> {
        let origin = if allowed { self.origin } else { "https://elsewhere.example" };
        let headers = vec![
            ("origin", origin.to_owned()),
            ("access-control-request-method", "POST".to_owned()),
            ("access-control-request-headers", "authorization,content-type,x-amz-date".to_owned()),
        ];
        let answer = self.client.call(&Job { method: "OPTIONS", sign: false, body: "", headers, ..job })?;
        let told = answer.header("access-control-allow-origin");
        // A REST API tells everyone the origin that it allows.
        let expected = if self.target.tells_every_origin() { Some(self.origin) } else { allowed.then_some(origin) };
        if answer.status == self.target.preflight_status(allowed) && told == expected {
            Ok(format!("{} {}", answer.status, if allowed { "allowed" } else { "not allowed" }))
        } else {
            Err(format!("{answer:?}"))
        }
    }

    /// A browser asks by itself, and then sends or does not.
    fn browser_asks(&mut self, job: &Job, allowed: bool) -> Result<String, String> {
        let before = self.target.log().len();
        let answer = self.client.call(&Job { foreign: !allowed, ..job.clone() });
        let status = self.target.preflight_status(allowed);
        let asked = ("OPTIONS".to_owned(), status);
        let expected = if allowed { vec![asked, ("POST".to_owned(), 200)] } else { vec![asked] };
        let seen = |log: &[Logged]| {
            let seen = log[before..].iter().map(|logged| (logged.method.clone(), logged.status));
            (seen.collect::<Vec<_>>() == expected).then_some(())
        };
        match (&answer, self.logged(seen)) {
            (Ok(answer), Some(())) if allowed && answer.status == 200 => Ok(format!("{status}, then 200")),
            (Err(error), Some(())) if !allowed && error.contains("blocked by CORS policy") => {
                Ok(format!("{status}, then blocked"))
            }
            _ => Err(format!("{answer:?}, and {:?}", &self.target.log()[before..])),
        }
    }
}

/// The function answered what it was asked.
fn echoed(answer: &Answer, case: &Case, path: &str) -> Result<String, String> {
    let body = serde_json::from_str(case.job.body).unwrap_or_else(|_| json!(""));
    let expected = json!({ "method": case.job.method, "path": path, "body": body });
    let said: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let echo = json!({ "method": said["method"], "path": said["path"], "body": said["body"] });
    if answer.status == 200 && echo == expected { Ok("200".to_owned()) } else { Err(format!("{answer:?}")) }
}
