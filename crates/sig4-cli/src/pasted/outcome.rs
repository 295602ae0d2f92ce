//! A request read from a pasted text, and how much of it the text has.

use super::text::lines;
use crate::failure::Failure;
use crate::raw_request::RawRequest;
use crate::url::Url;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, DATE, HOST, TRANSFER_ENCODING};
use sig4::Timestamp;
use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;

/// The name of the form that is the request itself.
pub(super) const RAW: &str = "a raw request";

/// What the reader wants of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// The number of the entry of a HAR file, or of the line of a log. The first is 1.
    pub(crate) entry: Option<usize>,
    /// The body, which replaces that of the text.
    pub(crate) body: Option<&'a [u8]>,
}

/// Where the body of the request comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BodyState {
    /// From the text, which has all of it.
    Known,
    /// From the text, which may show other bytes than were sent.
    Uncertain,
    /// The text does not have it.
    Missing,
    /// From [`Wanted::body`].
    Given,
}

/// A request read from a pasted text.
#[derive(Debug)]
pub(crate) struct Pasted {
    pub(crate) request: RawRequest,
    /// The scheme, if the text names it.
    pub(crate) scheme: Option<String>,
    /// The name of the form, with its article.
    pub(crate) form: &'static str,
    /// What a person should know about the reading, one sentence each.
    pub(crate) notes: Vec<String>,
    /// When the service received the request, if the text says so.
    pub(crate) received: Option<Timestamp>,
    pub(crate) body: BodyState,
}

impl Pasted {
    /// A request whose body is complete, or missing if `body` is `None` and the request announces one. A body of another length than
    /// `Content-Length` was not sent so, and is missing.
    pub(super) fn new(form: &'static str, mut request: RawRequest, body: Option<Vec<u8>>) -> Self {
        let stated = request.header(CONTENT_LENGTH.as_str()).and_then(|value| str::from_utf8(value).ok()?.parse().ok());
        let shown = body.as_ref().map(Vec::len);
        let differs = shown.zip(stated).filter(|(shown, stated): &(usize, usize)| shown != stated);
        let is_missing = differs.is_some() || (body.is_none() && announces_body(&request));
        let note =
            |(shown, stated)| format!("the text shows {shown} bytes of the body, and Content-Length is {stated}");
        request.body = body.unwrap_or_default();
        Self {
            request,
            scheme: None,
            form,
            notes: differs.filter(|(shown, _)| *shown > 0).map(note).into_iter().collect(),
            received: None,
            body: if is_missing { BodyState::Missing } else { BodyState::Known },
        }
    }

    /// A request of a head in the spelling of HTTP/1.1.
    pub(super) fn of_head(form: &'static str, head: &[u8], body: Option<Vec<u8>>) -> Result<Self, Failure> {
        let request = RawRequest::parse_head(head).map_err(|error| format!("this is {form}, but {error}"))?;
        Ok(Self::new(form, request, body))
    }

    /// A request of a method, a URL and headers. `Host` is that of the URL unless it is among the headers.
    pub(super) fn of_url(
        form: &'static str,
        method: &str,
        url: &str,
        headers: Vec<(String, Vec<u8>)>,
        body: Option<Vec<u8>>,
    ) -> Result<Self, Failure> {
        let url = Url::split(url).map_err(|error| format!("this is {form}, but {error}"))?;
        let mut request = RawRequest {
            method: method.to_owned(),
            origin: None,
            path: if url.path.is_empty() { "/" } else { url.path }.to_owned(),
            query: url.query.map(str::to_owned),
            headers,
            body: Vec::new(),
        };
        if request.header(HOST.as_str()).is_none() {
            request.headers.push((HOST.to_string(), url.host().as_bytes().to_vec()));
        }
        let mut pasted = Self::new(form, request, body);
        pasted.scheme = Some(url.scheme.to_owned());
        Ok(pasted)
    }

    /// The request of a command line, which is complete.
    pub(crate) fn of_command_line(
        method: &str,
        url: &str,
        headers: Vec<(String, Vec<u8>)>,
        body: Vec<u8>,
    ) -> Result<Self, Failure> {
        let mut pasted = Self::of_url("a URL", method, url, headers, Some(body))?;
        pasted.notes.extend(cut_note(pasted.request.query.as_deref().unwrap_or_default()).map(str::to_owned));
        Ok(pasted)
    }

    /// Whether the text was a raw request, byte for byte.
    pub(crate) fn is_raw(&self) -> bool {
        self.form == RAW
    }

    pub(super) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Marks the body as one whose bytes may differ from those that were sent, and says why.
    pub(super) fn with_uncertain_body(mut self, why: &str) -> Self {
        self.body = BodyState::Uncertain;
        self.notes.push(format!("{why}: give the body with --body FILE if it differs"));
        self
    }

    /// Refuses a text that ends within the head, if the rest may have had a signature or a signed header.
    pub(super) fn or_cut(self, is_ended: bool, head: &[u8]) -> Result<Self, Failure> {
        let last = lines(head).last().unwrap_or_default();
        let is_last_whole = !begins_with_name(last, AUTHORIZATION.as_str()) || is_undamaged(&self);
        // The host of an absolute target stands for the header.
        let is_lacking = |name: &String| self.request.origin.is_none() || name != HOST.as_str();
        let is_complete = !missing_headers(&self.request).iter().any(is_lacking);
        let is_whole = is_signed(&self.request) && is_last_whole && is_complete;
        if is_ended || is_whole { Ok(self) } else { Err(Self::cut(self.form)) }
    }

    /// The error for a text that ends before the request does.
    pub(super) fn cut(form: &str) -> Failure {
        format!("this is {form} that ends within the head of the request: copy all of it").into()
    }

    pub(super) fn with_received(mut self, received: Option<Timestamp>) -> Self {
        self.received = received;
        self
    }

    /// Puts the body that was asked for in place of the text's. A missing body gets a note.
    pub(super) fn completed(mut self, wanted: &Wanted<'_>) -> Self {
        if let Some(body) = wanted.body {
            self.request.body = body.to_vec();
            self.body = BodyState::Given;
        }
        if self.request.header(AUTHORIZATION.as_str()).is_some_and(|value| !value.is_ascii()) {
            self.notes
                .push("Authorization has characters that are not ASCII: if they come from copying, remove them".into());
        }
        if self.body == BodyState::Missing {
            self.notes.push(
                "the text does not show the body that the request was sent with: give it with --body FILE".into(),
            );
        }
        self
    }
}

/// The time in the request itself: `X-Amz-Date` in the headers or the query, else `Date`.
pub(crate) fn own_time(request: &RawRequest) -> Option<Timestamp> {
    let text = |name: &str| request.header(name).and_then(|value| str::from_utf8(value).ok());
    let in_query = || {
        let is_date = |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| name == "X-Amz-Date");
        request.query.as_deref()?.split('&').find(is_date)?.split_once('=').map(|(_, value)| value)
    };
    let date = || text(DATE.as_str());
    let parsed = |text: &str| Timestamp::parse(text).ok().or_else(|| imf_date(text));
    text("x-amz-date").and_then(parsed).or_else(|| in_query().and_then(parsed)).or_else(|| date().and_then(parsed))
}

/// A date as HTTP headers have it.
pub(super) fn imf_date(text: &str) -> Option<Timestamp> {
    of_system_time(httpdate::parse_http_date(text.trim()).ok()?)
}

/// A time in milliseconds since 1970.
pub(super) fn of_millis(millis: u64) -> Option<Timestamp> {
    of_system_time(UNIX_EPOCH.checked_add(Duration::from_millis(millis))?)
}

fn of_system_time(time: SystemTime) -> Option<Timestamp> {
    let secs = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Timestamp::new(OffsetDateTime::from_unix_timestamp(i64::try_from(secs).ok()?).ok()?).ok()
}

/// The `Date` of the first response in a text, where each line may begin with a prefix.
pub(super) fn response_date<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Timestamp> {
    let mut lines = lines.skip_while(|line| !is_status_line(line)).skip(1);
    lines.find_map(|line| match str::from_utf8(line).ok()?.split_once(':') {
        Some((name, value)) if name.eq_ignore_ascii_case(DATE.as_str()) => Some(imf_date(value)),
        Some(_) => None,
        None => Some(None),
    })?
}

/// Whether a line begins a response.
pub(super) fn is_status_line(line: &[u8]) -> bool {
    let text = line.strip_prefix(b"HTTP/").unwrap_or_default();
    let digits = text.iter().skip_while(|b| **b != b' ').skip(1).take_while(|b| b.is_ascii_digit()).count();
    digits == 3
}

/// Whether the head of a request says that a body follows: by its length, its hash, its coding or its method.
pub(super) fn announces_body(request: &RawRequest) -> bool {
    if let Some(length) = request.header(CONTENT_LENGTH.as_str()) {
        return length.iter().any(|b| *b != b'0');
    }
    if let Some(hashed) = declares_body(request) {
        return hashed;
    }
    let with_body = [Method::POST, Method::PUT, Method::PATCH];
    let usually_has_one = with_body.iter().any(|method| request.method.eq_ignore_ascii_case(method.as_str()));
    request.header(TRANSFER_ENCODING.as_str()).is_some() || usually_has_one
}

/// Whether the header `x-amz-content-sha256` has the hash of a body that is not empty. `None` if it has no hash.
pub(super) fn declares_body(request: &RawRequest) -> Option<bool> {
    let hash = request.header("x-amz-content-sha256").filter(|value| value.len() == EMPTY_SHA256.len())?;
    Some(!hash.eq_ignore_ascii_case(EMPTY_SHA256))
}

/// The SHA-256 of an empty body.
const EMPTY_SHA256: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Whether the request presents a signature, in its headers or its query.
pub(crate) fn is_signed(request: &RawRequest) -> bool {
    request.header(AUTHORIZATION.as_str()).is_some()
        || request.query.as_deref().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("X-Amz-")))
}

/// Whether a URL has a signature in its query.
pub(super) fn is_presigned(url: &str) -> bool {
    url.contains("X-Amz-Signature=")
}

/// Whether the request presents a signature that was copied as a whole: all its digits are there.
pub(super) fn is_undamaged(pasted: &Pasted) -> bool {
    let request = &pasted.request;
    let Some(value) = request.header(AUTHORIZATION.as_str()) else { return is_signed(request) };
    let text = String::from_utf8_lossy(value);
    let Some((_, signature)) = text.split_once("Signature=") else { return false };
    signature.bytes().take_while(u8::is_ascii_hexdigit).count() >= SIGNATURE_LEN
}

/// The digits of a signature of version 4.
pub(super) const SIGNATURE_LEN: usize = 64;

fn begins_with_name(line: &[u8], name: &str) -> bool {
    line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
}

/// The signed headers that the request does not have. For a text that may leave headers out, they are no finding.
pub(super) fn missing_headers(request: &RawRequest) -> Vec<String> {
    let authorization = request.header(AUTHORIZATION.as_str()).map(String::from_utf8_lossy).unwrap_or_default();
    let in_header = authorization.split_once("SignedHeaders=").map(|(_, rest)| rest.to_owned());
    let in_query = || {
        let pair = request.query.as_deref()?.split('&').find_map(|pair| pair.strip_prefix("X-Amz-SignedHeaders="))?;
        Some(percent_encoding::percent_decode_str(pair).decode_utf8_lossy().into_owned())
    };
    let list = in_header.or_else(in_query).unwrap_or_default();
    let names = list.split([',', ' ']).next().unwrap_or_default().split(';');
    let present: HashSet<_> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let is_missing = |name: &&str| !name.is_empty() && !present.contains(*name);
    names.filter(is_missing).take(MAX_NAMED).map(str::to_owned).collect()
}

/// The most headers that a message names.
const MAX_NAMED: usize = 16;

/// The note about a query that ends before its signature.
pub(super) fn cut_note(query: &str) -> Option<&'static str> {
    let has = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    let is_signed = has("X-Amz-Algorithm") || has("X-Amz-Credential");
    match (is_signed && !has("X-Amz-Signature"), query.contains('&')) {
        (false, _) => None,
        (true, false) => {
            Some("the URL is cut at its first `&`, as a shell does with a URL without quotes: put it in quotes")
        }
        (true, true) => Some("the URL ends before its X-Amz-Signature: copy all of it, in quotes"),
    }
}
