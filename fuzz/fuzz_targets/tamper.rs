#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use sig4::{Credentials, Expires, Payload, Signer, Verifier};
use sig4_fuzz::meaning::{Reading, Received};
use std::sync::LazyLock;

// Signs a request, changes one byte anywhere in it, and expects a refusal unless the request means the same as before.
#[derive(Debug)]
struct Attempt {
    s3: bool,
    presigned: bool,
    request: Received,
    place: usize,
    byte: u8,
}

impl<'a> Arbitrary<'a> for Attempt {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let segments = ["a", "b%20c", "~x", "..", ".", "", "a+b", "%7E", "é", "a:b"];
        let parameters = ["a=1", "b", "c=%2F", "d=x+y", "a=0", "", "e=%e9", "=v", "f=a=b"];
        let values = ["1", " a  b ", "\"x  y\"", "", "a,b", "é"];
        let some = |u: &mut Unstructured<'a>, from: &[&str]| -> arbitrary::Result<Vec<String>> {
            (0..u.int_in_range(0..=4)?).map(|_| Ok((*u.choose(from)?).to_owned())).collect()
        };
        let mut headers = vec![("host".to_owned(), b"example.com".to_vec())];
        for value in some(u, &values)? {
            let name = *u.choose(&["x-a", "X-A", "x-b", "content-type", "x-amz-meta-a"])?;
            headers.push((name.to_owned(), value.into_bytes()));
        }
        Ok(Self {
            s3: u.arbitrary()?,
            presigned: u.arbitrary()?,
            request: Received {
                method: (*u.choose(&["GET", "POST"])?).to_owned(),
                path: format!("/{}", some(u, &segments)?.join("/")),
                query: if u.arbitrary()? { Some(some(u, &parameters)?.join("&")) } else { None },
                headers,
                body: u.arbitrary()?,
            },
            place: u.arbitrary()?,
            byte: u.arbitrary()?,
        })
    }
}

static PAIRS: LazyLock<[(Signer, Verifier); 2]> = LazyLock::new(|| {
    ["execute-api", "s3"]
        .map(|service| (Signer::new("us-east-1", service).unwrap(), Verifier::new("us-east-1", service).unwrap()))
});

fuzz_target!(|attempt: Attempt| {
    let (signer, verifier) = &PAIRS[usize::from(attempt.s3)];
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").unwrap();
    let now = sig4_fuzz::moment();
    let mut signed = attempt.request.clone();
    if attempt.presigned {
        let payload = signer.presign_payload(&signed.body);
        let lifetime = Expires::from_secs(600).unwrap();
        let presigned = signer.presign_view(&attempt.request.view(), &payload, &credentials, lifetime, now).unwrap();
        let (path, query) = presigned.target().split_once('?').unwrap();
        (signed.path, signed.query) = (path.to_owned(), Some(query.to_owned()));
    } else {
        let payload = Payload::Bytes(&attempt.request.body);
        let Ok(added) = signer.sign_view(&attempt.request.view(), &payload, &credentials, now) else { return };
        if let Some(target) = added.target() {
            let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q.to_owned())));
            (signed.path, signed.query) = (path.to_owned(), query);
        }
        signed.headers.extend(added.headers().map(|(name, value)| (name.to_owned(), value.into_bytes())));
    }
    let accepts = |request: &Received| {
        let claim = verifier.claim_view(&request.view());
        claim.and_then(|claim| claim.verify(&credentials, &request.body, now).map(|_| ())).is_ok()
    };
    if !accepts(&signed) {
        // By a rule about paths; nothing else refuses what sig4 signs.
        let refused = verifier.claim_view(&signed.view()).err().map(|e| e.kind());
        return assert_eq!(refused, Some(sig4::ErrorKind::InvalidPath), "{signed:?}");
    }
    let names: Vec<String> = signed.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let reading = Reading { signed_headers: &names, body: !(attempt.presigned && attempt.s3), s3: attempt.s3 };
    let Some(tampered) = change(&signed, attempt.place, attempt.byte) else { return };
    if tampered.meaning(&reading) != signed.meaning(&reading) {
        assert!(!accepts(&tampered), "{signed:?}\n{tampered:?}");
    }
});

/// The request with one byte replaced, if it is a request still.
fn change(request: &Received, place: usize, byte: u8) -> Option<Received> {
    let mut changed = request.clone();
    let text = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        *bytes.get_mut(at)? = byte;
        String::from_utf8(bytes).ok()
    };
    let query = request.query.clone().unwrap_or_default();
    let all: usize = request.headers.iter().map(|(_, value)| value.len()).sum();
    let total = request.method.len() + request.path.len() + query.len() + all + request.body.len();
    let mut at = place % total.max(1);
    for (length, part) in [(request.method.len(), 0), (request.path.len(), 1), (query.len(), 2)] {
        if at < length {
            match part {
                0 => changed.method = text(&request.method, at)?,
                1 => changed.path = text(&request.path, at)?,
                _ => changed.query = Some(text(&query, at)?),
            }
            return Some(changed);
        }
        at -= length;
    }
    for (_, value) in &mut changed.headers {
        if let Some(place) = value.get_mut(at) {
            *place = byte;
            return Some(changed);
        }
        at -= value.len();
    }
    *changed.body.get_mut(at)? = byte;
    Some(changed)
}
