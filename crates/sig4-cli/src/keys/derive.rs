//! `sig4 keys derive`: prints signing keys of the access keys in a users file.

use super::{days, key_file};
use crate::clock;
use crate::failure::Failure;
use crate::print;
use clap::Args;
use sig4::scope::{Scope, Service};
use sig4::time::Day;
use sig4::{Credentials, Region};
use sig4_iam::{DayKeys, Directory, Identity};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The service without `--service`.
const SERVICE: &str = "execute-api";

/// The days before today without `--from`: a presigned URL is valid for up to seven days.
const DAYS_BEFORE: u16 = 7;

/// The number of days without `--days`: seven before today, today, and two more, so that a run on each day may be missed once.
const DAYS: &str = "10";

/// The arguments of `sig4 keys derive`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 keys derive users.json --region eu-west-1 --out day-keys.txt
  sig4 keys derive users.json --region eu-west-1 --region eu-central-1 --service s3
  sig4 keys derive users.json --region eu-west-1 --days 2 --access-key-id AKIDEXAMPLE

Each line is an access key id, a scope and the key in hexadecimal digits. The keys are secrets: with
one of them, requests of its day, region and service can be signed and verified. The secret that it
is derived from cannot be found from it, and is not printed. Inactive access keys get no keys.

A service that takes presigned URLs needs the keys of seven days before today. Without presigned
URLs, yesterday is enough: --from yesterday's date. The clocks of clients may already be in
tomorrow, so derive at least one day ahead.")]
pub(super) struct DeriveArgs {
    /// The users file with the secrets. The policy files that it names are beside it
    #[arg(value_name = "USERS.json")]
    users: PathBuf,
    /// A region of the requests. Repeat it for several
    #[arg(long, required = true, value_name = "REGION", value_parser = Region::parse)]
    region: Vec<Region>,
    /// A service of the requests. Repeat it for several
    #[arg(long, value_name = "SERVICE", value_parser = Service::parse, default_value = SERVICE)]
    service: Vec<Service>,
    /// The first day, in UTC. Without it, seven days before today
    #[arg(long, value_name = "YYYYMMDD", value_parser = days::parse)]
    from: Option<Day>,
    /// The number of days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=366), default_value = DAYS)]
    days: u16,
    /// Derive keys of this access key only. Repeat it for several
    #[arg(long, value_name = "ID")]
    access_key_id: Vec<String>,
    /// Write to this file, which only its owner can read, and replace it in one step. Without it, the keys go to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl DeriveArgs {
    /// Prints or writes the keys.
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.check_out()?;
        let directory = read(&self.users)?;
        let (credentials, days) = (self.credentials(&directory)?, self.days()?);
        let keys = DayKeys::derive(credentials.iter().copied(), &self.scopes(&days))?;
        let text = keys.to_text();
        match &self.out {
            None => print::product(text.as_bytes())?,
            Some(path) => key_file::write(path, &text)?,
        }
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            let (keys, ids) = (keys.len(), credentials.len());
            print::remark(&format!("keys: {keys}, access keys: {ids}, days: {first} to {last} in UTC"));
        }
        Ok(())
    }

    /// Refuses to write over the users file, whose secrets would be lost.
    fn check_out(&self) -> Result<(), Failure> {
        let Some(out) = &self.out else { return Ok(()) };
        match (fs::canonicalize(out), fs::canonicalize(&self.users)) {
            (Ok(out), Ok(users)) if out == users => {
                Err(format!("--out {} is the users file: name another file", out.display()).into())
            }
            _ => Ok(()),
        }
    }

    /// The credentials of the access keys that are active and asked for.
    fn credentials<'d>(&self, directory: &'d Directory) -> Result<Vec<&'d Credentials>, Failure> {
        if let Some(id) = self.access_key_id.iter().find(|id| directory.find(id).is_none()) {
            return Err(format!("{} has no access key {id}", self.users.display()).into());
        }
        let asked = |one: &&Identity| {
            self.access_key_id.is_empty() || self.access_key_id.iter().any(|id| id == one.access_key_id())
        };
        let asked: Vec<_> = directory.identities().map(|one| &**one).filter(asked).collect();
        for inactive in asked.iter().filter(|one| !one.is_active()) {
            print::remark(&format!("the access key {} is inactive, and gets no keys", inactive.access_key_id()));
        }
        let active: Vec<_> =
            asked.iter().filter(|one| one.is_active()).filter_map(|identity| identity.credentials()).collect();
        match active.is_empty() {
            true => Err(format!("{} has no active access key to derive from", self.users.display()).into()),
            false => Ok(active),
        }
    }

    fn days(&self) -> Result<Vec<Day>, Failure> {
        let first = self.from.map_or_else(|| days::first(clock::now()?, DAYS_BEFORE), Ok)?;
        days::from(first, self.days)
    }

    fn scopes(&self, days: &[Day]) -> Vec<Scope> {
        let names = self.region.iter().flat_map(|region| self.service.iter().map(move |service| (region, service)));
        let scopes = names.flat_map(|(region, service)| days.iter().map(|day| Scope::new(*day, region, service)));
        scopes.collect()
    }
}

fn read(users: &Path) -> Result<Directory, Failure> {
    let text = Zeroizing::new(fs::read_to_string(users).map_err(|error| format!("{}: {error}", users.display()))?);
    let folder = users.parent().unwrap_or(users);
    let directory = Directory::from_json_and_files(&text, |name| fs::read_to_string(folder.join(name)));
    directory.map_err(|error| format!("{}: {error}", users.display()).into())
}
