//! An event made of the request that was received.

use super::fields::{cookies, domain, headers, is_text, query};
use super::{Context, Event};
use crate::gateway::access::text_of;
use crate::gateway::forwarded::Arrival;
use crate::gateway::route::RouteKey;
use crate::gateway::stage::Stage;
use crate::tower::AuthenticatedCaller;
use bytes::Bytes;
use http::Version;
use http::header::HOST;
use http::request::Parts;
use time::OffsetDateTime;

/// A request and what the gateway found out about it.
pub(crate) struct Received<'r> {
    pub(crate) head: &'r Parts,
    pub(crate) body: Bytes,
    /// The one path that was routed and authorized, decoded, with the stage.
    pub(crate) path: &'r str,
    pub(crate) stage: &'r Stage,
    pub(crate) route: &'r RouteKey,
    pub(crate) variables: &'r [(String, &'r str)],
    pub(crate) caller: Option<AuthenticatedCaller>,
    pub(crate) account_id: &'r str,
    pub(crate) api_id: &'r str,
    pub(crate) request_id: &'r str,
    pub(crate) arrival: Arrival,
    pub(crate) time: OffsetDateTime,
}

impl From<Received<'_>> for Event {
    fn from(received: Received<'_>) -> Self {
        let Received { head, body, path, stage, route, variables, caller, .. } = received;
        let path = path.to_owned();
        let raw_query = head.uri.query().unwrap_or_default().to_owned();
        Self {
            route_key: route.to_string(),
            cookies: cookies(&head.headers),
            headers: headers(&head.headers, body.len(), &received.arrival),
            query: query(&raw_query),
            path_parameters: variables.iter().map(|(name, value)| (name.clone(), (*value).to_owned())).collect(),
            stage_variables: stage.variables().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            is_text: is_text(&head.headers, &body),
            context: Context {
                account_id: received.account_id.to_owned(),
                api_id: received.api_id.to_owned(),
                domain_name: domain(&host(head)).0.to_owned(),
                request_id: received.request_id.to_owned(),
                stage: stage.name().to_owned(),
                time: received.time,
                method: head.method.to_string(),
                path: path.clone(),
                protocol: protocol(head.version),
                arrival: received.arrival,
            },
            raw_path: path,
            raw_query,
            body,
            caller,
        }
    }
}

/// The host that was called, with its port.
pub(crate) fn host(head: &Parts) -> String {
    let header = head.headers.get(HOST).map(|host| text_of(host.as_bytes()));
    header.or_else(|| head.uri.authority().map(ToString::to_string)).unwrap_or_default()
}

pub(crate) const fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
