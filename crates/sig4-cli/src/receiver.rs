//! A received request and how to check it, for `sig4 verify` and `sig4 explain`.

use crate::clipboard;
use crate::clock::now;
use crate::failure::Failure;
use crate::pasted::{self, BodyState, Pasted, Wanted, is_signed};
use crate::print::{self, note};
use crate::raw_request::RawRequest;
use crate::request::{ContentType, RequestArgs, RequestKeyArgs};
use crate::signing_scope::EXECUTE_API;
use clap::{Args, ValueEnum};
use http::header::{AUTHORIZATION, HOST};
use percent_encoding::percent_decode_str;
use sig4::algorithm::Algorithm;
use sig4::endpoint::{Endpoint, Undetermined};
use sig4::explain::{Certainty, Explainer, Finding, Report};
use sig4::region_set::RegionSet;
use sig4::request::RequestView;
use sig4::settings::PathEncoding;
use sig4::{Credentials, ErrorKind, Timestamp, Verifier};
use sig4_gateway::DEFAULT_REGION;
use std::fs;
use std::io::{self, IsTerminal, Read};

/// The arguments that both commands share.
#[derive(Args, Debug)]
pub(crate) struct ReceiverArgs {
    #[command(flatten)]
    request: RequestArgs<false>,
    /// The file with the request: raw, an output of curl -v, a HAR file or another form of docs/explaining.md [default: standard
    /// input, if there is no URL]
    #[arg(short, long, value_name = "FILE", help_heading = "Request")]
    file: Option<String>,
    /// Read the request from the clipboard
    #[arg(long, conflicts_with = "file", help_heading = "Request")]
    clipboard: bool,
    /// The body, if the text of the request does not have it
    #[arg(long, value_name = "FILE", help_heading = "Request")]
    body: Option<String>,
    /// The entry of a HAR file, or the line of a log [default: the first that was answered with 403]
    #[arg(long, value_name = "N", help_heading = "Request")]
    entry: Option<usize>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    keys: RequestKeyArgs,
}

/// The arguments about the service that received the request.
#[derive(Args, Debug)]
#[command(next_help_heading = "Signature")]
struct SettingArgs {
    /// The region [default: from the host, else from the signature]
    #[arg(long)]
    region: Option<String>,
    /// The service [default: from the host, else from the signature]
    #[arg(long)]
    service: Option<String>,
    /// The time of receipt [default: now; explain takes the time of the answer, or that in the request]
    #[arg(long, value_name = "YYYYMMDDTHHMMSSZ", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
    /// The host and port that clients call, if a proxy changes them in the request
    #[arg(long, value_name = "HOST")]
    authority: Option<String>,
    /// The scheme of the request, such as https
    #[arg(long)]
    scheme: Option<String>,
    /// Also accept ambiguous requests that AWS accepts
    #[arg(long)]
    as_aws: bool,
    /// How the service encodes the path [default: by the service]
    #[arg(long, value_name = "HOW")]
    path_encoding: Option<Encoding>,
    /// The service keeps dot segments and repeated slashes
    #[arg(long)]
    no_normalize: bool,
    /// Also accept Signature Version 4a, for any region unless --region is given
    #[arg(long)]
    sigv4a: bool,
    /// The service accepts signatures without the body
    #[arg(long)]
    unsigned_payload: bool,
}

/// How a service encodes the path.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Encoding {
    /// Encode the path of the wire once more
    Double,
    /// Decode the path, then encode it
    Canonical,
    /// Take the path as it is on the wire
    Verbatim,
}

/// A request with everything needed to check it.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) request: RawRequest,
    scheme: Option<String>,
    pub(crate) verifier: Verifier,
    pub(crate) credentials: Credentials,
    pub(crate) now: Timestamp,
    /// How much of the body is known.
    pub(crate) body: BodyState,
}

/// The time at which a request is checked unless `--at` says another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum CheckedAt {
    /// The time of the clock.
    Now,
    /// The time at which the service received the request, if the text of the request has it, else the time in the request.
    RequestTime,
}

impl ReceiverArgs {
    /// Whether a request is given.
    pub(crate) fn has_request(&self) -> bool {
        self.file.is_some() || self.clipboard || !self.request.is_empty()
    }

    /// The credentials, if the arguments, the environment or the files have any.
    pub(crate) fn credentials_at_hand(&self) -> Result<Option<Credentials>, Failure> {
        let found = self.keys.files().and_then(|files| self.keys.credentials(&files, None));
        match found {
            Err(error) if self.keys.is_given() => Err(error),
            found => Ok(found.ok()),
        }
    }

    /// Reads the request and determines how to check it.
    pub(crate) fn receive(&self, checked_at: CheckedAt) -> Result<Receiver, Failure> {
        let pasted = self.pasted()?;
        let files = self.keys.files()?;
        let credentials = self.keys.credentials(&files, None)?;
        let pasted = pasted.map_or_else(|| self.composed(), Ok)?;
        keep_secrets(&pasted.request);
        pasted.notes.iter().for_each(|text| note(text));
        let settings = &self.settings;
        let (region, service) = settings.place(&pasted.request)?;
        let clock = now()?;
        let (verifier, received) = (settings.verifier(&region, &service)?, pasted.received);
        let mut receiver = Receiver::new(pasted, verifier, credentials, settings.at.unwrap_or(clock));
        receiver.scheme = settings.scheme.clone().or(receiver.scheme);
        if settings.at.is_none() && checked_at == CheckedAt::RequestTime {
            receiver.check_at_request_time(received);
        }
        Ok(receiver)
    }

    /// The request of the file, the clipboard or standard input; `None` if there is a URL.
    fn pasted(&self) -> Result<Option<Pasted>, Failure> {
        let bytes = match (&self.file, self.request.is_empty()) {
            (file, false) if self.clipboard || file.is_some() => {
                return Err("give either a request by its URL or one in a file, not both".into());
            }
            (_, false) => return self.request.check_words().map(|()| None),
            (_, true) if self.clipboard => clipboard::read()?,
            (file, true) => read(file.as_deref())?,
        };
        let body = self.body()?;
        let pasted = pasted::read(&bytes, &Wanted { entry: self.entry, body: body.as_deref() })?;
        keep_secrets(&pasted.request);
        if !pasted.is_raw() {
            note(&format!("read as {}", pasted.form));
        }
        Ok(Some(pasted))
    }

    /// The body of `--body`.
    fn body(&self) -> Result<Option<Vec<u8>>, Failure> {
        if self.body.as_deref() == Some("-") && self.file.as_deref().is_none_or(|file| file == "-") && !self.clipboard {
            return Err("standard input is either the request or its body: give the request with -f FILE".into());
        }
        self.body.as_deref().map(read_file).transpose()
    }

    /// The request of the command line.
    fn composed(&self) -> Result<Pasted, Failure> {
        let composed = self.request.compose(ContentType::AsGiven)?;
        let body = self.body.as_deref().map(read_file).transpose()?;
        let body = body.unwrap_or_else(|| composed.body.bytes().to_vec());
        Pasted::of_command_line(&composed.method, &composed.url, composed.wire_headers(), body)
    }
}

/// The raw request in a file or on standard input.
fn read(file: Option<&str>) -> Result<Vec<u8>, Failure> {
    if let Some(name) = file.filter(|name| *name != "-") {
        return read_file(name);
    }
    if io::stdin().is_terminal() {
        note("reading a request from standard input; give a URL or -f FILE instead, or end it with Ctrl-D");
    }
    read_file("-")
}

impl SettingArgs {
    fn verifier(&self, region: &str, service: &str) -> Result<Verifier, Failure> {
        let mut verifier = Verifier::new(region, service)?;
        if self.as_aws {
            verifier = verifier.with_aws_compat();
        }
        if let Some(encoding) = self.path_encoding {
            verifier = verifier.with_path_encoding(encoding.into());
        }
        if let Some(authority) = &self.authority {
            verifier = verifier.with_authority(authority);
        }
        if self.no_normalize {
            verifier = verifier.with_normalized_path(false);
        }
        if self.sigv4a {
            verifier = verifier.with_algorithms([Algorithm::HmacSha256, Algorithm::EcdsaP256Sha256]);
            if self.region.is_none() {
                verifier = verifier.with_region_set(RegionSet::parse("*")?);
            }
        }
        if self.unsigned_payload {
            verifier = verifier.with_unsigned_payload(true);
        }
        Ok(verifier)
    }

    /// The region and the service: from the arguments, else from the host, else from the signature. A note names the source,
    /// unless it is the arguments.
    fn place(&self, request: &RawRequest) -> Result<(String, String), Failure> {
        let host = self.host(request);
        let (endpoint, named) = (Endpoint::of_host(&host), named_scope(request));
        let (named_region, named_service) = named.unzip();
        let choose = |what: &str,
                      given: &Option<String>,
                      host_says: Result<&str, Undetermined>,
                      named: Option<String>,
                      of_no_signature: &str| {
            if let Some(given) = given {
                return Ok(given.clone());
            }
            let (chosen, source) = match (host_says, named) {
                (Ok(said), _) => (said.to_owned(), "the host"),
                (Err(_), Some(named)) => (named, "the signature"),
                // Without a signature the verdict is the same everywhere.
                (Err(_), None) if !is_signed(request) => return Ok(of_no_signature.to_owned()),
                (Err(_), None) if host.is_empty() => {
                    return Err(format!("the request has no host, and no signature names the {what}: give --{what}"));
                }
                (Err(_), None) => {
                    return Err(format!("neither the host `{host}` nor a signature names the {what}: give --{what}"));
                }
            };
            note(&format!("{what} {chosen}, from {source}"));
            Ok(chosen)
        };
        let region = choose("region", &self.region, endpoint.region(), named_region, DEFAULT_REGION)?;
        let service = choose("service", &self.service, endpoint.service(), named_service, EXECUTE_API)?;
        Ok((region, service))
    }

    /// The host that clients call.
    fn host(&self, request: &RawRequest) -> String {
        let of_origin = || request.origin.as_ref().map(|(_, authority)| authority.clone());
        let of_header = || request.header(HOST.as_str()).map(|host| String::from_utf8_lossy(host).into_owned());
        self.authority.clone().or_else(of_origin).or_else(of_header).unwrap_or_default()
    }
}

impl Receiver {
    /// A pasted request that is received at a time.
    pub(crate) fn new(pasted: Pasted, verifier: Verifier, credentials: Credentials, now: Timestamp) -> Self {
        let Pasted { request, scheme, body, .. } = pasted;
        Self { request, scheme, verifier, credentials, now, body }
    }

    /// Checks the request at the time at which it was received, if that is known, or at its own time, and says so.
    fn check_at_request_time(&mut self, received: Option<Timestamp>) {
        let (time, whose) = match (received, pasted::own_time(&self.request)) {
            (Some(received), _) => (received, "the time of the answer"),
            (None, Some(own)) => (own, "the request's own time"),
            (None, None) => return,
        };
        let clock = std::mem::replace(&mut self.now, time);
        let has_ended = received.is_none() && self.has_expired(clock);
        let since = if has_ended { " (by the clock of this machine it has expired)" } else { "" };
        note(&format!("judged at {whose}, {time}{since}; give --at for another"));
    }

    /// Whether the signature has expired at a time.
    fn has_expired(&self, at: Timestamp) -> bool {
        let view = self.view();
        let verified = self.verifier.claim_view(&view).and_then(|claim| claim.stream(&self.credentials, at).map(drop));
        verified.is_err_and(|error| error.kind() == ErrorKind::Expired)
    }

    /// Refuses a request whose signature covers the body, and whose body is not known.
    pub(crate) fn check_body(&self) -> Result<(), Failure> {
        let is_unsigned = || self.verifier.claim_view(&self.view()).is_ok_and(|claim| !claim.needs_body());
        if self.body == BodyState::Missing && !is_unsigned() {
            return Err("the body is missing, and the signature covers it: give it with --body FILE".into());
        }
        Ok(())
    }

    /// Explains the request. A body that may differ from the one that was sent is not blamed.
    pub(crate) fn explain(&self, explainer: &Explainer<'_>) -> Report {
        let (view, now) = (self.view(), self.now.to_datetime());
        let without_body = || explainer.report_without_body(&view, now);
        if self.body == BodyState::Missing {
            return without_body();
        }
        let report = explainer.report(&view, &self.request.body, now);
        let is_certain = |finding: &Finding| finding.certainty() == Certainty::Certain;
        let of_body = |finding: &Finding| finding.causes().iter().any(|cause| OF_BODY.contains(&cause.name()));
        let is_proven = || report.findings().iter().any(is_certain) && !report.findings().iter().any(of_body);
        if self.body == BodyState::Uncertain && !report.nothing_wrong() && !is_proven() {
            without_body()
        } else {
            report
        }
    }

    /// The request as a signature sees it.
    pub(crate) fn view(&self) -> RequestView<'_> {
        let view = self.request.view();
        let host = self.request.header(HOST.as_str()).and_then(|host| str::from_utf8(host).ok());
        match (&self.scheme, &self.request.origin, host) {
            (Some(scheme), Some((_, authority)), _) => view.with_authority(scheme, authority),
            (Some(scheme), None, Some(host)) => view.with_authority(scheme, host),
            _ => view,
        }
    }
}

/// The causes that compare the body with another. They are not proven if the body may be another than was sent.
const OF_BODY: [&str; 5] =
    ["payload-changed", "payload-not-hashed", "payload-other-header", "payload-placeholder", "payload-reserialized"];

/// Keeps the secrets of the request out of every message.
fn keep_secrets(request: &RawRequest) {
    print::keep_secrets_in(request.query.as_deref().unwrap_or_default());
    for (name, value) in &request.headers {
        print::keep_header(name, &String::from_utf8_lossy(value));
    }
}

/// The content of a file, or of standard input for `-`.
pub(crate) fn read_file(name: &str) -> Result<Vec<u8>, Failure> {
    if name == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|e| format!("cannot read standard input: {e}"))?;
        return Ok(bytes);
    }
    fs::read(name).map_err(|e| format!("cannot read `{name}`: {e}").into())
}

/// The region and the service in the credential scope that the request names.
fn named_scope(request: &RawRequest) -> Option<(String, String)> {
    let header = request.header(AUTHORIZATION.as_str()).map(String::from_utf8_lossy);
    let in_header =
        header.as_deref().and_then(|value| value.split_once("Credential=")).map(|(_, rest)| rest.to_owned());
    let of_pair = |pair: &str| Some(pair.strip_prefix("X-Amz-Credential=")?.to_owned());
    let in_query = || request.query.as_deref().and_then(|query| query.split('&').find_map(of_pair));
    let credential = in_header.or_else(|| Some(percent_decode_str(&in_query()?).decode_utf8_lossy().into_owned()))?;
    let credential = credential.split([',', ' ']).next().unwrap_or_default();
    match credential.rsplit('/').collect::<Vec<_>>().as_slice() {
        // Signature Version 4a names no region.
        [_terminator, service, day, _id] if day.bytes().all(|b| b.is_ascii_digit()) => {
            Some((DEFAULT_REGION.to_owned(), (*service).to_owned()))
        }
        [_terminator, service, region, _day, _id, ..] => Some(((*region).to_owned(), (*service).to_owned())),
        _ => None,
    }
}

impl From<Encoding> for PathEncoding {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Double => Self::Double,
            Encoding::Canonical => Self::Canonical,
            Encoding::Verbatim => Self::Verbatim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named_scope;
    use crate::raw_request::RawRequest;

    #[test]
    fn the_scope_is_found_in_either_place() {
        let place = |text: &str| named_scope(&RawRequest::parse(text.as_bytes()).unwrap());
        let found = Some(("r".to_owned(), "s".to_owned()));
        let header =
            "GET /\nAuthorization: AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, SignedHeaders=host";
        assert_eq!(place(header), found);
        assert_eq!(place("GET /?a&X-Amz-Credential=A%2F20150830%2fr%2Fs%2Faws4_request&b"), found);
        for text in
            ["GET /", "GET /?X-Amz-Credential=A", "GET /\nAuthorization: Credential=", "GET /\nAuthorization: x"]
        {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
