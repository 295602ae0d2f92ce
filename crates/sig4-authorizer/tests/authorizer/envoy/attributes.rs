//! Envoy's `ext_authz` over gRPC.

use envoy_types::pb::envoy::service::auth::v3 as pb;
use envoy_types::pb::envoy::service::auth::v3::authorization_client::AuthorizationClient;
use sig4_authorizer::{Api, Authorizer, Server};
use sig4_iam::Directory;
use sig4_iam::tower::ExecuteApi;

#[tokio::test]
async fn a_check_without_a_signature_is_denied() {
    let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc")).unwrap();
    let server = Server::bind("127.0.0.1:0", Authorizer::new(api, Directory::new("123456789012"))).await.unwrap();
    let mut client = AuthorizationClient::connect(format!("http://{}", server.local_addr())).await.unwrap();
    let http = pb::attribute_context::HttpRequest {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        host: "abc.example".to_owned(),
        ..Default::default()
    };
    let request = pb::attribute_context::Request { http: Some(http), ..Default::default() };
    let attributes = pb::AttributeContext { request: Some(request), ..Default::default() };
    let answer = client.check(pb::CheckRequest { attributes: Some(attributes) }).await.unwrap().into_inner();
    assert_eq!(answer.status.unwrap().code, i32::from(tonic::Code::PermissionDenied));
}
