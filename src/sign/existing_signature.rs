//! The parameters of a signature that a query already has: from an earlier presigning, or from the caller.

use crate::auth::query::is_of_signature;
use crate::bytes::percent::{self, EncodeSet, PlusDecoding};
use crate::canonical::query::{CanonicalQuery, component, halves, names};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::name::query as name;

/// The signature's parameters in a query, in canonical spelling.
#[derive(Default)]
pub(crate) struct ExistingSignature {
    token: Option<Vec<u8>>,
    /// Whether there are different tokens.
    tokens_differ: bool,
    signed: bool,
    credential: Vec<u8>,
}

impl ExistingSignature {
    fn find(query: Option<&str>) -> Self {
        let mut existing = Self::default();
        for piece in query.unwrap_or_default().as_bytes().split(|b| *b == b'&') {
            let (raw_name, raw_value) = halves(piece);
            if names(raw_name, name::SIGNATURE) {
                existing.signed = true;
            } else if names(raw_name, name::TOKEN) || names(raw_name, name::S3_TOKEN) {
                let token = component(raw_value, PlusDecoding::Literal);
                existing.tokens_differ |= existing.token.as_ref().is_some_and(|first| *first != token);
                existing.token.get_or_insert(token);
            } else if names(raw_name, name::CREDENTIAL) {
                existing.credential = component(raw_value, PlusDecoding::Literal);
            }
        }
        existing
    }

    /// Whether the query carries a signature.
    #[cfg(feature = "tower")]
    pub(crate) fn is_presigned(query: &str) -> bool {
        Self::find(Some(query)).signed
    }

    /// Refuses header signing of a URL that is presigned, or that carries another token than the credentials.
    #[inline]
    pub(super) fn check_header_signing(
        raw: Option<&str>,
        query: &CanonicalQuery<'_>,
        credentials: &Credentials,
    ) -> Result<(), Error> {
        if may_be_in(query) { Self::find(raw).check_header(credentials) } else { Ok(()) }
    }

    /// Takes the parameters of an earlier signature out of `query`, whose raw form is `raw`. `header` is the caller's token in the
    /// headers.
    #[inline]
    pub(super) fn replace(
        raw: Option<&str>,
        query: &mut CanonicalQuery<'_>,
        header: Option<&[u8]>,
        credentials: &Credentials,
    ) -> Result<(), Error> {
        if !may_be_in(query) {
            return Ok(());
        }
        let keep_token = Self::find(raw).check_presigning(header, credentials)?;
        query.retain(|name| !is_of_signature(name) || (keep_token && is_token(name)));
        Ok(())
    }

    fn check_header(&self, credentials: &Credentials) -> Result<(), Error> {
        if self.signed {
            let detail = "it is presigned; remove the signature's parameters before signing with headers";
            return Err(Error::new(ErrorKind::InvalidQuery, detail));
        }
        let own = credentials.session_token().map(|own| encoded(own.as_bytes()));
        let other = own.is_some_and(|own| self.token.as_ref().is_some_and(|token| *token != own));
        if other || self.tokens_differ { Err(conflicting_token()) } else { Ok(()) }
    }

    /// Refuses to presign a query that carries another token than the credentials, unless an earlier signature put it there.
    /// Returns whether to keep the token, because it is the caller's own and the credentials have none. A token in the headers
    /// must then be the same.
    fn check_presigning(&self, header: Option<&[u8]>, credentials: &Credentials) -> Result<bool, Error> {
        let Some(carried) = &self.token else {
            return Ok(false);
        };
        let keep = match credentials.session_token() {
            None => !self.signed || self.is_of(credentials),
            Some(own) if self.signed || encoded(own.as_bytes()) == *carried => false,
            Some(_) => return Err(conflicting_token()),
        };
        let header = header.map(encoded);
        let differs = self.tokens_differ || header.is_some_and(|header| header != *carried);
        if keep && differs { Err(conflicting_token()) } else { Ok(keep) }
    }

    /// Whether the signature names the access key id of these credentials.
    fn is_of(&self, credentials: &Credentials) -> bool {
        let rest = self.credential.strip_prefix(encoded(credentials.access_key_id().as_bytes()).as_slice());
        rest.is_some_and(|rest| rest.starts_with(b"%2F"))
    }
}

/// Whether the query has a name of AWS's. Only then are its parameters searched for those of a signature (rows `sign-30-20` and
/// `presign`).
#[inline]
fn may_be_in(query: &CanonicalQuery<'_>) -> bool {
    query.has_names("X-Amz-")
}

fn is_token(name: &[u8]) -> bool {
    name == name::TOKEN.as_bytes() || name == name::S3_TOKEN.as_bytes()
}

fn encoded(text: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    percent::encode(text, EncodeSet::Unreserved, &mut encoded);
    encoded
}

/// The error for a request that carries another token than the credentials.
#[cold]
pub(crate) fn conflicting_token() -> Error {
    let detail = "the request carries another token than the credentials; remove it before signing";
    Error::new(ErrorKind::ConflictingToken, detail)
}
