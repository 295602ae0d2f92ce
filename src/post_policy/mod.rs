//! Forms with which a browser uploads a file to S3, without credentials of its own.
//!
//! A server [makes](crate::Signer::post_form) the fields of a form from a [`PostPolicy`], which limits what may be uploaded, where and
//! until when. A service like S3 [reads](crate::Verifier::post_claim) the fields of the form that arrives: the signature first, then every
//! condition of the policy.
//!
//! ```
//! use sig4::post_policy::{PostPolicy, Upload};
//! use sig4::{Credentials, ErrorKind, Expires, Signer, Timestamp, Verifier};
//!
//! let credentials = Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
//! let now = Timestamp::parse("20261129T220138Z")?;
//! let policy = PostPolicy::new("bucket", "user/eric/${filename}")
//!     .with_field("acl", "private")
//!     .with_prefix("Content-Type", "image/")
//!     .with_length(1..=10_485_760);
//! let form = Signer::new("us-east-1", "s3")?.post_form(&policy, &credentials, Expires::from_secs(3600)?, now)?;
//! let names: Vec<_> = form.fields().map(|(name, _value)| name).collect();
//! assert_eq!(names, ["acl", "key", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"]);
//!
//! // The browser adds a field and the file. The service reads the fields before the file, in any multipart reader:
//! let received: Vec<_> = form.fields().chain([("Content-Type", "image/png")]).collect();
//! let verifier = Verifier::new("us-east-1", "s3")?;
//! let claim = verifier.post_claim(received.iter().copied())?;
//! assert_eq!(claim.access_key_id(), "AKIDEXAMPLE000000001");
//! let allowed = claim.verify(&credentials, Upload { bucket: "bucket", file_name: "C:\\me.png" }, now)?;
//! assert_eq!(allowed.key(), "user/eric/me.png");
//! assert_eq!(allowed.check_length(10_485_761).unwrap_err().kind(), ErrorKind::EntityTooLarge);
//! # Ok::<(), sig4::Error>(())
//! ```
//!
//! # The rules of a received form
//!
//! - The signature is that of the text of the field `policy`, with the key of the day of `x-amz-date`, which is at most seven days ago.
//! - Field names are compared without regard to case. A field that comes twice is refused.
//! - Every field is named by a condition, except `policy`, `x-amz-signature`, `file` and names that begin with `x-ignore-`. The bucket is
//!   named by a condition too. Fields after `file` are ignored.
//! - A condition on a field that is absent does not hold. Several conditions on a field all hold.
//! - `starts-with` for `Content-Type` holds for each value of a list with commas.
//! - `${filename}` stands for the name of the file, without directories, in every field. `starts-with` is compared with the text after
//!   that, and an exact condition also with the text of the form. [`PostUpload`] has the text after that.
//! - A form is not bound to one use: it may be sent until its policy expires. The store of used signatures is not asked.
//!
//! Sources: "Creating a POST policy", "Calculating a signature" and "POST Object" in the Amazon S3 API Reference; the answers of S3 that
//! its users quote for `Policy expired`, `Policy Condition failed` and `Extra input fields`; `generate_presigned_post` of botocore 1.43.11
//! for the order and spelling of the policy.

mod claim;
mod condition;
mod fields;
mod form;
mod policy;
mod received;
mod upload;

pub use claim::{PostClaim, Upload};
pub use fields::{MAX_FORM_FIELDS, MAX_FORM_LEN};
pub use form::PostForm;
pub use policy::PostPolicy;
pub use upload::{LengthCheck, PostUpload};

/// The field with the name of the object.
const KEY: &str = "key";
/// The condition on the bucket, which is in the URL and not in the form.
const BUCKET: &str = "bucket";
/// The field with the policy.
const POLICY: &str = "policy";
/// The last field that counts.
const FILE: &str = "file";
/// The field with the algorithm.
const ALGORITHM: &str = "x-amz-algorithm";
/// The field with the access key id and the credential scope.
const CREDENTIAL: &str = "x-amz-credential";
/// The field with the signature.
const SIGNATURE: &str = "x-amz-signature";
/// The prefix of fields that no condition has to name.
const IGNORED: &str = "x-ignore-";
/// The name of the file in the value of a field.
const FILE_NAME: &str = "${filename}";
