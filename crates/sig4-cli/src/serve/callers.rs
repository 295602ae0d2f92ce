//! The callers: users of files and of the command line, or else the demo users.

use super::args::ServeArgs;
use super::description::{Described, parse_users, read_users};
use super::sources::Sources;
use super::stack_user::StackUser;
use crate::demo::{Demo, SEED_VARIABLE, Seed};
use crate::failure::Failure;
use crate::print;
use crate::variable::variable;
use sig4_gateway::{ApiDefinition, config};
use sig4_iam::{Directory, Identity};
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::Path;
use zeroize::Zeroizing;

/// Means standard input instead of a file.
const STDIN: &str = "-";

/// An access key to hand out.
pub(crate) struct KnownKey {
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) token: Option<Zeroizing<String>>,
}

/// The users, among them perhaps the demo users.
#[derive(Debug)]
pub(crate) struct Callers {
    pub(crate) directory: Directory,
    pub(crate) demo: Option<Demo>,
    /// The text that the secrets of the demo users come from, if it is known.
    pub(crate) seed: Option<Zeroizing<String>>,
    /// The access key ids in the order in which they were given.
    order: Vec<String>,
    /// The users and roles of the stack. They get keys only together with the demo users.
    pub(crate) of_stack: Vec<StackUser>,
}

impl Callers {
    /// The users of `described` and of `args`.
    pub(crate) fn read(described: &Described, args: &ServeArgs, sources: &Sources) -> Result<Self, Failure> {
        let (account, partition) = (described.api.account(), described.api.partition());
        let mut all = from(&described.title, described.api.directory());
        if args.users.iter().filter(|file| file.as_os_str() == STDIN).count() > 1 {
            return Err(format!("--users {STDIN}: the standard input can be read once").into());
        }
        for file in &args.users {
            all.extend(of_file(file, &described.api, sources)?);
        }
        for user in &args.user {
            let user = user.as_ref().map_err(Clone::clone)?.identity(account, partition, sources)?;
            all.push(("--user".to_owned(), user));
        }
        if all.is_empty() && described.api.directory().is_none() {
            return Self::made_up(described, sources.seed(|| seed(args))?);
        }
        let (mut directory, mut order) = (Directory::new(account), Vec::new());
        for (source, identity) in all {
            order.push(identity.access_key_id().to_owned());
            directory = directory.with_identity(identity).map_err(|error| format!("{source}: {error}"))?;
        }
        Ok(Self { directory, demo: None, seed: None, order, of_stack: Vec::new() })
    }

    /// The demo users, and those of the stack.
    fn made_up(described: &Described, (seed, text): (&Seed, Option<&Zeroizing<String>>)) -> Result<Self, Failure> {
        let api = &described.api;
        let demo = Demo::new(seed)?;
        let mut directory = demo.directory(api.account(), api.partition())?;
        let mut order: Vec<_> = [&demo.allowed, &demo.denied].map(|user| user.access_key_id.to_owned()).into();
        let mut of_stack = Vec::new();
        for principal in api.principals() {
            let user = StackUser::new(principal, seed)?;
            directory = directory.with_identity(user.identity(principal)?)?;
            order.push(user.id().to_owned());
            of_stack.push(user);
        }
        Ok(Self { directory, demo: Some(demo), seed: text.cloned(), order, of_stack })
    }

    /// The users and roles in the order in which they were given.
    pub(crate) fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.order.iter().filter_map(|id| self.directory.find(id)).map(|identity| &**identity)
    }

    /// The access keys that are there and were not before, or are no longer there, a line each. Demo users that replaced others have
    /// keys that nobody knows yet, so the line says where to find them.
    pub(crate) fn changes_since(&self, before: &Self) -> Vec<String> {
        let line = |sign: char, identity: &Identity| {
            format!("{sign} access key {} of {}", identity.access_key_id(), identity.principal().arn())
        };
        let is_known =
            |callers: &Self, identity: &&Identity| callers.order.iter().any(|id| id == identity.access_key_id());
        let added = self.identities().filter(|one| !is_known(before, one)).map(|one| line('+', one));
        let removed = before.identities().filter(|one| !is_known(self, one)).map(|one| line('-', one));
        let has_new_demo = self.demo.is_some() && before.demo.is_none();
        let hint = has_new_demo.then(|| {
            "no user is left, so the demo users are back: start the server anew to see their keys, or give users"
                .to_owned()
        });
        added.chain(removed).chain(hint).collect()
    }

    /// The active access key of a user or role, by name, ARN or access key id; for an empty name that of the first.
    pub(crate) fn key_of(&self, name: &str) -> Result<KnownKey, Failure> {
        let is_it = |identity: &&Identity| {
            let principal = identity.principal();
            name.is_empty() || [principal.name(), principal.arn(), identity.access_key_id()].contains(&name)
        };
        let mut active = self.identities().filter(|identity| identity.is_active());
        let found = active.find(is_it).ok_or_else(|| {
            let names: Vec<_> = self.identities().map(|identity| identity.principal().name()).collect();
            format!("there is no user `{name}` with an active access key; there are these: [{}]", names.join(", "))
        })?;
        let credentials =
            found.credentials().ok_or_else(|| format!("the secret of {} is not here", found.access_key_id()))?;
        Ok(KnownKey {
            id: credentials.access_key_id().to_owned(),
            secret: Zeroizing::new(credentials.secret_key().expose().to_owned()),
            token: credentials.session_token().map(|token| Zeroizing::new(token.to_owned())),
        })
    }

    /// Refuses to serve users with secrets from a seed to other machines.
    pub(crate) fn check_reach(&self, listen: SocketAddr) -> Result<(), Failure> {
        if self.seed.is_some() && !listen.ip().to_canonical().is_loopback() {
            let what = "is not loopback, and secrets that come of --demo-seed are for this machine only";
            let remedy = format!("give --users FILE, or unset {SEED_VARIABLE}");
            return Err(format!("{listen} {what}: {remedy}").into());
        }
        Ok(())
    }
}

/// The seed of the demo users' secrets: given, or made up if it is printed for a later server.
fn seed(args: &ServeArgs) -> Result<Option<Zeroizing<String>>, Failure> {
    let given = args.demo_seed.clone().map_or_else(|| variable(SEED_VARIABLE), |seed| Ok(Some(seed)))?;
    let seed = match given {
        None if args.print_env.is_some() => Some(Seed::random_text()?),
        given => given,
    };
    seed.iter().for_each(|seed| print::keep_secret(seed));
    Ok(seed.map(Zeroizing::new))
}

/// An identity, and where it was given.
type Given = (String, Identity);

/// The users of a file, or of standard input.
fn of_file(file: &Path, served: &ApiDefinition, sources: &Sources) -> Result<Vec<Given>, Failure> {
    let (name, api) = if file.as_os_str() == STDIN {
        let name = "the standard input".to_owned();
        let api = parse_users(&name, sources.stdin(read_stdin)?, Path::new("."), served, sources)?;
        (name, api)
    } else {
        (file.display().to_string(), read_users(file, served, sources)?)
    };
    let directory = api.directory().ok_or_else(|| format!("{name} names no users"))?;
    Ok(from(&name, Some(directory)))
}

fn read_stdin() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    // With one byte more than the limit, the configuration is refused as too long.
    let most = u64::try_from(config::MAX_LEN)?.saturating_add(1);
    let read = io::stdin().lock().take(most).read_to_string(&mut text);
    read.map_err(|error| format!("cannot read the standard input: {error}"))?;
    Ok(text)
}

fn from(source: &str, directory: Option<&Directory>) -> Vec<Given> {
    let all = directory.into_iter().flat_map(Directory::identities);
    all.map(|identity| (source.to_owned(), Identity::clone(identity))).collect()
}
