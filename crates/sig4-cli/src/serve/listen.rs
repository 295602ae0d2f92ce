//! The address that `sig4 serve` listens at, and what to do if it cannot be had.
//!
//! ```text
//! listen = [ address ] ":" port / port / address
//! address = IPv4 / "[" IPv6 "]" / "localhost"
//! ```

use crate::failure::Failure;
use sig4_gateway::{Error, ErrorKind};
use std::error::Error as _;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The port without another, that of `sam local start-api`.
pub(crate) const DEFAULT_PORT: u16 = 3000;

/// Reads `ADDR:PORT`, `:PORT`, `PORT` or `ADDR`. Without an address it is loopback.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    if let Ok(port) = text.parse::<u16>() {
        return Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
    }
    if let Ok(host) = parse_host(text) {
        return Ok(SocketAddr::new(host, DEFAULT_PORT));
    }
    if text.contains("://") {
        return Err("expected ADDR:PORT, :PORT or PORT, without `http://`".to_owned());
    }
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let port =
        port.parse().map_err(|_| "expected ADDR:PORT, :PORT or PORT, with a port of at most 65535".to_owned())?;
    let host = if host.is_empty() { Ipv4Addr::LOCALHOST.into() } else { parse_host(host)? };
    Ok(SocketAddr::new(host, port))
}

/// Reads an address, or `localhost`. No other name is an address, because DNS decides where names lead.
pub(crate) fn parse_host(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let parsed = match bare {
        Some(inner) => inner.parse::<Ipv6Addr>().map(IpAddr::V6),
        None => text.parse(),
    };
    // No message about arguments repeats them.
    parsed.map_err(|_| {
        "this is not an address: give `localhost`, an IP address of this machine, or `0.0.0.0` for all of them"
            .to_owned()
    })
}

/// The sentence about an address that other machines reach, with the names of `--allow-host`; `None` for loopback.
pub(crate) fn warning(address: SocketAddr, allowed_hosts: &[String], has_demo: bool) -> Option<String> {
    if address.ip().to_canonical().is_loopback() {
        return None;
    }
    let keys = if has_demo { "with a demo key that is printed here" } else { "with a user's key" };
    let hosts = match allowed_hosts {
        [] => "under any Host (--allow-host NAME limits that)".to_owned(),
        names => format!("under the Hosts of --allow-host ({})", names.join(", ")),
    };
    Some(format!(
        "warning: other machines reach {address}: everyone there can call open routes, and IAM routes {keys}, {hosts}; \
         `--listen {}` is for this machine only",
        address.port()
    ))
}

/// The failure of a server that does not listen, with the remedy.
pub(crate) fn failure(error: Error, address: SocketAddr) -> Failure {
    if error.kind() != ErrorKind::NotListening {
        return error.into();
    }
    let system = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    let port = address.port();
    let remedy = match system {
        Some(io::ErrorKind::AddrInUse) => {
            let owner = owner::of(address).unwrap_or_else(|| format!("`{}` shows which", show_owner(port)));
            format!("{owner}; `--listen :0` takes a free port")
        }
        Some(io::ErrorKind::AddrNotAvailable) => {
            "`--listen :3000` is for this machine only, `--listen 0.0.0.0:3000` listens at every address".to_owned()
        }
        Some(io::ErrorKind::PermissionDenied) => {
            format!("a port below 1024 often needs the administrator; take another, such as `--listen :{DEFAULT_PORT}`")
        }
        _ => return error.into(),
    };
    format!("{error}; {remedy}").into()
}

fn show_owner(port: u16) -> String {
    match cfg!(windows) {
        true => "netstat -ano".to_owned(),
        false => format!("lsof -i :{port}"),
    }
}

/// The program that listens at an address.
#[cfg(target_os = "linux")]
mod owner {
    use procfs::net::{TcpState, tcp, tcp6};
    use procfs::process::{FDTarget, Process, all_processes};
    use std::net::SocketAddr;

    /// Names the program, if it is one of this user's.
    pub(super) fn of(address: SocketAddr) -> Option<String> {
        let mut entries = tcp().unwrap_or_default();
        entries.extend(tcp6().unwrap_or_default());
        let is_it = |own: SocketAddr| {
            let (ip, wanted) = (own.ip().to_canonical(), address.ip().to_canonical());
            own.port() == address.port() && (ip == wanted || ip.is_unspecified() || wanted.is_unspecified())
        };
        let found = entries.iter().find(|entry| entry.state == TcpState::Listen && is_it(entry.local_address))?;
        let process = all_processes().ok()?.flatten().find(|process| has_socket(process, found.inode))?;
        let name = process.stat().ok()?.comm;
        Some(format!("it is {name}, process {}", process.pid))
    }

    fn has_socket(process: &Process, inode: u64) -> bool {
        let Ok(mut files) = process.fd() else { return false };
        files.any(|file| file.is_ok_and(|file| matches!(file.target, FDTarget::Socket(found) if found == inode)))
    }
}

#[cfg(not(target_os = "linux"))]
mod owner {
    use std::net::SocketAddr;

    /// Other systems do not tell cheaply.
    pub(super) fn of(_: SocketAddr) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_host};

    #[test]
    fn the_forms_of_an_address() {
        for (text, address) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("localhost:3000", "127.0.0.1:3000"),
            ("LocalHost:0", "127.0.0.1:0"),
            ("localhost", "127.0.0.1:3000"),
            (":3000", "127.0.0.1:3000"),
            (":0", "127.0.0.1:0"),
            ("3000", "127.0.0.1:3000"),
            ("[::1]:3000", "[::1]:3000"),
            ("[::1]", "[::1]:3000"),
            ("::1", "[::1]:3000"),
            ("[::]:80", "[::]:80"),
            ("0.0.0.0:0", "0.0.0.0:0"),
            ("0.0.0.0", "0.0.0.0:3000"),
            ("192.168.1.5:8080", "192.168.1.5:8080"),
        ] {
            assert_eq!(parse(text).map(|address| address.to_string()).as_deref(), Ok(address), "{text}");
        }
    }

    #[test]
    fn names_other_than_localhost_are_not_looked_up() {
        for text in [
            "",
            ":",
            "a.test:3000",
            "localhost.evil.test:80",
            "xlocalhost:1",
            ":65536",
            "70000",
            "-1",
            "[::1",
            "http://localhost:3000",
            "localhost:3000/x",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        for text in ["", "a.test", "[127.0.0.1]", "localhost:3000"] {
            assert!(parse_host(text).is_err(), "{text}");
        }
        assert!(parse("a.test:3000").unwrap_err().starts_with("this is not an address: give `localhost`"));
        assert!(parse("70000").unwrap_err().contains("of at most 65535"));
        assert!(parse("http://localhost:3000").unwrap_err().contains("without `http://`"));
    }
}
