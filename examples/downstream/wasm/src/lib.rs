//! What `run.mjs` calls: functions of numbers, and a text that both sides read and write.
//!
//! WebAssembly has no clock, and `SystemTime::now()` panics there: the time comes from JavaScript's `Date.now()`.

use http::Request;
use sig4::{Credentials, Expires, Signer, Verifier};
use std::error::Error;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

static TEXT: Mutex<String> = Mutex::new(String::new());

/// The address of the text.
#[unsafe(no_mangle)]
pub extern "C" fn text() -> *const u8 {
    TEXT.lock().expect("nothing panics").as_ptr()
}

/// The length of the text in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn text_len() -> usize {
    TEXT.lock().expect("nothing panics").len()
}

/// Signs the request of AWS's guide, a GET of IAM. The text is then the `Authorization` header, or the error. Returns whether it is signed.
#[unsafe(no_mangle)]
pub extern "C" fn sign(now_ms: f64) -> bool {
    answer(|_| {
        let mut request = Request::get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .body("")?;
        Signer::new("us-east-1", "iam")?.sign(&mut request, &credentials()?, time(now_ms))?;
        Ok(request.headers()["authorization"].to_str()?.to_owned())
    })
}

/// Presigns the object of S3's guide for a day. The text is then the URL, or the error. Returns whether it is presigned.
#[unsafe(no_mangle)]
pub extern "C" fn presign(now_ms: f64) -> bool {
    answer(|_| {
        let request = Request::get("https://examplebucket.s3.amazonaws.com/test.txt").body("")?;
        let url = Signer::new("us-east-1", "s3")?.presign(
            &request,
            &guide_of_s3()?,
            Expires::from_secs(86_400)?,
            time(now_ms),
        )?;
        Ok(url.url())
    })
}

/// Verifies a GET of the URL in the text. The text is then the caller's access key id, or the error. Returns whether it is verified.
#[unsafe(no_mangle)]
pub extern "C" fn verify(now_ms: f64) -> bool {
    answer(|url| {
        let (parts, ()) = Request::get(url).body(())?.into_parts();
        let verifier = Verifier::new("us-east-1", "s3")?;
        let caller = verifier.claim(&parts)?.verify(&guide_of_s3()?, "", time(now_ms))?;
        Ok(caller.access_key_id().to_owned())
    })
}

fn time(now_ms: f64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs_f64(now_ms / 1000.0)
}

fn answer(compute: impl FnOnce(&str) -> Result<String, Box<dyn Error>>) -> bool {
    let mut text = TEXT.lock().expect("nothing panics");
    let answer = compute(&text);
    let ok = answer.is_ok();
    *text = answer.unwrap_or_else(|error| error.to_string());
    ok
}

fn credentials() -> Result<Credentials, sig4::Error> {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

fn guide_of_s3() -> Result<Credentials, sig4::Error> {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}
