//! Signature Version 2, which is recognised so that its refusal names it.
//!
//! Sources: "Signing and authenticating REST requests (AWS signature version 2)" of Amazon S3 for the header, the query and the form;
//! its answer to such a request is that of the regions that opened after January 2014.

use crate::bytes::percent;
use crate::bytes::split::{split, split_first};
use crate::error::{Error, ErrorKind};

/// The first word of the `Authorization` header.
pub(crate) const SCHEME: &str = "AWS";
/// The access key id in a query or in a form.
pub(crate) const ACCESS_KEY_ID: &str = "AWSAccessKeyId";
/// The signature in a query, and in a form in lower case.
pub(crate) const SIGNATURE: &str = "Signature";

/// Whether a raw query has the access key id and the signature of version 2.
#[cold]
pub(crate) fn is_in_query(raw: Option<&str>) -> bool {
    let has = |name: &str| {
        let mut pieces = split(raw.unwrap_or_default(), b'&');
        pieces.any(|piece| percent::decode(split_first(piece, b'=').0.as_bytes()) == name.as_bytes())
    };
    has(ACCESS_KEY_ID) && has(SIGNATURE)
}

/// The error for a request that is signed with version 2.
#[cold]
pub(crate) fn refused() -> Error {
    let detail = "it is not verified: sign with AWS4-HMAC-SHA256 (boto3: signature_version=\"s3v4\")";
    Error::new(ErrorKind::SignatureVersion2, detail)
}

#[cfg(test)]
mod tests {
    use super::is_in_query;

    #[test]
    fn a_query_needs_both_names_in_their_own_case() {
        for query in
            ["AWSAccessKeyId=a&Signature=b&Expires=1", "x&Signature=&%41WSAccessKeyId", "Signature&AWSAccessKeyId"]
        {
            assert!(is_in_query(Some(query)), "{query}");
        }
        for query in
            ["", "AWSAccessKeyId=a", "Signature=a", "awsaccesskeyid=a&Signature=b", "AWSAccessKeyId=a&signature=b"]
        {
            assert!(!is_in_query(Some(query)), "{query}");
        }
        assert!(!is_in_query(None));
    }
}
