//! Many requests at once, some of them forged.

use crate::scene::{Seen, alice, api, directory, echo, layer, now, plain, send, session, signer, verifier};
use http::Request;
use http_body_util::Full;
use proptest::prelude::*;
use sig4::{Credentials, Payload};
use sig4_iam::tower::AuthorizeLayer;
use std::sync::Arc;
use tower::{Layer, ServiceExt};

const REQUESTS: usize = 5_000;

/// Request number `n`, and whether it is good: one in ten is forged, in one of several ways.
fn numbered(n: usize) -> (Request<Full<bytes::Bytes>>, bool) {
    let body = format!("{{\"n\":{n}}}");
    let by = if n.is_multiple_of(3) { session() } else { alice() };
    let mut request = plain("POST", &format!("/orders/{n}?page={n}"), "").map(|_| body);
    let forged = n.is_multiple_of(10);
    let by = match (forged, n / 10 % 6) {
        (true, 0) => Credentials::new("AKIDALICE", "guessed").unwrap(),
        (true, 1) => Credentials::new(format!("AKID{n}"), "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap(),
        _ => by,
    };
    signer().sign(&mut request, &by, now()).unwrap();
    match (forged, n / 10 % 6) {
        (true, 2) => request.body_mut().push(' '),
        (true, 3) => {
            *request.uri_mut() = format!("https://{}/orders/{n}?page=0{n}", crate::scene::HOST).parse().unwrap()
        }
        (true, 4) => *request.method_mut() = http::Method::PUT,
        (true, 5) => drop(request.headers_mut().remove("authorization")),
        _ => {}
    }
    (request.map(Full::from), !forged)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_forged_among_thousands_are_refused_and_no_others() {
    let seen = Seen::default();
    let service = layer().layer(echo(&seen));
    let tasks: Vec<_> = (0..REQUESTS)
        .map(|n| {
            let (request, good) = numbered(n);
            (n, good, tokio::spawn(service.clone().oneshot(request)))
        })
        .collect();
    let mut wrong = Vec::new();
    for (n, good, task) in tasks {
        if (task.await.unwrap().unwrap().status() == 200) != good {
            wrong.push(n);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(seen.count(), REQUESTS - REQUESTS / 10);
}

fn texts() -> impl Strategy<Value = (String, String, Vec<u8>)> {
    let path = "(/[a-c.%41%2F~+@ ]{0,3}){1,4}"
        .prop_map(|path| path.replace(' ', "%20").replace("%4", "%41").replace("%411", "%41"));
    (path, "[a-c=&+]{0,8}", prop::collection::vec(any::<u8>(), 0..64))
}

proptest! {
    /// Whatever is changed about a signed request on its way, the service sees it only if the verifier accepts it.
    #[test]
    fn what_the_layer_lets_through_the_verifier_accepts(
        (path, query, body) in texts(),
        (other_path, other_query, other_body) in texts(),
        change in 0..5_usize,
    ) {
        let uri = |path: &str, query: &str| format!("https://{}{path}?{query}", crate::scene::HOST).parse::<http::Uri>();
        let (Ok(uri), Ok(other)) = (uri(&path, &query), uri(&other_path, &other_query)) else { return Ok(()) };
        let (mut parts, ()) = Request::post(uri).body(()).unwrap().into_parts();
        prop_assume!(signer().sign_parts(&mut parts, &Payload::Bytes(&body), &alice(), now()).is_ok());
        let mut sent = body.clone();
        match change {
            0 => parts.uri = other,
            1 => sent = other_body,
            2 => parts.method = http::Method::PUT,
            3 => drop(parts.headers.insert("x-amz-date", "20150830T123601Z".parse().unwrap())),
            _ => {}
        }
        // The verifier takes any bytes; the layer has to name the path to policies, and refuses what is not plain text.
        let text = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8();
        prop_assume!(text.is_ok_and(|text| !text.contains(char::is_control)));
        let expected = verifier().claim(&parts).and_then(|claim| claim.verify(&alice(), &sent, now()).map(drop)).is_ok();
        let rewriting = layer().with_dangerous_path_rewriting();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (answer, seen) = runtime.block_on(send(&rewriting, Request::from_parts(parts.clone(), Full::<bytes::Bytes>::from(sent.clone()))));
        prop_assert_eq!(answer.status == 200, expected);
        if expected {
            prop_assert_eq!(seen.last().1.to_vec(), &sent[..]);
        }
        let (answer, seen) = runtime.block_on(send(&layer(), Request::from_parts(parts.clone(), Full::<bytes::Bytes>::from(sent))));
        prop_assert!(answer.status == 400 || (answer.status == 200) == expected, "{:?}", answer);
        prop_assert!(answer.status != 200 || seen.last().0.uri == parts.uri, "nothing is rewritten");
    }
}

#[tokio::test]
async fn a_service_is_called_when_it_is_ready() {
    // `ConcurrencyLimit` panics if it is called without being ready.
    let limited = tower::ServiceBuilder::new().concurrency_limit(1).service(echo(&Seen::default()));
    let layer = AuthorizeLayer::new(verifier(), Arc::new(directory()), api()).with_clock(now);
    let service = layer.layer(limited);
    for _ in 0..3 {
        let (request, _) = numbered(1);
        assert_eq!(service.clone().oneshot(request).await.unwrap().status(), 200);
    }
}
