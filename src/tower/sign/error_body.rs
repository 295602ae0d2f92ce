//! The code and the message in the body of a service's error.
//!
//! An application's answer may repeat parts of the request. A field therefore counts only where a service writes it: not in a
//! text, not in a nested object, not in a page of HTML.
//!
//! Sources: the error serialisation of Smithy's `awsJson1_1`, `restJson1`, `restXml`, `awsQuery` and `ec2Query` protocols; the
//! answers of AWS STS to `Accept: application/json` for `Error`.

use crate::bytes::json::Members;
use crate::bytes::scan::element;
use crate::service_error::bare_code;

/// The outermost elements of services' errors.
const ROOTS: [&str; 3] = ["Error", "ErrorResponse", "Response"];

/// The code and the message of an error.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct ErrorBody {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

impl ErrorBody {
    /// Reads a body, or its beginning. JSON that is cut off gives neither code nor message.
    pub(super) fn parse(body: &str) -> Self {
        let body = body.trim_start();
        match Members::read(body) {
            Some(members) => Self::from_json(&members),
            None if root(body).is_some_and(|root| ROOTS.contains(&root)) => Self::from_xml(body),
            None => Self::default(),
        }
    }

    fn from_json(members: &Members) -> Self {
        let text = |members: &Members, name| members.text(name).map(str::to_owned);
        if let Some(error) = members.object("Error") {
            return Self { code: text(error, "Code"), message: text(error, "Message") };
        }
        let code = members.text("__type").or_else(|| members.text("code"));
        Self {
            code: code.map(|code| bare_code(code).to_owned()),
            message: text(members, "message").or_else(|| text(members, "Message")),
        }
    }

    fn from_xml(body: &str) -> Self {
        Self { code: element(body, "Code"), message: element(body, "Message") }
    }
}

/// The name of the outermost element of an XML document.
fn root(body: &str) -> Option<&str> {
    let declared = body.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let rest = declared.map_or(body, |(_, rest)| rest).trim_start().strip_prefix('<')?;
    rest.split(|c: char| c.is_ascii_whitespace() || c == '>').next()
}

#[cfg(test)]
mod tests {
    use super::ErrorBody;

    fn parsed(body: &str) -> (Option<String>, Option<String>) {
        let ErrorBody { code, message } = ErrorBody::parse(body);
        (code, message)
    }

    #[test]
    fn code_and_message_are_read_where_each_protocol_writes_them() {
        for body in [
            r#"{"__type":"com.amazon.coral.service#C","message":"m"}"#,
            r#" {"code":"C:http://internal.amazon.com/coral/","Message":"m","other":[{}]}"#,
            r#"{"Error":{"Code":"C","Message":"m","Type":"Sender"},"RequestId":"r"}"#,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>C</Code><Message>m</Message></Error>",
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>C</Code>\
             <Message>m</Message></Error></ErrorResponse>",
            "<Response><Errors><Error><Code>C</Code><Message>m</Message></Error></Errors><RequestID>",
        ] {
            assert_eq!(parsed(body), (Some("C".to_owned()), Some("m".to_owned())), "{body}");
        }
    }

    #[test]
    fn nothing_is_read_elsewhere() {
        for body in [
            "",
            "{",
            "null",
            r#"{"message":1,"code":{"code":"C"},"error":{"Code":"C"}}"#,
            r#"[{"code":"C"}]"#,
            r#"{"code":"C""#,
            r#""code":"C""#,
            "text <Error><Code>C</Code></Error>",
            "<html><Code>C</Code></html>",
            "<Errors><Code>C</Code></Errors>",
            "<Code>C</Code>",
        ] {
            assert_eq!(parsed(body), (None, None), "{body}");
        }
    }
}
