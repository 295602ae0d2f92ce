//! The cryptography that no signer can do without, and the request that is signed.

use crate::case::{Case, Request};
use crate::peer::{Peer, Sign};
use crate::{sig4, versions};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::hint::black_box;

/// The hashes and the HMAC alone.
pub(crate) const FLOOR: Peer = Peer { name: "(floor)", version: versions::SHA2, prepare: prepare_floor };

/// A clone of the request, not signed. Its cost is subtracted from all others.
pub(crate) const CLONE: Peer = Peer { name: "(clone)", version: "-", prepare: prepare_clone };

/// The input of the hashes and the HMAC.
struct Floor {
    /// Whether the body is hashed.
    body: bool,
    /// The canonical request.
    canonical_request: Vec<u8>,
    /// The string to sign.
    string_to_sign: Vec<u8>,
    /// An HMAC that has taken its key.
    key: Hmac<Sha256>,
}

/// Has sig4 make the input.
fn prepare_floor(case: &Case) -> Option<Box<dyn Sign>> {
    let (canonical_request, string_to_sign) = sig4::stages(case).ok()?;
    let key = Hmac::new_from_slice(&[0x42; 32]).ok()?;
    Some(Box::new(Floor { body: case.expires.is_none(), canonical_request, string_to_sign, key }))
}

impl Sign for Floor {
    fn sign(&self, request: Request) -> Request {
        if self.body {
            black_box(Sha256::digest(request.body()));
        }
        black_box(Sha256::digest(&self.canonical_request));
        black_box(self.key.clone().chain_update(&self.string_to_sign).finalize());
        request
    }

    fn note(&self) -> &'static str {
        if self.body {
            "SHA-256 of body and canonical request, one HMAC with a ready key"
        } else {
            "SHA-256 of canonical request, one HMAC with a ready key"
        }
    }
}

/// Nothing but the request.
struct Clone;

/// There is nothing to prepare.
fn prepare_clone(_: &Case) -> Option<Box<dyn Sign>> {
    Some(Box::new(Clone))
}

impl Sign for Clone {
    fn sign(&self, request: Request) -> Request {
        request
    }

    fn note(&self) -> &'static str {
        "cloning and dropping the request; subtracted from all others"
    }
}
