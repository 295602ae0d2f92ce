//! A request whose client signed another canonical request, string to sign or key than the right one.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sig4::explain::{Explainer, Report};
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};
use time::Duration;

pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub fn base16(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A request, and what its client signed.
#[derive(Clone)]
pub struct Wrong {
    pub service: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    pub query: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: &'static str,
    pub listed: &'static str,
    /// The scope in the credential.
    pub scope: String,
    // What was signed.
    pub canonical: String,
    pub date: &'static str,
    pub signed_scope: String,
    pub steps: [&'static str; 4],
    pub secret: String,
}

/// A request to `service`, signed with this canonical request.
pub fn wrong(service: &'static str, path: &'static str, query: &'static str, canonical: &str) -> Wrong {
    let scope = format!("20150830/us-east-1/{service}/aws4_request");
    Wrong {
        service,
        method: "GET",
        path,
        query,
        headers: vec![("host", "h.example".into()), ("x-amz-date", "20150830T123600Z".into())],
        body: "",
        listed: "host;x-amz-date",
        canonical: canonical
            .replace("{h}", "host:h.example\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date")
            .replace("{e}", EMPTY),
        date: "20150830T123600Z",
        signed_scope: scope.clone(),
        scope,
        steps: ["20150830", "us-east-1", service, "aws4_request"],
        secret: SECRET.to_owned(),
    }
}

impl Wrong {
    pub fn signature(&self) -> String {
        let tag = |key: &[u8], text: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            mac.update(text);
            mac.finalize().into_bytes().to_vec()
        };
        let first = format!("AWS4{}", self.secret).into_bytes();
        let key = self.steps.iter().fold(first, |key, step| tag(&key, step.as_bytes()));
        let digest = base16(&Sha256::digest(self.canonical.as_bytes()));
        base16(&tag(&key, format!("AWS4-HMAC-SHA256\n{}\n{}\n{digest}", self.date, self.signed_scope).as_bytes()))
    }

    pub fn explained(&self, seconds: i64) -> Report {
        self.explained_with(seconds, &|explainer| explainer)
    }

    pub fn explained_with(&self, seconds: i64, with: &dyn for<'e> Fn(Explainer<'e>) -> Explainer<'e>) -> Report {
        let verifier = Verifier::new("us-east-1", self.service).unwrap().with_required_content_sha256(false);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/{}, SignedHeaders={}, Signature={}",
            self.scope,
            self.listed,
            self.signature()
        );
        let mut headers: Vec<(String, Vec<u8>)> =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_bytes())).collect();
        headers.push(("authorization".to_owned(), authorization.into_bytes()));
        let query = Some(self.query).filter(|query| !query.is_empty());
        let view = RequestView::new(self.method, self.path, query, &headers);
        let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime() + Duration::seconds(seconds);
        with(Explainer::new(&verifier, &Credentials::new("AKID", SECRET).unwrap())).report(
            &view,
            self.body.as_bytes(),
            now,
        )
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}
