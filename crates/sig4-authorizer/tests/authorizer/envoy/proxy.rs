//! A real Envoy.

use super::scene::Upstream;
use serde_json::{Value, json};
use sig4_authorizer::Server;
use sig4_test_support::http2::certified::Certified;
use sig4_test_support::install;
use sig4_test_support::need::Need;
use sig4_test_support::program::Program;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of a body that Envoy sends.
pub const MAX_BODY: usize = 1000;

/// The settings of a listener that tests change.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Whether clients use TLS.
    pub tls: bool,
    /// Settings of the connection manager, besides those of every listener.
    pub manager: Value,
    /// Settings of the filter, besides those of every listener. `null` removes a setting.
    pub filter: Value,
    /// `context_extensions` of the route.
    pub extensions: Value,
    /// The route's action, besides the cluster.
    pub route: Value,
    /// Settings of the cluster of the authorizer, besides those of every cluster.
    pub authorizer: Value,
}

impl Default for Listener {
    fn default() -> Self {
        Self {
            tls: false,
            manager: json!({}),
            filter: json!({}),
            extensions: json!({"body": "whole"}),
            route: json!({}),
            authorizer: json!({}),
        }
    }
}

impl Listener {
    pub fn with_filter(mut self, filter: Value) -> Self {
        self.filter = filter;
        self
    }

    pub fn with_manager(mut self, manager: Value) -> Self {
        self.manager = manager;
        self
    }

    pub fn with_extensions(mut self, extensions: Value) -> Self {
        self.extensions = extensions;
        self
    }

    pub fn with_tls(mut self) -> Self {
        self.tls = true;
        self
    }

    pub fn with_authorizer(mut self, cluster: Value) -> Self {
        self.authorizer = cluster;
        self
    }

    fn config(&self, port: u16, log: &Path, folder: &Path) -> Value {
        let route = merged(json!({"cluster": "upstream", "timeout": "15s"}), &self.route);
        let filter = json!({
            "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
            "grpc_service": {"envoy_grpc": {"cluster_name": format!("authorizer-{port}")}, "timeout": "15s"},
            "transport_api_version": "V3",
            "failure_mode_allow": false,
            "encode_raw_headers": true,
            "include_tls_session": true,
            "with_request_body": {"max_request_bytes": MAX_BODY, "allow_partial_message": false, "pack_as_bytes": true},
        });
        let manager = json!({
            "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "in",
            "codec_type": "AUTO",
            "use_remote_address": true,
            // Errors of one stream do not end the connection, and connections end at once: the tests make many of them.
            "delayed_close_timeout": "0.01s",
            "http2_protocol_options": {"override_stream_error_on_invalid_http_message": true},
            "access_log": [{"name": "file", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
                "path": log,
                "log_format": {"json_format": {
                    "path": "%REQ(:PATH)%", "status": "%RESPONSE_CODE%", "details": "%RESPONSE_CODE_DETAILS%",
                    "decision": "%DYNAMIC_METADATA(envoy.filters.http.ext_authz)%",
                }},
            }}],
            "access_log_options": {"flush_access_log_on_new_request": false},
            "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{
                "match": {"prefix": "/"},
                "route": route,
                "typed_per_filter_config": {"envoy.filters.http.ext_authz": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
                    "check_settings": {"context_extensions": self.extensions},
                }},
            }]}]},
            "http_filters": [
                {"name": "envoy.filters.http.ext_authz", "typed_config": merged(filter, &self.filter)},
                {"name": "envoy.filters.http.router", "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}},
            ],
        });
        let mut chain = json!({"filters": [
            {"name": "http", "typed_config": merged(manager, &self.manager)},
        ]});
        if self.tls {
            chain["transport_socket"] = json!({"name": "tls", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                "common_tls_context": {
                    "alpn_protocols": ["h2", "http/1.1"],
                    "tls_certificates": [{
                        "certificate_chain": {"filename": folder.join("cert.pem")},
                        "private_key": {"filename": folder.join("key.pem")},
                    }],
                },
            }});
        }
        json!({"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}, "filter_chains": [chain]})
    }
}

/// An object with the settings of another. A `null` removes one.
fn merged(mut settings: Value, others: &Value) -> Value {
    for (name, value) in others.as_object().unwrap() {
        let object = settings.as_object_mut().unwrap();
        match value {
            Value::Null => drop(object.remove(name)),
            value => drop(object.insert(name.clone(), value.clone())),
        }
    }
    settings
}

fn cluster(name: &str, port: u16, options: Value) -> Value {
    let cluster = json!({
        "name": name,
        "type": "STATIC",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {
            "socket_address": {"address": "127.0.0.1", "port_value": port}}}}]}]},
    });
    merged(cluster, &options)
}

/// A running Envoy.
#[derive(Debug)]
pub struct Proxy {
    _program: Program,
    ports: Vec<u16>,
    log: PathBuf,
    pub certified: Certified,
}

impl Proxy {
    /// Starts Envoy between clients, the authorizer and the service. `None` if there is no Envoy.
    pub fn start(what: &str, server: &Server, upstream: &Upstream, listeners: &[Listener]) -> Option<Self> {
        let program = program(what)?;
        let folder = folder();
        let (log, certified) = (folder.join("access.log"), Certified::new());
        std::fs::write(folder.join("cert.pem"), &certified.certificate).unwrap();
        std::fs::write(folder.join("key.pem"), &certified.private_key).unwrap();
        let ports = free_ports(listeners.len());
        let with_ports = listeners.iter().zip(&ports);
        let of_grpc = json!({"typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": {}}}}});
        let authorizer = |(listener, port): (&Listener, &u16)| {
            let options = merged(of_grpc.clone(), &listener.authorizer);
            cluster(&format!("authorizer-{port}"), server.local_addr().port(), options)
        };
        let mut clusters = with_ports.clone().map(authorizer).collect::<Vec<_>>();
        clusters.push(cluster("upstream", upstream.port, json!({})));
        let config = json!({"static_resources": {
            "listeners": with_ports.map(|(listener, port)| listener.config(*port, &log, &folder)).collect::<Vec<_>>(),
            "clusters": clusters,
        }});
        let file = folder.join("envoy.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let program = run(&program, &file, &folder, &ports);
        Some(Self { _program: program, ports, log, certified })
    }

    /// The port of a listener.
    pub fn port(&self, listener: usize) -> u16 {
        self.ports[listener]
    }

    /// The lines of Envoy's access log, once there are so many. Envoy writes it in the background.
    pub async fn log(&self, lines: usize) -> Vec<Value> {
        loop {
            let text = std::fs::read_to_string(&self.log).unwrap_or_default();
            if text.ends_with('\n') && text.lines().count() >= lines {
                return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

/// The program, if it is there.
pub fn program(what: &str) -> Option<PathBuf> {
    let program = install::envoy(Path::new(env!("CARGO_TARGET_TMPDIR")));
    if program.is_none() {
        Need::Envoy.skip(what);
    }
    program
}

/// Starts Envoy with a configuration.
pub fn run(program: &Path, config: &Path, folder: &Path, ports: &[u16]) -> Program {
    let mut command = Command::new(program);
    command.args(["--disable-hot-restart", "--concurrency", "1", "-l", "warn", "--file-flush-interval-msec", "20"]);
    command.arg("-c").arg(config);
    Program::start(&mut command, &folder.join("output"), ports)
}

/// A folder for one Envoy.
pub fn folder() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("envoy-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("envoys").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Ports that were free a moment ago.
fn free_ports(count: usize) -> Vec<u16> {
    let bound: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    bound.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}
