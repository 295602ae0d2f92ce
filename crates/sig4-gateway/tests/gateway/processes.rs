//! Several runtimes of one function, each at an address of its own.

use crate::lambda::{Runtime, answered, calling, failed, function, serving, until};
use crate::support::{send, serve};
use sig4_gateway::{ApiDefinition, FunctionConfiguration, LambdaRuntime, RuntimeActivity};

async fn connect(runtime: &LambdaRuntime) -> Runtime {
    Runtime::connect_to(&runtime.runtime_api()).await
}

#[tokio::test]
async fn a_runtime_that_exits_at_work_fails_its_own_event_and_no_other() {
    let function = function().await;
    let server = serving(&function).await;
    let [first, second] = [function.open_runtime().await.unwrap(), function.open_runtime().await.unwrap()];
    assert_eq!(first.activity(), RuntimeActivity::Starting);
    let (mut one, mut two) = (connect(&first).await, connect(&second).await);
    let failing = calling(&server, "/failing");
    let _event = one.next().await;
    let answering = calling(&server, "/answering");
    let event = two.next().await;
    assert!(first.is_at_work() && second.is_at_work());
    assert_eq!((first.activity(), second.activity()), (RuntimeActivity::Busy, RuntimeActivity::Busy));
    // The same by its owner's word, by its connections, and by its address.
    first.exited("signal 9");
    assert_eq!(answered(failing).await, failed());
    assert_eq!(two.respond(&event.id, "\"well\"").await, 202);
    assert_eq!(answered(answering).await, (200, "well".to_owned()));
    let failing = calling(&server, "/failing");
    let _event = one.next().await;
    let answering = calling(&server, "/answering");
    let event = two.next().await;
    drop((one, first));
    assert_eq!(answered(failing).await, failed());
    assert_eq!(two.respond(&event.id, "\"well\"").await, 202);
    assert_eq!(answered(answering).await, (200, "well".to_owned()));
    server.shutdown().await;
}

#[tokio::test]
async fn a_runtime_that_failed_to_start_fails_what_waits_unless_another_takes_it() {
    let function = function().await;
    let server = serving(&function).await;
    let bad = function.open_runtime().await.unwrap();
    let call = calling(&server, "/");
    until(|| function.waiting() == 1).await;
    bad.exited("no handler");
    assert_eq!(answered(call).await, failed());
    let good = function.open_runtime().await.unwrap();
    let mut runtime = connect(&good).await;
    let busy = calling(&server, "/");
    let event = runtime.next().await;
    let call = calling(&server, "/");
    until(|| function.waiting() == 1).await;
    assert_eq!(connect(&bad).await.post("/init/error", "", b"{}").await, 202);
    bad.exited("no handler");
    assert_eq!(runtime.respond(&event.id, "1").await, 202);
    let event = runtime.next().await;
    assert_eq!(runtime.respond(&event.id, "2").await, 202);
    assert_eq!((answered(busy).await.1, answered(call).await.1), ("1".to_owned(), "2".to_owned()));
    server.shutdown().await;
}

#[tokio::test]
async fn a_retired_runtime_answers_its_event_and_gets_no_other() {
    let function = function().await;
    let server = serving(&function).await;
    let [old, new] = [function.open_runtime().await.unwrap(), function.open_runtime().await.unwrap()];
    let (mut before, mut after) = (connect(&old).await, connect(&new).await);
    let under_way = calling(&server, "/");
    let event = before.next().await;
    old.retire();
    assert_eq!(before.respond(&event.id, "\"old\"").await, 202);
    before.poll().await;
    until(|| old.activity() == RuntimeActivity::Idle).await;
    let next = calling(&server, "/");
    until(|| function.waiting() == 1).await;
    let event = after.next().await;
    assert_eq!(after.respond(&event.id, "\"new\"").await, 202);
    assert_eq!((answered(under_way).await.1, answered(next).await.1), ("old".to_owned(), "new".to_owned()));
    server.shutdown().await;
}

#[tokio::test]
async fn calls_beyond_the_reserved_concurrency_are_503_at_once() {
    for reserved in [0, 2] {
        let configuration = FunctionConfiguration::new("echo").with_reserved_concurrency(reserved);
        let function = configuration.listen("127.0.0.1:0").await.unwrap();
        let server = serve(ApiDefinition::new("us-east-1").route("$default", &function)).await;
        let calls: Vec<_> = (0..reserved).map(|_| calling(&server, "/")).collect();
        until(|| function.waiting() == reserved).await;
        let answer = send(&server, "GET", "/", &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"message":"Service Unavailable"}"#));
        function.runtime_failed("it is over");
        for call in calls {
            assert_eq!(answered(call).await, failed());
        }
        server.shutdown().await;
    }
}
