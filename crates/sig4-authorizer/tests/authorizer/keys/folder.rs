//! A folder as Kubernetes mounts a secret: all files are of one version.
#![cfg(unix)]

use super::day_keys::text;
use super::{policy, users_without_secrets};
use sig4::verify::KeyStore;
use sig4_authorizer::keys::{KeySource, ReloadingKeys};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tempfile::TempDir;

const IDS: [&str; 3] = ["AKIDONE", "AKIDTWO", "AKIDTHREE"];

/// A mounted secret, which is written as the kubelet writes it.
struct Mount {
    folder: TempDir,
    version: AtomicUsize,
}

impl Mount {
    fn new() -> Self {
        let mount = Self { folder: tempfile::tempdir().unwrap(), version: AtomicUsize::new(0) };
        mount.update(0);
        for name in ["users.json", "day-keys.txt", "all.json"] {
            symlink(PathBuf::from("..data").join(name), mount.folder.path().join(name)).unwrap();
        }
        mount
    }

    fn data(&self, version: usize) -> PathBuf {
        self.folder.path().join(format!("..2026_11_30_00_00_00.{version}"))
    }

    /// Writes a new version, replaces the link, and removes the earlier version. Every fact of a version tells its number: the path of
    /// the users, the policy and the days of the keys.
    fn update(&self, version: usize) {
        let data = self.data(version);
        fs::create_dir(&data).unwrap();
        let day = day_of(version);
        let users = users_without_secrets(&IDS).replace(r#""policies""#, &format!(r#""path": "/v{day}/", "policies""#));
        fs::write(data.join("users.json"), users).unwrap();
        fs::write(data.join("day-keys.txt"), text(&IDS, &[&day])).unwrap();
        fs::write(data.join("all.json"), policy(&format!("v{day}:*"))).unwrap();
        let link = self.folder.path().join("..data_tmp");
        symlink(data.file_name().unwrap(), &link).unwrap();
        fs::rename(&link, self.folder.path().join("..data")).unwrap();
        let earlier = self.version.swap(version, Ordering::SeqCst);
        if earlier != version {
            fs::remove_dir_all(self.data(earlier)).unwrap();
        }
    }

    fn load(&self) -> ReloadingKeys {
        ReloadingKeys::load(KeySource::folder(self.folder.path())).unwrap()
    }
}

/// A day that stands for a version.
fn day_of(version: usize) -> String {
    format!("{}0101", 2000 + version)
}

/// The versions that the path, the policies and the key of an access key tell.
async fn versions(keys: &ReloadingKeys, id: &str) -> [String; 3] {
    let identity = keys.key(id).await.unwrap().unwrap();
    let path = identity.principal().arn().split('/').nth(1).unwrap().trim_start_matches('v').to_owned();
    let policies = format!("{:?}", identity.policies());
    let at = policies.find("20").unwrap();
    let policy = policies.get(at..at + 8).unwrap().to_owned();
    [path, policy, identity.signing_keys()[0].scope().day().to_string()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_lookups_during_updates_never_see_a_mixture() {
    let mount = Arc::new(Mount::new());
    let keys = mount.load();
    let (stop, looked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let look = |n: usize| {
        let (keys, stop, looked) = (keys.clone(), Arc::clone(&stop), Arc::clone(&looked));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let [path, policy, key] = versions(&keys, IDS[n % 3]).await;
                assert_eq!((&path, &path), (&policy, &key));
                looked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        })
    };
    let lookups: Vec<_> = (0..1000).map(look).collect();
    let updated = tokio::task::spawn_blocking({
        let (mount, keys) = (Arc::clone(&mount), keys.clone());
        move || {
            let reloading = std::thread::spawn({
                let keys = keys.clone();
                // The folder is replaced again and again while it is read, so some reloads may give up. None reads a mixture.
                move || (0..100).filter(|_| keys.reload().is_ok()).count()
            });
            (1..50).for_each(|version| mount.update(version));
            reloading.join().unwrap()
        }
    });
    assert!(updated.await.unwrap() > 0);
    keys.reload().unwrap();
    stop.store(true, Ordering::Relaxed);
    for lookup in lookups {
        lookup.await.unwrap();
    }
    assert!(looked.load(Ordering::Relaxed) >= 1000);
    assert_eq!(versions(&keys, "AKIDONE").await, ["20490101", "20490101", "20490101"]);
}

#[test]
fn the_replacement_of_the_link_is_seen() {
    let mount = Mount::new();
    let keys = mount.load();
    mount.update(1);
    assert!(keys.reload_if_changed().unwrap());
    assert_eq!(keys.find("AKIDONE").unwrap().signing_keys()[0].scope().day().as_str(), "20010101");
}

#[test]
fn a_folder_without_a_link_or_without_day_keys_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.json"), super::users(&["AKIDONE"])).unwrap();
    fs::write(folder.path().join("all.json"), policy("*")).unwrap();
    let keys = ReloadingKeys::load(KeySource::folder(folder.path())).unwrap();
    assert!(keys.find("AKIDONE").is_some_and(|one| one.credentials().is_some()));
    fs::write(folder.path().join("users.json"), users_without_secrets(&["AKIDONE"])).unwrap();
    assert!(keys.reload().unwrap_err().to_string().ends_with("there is no secret"));
    // Day keys that come later are seen.
    fs::write(folder.path().join("day-keys.txt"), text(&["AKIDONE"], &["20261130"])).unwrap();
    assert!(keys.reload_if_changed().unwrap());
    assert_eq!(keys.find("AKIDONE").unwrap().signing_keys().len(), 1);
}

#[test]
fn nothing_of_an_earlier_state_is_kept_after_a_thousand_reloads() {
    let mount = Mount::new();
    let keys = mount.load();
    let is_kept = |_: &usize| {
        let earlier = Arc::downgrade(&keys.find("AKIDONE").unwrap());
        keys.reload().unwrap();
        earlier.upgrade().is_some()
    };
    assert_eq!((0..1000_usize).filter(is_kept).count(), 0);
}
