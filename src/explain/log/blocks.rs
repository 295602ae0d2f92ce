//! The canonical requests and strings to sign among the lines of a log.

use crate::algorithm::Algorithm;
use crate::explain::log::frame::Frame;
use crate::payload::{ContentSha256, Payload};
use std::borrow::Cow;

/// The most lines of a canonical request: those of the most headers, and room for repeated ones.
const MAX_BLOCK_LINES: usize = 2_048;
/// The longest method.
const MAX_METHOD_LEN: usize = 32;
/// How often a line is read, on average.
const READINGS: usize = 4;
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];

/// A block of a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// The first line after the block.
    pub(crate) end: usize,
}

/// What a block is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    CanonicalRequest,
    StringToSign,
    /// A canonical request that ends in the middle.
    CutOff,
    /// Computed by a service, whose answer is in the log.
    OfService,
}

/// Reads the blocks of a log.
pub(crate) struct Reader<'l> {
    lines: &'l [Cow<'l, str>],
    /// How many more lines are read. Text that turns out not to be a block costs lines, too.
    fuel: usize,
}

impl<'l> Reader<'l> {
    pub(crate) const fn new(lines: &'l [Cow<'l, str>]) -> Self {
        Self { lines, fuel: lines.len().saturating_mul(READINGS) }
    }

    /// The block that begins in the line at this index.
    pub(crate) fn block_at(&mut self, at: usize) -> Option<Block> {
        let line = self.lines.get(at)?.trim_end();
        let algorithm = Algorithm::ALL.iter().map(|algorithm| algorithm.as_str()).find(|name| line.ends_with(name));
        let first = algorithm.or_else(|| last_word(line))?;
        let before = line.strip_suffix(first)?;
        let start = Start { before, first, label: label(self.lines, at, before) };
        match algorithm {
            Some(_) => start.string_to_sign(self.lines, at),
            None => start.canonical_request(self.lines, at, &mut self.fuel),
        }
    }
}

/// The first line of a block.
struct Start<'l> {
    /// The text before the block.
    before: &'l str,
    /// The method or the algorithm.
    first: &'l str,
    label: Label,
}

/// What the text before a block calls it.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Label {
    None,
    CanonicalRequest,
    OfService,
}

/// What the text before a block calls it, in the same line or in the line before.
fn label(lines: &[Cow<'_, str>], at: usize, before: &str) -> Label {
    let own = letters(before);
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.ends_with(word));
    let earlier = || at.checked_sub(1).and_then(|at| lines.get(at)).map(|line| letters(line)).unwrap_or_default();
    // The element of XML, and the words of REST APIs.
    let element = ["<CanonicalRequest>", "<StringToSign>"];
    if has(before.trim_end(), &element) || has(&earlier(), &["shouldhavebeen"]) {
        return Label::OfService;
    }
    let names = ["canonicalrequest", "canonicalstring", "canonicalrequeststring", "creq", "enclosedin", "withcontents"];
    if has(&own, &names) || (own.is_empty() && has(&earlier(), &names)) {
        return Label::CanonicalRequest;
    }
    Label::None
}

/// The last letters of a line, in lower case.
fn letters(line: &str) -> String {
    const MOST: usize = 64;
    let start =
        (line.len().saturating_sub(MOST)..=line.len()).find(|at| line.is_char_boundary(*at)).unwrap_or_default();
    let end = line.get(start..).unwrap_or_default();
    end.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// The word at the end of a line, if it may be a method.
fn last_word(line: &str) -> Option<&str> {
    let word = line.rsplit(|c: char| !c.is_ascii_alphabetic() && c != '-').next()?;
    (word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.len() <= MAX_METHOD_LEN).then_some(word)
}

impl Start<'_> {
    fn canonical_request(&self, lines: &[Cow<'_, str>], at: usize, fuel: &mut usize) -> Option<Block> {
        let known = METHODS.iter().any(|method| method.eq_ignore_ascii_case(self.first));
        let labelled = self.label != Label::None;
        if !known && !labelled {
            return None;
        }
        let next = lines.get(at + 1)?;
        let frame = Frame::of(self.before, next);
        let path = frame.strip(next)?;
        // A path without its slash is a mistake of a client, so a label has to vouch for it.
        if !path.starts_with('/') && !labelled {
            return None;
        }
        let following = lines.iter().skip(at + 1).take((*fuel).min(MAX_BLOCK_LINES));
        let body = Body::read(following.map_while(|line| frame.strip(line)), closing(self.before));
        *fuel = fuel.saturating_sub(body.lines + 1);
        if !body.is_request(labelled) {
            return None;
        }
        let after = at + 1 + body.lines - usize::from(body.has_rest);
        let (kind, end) = match (self.label, body.is_whole) {
            (Label::OfService, _) => (Kind::OfService, after),
            (_, true) => (Kind::CanonicalRequest, after),
            (_, false) => (Kind::CutOff, at + 1),
        };
        Some(Block { kind, text: [self.first, &body.text].concat(), end })
    }

    /// The algorithm, and three lines: a time, a scope, and a hash.
    fn string_to_sign(&self, lines: &[Cow<'_, str>], at: usize) -> Option<Block> {
        let frame = Frame::of(self.before, lines.get(at + 1)?);
        let mut following = lines.iter().skip(at + 1).map_while(|line| frame.strip(line));
        let (time, scope, hash) = (following.next()?.trim_end(), following.next()?.trim_end(), following.next()?);
        let is_word = |text: &str| !text.is_empty() && text.len() <= 256 && !text.contains(['=', ':', '"']);
        let hash = payload_word(hash).filter(|word| is_hash(word))?;
        if !is_word(time) || !scope.contains('/') || !is_word(scope) {
            return None;
        }
        let kind = if self.label == Label::OfService { Kind::OfService } else { Kind::StringToSign };
        Some(Block { kind, text: format!("{}\n{time}\n{scope}\n{hash}", self.first), end: at + 4 })
    }
}

/// The character that closes what the text before a block opens.
fn closing(before: &str) -> Option<char> {
    match before.chars().next_back()? {
        '[' => Some(']'),
        quote @ ('\'' | '"' | '`') => Some(quote),
        _ => None,
    }
}

/// The lines of a canonical request after its method.
#[derive(Default)]
struct Body {
    text: String,
    lines: usize,
    headers: usize,
    has_blank: bool,
    has_list: bool,
    is_whole: bool,
    /// Whether the last line goes on after the payload.
    has_rest: bool,
}

impl Body {
    /// Reads path, query, headers, the list of their names, and the payload.
    fn read<'t>(following: impl Iterator<Item = &'t str>, closing: Option<char>) -> Self {
        let (mut body, mut following) = (Self::default(), following.peekable());
        while let Some(line) = following.next() {
            if body.lines >= 2 && (body.has_list || payload_word(line).is_some()) {
                body.add_payload(line, closing, following.peek().copied());
                break;
            }
            if body.lines >= 2 && !body.takes(line) {
                break;
            }
            body.text.extend(["\n", line]);
            body.lines += 1;
        }
        body
    }

    /// Whether this line goes on with the headers, or is the list of their names.
    fn takes(&mut self, line: &str) -> bool {
        // A header without a value as curl writes it: `name;`.
        let is_empty_header = !self.has_blank && line.find(';').is_some_and(|at| at + 1 == line.len());
        if line.is_empty() {
            self.has_blank = true;
        } else if is_header(line) || (is_empty_header && is_list(line)) {
            self.headers += 1;
        } else if is_list(line) {
            self.has_list = true;
        } else {
            return false;
        }
        true
    }

    /// Adds the last line: a hash, or the text up to the end of the frame. After a list, an empty line is an empty payload.
    fn add_payload(&mut self, line: &str, closing: Option<char>, next: Option<&str>) {
        let quoted = closing.and_then(|closing| line.rsplit_once(closing)).map(|(payload, _)| payload);
        let blank = line.is_empty().then_some("");
        let Some(payload) = payload_word(line).or(quoted).or(blank) else { return };
        self.text.extend(["\n", payload]);
        self.lines += 1;
        self.is_whole = true;
        self.has_rest = line.len() > payload.len() + 1;
        // A line break before the closing quote belongs to the text.
        if payload == line && closing.is_some_and(|closing| next.is_some_and(|next| next.starts_with(closing))) {
            self.text.push('\n');
        }
    }

    /// Whether this is a canonical request and no other text with a method in it.
    const fn is_request(&self, labelled: bool) -> bool {
        let signed = self.headers > 0 && self.has_list && self.is_whole;
        signed || (labelled && self.headers > 0)
    }
}

/// Whether a line may be a header's: a name, a colon and a value.
fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| name.bytes().all(is_name_byte))
}

/// Whether a line may be the list of signed headers.
fn is_list(line: &str) -> bool {
    line.trim_end().bytes().all(|b| is_name_byte(b) || b == b';')
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'!' | b'#' | b'$' | b'%' | b'&' | b'*' | b'+' | b'^' | b'|' | b'~')
}

/// The payload at the beginning of a line: a hash, or the words for a body that is not hashed.
fn payload_word(line: &str) -> Option<&str> {
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(line.len());
    let word = line.get(..end)?.trim_end_matches('-');
    let word = if word.get(64..).is_some_and(|rest| rest.starts_with('-')) { word.get(..64)? } else { word };
    let unsigned = ContentSha256::of(&Payload::Unsigned);
    let is_payload = is_hash(word) || word.as_bytes() == unsigned.as_bytes() || word.starts_with("STREAMING-");
    is_payload.then_some(word)
}

fn is_hash(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit())
}
