//! A demonstration: an API with IAM authorization on this machine, a signed call, and two calls that it refuses. They go over
//! TLS and HTTP/2, as to AWS. The certificate is made in memory and trusted by this client alone.

use super::client::{CallClient, ClientOptions, client};
use super::request::{Call, Prepared};
use super::response::version_text;
use super::told::ToldCause;
use super::trust::Trust;
use super::unreached::described;
use crate::demo::{Demo, Seed};
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::print;
use crate::show::{FinalStage, Show};
use crate::signing_scope::{EXECUTE_API, SigningScope};
use crate::url::Url;
use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use sig4::Credentials;
use sig4_gateway::{
    AllowedHosts, ApiDefinition, Auth, DEFAULT_ACCOUNT, DEFAULT_REGION, EXPLAIN_HEADER, EXPLAIN_VALUE, Integration,
    Server, TlsConfig,
};
use sig4_iam::tower::ExecuteApi;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use zeroize::Zeroizing;

const PATH: &str = "/orders/7";
const BODY: &str = r#"{"message":"hello"}"#;

/// An answer, and the cause of a refusal that the API tells.
struct Answered {
    version: Version,
    status: StatusCode,
    body: String,
    told: Option<ToldCause>,
}

/// Runs the demonstration. The outcome is good if each call ends as expected.
pub(crate) async fn run() -> Result<bool, Failure> {
    let demo = Demo::new(&Seed::new(None)?)?;
    let certified = rcgen::generate_simple_self_signed([Ipv4Addr::LOCALHOST.to_string()])?;
    let certificate = certified.cert.pem();
    let tls = TlsConfig::from_pem(&certificate, &Zeroizing::new(certified.signing_key.serialize_pem()))?;
    let server = serve(&demo, tls).await?;
    let trust = Trust::Certificate(&certificate);
    let client = client(&ClientOptions { trust, connect_timeout: None, is_http1: false })?;
    let url = server.url() + PATH;
    let signed = prepared(&url, &demo.allowed.credentials()?)?;
    let answer = sent(&client, signed.to_http()?, &url).await?;
    let mut good = answer.status == StatusCode::OK && answer.version == Version::HTTP_2 && answer.told.is_none();
    let mut text = begun(&server, &signed, &answer)?;
    let unsigned = Request::post(&url).header(EXPLAIN_HEADER, EXPLAIN_VALUE).body(Full::new(Bytes::from(BODY)))?;
    let denied = prepared(&url, &demo.denied.credentials()?)?.to_http()?;
    for (title, request) in [("without a signature", unsigned), ("signed by denied", denied)] {
        let Answered { version, status, body, told } = sent(&client, request, &url).await?;
        good &= status == StatusCode::FORBIDDEN && version == Version::HTTP_2 && told.is_some();
        writeln!(text, "--- the same {title} ---\n{} {status}: {body}", version_text(version))?;
        if let Some(ToldCause { cause, remedy }) = told {
            writeln!(text, "cause: {cause}\nremedy: {}", remedy.as_deref().unwrap_or("none"))?;
        }
    }
    server.shutdown().await;
    print::text(&text)?;
    Ok(good)
}

/// The API. It tells the cause of each refusal.
async fn serve(demo: &Demo, tls: TlsConfig) -> Result<Server, Failure> {
    let api = ApiDefinition::new(DEFAULT_REGION)
        .with_account(DEFAULT_ACCOUNT)
        .with_tls(tls)
        .with_allowed_hosts(AllowedHosts::loopback())
        .with_keys(demo.directory(DEFAULT_ACCOUNT, ExecuteApi::new(DEFAULT_REGION, DEFAULT_ACCOUNT, "").partition())?)
        .with_default_authorizer(Auth::Iam)
        .with_local_explanations(true)
        .route("$default", Integration::echo());
    Ok(api.serve((Ipv4Addr::LOCALHOST, 0)).await?)
}

/// The signed POST.
fn prepared(url: &str, credentials: &Credentials) -> Result<Prepared, Failure> {
    let headers = vec![GivenHeader::parse("content-type: application/json")?];
    let call = Call { method: "POST", url, headers, body: BODY.as_bytes(), presign: None };
    let scope = SigningScope { region: DEFAULT_REGION.to_owned(), is_v4a: false, service: EXECUTE_API.to_owned() };
    Prepared::sign(call, scope, credentials.clone())
}

async fn sent(client: &CallClient, request: Request<Full<Bytes>>, url: &str) -> Result<Answered, Failure> {
    let response = client.request(request).await.map_err(|error| described(&error, url))?;
    let (parts, body) = response.into_parts();
    let body = String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned();
    Ok(Answered { version: parts.version, status: parts.status, body, told: ToldCause::read(&parts.headers) })
}

/// The text about the call that is allowed.
fn begun(server: &Server, signed: &Prepared, answer: &Answered) -> Result<String, Failure> {
    let Answered { version, status, body, .. } = answer;
    let target = Url::split(&signed.url)?.target();
    let authorization = signed.authorization().unwrap_or_default();
    let content = format!("POST {target}\nauthorization: {authorization}\n\n{BODY}\n");
    let last = FinalStage { signature: signed.signature.clone(), title: "sent", content: &content };
    let stages = Show::All.text(&signed.stages, &last);
    Ok(format!(
        "{} is an HTTP API of API Gateway with IAM authorization, on this machine.\n\
         The user demo may call everything, the user denied nothing. A POST, signed by demo:\n\
         {stages}--- response ---\n{} {status}: {body}\n",
        server.url(),
        version_text(*version)
    ))
}
