//! The content type of a gateway response, which a header may change.

use super::rest;
use crate::support::{send, serve};
use serde_json::Value;
use sig4_gateway::{GatewayResponse, GatewayResponseType};

fn response(response_type: GatewayResponseType) -> GatewayResponse {
    GatewayResponse::new(response_type).with_header("Content-Type", "method.request.querystring.type")
}

#[tokio::test]
async fn values_are_escaped_for_the_content_type_that_the_client_gets() {
    let template = r#"{"agent": "$context.identity.userAgent"}"#;
    let default = response(GatewayResponseType::Default4xx).with_template("application/json", template);
    let server = serve(rest().with_gateway_response(default)).await;
    let agent = [("user-agent", r#"<script>"&"#)];
    for (content_type, body) in [
        ("text/html", r#"{"agent": "&lt;script&gt;&quot;&amp;"}"#),
        ("application/json,text/html", r#"{"agent": "&lt;script&gt;&quot;&amp;"}"#),
        ("application/problem%2Bjson;a=b", r#"{"agent": "<script>\"&"}"#),
        ("text/plain", r#"{"agent": "<script>"&"}"#),
        ("%C3%A9", r#"{"agent": "&lt;script&gt;&quot;&amp;"}"#),
        // The header cannot carry it, and is left out.
        ("a%0Ab", r#"{"agent": "<script>\"&"}"#),
    ] {
        let answer = send(&server, "GET", &format!("/prod/pets/7?type={content_type}"), &agent, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (403, body), "{content_type}: {answer:?}");
    }
    server.shutdown().await;
}

/// The messages of the gateway repeat what the client sent.
#[tokio::test]
async fn a_message_that_is_read_as_markup_has_none() {
    let types = [GatewayResponseType::InvalidSignature, GatewayResponseType::Default4xx];
    let server =
        serve(types.into_iter().map(response).fold(rest(), |api, response| api.with_gateway_response(response))).await;
    let now = time::OffsetDateTime::now_utc();
    let date = format!("{}{:02}{:02}", now.year(), u8::from(now.month()), now.day());
    let time = format!("{:02}{:02}{:02}", now.hour(), now.minute(), now.second());
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}T{time}Z&X-Amz-SignedHeaders=host&X-Amz-Signature={}",
        "0".repeat(64)
    );
    for content_type in ["text/html", "application/json"] {
        let path = format!("/prod/pets/7?{query}&X-Amz-Credential=%3Cscript%3E%26&type={content_type}");
        let answer = send(&server, "GET", &path, &[], "").await;
        let json: Value = serde_json::from_str(&answer.body).unwrap();
        assert!(json["message"].as_str().unwrap().contains("<script>&"), "{answer:?}");
        assert_eq!(answer.body.contains(['<', '&']), content_type == "application/json", "{answer:?}");
    }
    server.shutdown().await;
}
