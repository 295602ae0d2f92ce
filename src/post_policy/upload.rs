//! An upload that the signed policy of its form allows.

use super::KEY;
use super::condition::Condition;
use super::fields::Values;
use crate::auth::SignatureLocation;
use crate::error::{Error, ErrorKind};
use crate::signature::{Matched, Signature};
use crate::verify::Verifier;
use std::fmt;

/// An upload that the policy of its form allows, as far as its fields go. The length of the file is checked while it arrives, with
/// [`length_check`](Self::length_check), or with [`check_length`](Self::check_length) once it is known.
///
/// It exists only after the signature matched. This does not compile:
///
/// ```compile_fail
/// fn trust_the_claim(claim: sig4::post_policy::PostClaim<'_>) -> sig4::post_policy::PostUpload<'_> {
///     claim.into()
/// }
/// ```
pub struct PostUpload<'a> {
    verifier: &'a Verifier,
    values: Values<'a>,
    access_key_id: &'a str,
    min: u64,
    max: u64,
    receipt: Matched,
}

impl<'a> PostUpload<'a> {
    pub(super) fn new(
        verifier: &'a Verifier,
        values: Values<'a>,
        access_key_id: &'a str,
        conditions: &[Condition],
        receipt: Matched,
    ) -> Self {
        let range = conditions.iter().fold((0, u64::MAX), |(least, most), condition| match condition {
            Condition::Length { min, max } => (least.max(*min), most.min(*max)),
            _ => (least, most),
        });
        let (min, max) = range;
        Self { verifier, values, access_key_id, min, max, receipt }
    }

    /// The access key id whose secret signed the policy.
    #[must_use]
    pub const fn access_key_id(&self) -> &str {
        self.access_key_id
    }

    /// The name of the object, with the name of the file in the place of `${filename}`.
    #[must_use]
    pub fn key(&self) -> &str {
        self.field(KEY).unwrap_or_default()
    }

    /// The value of a field (case-insensitive), with the name of the file in the place of `${filename}`, as the conditions were compared
    /// with it. A condition of the policy allows it, unless its name begins with `x-ignore-`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.values.get(&name.to_ascii_lowercase()).map(AsRef::as_ref)
    }

    /// The signature that matched.
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        self.receipt.signature()
    }

    /// Checks the length of the whole file, in bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EntityTooLarge`] and [`ErrorKind::EntityTooSmall`] if the policy does not allow it.
    pub fn check_length(&self, bytes: u64) -> Result<(), Error> {
        let mut check = self.length_check();
        check.add(bytes)?;
        check.finish()
    }

    /// A check of the length of a file that arrives in pieces.
    #[must_use = "a file that is too short is refused by `finish`"]
    pub const fn length_check(&self) -> LengthCheck<'a> {
        LengthCheck { verifier: self.verifier, min: self.min, max: self.max, len: 0 }
    }
}

impl fmt::Debug for PostUpload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostUpload")
            .field("access_key_id", &self.access_key_id)
            .field("key", &self.key())
            .field("length", &(self.min..=self.max))
            .finish_non_exhaustive()
    }
}

/// The length of a file that arrives, against the range that the policy allows. It refuses the first piece that is too much.
///
/// ```
/// use sig4::post_policy::{PostPolicy, Upload};
/// use sig4::{Credentials, ErrorKind, Expires, Signer, Timestamp, Verifier};
///
/// let credentials = Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20261129T220138Z")?;
/// let policy = PostPolicy::new("bucket", "key").with_length(3..=5);
/// let form = Signer::new("us-east-1", "s3")?.post_form(&policy, &credentials, Expires::from_secs(60)?, now)?;
/// let verifier = Verifier::new("us-east-1", "s3")?;
/// let claim = verifier.post_claim(form.fields())?;
/// let allowed = claim.verify(&credentials, Upload { bucket: "bucket", file_name: "" }, now)?;
///
/// let mut length = allowed.length_check();
/// length.add(2)?;
/// assert_eq!(length.finish().unwrap_err().kind(), ErrorKind::EntityTooSmall);
/// length.add(3)?;
/// length.finish()?;
/// assert_eq!(length.add(1).unwrap_err().kind(), ErrorKind::EntityTooLarge);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LengthCheck<'a> {
    verifier: &'a Verifier,
    min: u64,
    max: u64,
    len: u64,
}

impl LengthCheck<'_> {
    /// Counts the next piece, in bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EntityTooLarge`] if the file is now longer than the policy allows.
    pub fn add(&mut self, bytes: u64) -> Result<(), Error> {
        self.len = self.len.saturating_add(bytes);
        if self.len <= self.max { Ok(()) } else { Err(self.refused(ErrorKind::EntityTooLarge)) }
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EntityTooSmall`] if the file is shorter than the policy allows, and [`ErrorKind::EntityTooLarge`] if it is longer.
    pub fn finish(&self) -> Result<(), Error> {
        match self.len {
            len if len > self.max => Err(self.refused(ErrorKind::EntityTooLarge)),
            len if len < self.min => Err(self.refused(ErrorKind::EntityTooSmall)),
            _ => Ok(()),
        }
    }

    #[cold]
    fn refused(&self, kind: ErrorKind) -> Error {
        let detail = format!("{} bytes are not within {} to {}", self.len, self.min, self.max);
        self.verifier.answered(Error::new(kind, detail), SignatureLocation::Header)
    }
}
