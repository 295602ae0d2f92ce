//! `sig4 call` over TLS: HTTP/2 where the server offers it, and whom it trusts.

use crate::serve::serving::{folder, sig4};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// An authority, and a certificate that it made.
struct Certified {
    authority_pem: String,
    config: rustls::ServerConfig,
}

impl Certified {
    /// A certificate for `names`, valid in these years.
    fn new(names: &[&str], years: (i32, i32)) -> Self {
        let authority_key = rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = rcgen::Issuer::new(authority, authority_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let mut leaf =
            rcgen::CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        (leaf.not_before, leaf.not_after) = (rcgen::date_time_ymd(years.0, 1, 1), rcgen::date_time_ymd(years.1, 1, 1));
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = config.with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key).unwrap();
        Self { authority_pem, config }
    }

    fn of_this_machine() -> Self {
        Self::new(&["localhost", "127.0.0.1"], (2020, 4090))
    }
}

/// A server that says what it received.
struct Server {
    _runtime: Runtime,
    address: SocketAddr,
}

impl Server {
    fn start(certified: Certified, protocols: &[&str]) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = certified.config;
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        runtime.spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(tcp).await else { return };
                    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let (io, service) = (TokioIo::new(stream), service_fn(received));
                    let _ended = if is_h2 {
                        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                            .serve_connection(io, service)
                            .await
                    } else {
                        hyper::server::conn::http1::Builder::new().serve_connection(io, service).await
                    };
                });
            }
        });
        Self { _runtime: runtime, address }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/a/../b//c?x=%20", self.address.port())
    }
}

/// The version, the authority of HTTP/2, the target, and the header `host`.
async fn received(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let authority = request.uri().authority().map_or("", |authority| authority.as_str());
    let host = request.headers().get("host").map_or("", |host| host.to_str().unwrap());
    let target = request.uri().path_and_query().unwrap();
    let text = format!("{:?} [{authority}] {} {target} [{host}]", request.version(), request.method());
    Ok(Response::new(Full::new(text.into())))
}

fn call(url: &str, arguments: &[&str]) -> Command {
    let mut command = sig4();
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "hush").env_remove("XDG_CACHE_HOME");
    command.args(["call", url, "--region", "r", "--service", "execute-api"]).args(arguments);
    command
}

fn out(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// A new folder with the file of an authority in it.
fn with_authority(name: &str, pem: &str) -> (PathBuf, String) {
    let folder = folder(name);
    let tls = folder.join("sig4/tls");
    fs::create_dir_all(&tls).unwrap();
    let file = tls.join("authority.pem");
    fs::write(&file, pem).unwrap();
    (folder, file.to_str().unwrap().to_owned())
}

#[test]
fn http2_is_spoken_where_the_server_offers_it() {
    let certified = Certified::of_this_machine();
    let (_, file) = with_authority("called-h2", &certified.authority_pem);
    let server = Server::start(certified, &["h2", "http/1.1"]);
    let (url, port) = (server.url("localhost"), server.address.port());
    let target = "/a/../b//c?x=%20";
    let output = call(&url, &["--cacert", &file, "-i", "-v", "-d", "x"]).output().unwrap();
    assert!(out(&output).starts_with("HTTP/2 200 OK\n"), "{output:?}");
    assert!(out(&output).ends_with(&format!("\n\nHTTP/2.0 [localhost:{port}] POST {target} []")), "{output:?}");
    assert!(
        err(&output).contains(&format!("> POST {target}\n")) && err(&output).contains("< HTTP/2 200"),
        "{output:?}"
    );
    let other = ["--cacert", &file, "-H", "host: api.test"];
    let same = format!("host: localhost:{port}");
    for (arguments, expected) in [
        (&other[..], format!("HTTP/1.1 [] GET {target} [api.test]")),
        (&["--cacert", &file, "-H", &same], format!("HTTP/2.0 [localhost:{port}] GET {target} [localhost:{port}]")),
        (&["--cacert", &file, "--http1.1"], format!("HTTP/1.1 [] GET {target} [localhost:{port}]")),
    ] {
        let output = call(&url, arguments).output().unwrap();
        assert_eq!((output.status.code(), out(&output)), (Some(0), expected.as_str()), "{output:?}");
    }
}

#[test]
fn http1_is_spoken_where_the_server_offers_no_other() {
    for protocols in [&["http/1.1"][..], &[]] {
        let certified = Certified::of_this_machine();
        let (_, file) = with_authority("called-h1", &certified.authority_pem);
        let server = Server::start(certified, protocols);
        let output = call(&server.url("localhost"), &["--cacert", &file]).output().unwrap();
        assert!(out(&output).starts_with("HTTP/1.1 [] GET"), "{output:?}");
    }
}

#[test]
fn the_development_authority_is_trusted_without_an_option() {
    let certified = Certified::of_this_machine();
    let (cache, _) = with_authority("called-development", &certified.authority_pem);
    let server = Server::start(certified, &["h2"]);
    for host in ["localhost", "127.0.0.1"] {
        let output = call(&server.url(host), &[]).env("XDG_CACHE_HOME", &cache).output().unwrap();
        assert!(out(&output).starts_with("HTTP/2.0 "), "{output:?}");
    }
    let home = folder("called-home");
    let moved = home.join(".cache");
    let _ = fs::remove_dir_all(&moved);
    fs::rename(&cache, &moved).unwrap();
    let output = call(&server.url("localhost"), &[]).env("HOME", &home).output().unwrap();
    assert!(out(&output).starts_with("HTTP/2.0 "), "{output:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(moved.join("sig4/tls"), fs::Permissions::from_mode(0o777)).unwrap();
        let output = call(&server.url("localhost"), &[]).env("HOME", &home).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(err(&output).contains("is not trusted, because other users may have written it"), "{output:?}");
    }
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_with_the_remedy() {
    let none = folder("called-none");
    for (names, years, host, is_trusted, told) in [
        (&["localhost"][..], (2020, 4090), "localhost", false, "`--cacert FILE` trusts the authorities in a file"),
        (&["api.test"], (2020, 4090), "localhost", true, "call it by a host that its certificate names"),
        (&["localhost"], (2020, 2021), "localhost", true, "the server's certificate has expired"),
        (&["localhost"], (4080, 4090), "localhost", true, "compare the clocks"),
    ] {
        let certified = Certified::new(names, years);
        let (_, file) = with_authority("called-remedy", &certified.authority_pem);
        let server = Server::start(certified, &["h2", "http/1.1"]);
        let trusted = ["--cacert", file.as_str()];
        let arguments = if is_trusted { &trusted[..] } else { &[] };
        let output = call(&server.url(host), arguments).env("XDG_CACHE_HOME", &none).output().unwrap();
        assert_eq!((output.status.code(), out(&output)), (Some(3), ""), "{told}: {output:?}");
        assert!(err(&output).contains(told) && err(&output).lines().count() == 1, "{told}: {output:?}");
        let insecure = call(&server.url(host), &["-k"]).output().unwrap();
        assert!(out(&insecure).starts_with("HTTP/2.0 "), "{insecure:?}");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let empty = call(&url, &["--cacert", "/dev/null"]).output().unwrap();
    assert!(err(&empty).contains("/dev/null has no certificate"), "{empty:?}");
}
