//! What is stored, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An object as it was stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The decoded body.
    pub bytes: Vec<u8>,
    /// `x-amz-content-sha256` of the request that brought the body, or of the first part.
    pub payload: String,
    /// `content-encoding` of the object, such as `gzip`. That its upload came in chunks is not part of it.
    pub encoding: Option<String>,
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Stored>,
    /// How many multipart uploads began.
    begun: usize,
    uploads: HashMap<String, Upload>,
}

/// A multipart upload that is not complete.
struct Upload {
    encoding: Option<String>,
    parts: BTreeMap<u32, Stored>,
}

/// The objects and the multipart uploads that are not complete. Clones share them.
#[derive(Clone, Default)]
pub struct Objects(Arc<Mutex<Inner>>);

impl Objects {
    /// The object at a path, `/bucket/key`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Stored> {
        self.inner().objects.get(path).cloned()
    }

    /// The paths of all objects, in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.inner().objects.keys().cloned().collect()
    }

    /// Stores an object in place of the one that was at its path.
    pub fn put(&self, path: &str, object: Stored) {
        self.inner().objects.insert(path.to_owned(), object);
    }

    /// Removes an object.
    pub fn remove(&self, path: &str) {
        self.inner().objects.remove(path);
    }

    /// Begins a multipart upload of an object with a `content-encoding`, and returns its id.
    #[must_use]
    pub fn begin(&self, encoding: Option<String>) -> String {
        let mut inner = self.inner();
        inner.begun += 1;
        let id = format!("upload{}", inner.begun);
        inner.uploads.insert(id.clone(), Upload { encoding, parts: BTreeMap::new() });
        id
    }

    /// Stores a part. `false` if there is no such upload.
    #[must_use]
    pub fn put_part(&self, upload: &str, number: u32, part: Stored) -> bool {
        self.inner().uploads.get_mut(upload).is_some_and(|upload| {
            upload.parts.insert(number, part);
            true
        })
    }

    /// Joins the parts of an upload to an object. `false` if there is no such upload, or if it has no part.
    #[must_use]
    pub fn complete(&self, upload: &str, path: &str) -> bool {
        let mut inner = self.inner();
        let Some(Upload { encoding, parts }) = inner.uploads.remove(upload) else { return false };
        let Some(payload) = parts.values().next().map(|part| part.payload.clone()) else { return false };
        let bytes = parts.into_values().map(|part| part.bytes).collect::<Vec<_>>().concat();
        inner.objects.insert(path.to_owned(), Stored { bytes, payload, encoding });
        true
    }

    /// Forgets an upload.
    pub fn abort(&self, upload: &str) {
        self.inner().uploads.remove(upload);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
