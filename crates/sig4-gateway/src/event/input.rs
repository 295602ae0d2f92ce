//! An event from a request that was routed and authorized.

use super::fields::{cookies, domain, headers, is_text, query};
use super::v1::{FormatV1, RestFields, headers as v1_headers, made_up_id};
use super::{Context, Event};
use crate::forwarded::Arrival;
use crate::head::{host, protocol, raw_query};
use crate::media_type;
use crate::reply::format::ReplyFormat;
use crate::route::{self, RouteKey};
use crate::routed_request::RoutedRequest;
use bytes::Bytes;
use http::request::Parts;
use sig4_iam::tower::AuthorizedCaller;
use time::OffsetDateTime;

/// A request, its route, its caller and the circumstances that an event reports.
pub(crate) struct EventInput<'r, T> {
    pub(crate) head: &'r Parts,
    pub(crate) body: Bytes,
    pub(crate) routed: &'r RoutedRequest<'r, T>,
    pub(crate) caller: Option<AuthorizedCaller>,
    pub(crate) account_id: &'r str,
    pub(crate) api_id: &'r str,
    pub(crate) request_id: &'r str,
    pub(crate) arrival: Arrival,
    pub(crate) time: OffsetDateTime,
    pub(crate) format: EventFormat<'r>,
}

/// The payload format of an event, with what only that format reports.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EventFormat<'r> {
    /// Payload format 2.0.
    V2,
    /// Payload format 1.0 of an HTTP API.
    HttpApiV1,
    /// Payload format 1.0 of a REST API.
    Rest {
        extended_request_id: &'r str,
        /// `None` if the definition has none.
        deployment_id: Option<&'r str>,
        binary_media_types: &'r [String],
    },
}

impl<T> From<EventInput<'_, T>> for Event {
    fn from(input: EventInput<'_, T>) -> Self {
        let v1 = format_v1(&input);
        let EventInput { head, body, routed, caller, format, .. } = input;
        let staged = &routed.staged;
        let raw_query = raw_query(head).to_owned();
        let (path, path_in_stage) = match &staged.rest {
            Some(rest) => (rest.received(), rest.raw_in_stage()),
            None => (staged.raw_path, staged.path_in_stage),
        };
        let path_parameters = routed.variables.iter().map(|(name, value)| (name.clone(), (*value).to_owned()));
        Self {
            route_key: routed.route.to_string(),
            resource: resource(routed.route).to_owned(),
            cookies: cookies(&head.headers),
            headers: match &v1 {
                Some(v1) => v1_headers::joined(&v1.headers),
                None => headers(&head.headers, body.len(), &input.arrival),
            },
            query: query(&raw_query),
            path_parameters: path_parameters.collect(),
            stage_variables: staged
                .stage
                .variables()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            is_text: match format {
                EventFormat::Rest { binary_media_types, .. } => {
                    !media_type::is_binary_request(binary_media_types, &head.headers)
                }
                EventFormat::V2 | EventFormat::HttpApiV1 => is_text(&head.headers, &body),
            },
            context: Context {
                account_id: input.account_id.to_owned(),
                api_id: input.api_id.to_owned(),
                domain_name: domain(&host(head)).0.to_owned(),
                request_id: input.request_id.to_owned(),
                stage: staged.stage.name().to_owned(),
                time: input.time,
                method: head.method.to_string(),
                path: path.to_owned(),
                protocol: protocol(head.version),
                arrival: input.arrival,
            },
            raw_path: path.to_owned(),
            path_in_stage: path_in_stage.to_owned(),
            raw_query,
            body,
            caller,
            v1,
            reply_format: reply_format(format, head),
        }
    }
}

fn format_v1<T>(input: &EventInput<'_, T>) -> Option<FormatV1> {
    let (head, raw) = (input.head, input.head.uri.path());
    match input.format {
        EventFormat::V2 => None,
        EventFormat::HttpApiV1 => Some(FormatV1 {
            rest: None,
            // Recorded with the stage `$default` only. serverless-http#143 shows the name of another stage in it.
            path: raw.to_owned(),
            headers: v1_headers::of_http_api(head, input.body.len(), &input.arrival),
        }),
        EventFormat::Rest { extended_request_id, deployment_id, .. } => Some(FormatV1 {
            path: input.routed.staged.rest.map_or(raw, |rest| rest.event_path()).to_owned(),
            headers: v1_headers::of_rest(head, &input.arrival),
            rest: Some(RestFields {
                deployment_id: deployment_id.map_or_else(|| made_up_id(input.api_id, "deployment"), str::to_owned),
                resource_id: made_up_id(input.api_id, resource(input.routed.route)),
                extended_request_id: extended_request_id.to_owned(),
            }),
        }),
    }
}

/// The path of a route. AWS does not document that of the route `$default`.
fn resource(key: &RouteKey) -> &str {
    key.path().unwrap_or(route::DEFAULT)
}

fn reply_format(format: EventFormat<'_>, head: &Parts) -> ReplyFormat {
    match format {
        EventFormat::V2 => ReplyFormat::V2,
        EventFormat::HttpApiV1 => ReplyFormat::HttpApiV1,
        EventFormat::Rest { binary_media_types, .. } => {
            ReplyFormat::Rest { decodes: media_type::accepts_binary(binary_media_types, &head.headers) }
        }
    }
}
