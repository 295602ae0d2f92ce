//! The error code and the message in a service's refusal.
//!
//! Sources: "Error responses" of Amazon S3 and "Common Error Types" for XML; the error serialisation of Smithy's `awsJson1_1` and
//! `restJson1` protocols for `__type`, `code` and their namespaces; answers of API Gateway for `message` and `Message`.

#[cfg(feature = "explain")]
use crate::bytes::scan::{element, member};

/// How the message begins when the signature is older than the service allows.
pub(crate) const SIGNATURE_EXPIRED: &str = "Signature expired: ";
/// How the message begins when the time of signing lies in the future.
pub(crate) const SIGNATURE_NOT_YET_CURRENT: &str = "Signature not yet current: ";
/// What most services say of temporary credentials that are over.
pub(crate) const TOKEN_EXPIRED: &str = "The security token included in the request is expired";
/// What most services say of an access key or a session token that is not known.
pub(crate) const TOKEN_INVALID: &str = "The security token included in the request is invalid";
/// What S3 says of temporary credentials that are over.
pub(crate) const S3_TOKEN_EXPIRED: &str = "The provided token has expired";
/// What S3 says of a session token that is not known.
pub(crate) const S3_TOKEN_MALFORMED: &str = "The provided token is malformed";
/// All that HTTP APIs and function URLs say.
pub(crate) const FORBIDDEN: &str = "Forbidden";

/// The error code that a body holds.
#[cfg(feature = "explain")]
pub(crate) fn code(text: &str) -> Option<String> {
    let code = element(text, "Code").or_else(|| member(text, "__type")).or_else(|| member(text, "code"))?;
    Some(bare_code(&code).to_owned())
}

/// The code without the namespace that JSON services put before it, and without the address after it.
pub(crate) fn bare_code(code: &str) -> &str {
    code.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default()
}

/// The message of a body of JSON.
#[cfg(feature = "explain")]
pub(crate) fn json_message(text: &str) -> Option<String> {
    member(text, "message").or_else(|| member(text, "Message"))
}

/// The message of a body of XML.
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
