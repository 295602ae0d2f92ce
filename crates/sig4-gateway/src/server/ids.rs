//! Ids of requests and traces, in AWS's forms. They are unique, not secret.

use crate::forwarded;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use std::sync::atomic::{AtomicU64, Ordering};
use time::OffsetDateTime;
use uuid::Builder;

fn bytes<const N: usize>() -> [u8; N] {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        // Without a source of randomness, ids are still distinct within the process.
        let count = COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(count).for_each(|(byte, count)| *byte = count);
    }
    bytes
}

/// Returns a new id for a request to the gateway: 11 bytes in base64, as in AWS's `apigw-requestid`.
pub(super) fn request_id() -> String {
    URL_SAFE.encode(bytes::<11>())
}

/// Returns a new id for a request to a REST API: a UUID of version 4, as in AWS's `x-amzn-RequestId`. The extended id of the request
/// is a [`request_id`].
pub(super) fn rest_request_id() -> String {
    uuid()
}

/// Returns the root of a new trace.
pub(super) fn trace_root(time: OffsetDateTime) -> String {
    forwarded::trace_root(time, &hex::encode(bytes::<12>()))
}

/// Returns the trace of a call of an integration, as the response of a REST API names it. `root` is the root of the trace.
///
/// Source: localstack/localstack, snapshot of `test_invocation_trace_id`.
pub(super) fn call_trace(root: &str) -> String {
    format!("{root};Parent={};Sampled=0;Lineage=1:{}:0", hex::encode(bytes::<8>()), hex::encode(bytes::<4>()))
}

/// Returns a new id for an invocation of a function: a UUID of version 4.
pub(super) fn invocation_id() -> String {
    uuid()
}

fn uuid() -> String {
    Builder::from_random_bytes(bytes()).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::{invocation_id, request_id};

    #[test]
    fn ids_have_the_forms_of_aws() {
        assert_eq!(request_id().len(), 16);
        let id = invocation_id();
        let lens: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!((lens, id.as_bytes()[14]), (vec![8, 4, 4, 4, 12], b'4'), "{id}");
        assert_ne!(id, invocation_id());
    }
}
