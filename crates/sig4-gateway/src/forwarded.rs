//! The headers that describe a request's origin, as API Gateway sets them for functions and upstreams.
//!
//! Their values come from the connection, never from the client's headers: readers trust them.
//!
//! Source: a recorded event of an HTTP API (floci-io/floci#2172) for the names; "AWS X-Ray concepts", tracing header, for
//! the form of the trace id.

use core::net::IpAddr;
use http::HeaderName;
use time::OffsetDateTime;

/// The client's address.
const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The port that the client connected to.
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
/// The scheme that the client used.
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The id under which the request is traced.
pub(crate) const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// Whether [`Arrival::headers`] sets the header. The client's own is then not forwarded.
pub(crate) fn is_set_by_gateway(name: &HeaderName) -> bool {
    [FOR, PORT, PROTO, TRACE_ID].contains(name)
}

/// Makes the root of a new trace, from the time and 96 random bits in hexadecimal.
pub(crate) fn trace_root(time: OffsetDateTime, random: &str) -> String {
    format!("Root=1-{:08x}-{random}", time.unix_timestamp())
}

/// How a request reached the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    client: IpAddr,
    port: u16,
    is_secure: bool,
    trace_id: String,
}

impl Arrival {
    /// An arrival without TLS. `port` is the one the client connected to; `trace_id` comes from [`trace_root`].
    pub(crate) const fn new(client: IpAddr, port: u16, trace_id: String) -> Self {
        Self { client, port, is_secure: false, trace_id }
    }

    /// Sets whether the request came over TLS.
    pub(crate) const fn with_tls(mut self, is_secure: bool) -> Self {
        self.is_secure = is_secure;
        self
    }

    /// Whether the request came over TLS.
    pub(crate) const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The client's address.
    pub(crate) const fn client(&self) -> IpAddr {
        self.client
    }

    /// The scheme that the client used.
    pub(crate) const fn scheme(&self) -> &'static str {
        if self.is_secure { "https" } else { "http" }
    }

    /// The root of the request's trace.
    pub(crate) fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// Returns the headers that the gateway sets, each with its only value.
    pub(crate) fn headers(&self) -> [(HeaderName, String); 4] {
        [
            (FOR, self.client.to_string()),
            (PORT, self.port.to_string()),
            (PROTO, self.scheme().to_owned()),
            (TRACE_ID, self.trace_id.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, is_set_by_gateway, trace_root};
    use time::OffsetDateTime;

    #[test]
    fn the_values_are_those_of_the_connection() {
        let time = OffsetDateTime::from_unix_timestamp(0x5e67_22a7).unwrap();
        let trace_id = trace_root(time, "cc56ae1f46db7ae02d4da47e");
        let headers = Arrival::new("2001:db8::1".parse().unwrap(), 3000, trace_id).headers();
        assert!(headers.iter().all(|(name, _)| is_set_by_gateway(name)));
        let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(
            lines,
            [
                "x-forwarded-for: 2001:db8::1",
                "x-forwarded-port: 3000",
                "x-forwarded-proto: http",
                "x-amzn-trace-id: Root=1-5e6722a7-cc56ae1f46db7ae02d4da47e",
            ]
        );
    }
}
