//! The callers: users of files and of the command line, or else the demo users.

use super::args::ServeArgs;
use super::description::{Described, parse_config, read_config};
use super::sources::Sources;
use super::stack_user::StackUser;
use crate::demo::{Demo, Seed};
use crate::failure::Failure;
use crate::print;
use crate::variable::variable;
use sig4_gateway::config;
use sig4_iam::{Directory, Identity};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::Path;
use zeroize::Zeroizing;

/// The variable with the seed of the demo users' secrets, used without `--demo-seed`.
const SEED_VARIABLE: &str = "SIG4_DEMO_SEED";
/// Means standard input instead of a file.
const STDIN: &str = "-";

/// The users, among them perhaps the demo users.
#[derive(Debug)]
pub(crate) struct Callers {
    pub(crate) directory: Directory,
    pub(crate) demo: Option<Demo>,
    /// Whether the secrets of the demo users come from a given seed.
    is_seeded: bool,
    /// The users and roles of the stack. They get keys only together with the demo users.
    pub(crate) of_stack: Vec<StackUser>,
}

impl Callers {
    /// The users of `described` and of `args`.
    pub(crate) fn read(described: &Described, args: &ServeArgs, sources: &Sources) -> Result<Self, Failure> {
        let (account, partition) = (described.api.account(), described.api.partition());
        let mut all: Vec<Identity> = identities(described.api.directory());
        if args.users.iter().filter(|file| file.as_os_str() == STDIN).count() > 1 {
            return Err(format!("--users {STDIN}: the standard input can be read once").into());
        }
        for file in &args.users {
            all.extend(of_file(file, sources)?);
        }
        for user in &args.user {
            all.push(user.as_ref().map_err(Clone::clone)?.identity(account, partition, sources)?);
        }
        if all.is_empty() && described.api.directory().is_none() {
            let given = || {
                let seed = args.demo_seed.clone().map_or_else(|| variable(SEED_VARIABLE), |seed| Ok(Some(seed)))?;
                seed.iter().for_each(|seed| print::keep_secret(seed));
                Ok(seed)
            };
            let (seed, is_seeded) = sources.seed(given)?;
            return Ok(Self { is_seeded, ..Self::made_up(described, seed)? });
        }
        let mut directory = Directory::new(account);
        for identity in all {
            directory = directory.with_identity(identity)?;
        }
        Ok(Self { directory, demo: None, is_seeded: false, of_stack: Vec::new() })
    }

    /// The demo users, and those of the stack.
    fn made_up(described: &Described, seed: &Seed) -> Result<Self, Failure> {
        let api = &described.api;
        let demo = Demo::new(seed)?;
        let mut directory = demo.directory(api.account(), api.partition())?;
        let mut of_stack = Vec::new();
        for principal in api.principals() {
            let user = StackUser::new(principal, seed)?;
            directory = directory.with_identity(user.identity(principal)?)?;
            of_stack.push(user);
        }
        Ok(Self { directory, demo: Some(demo), is_seeded: false, of_stack })
    }

    /// Refuses to serve users with secrets from a seed to other machines.
    pub(crate) fn check_reach(&self, listen: SocketAddr) -> Result<(), Failure> {
        if self.is_seeded && !listen.ip().is_loopback() {
            let what = "is not loopback, and secrets that come of --demo-seed are for this machine only";
            return Err(format!("{listen} {what}").into());
        }
        Ok(())
    }
}

/// The users of a file, or of standard input.
fn of_file(file: &Path, sources: &Sources) -> Result<Vec<Identity>, Failure> {
    let (name, api) = if file.as_os_str() == STDIN {
        let name = "the standard input".to_owned();
        let api = parse_config(&name, sources.stdin(read_stdin)?, Path::new("."), sources)?;
        (name, api)
    } else {
        (file.display().to_string(), read_config(file, sources)?.0)
    };
    let directory = api.directory().ok_or_else(|| format!("{name} names no users"))?;
    Ok(identities(Some(directory)))
}

fn read_stdin() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    // With one byte more than the limit, the configuration is refused as too long.
    let most = u64::try_from(config::MAX_LEN)?.saturating_add(1);
    let read = io::stdin().lock().take(most).read_to_string(&mut text);
    read.map_err(|error| format!("cannot read the standard input: {error}"))?;
    Ok(text)
}

fn identities(directory: Option<&Directory>) -> Vec<Identity> {
    let all = directory.into_iter().flat_map(Directory::identities);
    all.map(|identity| Identity::clone(identity)).collect()
}
