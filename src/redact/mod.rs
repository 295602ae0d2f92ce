//! Redaction of secrets in text that is shown or logged.
//!
//! ```
//! use sig4::redact::Redactor;
//!
//! let redactor = Redactor::new().with_secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
//! let head = "GET /?X-Amz-Signature=0f&X-Amz-Expires=60 HTTP/1.1\nx-amz-security-token: IQoJ";
//! assert_eq!(
//!     redactor.redact(head),
//!     "GET /?X-Amz-Signature=(not shown)&X-Amz-Expires=60 HTTP/1.1\nx-amz-security-token: (not shown)"
//! );
//! assert_eq!(redactor.redact("no user wJalrXUtnFEMI/K7"), "no user (not shown)");
//! ```

mod beside;
mod names;
mod values;

use crate::credentials::Credentials;
use core::ops::Range;
use std::fmt;
use values::Values;

/// The most bytes of values that one text adds to the known secrets.
const MAX_LEARNED: usize = 8192;

/// The text that replaces a secret.
pub const REDACTED: &str = "(not shown)";

/// Replaces secrets in texts.
///
/// | a secret | is recognised by |
/// |---|---|
/// | session tokens, SSE-C keys, cookies, API keys, `Bearer` and `Basic` credentials, MFA codes | the name of the header, parameter or JSON member beside them, in any case, percent-encoded up to three times, or in JSON that is nested as a JSON string up to three times |
/// | signatures: a presigned URL or a signed request can be sent by anyone who has it while it is valid | `X-Amz-Signature` and `Signature` |
/// | user names and passwords in URLs | their place between `://` and `@` |
/// | [given](Self::with_secret) secrets | 12 of their characters in a row, in any case and percent-encoded up to twice |
///
/// Access key ids, credential scopes and the names of signed headers stay. They identify a caller and give no access.
#[derive(Clone, Default)]
pub struct Redactor {
    values: Values,
    is_off: bool,
    /// A value that is not redacted, even beside the name of a secret.
    shown: Option<String>,
}

impl Redactor {
    /// A redactor that recognises secrets by the names beside them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A redactor that changes no text.
    #[must_use]
    pub fn off() -> Self {
        Self { is_off: true, ..Self::default() }
    }

    /// Also replaces this secret anywhere in a text. A secret of less than eight bytes is ignored.
    #[must_use]
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.values.add(secret.as_bytes());
        self
    }

    /// Also replaces the secret access key and the session token of these credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: &Credentials) -> Self {
        self.values.add(credentials.secret_key().as_bytes());
        self.values.add(credentials.session_token().unwrap_or_default().as_bytes());
        self
    }

    /// Also replaces the value of this header anywhere in a text, if headers with this name carry secrets.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if names::is_header(name) {
            self = self.with_secrets_in(&[name, ":", value].concat());
        }
        self
    }

    /// Also replaces the values beside the names of secrets in this text, anywhere in a text. An error may repeat such a value
    /// without its name. The first 8,192 bytes of all values together are used.
    ///
    /// ```
    /// use sig4::redact::Redactor;
    ///
    /// let redactor = Redactor::new().with_secrets_in("GET /\ncookie: session=0123456789");
    /// assert_eq!(redactor.redact("the value session=0123456789 is too long"), "the value (not shown) is too long");
    /// ```
    #[must_use]
    pub fn with_secrets_in(mut self, text: &str) -> Self {
        let mut left = MAX_LEARNED;
        for range in beside::ranges(text.as_bytes()) {
            let value = part(text.as_bytes(), range);
            let (learned, _) = value.split_at(value.len().min(left));
            self.values.add(learned);
            left -= learned.len();
        }
        self
    }

    /// Does not replace this value beside a name. A command that prints a signature needs this.
    #[must_use]
    pub fn with_shown(mut self, value: &str) -> Self {
        self.shown = Some(value.to_owned());
        self
    }

    /// Whether it changes no text.
    #[must_use]
    pub const fn is_off(&self) -> bool {
        self.is_off
    }

    /// The text with [`REDACTED`] in place of every secret. The time is proportional to its length.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        replaced(text, &self.ranges(text.as_bytes()))
    }

    /// The text with [`REDACTED`] in place of the [given](Self::with_secret) secrets alone. For texts such as JSON, in which
    /// names and values are not on lines of their own.
    #[must_use]
    pub fn redact_given(&self, text: &str) -> String {
        let ranges = if self.is_off { Vec::new() } else { joined(self.values.ranges(text.as_bytes())) };
        replaced(text, &ranges)
    }

    /// Overwrites every secret with asterisks. The positions of other bytes do not change.
    #[expect(clippy::expect_used, reason = "a range that is out of bounds would leave a secret in the text")]
    pub(crate) fn redact_in_place(&self, text: &mut [u8]) {
        for range in self.ranges(text) {
            text.get_mut(range).expect("the ranges lie in the text").fill(b'*');
        }
    }

    /// The text with an asterisk in place of every byte of a secret.
    pub(crate) fn redact_same_length(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        self.redact_in_place(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The ranges of secrets, in order and separated by other text.
    fn ranges(&self, text: &[u8]) -> Vec<Range<usize>> {
        if self.is_off {
            return Vec::new();
        }
        let mut ranges = beside::ranges(text);
        if let Some(shown) = &self.shown {
            ranges.retain(|range| text.get(range.clone()) != Some(shown.as_bytes()));
        }
        ranges.extend(self.values.ranges(text));
        joined(ranges)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("is_off", &self.is_off).finish_non_exhaustive()
    }
}

/// The bytes of a range that was found in `text`.
#[expect(clippy::expect_used, reason = "a range that is out of bounds would leave a secret in the text")]
fn part(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).expect("the range lies in the text")
}

fn replaced(text: &str, ranges: &[Range<usize>]) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for range in ranges {
        out.extend_from_slice(part(bytes, from..range.start));
        out.extend_from_slice(REDACTED.as_bytes());
        from = range.end;
    }
    out.extend_from_slice(part(bytes, from..bytes.len()));
    String::from_utf8_lossy(&out).into_owned()
}

/// The ranges in order, with overlapping and adjacent ones merged.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::Redactor;

    #[test]
    fn tokens_are_redacted_and_names_are_not() {
        let text = "a\nX-Amz-Security-Token=s%2F&b=1\nx-amz-security-token:tok \
         en\nX-Amz-Security-Token%3Dx&\nhost;x-amz-security-token\n";
        let expected = "a\nX-Amz-Security-Token=****&b=1\nx-amz-security-token:******\nX-Amz-Security-Token%3D*&\n\
         host;x-amz-security-token\n";
        assert_eq!(Redactor::new().redact_same_length(text), expected);
    }

    #[test]
    fn a_given_secret_is_redacted_wherever_it_stands() {
        let redactor = Redactor::new().with_secret("wJalrXUtnFEMI/K7").with_secret("to+ken/8");
        for (text, expected) in [
            ("x-key:wJalrXUtnFEMI/K7!wJalrXUtnFEMI/K7", "x-key:****************!****************"),
            ("`wJalrXUtnFEM...`", "`************...`"),
            ("wjalrxutnfemi%2fk7&", "******************&"),
            ("wJalrXUtnFEMI%252FK7", "********************"),
            ("n rXUtnFEMI/K7 n", "n ************ n"),
            ("wJalrXUtnFE", "wJalrXUtnFE"),
            ("to+ken/8 to%2Bken%2F8 to%252Bken%252F8", "******** ************ ****************"),
            ("to+ken", "to+ken"),
        ] {
            assert_eq!(redactor.redact_same_length(text), expected);
        }
        assert_eq!(Redactor::new().with_secret("secret").redact_same_length("secret"), "secret", "too short to be one");
    }

    #[test]
    fn a_redactor_that_is_off_leaves_everything() {
        let text = "cookie: wJalrXUtnFEMI/K7";
        let off = Redactor { is_off: true, ..Redactor::new().with_secret("wJalrXUtnFEMI/K7") };
        assert_eq!((off.redact(text).as_str(), off.redact_given(text).as_str()), (text, text));
    }

    #[test]
    fn secrets_that_overlap_are_replaced_once() {
        let redactor = Redactor::new().with_secret("wJalrXUtnFEMI/K7");
        assert_eq!(redactor.redact("cookie: a wJalrXUtnFEMI/K7"), "cookie: (not shown)");
        assert_eq!(redactor.redact_given("{\"cookie\":\"wJalrXUtnFEMI/K7\"}"), "{\"cookie\":\"(not shown)\"}");
    }
}
