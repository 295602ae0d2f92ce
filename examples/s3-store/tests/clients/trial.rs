//! One client against the store.

use crate::files;
use crate::job::{Batch, Endpoint, HASH, Said, Upload};
use crate::site::{ATTEMPTS, Site};
use std::path::Path;
use tokio::runtime::Runtime;

/// Something that uploads to endpoints what it finds in a folder, and reads it again.
pub trait Client {
    fn upload(&mut self, batches: &[Batch<'_>], folder: &Path) -> Said;
}

/// Every upload over http and TLS is stored as it was sent, and refused if a byte of it changed on the way. Returns what clients sent.
pub fn run(client: &mut dyn Client, uploads: &[Upload]) -> String {
    let runtime = Runtime::new().unwrap();
    let site = runtime.block_on(Site::start());
    let trials: Vec<_> = (0..2).flat_map(|scheme| trials(&site, scheme)).collect();
    let batches: Vec<_> = trials.iter().map(|trial| trial.batch(uploads)).collect();
    let said = client.upload(&batches, site.folder());
    let check = |(trial, batch): (&Trial<'_>, &Batch<'_>)| trial.check(batch, &said);
    let mut faults: Vec<_> = trials.iter().zip(&batches).flat_map(check).collect();
    faults.extend(site.objects.paths().into_iter().map(|path| format!("{path} is stored, and should not be")));
    let retried: usize =
        batches.iter().filter(|batch| batch.endpoint.attempts > 1).map(|batch| batch.uploads.len()).sum();
    let (marks, failed) = (site.marks(), site.watched.failed());
    if marks < usize::try_from(ATTEMPTS).unwrap() * retried || failed < retried {
        faults.push(format!("{retried} uploads tried again: {marks} attempts, and the store failed {failed} times"));
    }
    assert!(faults.is_empty(), "{}\n{}\n{}", faults.join("\n"), site.watched.refusals(), site.seen());
    site.seen()
}

/// What an endpoint is for.
#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Store,
    /// A byte of the data changes. Bodies without the mark arrive as they are, also after those that were refused, on the connections that
    /// are left.
    Change,
    /// The path changes, which is signed where the data may be anything.
    Redirect,
    /// A client tries again after its connection was cut in the middle of the data, and after the store failed although it had stored
    /// everything.
    Retry,
}

struct Trial<'s> {
    site: &'s Site,
    purpose: Purpose,
    endpoint: &'s Endpoint,
    /// 0 for http, 1 for TLS.
    scheme: usize,
}

fn trials<'s>(site: &'s Site, scheme: usize) -> [Trial<'s>; 4] {
    let trial = |purpose, endpoints: &'s [Endpoint; 2]| Trial { site, purpose, endpoint: &endpoints[scheme], scheme };
    [
        trial(Purpose::Store, &site.honest),
        trial(Purpose::Change, &site.changed),
        trial(Purpose::Redirect, &site.redirected),
        trial(Purpose::Retry, &site.retried),
    ]
}

impl Trial<'_> {
    fn batch(&self, uploads: &[Upload]) -> Batch<'_> {
        let is_here = |upload: &&Upload| {
            let (is_covered, has_mark) = (upload.is_covered(self.scheme), files::has_mark(upload.size));
            match self.purpose {
                Purpose::Store => true,
                Purpose::Change => is_covered || !has_mark,
                Purpose::Redirect => !is_covered && has_mark,
                Purpose::Retry => upload.is_retried,
            }
        };
        Batch { endpoint: self.endpoint, uploads: uploads.iter().filter(is_here).copied().collect() }
    }

    fn check(&self, batch: &Batch<'_>, said: &Said) -> Vec<String> {
        let fault = |upload: &Upload| {
            let said = said.get(&(self.endpoint.bucket.to_owned(), upload.key()));
            let checked = match self.purpose {
                Purpose::Redirect => self.refused(said, upload, "SignatureDoesNotMatch"),
                Purpose::Change if upload.is_covered(self.scheme) => {
                    self.refused(said, upload, upload.refusal(self.scheme))
                }
                _ => self.stored(said, upload),
            };
            checked.err().map(|fault| format!("{} to {}: {fault}", upload.name(), self.endpoint.bucket))
        };
        batch.uploads.iter().filter_map(fault).collect()
    }

    fn stored(&self, said: Option<&Option<String>>, upload: &Upload) -> Result<(), String> {
        let path = format!("/{}/{}", self.endpoint.bucket, upload.key());
        let object = self.site.objects.get(&path);
        self.site.objects.remove(&path);
        let object = match (said, object) {
            (Some(None), Some(object)) => object,
            (said, object) => return Err(format!("{said:?}, and something is stored: {}", object.is_some())),
        };
        if object.bytes != files::bytes(upload.size) {
            return Err(format!("{} bytes are stored, and they are not the file's", object.bytes.len()));
        }
        let encoding = (upload.how == "gzip").then_some("gzip");
        if object.encoding.as_deref() != encoding {
            return Err(format!("the object is stored as {:?}, and not as {encoding:?}", object.encoding));
        }
        let is_hash = object.payload.len() == 64;
        let payload = if is_hash { HASH } else { object.payload.as_str() };
        let expected = upload.payload[self.scheme];
        if payload == expected { Ok(()) } else { Err(format!("{payload} was sent, and not {expected}")) }
    }

    /// The client says that it failed, and the store refused the upload with this code.
    fn refused(&self, said: Option<&Option<String>>, upload: &Upload, code: &str) -> Result<(), String> {
        let Some(Some(_)) = said else { return Err(format!("the change was not seen: {said:?}")) };
        let bucket = self.endpoint.bucket.replace("redirected", "elsewhere!");
        let path = format!("/{bucket}/{}", upload.name());
        let has_refused = self.site.watched.has_refused(&path, &format!("<Code>{code}</Code>"));
        if has_refused { Ok(()) } else { Err(format!("the store has not refused it with {code}: {said:?}")) }
    }
}
