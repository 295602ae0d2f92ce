//! Where access keys and policies come from: a users file, a folder as Kubernetes mounts it, and day keys. Each is reloaded as a whole.
