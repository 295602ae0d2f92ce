//! A decision as one line of JSON.
//!
//! The names are those of the `$context` variables of API Gateway's access logs where there is one, without that prefix. The names of
//! trace and span are those of OpenTelemetry's log data model in formats other than its own.
//!
//! Sources: "Customize HTTP API access logs"; "Trace Context in non-OTLP Log Formats" of OpenTelemetry.

use crate::check::record::CheckRecord;
use serde_json::{Map, Value};
use sig4::printable;
use sig4::time::{common_log, epoch_millis};
use time::OffsetDateTime;

/// The line of a decision at `now`, without a line feed. Control characters and marks of direction are escaped.
pub(super) fn log_line(record: &CheckRecord, now: OffsetDateTime) -> String {
    printable::json(&Value::Object(object(record, now)).to_string()).into_owned()
}

fn object(record: &CheckRecord, now: OffsetDateTime) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    };
    put("requestId", record.request_id.as_str().into());
    put("requestTime", common_log(now).into());
    put("requestTimeEpoch", epoch_millis(now).into());
    put("proxy", record.proxy.into());
    put("api", record.api.as_deref().into());
    put("identity.sourceIp", record.source_ip.map(|ip| ip.to_string()).into());
    put("httpMethod", record.method.as_str().into());
    put("path", record.path.as_str().into());
    put("status", record.status.as_u16().into());
    put("outcome", record.outcome.as_str().into());
    put("identity.accessKey", record.access_key_id.as_deref().into());
    put("identity.claimedAccessKey", claimed(record).into());
    put("identity.userArn", record.principal.as_deref().into());
    put("error.code", record.code.as_deref().into());
    put("authorizer.error", record.cause.as_deref().into());
    put("authorizer.latency", u64::try_from(record.elapsed.as_micros()).unwrap_or(u64::MAX).into());
    put("trace_id", record.trace_id.as_deref().into());
    put("span_id", record.span_id.as_deref().into());
    object
}

/// The access key id that a refused request names. It is a claim, which anybody can make.
fn claimed(record: &CheckRecord) -> Option<&str> {
    record.claimed_access_key_id.as_deref().filter(|_| record.access_key_id.is_none())
}
