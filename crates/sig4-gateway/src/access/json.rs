//! An access log record as JSON.
//!
//! Source: "Customize HTTP API access logs", the variables for HTTP API access logs. `identity.accessKey` is a variable of
//! REST APIs.

use super::AccessRecord;
use serde_json::{Map, Value};
use sig4::printable;
use sig4::time::{common_log, epoch_millis};
use std::time::Duration;

impl AccessRecord {
    /// The record as one JSON object on one line. Its names are those of the `$context` variables, without that prefix.
    ///
    /// Source: "Customize HTTP API access logs", the variables for HTTP API access logs.
    #[must_use]
    pub fn to_json(&self) -> String {
        printable::json(&object(self).to_string()).into_owned()
    }
}

fn object(record: &AccessRecord) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        object.insert(name.to_owned(), value);
    };
    put("requestId", record.request_id.as_str().into());
    if !record.extended_request_id.is_empty() {
        put("extendedRequestId", record.extended_request_id.as_str().into());
    }
    put("requestTime", common_log(record.time).into());
    put("requestTimeEpoch", epoch_millis(record.time).into());
    put("identity.sourceIp", record.source_ip.to_string().into());
    put("identity.userAgent", record.user_agent.as_str().into());
    put("httpMethod", record.method.as_str().into());
    put("path", record.path.as_str().into());
    put("protocol", record.protocol.into());
    put("domainName", record.domain_name.as_str().into());
    put("accountId", record.account_id.as_str().into());
    put("apiId", record.api_id.as_str().into());
    put("stage", record.stage.as_deref().into());
    put("routeKey", record.route_key.as_deref().into());
    put("status", record.status.into());
    put("responseLength", record.response_len.into());
    put("responseLatency", millis(record.latency));
    put_caller(record, &mut put);
    put_outcome(record, &mut put);
    if record.dropped > 0 {
        put("droppedRecords", record.dropped.into());
    }
    Value::Object(object)
}

fn put_caller(record: &AccessRecord, put: &mut impl FnMut(&str, Value)) {
    let Some(caller) = record.caller.as_ref().filter(|caller| caller.proven) else { return };
    put("identity.accessKey", caller.access_key_id.as_str().into());
    if let Some(principal) = &caller.principal {
        put("identity.accountId", principal.account().into());
        put("identity.caller", principal.caller_id().into());
        put("identity.user", principal.user_id().into());
        put("identity.userArn", principal.arn().into());
        put("identity.principalOrgId", principal.org_id().into());
    }
}

fn put_outcome(record: &AccessRecord, put: &mut impl FnMut(&str, Value)) {
    if let Some(integration) = &record.integration {
        put("integration.status", integration.status.into());
        put("integration.latency", millis(integration.latency));
        put("integrationErrorMessage", integration.error.as_deref().into());
    }
    if let Some(error) = &record.error {
        put("error.message", error.message.as_ref().into());
        put("error.responseType", error.response_type.into());
        let refused = record.decision == super::AuthDecision::Refused;
        put("authorizer.error", error.cause.as_deref().filter(|_| refused).into());
    }
}

fn millis(time: Duration) -> Value {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).into()
}
