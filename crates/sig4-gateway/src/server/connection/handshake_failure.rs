//! Why a handshake of TLS failed, for the access log. A client that does not trust a certificate often says nothing else about it.
//!
//! Sources: RFC 8446, section 6.2 (alerts). Node 20 ends the connection without an alert. curl compares the names after the
//! handshake, so a server cannot tell its refusal from a client that has no request.

use rustls::{AlertDescription, Error, PeerIncompatible};
use std::io;

/// A handshake that did not end in the time of a head.
pub(super) const LATE: &str = "the handshake of TLS did not end in time";
/// A handshake whose client is gone.
pub(super) const ENDED: &str = "the client ended the connection during the handshake of TLS, as some clients do that do not trust the \
                                certificate of this server";

/// The cause of a failed handshake. Its words are those of this program and its TLS, and none of the client.
pub(super) fn cause(error: &io::Error) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(error) => of_tls(error),
        None => ENDED.to_owned(),
    }
}

fn of_tls(error: &Error) -> String {
    match error {
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::NoApplicationProtocol => "the client speaks neither HTTP/2 nor HTTP/1.1, by its ALPN".to_owned(),
        Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::SupportedVersionsExtensionRequired
            // TLS 1.2 has it (RFC 5246, section 7.4.1.4.1).
            | PeerIncompatible::SignatureAlgorithmsExtensionRequired,
        ) => "the client speaks neither TLS 1.3 nor TLS 1.2".to_owned(),
        Error::PeerIncompatible(why) => format!("the client and this server have no kind of TLS in common: {why:?}"),
        _ => format!("the client does not speak TLS as a client should: {error}"),
    }
}

fn of_alert(alert: AlertDescription) -> String {
    let remedy = match alert {
        AlertDescription::UnknownCA => "it is to trust the authority that made it",
        AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
            "it is to trust the authority that made it, and to call a host that it names"
        }
        AlertDescription::CertificateExpired => "compare the clocks of both machines with its dates",
        AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::AccessDenied => "the client knows why",
        _ => return format!("the client ended the handshake of TLS with the alert {alert:?}"),
    };
    format!("the client does not accept the certificate of this server, by its alert {alert:?}: {remedy}")
}

#[cfg(test)]
mod tests {
    use super::cause;
    use rustls::{AlertDescription, Error, PeerIncompatible};
    use std::io;

    #[test]
    fn a_cause_says_what_the_client_did() {
        for (error, expected) in [
            (Error::AlertReceived(AlertDescription::UnknownCA), "UnknownCA: it is to trust the authority"),
            (Error::AlertReceived(AlertDescription::BadCertificate), "and to call a host that it names"),
            (Error::AlertReceived(AlertDescription::CertificateExpired), "compare the clocks"),
            (Error::AlertReceived(AlertDescription::UserCanceled), "with the alert UserCanceled"),
            (Error::NoApplicationProtocol, "neither HTTP/2 nor HTTP/1.1"),
            (Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered), "neither TLS 1.3 nor TLS 1.2"),
            (Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon), "NoCipherSuitesInCommon"),
            (Error::DecryptError, "does not speak TLS as a client should"),
        ] {
            let text = cause(&io::Error::new(io::ErrorKind::InvalidData, error));
            assert!(text.contains(expected), "{text}");
        }
        assert!(cause(&io::ErrorKind::UnexpectedEof.into()).contains("ended the connection"));
    }
}
