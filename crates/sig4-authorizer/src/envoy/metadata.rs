//! The metadata of a decision, for Envoy's own log and for later filters.
//!
//! Envoy keeps it under `envoy.filters.http.ext_authz`; its access log prints it with `%DYNAMIC_METADATA(…)%`. A client never sees it.

use crate::check::record::CheckRecord;
use envoy_types::pb::google::protobuf::value::Kind;
use envoy_types::pb::google::protobuf::{Struct, Value};

/// The most bytes of a value. The cause may quote the client's request.
const MAX_METADATA_LEN: usize = 1024;

/// The metadata of a decision: the outcome and what is known of the rest.
pub(super) fn metadata(record: &CheckRecord) -> Struct {
    let account = record.principal.as_deref().and_then(|arn| arn.split(':').nth(4));
    let status = record.status.as_str();
    let fields = [
        ("outcome", Some(record.outcome.as_str())),
        ("cause", record.cause.as_deref()),
        ("status", Some(status)),
        ("request_id", Some(&*record.request_id)),
        ("api", record.api.as_deref()),
        ("access_key_id", record.access_key_id.as_deref()),
        ("principal", record.principal.as_deref()),
        ("account", account),
        ("trace_id", record.trace_id.as_deref()),
    ];
    let known = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?))));
    Struct { fields: known.collect() }
}

/// A value that cannot break a line of a log.
fn text(value: &str) -> Value {
    let mut shown = String::new();
    for c in value.chars() {
        if shown.len() + c.len_utf8() > MAX_METADATA_LEN {
            break;
        }
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Value { kind: Some(Kind::StringValue(shown)) }
}
