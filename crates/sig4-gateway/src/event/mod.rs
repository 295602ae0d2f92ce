//! The event that an integration gets for a request: payload format 2.0.
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway". Paths are decoded, as in HTTP
//! APIs and unlike in REST APIs.

pub(crate) mod calendar;
pub(crate) mod fields;
pub(crate) mod input;
pub(crate) mod json;

use crate::forwarded::Arrival;
use bytes::Bytes;
use core::fmt;
use core::net::IpAddr;
use sig4_iam::tower::AuthorizedCaller;
use time::OffsetDateTime;

/// A request as an integration gets it.
///
/// A Rust handler gets this value. A Lambda function gets [its JSON](Self::to_json).
///
/// ```
/// use sig4_gateway::{Event, Integration, Reply};
///
/// let echo = Integration::handler(|event: Event| async move { let name =
/// event.path_parameter("name").unwrap_or("stranger").to_owned(); Reply::json(format!(r#"{{"hello":"{name}"}}"#)) });
/// # let _ = echo;
/// ```
///
/// `Debug` shows the names of headers and the lengths of the rest, because an event can hold signatures, tokens and cookies.
#[derive(Clone)]
pub struct Event {
    pub(crate) route_key: String,
    pub(crate) raw_path: String,
    pub(crate) raw_query: String,
    pub(crate) cookies: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) path_parameters: Vec<(String, String)>,
    pub(crate) stage_variables: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) is_text: bool,
    pub(crate) context: Context,
    pub(crate) caller: Option<AuthorizedCaller>,
}

/// The context of a request, `requestContext`.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) account_id: String,
    pub(crate) api_id: String,
    pub(crate) domain_name: String,
    pub(crate) request_id: String,
    pub(crate) stage: String,
    pub(crate) time: OffsetDateTime,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) protocol: &'static str,
    pub(crate) arrival: Arrival,
}

fn find<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

fn pairs(fields: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

impl Event {
    /// The key of the route, such as `GET /pets/{id}` or `$default`.
    #[must_use]
    pub fn route_key(&self) -> &str {
        &self.route_key
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.context.method
    }

    /// The path, decoded, with the stage if it has a name. The same path was routed and authorized. As in API Gateway, it ends
    /// before an encoded `?`, dot segments are resolved and repeated slashes merged.
    #[must_use]
    pub fn raw_path(&self) -> &str {
        &self.raw_path
    }

    /// The raw query without its `?`, empty if there is no query.
    #[must_use]
    pub fn raw_query(&self) -> &str {
        &self.raw_query
    }

    /// The value of a query parameter, decoded. Several values are joined with commas.
    #[must_use]
    pub fn query_parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// All query parameters.
    pub fn query_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.query)
    }

    /// The value of a variable of the route's path, decoded.
    #[must_use]
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        find(&self.path_parameters, name)
    }

    /// All variables of the route's path.
    pub fn path_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.path_parameters)
    }

    /// The value of a stage variable.
    #[must_use]
    pub fn stage_variable(&self, name: &str) -> Option<&str> {
        find(&self.stage_variables, name)
    }

    /// The value of a header, whose name is given in lower case. Several values are joined with commas. The gateway sets
    /// `x-forwarded-for`, `x-forwarded-port`, `x-forwarded-proto` and `x-amzn-trace-id` itself. Hop-by-hop headers and
    /// [cookies](Self::cookies) are left out.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// All headers, in the order of their names.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.headers)
    }

    /// The cookies, each `name=value`.
    pub fn cookies(&self) -> impl Iterator<Item = &str> {
        self.cookies.iter().map(String::as_str)
    }

    /// The body's bytes.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as text, if it is UTF-8, not compressed, and of a textual content type. As in API Gateway, a body without a
    /// content type is binary.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        str::from_utf8(&self.body).ok().filter(|_| self.is_text)
    }

    /// The authorized caller. `None` on a route without an authorizer, even if the request is signed.
    #[must_use]
    pub const fn caller(&self) -> Option<&AuthorizedCaller> {
        self.caller.as_ref()
    }

    /// The id of the request, which the response has in `apigw-requestid`.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.context.request_id
    }

    /// When the request arrived.
    #[must_use]
    pub const fn time(&self) -> OffsetDateTime {
        self.context.time
    }

    /// The address that the request came from.
    #[must_use]
    pub const fn source_ip(&self) -> IpAddr {
        self.context.arrival.client()
    }

    /// The name of the stage.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.context.stage
    }

    /// The host that was called, without its port.
    #[must_use]
    pub fn domain_name(&self) -> &str {
        &self.context.domain_name
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("route_key", &self.route_key)
            .field("method", &self.context.method)
            .field("path", &self.raw_path)
            .field("request_id", &self.context.request_id)
            .field("headers", &self.headers().map(|(name, _)| name).collect::<Vec<_>>())
            .field("cookies", &self.cookies.len())
            .field("query", &format_args!("{} bytes", self.raw_query.len()))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}
