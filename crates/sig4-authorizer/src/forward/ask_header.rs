//! A header with which a proxy tells one fact of the original request.

use http::HeaderMap;

/// A header of a proxy's question. The texts are the reasons for which a question is refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskHeader {
    pub(super) name: &'static str,
    pub(super) missing: &'static str,
    pub(super) repeated: &'static str,
    pub(super) invalid: &'static str,
}

/// An [`AskHeader`] of a name.
macro_rules! ask_header {
    ($name:literal) => {
        crate::forward::ask_header::AskHeader {
            name: $name,
            missing: concat!("the proxy did not send the header ", $name),
            repeated: concat!("the proxy sent the header ", $name, " more than once"),
            invalid: concat!("the header ", $name, " of the proxy has an invalid value"),
        }
    };
}
pub(super) use ask_header;

impl AskHeader {
    /// The only value of the header. Two headers are refused, because the first may be the client's.
    pub(super) fn text(self, ask: &HeaderMap) -> Result<&str, &'static str> {
        let mut values = ask.get_all(self.name).iter();
        let value = values.next().ok_or(self.missing)?;
        match values.next() {
            Some(_) => Err(self.repeated),
            None => value.to_str().map_err(|_| self.invalid),
        }
    }

    /// The only value of the header, parsed.
    pub(super) fn parse<T>(self, ask: &HeaderMap, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, &'static str> {
        parse(self.text(ask)?).ok_or(self.invalid)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    #[test]
    fn a_header_is_there_exactly_once() {
        const METHOD: super::AskHeader = ask_header!("x-method");
        let mut ask = HeaderMap::new();
        assert_eq!(METHOD.text(&ask), Err("the proxy did not send the header x-method"));
        ask.append("x-method", "GET".parse().unwrap());
        assert_eq!(METHOD.text(&ask), Ok("GET"));
        ask.append("x-method", "GET".parse().unwrap());
        assert_eq!(METHOD.text(&ask), Err("the proxy sent the header x-method more than once"));
    }

    #[test]
    fn a_value_that_is_not_text_is_invalid() {
        const URI: super::AskHeader = ask_header!("x-uri");
        let mut ask = HeaderMap::new();
        ask.append("x-uri", http::HeaderValue::from_bytes(b"/caf\xc3\xa9").unwrap());
        assert_eq!(URI.text(&ask), Err("the header x-uri of the proxy has an invalid value"));
    }
}
