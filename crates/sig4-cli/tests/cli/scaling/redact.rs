//! Secrets are taken out of a text in time that grows with its length, whatever it repeats.

use sig4::redact::Redactor;
use sig4_test_support::counted::{self, WORK};
use std::hint::black_box;

/// Ten times the bytes cost at most so many times the instructions.
const MOST: f64 = 14.0;
/// The bytes of the smaller text.
const BYTES: usize = 3_000;

/// What is repeated, and what follows it.
const SHAPES: [(&str, &str, &str); 10] = [
    ("Schemes", "authorization:", "x \n"),
    ("Lines", "authorization: a\r", "\n"),
    ("Prefixes", "AWS4-authorization:", "x \n"),
    ("Members", "\"cookie\":[", ""),
    ("Escaped", "\\\"cookie\\\":\\\"", ""),
    ("Urls", "://", "@"),
    ("EncodedUrls", "%3A%2F%2F", "%40"),
    ("Percent", "%25", "3D"),
    ("Encoded", "signature%253D", ""),
    ("Blanks", "cookie =", " "),
];

/// Valgrind counts while this runs.
#[inline(never)]
fn sig4_scaling_redacts(redactor: &Redactor, text: &str) {
    black_box(redactor.redact(text));
}

/// Redacts a text of about `n` bytes.
pub fn work(shape: &str, n: usize) {
    let (_, piece, end) = SHAPES.into_iter().find(|(name, ..)| *name == shape).expect("it is a shape");
    let redactor = Redactor::new().with_secret("wJalrXUtnFEMI/K7MDENG");
    sig4_scaling_redacts(&redactor, &[&piece.repeat(n / piece.len()), end].concat());
}

#[test]
fn redacting_is_linear() {
    for (shape, ..) in SHAPES {
        counted::assert_grows(&format!("Redact:{shape}"), WORK, BYTES, MOST);
    }
}
