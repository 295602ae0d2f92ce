//! A request as a row of the list.

use super::masks::Masks;
use serde_json::{Value, json};
use sig4::time::epoch_millis;
use sig4_gateway::AccessRecord;

/// The members of a row, as the page reads them.
pub(super) fn members(record: &AccessRecord, masks: &Masks) -> Value {
    let caller = record.caller_arn().or_else(|| record.access_key_id());
    json!({
        "time": epoch_millis(record.time()),
        "method": masks.line(record.method()),
        "path": masks.line(record.path()),
        "route": record.route_key().map(|route| masks.line(route)),
        "caller": caller.map(|caller| masks.line(caller)),
        "authenticated": record.is_caller_authenticated(),
        "decision": record.decision().as_str(),
        "status": record.status(),
        "micros": u64::try_from(record.latency().as_micros()).unwrap_or(u64::MAX),
        "request_id": record.request_id(),
        "cause": record.cause().map(|cause| masks.line(cause)),
        "remedy": record.remedy().map(|remedy| masks.line(remedy)),
    })
}

/// The row as JSON on one line.
pub(super) fn of(record: &AccessRecord, id: u64, has_details: bool, masks: &Masks) -> String {
    let mut row = members(record, masks);
    if let Some(row) = row.as_object_mut() {
        row.insert("id".to_owned(), id.into());
        row.insert("details".to_owned(), has_details.into());
        row.insert("dropped".to_owned(), record.dropped().into());
    }
    row.to_string()
}
