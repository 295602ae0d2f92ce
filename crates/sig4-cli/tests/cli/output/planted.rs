//! Secrets that no output may have by chance.

use std::process::{Command, Output};

pub const ID: &str = "ASIAPLANTEDKEYID0001";
pub const KEY: &str = "kEy0Zq/planted+secret+Access/Key/ZqXw9Vu";
pub const TOKEN: &str = "tOk9Yx/rooted.Session+of/Token+WvUtSrQp9876543210==";
pub const SSE_C: &str = "c3NlMFpxcGxhbnRlZENVU1RPTUVSa2V5WnFXdlV0U3I=";
pub const COOKIE: &str = "sid=cOo0ZqPlantedCookieValue; other=cOo1ZqPlantedCookie & more";
pub const BEARER: &str = "bEa0ZqPlantedBearerCredential.part.two";
pub const API_KEY: &str = "aPi0ZqPlantedApiKeyValue";
pub const PASSWORD: &str = "pAs0ZqPlantedPasswordOfUrl";
pub const SIGNATURE: &str = "5160a7u4e0planted5160a7u4e0planted5160a7u4e0planted5160a7u4e0plan";

/// All of them with their names.
pub const ALL: [(&str, &str); 9] = [
    ("secret key", KEY),
    ("session token", TOKEN),
    ("SSE-C key", SSE_C),
    ("cookie", COOKIE),
    ("bearer", BEARER),
    ("API key", API_KEY),
    ("password", PASSWORD),
    ("signature", SIGNATURE),
    ("S3 session token", S3_SESSION),
];
pub const S3_SESSION: &str = "s3S0ZqPlantedExpressSessionToken";

/// Every character that is not unreserved, encoded.
pub fn encoded(text: &str) -> String {
    let byte = |b: u8| {
        let stays = b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if stays { char::from(b).to_string() } else { format!("%{b:02X}") }
    };
    text.bytes().map(byte).collect()
}

/// The names of the secrets of which the text has twelve characters in a row, in any case, encoded or not.
pub fn found(text: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let has = |secret: &str| {
        let secret = secret.to_ascii_lowercase();
        (0..=secret.len() - 12).any(|at| text.contains(&secret[at..at + 12]))
    };
    let is_there = |secret: &&(&str, &str)| {
        let once = encoded(secret.1);
        has(secret.1) || has(&once) || has(&encoded(&once))
    };
    ALL.iter().filter(is_there).map(|(name, _)| *name).collect()
}

/// The output, whose standard error has no secret; nor has its standard output, but for `product`.
#[track_caller]
pub fn checked(what: &str, output: &Output, product: &[&str]) {
    let all = || {
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        format!("{what}\n--- stdout ---\n{out}\n--- stderr ---\n{err}")
    };
    assert_eq!(found(&output.stderr), [""; 0], "{}", all());
    let mut shown = found(&output.stdout);
    shown.retain(|name| !product.contains(name));
    assert_eq!(shown, [""; 0], "{}", all());
}

/// Gives the command temporary credentials.
pub fn signing(mut command: Command) -> Command {
    command.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", KEY).env("AWS_SESSION_TOKEN", TOKEN);
    command
}

/// A header line that a request with these credentials cannot have: it carries another token than theirs.
pub fn other_token() -> String {
    format!("X-AMZ-S3SESSION-TOKEN: {S3_SESSION}")
}

/// Header lines with every secret that a header of a signed request carries besides the token.
pub fn headers() -> Vec<String> {
    vec![
        format!("Cookie: {COOKIE}"),
        format!("X-Amz-Server-Side-Encryption-Customer-Key: {SSE_C}"),
        format!("x-amz-copy-source-server-side-encryption-customer-key: {SSE_C}"),
        format!("x-api-key: {API_KEY}"),
        format!("Proxy-Authorization: Basic {BEARER}"),
    ]
}

/// A query with every secret that a query carries, in several spellings.
pub fn query() -> String {
    format!(
        "a=b&X-Amz-Security-Token={}&x%2Damz-s3session-TOKEN={S3_SESSION}&api_key={API_KEY}&\
         next=https%3A%2F%2Fuser%3A{PASSWORD}%40h%2F%3FX-Amz-Signature%3D{SIGNATURE}%26c%3Dd",
        encoded(TOKEN)
    )
}
