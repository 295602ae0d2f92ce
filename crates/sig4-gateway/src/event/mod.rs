//! The event that an integration gets for a request: payload format 2.0, or [1.0](v1).
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway". Paths are decoded in HTTP APIs, and encoded as
//! they were sent in REST APIs.

pub(crate) mod body;
pub(crate) mod fields;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod v1;

use crate::forwarded::Arrival;
use crate::payload_format::PayloadFormat;
use crate::reply::format::ReplyFormat;
use bytes::Bytes;
use core::fmt;
use core::net::IpAddr;
use sig4_iam::tower::AuthorizedCaller;
use std::borrow::Cow;
use time::OffsetDateTime;
use v1::FormatV1;

/// A request as an integration gets it.
///
/// A Rust handler gets this value, whatever the API's type. A Lambda function gets [its JSON](Self::to_json) in the route's
/// [payload format](Self::payload_format).
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
    pub(crate) resource: String,
    pub(crate) raw_path: String,
    pub(crate) path_in_stage: String,
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
    /// `None` in payload format 2.0.
    pub(crate) v1: Option<FormatV1>,
    /// How the reply of a function is read.
    pub(crate) reply_format: ReplyFormat,
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

    /// The path of the route as it was written, such as `/pets/{id}`: the path of the resource in a REST API. It is `$default` of
    /// the default route of an HTTP API.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The payload format of the route: that of [`to_json`](Self::to_json), and of the reply of a Lambda function.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Event, Integration, PayloadFormat, Reply};
    ///
    /// let pets = Integration::handler(|event: Event| async move {
    ///     assert_eq!(event.payload_format(), PayloadFormat::V1);
    ///     assert_eq!((event.resource(), event.path_parameter("id")), ("/pets/{id}", Some("a%20b")));
    ///     assert_eq!((event.raw_path(), event.path_in_stage()), ("/prod/pets/a%20b", "/pets/a%20b"));
    ///     assert_eq!(event.query_values("tag").collect::<Vec<_>>(), ["x", "y z"]);
    ///     assert_eq!(event.header_values("x-tag").collect::<Vec<_>>(), ["1", "2"]);
    ///     Reply::json(event.to_json())
    /// });
    /// let api = ApiDefinition::rest("us-east-1").with_stage("prod").route("GET /pets/{id}", pets);
    /// # use std::io::{Read, Write};
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let server = runtime.block_on(api.serve("127.0.0.1:0"))?;
    /// # let mut stream = std::net::TcpStream::connect(server.addr())?;
    /// # stream.write_all(b"GET /prod/pets/a%20b?tag=x&tag=y+z HTTP/1.1\r\nhost: h\r\nX-Tag: 1\r\nX-Tag: 2\r\nconnection: close\r\n\r\n")?;
    /// # let mut answer = String::new();
    /// # stream.read_to_string(&mut answer)?;
    /// # assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""multiValueHeaders""#), "{answer}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn payload_format(&self) -> PayloadFormat {
        if self.v1.is_some() { PayloadFormat::V1 } else { PayloadFormat::V2 }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.context.method
    }

    /// The path with the stage, unless the stage is `$default`. Paths of a [custom domain](crate::DomainMapping) have no stage; in a
    /// REST API they have the base path. The same path was routed and authorized.
    ///
    /// In an HTTP API it is decoded. As in API Gateway, it ends before an encoded `?`, dot segments are resolved and repeated
    /// slashes merged. In a REST API it is encoded as it was sent.
    #[must_use]
    pub fn raw_path(&self) -> &str {
        &self.raw_path
    }

    /// The [path](Self::raw_path) without the stage, and without the base path of a custom domain.
    #[must_use]
    pub fn path_in_stage(&self) -> &str {
        &self.path_in_stage
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

    /// The values of a query parameter in their order, decoded.
    pub fn query_values<'e>(&'e self, name: &'e str) -> impl Iterator<Item = Cow<'e, str>> {
        let parameters = form_urlencoded::parse(self.raw_query.as_bytes());
        parameters.filter(move |(own, _)| own == name).map(|(_, value)| value)
    }

    /// All query parameters.
    pub fn query_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.query)
    }

    /// The value of a variable of the route's path: decoded in an HTTP API, encoded as it was sent in a REST API.
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
    /// [cookies](Self::cookies) are left out, in a REST API also a signature in `authorization`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The values of a header, whose name is given in lower case. In payload format 2.0, which has no separate values, they are one
    /// [joined](Self::header) value.
    pub fn header_values<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e str> {
        let separate = self.v1.iter().flat_map(|v1| &v1.headers).filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        let joined = self.header(name).filter(|_| self.v1.is_none());
        separate.flat_map(|(_, values)| values).map(String::as_str).chain(joined)
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

    /// The body as text, if it is UTF-8 and API Gateway takes it for a text. An HTTP API does so if it is not compressed and of a
    /// textual content type. A REST API does so unless it is of a [binary media
    /// type](crate::ApiDefinition::with_binary_media_types).
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        str::from_utf8(&self.body).ok().filter(|_| self.is_text)
    }

    /// The authorized caller. `None` on a route without an authorizer, even if the request is signed.
    #[must_use]
    pub const fn caller(&self) -> Option<&AuthorizedCaller> {
        self.caller.as_ref()
    }

    /// The id of the request. The response of an HTTP API has it in `apigw-requestid`, that of a REST API in `x-amzn-requestid`.
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
