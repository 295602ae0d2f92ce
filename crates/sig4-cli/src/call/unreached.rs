//! Why a server did not answer, with the remedy.

use crate::failure::Failure;
use hyper_util::client::legacy::Error;
use rustls::CertificateError;
use std::error::Error as StdError;
use std::io;

/// An error with its sources, and what to do.
pub(super) fn described(error: &Error, url: &str) -> Failure {
    let mut text = format!("cannot call {url}: {error}");
    let mut remedy = "";
    let mut cause = StdError::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text.extend([": ", &more]);
        }
        if let Some(tls) = of_tls(error) {
            remedy = remedy_of(tls);
        }
        cause = error.source();
    }
    Failure::NoAnswer(text + remedy)
}

/// The error of TLS, which errors of the connection have within them and not as their source.
fn of_tls<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    match error.downcast_ref::<io::Error>() {
        Some(outer) => outer.get_ref().and_then(|inner| of_tls(inner)),
        None => error.downcast_ref(),
    }
}

/// What to do about an error of TLS, in parentheses; empty if that is not known.
fn remedy_of(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            " (the server does not speak TLS on this port: is it http://?)"
        }
        rustls::Error::InvalidCertificate(why) => of_certificate(why),
        _ => "",
    }
}

fn of_certificate(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::UnknownIssuer => {
            " (no trusted authority made the server's certificate: `--cacert FILE` trusts the authorities in a file; \
             `sig4 serve --tls` prints the file of its own)"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            " (the server's certificate is for other hosts: call it by a host that its certificate names; \
             `sig4 serve --tls --allow-host NAME` adds a name)"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            " (the server's certificate has expired: renew it; `sig4 serve --tls` renews its own when it starts)"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            " (the server's certificate is not valid yet: compare the clocks of both machines)"
        }
        _ => "",
    }
}
