//! The certificate authority of one user on one machine, and the certificates that it gives to servers.
//!
//! A program that trusts the authority would believe everything that the holder of its key says. So its certificate itself says what it
//! may be used for: TLS servers under names and addresses that lead to no other machine. A stolen key cannot impersonate a site of the
//! web.
//!
//! Sources: RFC 5280, section 4.2.1.10 (name constraints); RFC 6761, sections 6.2 and 6.3 (`test` and `localhost`).

use crate::failure::Failure;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PublicKeyData,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// The names that no one else can have, with the names below them.
const OWN_NAMES: [&str; 2] = ["localhost", "test"];
/// How long the authority is valid, and how long before its end a new authority is made.
pub(super) const AUTHORITY_TIME: Duration = Duration::days(3650);
pub(super) const RENEWED_BEFORE: Duration = Duration::days(430);
/// How long the certificate of a server is valid. Apple's systems take no longer ones ("About upcoming limits on trusted
/// certificates").
const SERVER_TIME: Duration = Duration::days(397);
/// Clocks of other machines and containers may be late.
pub(super) const CLOCK_SKEW: Duration = Duration::days(1);

/// The authority.
pub(super) struct Authority {
    key: KeyPair,
    pem: String,
    certificate: CertificateDer<'static>,
}

/// The certificate and the key of a server, in PEM.
pub(super) struct ServerCertificate {
    pub(super) chain: String,
    pub(super) key: Zeroizing<String>,
}

impl Authority {
    /// Makes a new authority.
    pub(super) fn make(now: OffsetDateTime) -> Result<Self, Failure> {
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params(&key, now).self_signed(&key).map_err(failed)?;
        Ok(Self { key, pem: certificate.pem(), certificate: certificate.der().clone() })
    }

    /// Reads an authority. `None` if the key and the certificate do not belong together, or one of them cannot be read.
    pub(super) fn read(pem: &str, key_pem: &str) -> Option<Self> {
        let (key, certificate) =
            (KeyPair::from_pem(key_pem).ok()?, CertificateDer::from_pem_slice(pem.as_bytes()).ok()?);
        let private = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).ok()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        rustls::sign::CertifiedKey::from_der(vec![certificate.clone()], private, &provider).ok()?;
        Some(Self { key, pem: pem.to_owned(), certificate })
    }

    /// Its certificate in PEM.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// Its certificate in DER.
    pub(super) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Its key in PEM.
    pub(super) fn key_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.key.serialize_pem())
    }

    /// Makes the certificate of a server at `address` with further `names`. Names that are not this machine's alone are left out.
    pub(super) fn certify(&self, address: IpAddr, names: &[String]) -> Result<ServerCertificate, Failure> {
        let now = OffsetDateTime::now_utc();
        let key = KeyPair::generate().map_err(failed)?;
        let own = names.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).filter(|name| is_own(name));
        // Clients believe no certificate for `*.localhost`, so names below it are given one by one.
        let mut hosts = vec!["localhost".to_owned()];
        hosts.extend(own);
        hosts.extend([Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()]);
        let address = address.to_canonical();
        if address.is_loopback() {
            hosts.push(address.to_string());
        }
        hosts.sort();
        hosts.dedup();
        let mut params = CertificateParams::new(hosts).map_err(failed)?;
        params.distinguished_name.push(DnType::CommonName, "sig4 serve");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (now - CLOCK_SKEW, now - CLOCK_SKEW + SERVER_TIME);
        let issuer = Issuer::new(self::params(&self.key, now), &self.key);
        let certificate: Certificate = params.signed_by(&key, &issuer).map_err(failed)?;
        Ok(ServerCertificate { chain: certificate.pem() + &self.pem, key: Zeroizing::new(key.serialize_pem()) })
    }
}

/// Whether a name is below one of [`OWN_NAMES`], and can be in a certificate.
fn is_own(name: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let mut labels = name.rsplit('.');
    labels.next().is_some_and(|last| OWN_NAMES.contains(&last))
        && labels.clone().next().is_some()
        && labels.all(is_label)
}

/// The certificate of the authority with `key`. Its name tells the authorities of several machines apart.
fn params(key: &KeyPair, now: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    let id = Sha256::digest(key.der_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("sig4 serve, development authority {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let names = OWN_NAMES.iter().map(|name| GeneralSubtree::DnsName((*name).to_owned()));
    let addresses = [(Ipv4Addr::new(127, 0, 0, 0).into(), 8), (Ipv6Addr::LOCALHOST.into(), 128)];
    let addresses = addresses.map(|(ip, len)| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, len)));
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: names.chain(addresses).collect(), excluded_subtrees: Vec::new() });
    (params.not_before, params.not_after) = (now - CLOCK_SKEW, now + AUTHORITY_TIME);
    params
}

fn failed(error: rcgen::Error) -> Failure {
    format!("the certificate of --tls cannot be made: {error}").into()
}

#[cfg(test)]
mod tests {
    use super::{Authority, is_own};
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{RootCertStore, crypto::ring::default_provider};
    use std::sync::Arc;
    use time::OffsetDateTime;

    /// Whether a client that trusts the authority believes a certificate under a name.
    fn believes(authority: &Authority, chain: &str, name: &str) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.certificate().to_vec())).unwrap();
        let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain.as_bytes()).map(Result::unwrap).collect();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        builder.build().unwrap().verify_server_cert(&chain[0], &chain[1..], &name, &[], UnixTime::now()).is_ok()
    }

    #[test]
    fn a_certificate_is_for_this_machine() {
        let authority = Authority::make(OffsetDateTime::now_utc()).unwrap();
        let names = ["api.test", "a.localhost", "shop.example"].map(str::to_owned);
        let made = authority.certify("127.9.9.9".parse().unwrap(), &names).unwrap();
        for name in ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "api.test"] {
            assert!(believes(&authority, &made.chain, name), "{name}");
        }
        for name in ["shop.example", "other.test", "192.0.2.1", "127.0.0.2"] {
            assert!(!believes(&authority, &made.chain, name), "{name}");
        }
        let other = Authority::make(OffsetDateTime::now_utc()).unwrap();
        assert!(!believes(&other, &made.chain, "localhost"), "another authority");
    }

    /// The holder of the key can make any certificate. Clients believe none of them.
    #[test]
    fn the_authority_is_believed_for_no_other_machine() {
        let authority = Authority::make(OffsetDateTime::now_utc()).unwrap();
        let forged = |name: &str| {
            let key = rcgen::KeyPair::generate().unwrap();
            let issuer = rcgen::Issuer::new(super::params(&authority.key, OffsetDateTime::now_utc()), &authority.key);
            let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
            params.signed_by(&key, &issuer).unwrap().pem()
        };
        for name in ["localhost", "b.test", "127.1.2.3"] {
            assert!(believes(&authority, &forged(name), name), "{name}");
        }
        for name in ["example.com", "nottest", "localhost.example.com", "192.0.2.1", "10.0.0.1", "fe80::1"] {
            assert!(!believes(&authority, &forged(name), name), "{name}");
        }
    }

    #[test]
    fn an_authority_is_read_with_its_own_key() {
        let make = || Authority::make(OffsetDateTime::now_utc()).unwrap();
        let (one, other) = (make(), make());
        let read = Authority::read(one.pem(), &one.key_pem()).unwrap();
        assert_eq!(read.certificate(), one.certificate());
        let made = read.certify("127.0.0.1".parse().unwrap(), &[]).unwrap();
        assert!(believes(&one, &made.chain, "localhost"), "the name of the issuer is the same");
        assert!(Authority::read(one.pem(), &other.key_pem()).is_none());
        assert!(Authority::read("", &one.key_pem()).is_none() && Authority::read(one.pem(), "").is_none());
    }

    #[test]
    fn a_name_of_its_own_has_a_name_above_it() {
        for (name, expected) in [
            ("a.test", true),
            ("a.b.localhost", true),
            ("test", false),
            ("atest", false),
            (".test", false),
            ("*.test", false),
        ] {
            assert_eq!(is_own(name), expected, "{name}");
        }
    }
}
