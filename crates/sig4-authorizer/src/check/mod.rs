//! The decision about one request, whichever proxy asks.

pub(crate) mod answers;
pub(crate) mod api;
mod apis;
pub(crate) mod authorizer;
mod head;
pub(crate) mod record;
mod refused;
pub(crate) mod request;
mod request_id;
mod served_api;
mod stores;
mod trace_context;
pub(crate) mod upstream_headers;
pub(crate) mod verdict;
