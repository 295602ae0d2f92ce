//! Whether every client sends a host and port unchanged.
//!
//! A client derives `Host` from the authority of a URL, and clients rewrite it in different ways. Browsers and other
//! clients of the WHATWG URL Standard, curl and Go decode, convert or shorten some spellings; hyper, Go and botocore
//! send others unchanged. A signature is valid for one spelling, so a spelling on which clients differ is refused.
//!
//! | spelling | WHATWG | curl 7.88 | hyper-util | Go | here |
//! |---|---|---|---|---|---|
//! | `h:8080`, `h.`, `xn--bcher-kva.example`, `[::1]` | kept | kept | kept | kept | kept |
//! | `h:08080` | `h:8080` | `h:8080` | `h:8080` | kept | refused |
//! | `h:` | `h` | `h` | `h` | `h` | refused |
//! | `h:99999`, `h:+80`, `h:x` | an error | an error | the port is dropped or changed | varies | refused |
//! | `127.1`, `0x7f.1`, `0177.0.0.1`, `2130706433` | `127.0.0.1` | `127.0.0.1` | kept | kept | refused |
//! | `[::0001]`, `[::A]` | `[::1]`, `[::a]` | `[::1]`, `[::a]` | kept | kept | refused |
//! | `[::ffff:1.2.3.4]` | `[::ffff:102:304]` | kept | kept | kept | refused |
//! | `[fe80::1%25eth0]` | an error | without the zone | an error | without the zone | refused |
//! | `bücher.example`, `b%C3%BCcher.example` | `xn--bcher-kva.example` | the same | an error | differs | refused |
//!
//! Upper case in a name is kept here: curl, hyper and Go send it unchanged, browsers and reqwest in lower case. In a presigned
//! URL it is refused, because any client may open the URL.
//!
//! Sources: RFC 3986 section 3.2.2 for the characters of a name; RFC 5952 for IPv6 addresses; the WHATWG URL Standard,
//! host parsing, for "ends in a number", the IPv4 parser and the host serializer; measurements of curl and hyper-util.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Checks that every client sends `authority` unchanged: a host and an optional port, without user information.
///
/// ```
/// assert_eq!(sig4::authority::check("api.example.com:8080"), Ok(()));
/// assert!(sig4::authority::check("127.1").unwrap_err().contains("127.0.0.1"));
/// ```
///
/// # Errors
///
/// One clause that says what to write instead.
pub fn check(authority: &str) -> Result<(), &'static str> {
    if is_plain(authority) {
        return Ok(());
    }
    let (host, port) = split(authority)?;
    port.map_or(Ok(()), check_port)?;
    match host.strip_prefix('[') {
        Some(address) => check_ipv6(address),
        None => check_name(host),
    }
}

/// Whether the authority is, at one glance, a name that every client sends unchanged, and no port. It consists of letters, digits, `-` and
/// `.`, and its last character is no digit of any number. Almost every host of a service is such a name (row `sign-post`).
#[inline]
pub(crate) fn is_plain(authority: &str) -> bool {
    let ends_in_letter = |last: u8| matches!(last, b'g'..=b'w' | b'y' | b'z' | b'G'..=b'W' | b'Y' | b'Z');
    authority.bytes().last().is_some_and(ends_in_letter) && all_usual(authority.as_bytes())
}

/// Whether all bytes are letters, digits, `-` or `.`. The compiler makes vector instructions of sixteen bytes at a time.
#[inline]
fn all_usual(text: &[u8]) -> bool {
    let usual = |byte: u8| {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let other = (byte.wrapping_sub(b'-') < 13) & (byte != b'/');
        u8::from(letter | other)
    };
    let all = |chunk: &[u8; 16]| u128::from_le_bytes(chunk.map(usual)) == u128::MAX / 255;
    match text.last_chunk() {
        // The last chunk overlaps the chunk before it.
        Some(last) => text.as_chunks().0.iter().fold(all(last), |so_far, chunk| so_far & all(chunk)),
        None => text.iter().all(|byte| usual(*byte) == 1),
    }
}

/// The host and the port. The closing bracket of an IPv6 address is dropped.
fn split(authority: &str) -> Result<(&str, Option<&str>), &'static str> {
    if !authority.starts_with('[') {
        return Ok(authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))));
    }
    let (address, rest) = authority.split_once(']').ok_or("an IPv6 address ends with a `]`")?;
    match (rest, rest.strip_prefix(':')) {
        ("", _) => Ok((address, None)),
        (_, Some(port)) => Ok((address, Some(port))),
        _ => Err("only a port may follow an IPv6 address, as in `[::1]:8080`"),
    }
}

fn check_port(port: &str) -> Result<(), &'static str> {
    let plain = port.bytes().all(|b| b.is_ascii_digit()) && !port.starts_with('0');
    match (port, plain && port.parse::<u16>().is_ok()) {
        (_, true) => Ok(()),
        ("", _) => Err("write the host without the `:`, or a port after it"),
        _ => Err("write the port as a number from 1 to 65535, without a sign and without leading zeros"),
    }
}

fn check_ipv6(address: &str) -> Result<(), &'static str> {
    let Ok(parsed) = address.parse::<Ipv6Addr>() else {
        return Err("the text in brackets has to be an IPv6 address without a zone, as in `[::1]`");
    };
    if has_ipv4(&parsed) {
        return Err(
            "clients spell an IPv6 address with an IPv4 address in it in different ways: write the IPv4 address",
        );
    }
    if parsed.to_string() != address {
        return Err("write the IPv6 address in its shortest form and in lower case, as in `[2001:db8::1]`");
    }
    Ok(())
}

/// Whether the address can be written with an IPv4 address at its end: `::ffff:192.0.2.1` and `::192.0.2.1`.
fn has_ipv4(address: &Ipv6Addr) -> bool {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] => true,
        [0, 0, 0, 0, 0, 0, high, _] => high != 0,
        _ => false,
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if let Some(bad) = name.bytes().find(|b| !is_of_name(*b)) {
        return Err(match bad {
            0x80.. => "write a name that is not ASCII in its ASCII form, as in `xn--bcher-kva.example`",
            b'%' => "write the name without percent-encoding",
            _ => "the name of a host consists of letters, digits, and `-._~!$&'()*+,;=`",
        });
    }
    if ends_in_number(name) && !is_plain_ipv4(name) {
        return Err("write an IPv4 address as four decimal numbers without leading zeros, as in `127.0.0.1`");
    }
    if name.is_empty() { Err("there is no host before the port") } else { Ok(()) }
}

/// RFC 3986 section 3.2.2: `unreserved` and `sub-delims`.
const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

/// Whether clients of the WHATWG URL Standard read the name as an IPv4 address: its last label is a decimal or a
/// hexadecimal number.
fn ends_in_number(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    !last.is_empty() && (digits(last) || hex.is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())))
}

fn is_plain_ipv4(name: &str) -> bool {
    name.parse::<Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_every_client_sends_as_it_stands_is_taken() {
        for authority in [
            "h",
            "h:1",
            "h:65535",
            "API.Example.COM:8080",
            "h.example.",
            "a_b.example",
            "xn--bcher-kva.example",
            "127.0.0.1:443",
            "1.2.3.example",
            "a1",
            "0xg",
            "h.0xg1",
            "[::1]",
            "[::]:80",
            "[2001:db8::1]:9000",
            "[1:0:2:3:4:5:6:7]",
        ] {
            assert_eq!(check(authority), Ok(()), "{authority}");
        }
    }

    #[test]
    fn a_plain_name_passes_the_full_check() {
        for text in [
            "h",
            "abc.execute-api.us-east-1.amazonaws.com",
            "A.B-C.Org",
            "h:1",
            "h.1",
            "h.0x",
            "h.fg",
            "a/b",
            "aé",
            "a_b",
            "-",
            "a b",
        ] {
            for last in 0..=127_u8 {
                let name = format!("{text}{}", char::from(last));
                if super::is_plain(&name) {
                    let (host, port) = super::split(&name).unwrap();
                    assert_eq!((port, super::check_name(host)), (None, Ok(())), "{name}");
                }
            }
        }
        assert!(super::is_plain("abc.execute-api.us-east-1.amazonaws.com") && super::is_plain("a.cn"));
        for other in
            ["", "h:1", "a@b", "127.0.0.1", "h.0xa", "h.1", "h.a", "a.x", "%61z", "büz", "[::1]", "a_bz", "a/z", "a\0z"]
        {
            assert!(!super::is_plain(other), "{other}");
        }
    }

    #[test]
    fn what_clients_spell_in_different_ways_is_refused_with_what_to_write() {
        for (authority, advice) in [
            ("h:018081", "leading zeros"),
            ("h:0080", "leading zeros"),
            ("h:0", "from 1 to 65535"),
            ("h:99999", "from 1 to 65535"),
            ("h:65536", "from 1 to 65535"),
            ("h:+80", "without a sign"),
            ("h:-1", "without a sign"),
            ("h:http", "a number"),
            ("h:", "without the `:`"),
            ("[::1]:", "without the `:`"),
            (":80", "no host"),
            ("", "no host"),
            ("a:1:2", "consists of"),
            ("::1", "consists of"),
            ("127.1", "127.0.0.1"),
            ("127.0.0.1.", "127.0.0.1"),
            ("0x7f.1:80", "127.0.0.1"),
            ("0X7F.0.0.1", "127.0.0.1"),
            ("0x", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("4", "127.0.0.1"),
            ("0177.0.0.1", "127.0.0.1"),
            ("127.0.0.01", "127.0.0.1"),
            ("1.2.3.4.5", "127.0.0.1"),
            ("256.1.1.1", "127.0.0.1"),
            ("h.09", "127.0.0.1"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("127。0。0。1", "ASCII form"),
            ("ｈ.example", "ASCII form"),
            ("loc\u{ad}alhost", "ASCII form"),
            ("b%C3%BCcher.example", "percent-encoding"),
            ("loc%61lhost", "percent-encoding"),
            ("h^x", "consists of"),
            ("h|x", "consists of"),
            ("h\"x", "consists of"),
            ("h<x>", "consists of"),
            ("h`x", "consists of"),
            ("h{a,b}", "consists of"),
            ("h[1-2]", "consists of"),
            ("a b", "consists of"),
            ("[::0001]", "shortest form"),
            ("[0:0:0:0:0:0:0:1]", "shortest form"),
            ("[2001:DB8::1]", "lower case"),
            ("[1::2:3:4:5:6:7]", "shortest form"),
            ("[::ffff:192.0.2.1]", "the IPv4 address"),
            ("[::ffff:c000:201]", "the IPv4 address"),
            ("[::192.0.2.1]", "the IPv4 address"),
            ("[fe80::1%25eth0]", "without a zone"),
            ("[fe80::1%eth0]", "without a zone"),
            ("[v1.x]", "without a zone"),
            ("[::1", "ends with"),
            ("[::1]x", "only a port"),
            ("[localhost]", "IPv6 address"),
        ] {
            let refused = check(authority).expect_err(authority);
            assert!(refused.contains(advice), "{authority}: {refused}");
        }
    }
}
