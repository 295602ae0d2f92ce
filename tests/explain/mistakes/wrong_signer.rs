//! A signer that can be told to sign wrongly: a canonicaliser of its own, naive on purpose, that shares nothing with the
//! crate's but the crates for SHA-256 and HMAC.
//!
//! Source: "Create a signed AWS API request", for what is right.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::wire::Wire;
use crate::mistakes::{wrong_headers, wrong_path, wrong_query};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A signer of requests to one service, and what it does wrong.
#[derive(Clone, Debug)]
pub struct WrongSigner {
    pub service: &'static str,
    pub region: &'static str,
    pub access_key_id: &'static str,
    pub secret: String,
    pub token: Option<&'static str>,
    pub timestamp: &'static str,
    pub presigns: bool,
    /// Whether it signs for all regions, with Signature Version 4a.
    pub is_v4a: bool,
    /// Whether the service reads a `+` in a query as a plus sign.
    pub plus_is_plus: bool,
    pub mistakes: Vec<Mistake>,
}

/// What is sent, and what was signed.
#[derive(Clone, Debug)]
pub struct Sent {
    pub wire: Wire,
    pub canonical_request: Vec<u8>,
    pub signature: String,
}

impl WrongSigner {
    pub fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(&mistake)
    }

    pub fn is_s3(&self) -> bool {
        self.service == "s3"
    }

    /// What the first mistake that `pick` knows says.
    pub fn told<T>(&self, pick: impl Fn(Mistake) -> Option<T>) -> Option<T> {
        self.mistakes.iter().find_map(|mistake| pick(*mistake))
    }

    /// Signs `given`.
    pub fn sign(&self, given: &Wire) -> Sent {
        let mut wire = given.clone();
        if self.has(Mistake::NotSigned) {
            return Sent { wire, canonical_request: Vec::new(), signature: String::new() };
        }
        let canonical_request =
            if self.presigns { self.sign_in_query(&mut wire) } else { self.sign_in_header(&mut wire) };
        self.tamper(&mut wire);
        Sent { wire, signature: self.signature(&canonical_request), canonical_request }
    }

    fn sign_in_header(&self, wire: &mut Wire) -> Vec<u8> {
        match self.told(|m| if let Mistake::DateInDateHeader(date) = m { Some(date) } else { None }) {
            Some(date) => wire.push("Date", date),
            None => wire.push("X-Amz-Date", self.sent_date()),
        }
        if self.is_s3() || self.has(Mistake::PayloadSaidUnsigned) {
            wire.push("X-Amz-Content-Sha256", self.payload(wire));
        }
        if self.is_v4a {
            wire.push("X-Amz-Region-Set", "*");
        }
        let token = self.sent_token().map(|token| ("X-Amz-Security-Token", token));
        let signed_token = token.filter(|_| !self.has(Mistake::TokenNotSigned));
        if let Some((name, token)) = signed_token {
            wire.push(name, token);
        }
        let (lines, names) = wrong_headers::canonical(self, wire);
        let canonical = self.canonical(wire, &lines, &names);
        let value = format!(
            "{} Credential={}/{}, SignedHeaders={}, Signature={}",
            self.algorithm(),
            self.sent_access_key_id(),
            self.scope(),
            self.listed(&names),
            self.signature(&canonical)
        );
        wire.push("Authorization", value);
        if let Some((name, token)) = token.filter(|_| signed_token.is_none() || self.has(Mistake::TokenTwice)) {
            wire.push(name, token);
        }
        canonical
    }

    fn sign_in_query(&self, wire: &mut Wire) -> Vec<u8> {
        let (lines, names) = wrong_headers::canonical(self, wire);
        let token = self.sent_token().map(|token| format!("X-Amz-Security-Token={}", encode(token.as_bytes(), b"")));
        let token_signed = !self.has(Mistake::TokenNotSigned);
        let credential = format!("{}/{}", self.sent_access_key_id(), self.scope());
        wire.append_query(&format!("X-Amz-Algorithm={}", self.algorithm()));
        wire.append_query(&format!("X-Amz-Credential={}", encode(credential.as_bytes(), b"")));
        wire.append_query(&format!("X-Amz-Date={}", self.sent_date()));
        let expires = self.told(|m| if let Mistake::Expires(seconds) = m { Some(seconds) } else { None });
        wire.append_query(&format!("X-Amz-Expires={}", expires.unwrap_or("300")));
        wire.append_query(&format!("X-Amz-SignedHeaders={}", encode(names.as_bytes(), b"")));
        if self.is_v4a {
            wire.append_query("X-Amz-Region-Set=%2A");
        }
        if let Some(token) = token.as_deref().filter(|_| token_signed) {
            wire.append_query(token);
        }
        let canonical = self.canonical(wire, &lines, &names);
        wire.append_query(&format!("X-Amz-Signature={}", self.signature(&canonical)));
        if let Some(token) = token.as_deref().filter(|_| !token_signed || self.has(Mistake::TokenTwice)) {
            wire.append_query(token);
        }
        canonical
    }

    fn canonical(&self, wire: &Wire, lines: &[u8], names: &str) -> Vec<u8> {
        let method = self.told(|m| if let Mistake::MethodOf(method) = m { Some(method) } else { None });
        let path = wrong_path::canonical(self, wire.path.as_bytes());
        let query = wrong_query::canonical(self, wire.query.as_deref());
        let payload = self.payload(wire);
        let method = method.unwrap_or(&wire.method).as_bytes();
        let names = self.listed(names);
        let parts: [&[u8]; 6] = [method, &path, &query, lines, names.as_bytes(), payload.as_bytes()];
        let mut canonical = parts.join(&b'\n');
        if self.has(Mistake::CanonicalNoBlankLine) {
            let lines = lines.strip_suffix(b"\n").unwrap();
            canonical = [method, &path, &query, lines, names.as_bytes(), payload.as_bytes()].join(&b'\n');
        }
        if self.has(Mistake::CanonicalTrailingNewline) {
            canonical.push(b'\n');
        }
        if self.has(Mistake::CanonicalCrlf) {
            canonical = String::from_utf8(canonical).unwrap().replace('\n', "\r\n").into_bytes();
        }
        canonical
    }

    /// The names of the signed headers as they are sent.
    fn listed(&self, names: &str) -> String {
        let but = self.told(|m| if let Mistake::HeaderSignedNotListed(name) = m { Some(name) } else { None });
        names.split(';').filter(|name| Some(*name) != but).collect::<Vec<_>>().join(";")
    }

    /// The last line of the canonical request.
    fn payload(&self, wire: &Wire) -> String {
        let other = self.told(|m| if let Mistake::PayloadOf(body) = m { Some(body) } else { None });
        let unsigned = self.has(Mistake::PayloadUnsigned) || self.has(Mistake::PayloadSaidUnsigned);
        if unsigned || (self.is_s3() && self.presigns && !self.has(Mistake::PayloadSigned)) {
            "UNSIGNED-PAYLOAD".to_owned()
        } else if self.has(Mistake::PayloadEmpty) {
            sha256_hex(b"")
        } else if self.has(Mistake::PayloadLeftOut) {
            String::new()
        } else if self.has(Mistake::PayloadNotHashed) {
            String::from_utf8(wire.body.clone()).unwrap()
        } else {
            let hash = sha256_hex(other.map_or(wire.body.as_slice(), str::as_bytes));
            if self.has(Mistake::PayloadHashUpper) { hash.to_uppercase() } else { hash }
        }
    }

    fn signature(&self, canonical: &[u8]) -> String {
        let at = self.told(|m| if let Mistake::StringToSignAt(at) = m { Some(at) } else { None });
        let at = at.unwrap_or_else(|| self.timestamp());
        let mut end = sha256_hex(canonical).into_bytes();
        if self.has(Mistake::StringToSignHashUpper) {
            end.make_ascii_uppercase();
        } else if self.has(Mistake::StringToSignUnhashed) {
            end = canonical.to_vec();
        } else if self.has(Mistake::StringToSignTrailingNewline) {
            end.push(b'\n');
        }
        let text = [format!("{}\n{at}\n{}\n", self.right_algorithm(), self.scope()).as_bytes(), &end].concat();
        let signature = if self.is_v4a { self.ecdsa(&text) } else { hex(&hmac(&self.key(), &text)) };
        if self.has(Mistake::SignatureUpper) { signature.to_uppercase() } else { signature }
    }

    fn key(&self) -> Vec<u8> {
        let [day, region, service, terminator] = self.scope_parts();
        let other = |pick: fn(Mistake) -> Option<&'static str>, right| self.told(pick).unwrap_or(right);
        let day = other(|m| if let Mistake::KeyDay(day) = m { Some(day) } else { None }, day);
        let region = other(|m| if let Mistake::KeyRegion(region) = m { Some(region) } else { None }, region);
        let service = other(|m| if let Mistake::KeyService(service) = m { Some(service) } else { None }, service);
        let secret = self.told(|m| if let Mistake::Secret(secret) = m { Some(secret) } else { None });
        let prefix = if self.has(Mistake::KeyWithoutPrefix) { "" } else { "AWS4" };
        let secret = secret.unwrap_or(&self.secret);
        let parts: &[&str] = match () {
            () if self.has(Mistake::KeyNotDerived) => return secret.as_bytes().to_vec(),
            () if self.has(Mistake::KeyPartsSwapped) => &[day, service, region, terminator],
            () if self.has(Mistake::KeyWithoutTerminator) => &[day, region, service],
            () => &[day, region, service, terminator],
        };
        let step = |key: Vec<u8>, part: &&str| {
            let tag = hmac(&key, part.as_bytes());
            if self.has(Mistake::KeyHex) { hex(&tag).into_bytes() } else { tag }
        };
        parts.iter().fold([prefix, secret].concat().into_bytes(), step)
    }

    /// The signature of Signature Version 4a, by `p256` and a derivation of its own.
    #[cfg(feature = "sigv4a")]
    fn ecdsa(&self, text: &[u8]) -> String {
        use p256::ecdsa::signature::Signer;
        let secret = self.told(|m| if let Mistake::Secret(secret) = m { Some(secret) } else { None });
        let prefix = if self.has(Mistake::KeyWithoutPrefix) { "" } else { "AWS4A" };
        let secret = [prefix, secret.unwrap_or(&self.secret)].concat();
        let label = b"AWS4-ECDSA-P256-SHA256";
        let input = [&[0, 0, 0, 1], &label[..], &[0], self.access_key_id.as_bytes(), &[1], &[0, 0, 1, 0]].concat();
        let mut key = hmac(secret.as_bytes(), &input);
        for byte in key.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        let signature: p256::ecdsa::DerSignature = p256::ecdsa::SigningKey::from_slice(&key).unwrap().sign(text);
        hex(signature.as_bytes())
    }

    #[cfg(not(feature = "sigv4a"))]
    fn ecdsa(&self, _: &[u8]) -> String {
        unreachable!("no case asks for it")
    }

    fn scope_parts(&self) -> [&'static str; 4] {
        let other = |pick: fn(Mistake) -> Option<&'static str>, right| self.told(pick).unwrap_or(right);
        let today: &'static str = &self.timestamp()[..8];
        [
            other(|m| if let Mistake::ScopeDay(day) = m { Some(day) } else { None }, today),
            other(|m| if let Mistake::ScopeRegion(region) = m { Some(region) } else { None }, self.region),
            other(|m| if let Mistake::ScopeService(service) = m { Some(service) } else { None }, self.service),
            other(|m| if let Mistake::ScopeTerminator(end) = m { Some(end) } else { None }, "aws4_request"),
        ]
    }

    fn scope(&self) -> String {
        let [day, region, service, terminator] = self.scope_parts();
        let region: &[_] = if self.is_v4a { &[] } else { &[region] };
        [&[day], region, &[service, terminator]].concat().join("/")
    }

    fn timestamp(&self) -> &'static str {
        self.told(|m| if let Mistake::SignedAt(at) = m { Some(at) } else { None }).unwrap_or(self.timestamp)
    }

    fn sent_date(&self) -> &'static str {
        self.told(|m| if let Mistake::DateAs(date) = m { Some(date) } else { None }).unwrap_or_else(|| self.timestamp())
    }

    fn algorithm(&self) -> &'static str {
        self.told(|m| if let Mistake::Algorithm(name) = m { Some(name) } else { None })
            .unwrap_or_else(|| self.right_algorithm())
    }

    const fn right_algorithm(&self) -> &'static str {
        if self.is_v4a { "AWS4-ECDSA-P256-SHA256" } else { "AWS4-HMAC-SHA256" }
    }

    fn sent_access_key_id(&self) -> &'static str {
        self.told(|m| if let Mistake::AccessKeyId(id) = m { Some(id) } else { None }).unwrap_or(self.access_key_id)
    }

    fn sent_token(&self) -> Option<&'static str> {
        let other = self.told(|m| if let Mistake::TokenOf(token) = m { Some(token) } else { None });
        other.or(self.token).filter(|_| !self.has(Mistake::TokenMissing))
    }

    /// What happens to the request once it is signed.
    fn tamper(&self, wire: &mut Wire) {
        for mistake in &self.mistakes {
            match *mistake {
                Mistake::HeaderChanged(name, value) => {
                    wire.headers.iter_mut().filter(|(n, _)| n == name).for_each(|(_, v)| *v = value.into());
                }
                Mistake::HeaderMissing(name) => wire.remove(name),
                Mistake::SignedTwice => {
                    let twin = Self { presigns: !self.presigns, mistakes: Vec::new(), ..self.clone() };
                    *wire = twin.sign(wire).wire;
                }
                Mistake::Authorization(from, to) => {
                    let (_, value) = wire.headers.iter_mut().find(|(n, _)| n == "Authorization").unwrap();
                    *value = String::from_utf8(value.clone()).unwrap().replace(from, to).into_bytes();
                }
                Mistake::HeaderGained(name, value) => wire.push(name, value),
                Mistake::BodyBecomes(body) => wire.body = body.into(),
                Mistake::QueryGains(more) => wire.append_query(more),
                Mistake::QueryChanges(from, to) => wire.query = wire.query.take().map(|query| query.replace(from, to)),
                Mistake::PathGains(more) => wire.path += more,
                Mistake::PathBecomes(path) => wire.path = path.to_owned(),
                _ => {}
            }
        }
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// Encodes all but the unreserved characters and those in `also`.
pub fn encode(raw: &[u8], also: &[u8]) -> String {
    let stays = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b) || also.contains(&b);
    raw.iter().map(|b| if stays(*b) { char::from(*b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Decodes every `%XX`.
pub fn decode(raw: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(byte) = raw.get(at) {
        let digits = raw.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let decoded = digits.and_then(|d| u8::from_str_radix(str::from_utf8(d).ok()?, 16).ok());
        out.push(decoded.unwrap_or(*byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    out
}
