//! The method, as clients write it, and the mistakes in it.

use crate::explain::cause::{Cause, causes};
use crate::explain::variants::Variants;

causes! {
    // zirkelc/aws-signature-v4#1.
    METHOD_NOT_UPPER_CASED = "method-not-upper-cased",
        "the client signed the method in other letters than it sent it in",
        "sign the method in capital letters: `GET`, not `get`",
        workaround = "pass the method to the client in capital letters";
    METHOD_CHANGED = "method-changed",
        "the client signed another method than was received",
        "sign the method that is sent: a redirect may turn POST into GET, and a proxy HEAD into GET",
        workaround = "call the final URL instead of one that redirects, and sign again for each redirect";
}

/// The variants of the method.
pub(crate) fn variants(method: &str) -> Variants {
    let mut variants = Variants::new(method.as_bytes().to_vec());
    let mut title = method.to_ascii_lowercase();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let mut add = |cause: Cause, text: &str| {
        variants.push(vec![cause.of(text)], text.as_bytes().to_vec());
    };
    for text in [method.to_ascii_uppercase(), method.to_ascii_lowercase(), title] {
        add(METHOD_NOT_UPPER_CASED, &text);
    }
    for text in ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "", "undefined", "null"] {
        add(METHOD_CHANGED, text);
    }
    variants
}
