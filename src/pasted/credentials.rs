//! Texts that are certainly not the access key id, the secret or the session token that they were given as.
//!
//! Other services that verify SigV4 issue ids and secrets of other forms: a text is refused for what it is, and never for what it is not.

pub(crate) const BLANK: &str = "it is empty, or has only invisible characters";
pub(crate) const PAIR: &str = "it holds an access key id and more: give the id and the secret separately";

/// The reason why a text is certainly not an access key id, as far as its characters do not say so.
pub(crate) fn of_id(text: &str) -> Option<&'static str> {
    let is_secret = || text.len() == SECRET_LEN && text.contains('/') && text.bytes().all(is_base64);
    match text {
        _ if is_pair(text) => Some(PAIR),
        _ if super::names_itself(text, "aws_access_key_id") => Some("it holds its own name: give the value only"),
        _ if is_secret() => Some("it has the form of a secret access key: check that the two are not swapped"),
        _ => super::surroundings(text),
    }
}

/// The reason why a text is certainly not a secret access key.
pub(crate) fn of_secret(text: &str) -> Option<&'static str> {
    match text {
        _ if super::is_empty(text) => Some(BLANK),
        _ if is_aws_id(text) => Some("it is an access key id: check that the two are not swapped"),
        _ if is_pair(text) => Some(PAIR),
        _ if super::names_itself(text, "aws_secret_access_key") => Some("it holds its own name: give the value only"),
        _ => super::surroundings(text),
    }
}

/// The reason why a text that is not empty is certainly not a session token.
pub(crate) fn of_token(text: &str) -> Option<&'static str> {
    match text {
        "" => None,
        _ if super::names_itself(text, "aws_session_token") => Some("it holds its own name: give the value only"),
        _ => super::surroundings(text),
    }
}

/// Whether a text given as the secret holds this access key id, too: `id:secret`. A short id may begin a secret by chance.
pub(crate) fn is_pair_of(text: &str, access_key_id: &str) -> bool {
    let rest = text.strip_prefix(access_key_id).filter(|_| access_key_id.len() >= MIN_ACCESS_KEY_ID_LEN);
    rest.is_some_and(|rest| rest.starts_with(':'))
}

/// The length of AWS's own access key ids, and the beginnings of long-term and temporary ones.
///
/// Source: "IAM identifiers", understanding unique ID prefixes. Other services that verify SigV4 issue ids of other forms.
const AWS_ID_LEN: usize = 20;
const AWS_IDS: [&str; 2] = ["AKIA", "ASIA"];

/// The length of AWS's own secrets.
const SECRET_LEN: usize = 40;

/// The shortest access key id of IAM.
const MIN_ACCESS_KEY_ID_LEN: usize = 16;

fn is_aws_id(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    text.len() == AWS_ID_LEN && AWS_IDS.iter().any(|start| text.starts_with(start)) && text.bytes().all(fits)
}

/// Whether an access key id of AWS begins the text, and a separator and more follow.
fn is_pair(text: &str) -> bool {
    text.split_at_checked(AWS_ID_LEN).is_some_and(|(id, rest)| {
        is_aws_id(id)
            && rest.trim_start().len() > 1
            && rest.starts_with([':', ',', ';', '=', '|', '/', ' ', '\t', '\r', '\n'])
    })
}

const fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')
}
