//! The signing step from a canonical request to a signature: the right one, and the mistakes of clients.

use crate::algorithm::Algorithm;
use crate::bytes::hex;
use crate::bytes::write::Write;
use crate::credentials::Credentials;
use crate::crypto::hmac::{Key, Tag, tag_once};
use crate::explain::cause::{Cause, Mistake};
use crate::explain::key::causes::{
    DATE_HEADER_USED, DATE_OTHER, KEY_DAY, KEY_HEX, KEY_NOT_DERIVED, KEY_PARTS_SWAPPED, KEY_REGION, KEY_SERVICE,
    KEY_TERMINATOR, STS_ALGORITHM, STS_HASH_UPPER, STS_SCOPE, STS_TRAILING_NEWLINE,
};
use crate::explain::key::names::{REGIONS, SERVICES};
use crate::explain::key::secrets::{OtherSecret, Secret, secrets};
use crate::explain::key::step_key::{CandidateKey, Claimed, KeyedHead};
#[cfg(feature = "sigv4a")]
use crate::key::asymmetric;
use crate::scope::TERMINATOR;
use crate::time::Timestamp;
use std::cell::OnceCell;
use std::fmt;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// The number of likely names at the beginning of a list of regions or services.
const LIKELY: usize = 6;

/// The facts that the steps depend on.
#[derive(Clone, Copy)]
pub(crate) struct SigningFacts<'a> {
    pub(crate) credentials: &'a Credentials,
    /// The scope in the credential.
    pub(crate) scope: ScopeText<'a>,
    /// The scope that the service expects.
    pub(crate) expected: ScopeText<'a>,
    /// The region of the service.
    pub(crate) region: Option<&'a str>,
    /// The time of signing as it was sent.
    pub(crate) date: &'a str,
    /// The `Date` header.
    pub(crate) http_date: Option<&'a str>,
    pub(crate) now: OffsetDateTime,
    /// The host, which may contain a region and a service.
    pub(crate) host: &'a [u8],
}

/// Day, region, service and terminator, unchecked. The scope of Signature Version 4a has no region.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct ScopeText<'a> {
    pub(crate) day: &'a str,
    pub(crate) region: Option<&'a str>,
    pub(crate) service: &'a str,
    pub(crate) terminator: &'a str,
}

impl<'a> ScopeText<'a> {
    /// Reads a scope of the algorithm. `None` if it has other parts.
    pub(crate) fn of(algorithm: Algorithm, text: &'a str) -> Option<Self> {
        let parts: Vec<_> = text.split('/').collect();
        match (algorithm, parts.as_slice()) {
            (Algorithm::HmacSha256, [day, region, service, terminator]) => {
                Some(Self { day, region: Some(region), service, terminator })
            }
            (Algorithm::EcdsaP256Sha256, [day, service, terminator]) => {
                Some(Self { day, region: None, service, terminator })
            }
            _ => None,
        }
    }

    /// The algorithm with such a scope.
    const fn algorithm(self) -> Algorithm {
        if self.region.is_some() { Algorithm::HmacSha256 } else { Algorithm::EcdsaP256Sha256 }
    }
}

impl fmt::Display for ScopeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.day)?;
        let parts = self.region.into_iter().chain([self.service, self.terminator]);
        parts.into_iter().try_for_each(|part| write!(f, "/{part}"))
    }
}

/// One way to make a signature of the hash of a canonical request.
pub(crate) struct SigningStep {
    pub(crate) mistakes: Vec<Mistake>,
    /// Whether it is tried early together with other mistakes, unlike the later names of a long list.
    pub(crate) likely: bool,
    upper: bool,
    tail: &'static [u8],
    /// The key, and the string to sign before the hash.
    head: KeyedHead,
}

/// The right step, and the wrong ones.
pub(crate) struct SigningSteps<'a> {
    pub(crate) right: SigningStep,
    facts: SigningFacts<'a>,
    /// Derived when they are first asked for: most searches end before.
    wrong: OnceCell<Vec<SigningStep>>,
}

impl<'a> SigningSteps<'a> {
    /// The steps for a request with these facts.
    pub(crate) fn new(facts: SigningFacts<'a>) -> Self {
        let right = Right::of(&facts).step(Vec::new());
        Self { right, facts, wrong: OnceCell::new() }
    }

    /// The wrong steps.
    pub(crate) fn wrong(&self) -> &[SigningStep] {
        self.wrong.get_or_init(|| wrong_steps(&self.facts))
    }

    /// The right step, then the wrong ones.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SigningStep> {
        std::iter::once(&self.right).chain(self.wrong())
    }
}

impl SigningStep {
    /// Whether the signature is that of a canonical request with this SHA-256.
    pub(crate) fn gives(&self, digest: &[u8; 32], claimed: &Claimed) -> bool {
        self.gives_digits(&hex::encode(digest), claimed)
    }

    /// Whether the signature is that of a canonical request whose SHA-256 has these digits.
    #[inline]
    pub(crate) fn gives_digits(&self, digits: &[u8; 64], claimed: &Claimed) -> bool {
        match self.upper {
            true => self.gives_text(&digits.to_ascii_uppercase(), claimed),
            false => self.gives_text(digits, claimed),
        }
    }

    /// Whether the signature is that of this whole string to sign.
    pub(crate) fn gives_whole(&self, string_to_sign: &[u8], claimed: &Claimed) -> bool {
        self.head.gives_whole(string_to_sign, claimed)
    }

    /// Whether the signature is that of a string to sign that ends with `text`.
    #[inline]
    pub(crate) fn gives_text(&self, text: &[u8], claimed: &Claimed) -> bool {
        self.head.gives(text, self.tail, claimed)
    }
}

/// The parts of the right step, of which a wrong one replaces some.
struct Right<'a> {
    scope: ScopeText<'a>,
    secret: Secret,
    head: Vec<u8>,
    key: CandidateKey,
}

impl<'a> Right<'a> {
    fn of(facts: &SigningFacts<'a>) -> Self {
        let secret = Secret::right(facts.scope.algorithm(), facts.credentials);
        let (head, key) = (head(facts.date, facts.scope), derive(facts, &secret, facts.scope));
        Self { scope: facts.scope, secret, head, key }
    }

    fn step(&self, mistakes: Vec<Mistake>) -> SigningStep {
        self.step_with(mistakes, &self.head, &self.key)
    }

    fn step_with(&self, mistakes: Vec<Mistake>, head: &[u8], key: &CandidateKey) -> SigningStep {
        SigningStep { mistakes, likely: true, upper: false, tail: b"", head: KeyedHead::new(key, head) }
    }
}

fn wrong_steps(facts: &SigningFacts<'_>) -> Vec<SigningStep> {
    let right = Right::of(facts);
    let with_key = |mistake, key: &CandidateKey| right.step_with(vec![mistake], &right.head, key);
    let mut wrong = Vec::new();
    wrong.extend(
        keys(facts)
            .into_iter()
            .map(|OtherKey { mistake, likely, key }| SigningStep { likely, ..with_key(mistake, &key) }),
    );
    wrong.extend(scopes(facts).into_iter().map(|OtherScope { mistake, likely, scope }| SigningStep {
        likely,
        ..with_key(mistake, &derive(facts, &right.secret, scope))
    }));
    wrong.extend(heads(facts).into_iter().map(|(mistake, head)| right.step_with(vec![mistake], &head, &right.key)));
    wrong.push(SigningStep { upper: true, ..right.step(vec![STS_HASH_UPPER.into()]) });
    wrong.push(SigningStep { tail: b"\n", ..right.step(vec![STS_TRAILING_NEWLINE.into()]) });
    wrong.extend(days(facts).into_iter().map(|day| {
        let key = derive(facts, &right.secret, ScopeText { day: &day, ..right.scope });
        with_key(KEY_DAY.of(day), &key)
    }));
    wrong
}

fn head(date: &str, scope: ScopeText<'_>) -> Vec<u8> {
    head_of(scope.algorithm(), date, scope)
}

fn head_of(algorithm: Algorithm, date: &str, scope: ScopeText<'_>) -> Vec<u8> {
    format!("{algorithm}\n{date}\n{scope}\n").into_bytes()
}

/// The beginnings of wrong strings to sign.
fn heads(facts: &SigningFacts<'_>) -> Vec<(Mistake, Vec<u8>)> {
    let mut heads = Vec::new();
    if let Some(given) = facts.http_date.filter(|given| *given != facts.date) {
        heads.push((DATE_HEADER_USED.into(), head(given, facts.scope)));
        if let Some(basic) = basic_of_http_date(given) {
            heads.push((DATE_HEADER_USED.into(), head(&basic, facts.scope)));
        }
    }
    if let Ok(sent) = Timestamp::parse_any_year(facts.date) {
        for seconds in [1, -1, 2, -2, 3, -3] {
            let moment = sent.to_datetime().saturating_add(Duration::seconds(seconds));
            if let Ok(other) = Timestamp::of_any_year(moment) {
                let mistake = DATE_OTHER.of(format!("signed {seconds:+} s"));
                heads.push((mistake, head(other.as_str(), facts.scope)));
            }
        }
    }
    if facts.expected != facts.scope {
        heads.push((STS_SCOPE.into(), head(facts.date, facts.expected)));
    }
    if let (own @ Algorithm::EcdsaP256Sha256, Some(_)) = (facts.scope.algorithm(), facts.region) {
        let other = Algorithm::HmacSha256;
        let with_region = ScopeText { region: facts.region, ..facts.scope };
        heads.push((STS_SCOPE.of(with_region.to_string()), head_of(own, facts.date, with_region)));
        heads.push((STS_ALGORITHM.of(other.as_str()), head_of(other, facts.date, facts.scope)));
    }
    heads
}

/// Converts `Sun, 30 Aug 2015 12:36:00 GMT` to `20150830T123600Z`.
pub(crate) fn basic_of_http_date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_ascii_whitespace().skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let basic = format!("{year}{month:02}{day:0>2}T{}Z", time.replace(':', ""));
    Timestamp::parse_any_year(&basic).ok().map(|_| basic)
}

/// A wrong key.
struct OtherKey {
    mistake: Mistake,
    likely: bool,
    key: CandidateKey,
}

/// The wrong keys.
fn keys(facts: &SigningFacts<'_>) -> Vec<OtherKey> {
    let algorithm = facts.scope.algorithm();
    let right = Secret::right(algorithm, facts.credentials);
    let of_secret = |OtherSecret { mistake, likely, secret }| OtherKey {
        mistake,
        likely,
        key: derive(facts, &secret, facts.scope),
    };
    let mut keys: Vec<OtherKey> = secrets(algorithm, facts.credentials).into_iter().map(of_secret).collect();
    let Some(region) = facts.scope.region else { return keys };
    let without_terminator = chain(&right, facts.scope.day, &[region, facts.scope.service]);
    for (cause, key) in [
        (KEY_HEX, derive_in_hex(&right, facts.scope, region)),
        (KEY_TERMINATOR, without_terminator),
        (KEY_NOT_DERIVED, Key::new(facts.credentials.secret_key().as_bytes())),
    ] {
        keys.push(OtherKey { mistake: cause.into(), likely: true, key: CandidateKey::Hmac(key) });
    }
    keys
}

/// A scope that a key may have been derived for.
struct OtherScope<'a> {
    mistake: Mistake,
    likely: bool,
    scope: ScopeText<'a>,
}

/// The scopes that a key may have been derived for. The expected scope and the first names of each list are likely.
fn scopes<'a>(facts: &SigningFacts<'a>) -> Vec<OtherScope<'a>> {
    let (own, expected) = (facts.scope, facts.expected);
    let mut scopes: Vec<OtherScope<'a>> = Vec::new();
    // The key of Signature Version 4a is of all scopes.
    let (Some(own_region), Some(expected_region)) = (own.region, expected.region) else { return scopes };
    let mut add = |cause: Cause, detail: &str, likely: bool, scope: ScopeText<'a>| {
        if scope != own && !scopes.iter().any(|known| known.scope == scope) {
            scopes.push(OtherScope { mistake: cause.of(detail), likely, scope });
        }
    };
    let likely_first = |names: &'static [&'static str]| names.iter().enumerate().map(|(n, name)| (n < LIKELY, *name));
    for (likely, region) in [(true, expected_region)].into_iter().chain(likely_first(REGIONS)) {
        add(KEY_REGION, region, likely, ScopeText { region: Some(region), ..own });
    }
    for (likely, service) in [(true, expected.service)].into_iter().chain(likely_first(SERVICES)) {
        add(KEY_SERVICE, service, likely, ScopeText { service, ..own });
    }
    for label in facts.host.split(|b| *b == b'.').filter_map(|label| str::from_utf8(label).ok()).take(8) {
        add(KEY_REGION, label, false, ScopeText { region: Some(label), ..own });
        add(KEY_SERVICE, label, false, ScopeText { service: label, ..own });
    }
    add(KEY_DAY, expected.day, true, ScopeText { day: expected.day, ..own });
    add(KEY_PARTS_SWAPPED, "", true, ScopeText { region: Some(own.service), service: own_region, ..own });
    scopes
}

/// Days around the one in the scope that a key may have been derived for.
fn days(facts: &SigningFacts<'_>) -> Vec<String> {
    if facts.scope.region.is_none() {
        return Vec::new();
    }
    let around = |moment: OffsetDateTime| {
        let day = move |n: i64| Timestamp::of_any_year(moment.saturating_add(Duration::days(n))).ok();
        [0, -1, 1, -2].into_iter().filter_map(day).map(|at| at.day().to_string())
    };
    let sent = Timestamp::parse_any_year(facts.date).ok().map(Timestamp::to_datetime);
    let mut days: Vec<String> = sent.into_iter().chain([facts.now]).flat_map(around).collect();
    days.retain(|day| day != facts.scope.day);
    days.sort();
    days.dedup();
    days
}

fn derive(facts: &SigningFacts<'_>, secret: &Secret, scope: ScopeText<'_>) -> CandidateKey {
    let Some(region) = scope.region else { return derive_private(secret, facts.credentials) };
    CandidateKey::Hmac(chain(secret, scope.day, &[region, scope.service, TERMINATOR]))
}

#[cfg(feature = "sigv4a")]
fn derive_private(secret: &Secret, credentials: &Credentials) -> CandidateKey {
    CandidateKey::Ecdsa(asymmetric::derive_of(secret.as_bytes(), credentials.access_key_id()))
}

#[cfg(not(feature = "sigv4a"))]
fn derive_private(_: &Secret, _: &Credentials) -> CandidateKey {
    unreachable!("a request of Signature Version 4a is not observed without the feature")
}

fn chain(secret: &Secret, day: &str, steps: &[&str]) -> Key {
    let step = |key: Tag, input: &&str| tag_once(key.as_secret(), input.as_bytes());
    Key::new(steps.iter().fold(tag_once(secret.as_bytes(), day.as_bytes()), step).as_secret())
}

/// The derivation with every result written as hexadecimal text.
fn derive_in_hex(secret: &Secret, scope: ScopeText<'_>, region: &str) -> Key {
    let text = |tag: Tag| Key::new(Zeroizing::new(hex::encode(&tag.publish())).as_slice());
    let step = |key: Key, input: &str| text(key.tag(|message| message.put(input.as_bytes())));
    [scope.day, region, scope.service, TERMINATOR].into_iter().fold(Key::new(secret.as_bytes()), step)
}

#[cfg(test)]
mod tests {
    use super::{ScopeText, SigningFacts, SigningSteps, basic_of_http_date};
    use crate::credentials::Credentials;
    use crate::explain::key::step_key::Claimed;
    use crate::key::SigningKey;
    use crate::scope::Scope;
    use crate::string_to_sign::StringToSign;
    use crate::time::Timestamp;

    #[test]
    fn the_right_way_is_the_pipelines() {
        let credentials = Credentials::new("AKID", "secret").unwrap();
        let scopes = ["20150830/us-east-1/iam/aws4_request", "20150830/iam/aws4_request"];
        for text in scopes.into_iter().take(1 + usize::from(cfg!(feature = "sigv4a"))) {
            let scope = Scope::parse(text).unwrap();
            let timestamp = Timestamp::parse("20150830T123600Z").unwrap();
            let string_to_sign = StringToSign::new(timestamp, &scope, [7; 32]);
            let signature = SigningKey::derive(&credentials, &scope).sign(&string_to_sign).unwrap();
            let claimed = Claimed::parse(scope.algorithm(), &signature.to_string()).unwrap();
            let of_text = ScopeText::of(scope.algorithm(), text).unwrap();
            assert_eq!(of_text.to_string(), text);
            let facts = SigningFacts {
                credentials: &credentials,
                scope: of_text,
                expected: of_text,
                region: None,
                date: timestamp.as_str(),
                http_date: None,
                now: timestamp.to_datetime(),
                host: b"h",
            };
            let steps = SigningSteps::new(facts);
            assert!(steps.right.gives(&[7; 32], &claimed), "{text}");
            assert!(!steps.right.gives(&[8; 32], &claimed), "{text}");
        }
    }

    #[test]
    fn an_http_date_is_read() {
        assert_eq!(basic_of_http_date("Sun, 30 Aug 2015 12:36:00 GMT").as_deref(), Some("20150830T123600Z"));
        assert_eq!(basic_of_http_date("Sun, 5 Aug 2015 12:36:00 GMT").as_deref(), Some("20150805T123600Z"));
        for bad in ["", "20150830T123600Z", "Sun, 30 Foo 2015 12:36:00 GMT", "a b c d e"] {
            assert_eq!(basic_of_http_date(bad), None, "{bad}");
        }
    }
}
