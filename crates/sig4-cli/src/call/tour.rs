//! A demonstration: an API with IAM authorization on this machine, a signed call, and two calls that it refuses.

use super::client::{CallClient, client, described};
use super::request::{Call, Prepared};
use crate::demo::{Demo, Seed};
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::print;
use crate::show::{FinalStage, Show};
use crate::signing_scope::{EXECUTE_API, SigningScope};
use crate::url::Url;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use sig4::Credentials;
use sig4_gateway::{AllowedHosts, ApiDefinition, Auth, DEFAULT_ACCOUNT, DEFAULT_REGION, Integration, Server};
use sig4_iam::tower::ExecuteApi;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::sync::mpsc::{Sender, channel};

const PATH: &str = "/orders/7";
const BODY: &str = r#"{"message":"hello"}"#;

/// The status and the body of an answer.
type Answered = (StatusCode, String);

/// Runs the demonstration. The outcome is good if each call ends as expected.
pub(crate) async fn run() -> Result<bool, Failure> {
    let demo = Demo::new(&Seed::new(None)?)?;
    let (log, causes) = channel();
    let server = serve(&demo, log).await?;
    let client = client(None)?;
    let url = server.url() + PATH;
    let signed = prepared(&url, &demo.allowed.credentials()?)?;
    let answer = sent(&client, signed.to_http()?, &url).await?;
    let mut good = answer.0 == StatusCode::OK && causes.recv()?.is_none();
    let mut text = begun(&server, &signed, &answer)?;
    let unsigned = Request::post(&url).body(Full::new(Bytes::from(BODY)))?;
    let denied = prepared(&url, &demo.denied.credentials()?)?.to_http()?;
    for (title, request) in [("without a signature", unsigned), ("signed by denied", denied)] {
        let (status, body) = sent(&client, request, &url).await?;
        let cause = causes.recv()?;
        good &= status == StatusCode::FORBIDDEN && cause.is_some();
        let cause = cause.unwrap_or_else(|| "none".to_owned());
        writeln!(text, "--- the same {title} ---\n{status}: {body}\ncause: {cause}")?;
    }
    server.shutdown().await;
    print::text(&text)?;
    Ok(good)
}

/// The API. It sends the cause of each refusal, or `None`, to `log`.
async fn serve(demo: &Demo, log: Sender<Option<String>>) -> Result<Server, Failure> {
    let api = ApiDefinition::new(DEFAULT_REGION)
        .with_account(DEFAULT_ACCOUNT)
        .with_allowed_hosts(AllowedHosts::loopback())
        .with_keys(demo.directory(DEFAULT_ACCOUNT, ExecuteApi::new(DEFAULT_REGION, DEFAULT_ACCOUNT, "").partition())?)
        .with_default_authorizer(Auth::Iam)
        .with_access_log(move |record| {
            // The receiver is gone if the demonstration ended early.
            let _unheard = log.send(record.cause().map(str::to_owned));
        })
        .route("$default", Integration::echo());
    Ok(api.serve((Ipv4Addr::LOCALHOST, 0)).await?)
}

/// The signed POST.
fn prepared(url: &str, credentials: &Credentials) -> Result<Prepared, Failure> {
    let headers = vec![GivenHeader::parse("content-type: application/json")?];
    let call = Call { method: "POST", url, headers, body: BODY.as_bytes(), presign: None };
    let scope = SigningScope { region: DEFAULT_REGION.to_owned(), service: EXECUTE_API.to_owned() };
    Prepared::sign(call, scope, credentials.clone())
}

async fn sent(client: &CallClient, request: Request<Full<Bytes>>, url: &str) -> Result<Answered, Failure> {
    let response = client.request(request).await.map_err(|error| described(&error, url))?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok((parts.status, String::from_utf8_lossy(&body).into_owned()))
}

/// The text about the call that is allowed.
fn begun(server: &Server, signed: &Prepared, (status, body): &Answered) -> Result<String, Failure> {
    let target = Url::split(&signed.url)?.target();
    let authorization = signed.authorization().unwrap_or_default();
    let content = format!("POST {target}\nauthorization: {authorization}\n\n{BODY}\n");
    let last = FinalStage { signature: signed.signature.clone(), title: "sent", content: &content };
    let stages = Show::All.text(&signed.stages, &last);
    Ok(format!(
        "{} is an HTTP API of API Gateway with IAM authorization, on this machine.\n\
         The user demo may call everything, the user denied nothing. A POST, signed by demo:\n\
         {stages}--- answer ---\n{status}: {body}\n",
        server.url()
    ))
}
