//! A received request and how to check it, for `sig4 verify` and `sig4 explain`.

use crate::clock::now;
use crate::failure::Failure;
use crate::print::{self, note};
use crate::raw_request::RawRequest;
use crate::request::{Composed, ContentType, KeyArgs, RequestArgs};
use crate::signing_scope::EXECUTE_API;
use crate::url::Url;
use clap::{Args, ValueEnum};
use http::header::{AUTHORIZATION, HOST};
use percent_encoding::percent_decode_str;
use sig4::algorithm::Algorithm;
use sig4::endpoint::{Endpoint, Undetermined};
use sig4::region_set::RegionSet;
use sig4::request::RequestView;
use sig4::settings::PathEncoding;
use sig4::{Credentials, Timestamp, Verifier};
use sig4_gateway::DEFAULT_REGION;
use std::fs;
use std::io::{self, IsTerminal, Read};

/// The arguments that both commands share.
#[derive(Args, Debug)]
pub(crate) struct ReceiverArgs {
    #[command(flatten)]
    request: RequestArgs<false>,
    /// The file with the raw HTTP request [default: standard input, if there is no URL]
    #[arg(short, long, value_name = "FILE", help_heading = "Request")]
    file: Option<String>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    keys: KeyArgs,
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
    /// The time of receipt [default: now]
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
}

impl ReceiverArgs {
    /// Whether a request is given.
    pub(crate) fn has_request(&self) -> bool {
        self.file.is_some() || !self.request.is_empty()
    }

    /// Reads the request and determines how to check it.
    pub(crate) fn receive(&self) -> Result<Receiver, Failure> {
        let raw = self.raw()?;
        let files = self.keys.files()?;
        let credentials = self.keys.credentials(&files, None)?;
        let (request, scheme) = match raw {
            Some(request) => (request, None),
            None => composed(&self.request.compose(ContentType::AsGiven)?)?,
        };
        keep_secrets(&request);
        let settings = &self.settings;
        let (region, service) = settings.place(&request)?;
        Ok(Receiver {
            scheme: settings.scheme.clone().or(scheme),
            verifier: settings.verifier(&region, &service)?,
            credentials,
            now: settings.at.map_or_else(now, Ok)?,
            request,
        })
    }

    /// The request of the file or of standard input; `None` if there is a URL.
    fn raw(&self) -> Result<Option<RawRequest>, Failure> {
        match (&self.file, self.request.is_empty()) {
            (Some(_), false) => Err("give either a request by its URL or one in a file, not both".into()),
            (None, false) => self.request.check_words().map(|()| None),
            (file, true) => {
                let bytes = read(file.as_deref())?;
                let request = RawRequest::parse(&of_curl_log(&bytes).unwrap_or(bytes))?;
                keep_secrets(&request);
                Ok(Some(request))
            }
        }
    }
}

/// The last request in a log of `curl -v`, which has it after `> `, without a body. `None` if it is not such a log.
fn of_curl_log(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_request_line = |line: &[u8]| line.windows(6).any(|word| word == b" HTTP/");
    let is_sent_line = |line: &[u8]| line.strip_prefix(b"> ").is_some_and(is_request_line);
    let mut lines = bytes.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    if !is_sent_line(first) && (is_request_line(first) || !lines.any(is_sent_line)) {
        return None;
    }
    let sent = bytes.split(|b| *b == b'\n').filter_map(|line| line.strip_prefix(b"> "));
    let lines: Vec<_> = sent.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let mut heads = lines.split(|line| line.is_empty()).filter(|head| !head.is_empty());
    let mut request = heads.next_back()?.join(&b"\r\n"[..]);
    request.extend_from_slice(b"\r\n\r\n");
    Some(request)
}

/// The raw request in a file or on standard input.
fn read(file: Option<&str>) -> Result<Vec<u8>, Failure> {
    if let Some(name) = file.filter(|name| *name != "-") {
        return read_file(name);
    }
    if io::stdin().is_terminal() {
        note("reading a raw HTTP request from standard input; give a URL or -f FILE instead, or end it with Ctrl-D");
    }
    read_file("-")
}

/// A request of the command line as it arrives, and its scheme.
fn composed(request: &Composed) -> Result<(RawRequest, Option<String>), Failure> {
    let url = Url::split(&request.url)?;
    let mut headers = request.wire_headers();
    if !request.headers.iter().any(|header| header.is(HOST.as_str())) {
        headers.push((HOST.to_string(), url.host().as_bytes().to_vec()));
    }
    let raw = RawRequest {
        method: request.method.clone(),
        origin: None,
        path: if url.path.is_empty() { "/" } else { url.path }.to_owned(),
        query: url.query.map(str::to_owned),
        headers,
        body: request.body.bytes().to_vec(),
    };
    Ok((raw, Some(url.scheme.to_owned())))
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

/// Whether the request presents anything as a signature.
fn is_signed(request: &RawRequest) -> bool {
    request.header(AUTHORIZATION.as_str()).is_some()
        || request.query.as_deref().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("X-Amz-")))
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
    use super::{named_scope, of_curl_log};
    use crate::raw_request::RawRequest;

    #[test]
    fn a_log_of_curl_has_its_last_request() {
        let log = "  % Total\n* Connected\n> GET /a HTTP/1.1\r\n> Host: h\r\n> \r\n< HTTP/1.1 302\n> GET /b HTTP/1.1\r\n> Host: h\r\n> \r\n{}";
        assert_eq!(of_curl_log(log.as_bytes()).unwrap(), b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
        for raw in ["GET / HTTP/1.1\r\nHost: h\r\n\r\n> GET /a HTTP/1.1", "GET / HTTP/1.1\n\n", "", ">"] {
            assert!(of_curl_log(raw.as_bytes()).is_none(), "{raw}");
        }
    }

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
