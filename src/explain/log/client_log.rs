//! A client's debug log.

use crate::explain::log::blocks::{Block, Kind, Reader};
use crate::explain::log::clients::{LoggingClient, client_of};
use crate::explain::log::lines::lines;
use crate::explain::spelling::decode;
use crate::name;
use crate::request::RequestView;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// The most hashes of one signing that are kept, to find the signature of a request among them.
const MAX_HASHES: usize = 16;

/// The canonical requests and the strings to sign in a client's debug log.
///
/// The log may be that of an AWS SDK, of curl, or of any signer that prints what it signs: with a time before each line, with
/// colours, as JSON, or as a literal of a programming language. A text that is a canonical request or a string to sign and
/// nothing else is a log, too. What AWS's answer in the log says is not taken for the client's.
///
/// ```
/// use sig4::explain::ClientLog;
///
/// let log = ClientLog::parse(
///     "2026-03-01 12:00:00,123 botocore.auth [DEBUG] CanonicalRequest:\n\
///      GET\n/a%20b\n\nhost:h\nx-amz-date:20260301T120000Z\n\nhost;x-amz-date\n\
///      e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
///      2026-03-01 12:00:00,123 botocore.auth [DEBUG] StringToSign:\n\
///      AWS4-HMAC-SHA256\n20260301T120000Z\n20260301/us-east-1/s3/aws4_request\n\
///      94d74ba1b94e0d4eb8e8d7ce4d4bb5ea4e7a6d9c1f0a4d06d4a2a8a2b4a9b2d1\n",
/// );
/// assert_eq!(log.client(), Some("botocore"));
/// assert!(log.canonical_request().is_some_and(|text| text.starts_with("GET\n/a%20b\n")));
/// assert!(log.string_to_sign().is_some_and(|text| text.contains("20260301/us-east-1/s3/aws4_request")));
/// ```
#[derive(Clone, Default)]
pub struct ClientLog {
    client: Option<&'static LoggingClient>,
    signings: Vec<LoggedSigning>,
    /// The beginning of a canonical request whose end the log does not have.
    is_cut_off: bool,
    has_answer: bool,
}

/// One signing in a [`ClientLog`].
#[derive(Clone, Default)]
pub struct LoggedSigning {
    canonical_request: Option<String>,
    string_to_sign: Option<String>,
    /// The hashes that the log has between this signing and the next one. The signature is one of them.
    hashes: Vec<String>,
}

impl ClientLog {
    /// The most bytes of a log that are read. Of a longer log, its end is read.
    pub const MAX_LEN: usize = 8 * 1024 * 1024;

    /// Reads a log. The time is proportional to its length.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = end_of(text);
        let lines = lines(text);
        if let Some(bare) = bare(text, &lines) {
            return Self { signings: vec![bare], ..Self::default() };
        }
        let mut log = Self { client: client_of(text), ..Self::default() };
        let (mut reader, mut at) = (Reader::new(&lines), 0);
        while let Some(line) = lines.get(at) {
            at = match reader.block_at(at) {
                Some(block) => log.add(block),
                None => {
                    log.add_hashes(line);
                    at + 1
                }
            };
        }
        log
    }

    /// The client that wrote the log, if it has a mark of one: `botocore`.
    #[must_use]
    pub fn client(&self) -> Option<&'static str> {
        self.client.map(|client| client.name)
    }

    /// The last canonical request.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.signings.iter().rev().find_map(LoggedSigning::canonical_request)
    }

    /// The last string to sign.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<&str> {
        self.signings.iter().rev().find_map(LoggedSigning::string_to_sign)
    }

    /// Every signing, in the order of the log.
    #[must_use]
    pub fn signings(&self) -> &[LoggedSigning] {
        &self.signings
    }

    /// The signing that belongs to a request: the one whose signature, time and path are those of the request. If several fit
    /// equally well, the last one.
    ///
    /// ```
    /// use sig4::explain::ClientLog;
    /// use sig4::request::RequestView;
    ///
    /// let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// let of = |path: &str, date: &str| format!("GET\n{path}\n\nhost:h\nx-amz-date:{date}\n\nhost;x-amz-date\n{hash}\n");
    /// let log = ClientLog::parse(&[of("/a", "20260301T120000Z"), of("/b", "20260301T120001Z")].concat());
    /// let headers = [("Host", "h"), ("X-Amz-Date", "20260301T120000Z")];
    /// let signing = log.signing_of(&RequestView::new("GET", "/a", None, &headers)).expect("the log has it");
    /// assert!(signing.canonical_request().is_some_and(|text| text.starts_with("GET\n/a\n")));
    /// ```
    #[must_use]
    pub fn signing_of(&self, request: &RequestView<'_>) -> Option<&LoggedSigning> {
        self.best(&Wanted::of_request(request))
    }

    /// The signing that belongs to a canonical request that a service computed.
    pub(crate) fn signing_like(&self, canonical_request: &str) -> Option<&LoggedSigning> {
        self.best(&Wanted::of_canonical_request(canonical_request))
    }

    /// Why the log has no canonical request, and how the client is made to write one; in one line. `None` if it has one.
    ///
    /// ```
    /// use sig4::explain::ClientLog;
    ///
    /// let log = ClientLog::parse("2026-03-01 12:00:00,123 botocore.endpoint [DEBUG] Sending http request");
    /// assert!(log.missing().is_some_and(|text| text.contains("boto3.set_stream_logger('')")));
    /// ```
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        if self.canonical_request().is_some() {
            return None;
        }
        let what = match (self.is_cut_off, self.has_answer) {
            (true, _) => "the canonical request in the log is cut off: paste it up to the hash in its last line",
            (false, true) => "the log has the canonical request of AWS's answer, but not the client's",
            (false, false) => "the log has no canonical request",
        };
        Some(match self.client {
            _ if self.is_cut_off => what.to_owned(),
            Some(client) => format!("{what}; {} writes it if told so: {}", client.name, client.how),
            None => {
                format!("{what}; let the client write its debug log, and take the text that begins with the method")
            }
        })
    }

    fn best(&self, wanted: &Wanted<'_>) -> Option<&LoggedSigning> {
        self.signings.iter().max_by_key(|signing| wanted.fit(signing))
    }

    /// Takes a block, and returns the line after it.
    fn add(&mut self, block: Block) -> usize {
        match block.kind {
            // Printed twice, or by two loggers.
            Kind::CanonicalRequest if self.signings.last().is_some_and(|last| last.repeats(&block.text)) => {}
            Kind::CanonicalRequest => {
                self.signings.push(LoggedSigning { canonical_request: Some(block.text), ..LoggedSigning::default() });
            }
            Kind::StringToSign => match self.signings.last_mut().filter(|last| last.awaits(&block.text)) {
                Some(last) => last.string_to_sign = Some(block.text),
                None => {
                    self.signings.push(LoggedSigning { string_to_sign: Some(block.text), ..LoggedSigning::default() });
                }
            },
            Kind::CutOff => self.is_cut_off = true,
            Kind::OfService => self.has_answer = true,
        }
        block.end
    }

    /// Keeps the hashes of a line between two signings.
    fn add_hashes(&mut self, line: &str) {
        let Some(last) = self.signings.last_mut() else { return };
        let room = MAX_HASHES.saturating_sub(last.hashes.len());
        let words = line.split(|c: char| !c.is_ascii_alphanumeric());
        last.hashes.extend(words.filter(|word| word.len() == 64).take(room).map(str::to_owned));
    }
}

impl LoggedSigning {
    /// The canonical request.
    #[must_use]
    pub fn canonical_request(&self) -> Option<&str> {
        self.canonical_request.as_deref()
    }

    /// The string to sign.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<&str> {
        self.string_to_sign.as_deref()
    }

    /// Whether the canonical request is this one, and no string to sign came after it.
    fn repeats(&self, canonical_request: &str) -> bool {
        self.string_to_sign.is_none() && self.hashes.is_empty() && self.canonical_request() == Some(canonical_request)
    }

    /// Whether this string to sign belongs to the canonical request. It need not have its hash: that may be the mistake.
    fn awaits(&self, string_to_sign: &str) -> bool {
        let same = |text: &String| text == string_to_sign;
        self.canonical_request.is_some() && self.string_to_sign.as_ref().is_none_or(same)
    }
}

/// What the wanted signing has in common with a request.
struct Wanted<'r> {
    date: Option<Cow<'r, str>>,
    path: Cow<'r, [u8]>,
    /// The words of the request that may be its signature.
    hashes: HashSet<String>,
}

impl<'r> Wanted<'r> {
    fn of_request(request: &RequestView<'r>) -> Self {
        let (mut date, mut hashes) = (None, HashSet::new());
        request.headers.visit(&mut |header, value| {
            if header.eq_ignore_ascii_case(name::DATE_HEADER) {
                date = Some(Cow::Owned(String::from_utf8_lossy(value.trim_ascii()).into_owned()));
            } else if header.eq_ignore_ascii_case(name::AUTHORIZATION) {
                hashes.extend(hash_words(&String::from_utf8_lossy(value)));
            }
        });
        let query = request.query.unwrap_or_default();
        hashes.extend(hash_words(query));
        let date = date.or_else(|| parameter(query, name::query::DATE).map(Cow::Borrowed));
        Self { date, path: Cow::Owned(decode(request.path.as_bytes())), hashes }
    }

    fn of_canonical_request(text: &'r str) -> Self {
        let mut lines = text.lines();
        let (path, query) = (lines.nth(1).unwrap_or_default(), lines.next().unwrap_or_default());
        let of_header = |line: &'r str| line.strip_prefix(name::DATE_HEADER)?.strip_prefix(':');
        let date = lines.find_map(of_header).or_else(|| parameter(query, name::query::DATE));
        Self { date: date.map(Cow::Borrowed), path: Cow::Owned(decode(path.as_bytes())), hashes: HashSet::new() }
    }

    /// How well a signing fits: the signature, then the time, then the path.
    fn fit(&self, signing: &LoggedSigning) -> (bool, bool, bool) {
        let texts = || [&signing.canonical_request, &signing.string_to_sign].into_iter().flatten();
        let dated = self.date.as_deref().is_some_and(|date| texts().any(|text| text.contains(date)));
        let path = signing.canonical_request.as_deref().and_then(|text| text.lines().nth(1)).unwrap_or_default();
        let mut decoded = decode(path.as_bytes());
        let same_path = decoded == *self.path || {
            decoded = decode(&decoded);
            decoded == *self.path
        };
        (signing.hashes.iter().any(|hash| self.hashes.contains(hash)), dated, same_path)
    }
}

/// The value of a query parameter as it is written.
fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn hash_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 64).map(str::to_owned)
}

/// The last bytes of a log that is too long.
fn end_of(text: &str) -> &str {
    let start = text.len().saturating_sub(ClientLog::MAX_LEN);
    (start..=text.len()).find_map(|at| text.get(at..)).unwrap_or_default()
}

/// The text itself, if it is one canonical request or string to sign and nothing else. Its line ends are kept, because they may
/// be the mistake.
fn bare(text: &str, lines: &[Cow<'_, str>]) -> Option<LoggedSigning> {
    let first = text.lines().next()?;
    let is_word =
        !first.is_empty() && first.len() <= 32 && first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_word {
        return None;
    }
    let mut reader = Reader::new(lines);
    let block = reader.block_at(0);
    let ends = block.as_ref().map_or(0, |block| block.end);
    let is_blank = |line: &Cow<'_, str>| line.trim().is_empty();
    match block {
        Some(block) if lines.iter().skip(ends).all(is_blank) => Some(match block.kind {
            Kind::StringToSign => LoggedSigning { string_to_sign: Some(text.to_owned()), ..LoggedSigning::default() },
            _ => LoggedSigning { canonical_request: Some(text.to_owned()), ..LoggedSigning::default() },
        }),
        Some(_) => None,
        // A canonical request in a wrong form, to be compared all the same.
        None => {
            let is_alone = lines.len() > 3 && (1..lines.len()).all(|at| reader.block_at(at).is_none());
            let looks_so = lines.get(1).is_some_and(|path| path.starts_with('/'));
            let canonical_request = (is_alone && looks_so).then(|| text.to_owned())?;
            Some(LoggedSigning { canonical_request: Some(canonical_request), ..LoggedSigning::default() })
        }
    }
}

impl fmt::Debug for ClientLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientLog").field("client", &self.client()).finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedSigning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedSigning").finish_non_exhaustive()
    }
}
