//! The servers that a client trusts over TLS.

use super::insecure;
use crate::development_authority;
use crate::failure::Failure;
use crate::print::note;
use crate::url::is_this_machine;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// Whom a client trusts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trust<'a> {
    /// The authorities in a file of PEM, and no others.
    File(&'a Path),
    /// The one certificate in this text of PEM, and no others.
    Certificate(&'a str),
    /// Any certificate.
    Anyone,
    /// The authorities of this machine; if `is_here`, also that of `sig4 serve --tls`, for hosts of this machine.
    Machine { is_here: bool },
}

/// The settings of TLS of a client.
pub(super) fn config(trust: Trust<'_>) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    match trust {
        Trust::Anyone => {
            note("the server's certificate is not checked: anyone on the way can read and change the request");
            Ok(insecure::config(provider)?)
        }
        Trust::File(file) => {
            let name = file.display().to_string();
            let pem = fs::read(file).map_err(|error| format!("cannot read {name}: {error}"))?;
            only(certificates(&name, &pem)?, provider)
        }
        Trust::Certificate(pem) => only(certificates("the certificate", pem.as_bytes())?, provider),
        Trust::Machine { is_here } => {
            let verifier = ByHost::new(is_here, Arc::clone(&provider))?;
            let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
            Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
        }
    }
}

/// The settings of a client that trusts these authorities alone.
fn only(authorities: RootCertStore, provider: Arc<CryptoProvider>) -> Result<ClientConfig, Failure> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(authorities).with_no_client_auth())
}

fn certificates(name: &str, pem: &[u8]) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("{name} is not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("{name} has an invalid certificate: {error}"))?;
    }
    if roots.is_empty() { Err(format!("{name} has no certificate").into()) } else { Ok(roots) }
}

/// Verifies by the authorities of this machine, and for a host of this machine also by the development authority. No other
/// host is verified by the latter, whatever a redirect or a certificate says.
#[derive(Debug)]
struct ByHost {
    /// `None` if the machine has no authorities. Such a machine can still make calls without TLS.
    machine: Option<Arc<WebPkiServerVerifier>>,
    development: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ByHost {
    fn new(is_here: bool, provider: Arc<CryptoProvider>) -> Result<Self, Failure> {
        let native = rustls_native_certs::load_native_certs().certs;
        let development = match is_here.then(development_authority::certificates) {
            None => Vec::new(),
            Some(Ok(found)) => found,
            Some(Err(why)) => {
                note(&why);
                Vec::new()
            }
        };
        Ok(Self { machine: by(native, &provider), development: by(development, &provider), provider })
    }
}

/// A verifier by these authorities. Invalid ones are left out; without a valid one there is no verifier.
fn by(authorities: Vec<CertificateDer<'static>>, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build().ok()
}

fn is_loopback(name: &ServerName<'_>) -> bool {
    match name {
        ServerName::DnsName(name) => is_this_machine(name.as_ref()),
        ServerName::IpAddress(address) => IpAddr::from(*address).is_loopback(),
        _ => false,
    }
}

impl ServerCertVerifier for ByHost {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let development = self.development.as_ref().filter(|_| is_loopback(server_name));
        let mut refusal = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        for verifier in [self.machine.as_ref(), development].into_iter().flatten() {
            match verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
                Ok(verified) => return Ok(verified),
                // The refusal of the authority that made the certificate says more than that of another.
                Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {}
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::{ByHost, by};
    use rustls::client::danger::ServerCertVerifier;
    use rustls::pki_types::{ServerName, UnixTime};
    use std::sync::Arc;

    #[test]
    fn the_development_authority_vouches_for_hosts_of_this_machine_alone() {
        let names =
            ["localhost", "api.localhost", "127.0.0.1", "127.1.2.3", "::1", "api.test", "10.0.0.1", "localhost.test"];
        let authority_key = rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&authority_key).unwrap().der().clone();
        let issuer = rcgen::Issuer::new(authority, authority_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let leaf = rcgen::CertificateParams::new(names.map(str::to_owned).to_vec()).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap().der().clone();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifies = |verifier: &ByHost, name: &'static str| {
            let name = ServerName::try_from(name).unwrap();
            verifier.verify_server_cert(&leaf, &[], &name, &[], UnixTime::now()).is_ok()
        };
        let authority = by(vec![certificate], &provider);
        let none = ByHost { machine: None, development: None, provider: Arc::clone(&provider) };
        let machine = ByHost { machine: authority.clone(), development: None, provider: Arc::clone(&provider) };
        let development = ByHost { machine: None, development: authority, provider };
        for (at, name) in names.into_iter().enumerate() {
            assert!(verifies(&machine, name) && !verifies(&none, name), "{name}");
            assert_eq!(verifies(&development, name), at < 5, "{name}");
        }
        assert!(!verifies(&machine, "other.test") && !verifies(&development, "other.localhost"));
    }
}
