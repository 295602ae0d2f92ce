//! An event from a request that was routed and authorized.

use super::fields::{cookies, domain, headers, is_text, query};
use super::{Context, Event};
use crate::forwarded::Arrival;
use crate::head::{host, protocol, raw_query};
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
}

impl<T> From<EventInput<'_, T>> for Event {
    fn from(input: EventInput<'_, T>) -> Self {
        let EventInput { head, body, routed, caller, .. } = input;
        let (path, stage) = (routed.staged.path.to_string(), routed.staged.stage);
        let raw_query = raw_query(head).to_owned();
        let path_parameters = routed.variables.iter().map(|(name, value)| (name.clone(), (*value).to_owned()));
        Self {
            route_key: routed.route.to_string(),
            cookies: cookies(&head.headers),
            headers: headers(&head.headers, body.len(), &input.arrival),
            query: query(&raw_query),
            path_parameters: path_parameters.collect(),
            stage_variables: stage.variables().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            is_text: is_text(&head.headers, &body),
            context: Context {
                account_id: input.account_id.to_owned(),
                api_id: input.api_id.to_owned(),
                domain_name: domain(&host(head)).0.to_owned(),
                request_id: input.request_id.to_owned(),
                stage: stage.name().to_owned(),
                time: input.time,
                method: head.method.to_string(),
                path: path.clone(),
                protocol: protocol(head.version),
                arrival: input.arrival,
            },
            raw_path: path,
            raw_query,
            body,
            caller,
        }
    }
}
