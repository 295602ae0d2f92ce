//! A row of the table: a request, what its signer does wrong, and the name of the cause.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::wire::Wire;
use crate::mistakes::wrong_signer::{Sent, WrongSigner};
use sig4::explain::{Explainer, Report};
use sig4::settings::PlusDecoding;
use sig4::{Credentials, Timestamp, Verifier};

pub const ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22+wDOk4x4HIZ8j4FZTwdQW==";
pub const AT: &str = "20150830T123600Z";

/// One mistake, or two that are made together.
#[derive(Debug)]
pub struct Row {
    /// Who does what.
    pub what: &'static str,
    /// Where it was met: a thread, or the signer that does it.
    pub source: &'static str,
    pub expected: &'static str,
    pub case: Case,
    pub mistakes: Vec<Mistake>,
}

pub fn row(
    expected: &'static str,
    source: &'static str,
    what: &'static str,
    case: Case,
    mistakes: impl Into<Vec<Mistake>>,
) -> Row {
    Row { what, source, expected, case, mistakes: mistakes.into() }
}

/// A request, where it goes, and what the explainer is told besides.
#[derive(Clone, Debug)]
pub struct Case {
    service: &'static str,
    region: &'static str,
    request: Wire,
    presigned: bool,
    is_v4a: bool,
    token: Option<&'static str>,
    plus: PlusDecoding,
    hosts: &'static [&'static str],
    original_body: Option<&'static str>,
    tells_canonical: bool,
}

/// A request to API Gateway.
pub fn gateway(request: &str) -> Case {
    Case::new("execute-api", request, "abc.execute-api.us-east-1.amazonaws.com")
}

/// A request to S3.
pub fn s3(request: &str) -> Case {
    Case::new("s3", request, "bucket.s3.us-east-1.amazonaws.com")
}

impl Case {
    fn new(service: &'static str, request: &str, host: &str) -> Self {
        let mut request = Wire::read(request);
        if request.header("host").is_none() {
            request.headers.insert(0, ("Host".to_owned(), host.into()));
        }
        Self {
            service,
            region: "us-east-1",
            request,
            presigned: false,
            is_v4a: false,
            token: None,
            plus: PlusDecoding::Space,
            hosts: &[],
            original_body: None,
            tells_canonical: false,
        }
    }

    pub fn service(&self) -> &'static str {
        self.service
    }

    pub fn region(self, region: &'static str) -> Self {
        Self { region, ..self }
    }

    pub fn presigned(self) -> Self {
        Self { presigned: true, ..self }
    }

    /// Signed with Signature Version 4a, at a service that accepts it.
    #[cfg(feature = "sigv4a")]
    pub fn of_version_4a(self) -> Self {
        Self { is_v4a: true, ..self }
    }

    /// With temporary credentials.
    pub fn temporary(self) -> Self {
        Self { token: Some(TOKEN), ..self }
    }

    /// At a service that reads a `+` in a query as a plus sign.
    pub fn plus_is_plus(self) -> Self {
        Self { plus: PlusDecoding::Literal, ..self }
    }

    /// The explainer knows that these hosts are in use.
    pub fn hosts(self, hosts: &'static [&'static str]) -> Self {
        Self { hosts, ..self }
    }

    /// The explainer has the body that the client meant to send.
    pub fn original_body(self, body: &'static str) -> Self {
        Self { original_body: Some(body), ..self }
    }

    /// The explainer has the client's canonical request.
    pub fn tells_canonical(self) -> Self {
        Self { tells_canonical: true, ..self }
    }

    pub fn signer(&self, mistakes: &[Mistake]) -> WrongSigner {
        WrongSigner {
            service: self.service,
            region: self.region,
            access_key_id: ID,
            secret: SECRET.to_owned(),
            token: self.token,
            timestamp: AT,
            presigns: self.presigned,
            is_v4a: self.is_v4a,
            plus_is_plus: self.plus == PlusDecoding::Literal,
            mistakes: mistakes.to_vec(),
        }
    }

    pub fn sent(&self, mistakes: &[Mistake]) -> Sent {
        self.signer(mistakes).sign(&self.request)
    }

    pub fn verifier(&self) -> Verifier {
        let verifier = Verifier::new(self.region, self.service).unwrap().with_plus_decoding(self.plus);
        #[cfg(feature = "sigv4a")]
        if self.is_v4a {
            return verifier.with_algorithms([sig4::algorithm::Algorithm::EcdsaP256Sha256]);
        }
        verifier
    }

    pub fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(ID, SECRET).unwrap();
        match self.token {
            Some(token) => credentials.with_session_token(token).unwrap(),
            None => credentials,
        }
    }

    /// The explanation of what `sent` holds.
    pub fn explained(&self, sent: &Sent) -> Report {
        let (credentials, verifier) = (self.credentials(), self.verifier());
        let mut explainer = Explainer::new(&verifier, &credentials).with_hosts(self.hosts.iter().copied());
        if let Some(body) = self.original_body {
            explainer = explainer.with_original_body(body.as_bytes());
        }
        let canonical = String::from_utf8_lossy(&sent.canonical_request);
        if self.tells_canonical {
            explainer = explainer.with_client_canonical_request(&canonical);
        }
        let now = Timestamp::parse(AT).unwrap().to_datetime();
        explainer.report(&sent.wire.view(), &sent.wire.body, now)
    }
}
