//! Tokens are those of other implementations. `values.py` makes `values.json`, and names the versions.

mod caches;
mod databases;
mod eks;
mod eks_rules;
mod expiration;
mod names;
mod properties;
mod redshift;
mod urls;
mod vault;
mod websockets;

use serde_json::Value;
use sig4::{Credentials, Timestamp};

const TOKEN: &str = "AbC+/dEf1=AbC+/dEf1=AbC+/dEf1=AbC+/dEf1=AbC+/dEf1=AbC+/dEf1=";

fn now() -> Timestamp {
    Timestamp::parse("20150830T123600Z").unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// Long-term and temporary credentials, with the end of the names of their values.
fn both() -> [(Credentials, &'static str); 2] {
    [(credentials(), ""), (credentials().with_session_token(TOKEN).unwrap(), " token")]
}

/// A value of another implementation.
fn value(name: &str) -> Value {
    let values: Value = serde_json::from_str(include_str!("values.json")).unwrap();
    values.get(name).unwrap_or_else(|| panic!("no value of {name}")).clone()
}

fn text(name: &str) -> String {
    value(name).as_str().unwrap().to_owned()
}

/// A URL without the order of its parameters, which the implementations choose in different ways.
fn unordered(url: &str) -> (String, Vec<String>) {
    let (before, query) = url.split_once('?').unwrap();
    let mut parameters: Vec<_> = query.split('&').map(str::to_owned).collect();
    parameters.sort();
    (before.to_owned(), parameters)
}

/// Both URLs have the same host, path and parameters, so the same signature too.
fn assert_same(ours: &str, theirs: &str) {
    assert_eq!(unordered(ours), unordered(theirs));
}

/// Base64url without padding, from bits written as text.
fn encoded(text: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let digit = |chunk: &[u8]| {
        let six = format!("{:0<6}", str::from_utf8(chunk).unwrap());
        char::from(alphabet[usize::from_str_radix(&six, 2).unwrap()])
    };
    bits.as_bytes().chunks(6).map(digit).collect()
}

/// Base64url without padding.
fn decoded(text: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for digit in text.trim_end_matches('=').replace('+', "-").replace('/', "_").bytes() {
        let value = alphabet.iter().position(|a| *a == digit).unwrap();
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 255).unwrap());
        }
    }
    String::from_utf8(bytes).unwrap()
}
