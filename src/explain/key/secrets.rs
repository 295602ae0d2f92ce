//! Secrets that may have been used instead of the right one.

use crate::algorithm::Algorithm;
use crate::bytes::base64;
use crate::bytes::percent::EncodeSet;
use crate::credentials::Credentials;
use crate::explain::cause::{Cause, Mistake};
use crate::explain::key::causes::{
    KEY_PREFIX_TWICE, KEY_WITHOUT_PREFIX, SECRET_BASE64, SECRET_CASE_CHANGED, SECRET_DOUBLED, SECRET_ESCAPED,
    SECRET_IS_ACCESS_KEY_ID, SECRET_IS_TOKEN, SECRET_PERCENT_ENCODED, SECRET_PUNCTUATION, SECRET_QUOTED,
    SECRET_TRAILING_NEWLINE, SECRET_TRUNCATED, SECRET_UNDEFINED, SECRET_WHITESPACE, SECRET_WITH_NAME,
};
use crate::explain::spelling::{decode, encode, replace};
use zeroize::Zeroizing;

/// The longest secret that is tried in other forms. Real ones have 40 characters.
const MAX_SECRET_LEN: usize = 4096;

/// The input of the derivation: a secret with its prefix. Wiped when dropped.
pub(crate) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    fn new(prefix: &[u8], secret: &[u8]) -> Self {
        Self(Zeroizing::new([prefix, secret].concat()))
    }

    pub(crate) fn right(algorithm: Algorithm, credentials: &Credentials) -> Self {
        Self::new(algorithm.secret_prefix(), credentials.secret_key().as_bytes())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A secret that may have been used instead of the right one.
pub(crate) struct OtherSecret {
    pub(crate) mistake: Mistake,
    /// Whether it is tried early together with other mistakes.
    pub(crate) likely: bool,
    pub(crate) secret: Secret,
}

/// The secrets that may have been used instead of the right one, the likeliest first.
pub(crate) fn secrets(algorithm: Algorithm, credentials: &Credentials) -> Vec<OtherSecret> {
    let prefix = algorithm.secret_prefix();
    let own = credentials.secret_key().as_bytes();
    let mut found = Found { prefix, own, secrets: Vec::new() };
    if own.len() <= MAX_SECRET_LEN {
        found.with_white_space();
        found.encoded();
        found.add(SECRET_IS_ACCESS_KEY_ID, true, credentials.access_key_id().as_bytes().to_vec());
        if let Some(token) = credentials.session_token() {
            found.add(SECRET_IS_TOKEN, false, token.as_bytes().to_vec());
        }
        found.cut();
        found.surrounded(credentials.access_key_id());
        found.escaped();
        for text in ["", "undefined", "null", "None", "nil", "none", "NaN", "[object Object]"] {
            found.add(SECRET_UNDEFINED, false, text.as_bytes().to_vec());
        }
    }
    found.push(KEY_WITHOUT_PREFIX, true, Secret::new(b"", own));
    found.push(KEY_PREFIX_TWICE, false, Secret::new(&prefix.repeat(2), own));
    found.push(KEY_PREFIX_TWICE, false, Secret::new(prefix, own.strip_prefix(prefix).unwrap_or(own)));
    found.secrets
}

/// The secrets that were found so far.
struct Found<'c> {
    prefix: &'static [u8],
    own: &'c [u8],
    secrets: Vec<OtherSecret>,
}

impl Found<'_> {
    /// Adds a secret that differs from the right one and from those before it.
    fn add(&mut self, cause: Cause, likely: bool, secret: Vec<u8>) {
        let secret = Zeroizing::new(secret);
        if secret.as_slice() != self.own {
            self.push(cause, likely, Secret::new(self.prefix, &secret));
        }
    }

    fn push(&mut self, cause: Cause, likely: bool, secret: Secret) {
        let of_same_cause =
            |known: &OtherSecret| known.mistake.cause == cause && known.secret.as_bytes() == secret.as_bytes();
        let right = [self.prefix, self.own].concat();
        if !self.secrets.iter().any(of_same_cause) && secret.as_bytes() != right {
            self.secrets.push(OtherSecret { mistake: cause.into(), likely, secret });
        }
    }

    fn around(&mut self, cause: Cause, likely: bool, before: &str, after: &str) {
        self.add(cause, likely, [before.as_bytes(), self.own, after.as_bytes()].concat());
    }

    fn with_white_space(&mut self) {
        for end in ["\n", "\r\n", "\r"] {
            self.around(SECRET_TRAILING_NEWLINE, true, "", end);
        }
        for (before, after) in [("", " "), (" ", ""), ("\t", ""), ("\n", ""), ("\u{feff}", ""), (" ", " "), ("", "\t")]
        {
            self.around(SECRET_WHITESPACE, true, before, after);
        }
        self.add(SECRET_WHITESPACE, true, self.own.trim_ascii().to_vec());
        for blank in ["\u{a0}", "\u{200b}", "\0"] {
            self.around(SECRET_WHITESPACE, false, "", blank);
            self.around(SECRET_WHITESPACE, false, blank, "");
        }
        for (before, after) in [("\"", "\""), ("'", "'"), ("\"", ""), ("", "\""), ("'", ""), ("", "'")] {
            self.around(SECRET_QUOTED, true, before, after);
        }
    }

    fn encoded(&mut self) {
        let own = self.own;
        self.add(SECRET_PERCENT_ENCODED, true, encode(own, EncodeSet::Unreserved));
        self.add(SECRET_PERCENT_ENCODED, true, encode(own, EncodeSet::UnreservedAndSlash));
        self.add(SECRET_PERCENT_ENCODED, true, decode(own));
        self.add(SECRET_PERCENT_ENCODED, true, replace(own, b"+", b" "));
        let twice = Zeroizing::new(encode(own, EncodeSet::Unreserved));
        self.add(SECRET_PERCENT_ENCODED, false, encode(&twice, EncodeSet::Unreserved));
        self.add(SECRET_CASE_CHANGED, false, own.to_ascii_lowercase());
        self.add(SECRET_CASE_CHANGED, false, own.to_ascii_uppercase());
        self.add(SECRET_BASE64, false, base64::encode_padded(own).into_bytes());
        let line = Zeroizing::new([own, b"\n"].concat());
        self.add(SECRET_BASE64, false, base64::encode_padded(&line).into_bytes());
        let decoded = str::from_utf8(own).ok().and_then(base64::decode_padded);
        decoded.into_iter().for_each(|decoded| self.add(SECRET_BASE64, false, decoded));
        for between in ["", "\n", " "] {
            self.add(SECRET_DOUBLED, false, [own, between.as_bytes(), own].concat());
        }
    }

    /// The secret without its ends, and up to the characters at which files, shells and URLs cut it.
    fn cut(&mut self) {
        let own = self.own;
        let parts = [own.get(1..), own.get(..own.len().saturating_sub(1))];
        let shorter = [own.get(..own.len().saturating_sub(2)), own.get(2..)];
        for part in parts.into_iter().chain(shorter).flatten() {
            self.add(SECRET_TRUNCATED, false, part.to_vec());
        }
        for end in b"/+#=;,&$%! " {
            let mut pieces = own.split(|b| b == end);
            let before = pieces.next().map(<[u8]>::to_vec);
            self.add(SECRET_TRUNCATED, false, before.unwrap_or_default());
            if let Some(last) = pieces.next_back() {
                self.add(SECRET_TRUNCATED, false, last.to_vec());
            }
        }
        self.add(SECRET_TRUNCATED, false, own.iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect());
        for removed in b"/+=\\" {
            self.add(SECRET_TRUNCATED, false, own.iter().filter(|b| *b != removed).copied().collect());
        }
    }

    fn surrounded(&mut self, access_key_id: &str) {
        let pairs =
            [("<", ">"), ("`", "`"), ("[", "]"), ("(", ")"), ("{", "}"), ("\u{201c}", "\u{201d}"), ("\\\"", "\\\"")];
        let ends =
            [("", ","), ("", ";"), ("", "."), ("", "="), ("", ":"), ("\"", "\","), ("'", "',"), ("=", ""), (":", "")];
        for (before, after) in pairs.into_iter().chain(ends) {
            self.around(SECRET_PUNCTUATION, false, before, after);
        }
        let of_id = format!("{access_key_id}:");
        let names =
            ["AWS_SECRET_ACCESS_KEY=", "aws_secret_access_key=", "aws_secret_access_key = ", "SecretAccessKey="];
        for name in names.into_iter().chain([of_id.as_str()]) {
            self.around(SECRET_WITH_NAME, false, name, "");
        }
    }

    /// The escapes of JSON, shells, HTML and text files.
    fn escaped(&mut self) {
        let own = self.own;
        for end in ["\\n", "\\r\\n", "\\r", "%0A", "\\"] {
            self.around(SECRET_ESCAPED, false, "", end);
        }
        let slashes: [&[u8]; 4] = [b"\\/", b"\\\\/", b"&#x2F;", b"\\u002f"];
        for slash in slashes.into_iter().chain([&b"\\u002F"[..], b"\\x2f", b"//"]) {
            self.add(SECRET_ESCAPED, false, replace(own, b"/", slash));
        }
        for plus in [&b"&#43;"[..], b"\\+", b"\\u002b", b"\\u002B", b"&#x2B;"] {
            self.add(SECRET_ESCAPED, false, replace(own, b"+", plus));
        }
        self.add(SECRET_ESCAPED, false, replace(own, b"\\", b"\\\\"));
        self.add(SECRET_ESCAPED, false, replace(own, b"\\\\", b"\\"));
        self.add(SECRET_ESCAPED, false, replace(own, b"\\", b""));
        let html = replace(&replace(own, b"/", b"&#x2F;"), b"+", b"&#43;");
        self.add(SECRET_ESCAPED, false, html);
        self.add(SECRET_ESCAPED, false, without_variables(own));
    }
}

/// The secret after a shell has put nothing in the place of every `$NAME`.
fn without_variables(secret: &[u8]) -> Vec<u8> {
    let mut pieces = secret.split(|b| *b == b'$');
    let mut out = pieces.next().unwrap_or_default().to_vec();
    for piece in pieces {
        let name = piece.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let end = if piece.first().is_some_and(u8::is_ascii_digit) { 1 } else { name };
        out.extend_from_slice(piece.get(end..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Secret, secrets, without_variables};
    use crate::algorithm::Algorithm;
    use crate::credentials::Credentials;

    #[test]
    fn a_shell_takes_variables_out() {
        assert_eq!(without_variables(b"a$b/c$1d$"), b"a/cd");
    }

    #[test]
    fn no_secret_is_the_right_one_and_short_ones_do_no_harm() {
        for own in ["a", "/", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "$a\\"] {
            let credentials = Credentials::new("AKID", own).unwrap();
            for algorithm in Algorithm::ALL {
                let right = Secret::right(algorithm, &credentials);
                let others = secrets(algorithm, &credentials);
                assert!(others.iter().all(|other| other.secret.as_bytes() != right.as_bytes()), "{own}");
            }
        }
    }
}
