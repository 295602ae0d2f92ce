//! What the head of a request tells about its body.

/// What the head of a request tells about its body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    /// The request has no body: it is of HTTP/1, and its head announces none (RFC 9112 section 6.3).
    NoBody,
    /// The head has this `Content-Length`.
    Length(u64),
    /// There may be a body of any length.
    Unknown,
}

impl Framing {
    /// Reads `HTTP/1.1 length=12 encoding=`: the version of HTTP, the `Content-Length` and the `Transfer-Encoding` of the client, both
    /// empty without the header. One header carries all three, so that none of them can be missing unnoticed.
    ///
    /// A proxy writes the version as `HTTP/1.1` or as `1.1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split(' ');
        let version = fields.next()?.trim_start_matches("HTTP/");
        let length = fields.next()?.strip_prefix("length=")?;
        let encoding = fields.next()?.strip_prefix("encoding=")?;
        match (fields.next(), length, encoding) {
            (Some(_), ..) => None,
            (None, "", "") => Self::unannounced(version),
            (None, length, "") => Self::of_length(length),
            (None, "", _) => Some(Self::Unknown),
            // Two readers may find two ends of such a body (RFC 9112 section 6.3).
            (None, ..) => None,
        }
    }

    /// A `Content-Length`, or an empty text for none.
    pub(super) fn of_length(text: &str) -> Option<Self> {
        match text.is_empty() {
            true => Some(Self::Unknown),
            false => text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok().map(Self::Length))?,
        }
    }

    /// A head that announces no body. In HTTP/2 and 3 a body may follow nevertheless.
    fn unannounced(version: &str) -> Option<Self> {
        match version {
            "1.0" | "1.1" => Some(Self::NoBody),
            "2.0" | "2" | "3.0" | "3" => Some(Self::Unknown),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Framing;

    #[test]
    fn a_body_is_absent_only_where_http_1_announces_none() {
        for (text, framing) in [
            ("HTTP/1.1 length= encoding=", Framing::NoBody),
            ("HTTP/1.0 length= encoding=", Framing::NoBody),
            ("1.1 length= encoding=", Framing::NoBody),
            ("HTTP/2.0 length= encoding=", Framing::Unknown),
            ("HTTP/3.0 length= encoding=", Framing::Unknown),
            ("HTTP/2.0 length=0 encoding=", Framing::Length(0)),
            ("HTTP/1.1 length=12 encoding=", Framing::Length(12)),
            ("HTTP/1.1 length= encoding=chunked", Framing::Unknown),
        ] {
            assert_eq!(Framing::parse(text), Some(framing), "{text}");
        }
    }

    #[test]
    fn what_two_readers_may_read_differently_is_refused() {
        for text in [
            "",
            "HTTP/1.1",
            "HTTP/1.1 length=",
            "HTTP/1.1 length=1 encoding=chunked",
            "HTTP/1.1 length=+1 encoding=",
            "HTTP/1.1 length=1,1 encoding=",
            "HTTP/1.1 length=1 1 encoding=",
            "HTTP/1.1 length=99999999999999999999 encoding=",
            "HTTP/2.0 length= encoding= encoding=",
            "HTTP/0.9 length= encoding=",
            "length= encoding= HTTP/1.1",
        ] {
            assert_eq!(Framing::parse(text), None, "{text}");
        }
    }
}
