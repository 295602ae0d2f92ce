//! `sig4 verify`: checks the signature of a raw HTTP request.

use crate::failure::Failure;
use crate::print;
use crate::receiver::{CheckedAt, Receiver, ReceiverArgs};
use crate::report_format::ReportArgs;
use clap::Args;
use serde_json::{Value, json};
use sig4::auth::SignatureLocation;
use sig4::stream::{BodyEnd, BodyProof};
use sig4::{Error, Rejection};

/// The arguments of `sig4 verify`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 verify -f request.http
  sig4 sign https://abc.execute-api.eu-west-1.amazonaws.com/orders --format http | sig4 verify
  sig4 verify \"$(sig4 presign https://bucket.s3.eu-west-1.amazonaws.com/a.txt)\"

A request has either the header authorization (-H) or the parameters of a presigned URL.
docs/verifying.md explains what is checked, docs/output.md the fields of --json.")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    receiver: ReceiverArgs,
    #[command(flatten)]
    report: ReportArgs,
}

impl VerifyArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.report.is_json()
    }
}

/// Verifies the request, prints the outcome, and returns whether it verified.
pub(crate) fn run(args: &VerifyArgs) -> Result<bool, Failure> {
    let received = args.receiver.receive(CheckedAt::Now)?;
    received.check_body()?;
    let outcome = Verified::check(&received);
    match (&outcome, args.is_json()) {
        (Ok(verified), false) => print::text(&verified.text()),
        (Ok(verified), true) => print::json(&verified.json()),
        (Err(error), false) => print::text(&refusal(error)),
        (Err(error), true) => print::json(&refusal_json(error)),
    }?;
    Ok(outcome.is_ok())
}

/// The facts about a request whose signature matched.
struct Verified {
    access_key_id: String,
    request: String,
    scope: String,
    timestamp: String,
    carrier: &'static str,
    signed_headers: String,
    signed_body: bool,
    /// The body before its encoding in chunks.
    decoded: Option<DecodedFacts>,
}

/// The facts about a body in chunks.
struct DecodedFacts {
    len: u64,
    proof: BodyProof,
    trailers: Vec<(String, String)>,
}

impl Verified {
    fn check(received: &Receiver) -> Result<Self, Error> {
        let view = received.view();
        let claim = received.verifier.claim_view(&view)?;
        let signed_headers = claim.canonical_request(&received.request.body)?.signed_headers();
        let (key, body, now) = (&received.credentials, &received.request.body, received.now);
        let (caller, decoded) = match claim.streaming() {
            Some(marker) if !marker.is_events() => {
                let (caller, _bytes, end) = claim.decode_whole(key, body, now)?.into_parts();
                (caller, Some(DecodedFacts::of(&end)))
            }
            _ => (claim.verify(key, body, now)?, None),
        };
        Ok(Self {
            access_key_id: caller.access_key_id().to_owned(),
            request: [caller.method(), " ", &received.request.path].concat(),
            scope: caller.scope().to_string(),
            timestamp: caller.timestamp().to_string(),
            carrier: if caller.signature_location() == SignatureLocation::Query { "query" } else { "header" },
            signed_headers,
            signed_body: caller.signed_body(),
            decoded,
        })
    }

    fn text(&self) -> String {
        let Self { access_key_id, request, timestamp, carrier, signed_headers, .. } = self;
        let body = if self.signed_body { "signed" } else { "not signed" };
        let body = self.decoded.as_ref().map_or_else(|| body.to_owned(), |decoded| decoded.text(body));
        format!(
            "verified: {access_key_id} signed {request} at {timestamp} ({carrier})\nsigned headers: {signed_headers}\n\
             body: {body}\n"
        )
    }

    fn json(&self) -> String {
        let mut object = json!({
            "verified": true,
            "access_key_id": self.access_key_id,
            "scope": self.scope,
            "timestamp": self.timestamp,
            "carrier": self.carrier,
            "signed_headers": self.signed_headers.split(';').collect::<Vec<_>>(),
            "signed_body": self.signed_body,
        });
        if let (Some(decoded), Some(object)) = (&self.decoded, object.as_object_mut()) {
            object.insert("decoded_body".to_owned(), decoded.json());
        }
        object.to_string()
    }
}

impl DecodedFacts {
    fn of(end: &BodyEnd) -> Self {
        let trailers = end.trailers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { len: end.decoded_len(), proof: end.proof(), trailers }
    }

    /// What vouches for the body, in one word.
    const fn proof(&self) -> &'static str {
        match self.proof {
            BodyProof::Signed => "signatures",
            BodyProof::Checksum => "checksum",
            _ => "length",
        }
    }

    fn text(&self, signed: &str) -> String {
        let proof = match self.proof {
            BodyProof::Signed => "",
            BodyProof::Checksum => ", the checksum of its trailer holds",
            _ => ", without a checksum",
        };
        let fields = self.trailers.iter().map(|(name, value)| format!("\ntrailer: {name}: {value}"));
        let fields: String = fields.collect();
        format!("{signed}, {} bytes in chunks{proof}{fields}", self.len)
    }

    fn json(&self) -> Value {
        let trailers = self.trailers.iter().map(|(name, value)| json!([name, value]));
        json!({ "length": self.len, "proof": self.proof(), "trailers": trailers.collect::<Vec<_>>() })
    }
}

/// The code, status and message of AWS's answer. Where AWS answers without a message, the error's own.
fn refusal(error: &Error) -> String {
    let answer = error.rejection();
    let (code, status) = answer.map(|answer| (answer.code(), answer.status().as_u16())).unwrap_or_default();
    let message = answer.and_then(Rejection::message).map_or_else(|| error.to_string(), str::to_owned);
    format!("refused: {code} ({status}): {}\n", message.trim_end())
}

fn refusal_json(error: &Error) -> String {
    let answer = error.rejection();
    let object = json!({
        "verified": false,
        "code": answer.map(Rejection::code),
        "status": answer.map(|answer| answer.status().as_u16()),
        "message": answer.and_then(Rejection::message),
        "reason": error.to_string(),
    });
    object.to_string()
}
