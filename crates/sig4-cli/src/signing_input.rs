//! The input of a signature on the command line, for `sig4 sign` and `sig4 presign`.

use crate::clock::now;
use crate::failure::Failure;
use crate::outgoing::{Outgoing, note_replaced};
use crate::print::note;
use crate::request::{Composed, ContentType, RequestArgs, RequestKeyArgs, ScopeArgs};
use crate::show::{FinalStage, Show};
use crate::signing_scope::SigningScope;
use crate::stages::Job;
use crate::url::{self, Url};
use crate::{expiry, print};
use clap::Args;
use http::header::HOST;
use sig4::request::RequestView;
use sig4::sign::Presigned;
use sig4::{Credentials, Expires, Payload, Timestamp};

/// The arguments that both commands share.
#[derive(Args, Debug)]
pub(crate) struct SigningArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs<true>,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    keys: RequestKeyArgs,
}

/// The arguments that change a signature.
#[derive(Args, Debug)]
#[command(next_help_heading = "Signature")]
struct SettingArgs {
    /// The time of signing [default: now]
    #[arg(long, value_name = "YYYYMMDDTHHMMSSZ", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
    /// Exclude the body from the signature
    #[arg(long)]
    unsigned_payload: bool,
}

/// A request and what signs it.
#[derive(Debug)]
pub(crate) struct SigningInput {
    pub(crate) request: Composed,
    pub(crate) scope: SigningScope,
    pub(crate) credentials: Credentials,
    pub(crate) timestamp: Timestamp,
    wire_headers: Vec<(String, Vec<u8>)>,
    unsigned_payload: bool,
}

/// A presigned URL and the note about it.
pub(crate) struct PresignedUrl {
    pub(crate) presigned: Presigned,
    pub(crate) signed_headers: String,
    /// The stages, if `--show` asks for them.
    pub(crate) stages: Option<String>,
}

impl SigningArgs {
    /// The input. Credentials are read before files that may be named by mistake, so that no message repeats a secret.
    pub(crate) fn input(&self, content_type: ContentType) -> Result<SigningInput, Failure> {
        self.request.check_target()?;
        self.request.note_user()?;
        let files = self.keys.files()?;
        let found = self.keys.credentials(&files, self.request.token_header());
        let request = match &found {
            Ok(_) => self.request.compose(content_type)?,
            // What is wrong with the host is more to the point than that there are no credentials.
            Err(_) => self.request.compose_without_body()?,
        };
        let url = request.checked_url()?;
        let scope = SigningScope::find(&self.scope, request.host(&url), &files)?;
        Ok(SigningInput {
            scope,
            credentials: found?,
            timestamp: self.settings.at.map_or_else(now, Ok)?,
            wire_headers: request.wire_headers(),
            unsigned_payload: self.settings.unsigned_payload,
            request,
        })
    }
}

impl SigningInput {
    /// The parts of the URL.
    pub(crate) fn url(&self) -> Result<Url<'_>, Failure> {
        Ok(Url::split(&self.request.url)?)
    }

    /// The signature to compute.
    pub(crate) fn job(&self, is_presigned: bool) -> Result<Job<'_>, Failure> {
        let Self { request, scope, wire_headers, .. } = self;
        let url = self.url()?;
        let signer = scope.signer()?;
        let body = request.body.bytes();
        let payload = match (self.unsigned_payload, is_presigned) {
            (true, _) => Payload::Unsigned,
            (false, true) => signer.presign_payload(body),
            (false, false) => Payload::Bytes(body),
        };
        let view = RequestView::new(&request.method, url.path, url.query, wire_headers);
        Ok(Job {
            request: view.with_authority(url.scheme, url.authority),
            payload,
            signer,
            credentials: self.credentials.clone(),
            timestamp: self.timestamp,
        })
    }

    /// Presigns the URL, and notes what may keep it from working.
    pub(crate) fn presign(&self, expires: Expires, show: Option<Show>) -> Result<PresignedUrl, Failure> {
        let (stages, presigned) = self.job(true)?.presign(expires)?;
        let outgoing = Outgoing::presigned(&presigned, &self.request.headers, &stages.signed_headers);
        note_replaced(&self.request.headers, &outgoing.headers, &self.credentials);
        let url = self.url()?;
        let is_sent =
            self.request.host(&url) == url.host() || !self.request.headers.iter().any(|h| h.is(HOST.as_str()));
        if stages.signed_headers != HOST.as_str() || !is_sent {
            note(&format!("the URL is valid only with these headers as they were signed: {}", stages.signed_headers));
        }
        let signed_path = stages.canonical_request.lines().nth(1).unwrap_or_default();
        if url::is_rewritten(presigned.target(), signed_path) {
            note("browsers rewrite this path before they send it: send the URL as it is, as `curl --path-as-is` does");
        }
        let notes = [expiry::shortened(&presigned, &self.credentials), expiry::unknown(&self.credentials)];
        notes.iter().flatten().for_each(|text| note(text));
        let line = presigned.url() + "\n";
        let last = FinalStage { signature: presigned.signature().to_string(), title: "url", content: &line };
        let stages_text = show.map(|show| shown(&show.text(&stages, &last), &last.signature));
        Ok(PresignedUrl { signed_headers: stages.signed_headers, stages: stages_text, presigned })
    }
}

/// Stages without secrets, but with the signature.
pub(crate) fn shown(stages: &str, signature: &str) -> String {
    let redacted = print::redact_but(signature, stages);
    if redacted != stages {
        note("secrets are not shown, so this is not what was signed, byte for byte; --show-secrets shows them");
    }
    redacted
}
