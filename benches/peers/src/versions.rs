//! The versions that the table prints, in one place. A test holds them to `Cargo.lock`.

/// sig4's.
pub(crate) const SIG4: &str = "0.1.0";
/// aws-sigv4's.
pub(crate) const AWS_SIGV4: &str = "1.6.4";
/// reqsign-aws-v4's.
pub(crate) const REQSIGN_AWS_V4: &str = "3.3.1";
/// aws-sign-v4's.
pub(crate) const AWS_SIGN_V4: &str = "0.3.0";
/// s3s-sigv4's.
#[cfg(any(feature = "s3s", test))]
pub(crate) const S3S_SIGV4: &str = "0.17.0";
/// rusty-s3's.
pub(crate) const RUSTY_S3: &str = "0.11.0";
/// scratchstack-aws-signature's.
pub(crate) const SCRATCHSTACK: &str = "0.11.4";
/// The floor's: sha2's.
pub(crate) const SHA2: &str = "0.11.1";

#[cfg(test)]
mod tests {
    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = include_str!("../Cargo.lock");
        for (name, version) in [
            ("sig4", super::SIG4),
            ("aws-sigv4", super::AWS_SIGV4),
            ("reqsign-aws-v4", super::REQSIGN_AWS_V4),
            ("aws-sign-v4", super::AWS_SIGN_V4),
            ("s3s-sigv4", super::S3S_SIGV4),
            ("rusty-s3", super::RUSTY_S3),
            ("scratchstack-aws-signature", super::SCRATCHSTACK),
            ("sha2", super::SHA2),
        ] {
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(lock.contains(&entry), "{name} {version}");
        }
    }
}
