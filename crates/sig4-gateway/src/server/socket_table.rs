//! Linux's table of TCP sockets, with the user of each socket.
//!
//! ```text
//! line    = sl ":" local remote state queues timer retransmits uid timeout inode *other
//! local   = address            ; the socket's own end
//! remote  = address            ; the other end
//! address = ( 8HEXDIG / 32HEXDIG ) ":" 4HEXDIG
//! ```
//!
//! An address is written as 32-bit words in the byte order of the machine, a port as a number. A socket that every process has
//! closed has the inode 0, and its uid is meaningless: it reads as root's.
//!
//! Source: "/proc/net/tcp and /proc/net/tcp6" in the Linux kernel's documentation (`proc_net_tcp`); `proc_pid_net(5)`.

use std::io::{self, BufRead, Read};
use std::net::{IpAddr, SocketAddr};

/// The most bytes of a table that are read: those of some 100,000 sockets.
pub(super) const MAX_TABLE_LEN: u64 = 16 * 1024 * 1024;
/// The most bytes of a line. The kernel pads lines to 150.
const MAX_LINE_LEN: u64 = 512;

/// The numbers of the fields in a line.
const LOCAL: usize = 1;
const REMOTE: usize = 2;
const UID: usize = 7;
const INODE: usize = 9;

/// The uid of the process that has the socket from `local` to `remote`, if the table has it. Reads each line once, and stops
/// at the socket or after [`MAX_TABLE_LEN`] bytes.
pub(super) fn owner(table: impl BufRead, local: SocketAddr, remote: SocketAddr) -> io::Result<Option<u32>> {
    let (mut table, mut line) = (table.take(MAX_TABLE_LEN), Vec::new());
    let ends = (end(local), end(remote));
    loop {
        line.clear();
        if table.by_ref().take(MAX_LINE_LEN).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let socket = std::str::from_utf8(&line).ok().and_then(socket);
        if let Some((_, uid)) = socket.filter(|(found, _)| *found == ends) {
            return Ok(uid);
        }
    }
}

/// An address and a port. An IPv4 address that is mapped into IPv6 is the IPv4 address.
type End = (IpAddr, u16);

fn end(addr: SocketAddr) -> End {
    (addr.ip().to_canonical(), addr.port())
}

/// The two ends of a line's socket and its owner, who is known only while a process has the socket.
fn socket(line: &str) -> Option<((End, End), Option<u32>)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().take(INODE + 1).collect();
    let field = |at: usize| fields.get(at).copied();
    let ends = (address(field(LOCAL)?)?, address(field(REMOTE)?)?);
    let (uid, inode) = (field(UID)?.parse().ok()?, field(INODE)?.parse::<u64>().ok()?);
    Some((ends, (inode != 0).then_some(uid)))
}

fn address(text: &str) -> Option<End> {
    let (ip, port) = text.split_once(':')?;
    let mut words = [[0; 4]; 4];
    let digits = ip.as_bytes();
    let len = match digits.len() {
        8 => 1,
        32 => 4,
        _ => return None,
    };
    for (word, digits) in words.iter_mut().zip(digits.chunks_exact(8)).take(len) {
        let digits = std::str::from_utf8(digits).ok()?;
        *word = u32::from_str_radix(digits, 16).ok()?.to_ne_bytes();
    }
    let [first, ..] = words;
    let ip = if len == 1 {
        IpAddr::from(first)
    } else {
        let mut octets = [0; 16];
        octets.iter_mut().zip(words.as_flattened()).for_each(|(octet, byte)| *octet = *byte);
        IpAddr::from(octets).to_canonical()
    };
    Some((ip, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{MAX_TABLE_LEN, owner};
    use std::io::{BufReader, Cursor, Read};
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};

    const HEADER: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    /// An address as the kernel of this machine writes it.
    fn written(addr: SocketAddr) -> String {
        let octets = match addr.ip() {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let words = octets.chunks(4).map(|word| u32::from_ne_bytes(word.try_into().unwrap()));
        format!("{}:{:04X}", words.map(|word| format!("{word:08X}")).collect::<String>(), addr.port())
    }

    fn line(local: &str, remote: &str, uid: u32, inode: u32) -> String {
        let [local, remote] = [local, remote].map(|text| written(text.parse().unwrap()));
        format!(
            "   7: {local} {remote} 01 00000000:00000000 00:00000000 00000000 {uid:5}        0 {inode} 1 0000 20 4 0 58 -1\n"
        )
    }

    fn found(table: &str, local: &str, remote: &str) -> Option<u32> {
        owner(table.as_bytes(), local.parse().unwrap(), remote.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_socket_of_these_two_ends_in_this_direction_is_found() {
        let table = HEADER.to_owned()
            + &line("0.0.0.0:3000", "0.0.0.0:0", 1000, 1)
            + &line("127.0.0.1:3000", "127.0.0.1:4000", 1000, 2)
            + &line("127.0.0.1:4000", "127.0.0.1:3000", 1001, 3)
            + &line("127.0.0.1:4001", "127.0.0.1:3000", 0, 0)
            + &line("[::1]:4000", "[::1]:3000", 1002, 4)
            + &line("[::ffff:127.0.0.1]:4002", "[::ffff:127.0.0.1]:3000", 1003, 5);
        assert_eq!(found(&table, "127.0.0.1:4000", "127.0.0.1:3000"), Some(1001));
        assert_eq!(
            found(&table, "127.0.0.1:3000", "127.0.0.1:4000"),
            Some(1000),
            "the other direction is another socket"
        );
        assert_eq!(
            found(&table, "127.0.0.1:4001", "127.0.0.1:3000"),
            None,
            "a socket that no process has is not root's"
        );
        assert_eq!(found(&table, "127.0.0.1:4003", "127.0.0.1:3000"), None);
        assert_eq!(found(&table, "[::1]:4000", "[::1]:3000"), Some(1002));
        assert_eq!(found(&table, "127.0.0.1:4002", "127.0.0.1:3000"), Some(1003), "IPv4 on an IPv6 socket");
        assert_eq!(found(&table, "[::ffff:127.0.0.1]:4000", "[::ffff:127.0.0.1]:3000"), Some(1001), "and the reverse");
    }

    #[test]
    fn what_is_no_table_says_nothing() {
        let good = line("127.0.0.1:4000", "127.0.0.1:3000", 1001, 3);
        for cut in 0..good.find("1001").unwrap() {
            let cut = good.get(..cut).unwrap();
            assert_eq!(found(cut, "127.0.0.1:4000", "127.0.0.1:3000"), None, "{cut}");
        }
        for text in
            ["", "\n\n", "\u{fffd}", "a b c d e f g h i j", &good.replace("1001", "-1"), &good.replace(":0FA0", ":")]
        {
            assert_eq!(found(text, "127.0.0.1:4000", "127.0.0.1:3000"), None, "{text}");
        }
    }

    /// A table without an end is read to its limit, each byte once.
    #[test]
    fn no_more_than_the_limit_is_read() {
        let other = line("127.0.0.1:5000", "127.0.0.1:3000", 1, 1);
        let lines = std::iter::repeat_n(other.as_bytes(), 200_000).collect::<Vec<_>>().concat();
        assert!(u64::try_from(lines.len()).unwrap() > MAX_TABLE_LEN);
        let own = line("127.0.0.1:4000", "127.0.0.1:3000", 2, 2);
        let mut table = BufReader::with_capacity(64 * 1024, Cursor::new(lines).chain(Cursor::new(own)));
        let ends = [4000, 3000].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        assert_eq!(owner(&mut table, ends[0], ends[1]).unwrap(), None);
        assert!(table.into_inner().get_ref().0.position() <= MAX_TABLE_LEN + 64 * 1024);
    }
}
