//! The JSON of an event. As in HTTP APIs, empty members are left out.

use super::calendar::{common_log, epoch_millis};
use super::fields::domain;
use super::{Context, Event};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sig4_iam::tower::AuthorizedCaller;

impl Event {
    /// Returns the length of the body in the event's JSON.
    pub(crate) fn json_body_len(&self) -> usize {
        self.text().map_or_else(|| self.body.len().div_ceil(3).saturating_mul(4), text_len)
    }

    /// Returns the event as a Lambda function gets it: one JSON object of payload format 2.0.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(self).to_string()
    }
}

fn object(event: &Event) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        object.insert(name.to_owned(), value);
    };
    put("version", "2.0".into());
    put("routeKey", event.route_key().into());
    put("rawPath", event.raw_path().into());
    put("rawQueryString", event.raw_query().into());
    put("headers", fields(&event.headers));
    put("requestContext", context(&event.context, event));
    put("isBase64Encoded", (!event.is_text && !event.body.is_empty()).into());
    for (name, named) in [
        ("queryStringParameters", &event.query),
        ("pathParameters", &event.path_parameters),
        ("stageVariables", &event.stage_variables),
    ] {
        if !named.is_empty() {
            put(name, fields(named));
        }
    }
    if !event.cookies.is_empty() {
        put("cookies", event.cookies.clone().into());
    }
    if !event.body.is_empty() {
        put("body", event.text().map_or_else(|| STANDARD.encode(&event.body), str::to_owned).into());
    }
    Value::Object(object)
}

/// Returns the length of a text in JSON, without its quotes.
///
/// Source: RFC 8259 section 7. A character without a short escape takes six characters.
fn text_len(text: &str) -> usize {
    let len = |b: u8| match b {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xc => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    text.bytes().map(len).sum()
}

fn fields(named: &[(String, String)]) -> Value {
    named.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>().into()
}

fn context(context: &Context, event: &Event) -> Value {
    let (domain_name, domain_prefix) = domain(&context.domain_name);
    let mut object = json!({
        "accountId": context.account_id,
        "apiId": context.api_id,
        "domainName": domain_name,
        "domainPrefix": domain_prefix,
        "requestId": context.request_id,
        "routeKey": event.route_key,
        "stage": context.stage,
        "time": common_log(context.time),
        "timeEpoch": epoch_millis(context.time),
        "http": {
            "method": context.method,
            "path": context.path,
            "protocol": context.protocol,
            "sourceIp": context.arrival.client().to_string(),
            "userAgent": event.header("user-agent").unwrap_or_default(),
        },
    });
    if let (Some(caller), Some(object)) = (event.caller(), object.as_object_mut()) {
        object.insert("authorizer".to_owned(), json!({ "iam": iam(caller) }));
    }
    object
}

fn iam(caller: &AuthorizedCaller) -> Value {
    let principal = caller.principal();
    json!({
        "accessKey": caller.access_key_id(),
        "accountId": principal.account(),
        "callerId": principal.caller_id(),
        "cognitoIdentity": null,
        "principalOrgId": principal.org_id(),
        "userArn": principal.arn(),
        "userId": principal.user_id(),
    })
}

#[cfg(test)]
mod tests {
    use super::text_len;

    #[test]
    fn a_text_is_as_long_in_json_as_it_is_said_to_be() {
        let all: String = (0..0x300).filter_map(char::from_u32).chain(['\u{2028}', '😀']).collect();
        for text in ["", "plain", "\"\\\n\u{8}\u{c}\u{0}\u{7f}é", &all] {
            assert_eq!(text_len(text), serde_json::to_string(text).unwrap().len() - 2, "{text:?}");
        }
    }
}
