//! Ids of requests, in the two forms that AWS has. Nothing secret depends on them.

use crate::gateway::forwarded;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use std::sync::atomic::{AtomicU64, Ordering};
use time::OffsetDateTime;

fn bytes<const N: usize>() -> [u8; N] {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        // A machine without randomness still tells requests apart.
        let count = COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(count).for_each(|(byte, count)| *byte = count);
    }
    bytes
}

/// The id of a request to the gateway: 11 bytes in base 64, as `apigw-requestid` has them.
pub(super) fn request_id() -> String {
    URL_SAFE.encode(bytes::<11>())
}

fn hex<const N: usize>() -> String {
    hex::encode(bytes::<N>())
}

/// The root of a new trace.
pub(super) fn trace_root(time: OffsetDateTime) -> String {
    forwarded::trace_root(time, &hex::<12>())
}

/// The id of a request to a function: a UUID of version 4.
pub(super) fn uuid() -> String {
    let bits = u128::from_be_bytes(bytes()) & !(0xf << 76 | 0b11 << 62) | 0x4 << 76 | 0b10 << 62;
    let digits = format!("{bits:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range).unwrap_or_default()).join("-")
}
