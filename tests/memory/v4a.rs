//! Keys of Signature Version 4a leave nothing behind either: the private key in both of its forms, the HMAC that it comes from, and its secret.

use super::wipe::{DAY_1, Needle, counts, noted, scrub_stack, sign};
use p256::NonZeroScalar;
use sig4::algorithm::Algorithm;
use sig4::key::SigningKey;
use sig4::scope::Scope;
use sig4::{Credentials, Signer};
use std::hint::black_box;
use std::mem::ManuallyDrop;

/// What a secret's private key is made of, leaked.
struct Private {
    /// The candidate, most significant byte first, and the key, which is one more.
    candidate: [u8; 32],
    bytes: [u8; 32],
    /// The key as it lies in memory: the form of `p256`.
    scalar: [u8; 32],
}

impl Private {
    fn derive(secret: &str) -> &'static Self {
        let private = Self::leaked(secret);
        scrub_stack();
        private
    }

    #[inline(never)]
    fn leaked(secret: &str) -> &'static Self {
        let key = ManuallyDrop::new(SigningKey::derive(&Credentials::new("AKID", secret).unwrap(), &scope()));
        let bytes = *key.to_bytes();
        let scalar = NonZeroScalar::try_from(bytes.as_slice()).expect("it is in range");
        // SAFETY: a scalar is an array of words without padding, of this size.
        let scalar = unsafe { std::mem::transmute::<NonZeroScalar, [u8; 32]>(scalar) };
        let mut candidate = bytes;
        for byte in candidate.iter_mut().rev() {
            let borrowed;
            (*byte, borrowed) = byte.overflowing_sub(1);
            if !borrowed {
                break;
            }
        }
        Box::leak(Box::new(Self { candidate, bytes, scalar }))
    }

    fn all(&self) -> [&'static Needle; 3] {
        [&self.candidate, &self.bytes, &self.scalar].map(|bytes| Needle::new(bytes))
    }
}

fn scope() -> Scope {
    Scope::parse("20150830/execute-api/aws4_request").expect("it is a scope")
}

fn signer() -> Signer {
    Signer::new_v4a("us-east-1", "execute-api").expect("it is a region and a service")
}

/// The form is the right one.
#[test]
fn the_detector_sees_an_unwiped_private_key() {
    const SECRET: &str = "a private key that nobody wiped";
    let needle = Needle::new(&Private::derive(SECRET).scalar);
    let credentials = Credentials::new("AKID", SECRET).unwrap();
    let key = noted(|| ManuallyDrop::new(SigningKey::derive(&credentials, &scope())));
    assert_eq!((needle.live(), needle.freed()), (1, 0));
    drop(ManuallyDrop::into_inner(key));
    assert_eq!((needle.live(), needle.freed()), (0, 0), "the key itself is wiped");
    let key = p256::ecdsa::SigningKey::from_slice(&Private::leaked(SECRET).bytes).unwrap();
    drop(black_box(Box::new(ManuallyDrop::new(key))));
    assert_eq!(needle.freed(), 1, "and a copy that nobody wipes is seen");
}

#[test]
fn a_private_key_goes_with_the_last_clone_of_its_signer() {
    const SECRET: &str = "the secret of a private key of a signer that ends";
    let needles = Private::derive(SECRET).all();
    let signer = signer();
    noted(|| sign(&signer, &Credentials::new("AKID", SECRET).unwrap(), DAY_1));
    assert_eq!(counts(needles, Needle::live), [0, 0, 1], "the cache keeps it on the heap");
    let clone = signer.clone();
    drop(signer);
    assert_eq!(counts(needles, Needle::live), [0, 0, 1]);
    drop(clone);
    assert_eq!((counts(needles, Needle::live), counts(needles, Needle::freed)), ([0; 3], [0; 3]));
}

#[test]
fn a_private_key_pushed_out_of_the_cache_is_wiped() {
    const SECRET: &str = "the secret of a private key that is pushed out";
    let needles = Private::derive(SECRET).all();
    let signer = signer().with_cached_keys(1);
    noted(|| sign(&signer, &Credentials::new("AKID", SECRET).unwrap(), DAY_1));
    assert_eq!(counts(needles, Needle::live), [0, 0, 1]);
    (0..64).for_each(|n| sign(&signer, &Credentials::new(format!("AKID{n}"), "another secret").unwrap(), DAY_1));
    assert_eq!((counts(needles, Needle::live), counts(needles, Needle::freed)), ([0; 3], [0; 3]));
}

/// Deriving, signing, handing over and verifying. The buffer of `AWS4A` and the secret is looked for, too.
#[test]
fn using_a_private_key_leaves_no_copy() {
    const PREFIXED: &str = "AWS4Aa secret whose private key is used";
    let secret = PREFIXED.strip_prefix("AWS4A").expect("it begins with that");
    let mut needles = Private::derive(secret).all().to_vec();
    needles.extend([PREFIXED, secret].map(|text| Needle::head(text.as_bytes())));
    let (signer, credentials) = (signer(), Credentials::new("AKID", String::from(secret)).unwrap());
    let day = scope().day();
    let key = signer.signing_key(&credentials, day);
    let handed_over = SigningKey::from_bytes("AKID".parse().unwrap(), scope(), &key.to_bytes()).unwrap();
    sign(&signer, &credentials, DAY_1);
    verify(&signer, &credentials);
    drop((key.clone(), key, handed_over, signer, credentials));
    let freed: Vec<_> = needles.iter().map(|needle| needle.freed()).collect();
    assert_eq!(freed, vec![0; needles.len()]);
}

fn verify(signer: &Signer, credentials: &Credentials) {
    let mut request = http::Request::get("https://example.com/").body("").expect("it is a request");
    let now = sig4::Timestamp::parse(DAY_1).expect("it is a time").to_datetime();
    signer.sign(&mut request, credentials, now).expect("it signs");
    let verifier = sig4::Verifier::new("us-east-1", "execute-api").unwrap();
    let verifier = verifier.with_algorithms([Algorithm::EcdsaP256Sha256]);
    let (parts, body) = request.into_parts();
    verifier.claim(&parts).expect("it is signed").verify(credentials, body, now).expect("it verifies");
}

/// What `p256` leaves on its stack depends on how it was optimised; the private key is among it without optimisation.
#[cfg(target_os = "linux")]
#[test]
fn signing_leaves_no_private_key_on_the_stack() {
    use super::wipe::left_on_stack;
    use sig4::string_to_sign::StringToSign;

    const SECRET: &str = "the secret of a private key on the stack";
    let private = Private::derive(SECRET);
    let secrets = [private.candidate, private.bytes, private.scalar].map(|bytes| bytes.to_vec());
    assert!(left_on_stack(&secrets, || Private::leaked(SECRET)) > 0, "the detector sees what is not wiped");

    let (scope, credentials) = (scope(), Credentials::new("AKID", SECRET).unwrap());
    let key = Box::new(SigningKey::derive(&credentials, &scope));
    let timestamp = sig4::Timestamp::parse(DAY_1).expect("it is a time");
    let string_to_sign = StringToSign::new(timestamp, &scope, [7; 32]);
    assert_eq!(left_on_stack(&secrets, || key.sign(&string_to_sign).map(Box::new)), 0);
    assert_eq!(left_on_stack(&secrets, || Box::new(SigningKey::derive(&credentials, &scope))), 0);

    let (id, bytes) = ("AKID".parse().expect("it is an id"), Box::new(key.to_bytes()));
    assert_eq!(left_on_stack(&secrets, || SigningKey::from_bytes(id, scope, &bytes).map(Box::new)), 0);
}
