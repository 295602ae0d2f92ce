//! Whether a connection belongs to the client: whether one of its processes has the other end.
//!
//! The client leads a process group. Its processes are the group and all descendants. The processes of a container are not among
//! them, because the container's daemon starts them.
//!
//! Source: `proc_pid_net(5)`, `proc_pid_fd(5)`, `proc_pid_stat(5)`.

use std::net::SocketAddr;

/// Whether the connection from `peer` to `server` belongs to the client whose first process has this id. A connection that the
/// client has closed belongs to no process.
#[cfg(target_os = "linux")]
pub(super) fn is_clients(client: u32, peer: SocketAddr, server: SocketAddr) -> bool {
    linux::is_clients(client, peer, server).unwrap_or(false)
}

/// Other systems do not tell the process of a connection.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_clients(_: u32, _: SocketAddr, _: SocketAddr) -> bool {
    true
}

#[cfg(target_os = "linux")]
mod linux {
    use procfs::ProcResult;
    use procfs::process::{FDTarget, Process, all_processes};
    use std::collections::HashMap;
    use std::net::SocketAddr;

    pub(super) fn is_clients(client: u32, peer: SocketAddr, server: SocketAddr) -> ProcResult<bool> {
        let Some(inode) = inode(peer, server)? else { return Ok(false) };
        Ok(processes_of(client)?.iter().any(|process| has_socket(process, inode)))
    }

    /// The inode of the socket whose own end is `peer`.
    fn inode(peer: SocketAddr, server: SocketAddr) -> ProcResult<Option<u64>> {
        let is_it = |own: SocketAddr, other: SocketAddr| canonical(own) == peer && canonical(other) == server;
        let mut entries = procfs::net::tcp()?;
        // An IPv6 socket may have an IPv4 peer.
        entries.extend(procfs::net::tcp6().unwrap_or_default());
        let found = entries.iter().find(|entry| is_it(entry.local_address, entry.remote_address));
        Ok(found.map(|entry| entry.inode).filter(|inode| *inode != 0))
    }

    fn canonical(address: SocketAddr) -> SocketAddr {
        SocketAddr::new(address.ip().to_canonical(), address.port())
    }

    /// The processes of the client's group and their descendants. Processes that end meanwhile are left out.
    fn processes_of(client: u32) -> ProcResult<Vec<Process>> {
        let client = i32::try_from(client).unwrap_or(i32::MAX);
        let all: Vec<_> =
            all_processes()?.flatten().filter_map(|process| Some((process.stat().ok()?, process))).collect();
        let parents: HashMap<i32, i32> = all.iter().map(|(stat, _)| (stat.pid, stat.ppid)).collect();
        let own: Vec<i32> = all.iter().filter(|(stat, _)| stat.pgrp == client).map(|(stat, _)| stat.pid).collect();
        let is_below = |pid: i32| {
            let mut above = std::iter::successors(Some(pid), |pid| parents.get(pid).copied()).take(parents.len());
            above.any(|pid| pid == client || own.contains(&pid))
        };
        Ok(all.into_iter().filter(|(stat, _)| is_below(stat.pid)).map(|(_, process)| process).collect())
    }

    fn has_socket(process: &Process, inode: u64) -> bool {
        let Ok(mut files) = process.fd() else { return false };
        files.any(|file| file.is_ok_and(|file| matches!(file.target, FDTarget::Socket(found) if found == inode)))
    }

    #[cfg(test)]
    mod tests {
        use super::is_clients;
        use std::net::{TcpListener, TcpStream};
        use std::os::unix::process::CommandExt;
        use std::process::Command;

        #[test]
        fn a_connection_is_of_the_process_that_has_it() {
            let server = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = server.local_addr().unwrap();
            let stream = TcpStream::connect(address).unwrap();
            let peer = stream.local_addr().unwrap();
            let own = std::process::id();
            let mut other = Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
            assert!(is_clients(own, peer, address).unwrap());
            assert!(!is_clients(other.id(), peer, address).unwrap(), "it is a child of this process, not the reverse");
            assert!(!is_clients(own, address, peer).unwrap(), "the server's end is not accepted yet");
            other.kill().unwrap();
            other.wait().unwrap();
            drop(stream);
            assert!(!is_clients(own, peer, address).unwrap(), "it is closed");
        }
    }
}
