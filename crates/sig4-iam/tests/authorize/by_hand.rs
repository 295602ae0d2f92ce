//! A signer of its own, which shares no code with the library: "Create a signed AWS API request", step by step.

use sha2::{Digest, Sha256};
use std::fmt::Write;

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HMAC-SHA256 by RFC 2104, for keys up to 64 bytes.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| (0..64).map(|n| key.get(n).unwrap_or(&0) ^ with).collect::<Vec<_>>();
    let inner = sha256(&[&pad(0x36), message].concat());
    sha256(&[&pad(0x5c)[..], &inner].concat())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// The head of a GET request with an empty body, as it goes over the wire. `path` has no character that is to be encoded.
pub fn signed_get(host: &str, path: &str, (id, secret): (&str, &str), timestamp: &str) -> String {
    let (day, names) = (timestamp.split_once('T').unwrap().0, "host;x-amz-date");
    let canonical = format!("GET\n{path}\n\nhost:{host}\nx-amz-date:{timestamp}\n\n{names}\n{}", hex(&sha256(b"")));
    let scope = format!("{day}/us-east-1/execute-api/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{}", hex(&sha256(canonical.as_bytes())));
    let key = [day, "us-east-1", "execute-api", "aws4_request"]
        .iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, step| hmac(&key, step.as_bytes()).to_vec());
    let signature = hex(&hmac(&key, text.as_bytes()));
    format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nx-amz-date: {timestamp}\r\nconnection: close\r\n\
         authorization: AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}\r\n\r\n"
    )
}
