//! The user at the other end of a connection.
//!
//! On Linux the kernel knows the user. Only the server's own user is admitted. Root is not, unless the server runs as root:
//! root can take over the server in other ways, but a relay that runs as root, such as a container engine's port forwarder,
//! connects on behalf of others. Other systems have no such table, so every local user is admitted there.

#[cfg(target_os = "linux")]
use socket2::SockRef;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// The number of times that the table is read per connection. A reading can miss a socket while others come and go.
#[cfg(target_os = "linux")]
const ATTEMPTS: usize = 3;

/// Returns why `peer` is not known to be the server's own user, if so.
#[cfg(target_os = "linux")]
pub(super) async fn check(stream: &TcpStream, peer: SocketAddr) -> Result<(), String> {
    // The kernel walks all of its sockets to write the table, which takes milliseconds on a large machine. So one table is
    // read at a time, for any number of connections.
    static READING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let untold = |why: &dyn std::fmt::Display| format!("the user at its other end cannot be told: {why}");
    let own = stream.local_addr().map_err(|error| untold(&error))?;
    for _ in 0..ATTEMPTS {
        let _reading = READING.lock().await;
        let read = tokio::task::spawn_blocking(move || linux::users(own, peer)).await;
        match read.map_err(|error| untold(&error))?.map_err(|error| untold(&error))? {
            (server, Some(uid)) if uid == server => return Ok(()),
            (server, Some(uid)) => {
                return Err(format!("it is the user {uid}'s, and the server is the user {server}'s"));
            }
            (_, None) if is_over(stream) => break,
            (_, None) => {}
        }
    }
    Err(untold(&"no process of this machine has it"))
}

/// Whether the other side has closed the connection and all its bytes were read.
#[cfg(target_os = "linux")]
fn is_over(stream: &TcpStream) -> bool {
    match SockRef::from(stream).peek(&mut [std::mem::MaybeUninit::uninit()]) {
        Ok(len) => len == 0,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}

/// This system has no such table.
#[cfg(not(target_os = "linux"))]
pub(super) async fn check(_: &TcpStream, _: SocketAddr) -> Result<(), String> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use super::super::socket_table;
    use std::fs::{self, File};
    use std::io::{self, BufReader};
    use std::net::SocketAddr;

    const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
    /// The bytes that are read from a table at a time.
    const BLOCK_LEN: usize = 64 * 1024;

    /// The user of this process, and the owner of the other end of the connection, if known.
    pub(super) fn users(own: SocketAddr, peer: SocketAddr) -> io::Result<(u32, Option<u32>)> {
        Ok((user()?, owner(peer, own)?))
    }

    fn owner(local: SocketAddr, remote: SocketAddr) -> io::Result<Option<u32>> {
        for table in TABLES {
            let file = match File::open(table) {
                // A machine without IPv6 has one table.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file?,
            };
            let found = socket_table::owner(BufReader::with_capacity(BLOCK_LEN, file), local, remote)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The effective user of this process, as its own files see it.
    fn user() -> io::Result<u32> {
        let status = fs::read_to_string("/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        let effective = line.and_then(|line| line.split_ascii_whitespace().nth(1)?.parse().ok());
        effective.ok_or_else(|| io::Error::other("/proc/self/status has no Uid"))
    }

    #[cfg(test)]
    mod tests {
        use super::{user, users};
        use std::net::{SocketAddr, TcpListener, TcpStream};
        use std::os::unix::fs::MetadataExt;

        #[test]
        fn the_own_user_is_known_while_it_has_the_socket() {
            for addr in ["127.0.0.1:0", "[::1]:0", "[::]:0"] {
                // A machine may be without IPv6.
                let Ok(listener) = TcpListener::bind(addr) else { continue };
                let port = listener.local_addr().unwrap().port();
                let called = if addr.starts_with("[::1]") { "[::1]" } else { "127.0.0.1" };
                let client = TcpStream::connect(format!("{called}:{port}")).unwrap();
                let (stream, peer) = listener.accept().unwrap();
                let own = stream.local_addr().unwrap();
                let server = user().unwrap();
                assert_eq!(users(own, peer).unwrap(), (server, Some(server)), "{addr}");
                assert_eq!(users(own, SocketAddr::new(peer.ip(), 0)).unwrap(), (server, None), "{addr}");
                drop(client);
                assert_eq!(users(own, peer).unwrap(), (server, None), "{addr}: its process has closed it");
            }
        }

        #[test]
        fn the_user_is_that_of_the_process() {
            let folder = std::env::temp_dir().join(format!("sig4-user-{}", std::process::id()));
            std::fs::create_dir(&folder).unwrap();
            let owner = std::fs::symlink_metadata(&folder).unwrap().uid();
            std::fs::remove_dir(&folder).unwrap();
            assert_eq!(user().unwrap(), owner);
        }
    }
}
