//! The decision about one request, whichever proxy asks.

pub(crate) mod api;
pub(crate) mod authorizer;
pub(crate) mod record;
pub(crate) mod request;
mod request_id;
pub(crate) mod upstream_headers;
pub(crate) mod verdict;
