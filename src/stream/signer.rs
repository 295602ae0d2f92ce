//! Signs the head of a request whose body is sent in chunks.

use super::chain::{Chain, ChainSignature, Link};
use super::encoder::ChunkEncoder;
use super::framer::Framer;
use super::plan::ChunkPlan;
use super::trailer::Trailer;
use super::wire::AWS_CHUNKED;
use crate::credentials::Credentials;
use crate::crypto::sha256;
use crate::error::{Error, ErrorKind};
use crate::name;
use crate::payload::{ContentSha256, Payload};
use crate::request::http::view;
use crate::sign::{Signed, Signer};
use crate::time::Moment;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, HeaderName, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use std::borrow::Cow;
use std::fmt;

/// The headers that state the length of a body in chunks and the names of its trailer.
const STATEMENTS: [&str; 2] = [name::DECODED_LENGTH_HEADER, name::TRAILER_HEADER];

impl Signer {
    /// Signs the head of a request whose body is sent in chunks, and returns the encoder of the body.
    ///
    /// Sets the headers of [`ChunkPlan::headers`] and those of [`sign_parts`](Self::sign_parts), and removes `transfer-encoding`: the
    /// length of the encoded body is known. An `x-amz-trailer` that is there is replaced, or removed if the plan has no trailer.
    /// `aws-chunked` is appended to a `content-encoding` that is there. The path and the headers
    /// have to go over the wire as they are then. `x-amz-decoded-content-length` and `x-amz-trailer` are signed even if the signer leaves
    /// them out otherwise.
    ///
    /// ```
    /// use sig4::stream::ChunkPlan;
    /// use sig4::{Credentials, Signer, Timestamp};
    ///
    /// // The example of "Transferring Payload in Multiple Chunks", in the API reference of Amazon S3.
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
    /// let request = http::Request::put("https://s3.amazonaws.com/examplebucket/chunkObject.txt")
    ///     .header("x-amz-storage-class", "REDUCED_REDUNDANCY");
    /// let (mut parts, body) = request.body(vec![b'a'; 66_560])?.into_parts();
    /// let now = Timestamp::parse("20130524T000000Z")?;
    /// let encoder = signer.sign_chunked(&mut parts, ChunkPlan::signed(66_560), &credentials, now)?;
    ///
    /// assert_eq!(parts.headers["content-length"], "66824");
    /// let authorization = parts.headers["authorization"].to_str()?;
    /// assert!(authorization.ends_with("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
    /// let first = b"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n";
    /// assert!(encoder.encode_all(&body)?.starts_with(first));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`sign_parts`](Self::sign_parts). Also:
    ///
    /// - [`ErrorKind::InvalidHeader`] if the request's `content-encoding` is not visible ASCII.
    /// - [`ErrorKind::InvalidTrailer`] if the request has a header with the name of a field of the trailer.
    /// - [`ErrorKind::InvalidPayload`] if the encoded body has more than `u64::MAX` bytes.
    ///
    /// The request is unchanged after an error.
    pub fn sign_chunked(
        &self,
        parts: &mut Parts,
        plan: ChunkPlan,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<ChunkEncoder, Error> {
        let plan = plan.with_algorithm(self.algorithm());
        check_len(&plan)?;
        let headers = with_headers(&parts.headers, &plan)?;
        let payload = Payload::Streaming(plan.marker());
        let signer = self.stating_the_body();
        let signed = signer.sign_view(&view(&parts.method, &parts.uri, &headers), &payload, credentials, now)?;
        let chain = self.chain(&signed, credentials);
        let before = std::mem::replace(&mut parts.headers, headers);
        match signed.apply_to_parts(parts) {
            Ok(_) => Ok(ChunkEncoder::new(Framer::new(plan, chain))),
            Err(error) => {
                parts.headers = before;
                Err(error)
            }
        }
    }

    /// The encoder of the body of a request that [`sign_view`](Self::sign_view) signed, with the headers of [`ChunkPlan::headers`] and
    /// [`Payload::Streaming`] with the [marker](ChunkPlan::marker) of `plan`.
    ///
    /// ```
    /// use sig4::request::RequestView;
    /// use sig4::stream::ChunkPlan;
    /// use sig4::{Credentials, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
    /// let plan = ChunkPlan::signed(5);
    /// let mut headers = vec![("host", "b.s3.amazonaws.com".to_owned())];
    /// headers.extend(plan.headers());
    /// let sent: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    /// let request = RequestView::new("PUT", "/a", None, &sent);
    /// let now = Timestamp::parse("20130524T000000Z")?;
    /// let signed = signer.sign_view(&request, &Payload::Streaming(plan.marker()), &credentials, now)?;
    /// let body = signer.chunk_encoder(plan, &signed, &credentials)?.encode_all(b"hello")?;
    /// assert!(body.starts_with(b"5;chunk-signature="));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPayload`] if the request was signed with another payload, or if the encoded body has more than `u64::MAX` bytes.
    pub fn chunk_encoder(
        &self,
        plan: ChunkPlan,
        signed: &Signed<'_>,
        credentials: &Credentials,
    ) -> Result<ChunkEncoder, Error> {
        if signed.payload != Some(ContentSha256::of(&Payload::Streaming(plan.marker()))) {
            let detail = format!("the request was not signed with `{}`", plan.marker());
            return Err(Error::new(ErrorKind::InvalidPayload, detail));
        }
        check_len(&plan)?;
        Ok(ChunkEncoder::new(Framer::new(plan, self.chain(signed, credentials))))
    }

    /// Signs the chunks of the body of a request that [`sign_view`](Self::sign_view) signed, for a framing of your own.
    #[must_use]
    pub fn chunk_signer(&self, signed: &Signed<'_>, credentials: &Credentials) -> ChunkSigner {
        ChunkSigner(self.chain(signed, credentials))
    }

    /// A signer that signs the statements about a body in chunks, whichever headers are chosen: a service refuses them unsigned.
    fn stating_the_body(&self) -> Cow<'_, Self> {
        if STATEMENTS.iter().all(|name| self.settings.selection.signs(name)) {
            return Cow::Borrowed(self);
        }
        let mut signer = self.clone();
        STATEMENTS.iter().for_each(|name| signer.settings.selection.require(name));
        Cow::Owned(signer)
    }

    /// The chain that begins with the signature of a request's head.
    pub(crate) fn chain(&self, signed: &Signed<'_>, credentials: &Credentials) -> Chain {
        let key = self.signing_key(credentials, signed.timestamp.day());
        Chain::new(key.ready().clone(), *key.scope(), signed.timestamp, signed.signature)
    }
}

/// Signs chunks of any sizes and their trailer, for a framing of your own. [`Signer::chunk_signer`] makes it.
///
/// S3 takes no chunk of less than 8,192 bytes but the last, and needs a chunk without data at the end.
///
/// ```
/// use sig4::payload::Streaming;
/// use sig4::request::RequestView;
/// use sig4::{Credentials, Payload, Signer, Timestamp};
///
/// let signer = Signer::new("us-east-1", "s3")?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
/// let headers: [(&str, &[u8]); 3] =
///     [("host", b"b.s3.amazonaws.com"), ("x-amz-decoded-content-length", b"5"), ("x-amz-trailer", b"x-amz-meta-a")];
/// let request = RequestView::new("PUT", "/a", None, &headers);
/// let now = Timestamp::parse("20130524T000000Z")?;
/// let signed = signer.sign_view(&request, &Payload::Streaming(Streaming::SignedTrailer), &credentials, now)?;
///
/// let mut chunks = signer.chunk_signer(&signed, &credentials);
/// let signatures = [chunks.sign(b"hello"), chunks.sign(b""), chunks.sign_trailer(&[("x-amz-meta-a", "1")])?];
/// assert!(signatures.iter().all(|signature| signature.to_string().len() == 64));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Debug)]
pub struct ChunkSigner(Chain);

impl ChunkSigner {
    /// Signs the next chunk.
    pub fn sign(&mut self, data: &[u8]) -> ChunkSignature {
        ChunkSignature(self.0.sign(&Link::Chunk(&sha256::digest(data))))
    }

    /// Signs the trailer after the last chunk. The order of the fields does not matter: their canonical form is sorted by name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTrailer`]: see [`ChunkPlan::with_trailer`].
    pub fn sign_trailer(&mut self, fields: &[(&str, &str)]) -> Result<ChunkSignature, Error> {
        let mut trailer = Trailer::default();
        fields.iter().try_for_each(|(name, value)| trailer.add(name, value))?;
        Ok(ChunkSignature(self.0.sign(&Link::Trailer(&trailer.sha256()))))
    }
}

/// The signature of a chunk or of a trailer. `Display` writes it as it goes over the wire.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChunkSignature(ChainSignature);

impl fmt::Display for ChunkSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.0.write(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

/// Refuses a plan whose `content-length` is no number of 64 bits.
fn check_len(plan: &ChunkPlan) -> Result<(), Error> {
    let too_long = || Error::new(ErrorKind::InvalidPayload, "the encoded body is longer than 2^64 - 1 bytes");
    plan.checked_encoded_len().map(|_| ()).ok_or_else(too_long)
}

/// The headers of a request with those of the plan.
fn with_headers(headers: &HeaderMap, plan: &ChunkPlan) -> Result<HeaderMap, Error> {
    let mut with = headers.clone();
    with.remove(TRANSFER_ENCODING);
    with.remove(name::TRAILER_HEADER);
    if let Some(name) = plan.names().find(|name| with.contains_key(*name)) {
        let detail = format!("the request has a header `{name}`, and the trailer a field of this name");
        return Err(Error::new(ErrorKind::InvalidTrailer, detail));
    }
    for (name, value) in plan.headers() {
        with.insert(HeaderName::from_static(name), HeaderValue::try_from(value).map_err(invalid_header)?);
    }
    with.insert(CONTENT_ENCODING, content_encoding(headers)?);
    // Sent whatever the signer's setting is: the marker is how a service learns of the chunks.
    let marker = HeaderValue::from_static(plan.marker().as_str());
    with.insert(HeaderName::from_static(name::CONTENT_SHA256_HEADER), marker);
    Ok(with)
}

/// The `content-encoding` of a request with these headers, with `aws-chunked` as the last.
fn content_encoding(headers: &HeaderMap) -> Result<HeaderValue, Error> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let text = value.to_str().map_err(invalid_header)?;
        codings.extend(text.split(',').map(str::trim).filter(|coding| !coding.is_empty()));
    }
    codings.retain(|coding| !coding.eq_ignore_ascii_case(AWS_CHUNKED));
    codings.push(AWS_CHUNKED);
    HeaderValue::try_from(codings.join(",")).map_err(invalid_header)
}

#[cold]
fn invalid_header<E>(_: E) -> Error {
    Error::new(ErrorKind::InvalidHeader, "`content-encoding` is not visible ASCII")
}
