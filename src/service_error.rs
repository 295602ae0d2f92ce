//! The error code and the message of a service's refusal.
//!
//! Sources: "Error responses" of Amazon S3 and "Common Error Types" for XML; the error serialisation of Smithy's `awsJson1_1` and
//! `restJson1` protocols for `__type`, `code` and their namespaces; answers of API Gateway for `message` and `Message`.

#[cfg(feature = "explain")]
use crate::bytes::scan::{element, member};

/// The start of the message if the signature is older than the service allows.
pub(crate) const SIGNATURE_EXPIRED: &str = "Signature expired: ";
/// The start of the message if the time of signing is in the future.
pub(crate) const SIGNATURE_NOT_YET_CURRENT: &str = "Signature not yet current: ";
/// The message of most services for temporary credentials that have expired.
pub(crate) const TOKEN_EXPIRED: &str = "The security token included in the request is expired";
/// The message of most services for an unknown access key or session token.
pub(crate) const TOKEN_INVALID: &str = "The security token included in the request is invalid";
/// S3's message for temporary credentials that have expired.
pub(crate) const S3_TOKEN_EXPIRED: &str = "The provided token has expired";
/// S3's message for an unknown session token.
pub(crate) const S3_TOKEN_MALFORMED: &str = "The provided token is malformed";
/// The only message of HTTP APIs and function URLs.
pub(crate) const FORBIDDEN: &str = "Forbidden";

/// The error code of a body.
#[cfg(feature = "explain")]
pub(crate) fn code(text: &str) -> Option<String> {
    let code = element(text, "Code").or_else(|| member(text, "__type")).or_else(|| member(text, "code"))?;
    Some(bare_code(&code).to_owned())
}

/// The code without the namespace that JSON services put before it, and without the address after it.
pub(crate) fn bare_code(code: &str) -> &str {
    let code = code.split_once(':').map_or(code, |(code, _address)| code);
    code.rsplit_once('#').map_or(code, |(_namespace, code)| code)
}

/// The message of a JSON body.
#[cfg(feature = "explain")]
pub(crate) fn json_message(text: &str) -> Option<String> {
    member(text, "message").or_else(|| member(text, "Message"))
}

/// The message of an XML body.
#[cfg(feature = "explain")]
pub(crate) fn xml_message(text: &str) -> Option<String> {
    element(text, "Message")
}

#[cfg(all(test, feature = "explain"))]
mod tests {
    use super::{bare_code, code, json_message, xml_message};

    #[test]
    fn the_code_stands_without_its_namespace_and_its_address() {
        assert_eq!(
            code("<Error><Code>ExpiredToken</Code><Message>m</Message></Error>").as_deref(),
            Some("ExpiredToken")
        );
        assert_eq!(
            code(r#"{"__type":"com.amazon.coral.service#ExpiredTokenException"}"#).as_deref(),
            Some("ExpiredTokenException")
        );
        assert_eq!(code(r#"{"code":"AccessDeniedException"}"#).as_deref(), Some("AccessDeniedException"));
        assert_eq!(code(r#"{"message":"Forbidden"}"#), None);
        assert_eq!(
            bare_code("InvalidSignatureException:http://internal.amazon.com/coral/"),
            "InvalidSignatureException"
        );
    }

    #[test]
    fn the_message_stands_in_either_spelling() {
        assert_eq!(
            json_message(r#"{"Message":"a"}"#).or_else(|| json_message(r#"{"message":"a"}"#)).as_deref(),
            Some("a")
        );
        assert_eq!(xml_message("<Error><Message>a &amp; b</Message></Error>").as_deref(), Some("a & b"));
    }
}
