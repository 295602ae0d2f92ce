//! Where access keys and policies come from: a users file, a folder as Kubernetes mounts it, and day keys. Each is reloaded as a whole.
//!
//! | Source | Files |
//! |---|---|
//! | [`KeySource::users`] | A users file with secrets, and the policy files that it names: see [`Directory`](sig4_iam::Directory). |
//! | [`KeySource::with_day_keys`] | The same without secrets, and a file of [`DayKeys`](sig4_iam::DayKeys) in their place. |
//! | [`KeySource::folder`] | A folder with [`USERS_FILE`] and, if it is there, [`DAY_KEYS_FILE`]. |
//!
//! [`ReloadingKeys`] holds one snapshot of all files. A reload reads all of them, and then replaces the snapshot in one step: a request
//! sees either the old users, policies and keys, or the new. Files that are wrong, half written or missing leave the snapshot as it is,
//! and [`KeyStatus`] tells the error.
//!
//! Another store, such as a database, implements [`KeyStore`](sig4::verify::KeyStore) itself.

mod pinned;
mod reloading;
mod snapshot;
mod source;
mod stamp;
mod status;
mod watch;

pub use reloading::ReloadingKeys;
pub use source::{DAY_KEYS_FILE, KeySource, USERS_FILE};
pub use status::KeyStatus;
pub use watch::KeyWatch;
