//! MQTT over WebSocket with IoT Core.
//!
//! Source: "Device communication protocols" of the IoT Core guide; `omit_session_token` of `aws-c-auth`.

use super::issued::Token;
use super::names;
use super::presign::{QUARTER_OF_AN_HOUR, TokenRequest, at_most, signer};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::request::NO_HEADERS;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

const SERVICE: &str = "iotdevicegateway";
/// The longest lifetime of a URL that the examples of the IoT Core guide use, in seconds.
const MAX_IOT_SECS: u32 = 86_400;

/// A device endpoint of IoT Core, which a client opens with a URL: `wss://…/mqtt`.
///
/// The session token of temporary credentials is appended after signing: IoT Core refuses it as a part of the signature.
///
/// ```
/// use sig4::token::IotMqtt;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?.with_session_token("a+b")?;
/// let endpoint = IotMqtt::new("us-east-1", "abc-ats.iot.us-east-1.amazonaws.com")?;
/// let url = endpoint.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// assert!(url.as_str().starts_with("wss://abc-ats.iot.us-east-1.amazonaws.com/mqtt?X-Amz-Algorithm="));
/// // The signature of awscrt 0.36.1 with `omit_session_token`, which is the signer of the AWS IoT Device SDK.
/// let signature = "X-Amz-Signature=0047a9f726badd4f033aff2da7700f436abc0fce80cfa7cd241532c313b8d7b6";
/// assert!(url.as_str().ends_with(&[signature, "&X-Amz-Security-Token=a%2Bb"].concat()));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Device communication protocols" of the IoT Core guide, MQTT over WSS.
#[derive(Clone, Debug)]
pub struct IotMqtt {
    signer: Signer,
    host: String,
    expires: Expires,
}

impl IotMqtt {
    /// The endpoint that `iot:DescribeEndpoint` returns, or a custom domain, and URLs that open a connection within 15 minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) or [`ErrorKind::InvalidHost`](crate::ErrorKind::InvalidHost) if the
    /// region is not valid, or `endpoint` is not the name of a host alone.
    pub fn new<R>(region: R, endpoint: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, SERVICE)?;
        Ok(Self { signer, host: names::host(endpoint)?, expires: Expires::from_secs(QUARTER_OF_AN_HOUR)? })
    }

    /// Sets how long the URL opens a connection, 15 minutes by default.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidExpires`](crate::ErrorKind::InvalidExpires) if it is more than 86,400 s.
    pub fn with_expires(mut self, expires: Expires) -> Result<Self, Error> {
        self.expires = at_most(expires, MAX_IOT_SECS, "IoT Core")?;
        Ok(self)
    }

    /// The URL.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let (authority, headers) = (&*self.host, &NO_HEADERS);
        let request = TokenRequest { method: "GET", scheme: "wss", authority, path: "/mqtt", query: None, headers };
        let url = request.presign(&self.signer, credentials, self.expires, now)?;
        url.token(url.with_scheme(""), credentials, self.expires)
    }
}
