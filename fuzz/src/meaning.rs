//! What a signed request means, told without sig4: two requests of different meaning must not share a signature.

use std::collections::BTreeMap;

/// A received request, in pieces that can be changed.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// The names that are signed, and whether the body is, and the path decoded.
pub struct Reading<'a> {
    pub signed_headers: &'a [String],
    pub body: bool,
    pub s3: bool,
}

pub type Meaning = (String, Vec<u8>, Vec<(Vec<u8>, Vec<u8>)>, BTreeMap<String, Vec<u8>>, Vec<u8>);

impl Received {
    pub fn view(&self) -> sig4::request::RequestView<'_> {
        sig4::request::RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers)
    }

    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    pub fn meaning(&self, reading: &Reading<'_>) -> Meaning {
        let path = if reading.s3 { decoded(self.path.as_bytes(), false) } else { resolved(&self.path) };
        let mut pairs: Vec<_> =
            self.query.iter().flat_map(|q| q.split('&')).filter(|p| !p.is_empty()).map(pair).collect();
        pairs.sort();
        let mut headers = BTreeMap::new();
        for (name, value) in &self.headers {
            let name = name.to_ascii_lowercase();
            let value = &if name == "authorization" { parameters(value) } else { value.clone() };
            if reading.signed_headers.contains(&name) {
                let folded = folded(value);
                headers
                    .entry(name)
                    .and_modify(|old: &mut Vec<u8>| {
                        old.push(b',');
                        old.extend_from_slice(&folded);
                    })
                    .or_insert(folded);
            }
        }
        let body = if reading.body { self.body.clone() } else { Vec::new() };
        (self.method.clone(), path, pairs, headers, body)
    }
}

/// The parameters of an `Authorization` header without the blanks between them, and with the names of headers in lower case.
fn parameters(value: &[u8]) -> Vec<u8> {
    let pieces = value.split(|b| *b == b',').map(|piece| {
        let piece = folded(piece);
        if piece.starts_with(b"SignedHeaders=") {
            [b"SignedHeaders=", piece[14..].to_ascii_lowercase().as_slice()].concat()
        } else {
            piece
        }
    });
    pieces.filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(&b',')
}

fn pair(piece: &str) -> (Vec<u8>, Vec<u8>) {
    let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
    (decoded(name.as_bytes(), true), decoded(value.as_bytes(), true))
}

/// Percent sequences replaced, and in a query the plus sign, which stands for a space.
fn decoded(raw: &[u8], in_query: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let digits = raw.get(at + 1..at + 3).and_then(|d| std::str::from_utf8(d).ok());
        let is_hex = |d: &&str| d.bytes().all(|b| b.is_ascii_hexdigit());
        match (raw[at], digits.filter(is_hex)) {
            (b'%', Some(digits)) => {
                out.push(u8::from_str_radix(digits, 16).unwrap());
                at += 3;
                continue;
            }
            (b'+', _) if in_query => out.push(b' '),
            (other, _) => out.push(other),
        }
        at += 1;
    }
    out
}

/// Dot segments resolved, slashes merged.
fn resolved(path: &str) -> Vec<u8> {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/")).into_bytes()
}

fn folded(value: &[u8]) -> Vec<u8> {
    value.split(|b| matches!(b, b' ' | b'\t')).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(&b' ')
}
