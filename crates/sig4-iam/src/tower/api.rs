//! An API of API Gateway, as its ARNs name it.

use sig4::endpoint::Partition;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The maximum length of the ARN of a call, in bytes. API Gateway answers a longer one with 414.
///
/// Source: "Amazon API Gateway quotas", method ARN length.
pub const MAX_ARN_LEN: usize = 1600;

/// The service of API Gateway's APIs.
const SERVICE: &str = "execute-api";

/// The action that callers of an API need.
///
/// Source: "Actions, resources, and condition keys for Amazon API Gateway".
const INVOKE: &str = "execute-api:Invoke";

/// The stage of an HTTP API whose name is not part of the path.
pub const DEFAULT_STAGE: &str = "$default";

/// An API of API Gateway: the parts of the ARNs of its methods.
///
/// ```
/// use sig4_iam::tower::ExecuteApi;
///
/// let api = ExecuteApi::new("us-east-1", "123456789012", "abc123");
/// assert_eq!(api.arn("GET", "/pets/7")?, "arn:aws:execute-api:us-east-1:123456789012:abc123/$default/GET/pets/7");
/// assert_eq!(api.with_stage("prod").arn("GET", "/")?, "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/");
/// # Ok::<(), sig4_iam::tower::TooLongArn>(())
/// ```
///
/// Source: "Control access to an API with IAM permissions", resource format of permissions for executing an API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExecuteApi {
    service: Cow<'static, str>,
    action: Cow<'static, str>,
    partition: String,
    region: String,
    account: Arc<str>,
    id: String,
    stage: String,
    stage_in_path: bool,
    /// The begin of every ARN, up to the method.
    arn_start: String,
}

impl ExecuteApi {
    /// An API with the stage `$default`, in the partition of the region.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>, api_id: impl Into<String>) -> Self {
        let region = region.into();
        Self {
            service: Cow::Borrowed(SERVICE),
            action: Cow::Borrowed(INVOKE),
            partition: Partition::of_region(&region).name().to_owned(),
            region,
            account: account.into().into(),
            id: api_id.into(),
            stage: DEFAULT_STAGE.to_owned(),
            stage_in_path: false,
            arn_start: String::new(),
        }
        .with_arn_start()
    }

    /// Writes the begin of the ARNs after a part of it has changed.
    fn with_arn_start(mut self) -> Self {
        let Self { service, partition, region, account, id, stage, .. } = &self;
        self.arn_start =
            ["arn:", partition, ":", service, ":", region, ":", account, ":", id, "/", stage, "/"].concat();
        self
    }

    /// Sets the stage's name.
    #[must_use]
    pub fn with_stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = stage.into();
        self.with_arn_start()
    }

    /// Sets that request paths begin with the stage's name, as on API Gateway's own hosts. Other paths are answered with 404.
    /// `$default` is never part of a path.
    #[must_use]
    pub const fn with_stage_in_path(mut self) -> Self {
        self.stage_in_path = true;
        self
    }

    /// Sets the name of a service of your own, in place of `execute-api`: in the ARNs of its calls, and in the action that callers need.
    /// The short form `execute-api:/` of a resource policy covers none of them.
    ///
    /// ```
    /// use sig4_iam::tower::ExecuteApi;
    ///
    /// let api = ExecuteApi::new("us-east-1", "123456789012", "main").with_service("pets").with_stage("prod");
    /// assert_eq!(api.arn("GET", "/cats")?, "arn:aws:pets:us-east-1:123456789012:main/prod/GET/cats");
    /// assert_eq!((api.service(), api.action()), ("pets", "pets:Invoke"));
    /// # Ok::<(), sig4_iam::tower::TooLongArn>(())
    /// ```
    #[must_use]
    pub fn with_service(mut self, service: impl Into<String>) -> Self {
        let service = service.into();
        self.action = Cow::Owned(format!("{service}:Invoke"));
        self.service = Cow::Owned(service);
        self.with_arn_start()
    }

    /// The service, `execute-api` by default.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The action that callers need, `execute-api:Invoke` by default.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The action, shared if it is the default.
    pub(super) fn shared_action(&self) -> Cow<'static, str> {
        self.action.clone()
    }

    /// Sets the partition. The default follows from the region.
    #[must_use]
    pub fn with_partition(mut self, partition: impl Into<String>) -> Self {
        self.partition = partition.into();
        self.with_arn_start()
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

    /// The account that owns the API.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The id of the API.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The stage, `$default` by default.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// The ARN of a call of `method` on `path`, which begins with a slash and does not contain the stage.
    ///
    /// # Errors
    ///
    /// If it is longer than [`MAX_ARN_LEN`].
    pub fn arn(&self, method: &str, path: &str) -> Result<String, TooLongArn> {
        let path = path.strip_prefix('/').unwrap_or(path);
        // `concat` knows the length and does without the formatter: row `AuthorizeLayer` of the bench `layers`.
        let arn = [&*self.arn_start, method, "/", path].concat();
        if arn.len() > MAX_ARN_LEN {
            return Err(TooLongArn { len: arn.len() });
        }
        Ok(arn)
    }

    /// The account, shared.
    pub(super) const fn shared_account(&self) -> &Arc<str> {
        &self.account
    }

    /// The path below the stage. `None` if the path does not begin with the stage's name.
    pub(super) fn below_stage<'p>(&self, path: &'p str) -> Option<&'p str> {
        if !self.stage_in_path || self.stage == DEFAULT_STAGE {
            return Some(path);
        }
        match path.strip_prefix('/')?.strip_prefix(self.stage.as_str())? {
            "" => Some("/"),
            below => below.starts_with('/').then_some(below),
        }
    }
}

/// The error for a call whose ARN is longer than [`MAX_ARN_LEN`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooLongArn {
    len: usize,
}

impl TooLongArn {
    /// The length of the ARN, in bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is more than 1,600")]
    pub const fn len(&self) -> usize {
        self.len
    }
}

impl fmt::Display for TooLongArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ARN too long: the call's has {} bytes, more than {MAX_ARN_LEN}", self.len)
    }
}

impl std::error::Error for TooLongArn {}

#[cfg(test)]
mod tests {
    use super::{ExecuteApi, MAX_ARN_LEN};

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
        assert_eq!(api().arn("GET", &path(room + 1)).unwrap_err().len(), MAX_ARN_LEN + 1);
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
