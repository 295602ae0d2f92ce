//! The API that is called, as policies name it.

use crate::endpoint::Partition;
use crate::error::{Error, ErrorKind};
use crate::printable;
use std::fmt;

/// The longest ARN of a call, in bytes; API Gateway answers a longer one with 414.
///
/// Source: "Amazon API Gateway quotas", method ARN length.
pub const MAX_ARN_LEN: usize = 1600;

/// The stage of an HTTP API that has no name in the path.
pub(crate) const DEFAULT_STAGE: &str = "$default";

/// An API of API Gateway: what the ARNs of its methods are made of.
///
/// ```
/// use sig4::tower::ExecuteApi;
///
/// let api = ExecuteApi::new("us-east-1", "123456789012", "abc123");
/// assert_eq!(api.arn("GET", "/pets/7")?, "arn:aws:execute-api:us-east-1:123456789012:abc123/$default/GET/pets/7");
/// assert_eq!(api.with_stage("prod").arn("GET", "/")?, "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/");
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Control access to an API with IAM permissions", resource format of permissions for executing an API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExecuteApi {
    partition: String,
    region: String,
    account: String,
    id: String,
    stage: String,
    stage_in_path: bool,
}

impl ExecuteApi {
    /// An API with the stage `$default`, in the partition to which the region belongs.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>, api_id: impl Into<String>) -> Self {
        let region = region.into();
        Self {
            partition: Partition::of_region(&region).name().to_owned(),
            region,
            account: account.into(),
            id: api_id.into(),
            stage: DEFAULT_STAGE.to_owned(),
            stage_in_path: false,
        }
    }

    /// Sets the stage's name.
    #[must_use]
    pub fn with_stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = stage.into();
        self
    }

    /// Says that the paths of requests begin with the stage's name, as they do on API Gateway's own hosts; `$default`
    /// never stands in a path. A path that does not begin so is answered with 404.
    #[must_use]
    pub const fn with_stage_in_path(mut self) -> Self {
        self.stage_in_path = true;
        self
    }

    /// Sets the partition, which is otherwise found out from the region.
    #[must_use]
    pub fn with_partition(mut self, partition: impl Into<String>) -> Self {
        self.partition = partition.into();
        self
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account to which the API belongs.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The id of the API.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The stage, `$default` if it was not named.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// The ARN of a call of `method` on `path`, which begins with a slash and does not hold the stage.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLongArn`] if it is longer than [`MAX_ARN_LEN`].
    pub fn arn(&self, method: &str, path: &str) -> Result<String, Error> {
        let Self { partition, region, account, id, stage, .. } = self;
        let path = path.strip_prefix('/').unwrap_or(path);
        let arn = format!("arn:{partition}:execute-api:{region}:{account}:{id}/{stage}/{method}/{path}");
        if arn.len() > MAX_ARN_LEN {
            let detail = format!("the call's has {} bytes, more than {MAX_ARN_LEN}", arn.len());
            return Err(Error::new(ErrorKind::TooLongArn, detail));
        }
        Ok(arn)
    }

    /// The path below the stage; `None` if the path is of another stage.
    pub(crate) fn below_stage<'p>(&self, path: &'p str) -> Option<&'p str> {
        if !self.stage_in_path || self.stage == DEFAULT_STAGE {
            return Some(path);
        }
        match path.strip_prefix('/')?.strip_prefix(self.stage.as_str())? {
            "" => Some("/"),
            below => below.starts_with('/').then_some(below),
        }
    }
}

/// What a request asks for: an action on a resource, as policies name them.
///
/// ```
/// use sig4::tower::Access;
///
/// let access = Access::new("s3:GetObject", "arn:aws:s3:::photos/cat.jpg");
/// assert_eq!(access.to_string(), "s3:GetObject on arn:aws:s3:::photos/cat.jpg");
/// assert_eq!(access.with_account("123456789012").account(), Some("123456789012"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Access {
    action: String,
    resource: String,
    account: Option<Box<str>>,
}

impl Access {
    /// An action, such as `execute-api:Invoke`, on the resource of an ARN.
    #[must_use]
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), account: None }
    }

    /// Sets the account that the resource belongs to, as twelve digits. It has to be set for resources whose ARN names no
    /// account, such as S3's: without an owner they count as another account's, so that the caller's policies and a
    /// resource policy both have to allow. An account other than the one in the ARN makes the owner unknown.
    ///
    /// Source: "Cross-account policy evaluation logic".
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into().into_boxed_str());
        self
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The resource's ARN.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The account that the resource belongs to, if it was set.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", printable::line(&self.action), printable::line(&self.resource))
    }
}

#[cfg(test)]
mod tests {
    use super::{ExecuteApi, MAX_ARN_LEN};
    use crate::error::ErrorKind;

    fn api() -> ExecuteApi {
        ExecuteApi::new("eu-west-1", "123456789012", "abc")
    }

    #[test]
    fn the_partition_follows_the_region() {
        for (region, partition) in [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("eusc-de-east-1", "aws-eusc")] {
            let arn = ExecuteApi::new(region, "1", "a").arn("GET", "/").unwrap();
            assert_eq!(arn, format!("arn:{partition}:execute-api:{region}:1:a/$default/GET/"));
        }
        assert!(api().with_partition("aws-cn").arn("GET", "/").unwrap().starts_with("arn:aws-cn:"));
    }

    #[test]
    fn an_arn_may_have_1600_bytes_and_no_more() {
        let room = MAX_ARN_LEN - api().arn("GET", "/").unwrap().len();
        let path = |len: usize| format!("/{}", "a".repeat(len));
        assert_eq!(api().arn("GET", &path(room)).unwrap().len(), MAX_ARN_LEN);
        assert_eq!(api().arn("GET", &path(room + 1)).unwrap_err().kind(), ErrorKind::TooLongArn);
    }

    #[test]
    fn a_named_stage_leads_the_path_and_the_default_one_does_not() {
        let prod = api().with_stage("prod").with_stage_in_path();
        let cases = [
            ("/prod/pets", Some("/pets")),
            ("/prod", Some("/")),
            ("/prod/", Some("/")),
            ("/products", None),
            ("/pets", None),
            ("/", None),
        ];
        for (path, below) in cases {
            assert_eq!(prod.below_stage(path), below, "{path}");
        }
        assert_eq!(api().with_stage_in_path().below_stage("/pets"), Some("/pets"));
        assert_eq!(api().with_stage("prod").below_stage("/prod/pets"), Some("/prod/pets"));
    }
}
