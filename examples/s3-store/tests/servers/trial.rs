//! Every form under every key, read again, and forged.

use crate::client::{Answer, send};
use crate::form::{Forgery, Form, Upload};
use crate::keys::KEYS;
use crate::streamed;
use axum::body::Bytes;
use sig4::tower::ChunkSigning;
use std::time::{Duration, Instant};

pub const ACCESS_KEY: &str = "AKIDEXAMPLE000000001";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const REGION: &str = "us-east-1";
pub const BUCKET: &str = "bucket";

/// A server may need this long until it stores something.
const PATIENCE: Duration = Duration::from_secs(90);

/// The lengths at which writers of chunks go wrong: nothing, one byte, what is about a chunk, and many chunks.
const SIZES: [usize; 9] = [0, 1, 8_191, 8_192, 8_193, 65_535, 65_536, 65_537, (5 << 20) + 1];

/// A server of another project.
pub struct Server {
    pub origin: String,
    pub name: &'static str,
}

impl Server {
    /// Makes the bucket, and waits until an object can be stored.
    pub async fn get_ready(&self) {
        let begun = Instant::now();
        let bucket = Upload { body: Bytes::new(), ..upload(Form::Hashed, "") };
        let object = Upload { key: "first", ..bucket.clone() };
        loop {
            let _ = send(bucket.request(&self.origin)).await;
            let said = match send(object.request(&self.origin)).await {
                Ok(answer) if answer.status == 200 => return,
                Ok(answer) => answer.body.escape_ascii().to_string(),
                Err(error) => error,
            };
            assert!(begun.elapsed() < PATIENCE, "{} stores nothing in {BUCKET}: {said}", self.name);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// What a server does with a forgery instead of refusing it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lapse {
    /// It stores the object, and says so.
    Accepts,
    /// It answers with an error, and keeps the object.
    Keeps,
}

/// Faults of the servers, by the beginning of the form's name. An entry that is no longer true fails the test.
const LAPSES: &[(&str, &str, Forgery, Lapse)] = &[
    ("s3s", "UnsignedTrailer", Forgery::Data, Lapse::Keeps),
    ("s3s", "UnsignedTrailer", Forgery::Checksum, Lapse::Keeps),
    ("seaweedfs", "Hashed", Forgery::Data, Lapse::Accepts),
];

fn expected(server: &Server, form: Form, forgery: Forgery) -> Option<Lapse> {
    let form = format!("{form:?}");
    let mut found =
        LAPSES.iter().filter(|(name, start, of, _)| *name == server.name && form.starts_with(start) && *of == forgery);
    found.next().map(|(.., lapse)| *lapse)
}

pub async fn run(server: &Server) {
    let mut faults = Vec::new();
    for form in Form::ALL {
        for key in KEYS {
            faults.extend(stored(server, upload(form, key)).await.err());
        }
        for forgery in form.forgeries() {
            faults.extend(refused(server, form, *forgery).await.err());
        }
    }
    for form in Form::ALL.into_iter().chain(Form::MORE) {
        for size in SIZES {
            let body = body(form, "a length").iter().copied().cycle().take(size).collect();
            faults.extend(stored(server, Upload { body, ..upload(form, "a length") }).await.err());
        }
        if !matches!(form, Form::Post | Form::Presigned) {
            faults.extend(stored(server, Upload { encoding: Some("gzip"), ..upload(form, "encoded") }).await.err());
        }
    }
    for (key, signing) in KEYS.into_iter().zip([ChunkSigning::Signed, ChunkSigning::Unsigned].into_iter().cycle()) {
        faults.extend(streamed(server, key, signing).await.err());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The object is there as it was sent.
async fn stored(server: &Server, upload: Upload<'_>) -> Result<(), String> {
    let here = format!("{:?} of {} with {} bytes to {}", upload.form, upload.key, upload.body.len(), server.name);
    let answer = send(upload.request(&server.origin)).await.map_err(|error| format!("{here}: {error}"))?;
    if !matches!(answer.status, 200 | 204) {
        return Err(format!("{here}: {} {}", answer.status, answer.body.escape_ascii()));
    }
    let object = read(server, upload.key).await?;
    if object.status != 200 || object.body != upload.body {
        return Err(format!("{here}: read {} with {} bytes", object.status, object.body.len()));
    }
    // Both servers take the chunks for a part of the object's encoding. S3 does not store it.
    let encoding = object.encoding.unwrap_or_default();
    let stored = encoding.split(',').find(|encoding| !matches!(*encoding, "aws-chunked" | ""));
    if stored == upload.encoding { Ok(()) } else { Err(format!("{here}: read as {encoding}")) }
}

/// What a client with `SignLayer` streams is there as it was sent.
async fn streamed(server: &Server, key: &str, signing: ChunkSigning) -> Result<(), String> {
    let body = body(Form::SignedChunks(0), key);
    let here = format!("{signing:?} stream of {key} to {}", server.name);
    let status = streamed::upload(&server.origin, key, &body, signing).await;
    let object = read(server, key).await?;
    if status == Ok(200) && object.body == body {
        Ok(())
    } else {
        Err(format!("{here}: {status:?}, read {}", object.status))
    }
}

/// A forged upload is refused, and nothing is stored.
async fn refused(server: &Server, form: Form, forgery: Forgery) -> Result<(), String> {
    let key = format!("forged {form:?} {forgery:?}");
    // A server may hang up before the body ends.
    let answer = send(upload(form, &key).forged(forgery, &server.origin)).await;
    let is_accepted = answer.is_ok_and(|answer| answer.status < 300);
    let lapse = match (is_accepted, read(server, &key).await?.status) {
        (false, 404) => None,
        (false, _) => Some(Lapse::Keeps),
        (true, _) => Some(Lapse::Accepts),
    };
    let expected = expected(server, form, forgery);
    if lapse == expected { Ok(()) } else { Err(format!("{key} to {}: {lapse:?}, and not {expected:?}", server.name)) }
}

async fn read(server: &Server, key: &str) -> Result<Answer, String> {
    send(upload(Form::Hashed, key).read(&server.origin)).await
}

fn upload(form: Form, key: &str) -> Upload<'_> {
    Upload { key, body: body(form, key), form, secret: SECRET_KEY, encoding: None }
}

/// Bytes that differ by form and key, a few chunks of 64 KiB of them.
fn body(form: Form, key: &str) -> Bytes {
    let line = format!("{form:?} of {key}\n");
    Bytes::from(line.repeat(150_000 / line.len()))
}
