//! reqsign-aws-v4: the signer of Apache OpenDAL's family.

use crate::case::{ACCESS_KEY_ID, Case, REGION, Request, SECRET};
use crate::peer::{Deviation, Peer, Sign};
use crate::versions;
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Context, SignRequest};
use std::pin::pin;
use std::task::{Poll, Waker};
use std::time::Duration;

/// reqsign-aws-v4's request signer alone, without reqsign-core's loading of credentials.
pub(crate) const PEER: Peer = Peer { name: "reqsign-aws-v4", version: versions::REQSIGN_AWS_V4, prepare };

/// What a caller of reqsign-aws-v4 keeps.
struct Reqsign {
    /// The request signer.
    signer: RequestSigner,
    /// The context, which signing does not use.
    context: Context,
    /// The credentials.
    credential: Credential,
    /// A presigned URL's lifetime.
    expires: Option<Duration>,
}

/// Prepares a case.
fn prepare(case: &Case) -> Option<Box<dyn Sign>> {
    Some(Box::new(Reqsign {
        signer: RequestSigner::new(case.service, REGION),
        context: Context::new(),
        credential: Credential {
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret_access_key: SECRET.to_owned(),
            session_token: case.token.map(str::to_owned),
            expires_in: None,
        },
        expires: case.expires.map(|seconds| Duration::from_secs(u64::from(seconds))),
    }))
}

impl Sign for Reqsign {
    fn sign(&self, request: Request) -> Request {
        let (mut parts, body) = request.into_parts();
        let signing = self.signer.sign_request(&self.context, &mut parts, Some(&self.credential), self.expires);
        block_on(signing).expect("a signature");
        Request::from_parts(parts, body)
    }

    fn note(&self) -> &'static str {
        if self.expires.is_some() {
            "derives the key every time; async, driven by a bare poll; own clock"
        } else {
            "does not hash the body; derives the key every time; async, driven by a bare poll; own clock"
        }
    }

    fn deviation(&self) -> Deviation {
        Deviation { own_clock: true, unsigned_payload: self.expires.is_none() }
    }
}

/// Polls a future that never waits until it is done.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = std::task::Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
