//! Ranges of IP addresses.

use core::net::IpAddr;
use ipnet::IpNet;

/// A range of addresses: those that begin with the same bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network(IpNet);

impl Network {
    /// Reads `203.0.113.0/24` or `2001:db8::/32`; without a prefix it is a single address.
    ///
    /// `IpNet`'s own parser accepts leading zeros in IPv4 addresses, which the standard library and IAM reject.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address.parse().ok()?, Some(prefix_len(prefix)?)),
            None => (text.parse().ok()?, None),
        };
        let network = prefix.map_or_else(|| Ok(IpNet::from(address)), |prefix| IpNet::new(address, prefix)).ok()?;
        // IPv4 addresses that are mapped into IPv6 are compared as IPv4.
        let mapped = match (address.to_canonical(), network.prefix_len().checked_sub(96)) {
            (mapped @ IpAddr::V4(_), Some(rest)) if address.is_ipv6() => IpNet::new(mapped, rest).ok(),
            _ => None,
        };
        Some(Self(mapped.unwrap_or(network)))
    }

    /// Whether the range contains an address. An IPv6 range contains no IPv4 address, and an IPv4 range no IPv6 address.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

/// One to three digits.
fn prefix_len(text: &str) -> Option<u8> {
    let fits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn the_first_bits_decide() {
        for (network, address, within) in [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.77/24", "203.0.113.1", true),
            ("203.0.113.128/25", "203.0.113.127", false),
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.6", false),
            ("203.0.113.7/32", "203.0.113.6", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "203.0.113.7", false),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:ffff::1", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false),
            ("2001:db8::1", "2001:db8::1", true),
            ("2001:db8::1", "2001:db8::2", false),
            ("::ffff:203.0.113.0/120", "203.0.113.9", true),
            ("::ffff:203.0.113.0/120", "203.0.114.9", false),
        ] {
            let range = Network::parse(network).unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), within, "{address} in {network}");
        }
        for bad in [
            "",
            "203.0.113",
            "203.0.113.0/33",
            "203.0.113.0/",
            "203.0.113.0/+4",
            "203.0.113.0/24/1",
            "::/129",
            "*",
            "203.0.113.*",
            "01.2.3.4",
        ] {
            assert!(Network::parse(bad).is_none(), "{bad}");
        }
    }
}
