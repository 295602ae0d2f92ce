//! Who may call: those of the file, those of the command line, or else two for trying things out.

use super::ServeArgs;
use super::description::{Described, read_config};
use crate::Failure;
use crate::demo::Demo;
use sig4::iam::{Directory, Identity};
use std::net::SocketAddr;

/// The users, and the demo users if they are among them.
#[derive(Debug)]
pub(crate) struct Callers {
    pub(crate) directory: Directory,
    pub(crate) demo: Option<Demo>,
}

impl Callers {
    /// The users of `described` and of `args`.
    pub(crate) fn read(described: &Described, args: &ServeArgs) -> Result<Self, Failure> {
        let (account, partition) = (described.blueprint.account(), described.blueprint.partition());
        let mut all: Vec<Identity> = identities(described.directory.as_ref());
        for file in &args.users {
            let (config, _) = read_config(file)?;
            let directory = config.directory().ok_or_else(|| format!("{} names no users", file.display()))?;
            all.extend(identities(Some(directory)));
        }
        for user in &args.user {
            all.push(user.identity(account, partition)?);
        }
        if all.is_empty() && described.directory.is_none() {
            let demo = Demo::new(args.demo_seed.as_deref())?;
            return Ok(Self { directory: demo.directory(account, partition)?, demo: Some(demo) });
        }
        let mut directory = Directory::new(account);
        for identity in all {
            directory = directory.with_identity(identity)?;
        }
        Ok(Self { directory, demo: None })
    }

    /// Refuses to serve users whose secrets can be guessed to more than this machine.
    pub(crate) fn check_reach(&self, listen: SocketAddr, args: &ServeArgs) -> Result<(), Failure> {
        if self.demo.is_some() && args.demo_seed.is_some() && !listen.ip().is_loopback() {
            let what = "is not loopback, and secrets that come of --demo-seed are for this machine only";
            return Err(format!("{listen} {what}").into());
        }
        Ok(())
    }
}

fn identities(directory: Option<&Directory>) -> Vec<Identity> {
    let all = directory.into_iter().flat_map(Directory::identities);
    all.map(|identity| Identity::clone(identity)).collect()
}
