//! The kind `v4-chunked`: a request's head, its chunks, and the trailer after them.
//!
//! ```text
//! "payload_header":"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER","chunk_sizes":[65536,464],"trailers":[["name","value"]]
//! ```

use super::answer::{SignerAnswer, fields, header_answer};
use crate::failure::Failure;
use crate::json_fields::Fields;
use crate::stages::Job;
use serde_json::Value;
use sig4::payload::Streaming;

/// The parts of a line that other kinds do not have.
pub(super) struct Chunks {
    pub(super) marker: Streaming,
    sizes: Vec<usize>,
    trailer: Vec<(String, String)>,
}

impl Chunks {
    pub(super) fn read(line: &Fields<'_>) -> Result<Self, Failure> {
        let marker = Streaming::parse(&line.required("payload_header")?)?;
        if marker.is_events() {
            return Err(format!("a body in chunks is not `{marker}`").into());
        }
        let sizes: Option<Vec<usize>> = line.value("chunk_sizes", "is not a list of sizes")?;
        let sizes = sizes.ok_or("`chunk_sizes` is missing")?;
        if sizes.contains(&0) {
            return Err("`chunk_sizes` holds a 0: only the last chunk has no data, and it is not in the list".into());
        }
        let trailer: Option<Vec<_>> = line.value("trailers", "is not a list of [name, value] pairs of strings")?;
        let trailer = trailer.unwrap_or_default();
        if !marker.has_trailer() && !trailer.is_empty() {
            return Err(format!("a body that is `{marker}` has no trailer").into());
        }
        Ok(Self { marker, sizes, trailer })
    }

    /// The data of each chunk, and the last chunk, which has none.
    fn of_body<'b>(&self, body: &'b [u8]) -> Result<Vec<&'b [u8]>, Failure> {
        let (mut chunks, mut rest) = (Vec::new(), body);
        for size in &self.sizes {
            let (chunk, after) = rest.split_at_checked(*size).ok_or("the chunks have more bytes than the body")?;
            chunks.push(chunk);
            rest = after;
        }
        if !rest.is_empty() {
            return Err(format!("{} bytes of the body are in no chunk", rest.len()).into());
        }
        chunks.push(&[]);
        Ok(chunks)
    }

    /// The signatures of the head, the chunks and the trailer.
    pub(super) fn answer(&self, job: &Job<'_>, body: &[u8]) -> Result<SignerAnswer, Failure> {
        let chunks = self.of_body(body)?;
        let (_, signed) = job.sign()?;
        let mut signer = job.signer.chunk_signer(&signed, &job.credentials);
        let (mut signatures, mut trailer) = (Vec::new(), Value::Null);
        if self.marker.is_signed() {
            signatures.extend(chunks.iter().map(|data| Value::from(signer.sign(data).to_string())));
            if self.marker.has_trailer() {
                let trailing: Vec<_> = self.trailer.iter().map(|(name, value)| (&**name, &**value)).collect();
                trailer = signer.sign_trailer(&trailing)?.to_string().into();
            }
        }
        let mut answer = header_answer(job)?;
        answer.extend(fields([("seed_signature", signed.signature().to_string())]));
        answer.remove("signature");
        answer.insert("chunk_signatures".to_owned(), signatures.into());
        answer.insert("trailer_signature".to_owned(), trailer);
        Ok(answer)
    }
}
