//! Nothing secret is left behind on the heap: an allocator looks through every block that is freed.

use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use sha2::Sha256;
use sig4::credentials::SecretKey;
use sig4::key::SigningKey;
use sig4::scope::Scope;
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Expires, Signer, Timestamp, Verifier};
use sig4_test_support::allocations::Counting;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::hint::black_box;
use std::mem::ManuallyDrop;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that no freed block may hold. Every test has its own.
pub(super) struct Needle {
    bytes: OnceLock<&'static [u8]>,
    /// In how many freed blocks it was.
    freed: AtomicUsize,
}

static NEEDLES: [Needle; 128] = [const { Needle { bytes: OnceLock::new(), freed: AtomicUsize::new(0) } }; 128];

impl Needle {
    /// Looks out for `bytes` from now on. The test's own copy stays for ever, so that it is not freed.
    pub(super) fn new(bytes: &[u8]) -> &'static Self {
        let bytes: &'static [u8] = Box::leak(Box::from(bytes));
        assert!(bytes.len() >= 16, "it would turn up by chance");
        NEEDLES.iter().find(|needle| needle.bytes.set(bytes).is_ok()).expect("there is a place for another needle")
    }

    /// The first sixteen bytes, so that a copy in the making is seen, too.
    pub(super) fn head(bytes: &[u8]) -> &'static Self {
        Self::new(bytes.first_chunk::<16>().expect("it is long enough"))
    }

    pub(super) fn freed(&self) -> usize {
        self.freed.load(Ordering::SeqCst)
    }

    fn is_in(&self, block: &[u8]) -> bool {
        self.bytes.get().is_some_and(|bytes| block.windows(bytes.len()).any(|part| part == *bytes))
    }

    /// In how many blocks it is that this thread allocated within [`noted`] and has not freed.
    pub(super) fn live(&self) -> usize {
        let blocks = NOTED.with(|noted| noted.each_ref().map(Cell::get));
        // SAFETY: a noted block is removed before it is freed, no other thread knows it, and it was zeroed when made.
        let block = |(at, len)| unsafe { std::slice::from_raw_parts::<u8>(at, len) };
        blocks.into_iter().filter(|(at, _)| !at.is_null()).filter(|at| self.is_in(block(*at))).count()
    }
}

type Block = (*const u8, usize);

thread_local! {
    static NOTING: Cell<bool> = const { Cell::new(false) };
    static NOTED: [Cell<Block>; 256] = const { [const { Cell::new((std::ptr::null(), 0)) }; 256] };
}

/// Does `work` and notes the blocks that it allocates.
pub(super) fn noted<R>(work: impl FnOnce() -> R) -> R {
    NOTING.set(true);
    let done = work();
    NOTING.set(false);
    done
}

fn note(block: Block) {
    let place = |noted: &[Cell<Block>; 256]| {
        let free = noted.iter().find(|place| place.get().0.is_null());
        free.map(|place| place.set(block)).is_some()
    };
    if NOTING.try_with(Cell::get).unwrap_or(false) && !NOTED.try_with(place).unwrap_or(true) {
        std::process::abort();
    }
}

fn forget(at: *const u8) {
    let _ = NOTED.try_with(|noted| {
        noted.iter().filter(|place| place.get().0 == at).for_each(|place| place.set((std::ptr::null(), 0)));
    });
}

/// Counts allocations, and searches every block that it frees. A block starts zeroed, so that it does not inherit the content of an
/// earlier block. A block that grows always moves, so that the bytes it leaves behind are searched every time.
pub struct Watching;

// SAFETY: blocks come from `Counting` and go back to it with their own layout. Nothing in here allocates.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        let at = unsafe { Counting.alloc(layout) };
        if !at.is_null() {
            // SAFETY: it is a new block of that size.
            unsafe { at.write_bytes(0, layout.size()) };
        }
        note((at, layout.size()));
        at
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        forget(at);
        // SAFETY: it is a block of that size, zeroed when it was made, and nobody else's any more.
        let block = unsafe { std::slice::from_raw_parts(black_box(at), layout.size()) };
        for needle in NEEDLES.iter().filter(|needle| needle.is_in(block)) {
            needle.freed.fetch_add(1, Ordering::SeqCst);
        }
        // SAFETY: the caller's.
        unsafe { Counting.dealloc(at, layout) }
    }
}

/// What a secret's key for [`scope`] is made of, leaked.
struct Chain {
    /// The date, region, service and signing key.
    keys: [[u8; 32]; 4],
    /// SHA-256's state after the inner and after the outer pad of each: what a key that is ready to use consists of.
    states: [[[u8; 32]; 2]; 4],
}

impl Chain {
    fn derive(secret: &str) -> &'static Self {
        let chain = Self::leaked(secret);
        scrub_stack();
        chain
    }

    #[inline(never)]
    fn leaked(secret: &str) -> &'static Self {
        let (scope, prefixed) = (scope(), ManuallyDrop::new(["AWS4", secret].concat()));
        let date = hmac(prefixed.as_bytes(), scope.day().as_str());
        let region = hmac(&date, scope.region());
        let service = hmac(&region, scope.service());
        let keys = [date, region, service, hmac(&service, "aws4_request")];
        Box::leak(Box::new(Self { keys, states: keys.each_ref().map(states) }))
    }

    /// The states of the signing key.
    fn signing(&self) -> [&'static Needle; 2] {
        let [.., signing] = &self.states;
        signing.each_ref().map(|state| Needle::new(state))
    }
}

/// Overwrites what the test's own functions left on the stack: moving a value to the heap takes its padding along, and
/// with it whatever was there before.
#[inline(never)]
pub(super) fn scrub_stack() {
    black_box(&mut [0xa5_u8; 1 << 16]);
}

fn hmac(key: &[u8], message: &str) -> [u8; 32] {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    hmac.update(message.as_bytes());
    hmac.finalize().into_bytes().into()
}

/// SHA-256's state after the block of `key` with either pad, as it lies in memory.
fn states(key: &[u8; 32]) -> [[u8; 32]; 2] {
    const START: [u32; 8] =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
    [0x36, 0x5c].map(|pad| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(place, byte)| *place ^= byte);
        let mut state = START;
        sha2::block_api::compress256(&mut state, &[block]);
        let mut bytes = [0; 32];
        bytes.as_chunks_mut::<4>().0.iter_mut().zip(state).for_each(|(place, word)| *place = word.to_ne_bytes());
        bytes
    })
}

pub(super) fn counts<const N: usize>(needles: [&Needle; N], count: impl Fn(&Needle) -> usize) -> [usize; N] {
    needles.map(count)
}

pub(super) const DAY_1: &str = "20150830T235959Z";
const DAY_2: &str = "20150831T000000Z";

fn scope() -> Scope {
    Scope::parse("20150830/us-east-1/execute-api/aws4_request").expect("it is a scope")
}

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").expect("it is a region and a service")
}

pub(super) fn sign(signer: &Signer, credentials: &Credentials, at: &str) {
    let mut request = Request::get("https://example.com/").body("").expect("it is a request");
    let now = Timestamp::parse(at).expect("it is a time").to_datetime();
    signer.sign(&mut request, credentials, now).expect("it signs");
}

#[test]
fn the_detector_sees_an_unwiped_copy() {
    const TEXT: &str = "the detector sees an unwiped copy";
    let needle = Needle::head(TEXT.as_bytes());
    drop(black_box(Box::<[u8]>::from(TEXT.as_bytes())));
    assert_eq!(needle.freed(), 1);
    let mut grows = noted(|| black_box(String::from(TEXT)));
    assert_eq!(needle.live(), 1);
    grows.reserve(1000);
    assert_eq!((needle.freed(), needle.live()), (2, 0), "what a growing string leaves behind");
    let _kept = ManuallyDrop::new(grows);
}

/// The states are the right ones, in the right spelling.
#[test]
fn the_detector_sees_an_unwiped_signing_key() {
    const SECRET: &str = "a signing key that nobody wiped";
    let needles = Chain::derive(SECRET).signing();
    let key = noted(|| {
        black_box(Box::new(ManuallyDrop::new(SigningKey::derive(&Credentials::new("AKID", SECRET).unwrap(), &scope()))))
    });
    assert_eq!(counts(needles, Needle::live), [1, 1]);
    drop(key);
    assert_eq!(counts(needles, Needle::freed), [1, 1]);
}

#[test]
fn a_secret_handed_over_as_a_string_is_wiped() {
    const SECRET: &str = "secret handed over as a string";
    let needle = Needle::head(SECRET.as_bytes());
    let credentials = noted(|| Credentials::new("AKID", String::from(SECRET)).unwrap());
    assert_eq!(needle.live(), 1, "it is taken over, not copied");
    drop(noted(|| credentials.clone()));
    assert_eq!((needle.freed(), needle.live()), (0, 1));
    drop(credentials);
    assert_eq!((needle.freed(), needle.live()), (0, 0));
}

#[test]
fn a_secret_key_is_wiped_whatever_it_came_from() {
    const SECRET: &str = "a secret key by itself, of some length";
    let needle = Needle::head(SECRET.as_bytes());
    drop(SecretKey::new(String::from(SECRET)).unwrap());
    drop(SecretKey::new(SECRET).unwrap());
    drop(SecretKey::new(String::from(SECRET).into_boxed_str()).unwrap());
    let mut cut_short = String::from(SECRET);
    cut_short.truncate(4);
    drop(SecretKey::new(cut_short).unwrap());
    assert_eq!(needle.freed(), 0);
}

#[test]
fn a_session_token_is_wiped() {
    const TOKEN: &str = "session-token-handed-over-as-a-string";
    const NEXT: &str = "another-session-token-in-its-place";
    let needles = [TOKEN, NEXT].map(|token| Needle::head(token.as_bytes()));
    let credentials =
        noted(|| Credentials::new("AKID", "secret").unwrap().with_session_token(String::from(TOKEN)).unwrap());
    assert_eq!(counts(needles, Needle::live), [1, 0]);
    drop(credentials.clone());
    let credentials = noted(|| credentials.with_session_token(String::from(NEXT)).unwrap());
    assert_eq!(counts(needles, Needle::live), [0, 1]);
    drop(credentials);
    assert_eq!(counts(needles, Needle::live), [0, 0]);
    assert_eq!(counts(needles, Needle::freed), [0, 0]);
}

/// The request keeps its header, which goes over the wire; signing itself leaves nothing.
#[test]
fn signing_leaves_no_copy_of_secret_and_token() {
    const SECRET: &str = "the secret of a request with a token";
    const TOKEN: &str = "the-token-of-a-request-with-a-secret";
    let needles = [SECRET, TOKEN].map(|text| Needle::head(text.as_bytes()));
    let credentials =
        Credentials::new("AKID", String::from(SECRET)).unwrap().with_session_token(String::from(TOKEN)).unwrap();
    let mut request = Request::get("https://example.com/").body("").expect("it is a request");
    let now = Timestamp::parse(DAY_1).expect("it is a time").to_datetime();
    let signer = signer();
    signer.sign(&mut request, &credentials, now).expect("it signs");
    let _kept = ManuallyDrop::new(request);
    drop((signer, credentials));
    assert_eq!(counts(needles, Needle::freed), [0, 0]);
}

/// Credentials, requests and clones of their headers share one token. The last of them wipes it.
#[test]
fn a_token_is_wiped_with_the_last_header_that_carries_it() {
    const TOKEN: &str = "a-token-that-outlives-its-credentials-in-a-header";
    let needle = Needle::head(TOKEN.as_bytes());
    let signer = signer();
    let header = noted(|| {
        let credentials = Credentials::new("AKID", "secret").unwrap().with_session_token(String::from(TOKEN)).unwrap();
        let mut request = Request::get("https://example.com/").body("").expect("it is a request");
        signer.sign(&mut request, &credentials, Timestamp::parse(DAY_1).expect("it is a time")).expect("it signs");
        request.headers()["x-amz-security-token"].clone()
    });
    assert!(header.is_sensitive(), "a clone is marked, too");
    assert_eq!((needle.freed(), needle.live()), (0, 1), "signing makes no copy");
    drop(header);
    assert_eq!((needle.freed(), needle.live()), (0, 0));
}

/// The URL holds the token in percent-encoding; decoded, it is looked at and wiped.
#[test]
fn verifying_leaves_no_copy_of_secret_and_token() {
    let (secret, token) = ("a secret that a verifier looks up", "a/token/that/comes/in/a/presigned/URL==");
    let credentials = ManuallyDrop::new(
        Credentials::new("AKID", secret).expect("they are credentials").with_session_token(token).unwrap(),
    );
    let now = Timestamp::parse("20150830T123600Z").expect("it is a time").to_datetime();
    let request = Request::get("https://example.com/").body("").expect("it is a request");
    let presigned = signer().presign(&request, &credentials, Expires::MAX, now).expect("it signs");
    let url = presigned.into_uri().expect("it is short");
    let (parts, ()) = Request::get(url).body(()).expect("it is a request").into_parts();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let needles = [Needle::new(secret.as_bytes()), Needle::new(token.as_bytes())];
    let caller = verifier.claim(&parts).expect("it is signed").verify(&*credentials, "", now).expect("it verifies");
    assert_eq!(caller.access_key_id(), "AKID");
    drop(caller);
    drop(verifier);
    assert_eq!(needles.map(Needle::freed), [0, 0]);
}

/// The buffer of `AWS4` and the secret, whole or half-made, and the date, region, service and signing key.
///
/// The signer is made first. Made afterwards, its cache takes what moves left on the stack into its padding.
#[test]
fn deriving_a_key_leaves_no_intermediates() {
    const PREFIXED: &str = "AWS4a secret that a key is derived from";
    let secret = PREFIXED.strip_prefix("AWS4").expect("it begins with that");
    let chain = Chain::derive(secret);
    let keys = chain.keys.iter().chain(chain.states.iter().flatten());
    let mut needles: Vec<_> = keys.map(|key| Needle::new(key)).collect();
    needles.extend([PREFIXED, secret].map(|text| Needle::head(text.as_bytes())));
    let signer = signer();
    let key = SigningKey::derive(&Credentials::new("AKID", String::from(secret)).unwrap(), &scope());
    sign(&signer, &Credentials::new("AKID", String::from(secret)).unwrap(), DAY_1);
    drop((key, signer));
    let freed: Vec<_> = needles.iter().map(|needle| needle.freed()).collect();
    assert_eq!(freed, vec![0; needles.len()]);
}

/// How many eighths of a block of `secrets` are in the stack that `work` used.
#[cfg(target_os = "linux")]
pub(super) fn left_on_stack<R>(secrets: &[Vec<u8>], work: impl FnOnce() -> R) -> usize {
    use std::os::unix::fs::FileExt;
    let (memory, mut below) = (std::fs::File::open("/proc/self/mem").expect("it is Linux"), vec![0; 1 << 15]);
    scrub_stack();
    let here = black_box(0_u8);
    let start = &raw const here as usize - below.len();
    let _kept = ManuallyDrop::new(black_box(work()));
    memory.read_exact_at(&mut below, start as u64).expect("this much stack was used before");
    let eighths: Vec<_> = secrets.iter().flat_map(|secret| secret.as_chunks::<8>().0).collect();
    below.windows(8).filter(|part| eighths.iter().any(|eighth| part == *eighth)).count()
}

/// Looks for the blocks of the secret and of the date, region and service key, plain and with either pad, and for the states after them: what
/// HMAC leaves where it runs.
#[cfg(target_os = "linux")]
#[test]
fn deriving_a_key_leaves_nothing_on_the_stack() {
    #[inline(never)]
    fn derive(credentials: &Credentials) -> Box<SigningKey> {
        Box::new(SigningKey::derive(credentials, &scope()))
    }

    const SECRET: &str = "a secret whose key is derived on the stack";
    let chain = Chain::derive(SECRET);
    let ([keys @ .., _], [states @ .., _]) = (&chain.keys, &chain.states);
    let prefixed = ["AWS4", SECRET].concat();
    let padded = |key: &[u8]| [0, 0x36, 0x5c].map(|pad| key.iter().map(|byte| byte ^ pad).collect());
    let mut secrets: Vec<Vec<u8>> = padded(prefixed.as_bytes()).into();
    secrets.extend(keys.iter().flat_map(|key| padded(key)));
    secrets.extend(states.as_flattened().iter().map(|state| state.to_vec()));

    assert!(left_on_stack(&secrets, || Chain::leaked(SECRET)) > 0, "the detector sees what `hmac` leaves");
    let credentials = Credentials::new("AKID", SECRET).unwrap();
    assert_eq!(left_on_stack(&secrets, || derive(&credentials)), 0);
}

/// The blocks in which the secret is hashed for the cache.
#[cfg(target_os = "linux")]
#[test]
fn making_credentials_leaves_no_secret_on_the_stack() {
    const SECRET: &str = "a secret that is hashed on the stack";
    let made = || Box::new(Credentials::new("AKID", SECRET).expect("they are credentials"));
    assert_eq!(left_on_stack(&[SECRET.as_bytes().to_vec()], made), 0);
}

/// The states that the two hashes of a signature start with, the digest of the first, and the state that the second ends with.
#[cfg(target_os = "linux")]
#[test]
fn signing_leaves_no_state_and_no_inner_digest_on_the_stack() {
    use sha2::Digest;

    const SECRET: &str = "the secret of a signature on the stack";
    let (scope, chain) = (scope(), Chain::derive(SECRET));
    let string_to_sign = StringToSign::new(Timestamp::parse(DAY_1).expect("it is a time"), &scope, [7; 32]);
    let ([.., bytes], [.., states]) = (&chain.keys, &chain.states);
    let mut padded = [0x36; 64];
    padded.iter_mut().zip(bytes).for_each(|(place, byte)| *place ^= byte);
    let inner = Sha256::new().chain_update(padded).chain_update(string_to_sign.to_bytes()).finalize();
    let tag = hmac(bytes, &string_to_sign.to_string());
    let state = tag.as_chunks().0.iter().flat_map(|word| u32::from_be_bytes(*word).to_ne_bytes()).collect();
    let secrets = [states[0].to_vec(), states[1].to_vec(), inner.to_vec(), state];
    let key = Box::new(SigningKey::derive(&Credentials::new("AKID", SECRET).expect("they are credentials"), &scope));
    assert_eq!(left_on_stack(&secrets, || key.sign(&string_to_sign)), 0);
}

/// The states of the key that `signer` keeps for `secret` after signing with it, and the digest that it is filed under.
fn cached(signer: &Signer, secret: &str) -> [&'static Needle; 3] {
    let [inner, outer] = Chain::derive(secret).signing();
    let filed_under = Needle::new(fingerprint("AKID", secret));
    scrub_stack();
    noted(|| sign(signer, &Credentials::new("AKID", secret).expect("they are credentials"), DAY_1));
    let needles = [inner, outer, filed_under];
    assert_eq!(counts(needles, Needle::live), [1, 1, 1], "the cache keeps it on the heap");
    needles
}

#[inline(never)]
fn fingerprint(id: &str, secret: &str) -> &'static [u8; 32] {
    use sha2::Digest;
    Box::leak(Box::new(Sha256::new().chain_update(id).chain_update("\0").chain_update(secret).finalize().into()))
}

fn assert_gone(needles: [&'static Needle; 3]) {
    assert_eq!(counts(needles, Needle::live), [0; 3], "it is gone");
    assert_eq!(counts(needles, Needle::freed), [0; 3], "and it was wiped before");
}

#[test]
fn a_key_pushed_out_of_the_cache_is_wiped() {
    let signer = signer().with_cached_keys(1);
    let needles = cached(&signer, "the secret of a key that is pushed out");
    sign(&signer, &Credentials::new("AKID2", "another secret").unwrap(), DAY_1);
    assert_gone(needles);
}

#[test]
fn a_key_of_yesterday_is_wiped() {
    let signer = signer();
    let needles = cached(&signer, "the secret of a key of yesterday");
    sign(&signer, &Credentials::new("AKID", "the secret of today").unwrap(), DAY_2);
    assert_gone(needles);
}

#[test]
fn a_key_goes_with_the_last_clone_of_its_signer() {
    let signer = signer();
    let needles = cached(&signer, "the secret of a key of a signer that ends");
    let clone = signer.clone();
    drop(signer);
    assert_eq!(counts(needles, Needle::live), [1; 3]);
    drop(clone);
    assert_gone(needles);
}

#[test]
fn a_key_that_is_not_cached_leaves_nothing() {
    const SECRET: &str = "the secret of a key that is not kept";
    let [inner, outer] = Chain::derive(SECRET).signing();
    noted(|| sign(&signer().with_cached_keys(0), &Credentials::new("AKID", SECRET).unwrap(), DAY_1));
    assert_gone([inner, outer, Needle::head(SECRET.as_bytes())]);
}

/// A key that was handed out, in a box of the caller's, and its clone.
#[test]
fn a_signing_key_that_was_handed_out_is_wiped() {
    const SECRET: &str = "the secret of a key that was handed out";
    let needles = Chain::derive(SECRET).signing();
    let signer = signer();
    let key = signer.signing_key(&Credentials::new("AKID", SECRET).unwrap(), scope().day());
    let boxed = noted(|| Box::new((key.clone(), key)));
    assert_eq!(counts(needles, Needle::live), [1, 1]);
    drop((boxed, signer));
    assert_eq!(counts(needles, Needle::live), [0, 0]);
    assert_eq!(counts(needles, Needle::freed), [0, 0]);
}

/// The text itself is the caller's. Secrets that are written with escapes pass through a buffer of the JSON reader, so AWS's
/// own, which have none, are what is looked for.
#[test]
fn a_directory_leaves_no_copy_of_its_secrets_and_tokens() {
    use sig4_iam::Directory;
    const SECRET: &str = "secret+of+a/session+in+a/directory";
    const TOKEN: &str = "token-of-a-session-in-a-directory";
    let text = |rest: &str| {
        format!(
            r#"{{"account": "123456789012", "roles": {{"deploy": {{"sessions": {{"ci": {{"access_key":
                {{"id": "ASIA1", "secret": "{SECRET}", "token": "{TOKEN}"}}}}}}}}}}{rest}}}"#
        )
    };
    let texts = ManuallyDrop::new([text(""), text(r#", "users": {"bob": {"pasword": 1}}"#)]);
    let needles = [SECRET, TOKEN].map(|text| Needle::head(text.as_bytes()));
    let [good, bad] = &*texts;
    assert!(Directory::from_json(bad).is_err());
    let directory = Directory::from_json(good).expect("it is a directory");
    drop(directory.clone());
    drop(directory);
    assert_eq!(counts(needles, Needle::freed), [0, 0]);
}
