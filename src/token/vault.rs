//! Logging in to HashiCorp Vault with AWS credentials.
//!
//! Source: "AWS auth method (API)" of Vault, `login`; `aws_utils` of hvac and `GenerateLoginData` of go-secure-stdlib for the request.

use super::issued::Token;
use super::presign::{check_session, signer};
use super::{names, sts};
use crate::bytes::{base64, json};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::payload::Payload;
use crate::request::RequestView;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

/// The header that a server of Vault may require, against tokens for another server.
const SERVER_ID_HEADER: &str = "X-Vault-AWS-IAM-Server-ID";

/// A login to HashiCorp Vault by its AWS auth method. The token is the JSON body of `POST /v1/auth/aws/login`.
///
/// It holds a signed `sts:GetCallerIdentity`, which Vault sends to STS.
///
/// ```
/// use sig4::token::VaultLogin;
/// use sig4::{Credentials, Timestamp};
///
/// # use base64::Engine;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let login = VaultLogin::global()?.with_role("dev")?.with_server_id("vault.example.com")?;
/// let body = login.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// assert!(body.as_str().starts_with(r#"{"role":"dev","iam_http_request_method":"POST","iam_request_url":"aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8=","#));
/// assert_eq!(body.expiration(), Timestamp::parse("20150830T125100Z")?.to_datetime());
///
/// let login: serde_json::Value = serde_json::from_str(body.as_str())?;
/// let headers = base64::prelude::BASE64_STANDARD.decode(login["iam_request_headers"].as_str().unwrap_or_default())?;
/// let headers: serde_json::Value = serde_json::from_slice(&headers)?;
/// let authorization = headers["authorization"][0].as_str().unwrap_or_default();
/// // The signature of hvac 2.4.0.
/// assert!(authorization.ends_with("=ce09df5789ee77754fa3b56c2c79d6e2a99fa8b01df29dc910c3abf6fb73eb98"), "{authorization}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: "AWS auth method (API)" of Vault.
#[derive(Clone, Debug)]
pub struct VaultLogin {
    signer: Signer,
    host: String,
    role: Option<String>,
    server_id: Option<String>,
}

impl VaultLogin {
    /// A login that STS of a region authenticates. Vault has to be set up for its endpoint: `sts_endpoint` and `sts_region`, or
    /// `use_sts_region_from_client`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) if the region is not valid.
    pub fn new<R>(region: R) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (region, signer) = signer(region, sts::SERVICE)?;
        Ok(Self { signer, host: names::host(&sts::host(&region))?, role: None, server_id: None })
    }

    /// A login that the global endpoint of STS authenticates, which is Vault's default.
    ///
    /// # Errors
    ///
    /// None.
    pub fn global() -> Result<Self, Error> {
        Ok(Self { host: sts::GLOBAL_HOST.to_owned(), ..Self::new(sts::GLOBAL_REGION)? })
    }

    /// Sets the role of Vault to log in with. Without it, Vault takes the role with the name of the caller's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) if the name is empty, or has a control character or white space around
    /// it.
    pub fn with_role(mut self, role: &str) -> Result<Self, Error> {
        self.role = Some(names::plain("role", role)?);
        Ok(self)
    }

    /// Signs the header `X-Vault-AWS-IAM-Server-ID` too, if the server requires one: `iam_server_id_header_value` of its configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) if the value is empty or has a character that is not visible ASCII.
    pub fn with_server_id(mut self, server_id: &str) -> Result<Self, Error> {
        self.server_id = Some(names::visible("server id", server_id)?);
        Ok(self)
    }

    /// The body of the login, which lasts 15 minutes.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let signed_at = self.signer.timestamp(now.into_datetime()?)?;
        let headers = self.headers();
        let view = RequestView::new("POST", "/", None, &headers).with_authority("https", &self.host);
        let payload = Payload::Bytes(sts::GET_CALLER_IDENTITY.as_bytes());
        check_session(credentials)?;
        let signed = self.signer.sign_view(&view, &payload, credentials, signed_at)?;
        let given = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let added = signed.headers().map(|(name, value)| (name.to_owned(), value));
        let text = self.body(given.chain(added));
        Token::new(text, credentials, Expires::from_secs(sts::ACCEPTED_SECS.into())?, signed_at)
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("Host", self.host.clone()),
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8".to_owned()),
            ("Content-Length", sts::GET_CALLER_IDENTITY.len().to_string()),
        ];
        headers.extend(self.server_id.clone().map(|id| (SERVER_ID_HEADER, id)));
        headers
    }

    /// The JSON that Vault takes. The headers are JSON in base 64.
    fn body(&self, headers: impl Iterator<Item = (String, String)>) -> String {
        let members = headers.map(|(name, value)| format!("{}:[{}]", json::string(&name), json::string(&value)));
        let headers = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        let url = format!("https://{}/", self.host);
        let role = self.role.as_deref().map(|role| format!("\"role\":{},", json::string(role))).unwrap_or_default();
        let [url, headers, body] =
            [&*url, &*headers, sts::GET_CALLER_IDENTITY].map(|text| base64::encode_padded(text.as_bytes()));
        format!(
            r#"{{{role}"iam_http_request_method":"POST","iam_request_url":"{url}","iam_request_headers":"{headers}","iam_request_body":"{body}"}}"#
        )
    }
}
