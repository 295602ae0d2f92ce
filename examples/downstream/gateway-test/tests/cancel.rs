//! The client against an API of API Gateway on this machine.

use gateway_test::cancel;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sig4::Credentials;
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::error::Error;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke",
    "Resource": "arn:aws:execute-api:eu-west-1:123456789012:*/*/DELETE/orders/7"}]}"#;

#[tokio::test]
async fn a_caller_cancels_the_order_that_the_policy_names() -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    let alice = Identity::new(key.clone(), Principal::user("123456789012", "alice")?)
        .with_policies(Policies::new().with_identity(Policy::parse("orders", POLICY)?));
    let order = |event: Event| async move { Reply::json(format!("{:?}", event.path_parameter("id"))) };
    let server = ApiDefinition::new("eu-west-1")
        .with_keys(Directory::new("123456789012").with_identity(alice)?)
        .with_default_authorizer(Auth::Iam)
        .route("DELETE /orders/{id}", Integration::handler(order))
        .serve("127.0.0.1:0")
        .await?;

    let transport = Client::builder(TokioExecutor::new()).build_http();
    for (id, status) in [(7, 200), (8, 403)] {
        assert_eq!(cancel(transport.clone(), &server.url(), "eu-west-1", key.clone(), id).await?, status);
    }
    let guess = Credentials::new("AKIDEXAMPLE", "a guess")?;
    assert_eq!(cancel(transport, &server.url(), "eu-west-1", guess, 7).await?, 403);
    server.shutdown().await;
    Ok(())
}
