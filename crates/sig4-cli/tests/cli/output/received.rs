//! `sig4 verify` and `sig4 explain`.

use crate::output::planted::{
    ALL, API_KEY, BEARER, COOKIE, ID, KEY, PASSWORD, S3_SESSION, SIGNATURE, SSE_C, TOKEN, checked, encoded, found,
    headers, other_token, query, signing,
};
use crate::output::run::{bare, file, with_input};
use sig4::request::RequestView;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp};
use std::process::Output;

const AT: &str = "20150830T123600Z";
const PLACE: [&str; 6] = ["--region", "us-east-1", "--service", "execute-api", "--at", AT];

fn lines(headers: &[String]) -> String {
    headers.iter().map(|header| header.clone() + "\n").collect()
}

/// A request with all secrets there are, signed rightly in its headers or its query.
fn signed(in_query: bool) -> String {
    let mut given: Vec<_> = headers()
        .iter()
        .map(|header| {
            let (name, value) = header.split_once(": ").unwrap();
            (name.to_owned(), value.as_bytes().to_vec())
        })
        .collect();
    given.push(("Host".to_owned(), b"h".to_vec()));
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let credentials = Credentials::new(ID, KEY).unwrap().with_session_token(TOKEN).unwrap();
    let now = Timestamp::parse(AT).unwrap().to_datetime();
    let query = query().replace("X-Amz-Security-Token", "X-Amz-Securty-Token");
    let view = RequestView::new("GET", "/a", Some(&query), &given).with_authority("https", "h");
    let payload = Payload::Bytes(b"");
    let given_lines = lines(&headers());
    if in_query {
        let expires = Expires::from_secs(60).unwrap();
        let url = signer.presign_view(&view, &payload, &credentials, expires, now).unwrap().url();
        return format!("GET {} HTTP/1.1\nHost: h\n{given_lines}\n", url.strip_prefix("https://h").unwrap());
    }
    let signed = signer.sign_view(&view, &payload, &credentials, now).unwrap();
    let added: String = signed.headers().map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("GET /a?{query} HTTP/1.1\nHost: h\n{given_lines}{added}\n")
}

fn run(command: &str, options: &[&str], request: &str) -> Output {
    let mut all = vec![command];
    all.extend(PLACE);
    all.extend(options);
    with_input(signing(bare(&all)), request.as_bytes())
}

/// Requests that are right, and that are wrong in some way.
fn requests() -> Vec<(&'static str, String)> {
    let (header, query) = (signed(false), signed(true));
    let replaced = |from: &str, to: &str| header.replacen(from, to, 1);
    let authorization = |value: &str| {
        let (before, rest) = header.split_once("authorization: ").unwrap();
        let (_, after) = rest.split_once('\n').unwrap();
        format!("{before}authorization: {value}\n{after}")
    };
    vec![
        ("right", header.clone()),
        ("presigned", query.clone()),
        ("another path", replaced("/a?", "/b?")),
        ("another host", replaced("Host: h", "Host: other")),
        ("another cookie", replaced("Cookie: ", "Cookie: x")),
        ("a cookie of several lines", replaced("Cookie: ", "Cookie: a\r")),
        ("another SSE-C key", replaced("Customer-Key: ", "Customer-Key: x")),
        ("another token", replaced("x-amz-security-token: ", "x-amz-security-token: x")),
        ("a token of other words", replaced(TOKEN, S3_SESSION)),
        ("an encoded token", replaced(TOKEN, &encoded(TOKEN))),
        ("a token of an S3 session beside", replaced("Cookie: ", &format!("{}\nCookie: ", other_token()))),
        ("no token", replaced("x-amz-security-token", "x-other")),
        ("a presigned URL for another path", query.replacen("/a?", "/b?", 1)),
        ("a presigned URL with another token", query.replacen("tOk9", "tOk8", 1)),
        ("twice signed", query.replacen("Host: h", &format!("Host: h\nauthorization: Bearer {BEARER}"), 1)),
        (
            "a planted signature",
            authorization(&format!(
                "AWS4-HMAC-SHA256 Credential={ID}/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature={SIGNATURE}"
            )),
        ),
        (
            "a secret for a key id",
            authorization(&format!(
                "AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/execute-api/aws4_request, SignedHeaders=host, \
             Signature={SIGNATURE}"
            )),
        ),
        ("bearer", authorization(&format!("Bearer {BEARER}"))),
        ("basic", authorization(&format!("Basic {BEARER}"))),
        ("no scheme", authorization(BEARER)),
        ("no scheme, and an equals sign", authorization(&format!("{API_KEY}={BEARER}"))),
        ("parameters of no kind", authorization(&format!("AWS4-HMAC-SHA256 {BEARER}, {API_KEY}={SSE_C}"))),
        ("a date of no kind", replaced(&format!("x-amz-date: {AT}"), &format!("x-amz-date: {KEY}"))),
        ("the API key for a date", replaced(&format!("x-amz-date: {AT}"), &format!("x-amz-date: {API_KEY}"))),
        ("a whole URL", replaced("GET /a?", &format!("GET https://u:{PASSWORD}@h/a?"))),
        ("a whole URL without a host", replaced("GET /a?", &format!("GET https://u:{PASSWORD}@/a?"))),
        ("a line without a colon", replaced("Cookie: ", "Cookie ")),
        ("a token alone on a line", replaced("Cookie: ", &format!("{TOKEN}\nCookie: "))),
        ("a bearer alone on a line", replaced("Cookie: ", &format!("{BEARER}\nCookie: "))),
        ("only a secret", SSE_C.to_owned()),
        ("a credentials file", format!("[default]\naws_access_key_id = A\naws_secret_access_key = {SSE_C}\n")),
        ("a line of JSON", format!("{{\"secret_key\":\"{SSE_C}\",\"cookie\":\"{COOKIE}\"}}\n")),
        ("a curl command", format!("curl -H 'authorization: Bearer {BEARER}' -H 'x-api-key: {API_KEY}' https://h")),
        ("nothing", String::new()),
    ]
}

#[test]
fn no_outcome_has_a_secret() {
    for (what, request) in requests() {
        for (command, options) in [
            ("verify", &[][..]),
            ("verify", &["--json"]),
            ("verify", &["--as-aws", "--json"]),
            ("explain", &[]),
            ("explain", &["--json"]),
            ("explain", &["--as-aws"]),
        ] {
            let output = run(command, options, &request);
            checked(&format!("{command} {options:?} of {what}"), &output, &[]);
        }
    }
    let right = run("verify", &[], &signed(false));
    assert!(right.status.success(), "{right:?}");
    assert!(run("verify", &[], &signed(true)).status.success());
}

#[test]
fn the_right_signature_is_shown_on_demand_and_secrets_on_another() {
    let request = signed(false);
    let shown = |options: &[&str]| String::from_utf8(run("explain", options, &request).stdout).unwrap();
    let signature = request.split_once("Signature=").unwrap().1[..64].to_owned();
    for options in [&["--show-signature"][..], &["--show-signature", "--json"]] {
        let told = shown(options);
        assert!(told.contains(&signature) && found(told.as_bytes()).is_empty(), "{told}");
        let told = shown(&[options, &["--show-secrets"]].concat());
        assert!(told.contains(&signature) && told.contains(TOKEN) && told.contains(SSE_C), "{told}");
    }
}

#[test]
fn a_clients_canonical_request_and_an_answer_of_aws_are_explained_without_their_secrets() {
    let canonical = |path: &str| {
        format!(
            "GET\n{path}\nX-Amz-Security-Token={}&api_key={API_KEY}\ncookie:{COOKIE}\nhost:h\n\
             x-amz-security-token:{TOKEN}\nx-amz-server-side-encryption-customer-key:{SSE_C}\n\n\
             cookie;host;x-amz-security-token;x-amz-server-side-encryption-customer-key\nUNSIGNED-PAYLOAD",
            encoded(TOKEN)
        )
    };
    let (own, theirs) = (canonical("/a%20b"), canonical("/a%2520b"));
    let answers = [
        serde_json::json!({"message": format!(
            "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this \
             request should have been\n'{theirs}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\nx'\n"
        )})
        .to_string(),
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match \
             {COOKIE}</Message><SignatureProvided>{SIGNATURE}</SignatureProvided><CanonicalRequest>{}</CanonicalRequest>\
             </Error>",
            theirs.replace('&', "&amp;")
        ),
        format!("<Error><Code>{KEY}</Code><Message>{TOKEN} {COOKIE} {BEARER}</Message></Error>"),
        format!("{COOKIE} {BEARER}"),
    ];
    for (number, answer) in answers.iter().enumerate() {
        let answer = file(&format!("answer-{number}"), answer);
        for own in
            [own.clone(), own.replacen("host:h", "host:other", 1), own.replace(SSE_C, "another"), COOKIE.to_owned()]
        {
            let own = file(&format!("own-{number}"), own);
            for options in [&[][..], &["--json"]] {
                let arguments =
                    [&["explain", "--aws-response", &answer, "--canonical-request", &own], options].concat();
                checked(&format!("{arguments:?}"), &bare(&arguments).output().unwrap(), &[]);
                checked("with a request", &run("explain", &["--canonical-request", &own], &signed(false)), &[]);
            }
        }
    }
}

#[test]
fn every_secret_is_tried() {
    let all = signed(false) + &signed(true) + &requests().into_iter().map(|(_, request)| request).collect::<String>();
    let names: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(found(all.as_bytes()), names);
}
