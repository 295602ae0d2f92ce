//! Every vector of AWS's suites and of the corpus: signed, verified, tampered with and refused, explained.

use crate::support::Ledger;
use crate::vector::{Kind, Received, Vector};
use crate::{corpus, suite};

fn vectors() -> Vec<Vector> {
    let vectors: Vec<_> =
        suite::vectors().into_iter().chain(corpus::vectors("v4-header")).chain(corpus::vectors("v4-query")).collect();
    assert_eq!(vectors.len(), 34 + 40 + 38 + 613 + 324, "all of them are there");
    vectors
}

#[test]
fn what_is_signed_verifies() {
    Ledger::read("verify.ledger").check(vectors().iter().map(|vector| {
        let refused = vector.verify(&vector.verifier(), &vector.signed()).err();
        (vector.id.clone(), refused.map(|e| e.to_string()))
    }));
}

/// Everything that is signed is changed, one at a time.
#[test]
fn what_is_tampered_with_is_refused() {
    let (mut accepted, mut tried) = (Vec::new(), 0);
    for vector in vectors() {
        let (verifier, signed) = (vector.verifier(), vector.signed());
        if vector.verify(&verifier, &signed).is_err() {
            continue;
        }
        for (what, tampered) in tamperings(&vector, &signed) {
            tried += 1;
            if vector.verify(&verifier, &tampered).is_ok() {
                accepted.push(format!("{}: {what}", vector.id));
            }
        }
    }
    assert!(tried > 60_000, "{tried}");
    assert!(accepted.is_empty(), "{} of {tried}: {accepted:#?}", accepted.len());
}

fn tamperings(vector: &Vector, signed: &Received) -> Vec<(String, Received)> {
    let mut all = Vec::new();
    let mut change = |what: String, how: &dyn Fn(&mut Received)| {
        let mut tampered = signed.clone();
        how(&mut tampered);
        all.push((what, tampered));
    };
    change("method".into(), &|r| r.method.push('X'));
    change("path".into(), &|r| r.path.push_str("/x"));
    change("query, a parameter more".into(), &|r| {
        let query = r.query.take().filter(|q| !q.is_empty()).map_or_else(String::new, |q| q + "&");
        r.query = Some(query + "zz=1");
    });
    if !vector.unsigned {
        change("body".into(), &|r| r.body.push(b'x'));
    }
    for name in signed_names(signed) {
        if name == "host" && signed.header("host").is_none() {
            change("authority".into(), &|r| r.origin.as_mut().unwrap().1.insert(0, 'x'));
        } else {
            change(format!("header {name}"), &|r| r.header_mut(&name).push(b'x'));
            change(format!("header {name} gone"), &|r| {
                r.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
                r.origin = None;
            });
        }
    }
    let (day, scope) = (vector.timestamp.day().to_string(), "aws4_request");
    for (from, to) in [(day.as_str(), "19710203"), (scope, "aws4_requesu"), ("HMAC-SHA256", "HMAC-SHA512")] {
        change(format!("`{from}` in the credential"), &|r| replace_in_credential(r, from, to));
    }
    change("date".into(), &|r| replace_date(r, vector));
    for at in 0..64 {
        change(format!("signature, digit {at}"), &|r| change_digit(r, at));
    }
    all
}

fn signed_names(request: &Received) -> Vec<String> {
    let text = carrier(request).replace("%3B", ";");
    let list = text.split("SignedHeaders=").nth(1).unwrap();
    let list = list.split([',', '&']).next().unwrap();
    list.split(';').map(str::to_owned).collect()
}

/// The text that carries the signature.
fn carrier(request: &Received) -> String {
    match request.header("authorization") {
        Some(value) => String::from_utf8(value.to_vec()).unwrap(),
        None => request.query.clone().unwrap(),
    }
}

fn with_carrier(request: &mut Received, change: impl Fn(String) -> String) {
    let changed = change(carrier(request));
    if request.header("authorization").is_some() {
        *request.header_mut("authorization") = changed.into_bytes();
    } else {
        request.query = Some(changed);
    }
}

fn replace_in_credential(request: &mut Received, from: &str, to: &str) {
    with_carrier(request, |text| {
        let at = text.find("Algorithm=").unwrap_or(0);
        let (before, after) = text.split_at(at);
        format!("{before}{}", after.replacen(from, to, 1))
    });
}

/// A second later.
fn replace_date(request: &mut Received, vector: &Vector) {
    let at = vector.now() + time::Duration::seconds(1);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    let later = format!("{year:04}{:02}{day:02}T{hour:02}{minute:02}{second:02}Z", u8::from(month));
    match vector.kind {
        Kind::Header => *request.header_mut("x-amz-date") = later.into_bytes(),
        Kind::Query(_) => with_carrier(request, |text| text.replacen(&vector.timestamp.to_string(), &later, 1)),
    }
}

fn change_digit(request: &mut Received, at: usize) {
    with_carrier(request, |text| {
        let start = text.find("Signature=").unwrap() + "Signature=".len() + at;
        let mut bytes = text.into_bytes();
        bytes[start] = if bytes[start] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).unwrap()
    });
}
