//! The records of the access log.

pub(crate) mod inspection;
pub(crate) mod json;

use super::error_body;
use super::gateway_response::response_type::GatewayResponseType;
use super::head::{protocol, text_of};
use core::net::IpAddr;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{StatusCode, Version};
use inspection::Inspection;
use sig4::printable::line;
use sig4_iam::Principal;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;
use time::OffsetDateTime;

/// One request in the access log.
///
/// `Display` writes one line for people: method, path, route, caller, decision, status, and the cause of a refusal or failure.
/// [`to_json`](Self::to_json) returns one JSON object with the names of AWS's access log variables.
///
/// ```
/// use sig4_gateway::ApiDefinition;
///
/// let api = ApiDefinition::new("us-east-1").with_access_log(|record| eprintln!("{record}"));
/// # let _ = api;
/// ```
#[derive(Clone, Debug)]
pub struct AccessRecord {
    pub(crate) request_id: String,
    /// Of a REST API. That of an HTTP API is the id of the request.
    pub(crate) extended_request_id: String,
    pub(crate) time: OffsetDateTime,
    pub(crate) source_ip: IpAddr,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) protocol: &'static str,
    pub(crate) user_agent: String,
    pub(crate) domain_name: String,
    pub(crate) account_id: String,
    pub(crate) api_id: String,
    pub(crate) stage: Option<String>,
    pub(crate) route_key: Option<String>,
    /// The path variables, as they were sent, if gateway responses may use them.
    pub(crate) path_variables: Vec<(String, String)>,
    pub(crate) caller: Option<LoggedCaller>,
    pub(crate) decision: AuthDecision,
    pub(crate) status: u16,
    pub(crate) response_len: usize,
    pub(crate) latency: Duration,
    pub(crate) integration: Option<LoggedIntegration>,
    pub(crate) error: Option<LoggedError>,
    /// The number of records that were dropped since the previous one.
    pub(crate) dropped: u64,
    pub(crate) inspection: Option<Box<Inspection>>,
}

/// The decision about a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AuthDecision {
    /// The route has no authorizer, or the request was refused before.
    Open,
    /// The signature matches, and a policy allows the call.
    Allowed,
    /// The authorizer refused it.
    Refused,
}

impl AuthDecision {
    /// The word in the access log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}

/// The caller, authenticated or claimed.
#[derive(Clone, Debug)]
pub(crate) struct LoggedCaller {
    pub(crate) access_key_id: String,
    /// The owner of the access key, if it is known.
    pub(crate) principal: Option<Principal>,
    pub(crate) proven: bool,
}

/// An access key id that no user has, as the log shows it. A client that swaps id and secret sends its secret in the place of the id,
/// so of a text that is longer than the ids of AWS only the beginning is shown.
pub(crate) fn unknown_access_key_id(id: &str) -> String {
    if id.chars().count() > MAX_ID_CHARS { id.chars().take(4).chain(['…']).collect() } else { id.to_owned() }
}

/// The length of the access key ids of AWS.
const MAX_ID_CHARS: usize = 20;

#[derive(Clone, Debug)]
pub(crate) struct LoggedIntegration {
    pub(crate) status: Option<u16>,
    pub(crate) latency: Duration,
    pub(crate) error: Option<String>,
}

/// The cause, if the gateway responds in place of the integration.
#[derive(Clone, Debug)]
pub(crate) struct LoggedError {
    pub(crate) response_type: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) cause: Option<String>,
    pub(crate) remedy: Option<String>,
}

impl LoggedError {
    pub(crate) fn new(status: StatusCode, cause: Option<String>) -> Self {
        let (response_type, message) = (error_body::response_type(status), error_body::message(status));
        Self { response_type, message: Cow::Borrowed(message), cause, remedy: None }
    }

    /// The error of a REST API.
    pub(crate) fn of_rest(
        response_type: GatewayResponseType,
        message: Option<Cow<'_, str>>,
        cause: Option<String>,
    ) -> Self {
        let message = Cow::Owned(message.map_or_else(String::new, Cow::into_owned));
        Self { response_type: response_type.as_str(), message, cause, remedy: None }
    }
}

impl AccessRecord {
    /// The record of a request whose head is known.
    pub(crate) fn begin(head: &Parts, request_id: String, time: OffsetDateTime, source_ip: IpAddr) -> Self {
        let user_agent = head.headers.get(USER_AGENT).map(|value| text_of(value.as_bytes()));
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            protocol: protocol(head.version),
            user_agent: user_agent.unwrap_or_default(),
            ..Self::unread(&[], request_id, time, source_ip)
        }
    }

    /// The record of bytes that never became a request. Like every record it omits the query, which may contain a signature.
    pub(crate) fn unread(first: &[u8], request_id: String, time: OffsetDateTime, source_ip: IpAddr) -> Self {
        let end = first.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(first.len());
        let (line, _) = first.split_at(end);
        let mut words = line.split(|b| *b == b' ').filter(|word| !word.is_empty());
        let mut word = || words.next().map_or_else(|| "-".to_owned(), |word| word.escape_ascii().to_string());
        let (method, target) = (word(), word());
        let path = target.split_once('?').map_or(&*target, |(path, _)| path).to_owned();
        Self {
            request_id,
            extended_request_id: String::new(),
            time,
            source_ip,
            method,
            path,
            protocol: protocol(Version::HTTP_11),
            user_agent: String::new(),
            domain_name: String::new(),
            account_id: String::new(),
            api_id: String::new(),
            stage: None,
            route_key: None,
            path_variables: Vec::new(),
            caller: None,
            decision: AuthDecision::Open,
            status: 0,
            response_len: 0,
            latency: Duration::ZERO,
            integration: None,
            error: None,
            dropped: 0,
            inspection: None,
        }
    }

    /// The id of the request, also in the response header `apigw-requestid`.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// When the request arrived.
    #[must_use]
    pub const fn time(&self) -> OffsetDateTime {
        self.time
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path as it was sent.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The key of the matching route.
    #[must_use]
    pub fn route_key(&self) -> Option<&str> {
        self.route_key.as_deref()
    }

    /// The decision.
    #[must_use]
    pub const fn decision(&self) -> AuthDecision {
        self.decision
    }

    /// The ARN of the caller, authenticated or claimed: see [`decision`](Self::decision).
    #[must_use]
    pub fn caller_arn(&self) -> Option<&str> {
        self.caller.as_ref()?.principal.as_ref().map(Principal::arn)
    }

    /// Whether the signature of the caller matches. Without it, ARN and access key id are those that the request claims.
    #[must_use]
    pub fn is_caller_authenticated(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.proven)
    }

    /// The access key id of the caller, authenticated or claimed. Of an id that no user has and that is longer than the ids of AWS,
    /// only the beginning, because it may be a secret.
    #[must_use]
    pub fn access_key_id(&self) -> Option<&str> {
        self.caller.as_ref().map(|caller| caller.access_key_id.as_str())
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The time from the request to its response.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        self.latency
    }

    /// The cause of a refusal or a failed integration. For a refusal it begins with the name of a cause of
    /// [`Explainer`](sig4::explain::Explainer): `path-encoded-once`, `not-authorized`, or `signature-mismatch` if no cause is
    /// certain. In a flood of signatures that do not match, some are not explained.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        let integration = || self.integration.as_ref()?.error.as_deref();
        self.error.as_ref().and_then(|error| error.cause.as_deref()).or_else(integration)
    }

    /// The number of records that were dropped since the previous one. No response waits for the access log: if it does not keep
    /// up, records beyond its queue are lost, and the next record counts them. The line shows the number at its end, the JSON in
    /// `droppedRecords`, which is not an AWS variable. Zero is not shown.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The remedy, if the cause of a refusal is known.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.error.as_ref()?.remedy.as_deref()
    }

    /// The details of the request, if [`with_inspection`](crate::ApiDefinition::with_inspection) asks for them. `None` for bytes
    /// that never became a request, and while too many details wait for the log.
    #[must_use]
    pub fn inspection(&self) -> Option<&Inspection> {
        self.inspection.as_deref()
    }

    /// Notes something for a person who inspects the request, if details are asked for.
    pub(crate) fn inspect(&mut self, note: impl FnOnce(&mut Inspection)) {
        if let Some(inspection) = &mut self.inspection {
            note(inspection);
        }
    }

    /// Replaces the cause by a more exact one.
    pub(crate) fn explain(&mut self, cause: String, remedy: Option<String>) {
        if let Some(error) = &mut self.error {
            (error.cause, error.remedy) = (Some(cause), remedy);
        }
    }

    fn write_caller(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(caller) = &self.caller else { return f.write_str("-") };
        let claims = if caller.proven { "" } else { "claimed:" };
        match &caller.principal {
            Some(principal) => write!(f, "{claims}{}", line(principal.arn())),
            None => write!(f, "{claims}{}", line(&caller.access_key_id)),
        }
    }
}

impl fmt::Display for AccessRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let route = self.route_key().unwrap_or("-");
        write!(f, "{} {} [{route}] ", line(&self.method), line(&self.path))?;
        self.write_caller(f)?;
        write!(f, " {} {}", self.decision.as_str(), self.status)?;
        if let Some(cause) = self.cause() {
            write!(f, " {}", line(cause))?;
        }
        match self.dropped {
            0 => Ok(()),
            dropped => write!(f, " ({dropped} records were dropped before this one)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessRecord, unknown_access_key_id};
    use time::OffsetDateTime;

    fn record(first: &[u8]) -> AccessRecord {
        AccessRecord::unread(first, String::new(), OffsetDateTime::UNIX_EPOCH, "::1".parse().unwrap())
    }

    #[test]
    fn of_a_secret_in_the_place_of_the_id_only_the_beginning_is_logged() {
        assert_eq!(unknown_access_key_id("AKIDEXAMPLE"), "AKIDEXAMPLE");
        assert_eq!(unknown_access_key_id("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "wJal…");
    }

    #[test]
    fn a_terminal_gets_nothing_to_act_on() {
        let mut record = record(b"GET /");
        record.path = "/a\u{202e}b\u{1b}[2J\u{9b}\u{61c}".to_owned();
        record.user_agent = "x\u{2066}".to_owned();
        record.error = Some(super::LoggedError::new(http::StatusCode::FORBIDDEN, Some("\u{200f}\nwhy".to_owned())));
        let (line, json) = (record.to_string(), record.to_json());
        assert!(
            line.starts_with(r"GET /a\u{202e}b\u{1b}[2J\u{9b}\u{61c} [-]") && line.ends_with(r" \u{200f}\u{a}why"),
            "{line}"
        );
        assert!(json.is_ascii() && json.contains(r"/a\u202eb\u001b[2J\u009b\u061c"), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (read["path"].as_str(), read["identity.userAgent"].as_str()),
            (Some(&*record.path), Some("x\u{2066}"))
        );
    }

    #[test]
    fn of_what_never_became_a_request_the_first_words_are_known() {
        for (first, method, path) in [
            (&b"GET /a?X-Amz-Signature=s HTTP/9.9\r\nx: y"[..], "GET", "/a"),
            (b"\x16\x03\x01", r"\x16\x03\x01", "-"),
            (b"", "-", "-"),
            (b"GET\r\n\r\n", "GET", "-"),
        ] {
            let record = record(first);
            assert_eq!((record.method(), record.path()), (method, path));
        }
    }
}
