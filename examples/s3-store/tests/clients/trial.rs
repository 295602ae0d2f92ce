//! One client against the store.

use crate::job::{Endpoint, Said, Upload};
use crate::site::Site;
use std::path::Path;
use tokio::runtime::Runtime;

/// Something that uploads to an endpoint what it finds in a folder.
pub trait Client {
    fn upload(&self, endpoint: &Endpoint, uploads: &[Upload], folder: &Path) -> Said;
}

/// Every upload over http and TLS is stored as it was sent, and refused if a byte of it changed on the way.
pub fn run(client: &dyn Client, uploads: &[Upload]) {
    let runtime = Runtime::new().unwrap();
    let site = runtime.block_on(Site::start());
    let mut faults = Vec::new();
    for scheme in 0..2 {
        let here: Vec<_> = uploads.iter().filter(|upload| upload.payload[scheme] != "-").copied().collect();
        let said = client.upload(&site.honest[scheme], &here, site.folder());
        faults.extend(here.iter().filter_map(|upload| stored(&site, &said, upload, scheme).err()));
        let (covered, uncovered): (Vec<_>, Vec<_>) = here.into_iter().partition(|upload| upload.is_covered[scheme]);
        for (uploads, endpoints) in [(covered, &site.changed), (uncovered, &site.redirected)] {
            let endpoint = &endpoints[scheme];
            let said = client.upload(endpoint, &uploads, site.folder());
            faults.extend(uploads.iter().filter_map(|upload| refused(&said, upload, endpoint).err()));
        }
    }
    faults.extend(site.objects.paths().into_iter().map(|path| format!("{path} is stored, and should not be")));
    assert!(faults.is_empty(), "{}\n{}", faults.join("\n"), site.seen());
}

fn stored(site: &Site, said: &Said, upload: &Upload, scheme: usize) -> Result<(), String> {
    let here = format!("{} to {}", upload.how, site.honest[scheme].url);
    match said.get(upload.how) {
        Some(None) => (),
        other => return Err(format!("{here}: {other:?}")),
    }
    let path = format!("/{}/{}", site.honest[scheme].bucket, upload.how);
    let object = site.objects.get(&path).ok_or_else(|| format!("{here}: nothing is stored"))?;
    site.objects.remove(&path);
    if object.bytes != upload.size.bytes() {
        return Err(format!("{here}: {} bytes are stored, and they are not the file's", object.bytes.len()));
    }
    let is_hash = object.payload.len() == 64;
    let payload = if is_hash { "hash" } else { object.payload.as_str() };
    let expected = upload.payload[scheme];
    if payload == expected { Ok(()) } else { Err(format!("{here}: {payload} was sent, and not {expected}")) }
}

fn refused(said: &Said, upload: &Upload, endpoint: &Endpoint) -> Result<(), String> {
    match said.get(upload.how) {
        Some(Some(_)) => Ok(()),
        said => Err(format!("{} to {}: the change was not seen: {said:?}", upload.how, endpoint.url)),
    }
}
