//! Requests for the temporary password of a database user of Redshift.
//!
//! Source: the service models of `redshift` (2012-12-01) and `redshift-serverless` (2021-04-21) in botocore.

use super::names;
use super::presign::{QUARTER_OF_AN_HOUR, check_session, signer};
use super::redshift_login::RedshiftLogin;
use crate::bytes::json;
use crate::credentials::Credentials;
use crate::endpoint::Partition;
use crate::error::{Error, ErrorKind};
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;
use http::Request;
use http::header::CONTENT_TYPE;
use std::time::Duration;

const SERVICE: &str = "redshift";
const SERVERLESS: &str = "redshift-serverless";
/// The longest lifetime of a password, in seconds.
const MAX_REDSHIFT_SECS: u64 = 3_600;

/// A cluster or a workgroup of Redshift, which answers a signed request with a user and a password.
///
/// Redshift has no token that a client makes alone: [`request`](Self::request) is a request to send, and [`login`](Self::login) reads the
/// answer.
///
/// ```
/// use sig4::token::Redshift;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let cluster = Redshift::cluster("us-east-1", "my-cluster")?.with_database("dev")?;
/// let request = cluster.request(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// let body = "Action=GetClusterCredentialsWithIAM&Version=2012-12-01&ClusterIdentifier=my-cluster&DbName=dev&DurationSeconds=900";
/// assert_eq!((request.uri().host(), request.body().as_str()), (Some("redshift.us-east-1.amazonaws.com"), body));
/// // The signature of botocore 1.44.8, `SigV4Auth`.
/// let authorization = request.headers()["authorization"].to_str()?;
/// assert!(authorization.ends_with("=038820399e5f4f6c6a8fbf13789eddc96aed0ad71b18f25dcf4b663a890f62e8"));
///
/// // The client sends it and receives:
/// let answer = "<GetClusterCredentialsWithIAMResponse><GetClusterCredentialsWithIAMResult><DbUser>IAM:jane</DbUser>\
///     <DbPassword>AMAFUyyuros4QjxPTtgzsQ==</DbPassword><Expiration>2015-08-30T12:51:00Z</Expiration>\
///     </GetClusterCredentialsWithIAMResult></GetClusterCredentialsWithIAMResponse>";
/// let login = cluster.login(answer)?;
/// assert_eq!((login.user(), login.password().as_str()), ("IAM:jane", "AMAFUyyuros4QjxPTtgzsQ=="));
/// assert_eq!(login.password().expiration(), Timestamp::parse("20150830T125100Z")?.to_datetime());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Sources: `GetClusterCredentials` and `GetClusterCredentialsWithIAM` of the Amazon Redshift API; `GetCredentials` of the Amazon Redshift
/// Serverless API.
#[derive(Clone, Debug)]
pub struct Redshift {
    signer: Signer,
    url: String,
    operation: Operation,
    database: Option<String>,
    seconds: u64,
}

#[derive(Clone, Debug)]
enum Operation {
    /// `GetClusterCredentialsWithIAM`.
    Cluster { id: String },
    /// `GetClusterCredentials`.
    User { id: String, user: String, is_created: bool },
    /// `GetCredentials`.
    Workgroup { name: String },
}

impl Redshift {
    /// A cluster, for the database user that is named after the caller: `GetClusterCredentialsWithIAM`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] or [`ErrorKind::InvalidName`] if a part is not valid.
    pub fn cluster<R>(region: R, cluster: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        Self::new(region, SERVICE, Operation::Cluster { id: names::label("cluster", cluster)? })
    }

    /// A cluster, for a database user of the caller's choice: `GetClusterCredentials`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] or [`ErrorKind::InvalidName`] if a part is not valid.
    pub fn user<R>(region: R, cluster: &str, user: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (id, user) = (names::label("cluster", cluster)?, names::plain("user", user)?);
        Self::new(region, SERVICE, Operation::User { id, user, is_created: false })
    }

    /// A workgroup of Redshift Serverless: `GetCredentials`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] or [`ErrorKind::InvalidName`] if a part is not valid.
    pub fn workgroup<R>(region: R, workgroup: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        Self::new(region, SERVERLESS, Operation::Workgroup { name: names::plain("workgroup", workgroup)? })
    }

    fn new<R>(region: R, service: &str, operation: Operation) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (region, signer) = signer(region, service)?;
        let host = names::host(&format!("{service}.{region}.{}", Partition::of_region(region.as_str()).domain()))?;
        Ok(Self { signer, url: format!("https://{host}/"), operation, database: None, seconds: QUARTER_OF_AN_HOUR })
    }

    /// Sets the database. Without it, the password is for every database that the user may open.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] if the name is empty, or has a control character or white space around it.
    pub fn with_database(mut self, database: &str) -> Result<Self, Error> {
        self.database = Some(names::plain("database", database)?);
        Ok(self)
    }

    /// Sets how long the password lasts: 15 minutes, the default, to 60 minutes. A fraction of a second is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidExpires`] if it is not within 900 s to 3,600 s.
    pub fn with_duration(mut self, duration: Duration) -> Result<Self, Error> {
        self.seconds = duration.as_secs();
        if !(QUARTER_OF_AN_HOUR..=MAX_REDSHIFT_SECS).contains(&self.seconds) {
            let detail = "a password of Redshift lasts 900 s to 3600 s";
            return Err(Error::new(ErrorKind::InvalidExpires, detail));
        }
        Ok(self)
    }

    /// Sets whether a [user](Self::user) who does not exist is created. It has no effect on the other requests.
    #[must_use]
    pub fn with_auto_create(mut self, create: bool) -> Self {
        if let Operation::User { is_created, .. } = &mut self.operation {
            *is_created = create;
        }
        self
    }

    /// Sends the requests to another endpoint than that of the region, such as one of FIPS or of a VPC: `https://` and a host with an
    /// optional port. `http://` is for tests, because everyone on the way reads the password.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUrl`] or [`ErrorKind::InvalidHost`] if it is anything else.
    ///
    /// ```
    /// use sig4::token::Redshift;
    /// use sig4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// let cluster = Redshift::cluster("us-east-1", "my-cluster")?.with_endpoint("https://redshift-fips.us-east-1.amazonaws.com")?;
    /// let request = cluster.request(&credentials, Timestamp::parse("20150830T123600Z")?)?;
    /// assert_eq!(request.uri(), "https://redshift-fips.us-east-1.amazonaws.com/");
    /// # Ok::<(), sig4::Error>(())
    /// ```
    pub fn with_endpoint(mut self, url: &str) -> Result<Self, Error> {
        let parts = url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "https" | "http"));
        let refused = || Error::new(ErrorKind::InvalidUrl, "an endpoint begins with `https://`, and a host follows");
        let (scheme, authority) = parts.ok_or_else(refused)?;
        let authority = names::authority(authority.strip_suffix('/').unwrap_or(authority))?;
        self.url = format!("{scheme}://{authority}/");
        Ok(self)
    }

    /// The signed request. Its answer, which [`login`](Self::login) reads, is XML from a cluster, and JSON from a workgroup.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn request(&self, credentials: &Credentials, now: impl Moment) -> Result<Request<String>, Error> {
        let builder = match &self.operation {
            Operation::Workgroup { .. } => Request::post(&self.url)
                .header(CONTENT_TYPE, "application/x-amz-json-1.1")
                .header("x-amz-target", "RedshiftServerless.GetCredentials"),
            _ => Request::post(&self.url).header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8"),
        };
        let refused = |_| Error::new(ErrorKind::InvalidUrl, "the `http` crate cannot hold the request");
        let mut request = builder.body(self.body()).map_err(refused)?;
        check_session(credentials)?;
        self.signer.sign(&mut request, credentials, now)?;
        Ok(request)
    }

    /// Reads the answer of status 200 to the [`request`](Self::request): the user, the password, and when it ends.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAnswer`] if the answer is longer than [`MAX_REDSHIFT_ANSWER_LEN`](super::MAX_REDSHIFT_ANSWER_LEN) bytes, a
    /// part is not there, comes twice or is empty, or the expiration is not a time. No error repeats the answer.
    pub fn login(&self, answer: &str) -> Result<RedshiftLogin, Error> {
        match &self.operation {
            Operation::Workgroup { .. } => RedshiftLogin::of_json(answer),
            Operation::Cluster { .. } | Operation::User { .. } => RedshiftLogin::of_xml(answer),
        }
    }

    fn body(&self) -> String {
        let (database, seconds) = (self.database.as_deref(), self.seconds);
        let (action, id, user, is_created) = match &self.operation {
            Operation::Workgroup { name } => return workgroup_json(name, database, seconds),
            Operation::Cluster { id } => ("GetClusterCredentialsWithIAM", id, None, false),
            Operation::User { id, user, is_created } => ("GetClusterCredentials", id, Some(user), *is_created),
        };
        let mut form = format!("Action={action}&Version=2012-12-01&ClusterIdentifier={id}");
        let parameters = [("DbUser", user.map(String::as_str)), ("DbName", database)];
        for (name, value) in parameters.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            form.extend(["&", name, "=", &names::encoded(value).replace("%20", "+")]);
        }
        form.push_str(&format!("&DurationSeconds={seconds}"));
        form.push_str(if is_created { "&AutoCreate=true" } else { "" });
        form
    }
}

/// The body of `GetCredentials`.
fn workgroup_json(name: &str, database: Option<&str>, seconds: u64) -> String {
    let database = database.map(|name| format!(r#""dbName": {}, "#, json::string(name))).unwrap_or_default();
    format!(r#"{{"workgroupName": {}, {database}"durationSeconds": {seconds}}}"#, json::string(name))
}
