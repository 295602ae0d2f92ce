//! Signs requests of the `http` crate in place.

use super::Signer;
use super::presign::Presigned;
use super::signed::Signed;
use crate::body::InMemoryBody;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::name;
use crate::payload::Payload;
use crate::request::http::view;
use crate::session_token::SessionTokenKind;
use crate::signature::Signature;
use crate::time::Moment;
use http::Request;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};

const CONTENT_SHA256: HeaderName = HeaderName::from_static(name::CONTENT_SHA256_HEADER);
const DATE: HeaderName = HeaderName::from_static(name::DATE_HEADER);
const REGION_SET: HeaderName = HeaderName::from_static(name::REGION_SET_HEADER);
const TOKEN: HeaderName = HeaderName::from_static(name::TOKEN_HEADER);
const S3_TOKEN: HeaderName = HeaderName::from_static(name::S3_TOKEN_HEADER);

impl Signer {
    /// Signs a request whose body is in memory, and returns the signature. [`InMemoryBody`] lists the types, and the ways to sign a
    /// stream.
    ///
    /// ```
    /// use sig4::{Credentials, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "execute-api")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let url = "https://abc.execute-api.us-east-1.amazonaws.com/orders";
    /// let get = signer.sign(&mut http::Request::get(url).body(())?, &credentials, now)?;
    /// let same = signer.sign(&mut http::Request::get(url).body(None::<String>)?, &credentials, now)?;
    /// assert_eq!(get.to_string(), same.to_string());
    /// signer.sign(&mut http::Request::post(url).body("hello")?, &credentials, now)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Sets `authorization` and `x-amz-date`, and `x-amz-security-token` and `x-amz-content-sha256` where they apply. They replace the
    /// headers of an earlier signing. With [`PathEncoding::Canonical`](crate::settings::PathEncoding::Canonical), S3's
    /// default, the URI's path is brought into the form that was signed.
    ///
    /// The URI has to be the one that the client sends. hyper sends it unchanged. reqwest, and other clients of the WHATWG URL
    /// Standard, put the host into lower case, resolve `.`, `..` and `%2e`, turn `\` into `/`, and percent-encode `"`, `{`, `}`,
    /// `^` and characters that are not ASCII. For reqwest, use the text of a `reqwest::Url`.
    ///
    /// The body's hash is signed, with two exceptions, in which `x-amz-content-sha256` is `UNSIGNED-PAYLOAD`:
    ///
    /// - The service's model leaves the body of the operation unsigned, for example that of `PutSnapshotBlock` of EBS, `PostContent` of
    ///   Lex, `PutObject` of MediaStore and `UploadReadSetPart` of Omics.
    /// - The body turns out to be a stream, the signer is for the S3 family, and the scheme is `https`. AWS's SDKs leave such a body
    ///   unsigned too: TLS protects it. Over `http` a stream is an error. The feature `stream` signs it in chunks.
    ///
    /// Send the request with a client that follows no redirects: `Client::builder().redirect(Policy::none())` for reqwest. A client
    /// that follows one sends the request's headers to the new address. It drops `authorization` for another host, but not
    /// `x-amz-security-token` and the other `x-amz-*` headers, and with 307 and 308 it sends the body too.
    ///
    /// # Errors
    ///
    /// See [`sign_view`](Self::sign_view). Also [`ErrorKind::UnbufferedBody`] if the body turns out to be a stream, and
    /// [`ErrorKind::InvalidUrl`] if the `http` crate cannot hold the path that was signed. The request is unchanged after an error.
    pub fn sign<B: InMemoryBody>(
        &self,
        request: &mut Request<B>,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<Signature, Error> {
        let mut signed = {
            let content = request.body().content();
            let view = view(request.method(), request.uri(), request.headers());
            self.sign_view(&view, &self.payload_of(&view, &content)?, credentials, now)
        };
        // Applied where it is: moved out of the result, it would be copied (row `sign-post`).
        match signed {
            Ok(ref mut signed) => signed.apply_in_place(request),
            Err(error) => Err(error),
        }
    }

    /// Signs a request's head with a separate payload: a known hash, a marker, or bytes.
    ///
    /// ```
    /// use sig4::{Credentials, Payload, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
    /// let (mut parts, body) = http::Request::put("https://b.s3.amazonaws.com/a+b").body("streamed")?.into_parts();
    /// let now = Timestamp::parse("20130524T000000Z")?.to_datetime();
    /// signer.sign_parts(&mut parts, &Payload::Unsigned, &credentials, now)?;
    /// assert_eq!(parts.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    /// assert_eq!(parts.uri.path(), "/a%2Bb");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`sign_view`](Self::sign_view). Also [`ErrorKind::InvalidUrl`] if the `http` crate cannot hold
    /// the path that was signed. The request is unchanged after an error.
    pub fn sign_parts(
        &self,
        parts: &mut Parts,
        payload: &Payload<'_>,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<Signature, Error> {
        let signed = self.sign_view(&view(&parts.method, &parts.uri, &parts.headers), payload, credentials, now)?;
        signed.apply_to_parts(parts)
    }

    /// Presigns a request whose body is in memory: see [`InMemoryBody`].
    ///
    /// URLs of the S3 family leave the body unsigned. For other services, the body's hash is part of the signature.
    /// [`presign_parts`](Self::presign_parts) takes any payload.
    ///
    /// The URL lasts for `expires`, and no longer than the credentials if their [expiration](Credentials::with_expiration) is known:
    /// [`Presigned::shortened_from`] says whether it was shortened. If the expiration is not known, a URL with a session token ends
    /// when the token does, whatever `expires` is.
    ///
    /// ```
    /// use sig4::{Credentials, Expires, Signer, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "s3")?;
    /// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")?;
    /// let request = http::Request::get("https://examplebucket.s3.amazonaws.com/test.txt").body("")?;
    /// let now = Timestamp::parse("20130524T000000Z")?.to_datetime();
    /// let presigned = signer.presign(&request, &credentials, Expires::from_secs(86_400)?, now)?;
    /// assert!(presigned.url().ends_with("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
    /// assert_eq!(presigned.shortened_from(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`sign_view`](Self::sign_view). Also [`ErrorKind::UnbufferedBody`] if the body is signed and turns out to be a stream.
    pub fn presign<B: InMemoryBody>(
        &self,
        request: &Request<B>,
        credentials: &Credentials,
        expires: Expires,
        now: impl Moment,
    ) -> Result<Presigned, Error> {
        let content;
        let payload = if self.settings.presign_unsigned {
            Payload::Unsigned
        } else {
            content = request.body().content();
            self.payload_of(&request.into(), &content)?
        };
        self.presign_view(&request.into(), &payload, credentials, expires, now)
    }

    /// Presigns a request's head with a separate payload.
    ///
    /// # Errors
    ///
    /// See [`presign`](Self::presign).
    pub fn presign_parts(
        &self,
        parts: &Parts,
        payload: &Payload<'_>,
        credentials: &Credentials,
        expires: Expires,
        now: impl Moment,
    ) -> Result<Presigned, Error> {
        self.presign_view(&parts.into(), payload, credentials, expires, now)
    }
}

impl Presigned {
    /// The URL to use, as a [`Uri`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUrl`] if the URL is longer than a [`Uri`] can be: 65,534 bytes.
    pub fn into_uri(self) -> Result<Uri, Error> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::try_from(&*self.scheme).map_err(invalid_url)?);
        parts.authority = Some(Authority::try_from(self.authority).map_err(invalid_url)?);
        parts.path_and_query = Some(PathAndQuery::try_from(self.target).map_err(invalid_url)?);
        Uri::from_parts(parts).map_err(invalid_url)
    }
}

impl Signed<'_> {
    /// Sets the headers and the target in the request that was signed, and returns the signature.
    ///
    /// ```
    /// use sig4::sign::Signer;
    /// use sig4::{Credentials, Payload, Timestamp};
    ///
    /// let signer = Signer::new("us-east-1", "execute-api")?;
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body(())?;
    /// let now = Timestamp::parse("20150830T123600Z")?.to_datetime();
    /// let signed = signer.sign_view(&(&request).into(), &Payload::Bytes(b""), &credentials, now)?;
    /// signed.apply(&mut request)?;
    /// assert_eq!(request.headers()["x-amz-date"], "20150830T123600Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUrl`] or [`ErrorKind::InvalidHeader`] if the types of the `http` crate cannot hold the new target or a
    /// header. The request is then unchanged.
    pub fn apply<B>(mut self, request: &mut Request<B>) -> Result<Signature, Error> {
        self.apply_in_place(request)
    }

    #[inline]
    fn apply_in_place<B>(&mut self, request: &mut Request<B>) -> Result<Signature, Error> {
        let uri = self.new_uri(request.uri())?;
        let signature = self.set_headers(request.headers_mut())?;
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        Ok(signature)
    }

    /// [`apply`](Self::apply) to the head of a request.
    ///
    /// # Errors
    ///
    /// See [`apply`](Self::apply).
    pub fn apply_to_parts(mut self, parts: &mut Parts) -> Result<Signature, Error> {
        let uri = self.new_uri(&parts.uri)?;
        let signature = self.set_headers(&mut parts.headers)?;
        if let Some(uri) = uri {
            parts.uri = uri;
        }
        Ok(signature)
    }

    #[inline]
    fn new_uri(&self, uri: &Uri) -> Result<Option<Uri>, Error> {
        self.target.as_ref().map(|target| with_target(uri, target)).transpose()
    }

    /// Sets the headers. All values are made before the first is set, so that an error changes nothing.
    ///
    /// It takes the value of `authorization` out of `self`, which is not moved as a whole (row `sign-post`).
    #[inline]
    fn set_headers(&mut self, headers: &mut HeaderMap) -> Result<Signature, Error> {
        let region_set = match self.region_set() {
            Some(regions) => Some(HeaderValue::from_str(regions).map_err(invalid_header)?),
            None => None,
        };
        let mut authorization =
            HeaderValue::try_from(std::mem::take(&mut self.authorization)).map_err(invalid_header)?;
        authorization.set_sensitive(true);
        let date = HeaderValue::from_bytes(self.timestamp.as_bytes()).map_err(invalid_header)?;
        let content_sha256 = match &self.payload {
            Some(payload) => Some(HeaderValue::from_bytes(payload.as_bytes()).map_err(invalid_header)?),
            None => None,
        };
        headers.insert(DATE, date);
        headers.insert(AUTHORIZATION, authorization);
        if let Some(value) = content_sha256 {
            headers.insert(CONTENT_SHA256, value);
        }
        if let Some(value) = region_set {
            headers.insert(REGION_SET, value);
        }
        if let Some(token) = self.session_token {
            headers.insert(token_header(token.kind()), token.header().clone());
        }
        if let Some(stale) = self.stale_token {
            headers.remove(token_header(stale));
        }
        Ok(self.signature)
    }
}

const fn token_header(kind: SessionTokenKind) -> HeaderName {
    match kind {
        SessionTokenKind::Security => TOKEN,
        SessionTokenKind::S3Session => S3_TOKEN,
    }
}

fn with_target(uri: &Uri, target: &str) -> Result<Uri, Error> {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(invalid_url)?);
    Uri::from_parts(parts).map_err(invalid_url)
}

#[cold]
fn invalid_url<E>(_: E) -> Error {
    Error::new(ErrorKind::InvalidUrl, "the `http` crate cannot hold it; a URI has up to 65534 bytes")
}

#[cold]
fn invalid_header<E>(_: E) -> Error {
    Error::new(ErrorKind::InvalidHeader, "a value holds a control character")
}
