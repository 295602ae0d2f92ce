//! The trace that a request belongs to.
//!
//! ```text
//! traceparent  =  version "-" trace-id "-" parent-id "-" flags      lower-case hexadecimal digits
//! version      =  2 digits, not "ff"      trace-id  =  32 digits, not all 0
//! parent-id    =  16 digits, not all 0    flags     =  2 digits
//! ```
//!
//! A version later than `00` may go on after another `-`.
//!
//! Source: "Trace Context" of W3C, section 3.2.

use http::{HeaderMap, HeaderName};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The trace of a request, and its span at the proxy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct TraceContext {
    pub(super) trace_id: String,
    pub(super) span_id: String,
}

impl TraceContext {
    /// The context of a request. `None` if there is no such header, two, or a malformed one.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Self::parse(value.to_str().ok()?),
            _ => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '-');
        let [version, trace_id, span_id, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let is_current = version == "00" && parts.next().is_none();
        let is_later = is_hex(version, 2) && version != "00" && version != "ff";
        let is_valid = is_id(trace_id, 32) && is_id(span_id, 16) && is_hex(flags, 2);
        let context = || Self { trace_id: trace_id.to_owned(), span_id: span_id.to_owned() };
        (is_valid && (is_current || is_later)).then(context)
    }
}

fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_id(text: &str, len: usize) -> bool {
    is_hex(text, len) && text.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use super::TraceContext;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn the_ids_of_a_valid_value_are_read() {
        for text in [format!("00-{TRACE}-{SPAN}-01"), format!("cc-{TRACE}-{SPAN}-01-what-the-future-will-be")] {
            let context = TraceContext::parse(&text).unwrap();
            assert_eq!((context.trace_id.as_str(), context.span_id.as_str()), (TRACE, SPAN));
        }
    }

    #[test]
    fn other_values_are_ignored() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0-{TRACE}-{SPAN}-01"),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}0-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!(" 00-{TRACE}-{SPAN}-01"),
        ] {
            assert_eq!(TraceContext::parse(&text), None, "{text}");
        }
    }
}
