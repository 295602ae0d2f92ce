//! credentials and its credentials end at the same moment, and nothing is signed from then on.

use crate::scene::{HOST, now, plain, session};
use crate::signed::{answer, layer, server};
use http::Request;
use sig4::tower::{Error, ErrorKind, ExpiringCredentials};
use sig4::{Expires, Signer};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::Duration;
use tower::{Layer, ServiceExt};

#[test]
fn a_lease_ends_with_its_credentials() {
    let (end, later) = (now() + Duration::hours(1), now() + Duration::hours(2));
    let of_credentials = ExpiringCredentials::from(session().with_expiration(end));
    assert_eq!(of_credentials.expiration(), Some(end));
    assert_eq!(ExpiringCredentials::from(Arc::new(session().with_expiration(end))).expiration(), Some(end));
    assert_eq!((ExpiringCredentials::from(session()).expiration(), session().expiration()), (None, None));
    let shared = of_credentials.clone();
    let later_credentials = of_credentials.with_expiration(later);
    assert_eq!(
        (later_credentials.expiration(), later_credentials.credentials().expiration()),
        (Some(later), Some(later))
    );
    assert_eq!(
        (shared.expiration(), shared.credentials().expiration()),
        (Some(end), Some(end)),
        "a clone stays as it was"
    );
}

#[test]
fn what_a_lease_hands_out_presigns_no_longer_than_it_lasts() {
    let expiring = ExpiringCredentials::from(session()).with_expiration(now() + Duration::minutes(10));
    let request = Request::get(format!("https://{HOST}/")).body("").unwrap();
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let url = signer.presign(&request, expiring.credentials(), Expires::MAX, now()).unwrap().url();
    assert!(url.contains("&X-Amz-Expires=600&"), "{url}");
}

#[tokio::test]
async fn a_layer_sends_nothing_with_credentials_that_have_ended() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let inner = server(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(answer(200))
    });
    for (left, good) in [(Duration::seconds(1), true), (Duration::ZERO, false), (Duration::seconds(-1), false)] {
        let before = calls.load(Ordering::Relaxed);
        let provider = move || async move {
            Ok::<_, io::Error>(ExpiringCredentials::from(session()).with_expiration(now() + left))
        };
        let outcome = layer(provider).layer(inner.clone()).oneshot(plain("GET", "/", "")).await;
        match outcome {
            Ok(response) => assert!(good && response.status() == 200, "{left}"),
            Err(error) => {
                let kind = error.downcast_ref::<Error>().map(Error::kind);
                assert!(
                    !good && kind == Some(ErrorKind::Signing(sig4::ErrorKind::ExpiredCredentials)),
                    "{left}: {error}"
                );
            }
        }
        assert_eq!(calls.load(Ordering::Relaxed) - before, usize::from(good), "{left}");
    }
}
