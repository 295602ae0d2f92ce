//! A certificate for Envoy from the authority of `sig4 serve --tls`, which the clients trust.

use crate::trust;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Writes a certificate for this machine and its key into a folder, and returns their files.
pub fn write(folder: &Path) -> [PathBuf; 2] {
    let files = ["certificate.pem", "key.pem"].map(|name| folder.join(name));
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let authority = authority_key();
    let certificate = params.signed_by(&key, &Issuer::new(authority_params(&authority), authority)).unwrap();
    fs::write(&files[0], certificate.pem()).unwrap();
    fs::write(&files[1], key.serialize_pem()).unwrap();
    files
}

/// The key of the authority, which stands below a line of its file.
fn authority_key() -> KeyPair {
    let text = fs::read_to_string(trust::authority().with_file_name("authority.key")).unwrap();
    KeyPair::from_pem(text.split_once('\n').unwrap().1).unwrap()
}

/// What a certificate has of its issuer: the name.
fn authority_params(key: &KeyPair) -> CertificateParams {
    let digest = Sha256::digest(key.der_bytes());
    let id: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("sig4 serve, development authority {id}"));
    params
}
