//! The address of the page.

use crate::serve::listen;
use std::net::SocketAddr;

/// Reads `ADDR:PORT`, `PORT`, or `ADDR` for any free port. The address is a loopback address.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    let address = match listen::parse_host(text) {
        Ok(host) => SocketAddr::new(host, 0),
        Err(_) => listen::parse(text)?,
    };
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err("the page shows requests and is for this machine only: give a loopback address, such as 127.0.0.1:3001"
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_a_loopback_address_is_taken() {
        for (text, address) in [
            ("127.0.0.1:3001", "127.0.0.1:3001"),
            ("3001", "127.0.0.1:3001"),
            (":3001", "127.0.0.1:3001"),
            ("localhost", "127.0.0.1:0"),
            ("localhost:0", "127.0.0.1:0"),
            ("[::1]:3001", "[::1]:3001"),
            ("127.0.0.2", "127.0.0.2:0"),
        ] {
            assert_eq!(parse(text).map(|address| address.to_string()).as_deref(), Ok(address), "{text}");
        }
        for text in ["0.0.0.0:3001", "0.0.0.0", "192.0.2.1:3001", "[::]:1", "::", "[::ffff:127.0.0.1]:1"] {
            assert!(parse(text).unwrap_err().contains("for this machine only"), "{text}");
        }
        assert!(parse("page.test:3001").is_err() && parse("").is_err());
    }
}
