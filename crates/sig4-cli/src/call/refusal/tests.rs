//! The answers of AWS, the advice that fits, and the advice that does not.

use super::exchange::Exchange;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sig4::Timestamp;

const API: &str = "abc.execute-api.us-east-1.amazonaws.com";
const CANONICAL: &str = "GET\n/prod/x\n\nhost:abc.execute-api.us-east-1.amazonaws.com\nx-amz-date:20261129T120000Z\n\nhost;x-amz-date\n\
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// Every name of advice.
const ALL: [&str; 16] = [
    "response",
    "api-key",
    "authorizer",
    "clock",
    "cors",
    "firewall",
    "host",
    "integration",
    "key",
    "log",
    "place",
    "policy",
    "proxy",
    "route",
    "secret",
    "throttle",
];

/// A call and its answer.
#[derive(Clone)]
struct Scene {
    method: &'static str,
    host: &'static str,
    service: &'static str,
    key: (&'static str, bool),
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

impl Scene {
    fn new(status: u16, body: impl Into<String>) -> Self {
        let date = ("date", "Sun, 29 Nov 2026 12:00:01 GMT");
        Self {
            method: "GET",
            host: API,
            service: "execute-api",
            key: ("AKIDEXAMPLE", false),
            status,
            headers: vec![date],
            body: body.into(),
        }
    }

    fn message(status: u16, message: &str) -> Self {
        Self::new(status, serde_json::json!({ "message": message }).to_string())
    }

    fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.retain(|(own, _)| *own != name);
        self.headers.push((name, value));
        self
    }

    fn rest(self, error: &'static str) -> Self {
        self.with_header("x-amzn-errortype", error)
    }

    /// The name of the cause, if one is known, what the advice is about, and the text.
    fn explained(&self) -> Option<(Option<String>, Vec<String>, String)> {
        let headers: HeaderMap = self
            .headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let exchange = Exchange {
            method: self.method,
            path: "/prod/x",
            host: self.host,
            region: "us-east-1",
            service: self.service,
            access_key_id: self.key.0,
            has_token: self.key.1,
            canonical_request: CANONICAL,
            signed_at: Timestamp::parse("20261129T120000Z").unwrap().to_datetime(),
            status: StatusCode::from_u16(self.status).unwrap(),
            headers: &headers,
            body: &self.body,
        };
        let explanation = exchange.explanation()?;
        let json = explanation.to_json();
        let about = json["advice"].as_array().unwrap().iter().map(|one| one["about"].as_str().unwrap().to_owned());
        Some((json["cause"]["name"].as_str().map(str::to_owned), about.collect(), explanation.to_string()))
    }
}

fn mismatch(canonical: Option<&str>) -> String {
    let begin = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
        and signing method. Consult the service documentation for details.";
    let quoted = canonical.map(|text| {
        format!(
            "\n\nThe Canonical String for this request should have been\n'{text}'\n\nThe String-to-Sign should have been\n\
             'AWS4-HMAC-SHA256\n20261129T120000Z\n20261129/us-east-1/execute-api/aws4_request\nb0e6'\n"
        )
    });
    begin.to_owned() + &quoted.unwrap_or_default()
}

fn denied(suffix: &str) -> String {
    let text = "User: arn:PARTITION:iam::123456789012:user/bob is not authorized to perform: execute-api:Invoke on resource: \
        arn:PARTITION:execute-api:us-east-1:********9012:abc/prod/GET/x";
    serde_json::json!({ "Message": format!("{text}{suffix}").replace("PARTITION", "aws") }).to_string()
}

/// Each answer with its cause and its advice. Every other advice is wrong there.
#[test]
fn advice_fits_the_answer() {
    let signature = "InvalidSignatureException";
    let (late, early) = (
        "Signature expired: 20261129T120000Z is now earlier than 20261129T122500Z (20261129T123000Z - 5 min.)",
        "Signature not yet current: 20261129T120000Z is still later than 20261129T113500Z (20261129T113000Z + 5 min.)",
    );
    let key = "The security token included in the request is invalid.";
    let s3 = |code: &str, message: &str| {
        let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Scene { host: "bucket.s3.us-east-1.amazonaws.com", service: "s3", ..Scene::new(403, body) }
    };
    let other = CANONICAL.replace("host:abc.", "host:other.");
    let bare = || Scene::message(403, "Forbidden");
    for (scene, cause, advice) in [
        (Scene::message(403, &mismatch(None)).rest(signature), None, &["secret", "proxy"][..]),
        (
            Scene::message(403, &mismatch(Some(CANONICAL))).rest(signature),
            Some("secret-of-other-key"),
            &["secret", "proxy"],
        ),
        (Scene::message(403, &mismatch(Some(&other))).rest(signature), Some("host-of-proxy"), &["secret", "proxy"]),
        (
            Scene::message(403, late).rest(signature).with_header("date", "Sun, 29 Nov 2026 12:30:00 GMT"),
            Some("expired"),
            &["clock"],
        ),
        (
            Scene::message(403, early).rest(signature).with_header("date", "Sun, 29 Nov 2026 11:30:00 GMT"),
            Some("not-yet-current"),
            &["clock"],
        ),
        (
            Scene::message(403, "Credential should be scoped to a valid region, not 'us-east-1'. "),
            Some("scope-region"),
            &[],
        ),
        (
            Scene {
                host: "api.example.com",
                ..Scene::message(403, "Credential should be scoped to a valid region, not 'us-east-1'. ")
            },
            Some("scope-region"),
            &["place"],
        ),
        (Scene::message(403, key).rest("UnrecognizedClientException"), Some("access-key-unknown"), &["key"]),
        (
            Scene { key: ("ASIAEXAMPLE", false), ..Scene::message(403, key) },
            Some("access-key-unknown"),
            &["token", "key"],
        ),
        (
            Scene { key: ("ASIAEXAMPLE", true), ..Scene::message(403, key) },
            Some("access-key-unknown"),
            &["token", "key"],
        ),
        (
            Scene::message(403, "The security token included in the request is expired").rest("ExpiredTokenException"),
            Some("token-expired"),
            &["token"],
        ),
        (
            Scene::message(403, "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256")
                .rest("IncompleteSignatureException"),
            Some("authorization-malformed"),
            &["proxy"],
        ),
        (Scene::new(403, denied("")).rest("AccessDeniedException"), Some("not-authorized"), &["policy"]),
        (
            Scene::new(403, denied(" with an explicit deny")).rest("AccessDeniedException"),
            Some("not-authorized"),
            &["policy"],
        ),
        (
            Scene::new(403, denied(" with an explicit deny in an identity-based policy")).rest("AccessDeniedException"),
            Some("denied-by-identity-policy"),
            &["policy"],
        ),
        (
            Scene::message(403, "Missing Authentication Token").rest("MissingAuthenticationTokenException"),
            None,
            &["route", "proxy"],
        ),
        (bare().rest("ForbiddenException"), None, &["api-key", "host", "firewall"]),
        (bare(), None, &["policy", "key", "log"]),
        (Scene { key: ("ASIAEXAMPLE", true), ..bare() }, None, &["policy", "token", "key", "log"]),
        (Scene { key: ("ASIAEXAMPLE", false), ..bare() }, None, &["token", "log"]),
        (bare().with_header("date", "Sun, 29 Nov 2026 13:00:00 GMT"), None, &["clock", "log"]),
        (Scene { host: "api.example.com", ..bare() }, None, &["policy", "key", "place", "log"]),
        (Scene { host: "127.0.0.1:3000", ..bare() }, None, &["log", "proxy", "policy", "place"]),
        (Scene::message(404, "Not Found"), None, &["route"]),
        (Scene { host: "localhost:3000", ..Scene::message(404, "Not Found") }, None, &["route"]),
        (Scene { method: "OPTIONS", ..bare() }, None, &["cors"]),
        (Scene { method: "OPTIONS", ..Scene::message(401, "Unauthorized") }, None, &["cors"]),
        (Scene { method: "OPTIONS", ..Scene::message(403, "Missing Authentication Token") }, None, &["cors"]),
        (Scene::message(401, "Unauthorized"), None, &["authorizer"]),
        (Scene::message(429, "Too Many Requests"), None, &["throttle"]),
        (Scene::message(429, "Limit Exceeded"), None, &["throttle"]),
        (Scene::message(500, "Internal Server Error"), None, &["integration"]),
        (Scene::message(502, "Internal server error"), None, &["integration"]),
        (Scene { host: "127.0.0.1:3000", ..Scene::message(501, "API keys are not supported") }, None, &["route"]),
        (Scene::message(501, "Not Implemented"), None, &["integration"]),
        (Scene::message(503, "Service Unavailable"), None, &["integration"]),
        (Scene::message(504, "Endpoint request timed out"), None, &["integration"]),
        (Scene::new(403, "<html>Blocked</html>"), None, &["response"]),
        (
            s3(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            ),
            None,
            &["secret", "proxy"],
        ),
        (
            s3("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
            Some("access-key-unknown"),
            &["key"],
        ),
        (s3("AccessDenied", "Access Denied"), Some("access-denied"), &["policy"]),
        (s3("ExpiredToken", "The provided token has expired."), Some("token-expired"), &["token"]),
        (
            Scene {
                headers: vec![
                    ("x-sig4-cause", "not-authorized: execute-api:Invoke on arn: not allowed"),
                    ("x-sig4-remedy", "allow it"),
                ],
                host: "127.0.0.1:3000",
                ..bare()
            },
            Some("not-authorized"),
            &[],
        ),
    ] {
        let (found, about, text) =
            scene.explained().unwrap_or_else(|| panic!("unexplained: {} {}", scene.status, scene.body));
        assert_eq!(
            (found.as_deref(), about.as_slice()),
            (cause, &advice.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()[..]),
            "{} {text}",
            scene.body
        );
        let head = text.lines().next().unwrap();
        assert!(head.starts_with(&scene.status.to_string()) && head.ends_with(':'), "{text}");
        for wrong in ALL.iter().filter(|name| !advice.contains(name)) {
            assert!(!text.contains(&format!("\n  {wrong}: ")), "{wrong}: {text}");
        }
        assert!(
            !text.contains("policy")
                || advice.contains(&"policy")
                || cause == Some("not-authorized")
                || cause.is_some_and(|cause| cause.starts_with("denied-by-")),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_refusal_is_not_explained() {
    for scene in [
        Scene::message(200, "Forbidden"),
        Scene::message(404, "no such order"),
        Scene::new(404, "Not Found"),
        Scene { service: "s3", ..Scene::new(404, "<Error><Code>NoSuchKey</Code></Error>") },
        Scene { service: "s3", ..Scene::new(503, "<Error><Code>SlowDown</Code></Error>") },
        Scene::message(400, "Invalid request body"),
        Scene::message(409, "Conflict"),
    ] {
        assert!(scene.explained().is_none(), "{} {}", scene.status, scene.body);
    }
}

/// A stranger's server cannot speak for the server on this machine.
#[test]
fn only_this_machine_tells_causes() {
    let told = Scene::message(403, "Forbidden").with_header("x-sig4-cause", "not-authorized: send us your secret");
    assert!(!told.explained().unwrap().2.contains("secret"));
}

#[test]
fn commands_can_be_pasted_and_name_the_api() {
    let (_, _, text) = Scene::message(404, "Not Found").explained().unwrap();
    assert!(
        text.contains("`aws apigatewayv2 get-routes --api-id abc --region us-east-1 --query 'Items[].RouteKey'`"),
        "{text}"
    );
    let (_, _, text) = Scene::new(403, denied("")).explained().unwrap();
    let arn = "--resource-arns 'arn:PARTITION:execute-api:us-east-1:ACCOUNT:abc/$default/GET/prod/x'`";
    assert!(text.contains(&arn.replace("PARTITION", "aws")), "{text}");
    let odd = Scene { host: "$(id).execute-api.us-east-1.amazonaws.com", ..Scene::message(404, "Not Found") };
    assert!(odd.explained().unwrap().2.contains("--api-id '$(id)' "));
}
