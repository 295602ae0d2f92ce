//! A page in a browser reads a refusal if `DEFAULT_4XX` has the headers of CORS, as users of the CDK add them.

use super::{POWERLESS, rest};
use crate::support::{call_with, send, serve};
use sig4_gateway::{GatewayResponse, GatewayResponseType};

fn readable(response_type: GatewayResponseType) -> GatewayResponse {
    GatewayResponse::new(response_type)
        .with_header("Access-Control-Allow-Origin", "'https://app.example'")
        .with_header("Access-Control-Expose-Headers", "'x-amzn-ErrorType'")
}

#[tokio::test]
async fn refusals_carry_the_headers_of_cors_and_keep_their_answers() {
    let api = rest()
        .with_gateway_response(readable(GatewayResponseType::Default4xx))
        .with_gateway_response(readable(GatewayResponseType::Default5xx));
    let server = serve(api).await;
    let plain = serve(rest()).await;
    let origin = [("origin", "https://app.example")];
    for target in ["/prod/pets/7", "/prod/nothing", "/nothing", "/prod/pets/%zz"] {
        let (answer, before) =
            (send(&server, "GET", target, &origin, "").await, send(&plain, "GET", target, &origin, "").await);
        assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("https://app.example"), "{answer:?}");
        assert_eq!(answer.header("access-control-expose-headers").as_deref(), Some("x-amzn-ErrorType"));
        assert_eq!((answer.status, &answer.body), (before.status, &before.body), "{target}");
        assert_eq!(answer.header("x-amzn-errortype"), before.header("x-amzn-errortype"), "{target}");
    }
    let answer = call_with(&server, "GET", "/prod/pets/7", &origin, "", POWERLESS).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.starts_with(r#"{"Message":"User: arn:aws:iam::"#), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("https://app.example"));
    let open = send(&server, "GET", "/prod/open/7", &origin, "").await;
    assert_eq!((open.status, open.header("access-control-allow-origin")), (200, None), "only errors have them");
    server.shutdown().await;
    plain.shutdown().await;
}
